"""The search index: every query asks all shards at once, so the slowest of them decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.components._parts import (
    SHAPE_LABELS,
    ShapeName,
    Waiter,
    shape_of,
    stamp_probe,
    values_param,
    variation,
)
from simcore.components._prices import PublicPriced, hourly
from simcore.components._records import times_cv_param
from simcore.components.base import Machine, Role
from simcore.params import Numbers, numbers_in, param
from simcore.program import Condition, Operation, Port

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class SearchIndex(Machine, Waiter, PublicPriced):
    """Documents divided among shards; a query does not know which of them have what it looks for."""

    title: ClassVar[str] = "Search index"
    summary: ClassVar[str] = (
        "Finds documents by their words: asks all its shards at once and puts the answers together."
    )
    models: ClassVar[str] = (
        "A read is a query: every shard looks for it at the same time, in a line of its own, and the answer is complete when "
        "enough shards have answered, usually all. So each query costs work at every shard, and the more shards there are, the more "
        "probably one of them is slow. A write puts a document into the one shard that the hash of its key says."
    )
    leaves_out: ClassVar[str] = (
        "Copies of shards, failures of single shards, the refresh interval until a document is found, merging of segments, and "
        "caches of queries."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = ("Elasticsearch", "OpenSearch", "Solr", "Lucene", "full-text search")
    words: ClassVar[Mapping[str, str]] = {
        "search": "", "search engine": "", "elastic": "", "meilisearch": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.SERVICE
    calls_itself: ClassVar[bool] = True

    shard_count: int = param(
        5,
        label="Shards",
        ge=1,
        le=64,
        group="shards",
        help="Servers among which the documents are divided; every query asks all of them.",
        source="Our suggestion; Elasticsearch before version 7: 5",
        moves="latency up, cost up",
    )
    answers_needed_count: int = param(
        0,
        label="Answers needed",
        ge=0,
        le=64,
        group="shards",
        help="Shards whose answers a query waits for; what the others would have found is missing. 0 waits for all.",
        source="Our suggestion; Dean & Barroso 2013, The Tail at Scale: good enough answers",
        moves="latency up",
    )
    thread_count: int = param(
        4,
        label="Threads of a shard",
        ge=1,
        le=10_000,
        group="processing",
        help="Queries and documents that each shard works on at the same time.",
        source="Elasticsearch reference: search threads are 3/2 of the cores and one more; 2 cores",
        moves="latency down",
    )
    queue_capacity: int = param(
        1_000,
        label="Waiting places of a shard",
        ge=0,
        le=10_000_000,
        group="processing",
        help="Queries and documents that may wait at each shard; more are refused.",
        source="Elasticsearch reference: search queue 1,000",
        moves="failed down, latency up",
    )
    query_time_mean_s: float = param(
        0.005,
        label="Query time",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Mean time in which one shard answers a query.",
        source="Our suggestion; measured with Rally: 1.2 ms for one word, 217 ms for an aggregation that is not cached (medians)",
        moves="latency up, utilization up",
    )
    index_time_mean_s: float = param(
        0.001,
        label="Indexing time",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Mean time in which a shard takes a document in.",
        source="Our suggestion; measured with Rally: 0.05 ms of a core for each document, in large batches",
        moves="latency up, utilization up",
    )
    service_time_distribution: ShapeName = param(
        "lognormal",
        label="Times vary",
        group="processing",
        choices=SHAPE_LABELS,
        help="How these times vary, also between the shards of one query.",
        source="Our suggestion",
        moves="latency_p99 changes",
    )
    service_time_cv: float = times_cv_param(
        0.8, source="Our suggestion: sigma 0.7, which is a variation of 0.8"
    )
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    price_hour_usd: float = hourly(
        0.587, "AWS price list (Infracost): OpenSearch, one c4.2xlarge.search node, 428.51 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Divide a query among the shards; take a document in at the shard of its key."""
        asm.instances(self.shard_count)
        shards = self._shards(asm)
        shape, values = shape_of(self.service_time_distribution), numbers_in(self.service_time_values)
        query = asm.distribution("query_time", self.query_time_mean_s, shape, self.service_time_cv, values)
        index = asm.distribution("index_time", self.index_time_mean_s, shape, self.service_time_cv, values)
        requests = asm.pool("requests", capacity=float("inf"))
        need = min(self.answers_needed_count, self.shard_count)
        search, found, stored = asm.label(), asm.label(), asm.label()
        asm.port(Port.REQUEST)
        asm.acquire(requests)
        asm.branch_operation(Operation.READ, search)
        asm.branch_operation(Operation.STATIC, search)
        for number in range(1, self.shard_count):
            mine, other = asm.label(), asm.label()
            asm.branch(Condition.KEY_SHARD, mine, number, self.shard_count)
            asm.jump(other)
            asm.place(mine)
            asm.acquire(shards[number])
            asm.jump(stored)
            asm.place(other)
        asm.acquire(shards[0])
        asm.place(stored)
        asm.hold(index, "documents")
        asm.answer()
        asm.place(search)
        asm.divide(first_slot=asm.slots("searches", need, self.timeout_s, self.shard_count))
        asm.answer()

        def take(number: int) -> None:
            asm.acquire(shards[number])
            asm.jump(found)

        asm.port(Port.PART)
        asm.numbered(self.shard_count, 2, take)
        asm.answer()
        asm.place(found)
        asm.hold(query, "queries")
        asm.answer()
        stamp_probe(asm)

    def _shards(self, asm: NodeAssembler) -> list[int]:
        """Declare a line for each shard; together they stand for the index."""
        together = asm.pool("shards", capacity=self.shard_count * self.thread_count)
        return [
            asm.pool(
                f"shard {number}",
                capacity=self.thread_count,
                queue_capacity=self.queue_capacity,
                part_of=together,
            )
            for number in range(self.shard_count)
        ]

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a thread: of one at every shard for a query, of one in all for a document."""
        searches = operation in ("read", "static")
        return self.query_time_mean_s if searches else self.index_time_mean_s / self.shard_count

    def work_cv(self) -> float:
        """Return how these times vary."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def capacity_rps(self) -> float | None:
        """Return the threads of one shard divided by the time of a query: every shard takes part in each."""
        return self.thread_count / self.query_time_mean_s if self.query_time_mean_s else None
