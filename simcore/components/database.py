"""The relational database: a primary that takes the writes, replicas that follow its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import (
    HealthChecker,
    Waiter,
    shape_of,
    size_param,
    stamp_probe,
    values_param,
    variation,
)
from simcore.components._prices import hourly
from simcore.components._records import (
    read_and_write_times,
    read_time_param,
    times_cv_param,
    times_shape_param,
    write_time_param,
)
from simcore.components._sizes import Sized
from simcore.components.base import Callees, Role, ShapeName
from simcore.params import Numbers, numbers_in, param
from simcore.program import Condition, HoldMode, LogStep, Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler

#: Replicas that must confirm a write before it is acknowledged: all (0), or the first.
_NEED = {"asynchronous": 0, "synchronous": 0, "semi_synchronous": 1}


class Database(HealthChecker, Waiter, Sized):
    """A relational database. Drawn with an edge to another database it is the primary, and the other its replica."""

    title: ClassVar[str] = "Database"
    summary: ClassVar[str] = "Keeps the records. Connect it to further databases to make them its replicas."
    models: ClassVar[str] = (
        "Queries take one of a number of connections, or wait in line, and work on a core if there are fewer of these. Writes of the same record come one after the other, "
        "and those that wait keep their connections; a share of the reads joins tables, which takes longer. "
        "Every write gets a position in the primary's "
        "log; replicas receive the log over the network and apply it in order, so that a replica may answer with an "
        "old value (counted as a stale read). When replicas stop hearing from the primary for several checks, the one "
        "with the longest log is promoted; acknowledged writes that it does not have are lost, and counted. An old "
        "primary that comes back follows the new one; if it was not fenced off, what it took meanwhile has diverged and is "
        "thrown away, and counted."
    )
    leaves_out: ClassVar[str] = (
        "Disks and memory, also that of its machine; deadlocks and lock timeouts: a transaction writes one record. Reads wait for no writes, for they see "
        "the version before."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = (
        "PostgreSQL",
        "MySQL",
        "MariaDB",
        "SQL",
        "RDS",
        "Aurora",
        "primary",
        "replica",
    )
    words: ClassVar[Mapping[str, str]] = {
        "db": "", "postgres": "PostgreSQL", "pg": "PostgreSQL", "postgi": "PostgreSQL",
        "timescaledb": "PostgreSQL", "mysqld": "MySQL", "percona": "MySQL", "mssql": "", "sqlite": "",
        "oracle": "", "cockroach": "", "cockroachdb": "", "rdbms": "", "data store": "", "datastore": "",
        "relational": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.DATABASE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.DATABASE: "replicates to"}

    moves_here: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "healthy_threshold": "lost_writes up",
        "instance_size": {
            **dict.fromkeys(("t3_micro", "t3_medium", "m7g_large"), "latency up, cost down"),
            **dict.fromkeys(("m7g_xlarge", "m7g_2xlarge"), "latency up, cost up"),
            **dict.fromkeys(("c7g_4xlarge", "c7g_16xlarge", "r7i_48xlarge", "u_24tb1"), "cost up"),
        },
    }

    connection_count: int = param(
        20,
        label="Connections",
        ge=1,
        le=10_000,
        group="processing",
        help="Queries that run at the same time; the rest wait in line, as behind a connection pooler.",
        source="PgBouncer documentation: default_pool_size 20",
        moves="latency down",
    )
    queue_capacity: int = param(
        1_000,
        label="Waiting places",
        ge=0,
        le=10_000_000,
        group="processing",
        help="Queries that may wait for a connection; more are refused.",
        moves="failed down, latency up",
    )
    read_time_mean_s: float = read_time_param()
    write_time_mean_s: float = write_time_param()
    service_time_distribution: ShapeName = times_shape_param()
    service_time_cv: float = times_cv_param()
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    service_time_per_kb_s: float = size_param()
    row_locks: bool = param(
        True,
        label="Rows are locked",
        group="contention",
        help="Whether writes of the same record wait for each other, each with its connection, until the one before has "
        "committed. A popular record then limits how much can be written, and keeps connections from others.",
        source="PostgreSQL documentation, explicit locking: a row's second writer waits for the first to end",
        moves="latency up, utilization up",
    )
    join_ratio: float = param(
        0.0,
        label="Reads that join",
        unit="ratio",
        ge=0,
        le=1,
        group="joins",
        help="Share of the reads that put records of several tables together.",
        source="Our suggestion",
        moves="latency up, utilization up",
    )
    join_time_factor: float = param(
        5.0,
        label="Time of a join",
        ge=1,
        le=10_000,
        group="joins",
        help="How many times as long as a read of one record such a read takes. Without joins it changes nothing.",
        source="Our suggestion",
        moves="latency up, utilization up",
    )
    replication_mode: Literal["asynchronous", "semi_synchronous", "synchronous"] = param(
        "asynchronous",
        label="Replication",
        group="replication",
        choices={
            "asynchronous": "Asynchronous",
            "semi_synchronous": "Semi-synchronous (first replica)",
            "synchronous": "Synchronous (all replicas)",
        },
        help="Whether a write waits for the replicas before it is acknowledged. Used while this database is the primary.",
        moves="latency up, lost_writes down",
    )
    ship_interval_s: float = param(
        0.1,
        label="Delivery interval",
        unit="s",
        ge=0.001,
        le=60,
        group="replication",
        help="Pause between two deliveries of the log to this replica; half of it is the usual lag.",
        source="Amazon Aurora guide: replicas usually lag less than 0.1 s",
        moves="stale_reads up",
    )
    apply_time_mean_s: float = param(
        0.0002,
        label="Apply time",
        unit="s",
        ge=0,
        le=60,
        group="replication",
        help="Mean time in which this replica applies one write.",
        moves="stale_reads up",
    )
    automatic_failover: bool = param(
        True,
        group="failover",
        help="Whether this replica takes part in promoting a new primary when the primary is lost.",
        moves="failed down",
    )
    promotion_time_s: float = param(
        4.0,
        label="Promotion time",
        unit="s",
        ge=0,
        le=600,
        group="failover",
        help="Time from the decision to the moment when the new primary takes writes.",
        source="Aurora failover time test: 10 to 16 s, detection included",
        moves="failed up",
    )

    fencing: bool = param(
        True,
        group="failover",
        help="Whether the old primary is cut off when this replica is promoted. If not, it goes on taking writes from those "
        "who still reach it (split brain), and they are thrown away when it hears of the new primary.",
        moves="diverged_writes down",
    )
    price_hour_usd: float = hourly(
        0.136, "AWS price list (Infracost): RDS db.t3.large in one zone 99.28 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Reads and writes take a connection; replication and fail-over are programs beside them."""
        connections = asm.pool(
            "connections",
            capacity=self.connection_count,
            queue_capacity=self.queue_capacity,
            contention=self.contention,
        )
        read, write = read_and_write_times(asm, self)
        asm.port(Port.READ)
        asm.acquire(connections)
        self._stamp_look(asm, read, connections)
        asm.log(LogStep.READ)
        asm.answer()
        asm.port(Port.WRITE)
        asm.acquire(connections)
        if self.row_locks:
            asm.join("row locks")  # which is never shared: whoever waits for a record has it next
        self.stamp_work(asm, write, connections, self.service_time_per_kb_s, "writes")
        asm.log(LogStep.APPEND)
        if asm.peers:
            self._stamp_replicate(asm)
        asm.log(LogStep.ACKNOWLEDGE)
        asm.answer()
        stamp_probe(asm)
        if asm.peers:
            self._stamp_follow(asm)
            self._stamp_fail_over(asm)
            self.stamp_health_checks(asm, asm.peers)

    def _stamp_look(self, asm: NodeAssembler, read: int, connections: int) -> None:
        """Look up one record, or join those of several tables."""
        per_kb_s = self.service_time_per_kb_s
        if not self.join_ratio:
            self.stamp_work(asm, read, connections, per_kb_s, "reads")
            return
        shape, values = shape_of(self.service_time_distribution), numbers_in(self.service_time_values)
        mean_s = self.read_time_mean_s * self.join_time_factor
        longer = asm.distribution("join_time", mean_s, shape, self.service_time_cv, values)
        joins, looked = asm.label(), asm.label()
        asm.branch(Condition.CHANCE, joins, asm.slot("join_ratio", self.join_ratio), asm.stream("joins"))
        self.stamp_work(asm, read, connections, per_kb_s, "reads")
        asm.jump(looked)
        asm.place(joins)
        self.stamp_work(asm, longer, connections, per_kb_s, "reads")
        asm.place(looked)

    def _stamp_replicate(self, asm: NodeAssembler) -> None:
        """Wait for replicas if the mode says so. Without any replica believed healthy the write stands alone."""
        peers = asm.group("peers", asm.peers, Routing.ROUND_ROBIN)
        waits = asm.slot("waits", self.replication_mode != "asynchronous")
        need = asm.slots("need", _NEED[self.replication_mode], self.timeout_s)
        wait, done = asm.label(), asm.label()
        asm.branch(Condition.SLOT, wait, waits)
        asm.jump(done)
        asm.place(wait)
        asm.fork(peers, Port.REPLICATE, need_slot=need, timeout_slot=need + 1, on_failure=None)
        asm.place(done)

    def _stamp_follow(self, asm: NodeAssembler) -> None:
        """As a replica: fetch the log from the primary and apply it."""
        applier = asm.pool("applier", capacity=1)
        apply_time = asm.distribution("apply_time", self.apply_time_mean_s, shape_of("exponential"))
        interval = asm.distribution("ship_interval", self.ship_interval_s)
        asm.port(Port.REPLICATE)
        asm.acquire(applier)
        asm.hold(apply_time, "applying")
        asm.log(LogStep.APPLY)
        asm.answer()
        carry = asm.here()
        asm.link_delay()
        asm.acquire(applier)
        asm.hold(apply_time, "applying", mode=HoldMode.PER_ITEM)
        asm.log(LogStep.APPLY)
        asm.answer()
        asm.daemon("follow")
        loop = asm.here()
        asm.delay(interval, "shipping")
        asm.log(LogStep.POLL)
        asm.branch(Condition.MISS, loop)
        asm.spawn(carry, over_target=True)
        asm.jump(loop)

    def _stamp_fail_over(self, asm: NodeAssembler) -> None:
        """As a replica: promote a new primary when the old one is believed dead, and still is after the decision."""
        peers = asm.group("peers", asm.peers, Routing.ROUND_ROBIN)
        automatic = asm.slot("automatic_failover", self.automatic_failover)
        interval = asm.distribution("fail_over_interval", self.health_check_interval_s / 4)
        promotion = asm.distribution("promotion_time", self.promotion_time_s)
        asm.daemon("fail over")
        loop = asm.here()
        act = asm.label()
        asm.delay(interval, "fail over")
        asm.branch(Condition.PRIMARY_TRUSTED, loop, peers, asm.cluster)
        asm.branch(Condition.SLOT, act, automatic)
        asm.jump(loop)
        asm.place(act)
        asm.delay(promotion, "fail over")
        asm.branch(Condition.PRIMARY_TRUSTED, loop, peers, asm.cluster)
        asm.log(LogStep.PROMOTE, operand=asm.slot("fencing", self.fencing))
        asm.jump(loop)

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Replicas apply the log beside their queries: it costs them no connection."""
        return {}

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a query by its sort, and by what it carries."""
        joined = 1.0 + self.join_ratio * (self.join_time_factor - 1.0)
        own_s = self.read_time_mean_s * joined if operation == "read" else self.write_time_mean_s
        return own_s + self.service_time_per_kb_s * payload_bytes / 1000

    def work_cv(self) -> float:
        """Return how these times vary."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def confirmations(self, operation: str, peer_count: int) -> int:
        """Return how many replicas a write waits for."""
        if operation == "read" or self.replication_mode == "asynchronous":
            return 0
        return _NEED[self.replication_mode] or peer_count

    def place_count(self) -> float | None:
        """Return its connections: a write keeps its own while it waits for replicas."""
        return self.connection_count

    def takeover_s(self) -> float | None:
        """Return the time of noticing that the primary is lost, and of the promotion."""
        return (self.detection_s() or 0.0) + self.promotion_time_s if self.automatic_failover else None

    def capacity_rps(self) -> float | None:
        """Return the queries that work at once, on connections or cores, divided by the mean time of a read."""
        mean_s = self.work_s("read", 0.0)
        return self.working(self.connection_count) / mean_s if mean_s else None
