"""The cache: a small fast memory in front of a slow store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import data_group, data_targets, stamp_by_shard, stamp_probe
from simcore.components._preview import Memory
from simcore.components._prices import hourly
from simcore.components._sizes import Remembering
from simcore.components.base import Callees, Machine, Role
from simcore.params import param
from simcore.program import Cause, Condition, Eviction, Keep, Port, Routing, Shape, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target


class Cache(Machine, Remembering):
    """An in-memory store with real keys: hits, misses and evictions come from what was asked before."""

    title: ClassVar[str] = "Cache"
    summary: ClassVar[str] = "Keeps recently used records in memory, so that the database is asked less."
    models: ClassVar[str] = (
        "A bounded set of real keys with a replacement policy and a time to live; the hit ratio is not set but results. "
        "A crash empties it. Several caches share the keys by hashing; when one more joins or one goes, the keys that change places "
        "are missed at the new one and fetched again. Every record has the version it was kept with, so "
        "that reads of an outdated one are counted. Connected to a database, it can take writes for it (write-back): they "
        "are answered from memory and written later, each record once however often it was written meanwhile; what it "
        "still owes when it crashes is lost, and counted."
    )
    leaves_out: ClassVar[str] = "Sizes of single entries, and replication."
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = ("Redis", "Memcached", "Valkey", "ElastiCache", "KeyDB")
    words: ClassVar[Mapping[str, str]] = {"dragonfly": "", "hazelcast": "", "caching": ""}
    role: ClassVar[Role] = Role.CACHE
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.DATABASE: "writes back to",
        Role.STORE: "writes back to",
        Role.SHARDED: "writes back to",
    }
    faults: ClassVar[tuple[str, ...]] = (*Machine.faults, "flush")

    capacity_entries: int = param(
        10_000,
        label="Capacity",
        ge=0,
        le=5_000_000,
        group="memory",
        help="How many records it can keep; when full, one must leave.",
        moves="hit_ratio up",
    )
    eviction_policy: Literal["lru", "lfu", "fifo", "random"] = param(
        "lru",
        group="memory",
        choices={
            "lru": "Least recently used",
            "lfu": "Least frequently used",
            "fifo": "Oldest first",
            "random": "Random",
        },
        help="Which record leaves when the memory is full.",
        moves="hit_ratio changes",
    )
    ttl_s: float = param(
        300.0,
        label="Time to live",
        unit="s",
        ge=0,
        le=31_536_000,
        group="memory",
        help="How long a record may be served; 0 keeps it for ever.",
        moves="hit_ratio up, stale_reads up",
    )
    ttl_mode: Literal["fixed", "sliding"] = param(
        "fixed",
        label="Time to live runs",
        group="memory",
        choices={"fixed": "From filling", "sliding": "From the last use"},
        help="Whether using a record makes its time to live begin anew.",
        moves="hit_ratio up",
    )
    ttl_jitter_ratio: float = param(
        0.0,
        label="Variation of it",
        unit="ratio",
        ge=0,
        le=1,
        group="memory",
        help="Each time to live is shortened by a random share of at most this, so that records do not all expire together.",
        moves="hit_ratio down",
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

    flush_interval_s: float = param(
        1.0,
        label="Write-back interval",
        unit="s",
        ge=0.001,
        le=3600,
        group="write-back",
        help="Pause after which it writes to the database what it has taken meanwhile.",
        source="Redis configuration: appendfsync everysec loses at most the writes of about one second",
        moves="lost_writes up",
    )
    flush_connection_count: int = param(
        4,
        label="Write-back connections",
        ge=1,
        le=64,
        group="write-back",
        help="Records that it writes to the database at the same time.",
        moves="lost_writes down",
    )
    flush_timeout_s: float = param(
        5.0,
        label="Write-back timeout",
        unit="s",
        gt=0,
        le=3600,
        group="write-back",
        help="A write to the database that takes longer is tried again after the interval.",
        moves="lost_writes changes",
    )
    price_hour_usd: float = hourly(
        0.156, "AWS price list (Infracost): ElastiCache cache.m4.large 113.88 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Each command takes a thread for a moment."""
        threads = asm.pool("threads", capacity=self.running_threads(self.thread_count))
        command = asm.distribution("service_time", self.service_time_mean_s, Shape.EXPONENTIAL)
        store = asm.store(
            "entries",
            capacity=self.room_for(self.capacity_entries),
            ttl_s=self.ttl_s or float("inf"),
            eviction=Eviction[self.eviction_policy.upper()],
            sliding=self.ttl_mode == "sliding",
            jitter_ratio=self.ttl_jitter_ratio,
        )
        writes_back = bool(data_targets(asm))
        found = asm.label()
        for port, stamp in ((Port.GET, asm.look_up), (Port.PUT, asm.put), (Port.DROP, asm.drop)):
            asm.port(port)
            asm.acquire(threads)
            asm.hold(command)
            stamp(store)
            if port is Port.GET and writes_back:
                asm.branch(Condition.HIT, found)
                asm.look_up(self._owed(asm))
                asm.place(found)
            asm.answer()
        stamp_probe(asm)
        if writes_back:
            asm.port(Port.WRITE)
            asm.acquire(threads)
            asm.hold(command)
            self._stamp_write_back(asm, store)

    def _owed(self, asm: NodeAssembler) -> int:
        return asm.store(
            "owed", capacity=self.room_for(self.capacity_entries), eviction=Eviction.FIFO, owed=True
        )

    def _stamp_write_back(self, asm: NodeAssembler, store: int) -> None:
        """Take a write into memory and note that it is owed; loops beside it write what is owed, oldest first.

        A record keeps its place among those owed until the database has it; when there is no room for one more, the
        writer is told to write to the database itself.
        """
        owed = self._owed(asm)
        full = asm.label()
        asm.branch(Condition.FULL, full, owed)
        asm.put(store, keep=Keep.UNWRITTEN)
        asm.put(owed, keep=Keep.UNWRITTEN)
        asm.answer()
        asm.place(full)
        asm.fail(Cause.QUEUE_FULL)
        interval = asm.distribution("flush_interval", self.flush_interval_s)
        timeout = asm.slot("flush_timeout", self.flush_timeout_s)
        for number in range(self.flush_connection_count):
            asm.daemon(f"write back {number}")
        loop, drain, failed = asm.here(), asm.label(), asm.label()
        asm.delay(interval, "write back")
        asm.place(drain)
        asm.lease_oldest(owed, timeout)
        asm.branch(Condition.MISS, loop)

        def write(cluster: int, members: list[Target]) -> None:
            group = data_group(asm, Port.WRITE, cluster, members, Routing.PRIMARY)
            asm.call(group, Port.WRITE, timeout_slot=timeout, on_failure=failed, site="write back")

        stamp_by_shard(asm, data_targets(asm), write)
        asm.drop(owed, StoreKey.OLDEST)
        asm.put(store, keep=Keep.REFRESH)
        asm.jump(drain)
        asm.place(failed)
        asm.put(owed, keep=Keep.UNWRITTEN)
        asm.jump(loop)

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """A cache calls nobody."""
        return {}

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a command."""
        return self.service_time_mean_s

    def memory(self) -> Memory | None:
        """Return its records; a time to live that varies is shorter by half of the variation on average."""
        ttl_s = self.ttl_s * (1 - self.ttl_jitter_ratio / 2) or math.inf
        eviction = Eviction[self.eviction_policy.upper()]
        return Memory(self.room_for(self.capacity_entries), ttl_s, self.ttl_mode == "sliding", eviction)

    def capacity_rps(self) -> float | None:
        """Return threads divided by the time of a command."""
        threads = self.running_threads(self.thread_count)
        return threads / self.service_time_mean_s if self.service_time_mean_s else None
