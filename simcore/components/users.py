"""People and their devices: where requests come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._guards import GuardedCaller
from simcore.components._parts import spread
from simcore.components.base import Role
from simcore.params import param
from simcore.program import Condition, Port, Routing, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class Users(GuardedCaller):
    """A population that sends requests at a rate that does not depend on the answers (an open workload)."""

    title: ClassVar[str] = "Users"
    summary: ClassVar[str] = "People and their devices, sending requests."
    models: ClassVar[str] = (
        "Requests arrive one by one at the given rate, whether earlier ones were answered or not, and latency counts "
        "from the intended arrival. Each belongs to a user, a request class and a key. Each user keeps the address "
        "that a name server gave until its time to live ends."
    )
    leaves_out: ClassVar[str] = "Browsers' page structure, connections and think time between requests."
    group: ClassVar[str] = "traffic"
    aliases: ClassVar[tuple[str, ...]] = ("client", "browser", "mobile app", "traffic", "load generator")
    role: ClassVar[Role] = Role.CLIENT
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.RESOLVER: "asks for the address",
        Role.SERVICE: "sends requests to",
    }
    faults: ClassVar[tuple[str, ...]] = ()

    arrival_rate_rps: float = param(
        100.0,
        label="Request rate",
        unit="1/s",
        ge=0,
        le=1_000_000,
        group="traffic",
        help="How many requests arrive per second on average.",
    )
    arrival_process: Literal["poisson", "constant"] = param(
        "poisson",
        label="Arrivals",
        group="traffic",
        choices={"poisson": "Random (Poisson)", "constant": "Evenly spaced"},
        help="How the arrivals are spread over time: independent people arrive at random.",
        source="Paxson & Floyd 1995: arrivals of user sessions are well described by a Poisson process",
    )
    user_count: int = param(
        1_000,
        label="People",
        ge=1,
        le=1_000_000,
        group="traffic",
        help="How many different people there are; each keeps its own DNS answer.",
    )
    timeout_s: float = param(
        10.0, label="Timeout", unit="s", gt=0, le=3600, group="calls", help="How long a user waits before giving up.",
        source="Our suggestion; clients in use wait 1 to 60 s",
    )  # fmt: skip
    attempts_max: int = param(
        1, label="Attempts", ge=1, le=20, group="calls", help="How often a user's device tries in all; 1 means no retry.",
    )  # fmt: skip

    def lower(self, asm: NodeAssembler) -> None:
        """One request: find the address, then call it."""
        source = asm.source(
            rate_rps=self.arrival_rate_rps,
            poisson=self.arrival_process == "poisson",
            user_count=self.user_count,
        )
        resolvers = asm.targets.get(Role.RESOLVER, ())
        addresses = [address for name in resolvers for address in asm.onward(name, Role.SERVICE)]
        services = addresses or asm.targets.get(Role.SERVICE, ())
        group = asm.group("services", services, Routing.CHOSEN)
        start = asm.here()
        if resolvers:
            self._stamp_resolve(asm)
        self.stamp_call(asm, group, Port.REQUEST)
        asm.answer()
        asm.daemon("arrivals")
        arrivals = asm.here()
        asm.arrive(source, start)
        asm.jump(arrivals)

    def _stamp_resolve(self, asm: NodeAssembler) -> None:
        resolvers = asm.targets[Role.RESOLVER]
        known = asm.resolver_cache(resolvers[0], capacity=self.user_count)
        group = asm.group("resolvers", resolvers, Routing.ROUND_ROBIN)
        go = asm.label()
        asm.look_up(known, StoreKey.USER)
        asm.branch(Condition.HIT, go)
        self.stamp_call(asm, group, Port.REQUEST)
        asm.put(known, StoreKey.USER)
        asm.place(go)

    def split(self, targets: Mapping[Role, Sequence[str]], operation: str) -> Mapping[str, float]:
        """Every request goes to one of the services; name look-ups are rare."""
        return spread(targets.get(Role.SERVICE, ()))

    def capacity_rps(self) -> float | None:
        """People have no capacity."""
        return None
