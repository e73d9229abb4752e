"""The session store: it remembers who is logged in, for all servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.components._parts import stamp_probe
from simcore.components._prices import hourly
from simcore.components._sizes import Remembering
from simcore.components.base import Callees, Machine, Role
from simcore.params import param
from simcore.program import Port, Shape, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class SessionStore(Machine, Remembering):
    """A store of sessions that servers share, so that any of them can serve any user."""

    title: ClassVar[str] = "Session store"
    summary: ClassVar[str] = "Remembers who is logged in, so that servers need not and any of them will do."
    models: ClassVar[str] = (
        "Servers that are connected ask it for the session of each request's user. Who has none logs in, which takes the server "
        "time, and the session is kept until it has not been used for its time to live, or until there is no room for it. Of "
        "several stores each gets every new session. All is in memory: a crash loses it, and every user then logs in again."
    )
    leaves_out: ClassVar[str] = (
        "Sessions on disk, sizes of sessions, changes of a session after the login, and logging out."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = (
        "Redis sessions",
        "session cache",
        "Spring Session",
        "shared session",
    )
    words: ClassVar[Mapping[str, str]] = {"session": ""}
    role: ClassVar[Role] = Role.SESSIONS
    connects_to: ClassVar[Mapping[Role, str]] = {}
    faults: ClassVar[tuple[str, ...]] = (*Machine.faults, "flush")

    session_count_max: int = param(
        100_000,
        label="Sessions at most",
        ge=1,
        le=5_000_000,
        group="memory",
        help="Sessions that it can keep; beyond, the one not used for longest is forgotten.",
        source="Our suggestion",
        moves="hit_ratio up",
    )
    ttl_s: float = param(
        1_800.0,
        label="Time to live",
        unit="s",
        ge=0,
        le=31_536_000,
        group="memory",
        help="How long a session lasts after its last use; 0 keeps it for ever.",
        source="Apache Tomcat: session-timeout 30 minutes",
        moves="hit_ratio up",
    )
    service_time_mean_s: float = param(
        0.000005,
        label="Command time",
        unit="s",
        ge=0,
        le=10,
        group="processing",
        help="Mean time of looking up or keeping one session.",
        source="Our suggestion; Stack Overflow 2016: 1.8 µs, uqSim memcached 11 to 21 µs",
        moves="latency up",
    )
    thread_count: int = param(
        1,
        label="Threads",
        ge=1,
        le=1024,
        group="processing",
        help="Commands that it executes at the same time.",
        source="Redis documentation: one command thread; Memcached starts four",
        moves="latency down",
    )
    price_hour_usd: float = hourly(
        0.156, "AWS price list (Infracost): ElastiCache cache.m4.large 113.88 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Each command takes a thread for a moment."""
        threads = asm.pool("threads", capacity=self.running_threads(self.thread_count))
        command = asm.distribution("service_time", self.service_time_mean_s, Shape.EXPONENTIAL)
        sessions = asm.store(
            "sessions",
            capacity=self.room_for(self.session_count_max),
            ttl_s=self.ttl_s or float("inf"),
            sliding=True,
        )
        for port, stamp in ((Port.GET, asm.look_up), (Port.PUT, asm.put)):
            asm.port(port)
            asm.acquire(threads)
            asm.hold(command)
            stamp(sessions, StoreKey.USER)
            asm.answer()
        stamp_probe(asm)

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a command."""
        return self.service_time_mean_s

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """A session store calls nobody."""
        return {}

    def capacity_rps(self) -> float | None:
        """Return threads divided by the time of a command."""
        threads = self.running_threads(self.thread_count)
        return threads / self.service_time_mean_s if self.service_time_mean_s else None
