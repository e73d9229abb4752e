"""What components write programs with: `NodeAssembler` is the pen of one node."""

from __future__ import annotations

from collections.abc import Callable

from simcore.call_words import CallFlag, Finding, GateStep
from simcore.data_words import ShardStep
from simcore.program import (
    NONE,
    Cause,
    Condition,
    ControlStep,
    DelayMode,
    HoldMode,
    Keep,
    LogStep,
    Op,
    Operation,
    Port,
    Routing,
    StoreKey,
)
from simcore.resources import NodeResources
from simcore.source_words import ArriveStep
from simcore.symbols import Declarations, Label, Symbols, Wiring

Operand = int | Label


class NodeAssembler(NodeResources):
    """The pen of one node: declares its resources and stamps its operations."""

    def __init__(
        self,
        symbols: Symbols,
        declarations: Declarations,
        *,
        node_id: str,
        wiring: Wiring,
    ) -> None:
        super().__init__(symbols, declarations, node_id=node_id, wiring=wiring)
        self.code: list[tuple[Op, tuple[Operand, ...]]] = []
        self.ports: dict[Port, Label] = {}
        self.daemons: dict[int, tuple[Label, int, bool, int]] = {}
        self._timer_sites = 0
        self._aside: list[Callable[[], None]] = []

    def aside(self, stamp: Callable[[], None]) -> None:
        """Stamp something rare behind all else, so that what is common goes straight on instead of jumping over it."""
        self._aside.append(stamp)

    def finish(self) -> None:
        """Stamp what was put aside; nothing may be stamped afterwards."""
        while self._aside:
            self._aside.pop(0)()

    def port(self, port: Port) -> None:
        """Start the code that answers calls to a port."""
        self.ports[port] = self.here()

    def daemon(self, name: str, *, count_slot: int = NONE, outlives: bool = False, queue: int = NONE) -> None:
        """Start the code of a looping activity that belongs to this node, or of as many as a slot says.

        A crash ends them and healing starts them anew, unless they outlive it. Those that empty a `queue` name it.
        """
        self.daemons[self._symbols.index("daemon", self._key(name))] = (
            self.here(),
            count_slot,
            outlives,
            queue,
        )

    def here(self) -> Label:
        """Return a label at the current place."""
        label = Label()
        self.place(label)
        return label

    def place(self, label: Label) -> None:
        """Fix a label at the current place."""
        label.position = len(self.code)

    def acquire(self, pool: int, *, on_full: Label | None = None) -> None:
        """Take a worker, waiting in the pool's queue if none is free; without room there, go on at `on_full` or fail."""
        self._stamp(Op.ACQUIRE, pool, _or_none(on_full))

    def release(self, pool: int) -> None:
        """Give the worker back before the activity ends."""
        self._stamp(Op.RELEASE, pool)

    def hold(
        self,
        distribution: int,
        purpose: str = "service",
        mode: HoldMode = HoldMode.PLAIN,
        *,
        pool: int = NONE,
    ) -> None:
        """Be served for a drawn time; for a batch or for a record, that time for each item or byte of it.

        With a pool, of which the activity must have taken a place last, the time is stretched by the pool's contention,
        and may be interrupted where the pool's discipline is preemptive.
        """
        self._stamp(Op.HOLD, distribution, self.stream(purpose), self.node, mode, pool)

    def hold_shared(
        self, distribution: int, share: int, purpose: str = "service", mode: HoldMode = HoldMode.PLAIN
    ) -> None:
        """Be served beside all others on a shared capacity until the drawn work is done."""
        self._stamp(Op.HOLD, distribution, self.stream(purpose), self.node, mode, -2 - share)

    def delay(
        self,
        distribution: int,
        purpose: str = "delay",
        mode: DelayMode = DelayMode.PLAIN,
        *,
        longest_slot: int = NONE,
    ) -> None:
        """Let a drawn time pass without occupying anything; a back-off is at most as long as the slot says."""
        self._stamp(Op.DELAY, distribution, self.stream(purpose), mode, longest_slot)

    def link_delay(self, edge: int = NONE) -> None:
        """Let the network delay of an edge pass, by default of the edge in the target register."""
        self._stamp(Op.DELAY, NONE, edge, DelayMode.LINK)

    def call(
        self,
        group: int,
        port: Port,
        *,
        timeout_slot: int,
        on_failure: Label | None = None,
        site: str = "",
        flags: int = 0,
    ) -> None:
        """Call one member and wait for its answer, at most the slot's seconds. `flags` are of `CallFlag`."""
        self._stamp(Op.CALL, group, port | flags, _or_none(on_failure), timeout_slot, self._timer_list(site))

    def fork(
        self,
        group: int,
        port: Port,
        *,
        need_slot: int,
        timeout_slot: int,
        on_failure: Label | None,
        flags: int = 0,
    ) -> None:
        """Call all healthy members at once and wait for as many answers as the slot says (0 = all).

        The timeout must lie in the slot after the need: an instruction has room for one of them only.
        """
        assert timeout_slot == need_slot + 1
        self._stamp(Op.FORK, group, port | flags, _or_none(on_failure), need_slot, self._timer_list(""))

    def divide(
        self, port: Port = Port.PART, *, first_slot: int, on_failure: Label | None = None, flags: int = 0
    ) -> None:
        """Divide the request into parts that enter this node's own port, and wait for as many as the slot says (0 = all).

        The slots hold the parts needed, the timeout (s), and the number of parts. Each has its number in the value
        register, for `numbered`. The kind must say that it `calls_itself`.
        """
        assert self.loopback is not None
        itself = self.group("itself", [self.loopback], Routing.CURSOR)
        code = port | flags | CallFlag.WITHIN
        self._stamp(Op.FORK, itself, code, _or_none(on_failure), first_slot, self._timer_list(""))

    def numbered(self, count: int, length: int, stamp: Callable[[int], None]) -> None:
        """Stamp so many blocks of code, all of the same length; each part goes on at that of its number."""
        first = self.label()
        self.shard(ShardStep.NUMBERED, NONE, first, count, length)
        self.place(first)
        for number in range(count):
            stamp(number)
            assert len(self.code) == first.position + (number + 1) * length

    def hedge(self, group: int, port: Port, *, first_slot: int, on_failure: Label | None, flags: int) -> None:
        """Call one member, and another if no answer came for a while; the first answer counts.

        The slots hold 1, the timeout (s), and the time (s) until the second copy is sent. The two deadlines wait in
        two lists, each of which is in order.
        """
        self._timer_sites += 1
        site = f"hedge {self._timer_sites}"
        first, second = self._timer_list(site), self._timer_list(f"{site} end")
        assert second == first + 1
        code = port | flags | CallFlag.HEDGES
        self._stamp(Op.FORK, group, code, _or_none(on_failure), first_slot, first)

    def gate(self, gate: int, step: GateStep = GateStep.PASS, *, on_refusal: Label | None = None) -> None:
        """Ask a gate to go through, or tell it something; a refusal leads to `on_refusal`, or to failure."""
        self._stamp(Op.GATE, gate, step, _or_none(on_refusal))

    def gate_of_user(self, gate: int) -> None:
        """Ask the gate of the request's user to go through; a refusal fails the request."""
        self._stamp(Op.GATE, gate, GateStep.PASS_USER, NONE)

    def spawn(self, label: Label, *, over_target: bool = False) -> None:
        """Start an activity of this node that nobody waits for; it inherits the registers.

        What comes over the edge in the target register is counted there.
        """
        self._stamp(Op.SPAWN, label, self.node, int(over_target))

    def answer(self, *, with_target: bool = False) -> None:
        """End well; a name resolver hands its target register to the caller."""
        self._stamp(Op.ANSWER, int(with_target))

    def choose(self, group: int, *, delays_slot: int = NONE, by_user: bool = False) -> None:
        """Set the target register to the member that a call would go to.

        With `by_user` the user takes the place of the key; with the delays between regions, see
        `simcore.engine.nearness`, routing may go by the region of the caller.
        """
        self._stamp(Op.CHOOSE, group, delays_slot, int(by_user))

    def fail(self, cause: Cause | None = None) -> None:
        """End badly; without a cause, pass on the failure that led here."""
        self._stamp(Op.FAIL, NONE if cause is None else cause)

    def branch(self, condition: Condition, label: Label, operand: int = NONE, second: int = NONE) -> None:
        """Jump when the condition holds."""
        self._stamp(Op.BRANCH, condition, operand, label, second)

    def jump(self, label: Label) -> None:
        """Jump always."""
        self.branch(Condition.ALWAYS, label)

    def branch_operation(self, operation: Operation, label: Label) -> None:
        """Jump when the request's class does this operation."""
        self.branch(Condition.OPERATION, label, operation)

    def label(self) -> Label:
        """Return a label to be placed later."""
        return Label()

    def look_up(self, store: int, key: StoreKey = StoreKey.KEY) -> None:
        """Look the request's key up: sets the hit register."""
        self._stamp(Op.LOOK_UP, store, key)

    def lease_oldest(self, store: int, lease_slot: int) -> None:
        """Take the key that was put longest ago for as long as the slot says: sets the key and the hit register."""
        self._stamp(Op.LOOK_UP, store, StoreKey.OLDEST, lease_slot)

    def put(self, store: int, key: StoreKey = StoreKey.KEY, keep: Keep = Keep.VALUE) -> None:
        """Keep the request's key."""
        self._stamp(Op.PUT, store, key, keep)

    def put_no_longer(self, store: int, shared: int) -> None:
        """Keep the request's user, for no longer than another store keeps its one entry for everybody."""
        self._stamp(Op.PUT, store, StoreKey.USER, Keep.NO_LONGER, shared)

    def drop(self, store: int, key: StoreKey = StoreKey.KEY) -> None:
        """Forget the request's key."""
        self._stamp(Op.DROP, store, key)

    def join(self, name: str) -> None:
        """Fetch the request's key for all who ask for it at the same time, or wait for the one who does (hit)."""
        self._stamp(Op.JOIN, self._symbols.index("latch", self._key(name)))

    def share_result(self) -> None:
        """Let all who wait for this key go on with what was found."""
        self._stamp(Op.RELEASE, NONE, 1)

    def log(self, step: LogStep, cluster: int | None = None, operand: int = NONE) -> None:
        """Do one step of replication, of this node's own cluster unless told otherwise."""
        self._stamp(Op.LOG, step, self.cluster if cluster is None else cluster, operand)

    def shard(
        self,
        step: ShardStep,
        sharding: int,
        label: Operand = NONE,
        number: int = NONE,
        length: int = NONE,
    ) -> None:
        """Do one step about the shard of a key; the operands are those of `ShardStep`."""
        self._stamp(Op.SHARD, sharding, step, label, number, length)

    def enqueue(self, queue: int) -> None:
        """Leave a message in a queue."""
        self._stamp(Op.ENQUEUE, queue)

    def dequeue(self, queue: int, edge: int = NONE) -> None:
        """Wait for a message, over an edge or of this node's own; its class, key and user become the activity's own."""
        self._stamp(Op.DEQUEUE, queue, edge)

    def settle(self, queue: int, *, done: bool) -> None:
        """Confirm the message, or give it back to be delivered again."""
        self._stamp(Op.SETTLE, queue, int(done))

    def control(self, step: ControlStep, subject: int = NONE) -> None:
        """Look at the system, or change it."""
        self._stamp(Op.CONTROL, step, subject)

    def report(self, edge: int, *, answered: bool, unhealthy_slot: int, healthy_slot: int) -> None:
        """Tell what a health check found."""
        finding = Finding.CHECK_PASSED if answered else Finding.CHECK_FAILED
        self._stamp(Op.REPORT, edge, finding, unhealthy_slot, healthy_slot)

    def report_call(self, group: int, *, answered: bool, failures_slot: int, away_slot: int) -> None:
        """Tell how the last call to a member ended; after some failures in a row it gets no requests for a while."""
        finding = Finding.CALL_ANSWERED if answered else Finding.CALL_FAILED
        self._stamp(Op.REPORT, NONE, finding, failures_slot, away_slot, group)

    def report_time(self, group: int, *, answered: bool, penalty_slot: int, memory_slot: int) -> None:
        """Tell how long the last call to a member took; one that failed counts as having taken the penalty (s) at least."""
        self._stamp(
            Op.REPORT, NONE, Finding.CALL_TIMED, NONE if answered else penalty_slot, memory_slot, group
        )

    def wait_for_start(self, schedule_slot: int) -> None:
        """Wait until a start of a schedule is due: the slots hold its interval, its first start (s), and a `CatchUp`."""
        self._stamp(Op.ARRIVE, schedule_slot, NONE, ArriveStep.TICK)

    def begin_job(self, class_slot: int) -> None:
        """Make the activity a job of the class in a slot; this node counts it until `end_job`."""
        keys, sizes = self.stream("keys"), self.stream("sizes")
        assert sizes == keys + 1
        self._stamp(Op.ARRIVE, class_slot, keys, ArriveStep.JOB)

    def end_job(self, *, done: bool) -> None:
        """Count the end of the activity's job."""
        self._stamp(Op.ARRIVE, NONE, int(done), ArriveStep.DONE)

    def leave_out(self, count_slot: int) -> None:
        """Count so many jobs as a slot says that are not begun for want of room."""
        self._stamp(Op.ARRIVE, count_slot, NONE, ArriveStep.LEFT_OUT)

    def arrive(self, source: int, label: Label, step: ArriveStep = ArriveStep.OPEN) -> None:
        """Start a request at `label` at every arrival of a source, or do one step of a closed one."""
        self._stamp(Op.ARRIVE, source, label, step)

    def _stamp(self, op: Op, *operands: Operand) -> None:
        self.code.append((op, operands))

    def _timer_list(self, site: str) -> int:
        """Each call site has its own list of deadlines: with one timeout they come in order, so no heap is needed."""
        if not site:
            self._timer_sites += 1
            site = str(self._timer_sites)
        return self._symbols.index("timer", self._key(f"timer.{site}"))


def _or_none(label: Label | None) -> Operand:
    return NONE if label is None else label
