"""The shard router: it sends each query to the database that has the key, and to all of them when there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from simcore.call_words import CallFlag
from simcore.components._guards import GuardedCaller
from simcore.components._parts import (
    HealthChecker,
    data_group,
    data_targets,
    spread,
    stamp_by_shard,
    stamp_probe,
)
from simcore.components._prices import Priced, hourly
from simcore.components.base import Callees, Role
from simcore.params import param
from simcore.program import Condition, LogStep, Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target

#: Each sort of query: how it chooses among the members of a shard, where its parts enter, and what it tells the log.
_SORTS = (
    (Port.READ, Routing.REPLICAS, Port.GET, (LogStep.COPY_READ,)),
    (Port.WRITE, Routing.PRIMARY, Port.PUT, (LogStep.QUORUM_WRITE, LogStep.COPY_WRITE, LogStep.QUORUM_ACK)),
)


class ShardRouter(HealthChecker, GuardedCaller, Priced):
    """A proxy in front of several databases that makes one of them: each connected database is a shard."""

    title: ClassVar[str] = "Shard router"
    summary: ClassVar[str] = "Makes one database of several: each query goes to the shard that has its key."
    models: ClassVar[str] = (
        "The hash of the key, modulo the number of connected databases, says which has a record; joined databases count as "
        "one shard, with its primary and its replicas. Reads that join records of several shards ask all shards at once and wait for "
        "the slowest. Copies kept beside each record (denormalisation) spare a share of these joins, and in return the same "
        "share of the writes has to renew copies on all shards. A query that needs several shards fails when one of them does."
    )
    leaves_out: ClassVar[str] = (
        "Transactions over several shards: what some have written when another fails stays written. Records do not move when "
        "a database is added or removed: the sharded store shows that."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = ("Vitess", "ProxySQL", "mongos", "ShardingSphere", "sharding proxy")
    role: ClassVar[Role] = Role.SHARDED
    calls_itself: ClassVar[bool] = True
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.DATABASE: "divides records among",
        Role.STORE: "divides records among",
    }

    join_ratio: float = param(
        0.0,
        label="Reads that join shards",
        unit="ratio",
        ge=0,
        le=1,
        group="shards",
        help="Share of the reads that need records of all shards. Without several databases it changes nothing.",
        source="Our suggestion",
        moves="calls up, latency up",
    )
    denormalized_ratio: float = param(
        0.0,
        label="Joins spared by copies",
        unit="ratio",
        ge=0,
        le=1,
        group="shards",
        help="Share of these joins that copies beside the record make unnecessary; the same share of all writes goes to all "
        "shards then, to renew copies. Without joins it changes nothing.",
        source="Our suggestion",
        moves="latency down, calls up",
    )
    route_time_mean_s: float = param(
        0.00005,
        label="Routing time",
        unit="s",
        ge=0,
        le=1,
        group="processing",
        help="Time that it takes to find the shard of a query.",
        source="Our suggestion: that of a proxy, 50 µs (napkin-math)",
        moves="latency up",
    )
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    def lower(self, asm: NodeAssembler) -> None:
        """Send a query to its shard, or divide it among all."""
        queries = asm.pool("queries", capacity=float("inf"))
        route = asm.distribution("route_time", self.route_time_mean_s)
        asm.keep_copies(durable=True)
        shards = _shards(asm)
        everywhere = asm.slots("everywhere", 0, float("inf"), len(shards))
        flags = self.call_flags() | CallFlag.SENDS_DEADLINE
        for port, routing, parts, steps in _SORTS:
            whole, done = asm.label(), asm.label()
            asm.port(port)
            asm.acquire(queries)
            asm.hold(route)
            if self._share(port) and len(shards) > 1:
                share = asm.slot(f"{port.name.lower()}s of all", self._share(port))
                asm.branch(Condition.CHANCE, whole, share, asm.stream(f"{port.name.lower()}s of all"))
            stamp_by_shard(
                asm,
                data_targets(asm),
                lambda cluster, members, port=port, routing=routing: self._stamp_shard(  # type: ignore[misc]
                    asm, port, routing, cluster, members
                ),
            )
            asm.place(done)
            for step in steps:
                asm.log(step)
            asm.answer()
            asm.place(whole)
            asm.divide(parts, first_slot=everywhere, flags=flags)
            asm.jump(done)
            self._stamp_parts(asm, port, routing, parts)
        stamp_probe(asm)
        self.stamp_health_checks(asm, data_targets(asm))

    def _share(self, port: Port) -> float:
        """Return the share of reads, or of writes, that goes to all shards."""
        if port is Port.READ:
            return self.join_ratio * (1.0 - self.denormalized_ratio)
        return self.denormalized_ratio if self.join_ratio else 0.0

    def _stamp_shard(
        self, asm: NodeAssembler, port: Port, routing: Routing, cluster: int, members: Sequence[Target]
    ) -> None:
        self.stamp_call(asm, data_group(asm, port, cluster, members, routing), port)

    def _stamp_parts(self, asm: NodeAssembler, port: Port, routing: Routing, parts: Port) -> None:
        """Each part asks one shard. It holds a place, so that it ends when the node crashes."""
        shards = _shards(asm)
        starts = [asm.label() for _ in shards]
        asm.port(parts)
        asm.acquire(asm.pool("parts", capacity=float("inf")))
        asm.numbered(len(shards), 1, lambda number: asm.jump(starts[number]))
        asm.answer()
        for start, (cluster, members) in zip(starts, shards, strict=True):
            asm.place(start)
            self._stamp_shard(asm, port, routing, cluster, members)
            asm.answer()

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """A query of all shards goes to each, every other one to its own."""
        reads = operation == "read"
        several = len(targets.shards) > 1
        everywhere = self._share(Port.READ if reads else Port.WRITE) if several else 0.0
        each = everywhere + (1.0 - everywhere) / max(len(targets.shards), 1)
        calls: dict[str, float] = {}
        for shard in targets.shards:
            calls |= spread(shard.readers if reads else shard.writers, each)
        return calls


def _shards(asm: NodeAssembler) -> list[tuple[int, list[Target]]]:
    """Return the clusters of connected databases, each with those of its members that are connected."""
    targets = data_targets(asm)
    clusters = sorted({target.cluster for target in targets})
    return [(number, [target for target in targets if target.cluster == number]) for number in clusters]
