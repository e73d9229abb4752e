"""What a node's code has besides its own when the node reports to collectors: one record of every request that ends there.

A record is written by whoever works on the request, which takes time while the request keeps its worker. A share of the
records has a trace, by chance. They are sent from a buffer that drops what it has no room for, or the request waits until
the collector has confirmed its record. A collector says all this in slots of its own, so that its settings change live.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simcore.assembler import NodeAssembler, Operand
from simcore.components.base import Role
from simcore.controls import ReportSlot
from simcore.program import NONE, Condition, ControlStep, Op, Port, Routing
from simcore.symbols import Label, Target

#: Ports whose calls are requests of somebody, and are recorded.
_RECORDED = frozenset({Port.REQUEST, Port.GET, Port.PUT, Port.READ, Port.WRITE})
#: Operations that may fail, whose third operand says where to go on then.
_MAY_FAIL = frozenset({Op.CALL, Op.FORK, Op.GATE})


class ReportingAssembler(NodeAssembler):
    """The pen of a node that reports: it stamps a record before every end of a request."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._section: Port | None = None  # port whose code is being stamped, if its calls are recorded
        self._failed: Label | None = None  # where recorded requests go on that fail
        self._unheard: list[Label] = []  # of what nobody waits for
        self._senders: dict[tuple[int, bool, bool], Label] = {}

    def port(self, port: Port) -> None:
        """Start the code that answers calls to a port."""
        super().port(port)
        self._section = port if port in _RECORDED else None

    def daemon(self, name: str, *, count_slot: int = NONE, outlives: bool = False, queue: int = NONE) -> None:
        """Start the code of looping activities: what they do is no request."""
        super().daemon(name, count_slot=count_slot, outlives=outlives, queue=queue)
        self._section = None

    def place(self, label: Label) -> None:
        """Fix a label; what was started there without a caller is no request."""
        super().place(label)
        if any(label is unheard for unheard in self._unheard):
            self._section = None

    def spawn(self, label: Label, *, over_target: bool = False) -> None:
        """Start an activity that nobody waits for."""
        self._unheard.append(label)
        super().spawn(label, over_target=over_target)

    def aside(self, stamp: Callable[[], None]) -> None:
        """Put aside what belongs to the present section."""
        section = self._section

        def within() -> None:
            self._section = section
            stamp()

        super().aside(within)

    def settle(self, queue: int, *, done: bool) -> None:
        """Record the job, then confirm its message or give it back."""
        self._record(failed=not done)
        super().settle(queue, done=done)

    def finish(self) -> None:
        """Stamp what was put aside, where failures end, and what sends the records."""
        super().finish()
        if self._failed is not None:
            self.place(self._failed)
            self._record(failed=True)
            super()._stamp(Op.FAIL, NONE)
        for (number, traced, failed), label in list(self._senders.items()):
            self.place(label)
            self._stamp_sender(self.targets[Role.OBSERVER][number], traced=traced, failed=failed)
        self._stamp_waiting()

    def _stamp(self, op: Op, *operands: Operand) -> None:
        if self._section is not None:
            if op is Op.ANSWER:
                self._record(failed=False)
            elif op is Op.FAIL and operands[0] != NONE:
                self._record(failed=True)
            elif op is Op.FAIL or (op in _MAY_FAIL and operands[2] == NONE):
                self._failed = self._failed or Label()
                if op is Op.FAIL:
                    op, operands = Op.BRANCH, (Condition.ALWAYS, NONE, self._failed, NONE)
                else:
                    operands = (*operands[:2], self._failed, *operands[3:])
        super()._stamp(op, *operands)

    # One record --------------------------------------------------------------------------------------------------

    def _slots(self, collector: Target) -> int:
        """Return the first of a collector's slots; it fills them in when it lowers itself."""
        known = self._symbols.tables.get("slot", {}).get(f"{collector.node_id}/reports")
        return (
            self._symbols.slots(f"{collector.node_id}/reports", [0.0] * ReportSlot.COUNT)
            if known is None
            else known
        )

    def _record(self, *, failed: bool) -> None:
        """Write the record of a request or job that ends, for each collector."""
        section, self._section = self._section, None
        for number, collector in enumerate(self.targets[Role.OBSERVER]):
            slots = self._slots(collector)
            traced, waits, after = Label(), Label(), Label()
            self.hold(slots + ReportSlot.TIME, "records")
            if section is Port.REQUEST and not failed:
                self.branch(Condition.SLOT, waits, slots + ReportSlot.WAITS)
            self.branch(Condition.CHANCE, traced, slots + ReportSlot.SAMPLE, self.stream(f"records {number}"))
            self._send(number, slots + ReportSlot.PLAIN_BYTES, traced=False, failed=failed)
            self.jump(after)
            self.place(traced)
            self._send(number, slots + ReportSlot.TRACED_BYTES, traced=True, failed=failed)
            if section is Port.REQUEST and not failed:
                self.jump(after)
                self.place(waits)
                self._divide(slots, after)
            self.place(after)
        self._section = section

    def _send(self, number: int, bytes_slot: int, *, traced: bool, failed: bool) -> None:
        """Leave a record in the buffer, unless it is empty."""
        told = traced and failed
        sender = self._senders.setdefault((number, traced, told), Label())
        send, after = Label(), Label()
        self.branch(Condition.SLOT, send, bytes_slot)
        self.jump(after)
        self.place(send)
        NodeAssembler.spawn(self, sender)
        self.place(after)

    def _stamp_sender(self, collector: Target, *, traced: bool, failed: bool) -> None:
        slots = self._slots(collector)
        full, lost = Label(), Label()
        name = f"records for {collector.node_id}"
        buffer = self.pool(name, capacity=1.0, queue_capacity=0)
        self._declared.pools[buffer] = replace(
            self._declared.pools[buffer], capacity_slot=slots + ReportSlot.BUFFER
        )
        self.control(
            ControlStep.RESIZE, slots + (ReportSlot.TRACED_BYTES if traced else ReportSlot.PLAIN_BYTES)
        )
        self.acquire(buffer, on_full=full)
        self._call(collector, slots, lost, name)
        if failed:
            self.control(ControlStep.RECORDED, collector.edge)
        self.place(lost)
        super()._stamp(Op.ANSWER, 0)
        self.place(full)
        self.control(ControlStep.DROPPED, collector.edge)
        super()._stamp(Op.ANSWER, 0)

    def _call(self, collector: Target, slots: int, lost: Label, site: str) -> None:
        group = self.group(f"only {collector.node_id}", [collector], Routing.CURSOR)
        self.call(group, Port.REPORT, timeout_slot=slots + ReportSlot.TIMEOUT, on_failure=lost, site=site)

    # Requests that wait ------------------------------------------------------------------------------------------

    def _divide(self, slots: int, after: Label) -> None:
        """Let a part of the request bring the record, while the request waits for it; nothing comes of a failure."""
        self.divide(Port.REPORT, first_slot=slots + ReportSlot.NEED, on_failure=after)

    def _stamp_waiting(self) -> None:
        """Bring a request's record to each collector that requests wait for."""
        collectors = self.targets[Role.OBSERVER]
        self.port(Port.REPORT)
        for number, collector in enumerate(collectors):
            slots = self._slots(collector)
            traced, sized, lost = Label(), Label(), Label()
            if len(collectors) > 1:
                self.branch(Condition.SLOT, sized, slots + ReportSlot.WAITS)
                self.jump(lost)
                self.place(sized)
                sized = Label()
            self.branch(Condition.CHANCE, traced, slots + ReportSlot.SAMPLE, self.stream(f"records {number}"))
            self.control(ControlStep.RESIZE, slots + ReportSlot.PLAIN_BYTES)
            self.jump(sized)
            self.place(traced)
            self.control(ControlStep.RESIZE, slots + ReportSlot.TRACED_BYTES)
            self.place(sized)
            self._call(collector, slots, lost, f"waits for {collector.node_id}")
            self.place(lost)
        super()._stamp(Op.ANSWER, 0)
