"""A foreign drawing before it is known what its parts are, and the scenario that fits it best.

What a part is depends on what it is connected to: a Redis between a web server and a worker is a queue, elsewhere a cache.
Of the kinds that a name may stand for, those are chosen with which most of the connections can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simcore.components import kinds
from simcore.components.base import Role
from simcore.diagnostics import Diagnostic
from simcore.importing.messages import remark
from simcore.importing.vocabulary import Match, kind_of
from simcore.limits import EDGES_MAX, GROUPS_MAX, ID_LENGTH_MAX, NAME_LENGTH_MAX, NODES_MAX
from simcore.presets import presets
from simcore.scenario.document import VERSION, RequestClass, Workload
from simcore.scenario.edges import is_synchronous
from simcore.scenario.group_kinds import GROUP_KINDS
from simcore.scenario.messages import Words

_KEPT = 2.0
#: What a less likely kind must gain: nearly a connection when nothing but the drawing speaks for it.
_RANK_COST, _GUESS_COST = 0.5, 1.5
_PASSES = 4
_COPIES = "instance_count"
#: As frequent as writes.
_JOB_SHARE = 0.1


@dataclass(slots=True)
class Part:
    """A component to be: what it is called, what it may be (never nothing), and the group it is in."""

    name: str
    candidates: tuple[Match, ...]
    group: str | None = None
    image: str | None = None
    copies: int = 1


@dataclass(slots=True)
class GroupPart:
    """A group to be."""

    name: str
    kind: str
    parent: str | None = None


@dataclass(slots=True)
class Sketch:
    """Parts, groups and connections by the keys that the foreign drawing gives them, in its order."""

    name: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    groups: dict[str, GroupPart] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[Diagnostic] = field(default_factory=list)


@dataclass(slots=True)
class Settled:
    """What became of a sketch: a kind for each part, and the connections that can be kept, the turned ones turned."""

    chosen: dict[str, Match]
    edges: list[tuple[str, str]]
    remarks: list[Diagnostic]


def too_large(sketch: Sketch) -> Diagnostic | None:
    """Return why a sketch has more than any scenario may have."""
    sizes = ((sketch.parts, NODES_MAX), (sketch.groups, GROUPS_MAX), (sketch.edges, EDGES_MAX))
    return next((remark("I009", limit=limit) for items, limit in sizes if len(items) > limit), None)


def settle(sketch: Sketch) -> Settled:
    """Choose what each part is, and keep what connections it allows."""
    chosen = _choose(sketch)
    kept = _Connections(chosen)
    remarks: list[Diagnostic] = []
    for source, target in dict.fromkeys(sketch.edges):
        names: dict[str, Any] = {"source": sketch.parts[source].name, "target": sketch.parts[target].name}
        titles: dict[str, Any] = {
            "from_title": kind_of(chosen[source]).title,
            "to_title": kind_of(chosen[target]).title,
        }
        if source == target:
            remarks.append(remark("I045", name=names["source"]))
        elif kept.may(source, target):
            if not kept.add(source, target):
                remarks.append(remark("I048", **names))
        elif kept.may(target, source):
            if (target, source) not in kept.edges and kept.add(target, source):
                remarks.append(remark("I041", **names, **titles))
        else:
            remarks.append(remark("I040", **names, **titles))
    settled = Settled(chosen, list(kept.edges), [*_guesses(sketch, chosen), *remarks])
    queues = [sketch.parts[key].name for key in queues_of(settled)]
    if queues:
        settled.remarks.append(remark("I028", names=Words(queues)))
    return settled


class _Connections:
    """The connections kept so far: never a circle of parts that wait for each other, never two who scale one."""

    def __init__(self, chosen: Mapping[str, Match]) -> None:
        self.edges: dict[tuple[str, str], None] = {}
        self._chosen = chosen
        self._waits: dict[str, list[str]] = {}
        self._scaled: set[str] = set()

    def may(self, source: str, target: str) -> bool:
        """Tell whether the kinds allow a connection."""
        if not _connects(self._chosen[source], self._chosen[target]):
            return False
        scales = has_role(self._chosen[source], Role.CONTROLLER)
        return not scales or (target not in self._scaled and copies_max(self._chosen[target]) is not None)

    def add(self, source: str, target: str) -> bool:
        """Keep a connection that the kinds allow; tells whether that was possible."""
        roles = [kind_of(self._chosen[key]).role for key in (source, target)]
        if is_synchronous(*roles):
            if self._reaches(target, source):
                return False
            self._waits.setdefault(source, []).append(target)
        if roles[0] is Role.CONTROLLER:
            self._scaled.add(target)
        self.edges[source, target] = None
        return True

    def _reaches(self, start: str, end: str) -> bool:
        seen, todo = {start}, [start]
        while todo:
            for after in self._waits.get(todo.pop(), ()):
                if after == end:
                    return True
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
        return False


def document_of(sketch: Sketch, settled: Settled) -> dict[str, Any]:
    """Return the scenario's document; nothing in it has a place on the canvas yet."""
    taken: set[str] = set()
    group_ids = {key: new_id(key, taken) for key in sketch.groups}
    node_ids = {key: new_id(key, taken) for key in sketch.parts}
    gateways = _gateways(sketch, settled)
    nodes = [
        {
            "id": node_ids[key],
            "kind": settled.chosen[key].kind,
            "name": short(part.name),
            "x": 0,
            "y": 0,
            **({"group_id": group_ids[part.group]} if part.group is not None else {}),
            **({"gateway": True} if key in gateways else {}),
            "parameters": parameters_of(settled.chosen[key], part.copies),
        }
        for key, part in sketch.parts.items()
    ]
    edges = [
        {
            "id": f"edge-{at}",
            "source": node_ids[source],
            "target": node_ids[target],
            "parameters": {},
        }
        for at, (source, target) in enumerate(settled.edges, start=1)
    ]
    groups = [
        {
            "id": group_ids[key],
            "kind": group.kind,
            "name": short(group.name),
            "x": 0,
            "y": 0,
            **({"parent_id": group_ids[group.parent]} if group.parent is not None else {}),
            "parameters": {},
        }
        for key, group in sketch.groups.items()
    ]
    return {
        "version": VERSION,
        "name": short(sketch.name),
        "seed": 1,
        **({"workload": _with_jobs()} if queues_of(settled) else {}),
        "nodes": nodes,
        "edges": edges,
        "groups": groups,
    }


def queues_of(settled: Settled) -> list[str]:
    """Return the keys of the queues in which somebody leaves jobs."""
    queues = [key for key, match in settled.chosen.items() if has_role(match, Role.QUEUE)]
    return [key for key in queues if any(target == key for _, target in settled.edges)]


def _with_jobs() -> dict[str, Any]:
    """Return the usual traffic with a class that leaves jobs, for without one no queue has anything to do."""
    usual = Workload().to_json()["classes"]
    job = RequestClass(name="job", share=_JOB_SHARE, operation="job").model_dump()
    return {"classes": [*usual, job]}


def parameters_of(match: Match, copies: int = 1) -> dict[str, Any]:
    """Return what a product and a number of copies set."""
    declared = kind_of(match).model_fields
    product = next((preset for preset in presets(match.kind) if preset.name == match.product), None)
    values = dict(product.values) if product else {}
    if copies > 1 and _COPIES in declared:
        values[_COPIES] = min(copies, copies_max(match) or copies)
    return {name: value for name, value in values.items() if value != declared[name].default}


def copies_max(match: Match) -> int | None:
    """Return how many copies of itself a component may stand for; None when it is always one."""
    declared = kind_of(match).model_fields.get(_COPIES)
    if declared is None:
        return None
    return next((int(bound.le) for bound in declared.metadata if hasattr(bound, "le")), None)


def short(name: str) -> str:
    """Return a name that fits on a card: one line, bounded, and of characters that can be stored."""
    clean = name.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    return " ".join(clean.split())[:NAME_LENGTH_MAX].strip()


def _choose(sketch: Sketch) -> dict[str, Match]:
    chosen = {key: part.candidates[0] for key, part in sketch.parts.items()}
    near: dict[str, list[tuple[str, str]]] = {key: [] for key in sketch.parts}
    for source, target in dict.fromkeys(sketch.edges):
        if source != target:
            near[source].append((source, target))
            near[target].append((source, target))
    open_parts = [key for key, part in sketch.parts.items() if len(part.candidates) > 1]
    # What is known by name is settled before what could be anything.
    open_parts.sort(key=lambda key: any(match.is_guess for match in sketch.parts[key].candidates))
    for _ in range(_PASSES):
        before = dict(chosen)
        for key in open_parts:
            ranked = sketch.parts[key].candidates
            worths = [_worth(key, match, at, near[key], chosen) for at, match in enumerate(ranked)]
            chosen[key] = ranked[worths.index(max(worths))]
        if chosen == before:
            break
    return chosen


def _worth(
    key: str, match: Match, at: int, edges: Sequence[tuple[str, str]], chosen: Mapping[str, Match]
) -> float:
    """Return what a kind is worth for one part, while all others are as chosen."""
    worth = -_RANK_COST * min(at, 1) - (_GUESS_COST if match.is_guess and at else 0.0)
    for source, target in edges:
        begin, end = (match, chosen[target]) if source == key else (chosen[source], match)
        worth += _KEPT * (_connects(begin, end) or _connects(end, begin))
    return worth


def _connects(source: Match, target: Match) -> bool:
    return kind_of(target).role in kind_of(source).connects_to


def _guesses(sketch: Sketch, chosen: Mapping[str, Match]) -> list[Diagnostic]:
    remarks = []
    for key, part in sketch.parts.items():
        title = kind_of(chosen[key]).title
        if chosen[key].is_guess and part.image is None:
            remarks.append(remark("I020", name=part.name, title=title))
        elif chosen[key].is_guess:
            remarks.append(remark("I021", name=part.name, image=part.image, title=title))
        most = copies_max(chosen[key])
        if part.copies > 1 and most is None:
            remarks.append(remark("I022", name=part.name, count=part.copies))
        elif most is not None and part.copies > most:
            remarks.append(remark("I023", name=part.name, count=part.copies, limit=most))
    return remarks


def _gateways(sketch: Sketch, settled: Settled) -> set[str]:
    """Return the parts that are reached from outside a private network around them."""

    def networks(key: str) -> set[str]:
        around = set()
        group = sketch.parts[key].group
        while group is not None:
            if GROUP_KINDS[sketch.groups[group].kind].is_private:
                around.add(group)
            group = sketch.groups[group].parent
        return around

    inside = {key: networks(key) for key in sketch.parts}
    return {target for source, target in settled.edges if inside[target] - inside[source]}


def has_role(match: Match, role: Role) -> bool:
    """Tell whether a kind offers a role."""
    return kinds()[match.kind].role is role


def new_id(wanted: str, taken: set[str]) -> str:
    """Return an identifier like the wanted one that is not taken yet, and take it."""
    base = re.sub(r"[^A-Za-z0-9_-]+", "-", wanted)[: ID_LENGTH_MAX - 6].strip("-") or "part"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name
