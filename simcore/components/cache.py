"""The cache: a small fast memory in front of a slow store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import stamp_probe
from simcore.components.base import Component, Role
from simcore.params import param
from simcore.program import Eviction, Port, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class Cache(Component):
    """An in-memory store with real keys: hits, misses and evictions come from what was asked before."""

    title: ClassVar[str] = "Cache"
    summary: ClassVar[str] = "Keeps recently used records in memory, so that the database is asked less."
    models: ClassVar[str] = (
        "A bounded set of real keys with a replacement policy and a time to live; the hit ratio is not set but results. "
        "A crash empties it. Several caches share the keys by hashing."
    )
    leaves_out: ClassVar[str] = (
        "Sizes of single entries, replication, and loss of writes (it is only read through by the server)."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = ("Redis", "Memcached", "Valkey", "ElastiCache", "KeyDB")
    role: ClassVar[Role] = Role.CACHE
    connects_to: ClassVar[Mapping[Role, str]] = {}

    capacity_entries: int = param(
        10_000,
        label="Capacity",
        ge=0,
        le=5_000_000,
        group="memory",
        help="How many records it can keep; when full, one must leave.",
    )
    eviction_policy: Literal["lru", "fifo", "random"] = param(
        "lru",
        group="memory",
        choices={"lru": "Least recently used", "fifo": "Oldest first", "random": "Random"},
        help="Which record leaves when the memory is full.",
    )
    ttl_s: float = param(
        300.0,
        label="Time to live",
        unit="s",
        ge=0,
        le=31_536_000,
        group="memory",
        help="How long a record may be served; 0 keeps it for ever.",
    )
    service_time_mean_s: float = param(
        0.000005,
        label="Command time",
        unit="s",
        ge=0,
        le=10,
        group="processing",
        help="Mean time of one command.",
        source="Our suggestion; Stack Overflow 2016: 1.8 µs, uqSim memcached 11 to 21 µs",
    )
    thread_count: int = param(
        1,
        label="Threads",
        ge=1,
        le=1024,
        group="processing",
        help="Commands that it executes at the same time.",
        source="Redis documentation: one command thread; Memcached starts four",
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Each command takes a thread for a moment."""
        threads = asm.pool("threads", capacity=self.thread_count)
        command = asm.distribution("service_time", self.service_time_mean_s, Shape.EXPONENTIAL)
        store = asm.store(
            "entries",
            capacity=self.capacity_entries,
            ttl_s=self.ttl_s or float("inf"),
            eviction=Eviction[self.eviction_policy.upper()],
        )
        for port, stamp in ((Port.GET, asm.look_up), (Port.PUT, asm.put), (Port.DROP, asm.drop)):
            asm.port(port)
            asm.acquire(threads)
            asm.hold(command)
            stamp(store)
            asm.answer()
        stamp_probe(asm)

    def split(self, targets: Mapping[Role, Sequence[str]], operation: str) -> Mapping[str, float]:
        """A cache calls nobody."""
        return {}

    def capacity_rps(self) -> float | None:
        """Return threads divided by the time of a command."""
        return self.thread_count / self.service_time_mean_s if self.service_time_mean_s else None
