"""The sharded store: records divided among shards, each with workers of its own, and moved when that changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.call_words import GateKind
from simcore.components._parts import stamp_probe, variation
from simcore.components._prices import Priced, hourly
from simcore.components._records import (
    read_and_write_times,
    read_time_param,
    times_cv_param,
    times_shape_param,
    write_time_param,
)
from simcore.components.base import Callees, Machine, Role, ShapeName, values_param
from simcore.data_words import ShardStep
from simcore.params import Numbers, param
from simcore.program import Condition, HoldMode, LogStep, Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label

#: Pause (s) after which those who move records look again whether there is one to be moved.
_LOOK_INTERVAL_S = 1.0


class ShardedStore(Machine, Priced):
    """A database of several shards behind one address."""

    title: ClassVar[str] = "Sharded store"
    summary: ClassVar[str] = "Divides the records among shards that work side by side."
    models: ClassVar[str] = (
        "Each record is at one shard, by its hash, its range or its place on a hash ring; a request waits in the line of that "
        "shard, so that a popular record or range overloads one shard while others are idle. When the number of shards or the "
        "placement changes, records are moved one by one at a given rate: the old shard reads each, the new one writes it, and "
        "requests go where it is at that moment. Who has waited in line for a record that went elsewhere is redirected. A single "
        "shard may crash: what it works on fails, requests for its records are refused until it is back, and the others go on."
    )
    leaves_out: ClassVar[str] = (
        "Copies of shards, reads that ask all shards at once, and locks: what is written to a record while it "
        "is on its way goes along. Several caches are resharded by missing: what another node has now is read and kept anew."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = (
        "MongoDB",
        "Vitess",
        "Citus",
        "Redis Cluster",
        "HBase",
        "sharding",
        "shard",
    )
    words: ClassVar[Mapping[str, str]] = {"mongo": ""}
    role: ClassVar[Role] = Role.SHARDED
    faults: ClassVar[tuple[str, ...]] = (*Machine.faults, "crash_shard")

    shard_count: int = param(
        4,
        label="Shards",
        ge=1,
        le=64,
        group="shards",
        help="Servers among which the records are divided. When it changes in a run, records move.",
        moves="latency down, cost up",
    )
    placement: Literal["modulo", "range", "ring"] = param(
        "modulo",
        label="Records on shards",
        group="shards",
        choices={
            "modulo": "Hash modulo the number of shards",
            "range": "Key ranges",
            "ring": "Hash ring",
        },
        help="Which shard a record belongs to. When the number of shards changes, modulo moves nearly all records, the ring "
        "only those that a shard gains or loses.",
        moves="imbalance changes",
    )
    virtual_node_count: int = param(
        100,
        label="Virtual nodes",
        ge=1,
        le=1000,
        group="shards",
        help="Places of each shard on the hash ring; the more, the more even the shares. Used by the hash ring.",
        source="Karger et al. 1997: shares vary by 1 / sqrt(virtual nodes); Ketama places 100 to 200 per server",
        moves="imbalance down",
    )
    move_rate_rps: float = param(
        500.0,
        label="Moves per second",
        unit="1/s",
        ge=0.1,
        le=1_000_000,
        group="moving",
        help="Records that are moved per second at most when shards were added or taken away.",
        moves="moved_keys up",
    )
    move_stream_count: int = param(
        4,
        label="Moves at once",
        ge=1,
        le=64,
        group="moving",
        help="Records that are on their way at the same time.",
        moves="moved_keys up",
    )
    thread_count: int = param(
        8,
        label="Threads of a shard",
        ge=1,
        le=10_000,
        group="processing",
        help="Queries that each shard works on at the same time.",
        moves="latency down",
    )
    queue_capacity: int = param(
        1_000,
        label="Waiting places of a shard",
        ge=0,
        le=10_000_000,
        group="processing",
        help="Queries that may wait at each shard; more are refused.",
        moves="failed down, latency up",
    )
    read_time_mean_s: float = read_time_param()
    write_time_mean_s: float = write_time_param()
    service_time_distribution: ShapeName = times_shape_param()
    service_time_cv: float = times_cv_param()
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    def lower(self, asm: NodeAssembler) -> None:
        """Each request goes to the shard of its key, which is looked at again once its turn has come."""
        asm.instances(self.shard_count)
        asm.keep_copies(durable=True)
        shards = self._shards(asm)
        sharding = asm.sharding(
            count=self.shard_count,
            placement=Routing[self.placement.upper()],
            virtual_node_count=self.virtual_node_count,
        )
        read, write = read_and_write_times(asm, self)
        for port, time, purpose, steps in (
            (Port.READ, read, "reads", (LogStep.COPY_READ,)),
            (Port.WRITE, write, "writes", (LogStep.QUORUM_WRITE, LogStep.COPY_WRITE, LogStep.QUORUM_ACK)),
        ):
            asm.port(port)
            self._stamp_turn(asm, sharding, shards, port)
            asm.hold(time, purpose)
            for step in steps:
                asm.log(step)
            asm.answer()
        stamp_probe(asm)
        self._stamp_moves(asm, sharding, shards, read, write)

    def _shards(self, asm: NodeAssembler) -> list[int]:
        """Declare a pool for each shard, those that were taken away included: they have records until all are moved."""
        count = max(self.shard_count, asm.known_count("shard"))
        together = asm.pool("shards", capacity=self.shard_count * self.thread_count)
        return [
            asm.pool(
                f"shard {number}",
                capacity=self.thread_count,
                queue_capacity=self.queue_capacity,
                part_of=together,
            )
            for number in range(count)
        ]

    def _stamp_turn(self, asm: NodeAssembler, sharding: int, shards: Sequence[int], port: Port) -> None:
        """Take a thread of the shard that has the key; of another one if it has gone there in the meantime."""
        found, gone = asm.label(), asm.label()
        again = asm.here()

        def take(number: int) -> None:
            asm.acquire(shards[number])
            asm.shard(ShardStep.STAY, sharding, gone, number)
            asm.jump(found)

        _stamp_blocks(asm, ShardStep.SEEK, sharding, len(shards), 3, take)
        asm.shard(ShardStep.BEGIN_ANEW, sharding, port)
        asm.place(gone)
        asm.release(shards[0])
        asm.jump(again)
        asm.place(found)

    def _stamp_moves(
        self, asm: NodeAssembler, sharding: int, shards: Sequence[int], read: int, write: int
    ) -> None:
        """Move records as long as there are any to be moved: read at the old shard, written at the new one."""
        streams = asm.slot("move_streams", self.move_stream_count)
        pace = asm.limiter("moves", GateKind.LEAKY_BUCKET, rate_rps=self.move_rate_rps, queue=math.inf)
        look = asm.distribution("look_interval", _LOOK_INTERVAL_S)
        rest = asm.label()
        asm.daemon("move", count_slot=streams)
        loop = asm.here()
        asm.shard(ShardStep.NEXT, sharding)
        asm.branch(Condition.MISS, rest)
        asm.gate(pace)
        for step, time in ((ShardStep.SEEK, read), (ShardStep.SEEK_AIM, write)):
            work = asm.label()

            def take(number: int, work: Label = work) -> None:
                asm.acquire(shards[number], on_full=rest)
                asm.jump(work)

            _stamp_blocks(asm, step, sharding, len(shards), 2, take)
            asm.jump(rest)
            asm.place(work)
            asm.hold(time, "moves", HoldMode.PER_ITEM)
            if step is ShardStep.SEEK:
                asm.release(shards[0])
        asm.shard(ShardStep.SETTLE, sharding)
        asm.release(shards[0])
        asm.jump(loop)
        asm.place(rest)
        asm.delay(look, "moves")
        asm.jump(loop)

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """A store calls nobody."""
        return {}

    def part_count(self) -> int:
        """Return its shards."""
        return self.shard_count

    def usd_per_hour(self) -> float:
        """Return the price of all shards."""
        return self.price_hour_usd * self.shard_count

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a read or a write."""
        return self.read_time_mean_s if operation == "read" else self.write_time_mean_s

    def work_cv(self) -> float:
        """Return how these times vary."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def capacity_rps(self) -> float | None:
        """Return the threads of all shards divided by the mean time of a read; uneven shards can do less."""
        threads = self.shard_count * self.thread_count
        return threads / self.read_time_mean_s if self.read_time_mean_s else None


def _stamp_blocks(
    asm: NodeAssembler, step: ShardStep, sharding: int, count: int, length: int, stamp: Callable[[int], None]
) -> None:
    """Stamp a jump to one of so many blocks of code, all of the same length; what follows them is for unknown shards."""
    first = asm.label()
    asm.shard(step, sharding, first, count, length)
    asm.place(first)
    for number in range(count):
        stamp(number)
        assert len(asm.code) == first.position + (number + 1) * length
