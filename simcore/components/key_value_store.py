"""The key-value store: every key has copies at some members, and reads and writes wait for a quorum of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.components._parts import HealthChecker, Waiter, stamp_probe, variation
from simcore.components._prices import hourly
from simcore.components._records import (
    read_and_write_times,
    read_time_param,
    times_cv_param,
    times_shape_param,
    write_time_param,
)
from simcore.components._sizes import Sized
from simcore.components.base import Callees, Role, ShapeName, values_param
from simcore.params import Numbers, param
from simcore.program import Condition, Eviction, Keep, LogStep, Port, Routing, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label


class KeyValueStore(HealthChecker, Waiter, Sized):
    """One member of a store without a primary; connected members share the keys among them."""

    title: ClassVar[str] = "Key-value store"
    summary: ClassVar[str] = (
        "Keeps copies of each record at several members. Connect it to further ones to share the records."
    )
    models: ClassVar[str] = (
        "Each key has copies at N members, chosen by hashing. Any member takes a request, asks all N and answers as soon as R "
        "copies were read, the newest of which counts, or W were written; the others follow when they can. A read that is "
        "older than what had been acknowledged when it began counts as stale, a write that failed but stayed at some member "
        "(or was on its way to one) as diverged. With R + W > N no read is stale. Reads can repair the copies that they find outdated. Who takes a write "
        "while a member with a copy is believed dead remembers it, and writes the record again when all are back (hinted hand-off)."
    )
    leaves_out: ClassVar[str] = (
        "Clocks that disagree, several values side by side, and the time that copying takes when members come or go. Hints do "
        "not count as copies (no sloppy quorum), and what a member misses before it is believed dead is left to reads. With fewer members than N all have a copy, and quorums shrink to what there is."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = ("Cassandra", "DynamoDB", "Riak", "ScyllaDB", "NoSQL", "quorum")
    words: ClassVar[Mapping[str, str]] = {
        "scylla": "", "dynamo": "", "couchdb": "", "couchbase": "", "key value": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.STORE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.STORE: "shares records with"}
    calls_itself: ClassVar[bool] = True

    moves_here: ClassVar[Mapping[str, str]] = {
        "health_check_interval_s": "hints down",
        "health_check_timeout_s": "hints down",
        "unhealthy_threshold": "hints down",
        "healthy_threshold": "hints up",
    }

    replica_count: int = param(
        3,
        label="Copies of a key (N)",
        ge=1,
        le=10,
        group="quorum",
        help="Members that have a copy of each key. That of the member which takes the request is used.",
        source="Dynamo (SOSP 2007): N = 3",
        moves="utilization up",
    )
    read_quorum_count: int = param(
        2,
        label="Copies read (R)",
        ge=1,
        le=10,
        group="quorum",
        help="Copies that must have been read before a read is answered; at most N.",
        source="Dynamo (SOSP 2007): R = 2",
        moves="latency up, stale_reads down",
    )
    write_quorum_count: int = param(
        2,
        label="Copies written (W)",
        ge=1,
        le=10,
        group="quorum",
        help="Copies that must have been written before a write is acknowledged; at most N.",
        source="Dynamo (SOSP 2007): W = 2",
        moves="latency up",
    )
    read_repair: bool = param(
        True,
        group="quorum",
        help="Whether a read that finds outdated copies has them renewed in the background.",
        moves="stale_reads down",
    )
    hint_count_max: int = param(
        1_000,
        label="Hints kept",
        ge=0,
        le=1_000_000,
        group="quorum",
        help="Records of which it remembers that a member with a copy was believed dead when they were written; of more, the "
        "oldest is forgotten. 0 remembers none.",
        source="Cassandra configuration: hinted_handoff_enabled true",
        moves="hints up",
    )
    hint_interval_s: float = param(
        10.0,
        label="Hand-over interval",
        unit="s",
        ge=0.1,
        le=3600,
        group="quorum",
        help="Pause after which it writes what it remembers to the members that have a copy, once all of them are back.",
        source="Cassandra: hints are dispatched every 10 s",
        moves="hints up",
    )
    durable: bool = param(
        True,
        label="Survives a crash",
        group="quorum",
        help="Whether copies are on disk before a write is acknowledged. If not, a crash loses this member's copies.",
        moves="stale_reads down",
    )
    thread_count: int = param(
        32,
        label="Threads",
        ge=1,
        le=10_000,
        group="processing",
        help="Copies that it reads or writes at the same time.",
        source="Cassandra configuration: concurrent_reads and concurrent_writes 32",
        moves="latency down",
    )
    queue_capacity: int = param(
        1_000,
        label="Waiting places",
        ge=0,
        le=10_000_000,
        group="processing",
        help="Reads and writes of copies that may wait for a thread; more are refused.",
        moves="failed down",
    )
    read_time_mean_s: float = read_time_param(
        0.001,
        help="Mean time of reading one copy.",
        source="Our suggestion; Dynamo (SOSP 2007): 1.55 ms on average for a whole read",
    )
    write_time_mean_s: float = write_time_param(
        0.0012,
        help="Mean time of writing one copy.",
        source="Our suggestion; Dynamo (SOSP 2007): 1.9 ms on average for a whole write",
    )
    service_time_distribution: ShapeName = times_shape_param(help="How these times vary from copy to copy.")
    service_time_cv: float = times_cv_param(
        0.8,
        help="Standard deviation of these times divided by their mean, for the shapes that have one to choose.",
        source="",
    )
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    def lower(self, asm: NodeAssembler) -> None:
        """Copies are read and written with a thread; to wait for a quorum takes none."""
        threads = asm.pool(
            "threads",
            capacity=self.thread_count,
            queue_capacity=self.queue_capacity,
            contention=self.contention,
        )
        read, write = read_and_write_times(asm, self)
        asm.keep_copies(durable=self.durable)
        for port, time, purpose, step in (
            (Port.GET, read, "reads", LogStep.COPY_READ),
            (Port.PUT, write, "writes", LogStep.COPY_WRITE),
        ):
            asm.port(port)
            asm.acquire(threads)
            self.stamp_work(asm, time, threads, purpose=purpose)
            asm.log(step)
            asm.answer()
        self._stamp_quorums(asm)
        stamp_probe(asm)
        self.stamp_health_checks(asm, asm.peers)

    def _stamp_quorums(self, asm: NodeAssembler) -> None:
        assert asm.loopback is not None
        everybody = (*asm.peers, asm.loopback)
        copies = min(self.replica_count, len(everybody))
        members = asm.group("members", everybody, Routing.KEY_HASH, cluster=asm.cluster, copies=copies)
        reads = asm.slots("reads", min(self.read_quorum_count, copies), self.timeout_s)
        writes = asm.slots("writes", min(self.write_quorum_count, copies), self.timeout_s)
        waiting = asm.pool("waiting", capacity=float("inf"))
        done, failed, repair = asm.label(), asm.label(), asm.label()
        asm.port(Port.READ)
        asm.acquire(waiting)
        asm.log(LogStep.QUORUM_READ)
        asm.fork(members, Port.GET, need_slot=reads, timeout_slot=reads + 1, on_failure=None)
        asm.log(LogStep.QUORUM_CHECK)
        if self.read_repair:
            asm.log(LogStep.COMPARE, operand=members)
            asm.branch(Condition.MISS, done)
            asm.spawn(repair)
        asm.place(done)
        asm.answer()
        asm.port(Port.WRITE)
        asm.acquire(waiting)
        asm.log(LogStep.QUORUM_WRITE)
        asm.fork(members, Port.PUT, need_slot=writes, timeout_slot=writes + 1, on_failure=failed)
        asm.log(LogStep.QUORUM_ACK)
        if self.hint_count_max:
            self._stamp_hints(asm, members)
        asm.answer()
        asm.place(failed)
        asm.log(LogStep.QUORUM_FAILED)
        asm.fail()
        self._stamp_repair(asm, members, repair)

    def _stamp_hints(self, asm: NodeAssembler, members: int) -> None:
        """Remember a write that a member has missed; a loop beside it writes the record again when all are back.

        What cannot be handed over yet is leased until the next round, so that a round comes to an end.
        """
        hints = asm.store(
            "hints", capacity=self.hint_count_max, eviction=Eviction.FIFO, volatile=False, hints=True
        )
        everybody = asm.label()
        asm.log(LogStep.AWAY, operand=members)
        asm.branch(Condition.MISS, everybody)
        asm.put(hints, keep=Keep.NEWEST)
        asm.place(everybody)

        def hand_over() -> None:
            interval = asm.distribution("hint_interval", self.hint_interval_s)
            lease = asm.slot("hint_lease", self.hint_interval_s)
            all_of_them = asm.slots("hinted", 0, self.timeout_s)
            asm.daemon("hand over")
            loop, drain, done = asm.here(), asm.label(), asm.label()
            asm.delay(interval, "handing over")
            asm.place(drain)
            asm.lease_oldest(hints, lease)
            asm.branch(Condition.MISS, loop)
            asm.look_up(hints)
            asm.log(LogStep.AWAY, operand=members)
            asm.branch(Condition.HIT, drain)
            asm.log(LogStep.COMPARE, operand=members)
            asm.branch(Condition.MISS, done)
            asm.fork(members, Port.PUT, need_slot=all_of_them, timeout_slot=all_of_them + 1, on_failure=loop)
            asm.place(done)
            asm.drop(hints, StoreKey.OLDEST)
            asm.jump(drain)

        asm.aside(hand_over)

    def _stamp_repair(self, asm: NodeAssembler, members: int, repair: Label) -> None:
        """Write the newest version to all copies that can be reached; nobody waits for it."""
        repairs = asm.slots("repairs", 1, self.timeout_s)
        mended = asm.label()
        asm.place(repair)
        asm.fork(members, Port.PUT, need_slot=repairs, timeout_slot=repairs + 1, on_failure=mended)
        asm.place(mended)
        asm.answer()

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Members ask each other for copies, which is not counted as requests."""
        return {}

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of reading or writing all copies of a key: so much work there is, whoever does it."""
        return self._copy_s(operation) * self.replica_count

    def work_cv(self) -> float:
        """Return how these times vary."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def answer_s(self, operation: str, payload_bytes: float) -> float:
        """Return the mean time until the last copy of a quorum is there: an order statistic, as if times were exponential."""
        need = self.confirmations(operation, self.replica_count - 1) + 1
        left = range(self.replica_count - need + 1, self.replica_count + 1)
        return self._copy_s(operation) * sum(1 / count for count in left)

    def copy_count(self) -> int:
        """Return the members that have a copy of each key."""
        return self.replica_count

    def confirmations(self, operation: str, peer_count: int) -> int:
        """Return how many other members must have answered; it may have one of the copies itself."""
        quorum = self.read_quorum_count if operation == "read" else self.write_quorum_count
        return min(quorum, self.replica_count, peer_count + 1) - 1

    def _copy_s(self, operation: str) -> float:
        return self.read_time_mean_s if operation == "read" else self.write_time_mean_s

    def capacity_rps(self) -> float | None:
        """Return what works at once, threads or cores, divided by the time of reading all copies of a key."""
        working = self.working(self.thread_count)
        return working / (self.read_time_mean_s * self.replica_count) if self.read_time_mean_s else None
