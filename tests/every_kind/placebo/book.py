"""All parameters that there are, each with its cases: those its kind brings along, or those that many kinds share.

A kind's own cases are in `tests/every_kind/placebo/kinds/<kind>.py`, as `CASES`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simcore.components import kinds
from simcore.components.base import LinkParameters
from simcore.moves import Move
from simcore.params import Parameters, ParameterSpec, parameter_specs, weights_in
from simcore.scenario.document import RequestClass
from simcore.scenario.group_kinds import GROUP_KINDS
from tests.every_kind.placebo import classes, edges, groups
from tests.every_kind.placebo.case import Case, Finding, findings
from tests.every_kind.placebo.common import MAKERS

#: A kind of group is called so, lest it be taken for a component.
GROUP_PREFIX = "group "
_SHARED_CASES = {"edge": edges.CASES, "class": classes.CASES}
_KINDS_FOLDER = "tests.every_kind.placebo.kinds"


@dataclass(frozen=True)
class Entry:
    """One parameter of one kind, of connections ("edge") or of request classes ("class")."""

    owner: str
    spec: ParameterSpec
    cases: Sequence[Case]

    def __str__(self) -> str:
        """What a test of it is called."""
        return f"{self.owner}.{self.spec.name}"

    def gaps(self) -> list[str]:
        """Return what no case shows: everything, some choices of a menu, or statements made for a choice."""
        if not self.spec.moves:
            return ["it declares no moves"]
        if not self.cases:
            return ["it has no case"]
        wanted = set(self.spec.choices) - {self.spec.default}
        shown = {
            value
            for case in self.cases
            for value in case.values[1:]
            for move in self.spec.moves
            if move.figure in case.places and move.choice in ("", value)
        }
        if self.spec.type == "weights":
            shown = {name for value in shown for name in weights_in(value)}
        return [f"no case shows {choice}" for choice in sorted(wanted - shown)]

    def findings(self) -> list[Finding]:
        """Run its cases."""
        return [finding for case in self.cases for finding in findings(case, self.spec.moves)]

    def unshown(self, found: Sequence[Finding]) -> list[Move]:
        """Return the statements that no case of this kind is about."""
        return [move for move in self.spec.moves if move not in {finding.move for finding in found}]


def entries() -> Iterator[Entry]:
    """Yield every parameter of everything that declares any, in order of name."""
    for kind, cls in sorted(kinds().items()):
        yield from _entries(kind, cls, _own_cases(kind))
    for name, declarer in declarers().items():
        own = _SHARED_CASES.get(name) or groups.CASES.get(name.removeprefix(GROUP_PREFIX), ())
        yield from _entries(name, declarer, own)


def declarers() -> dict[str, type[Parameters]]:
    """Return what declares parameters besides components, by the name that its cases have."""
    grouping = {f"{GROUP_PREFIX}{name}": cls for name, cls in GROUP_KINDS.items()}
    return {"edge": LinkParameters, "class": RequestClass, **grouping}


def _entries(owner: str, cls: type[Parameters], own: Sequence[Case]) -> Iterator[Entry]:
    for spec in parameter_specs(cls):
        cases = [case for case in own if case.name == spec.name]
        if not cases and owner in kinds() and spec.name in MAKERS:
            cases = list(MAKERS[spec.name](owner))
        yield Entry(owner, spec, cases)


def _own_cases(kind: str) -> Sequence[Case]:
    name = f"{_KINDS_FOLDER}.{kind}"
    if importlib.util.find_spec(name) is None:
        return ()
    cases: Sequence[Case] = importlib.import_module(name).CASES
    return cases
