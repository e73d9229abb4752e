"""Sessions: what a server must know of a user before it answers, and where it keeps that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simcore.components._guards import GuardedCaller
from simcore.components.base import Role
from simcore.params import param
from simcore.program import Condition, Port, Routing, Shape, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label, Target

#: What a server keeps in its own memory: about a kilobyte each in a gigabyte, for half an hour after the last use.
_OWN_SESSIONS_MAX = 1_000_000
_OWN_TTL_S = 1_800.0


class SessionKeeper(GuardedCaller):
    """A server whose users log in."""

    session_memory: Literal["none", "own"] = param(
        "none",
        label="Sessions",
        group="sessions",
        choices={"none": "None, or in a session store", "own": "In its own memory"},
        help="Where it remembers who is logged in. What is in its memory no other server knows, and a crash loses it. Where a "
        "session store is connected, that is used instead.",
        source="Our suggestion",
        moves={"own": "latency up"},
    )
    login_time_mean_s: float = param(
        0.25,
        label="Time of a login",
        unit="s",
        ge=0,
        le=60,
        group="sessions",
        help="Mean time in which it logs in a user who has no session, before it answers. Without sessions it changes nothing.",
        source="Our suggestion: a slow password hash takes about a quarter of a second",
        moves="latency up",
    )

    def stamp_session(self, asm: NodeAssembler) -> None:
        """Look for the user's session; without one, log the user in and keep it."""
        stores = asm.targets.get(Role.SESSIONS, ())
        if not stores and self.session_memory == "none":
            return
        login, known = asm.label(), asm.label()
        own = None
        if stores:
            self._ask(asm, "look up", stores, Port.GET, login)
        else:
            own = asm.store("sessions", capacity=_OWN_SESSIONS_MAX, ttl_s=_OWN_TTL_S, sliding=True)
            asm.look_up(own, StoreKey.USER)
        asm.branch(Condition.HIT, known)
        asm.place(login)
        asm.hold(asm.distribution("login_time", self.login_time_mean_s, Shape.EXPONENTIAL), "logins")
        if own is not None:
            asm.put(own, StoreKey.USER)
        for target in stores:
            after = asm.label()
            self._ask(asm, f"keep in {target.node_id}", (target,), Port.PUT, after)
            asm.place(after)
        asm.place(known)

    def _ask(
        self, asm: NodeAssembler, what: str, stores: tuple[Target, ...], port: Port, on_failure: Label
    ) -> None:
        """Call one of the stores that are believed alive; a failure counts as a session that is not there."""
        group = asm.group(f"sessions: {what}", stores, Routing.ROUND_ROBIN)
        asm.call(
            group,
            port,
            timeout_slot=asm.slot("timeout", self.timeout_s),
            on_failure=on_failure,
            site=f"sessions {what}",
            flags=self.call_flags(),
        )
