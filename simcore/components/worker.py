"""The background worker: it takes jobs from message queues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.components._guards import GuardedCaller
from simcore.components._parts import (
    SHAPE_LABELS,
    ShapeName,
    data_group,
    data_targets,
    instance_count,
    shape_of,
    size_param,
    spread,
    stamp_probe,
    values_param,
    variation,
)
from simcore.components._prices import hourly
from simcore.components._sizes import Sized
from simcore.components.base import Callees, Machine, Role
from simcore.params import Numbers, numbers_in, param
from simcore.program import Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label


class Worker(GuardedCaller, Machine, Sized):
    """Processes that fetch jobs, do them one at a time, and confirm each afterwards."""

    title: ClassVar[str] = "Worker"
    summary: ClassVar[str] = "Takes jobs from a queue and does them in the background."
    models: ClassVar[str] = (
        "Each process fetches a job (or several, as the queue says), works on it, on a core if there are fewer of these, writes the result to the database if one is connected, and then "
        "confirms it. A job whose worker dies or whose database fails goes back to the queue. A scheduler may also start jobs here "
        "directly: these wait for a free process, and fail with it."
    )
    leaves_out: ClassVar[str] = "Jobs that depend on each other."
    group: ClassVar[str] = "compute"
    aliases: ClassVar[tuple[str, ...]] = ("consumer", "Celery", "Sidekiq", "background job", "task")
    words: ClassVar[Mapping[str, str]] = {
        "job": "", "background worker": "", "processor": "", "batch": "", "cron": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.CONSUMER
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.DATABASE: "writes results to",
        Role.STORE: "writes results to",
        Role.SHARDED: "writes results to",
    }

    worker_count: int = param(
        4,
        label="Processes",
        ge=1,
        le=256,
        group="processing",
        help="Jobs that it works on at the same time (processes).",
        moves="queue_length down",
    )
    instance_count: int = instance_count()
    service_time_mean_s: float = param(
        0.165,
        label="Job time",
        unit="s",
        ge=0,
        le=86_400,
        group="processing",
        help="Mean time of one job.",
        source="Our suggestion: median 100 ms, lognormal with sigma 1.0",
        moves="latency up",
    )
    service_time_distribution: ShapeName = param(
        "lognormal",
        label="Job time varies",
        group="processing",
        choices=SHAPE_LABELS,
        help="How that time varies from job to job.",
        moves="latency_p99 changes",
    )
    service_time_cv: float = param(
        1.3,
        label="Variation",
        ge=0,
        le=20,
        group="processing",
        help="Standard deviation of that time divided by its mean, where the distribution leaves it open.",
        source="Our suggestion: sigma 1.0, which is a variation of 1.3",
        moves="latency_p99 up",
    )
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    service_time_per_kb_s: float = size_param()
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    def lower(self, asm: NodeAssembler) -> None:
        """Each process is a loop; with several queues the processes are shared out among them."""
        asm.instances(self.running(self.instance_count))
        workers = asm.pool("workers", capacity=self.worker_count, contention=self.contention)
        asm.per_instance("workers.capacity", self.worker_count)
        service = asm.distribution(
            "service_time",
            self.service_time_mean_s,
            shape_of(self.service_time_distribution),
            self.service_time_cv,
            numbers_in(self.service_time_values),
        )
        if asm.feeds.get(Role.SCHEDULER):
            asm.port(Port.REQUEST)
            asm.acquire(workers)
            self.stamp_work(asm, service, workers, self.service_time_per_kb_s)
            self._stamp_result(asm, None)
            asm.answer()
        stamp_probe(asm)
        feeds = asm.feeds.get(Role.QUEUE, ())
        for position, feed in enumerate(feeds):
            queue = asm.queue_from(feed)
            failed = asm.label()
            share = len(range(position, self.worker_count, len(feeds)))
            name = f"consumers of {feed.node_id}"
            asm.daemon(name, count_slot=asm.per_instance(name, share), queue=queue)
            loop = asm.here()
            asm.dequeue(queue, feed.edge)
            asm.acquire(workers)
            asm.link_delay(feed.edge)
            self.stamp_work(asm, service, workers, self.service_time_per_kb_s)
            self._stamp_result(asm, failed)
            asm.release(workers)
            asm.settle(queue, done=True)
            asm.jump(loop)
            asm.place(failed)
            asm.release(workers)
            asm.settle(queue, done=False)
            asm.jump(loop)

    def _stamp_result(self, asm: NodeAssembler, failed: Label | None) -> None:
        databases = data_targets(asm)
        for cluster in sorted({target.cluster for target in databases}):
            members = [target for target in databases if target.cluster == cluster]
            group = data_group(asm, Port.WRITE, cluster, members, Routing.PRIMARY)
            self.stamp_call(asm, group, Port.WRITE, failed)

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """The result of every job is written to each database or store."""
        return {node: calls for shard in targets.shards for node, calls in spread(shard.writers).items()}

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a job, by what it carries."""
        return self.service_time_mean_s + self.service_time_per_kb_s * payload_bytes / 1000

    def work_cv(self) -> float:
        """Return how the time of a job varies."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def place_count(self) -> float | None:
        """Return its processes: one waits until its result is written."""
        return self.running(self.instance_count) * self.worker_count

    def capacity_rps(self) -> float | None:
        """Return what works at once, processes or cores, divided by the time of a job."""
        working = self.running(self.instance_count) * self.working(self.worker_count)
        return working / self.service_time_mean_s if self.service_time_mean_s else None
