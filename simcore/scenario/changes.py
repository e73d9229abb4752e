"""Apply changes to a document.

`apply_changes` is pure and all-or-nothing: the given document is never touched, and a batch with one wrong change
changes nothing. A document that was wrong before may be edited as long as nothing new goes wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simcore.components import kinds as all_kinds
from simcore.components.base import Role
from simcore.diagnostics import Diagnostic, Severity
from simcore.limits import CHANGES_PER_BATCH_MAX, ID_LENGTH_MAX
from simcore.scenario.change_models import (
    CHANGE_MODELS,
    AddEdge,
    AddNode,
    Heal,
    InjectFault,
    InjectRequest,
    LiveChange,
    MoveNode,
    RemoveEdge,
    RemoveNode,
    RenameNode,
    RenameScenario,
    SetAvailabilityTarget,
    SetEdgeParameter,
    SetEstimate,
    SetFaults,
    SetNotes,
    SetParameter,
    SetSeed,
    SetWorkload,
    TraceMore,
)
from simcore.scenario.decode import check_values
from simcore.scenario.document import Frozen
from simcore.scenario.draft import Draft, no_node, update_node, with_parameter
from simcore.scenario.fields import Place, check, valid_id
from simcore.scenario.group_changes import GROUP_HANDLERS, no_group
from simcore.scenario.known import Known, read_again
from simcore.scenario.messages import Words, diagnostic, echo
from simcore.scenario.migrations import migrate
from simcore.scenario.parse import Kinds, check_fault, parse


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """The changed document, or the given one and at least one error that says why nothing was changed."""

    document: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    known: Known | None = None  # the changed document with its scenario, if the given one was known


def apply_changes(
    document: dict[str, Any], changes: object, *, kinds: Kinds | None = None, before: Known | None = None
) -> ChangeResult:
    """Return the document after a list of changes (decoded JSON), or unchanged with the errors that forbid them.

    `before` is the same document with its scenario, if that is known: then only what changes has to be read.
    """
    kinds = all_kinds() if kinds is None else kinds
    parsed, problems = parse_changes(changes)
    if problems:
        return ChangeResult(document, tuple(problems))
    assert before is None or before.document is document
    draft, problem = _open(document, kinds) if before is None else (_reopen(before, kinds), None)
    if draft is None:
        assert problem is not None
        return ChangeResult(document, (problem,))
    for index, change in enumerate(parsed):
        problem = _HANDLERS[type(change)](draft, change, Place(prefix=f"changes[{index}]."))
        if problem is not None:
            return ChangeResult(document, (problem,))
    if all(isinstance(change, LiveChange) for change in parsed):
        return ChangeResult(document, (), before)
    changed = draft.close()
    now_known = None if before is None else read_again(before, changed, kinds)
    if now_known is not None:
        return ChangeResult(changed, (), now_known)
    after = parse(changed, kinds=kinds).diagnostics
    errors = tuple(item for item in after if item.severity is Severity.ERROR)
    if errors:
        already = {_identity(item) for item in parse(document, kinds=kinds).diagnostics}
        new = tuple(item for item in errors if _identity(item) not in already)
        if new:
            return ChangeResult(document, new)
    return ChangeResult(changed, tuple(item for item in after if item.severity is not Severity.ERROR))


def parse_changes(changes: object) -> tuple[list[Frozen], list[Diagnostic]]:
    """Return a batch of changes as models, or what is wrong with their form."""
    if not isinstance(changes, list):
        return [], [diagnostic("S080")]
    if len(changes) > CHANGES_PER_BATCH_MAX:
        return [], [Place().report("S031", "changes", limit=CHANGES_PER_BATCH_MAX, count=len(changes))]
    problem = check_values(changes)
    if problem is not None:
        return [], [problem]
    parsed: list[Frozen] = []
    problems: list[Diagnostic] = []
    for index, item in enumerate(changes):
        name = item.get("type") if isinstance(item, dict) else None
        model = CHANGE_MODELS.get(name) if isinstance(name, str) else None
        if model is None:
            place = Place(prefix=f"changes[{index}].")
            problems.append(place.report("S081", "type", type=echo(name), known=Words(CHANGE_MODELS)))
            continue
        change = check(model, item, Place(prefix=f"changes[{index}]."), problems)
        if change is not None:
            parsed.append(change)
    return parsed, problems


def _identity(item: Diagnostic) -> tuple[Any, ...]:
    return item.code, item.node_id, item.edge_id, item.field, item.text


def _open(document: object, kinds: Kinds) -> tuple[Draft | None, Diagnostic | None]:
    if not isinstance(document, dict):
        return None, diagnostic("S087")
    document, problem = migrate(document)
    if problem is not None:
        return None, problem
    by_id: list[dict[str, dict[str, Any]]] = []
    for name in ("nodes", "edges", "groups"):
        items = document.get(name, [])
        if not isinstance(items, list):
            return None, diagnostic("S087", place=name)
        ids = [valid_id(item) for item in items]
        if None in ids or len(set(ids)) < len(ids):
            return None, diagnostic("S087", place=name)
        by_id.append({item["id"]: item for item in items})
    return Draft(dict(document), by_id[0], by_id[1], by_id[2], kinds), None


def _reopen(before: Known, kinds: Kinds) -> Draft:
    """Open a document that is known to be sound."""
    by_id = [
        {item["id"]: item for item in before.document.get(name, [])} for name in ("nodes", "edges", "groups")
    ]
    return Draft(dict(before.document), by_id[0], by_id[1], by_id[2], kinds)


def _add_node(draft: Draft, change: AddNode, place: Place) -> Diagnostic | None:
    node_id = valid_id(change.node)
    if node_id is None:
        return place.report("S029", "node.id", limit=ID_LENGTH_MAX)
    if node_id in draft.nodes:
        return place.report("S084", "node.id", id=node_id)
    draft.nodes[node_id] = change.node
    return None


def _remove_node(draft: Draft, change: RemoveNode, place: Place) -> Diagnostic | None:
    if change.node_id not in draft.nodes:
        return no_node(change.node_id, place)
    del draft.nodes[change.node_id]
    ends = {"source", "target"}
    gone = {
        edge_id for edge_id, edge in draft.edges.items() if change.node_id in (edge.get(end) for end in ends)
    }
    draft.edges = {edge_id: edge for edge_id, edge in draft.edges.items() if edge_id not in gone}
    _forget_faults(draft, {change.node_id}, gone)
    return None


def _forget_faults(draft: Draft, node_ids: set[str], edge_ids: set[str]) -> None:
    faults = draft.fields.get("faults")
    if isinstance(faults, list):
        draft.fields["faults"] = [fault for fault in faults if not _strikes(fault, node_ids, edge_ids)]


def _strikes(fault: object, node_ids: set[str], edge_ids: set[str]) -> bool:
    if not isinstance(fault, dict):
        return False
    node_id, edge_id = fault.get("node_id"), fault.get("edge_id")
    return (isinstance(node_id, str) and node_id in node_ids) or (
        isinstance(edge_id, str) and edge_id in edge_ids
    )


def _move_node(draft: Draft, change: MoveNode, place: Place) -> Diagnostic | None:
    return update_node(draft, change.node_id, place, x=change.x, y=change.y)


def _rename_node(draft: Draft, change: RenameNode, place: Place) -> Diagnostic | None:
    return update_node(draft, change.node_id, place, name=change.name)


def _set_parameter(draft: Draft, change: SetParameter, place: Place) -> Diagnostic | None:
    if change.node_id not in draft.nodes:
        return no_node(change.node_id, place)
    draft.nodes[change.node_id] = with_parameter(draft.nodes[change.node_id], change.name, change.value)
    return None


def _add_edge(draft: Draft, change: AddEdge, place: Place) -> Diagnostic | None:
    edge_id = valid_id(change.edge)
    if edge_id is None:
        return place.report("S029", "edge.id", limit=ID_LENGTH_MAX)
    if edge_id in draft.edges:
        return place.report("S085", "edge.id", id=edge_id)
    draft.edges[edge_id] = change.edge
    return None


def _remove_edge(draft: Draft, change: RemoveEdge, place: Place) -> Diagnostic | None:
    if draft.edges.pop(change.edge_id, None) is None:
        return _no_edge(change.edge_id, place)
    _forget_faults(draft, set(), {change.edge_id})
    return None


def _set_edge_parameter(draft: Draft, change: SetEdgeParameter, place: Place) -> Diagnostic | None:
    if change.edge_id not in draft.edges:
        return _no_edge(change.edge_id, place)
    draft.edges[change.edge_id] = with_parameter(draft.edges[change.edge_id], change.name, change.value)
    return None


def _set_field(name: str) -> Callable[[Draft, Any, Place], None]:
    def handle(draft: Draft, change: Any, _place: Place) -> None:
        draft.fields[name] = getattr(change, name)

    return handle


def _inject_fault(draft: Draft, change: InjectFault, place: Place) -> Diagnostic | None:
    return check_fault(change, draft.drawn(), set(draft.edges), place)


def _heal(draft: Draft, change: Heal, place: Place) -> Diagnostic | None:
    named = [
        name for name in (change.node_id, change.edge_id, change.region, change.group_id) if name is not None
    ]
    if len(named) != 1 or (change.other_region is not None and change.region is None):
        return place.report("S088", "node_id")
    if change.region is not None:
        return None
    if change.group_id is not None:
        return None if change.group_id in draft.groups else no_group(change.group_id, place)
    if change.node_id is not None:
        return None if change.node_id in draft.nodes else no_node(change.node_id, place)
    assert change.edge_id is not None
    return None if change.edge_id in draft.edges else _no_edge(change.edge_id, place)


def _inject_request(draft: Draft, change: InjectRequest, place: Place) -> Diagnostic | None:
    if change.node_id not in draft.nodes:
        return no_node(change.node_id, place)
    node = draft.drawn_node(change.node_id)
    if node.component is None or node.component.role is Role.CLIENT:
        return None
    return place.report("S086", "node_id", node=node.label, kind=node.component.title)


def _trace_more(_draft: Draft, _change: TraceMore, _place: Place) -> None:
    """Allowed whatever is drawn."""


def _no_edge(edge_id: str, place: Place) -> Diagnostic:
    return place.report("S083", "edge_id", id=echo(edge_id))


_HANDLERS: Mapping[type[Frozen], Callable[[Draft, Any, Place], Diagnostic | None]] = {
    AddNode: _add_node,
    RemoveNode: _remove_node,
    MoveNode: _move_node,
    RenameNode: _rename_node,
    SetParameter: _set_parameter,
    AddEdge: _add_edge,
    RemoveEdge: _remove_edge,
    SetEdgeParameter: _set_edge_parameter,
    SetWorkload: _set_field("workload"),
    SetEstimate: _set_field("estimate"),
    RenameScenario: _set_field("name"),
    SetSeed: _set_field("seed"),
    SetNotes: _set_field("notes"),
    SetFaults: _set_field("faults"),
    SetAvailabilityTarget: _set_field("availability_target_ratio"),
    InjectFault: _inject_fault,
    Heal: _heal,
    InjectRequest: _inject_request,
    TraceMore: _trace_more,
    **GROUP_HANDLERS,
}
