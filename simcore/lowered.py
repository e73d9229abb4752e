"""What a node became when it was compiled, kept for as long as it would become the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from simcore.assembler import NodeAssembler
from simcore.components._prices import Billed
from simcore.components.base import Component, Machine, Role
from simcore.controls import Daemon
from simcore.program import NONE, Instruction
from simcore.reporting import ReportingAssembler
from simcore.symbols import Declarations, Label, Symbols, Wiring

_TABLES = tuple(field.name for field in fields(Declarations))

#: A node's code with labels as positions in it, and where its ports are.
Relative = tuple[tuple[tuple[int, tuple[int | tuple[str, int], ...]], ...], tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Lowered:
    """One node.

    Attributes
    ----------
    component, surroundings : what it was made from: the component, and all that it saw of the wiring.
    node : index of the node.
    relative : its code, to be placed somewhere.
    declared : table of `Declarations` -> what it declared, by index.
    daemons : index -> label, slot of the count, whether it outlives a crash, its queue.
    """

    component: Component
    surroundings: tuple[tuple[str, Any], ...]
    node: int
    relative: Relative
    declared: Mapping[str, Mapping[int, Any]]
    daemons: Mapping[int, tuple[int, int, bool, int]]

    def still_holds(self, component: Component, wiring: Wiring, *, rewired: bool) -> bool:
        """Tell whether the node would become the same again; `rewired` if the wiring may differ from the last one."""
        same = self.component is component
        return same and not (
            rewired and any(wiring.around(node_id) != seen for node_id, seen in self.surroundings)
        )

    def is_like(self, other: Lowered) -> bool:
        """Tell whether another differs in nothing but the numbers in its slots."""
        return (self.relative, self.declared, self.daemons) == (
            other.relative,
            other.declared,
            other.daemons,
        )

    def code_at(self, base: int) -> list[Instruction]:
        """Return the code with labels for a place in the program."""
        rows: list[Instruction] = []
        for op, operands in self.relative[0]:
            row = [base + item[1] if isinstance(item, tuple) else item for item in operands]
            row += [NONE] * (5 - len(row))
            rows.append((op, row[0], row[1], row[2], row[3], row[4]))
        return rows

    def daemons_at(self, base: int) -> dict[int, Daemon]:
        """Return the daemons for a place in the program."""
        return {
            index: Daemon(self.node, base + position, count_slot, outlives, queue)
            for index, (position, count_slot, outlives, queue) in self.daemons.items()
        }


def lower(component: Component, symbols: Symbols, wiring: Wiring, *, node_id: str) -> Lowered:
    """Let a component lower itself as a node."""
    declared = Declarations()
    tells = Role.OBSERVER in wiring.targets.get(node_id, {})
    pen = ReportingAssembler if tells else NodeAssembler
    asm = pen(symbols, declared, node_id=node_id, wiring=wiring)
    component.lower(asm)
    asm.finish()
    if isinstance(component, Machine):
        component.stamp_breakdowns(asm)
    if isinstance(component, Billed):
        component.stamp_prices(asm)
    tables = {name: getattr(declared, name) for name in _TABLES}
    return Lowered(
        component=component,
        surroundings=tuple((seen, wiring.around(seen)) for seen in asm.looked_at),
        node=asm.node,
        relative=_relative(asm),
        declared={name: items for name, items in tables.items() if items},
        daemons={
            index: (label.position, count_slot, outlives, queue)
            for index, (label, count_slot, outlives, queue) in asm.daemons.items()
        },
    )


def _relative(asm: NodeAssembler) -> Relative:
    code = tuple(
        (
            int(op),
            tuple(("label", item.position) if isinstance(item, Label) else int(item) for item in operands),
        )
        for op, operands in asm.code
    )
    return code, tuple((int(port), label.position) for port, label in asm.ports.items())
