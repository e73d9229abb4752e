"""The web or application server: it works on a request and asks others for what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._guards import HedgingCaller
from simcore.components._parts import (
    SHAPE_LABELS,
    HealthChecker,
    ShapeName,
    data_group,
    data_targets,
    instance_count,
    shape_of,
    size_param,
    spread,
    stamp_by_shard,
    stamp_probe,
    values_param,
    variation,
)
from simcore.components._placement import PLACEMENT_LABELS, Placing
from simcore.components._prices import PublicPriced, hourly
from simcore.components._processing import Lined
from simcore.components._sessions import SessionKeeper
from simcore.components._sizes import Sized
from simcore.components.base import Callees, Role
from simcore.params import Numbers, numbers_in, param
from simcore.program import Condition, LogStep, Operation, Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label, Target


class WebServer(HealthChecker, SessionKeeper, HedgingCaller, Placing, Lined, Sized, PublicPriced):
    """A server with a fixed number of workers; a worker stays occupied while it waits for others."""

    title: ClassVar[str] = "Web server"
    summary: ClassVar[str] = (
        "Runs the application: works on a request and asks caches, databases and services."
    )
    models: ClassVar[str] = (
        "A request takes a worker, or waits in line for one, and keeps it until its answer is complete, also while it "
        "waits for a cache or a database. Reads look in the cache first and fill it after a miss; writes go to the primary "
        "database and to the cache as the policy says. A cached record that is older than the database's counts as a stale "
        "read. Background jobs go to a message queue if one is "
        "connected and are done on the spot if not. Where sessions are kept, a user without one logs in first. Several services are called one after the other."
    )
    leaves_out: ClassVar[str] = "Memory and garbage collection. All instances know the sessions in memory."
    group: ClassVar[str] = "compute"
    aliases: ClassVar[tuple[str, ...]] = (
        "application server", "API server", "service", "Django", "Spring", "Node.js", "Tomcat", "Express", "FastAPI",
    )  # fmt: skip
    words: ClassVar[Mapping[str, str]] = dict.fromkeys((
        "web", "app", "application", "server", "backend", "back end", "frontend", "front end", "api", "site", "website", "ui",
        "httpd", "apache", "node", "php", "python", "wordpress", "flask", "rails", "laravel", "ghost", "jetty", "monolith"), "",
    )  # fmt: skip
    role: ClassVar[Role] = Role.SERVICE
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.SERVICE: "calls", Role.CACHE: "looks up in", Role.SESSIONS: "looks for sessions in",
        Role.DATABASE: "reads from and writes to", Role.STORE: "reads from and writes to",
        Role.SHARDED: "reads from and writes to", Role.QUEUE: "leaves jobs in",
    }  # fmt: skip

    worker_count: int = param(
        32,
        label="Workers",
        ge=1,
        le=100_000,
        group="processing",
        help="Requests that it can work on at the same time (threads or processes).",
        moves="latency down",
    )
    instance_count: int = instance_count()
    queue_capacity: int = param(
        100,
        label="Waiting places",
        ge=0,
        le=10_000_000,
        group="processing",
        help="Requests that may wait for a worker; more are refused.",
        source="Apache Tomcat: acceptCount 100",
        moves="failed down, latency up",
    )
    queue_wait_max_s: float = param(
        0.0,
        label="Longest wait",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="A request that has waited longer for a worker is refused instead of served (load shedding). 0 sets no limit.",
        source="Maurer 2015, Fail at Scale: 5 ms once the queue has not been empty for 100 ms",
        moves="failed down, latency up",
    )
    shed_interval_s: float = param(
        0.0,
        label="Shed after",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="The longest wait counts only once the queue has not been empty for so long; short bursts are then spared.",
        source="Our suggestion; CoDel (RFC 8289) and Maurer 2015: 0.1 s",
        advanced=True,
        moves="failed down",
    )
    service_time_mean_s: float = param(
        0.0128,
        label="Service time",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Mean time of its own work on a request, without waiting for others.",
        source="Our suggestion: median 10 ms, sigma 0.7; Stack Overflow 2016 (N. Craver): 7.7 to 22.7 ms",
        moves="latency up",
    )
    service_time_distribution: ShapeName = param(
        "lognormal",
        label="Service time varies",
        group="processing",
        choices=SHAPE_LABELS,
        help="How that time varies from request to request.",
        moves="latency_p99 changes",
    )
    service_time_cv: float = param(
        0.8,
        label="Variation",
        ge=0,
        le=20,
        group="processing",
        help="Standard deviation of that time divided by its mean, where the distribution leaves it open.",
        source="Our suggestion: sigma 0.7, which is a variation of 0.8",
        moves="latency_p99 up",
    )
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    service_time_per_kb_s: float = size_param()
    job_time_mean_s: float = param(
        0.5,
        label="Job time",
        unit="s",
        ge=0,
        le=3600,
        group="jobs",
        help="Mean time of a background job when it is done here, on the spot.",
        moves="latency up",
    )

    cache_placement: Literal["key_hash", "modulo", "range", "ring", "ring_bounded"] = param(
        "key_hash",
        label="Keys on caches",
        group="placement",
        choices=PLACEMENT_LABELS,
        help="Which of several caches has a record.",
        moves={
            "modulo": "calls up",
            "range": "imbalance up",
            "ring": "imbalance changes",
            "ring_bounded": "imbalance down",
        },
    )
    write_policy: Literal["cache_aside", "write_through", "write_back", "write_around"] = param(
        "cache_aside",
        label="Writes and the cache",
        group="cache",
        choices={
            "cache_aside": "Cache-aside: to the database, then drop the cached record",
            "write_through": "Write-through: to the database, then renew the cached record",
            "write_back": "Write-back: to the cache, which writes to the database later",
            "write_around": "Write-around: to the database only",
        },
        help="What a write does to the cache. Write-back needs a connection from the cache to the database; without it, or "
        "when the cache has no room for more, the write goes through.",
        moves={
            "write_through": "hit_ratio up",
            "write_back": "latency down",
            "write_around": "stale_reads up",
        },
    )
    scatter_ratio: float = param(
        0.0,
        label="Reads that ask all shards",
        unit="ratio",
        ge=0,
        le=1,
        group="shards",
        help="Share of reads that no key leads to one shard: they ask all independent databases at once (scatter and gather). "
        "Without several of them it changes nothing.",
        moves="calls up",
    )
    scatter_need_count: int = param(
        0,
        label="Answers needed",
        ge=0,
        le=1000,
        group="shards",
        help="Shards whose answers such a read waits for; 0 waits for all.",
        moves="latency up",
    )
    single_flight: bool = param(
        False,
        label="Fetch once for all",
        group="cache",
        help="Of all requests that want the same record at the same time only the first reads it from the database; the "
        "others wait for its result. If it fails, the next in line reads in its place.",
        moves="calls down",
    )
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    def lower(self, asm: NodeAssembler) -> None:
        """Take a worker, work, then do what the request's class asks for."""
        asm.instances(self.running(self.instance_count))
        workers = asm.pool(
            "workers",
            capacity=self.worker_count,
            queue_capacity=self.queue_capacity,
            discipline=self.discipline,
            contention=self.contention,
            wait_max_s=self.queue_wait_max_s or float("inf"),
            backlog_min_s=self.shed_interval_s,
        )
        asm.per_instance("workers.capacity", self.worker_count)
        shape, values = shape_of(self.service_time_distribution), numbers_in(self.service_time_values)
        service = asm.distribution(
            "service_time", self.service_time_mean_s, shape, self.service_time_cv, values
        )
        write, job, done, static = (asm.label() for _ in range(4))
        asm.port(Port.REQUEST)
        asm.acquire(workers)
        self.stamp_work(asm, service, workers, self.service_time_per_kb_s)
        asm.branch_operation(Operation.STATIC, static)
        self.stamp_session(asm)
        asm.branch_operation(Operation.WRITE, write)
        asm.branch_operation(Operation.JOB, job)
        missed = self._stamp_read(asm)
        asm.place(done)
        self.stamp_services(asm)
        asm.place(static)
        asm.answer()
        asm.place(write)
        self._stamp_write(asm)
        asm.jump(done)
        asm.place(job)
        self._stamp_job(asm)
        asm.answer()
        if missed is not None:
            self._stamp_miss(asm, missed, done)
        stamp_probe(asm)
        self.stamp_health_checks(asm, [*data_targets(asm), *_of(asm, Role.CACHE), *_of(asm, Role.SESSIONS)])

    def _stamp_read(self, asm: NodeAssembler) -> Label | None:
        """Look in the cache first. Returns where a miss goes on, if there is a cache: `_stamp_miss` has the rest.

        A failed look-up counts as a miss. What asks all shards asks no cache.
        """
        gathered = asm.label()
        self._stamp_scatter(asm, gathered)
        missed = self._stamp_keyed_read(asm)
        asm.place(gathered)
        return missed

    def _stamp_scatter(self, asm: NodeAssembler, gathered: Label) -> None:
        """Ask one member of every shard at once, those believed dead left out."""
        shards = {target.cluster: target for target in reversed(data_targets(asm))}
        if len(shards) < 2 or self.scatter_ratio == 0.0:
            return
        group = asm.group("shards", [shards[cluster] for cluster in sorted(shards)], Routing.ROUND_ROBIN)
        share = asm.slot("scatter_ratio", self.scatter_ratio)
        need = asm.slots("scatter_need", self.scatter_need_count, self.timeout_s)
        scatter, keyed = asm.label(), asm.label()
        asm.branch(Condition.CHANCE, scatter, share, asm.stream("scatter"))
        asm.jump(keyed)
        asm.place(scatter)
        asm.fork(group, Port.READ, need_slot=need, timeout_slot=need + 1, on_failure=None)
        asm.jump(gathered)
        asm.place(keyed)

    def _stamp_keyed_read(self, asm: NodeAssembler) -> Label | None:
        if not _of(asm, Role.CACHE):
            self._stamp_fetch(asm, None)
            return None
        missed = asm.label()
        self._stamp_cache(asm, Port.GET, missed)
        asm.branch(Condition.MISS, missed)
        stamp_by_shard(asm, data_targets(asm), lambda cluster, _: asm.log(LogStep.CHECK, cluster))
        return missed

    def _stamp_miss(self, asm: NodeAssembler, missed: Label, found: Label) -> None:
        """Read from the database and fill the cache; a failed fill does no harm."""
        filled = asm.label()
        asm.place(missed)
        self._stamp_fetch(asm, filled)
        asm.jump(found)

    def _stamp_fetch(self, asm: NodeAssembler, filled: Label | None) -> None:
        """Read from the database, alone or for all who ask for the same key, and keep it in the cache if there is one."""
        done = asm.label()
        if self.single_flight:
            asm.join("reads")
            asm.branch(Condition.HIT, done)
        self._stamp_databases(asm, Port.READ, Routing.REPLICAS)
        if filled is not None:
            self._stamp_cache(asm, Port.PUT, filled)
            asm.place(filled)
        if self.single_flight:
            asm.share_result()
        asm.place(done)

    def _stamp_write(self, asm: NodeAssembler) -> None:
        """Write as the policy says; a cache that cannot be reached is left as it is."""
        done = asm.label()
        if _of(asm, Role.CACHE) and self.write_policy == "write_back":
            through = asm.label()
            self._stamp_cache(asm, Port.WRITE, through)
            asm.jump(done)
            asm.place(through)
        self._stamp_databases(asm, Port.WRITE, Routing.PRIMARY)
        if _of(asm, Role.CACHE) and self.write_policy != "write_around":
            self._stamp_cache(asm, Port.DROP if self.write_policy == "cache_aside" else Port.PUT, done)
        asm.place(done)

    def _stamp_cache(self, asm: NodeAssembler, port: Port, on_failure: Label) -> None:
        caches = self.place(asm, "caches", _of(asm, Role.CACHE), self.cache_placement)
        timeout = asm.slot("timeout", self.timeout_s)
        asm.call(
            caches,
            port,
            timeout_slot=timeout,
            on_failure=on_failure,
            site=f"cache {port.name}",
            flags=self.call_flags(),
        )

    def _stamp_databases(self, asm: NodeAssembler, port: Port, routing: Routing) -> None:
        """Call the cluster that has the key."""

        def call(cluster: int, members: list[Target]) -> None:
            group = data_group(asm, port, cluster, members, routing)
            self.stamp_call(asm, group, port)

        stamp_by_shard(asm, data_targets(asm), call)

    def stamp_services(self, asm: NodeAssembler) -> None:
        """Call every service, one after the other."""
        for target in _of(asm, Role.SERVICE):
            self.stamp_call(asm, asm.single(target), Port.REQUEST)

    def _stamp_job(self, asm: NodeAssembler) -> None:
        queues = _of(asm, Role.QUEUE)
        if queues:
            self.stamp_call(asm, asm.group("queues", queues, Routing.ROUND_ROBIN), Port.REQUEST)
        else:
            asm.hold(asm.distribution("job_time", self.job_time_mean_s, shape_of("exponential")), "jobs")

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Reads count as if the cache were empty: the load that the database must survive when the cache dies."""
        sessions = spread(targets.of(Role.SESSIONS))
        if operation in ("static", "job"):
            return spread(targets.of(Role.QUEUE)) | sessions if operation == "job" else {}
        reads = operation == "read"
        scattered = self.scatter_ratio if reads and len(targets.shards) > 1 else 0.0
        asks_cache = reads or self.write_policy != "write_around"
        calls = dict.fromkeys(targets.of(Role.SERVICE), 1.0) | sessions
        calls |= spread(targets.of(Role.CACHE), (1.0 - scattered) if asks_cache else 0.0)
        missed = 1.0 - targets.hit_ratio if reads else 1.0
        keyed = missed * (1.0 - scattered) / max(len(targets.shards), 1)
        for shard in targets.shards:
            calls |= spread(shard.readers if reads else shard.writers, keyed)
            calls[shard.asked] = calls.get(shard.asked, 0.0) + scattered
        return calls

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of its own work on a request, by what it carries."""
        return self.service_time_mean_s + self.service_time_per_kb_s * payload_bytes / 1000

    def work_cv(self) -> float:
        """Return how the time of its own work varies."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def place_count(self) -> float | None:
        """Return its workers: each keeps one request until it is answered."""
        return self.running(self.instance_count) * self.worker_count

    def drops_written(self) -> bool:
        """Tell whether a write drops the cached record."""
        return self.write_policy == "cache_aside"

    def capacity_rps(self) -> float | None:
        """Return what works at once, workers or cores, divided by the time of its own work; waiting for others lowers it."""
        working = self.running(self.instance_count) * self.working(self.worker_count)
        return working / self.service_time_mean_s if self.service_time_mean_s else None


def _of(asm: NodeAssembler, role: Role) -> tuple[Target, ...]:
    return asm.targets.get(role, ())
