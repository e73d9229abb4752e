"""From anything to a sound `Scenario`, or to everything that is wrong with it. Never raises on what a person did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from simcore.components import kinds as all_kinds
from simcore.components.base import Component, LinkParameters
from simcore.diagnostics import Diagnostic, has_errors
from simcore.limits import (
    CLASSES_MAX,
    DIAGNOSTICS_MAX,
    EDGES_MAX,
    GROUPS_MAX,
    KEYS_MAX,
    NODES_MAX,
    SCHEDULED_FAULTS_MAX,
)
from simcore.regions import ANYWHERE, REGION_TITLES
from simcore.scenario.change_models import InjectFault
from simcore.scenario.decode import decode
from simcore.scenario.document import (
    Edge,
    EdgeHead,
    Frozen,
    Head,
    Node,
    NodeHead,
    RequestClass,
    Scenario,
    ScheduledFault,
    Workload,
)
from simcore.scenario.edges import Drawn, check_edges
from simcore.scenario.estimates import Action, Estimate
from simcore.scenario.faults import FAULTS, REGION_PAIRS, SHARD, FaultSpec
from simcore.scenario.fields import Place, check, expected, nearest, valid_id
from simcore.scenario.groups import by_id_in, check_members, group_ids_in, placed, read_groups, region_in
from simcore.scenario.messages import Words, diagnostic, echo
from simcore.scenario.migrations import migrate

Kinds = Mapping[str, type[Component]]

_LISTS = {"nodes": NODES_MAX, "edges": EDGES_MAX, "groups": GROUPS_MAX, "faults": SCHEDULED_FAULTS_MAX}
#: Fields of a document that are read apart from its head.
HEADLESS = (*_LISTS, "workload", "estimate")
_EXAMPLE = '{"version": 3, "nodes": [], "edges": []}'


@dataclass(frozen=True, slots=True)
class ParseResult:
    """A sound scenario, or None and at least one error that says why."""

    scenario: Scenario | None
    diagnostics: tuple[Diagnostic, ...]


def parse(data: object, *, kinds: Kinds | None = None) -> ParseResult:
    """Read a scenario from bytes, text or decoded JSON.

    Parameters
    ----------
    data : UTF-8 bytes, JSON text, or what a JSON reader made of them.
    kinds : the component kinds by name; by default all there are.
    """
    document, problem = decode(data)
    if problem is None and not isinstance(document, dict):
        problem = diagnostic("S005", example=_EXAMPLE)
    if problem is None:
        assert isinstance(document, dict)
        document, problem = migrate(document)
    if problem is not None:
        return ParseResult(None, (problem,))
    assert isinstance(document, dict)
    problems: list[Diagnostic] = []
    scenario = _read(document, all_kinds() if kinds is None else kinds, problems)
    if has_errors(problems):
        return ParseResult(None, tuple(problems[:DIAGNOSTICS_MAX]))
    return ParseResult(scenario, tuple(problems))


def _read(document: dict[str, Any], kinds: Kinds, problems: list[Diagnostic]) -> Scenario | None:
    head = check(Head, document, Place(), problems, also_known=HEADLESS)
    lists = {name: _read_list(document, name, limit, problems) for name, limit in _LISTS.items()}
    groups = read_groups(lists["groups"], problems)
    nodes, drawn = read_nodes(lists["nodes"], kinds, problems, by_id_in(lists["groups"]))
    heads, edges = read_edges(lists["edges"], problems)
    problems += check_edges(drawn, heads)
    workload = read_workload(document.get("workload", ABSENT), problems)
    estimate = read_estimate(document.get("estimate"), problems)
    edge_ids = {edge.id for edge in heads}
    if not has_errors(problems):
        problems += check_members(nodes, groups)
    faults = read_faults(lists["faults"], drawn, edge_ids, problems)
    if head is None or workload is None or has_errors(problems):
        return None
    return Scenario(
        **head.model_dump(),
        nodes=placed(nodes, groups),
        edges=edges,
        groups=groups,
        workload=workload,
        faults=faults,
        estimate=estimate,
    )


#: Of documents without any.
NO_GROUPS: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
#: Stands for a workload that the document does not have.
ABSENT = object()


def _read_list(document: dict[str, Any], name: str, limit: int, problems: list[Diagnostic]) -> list[Any]:
    items = document.get(name, [])
    if not isinstance(items, list):
        problems.append(expected(Place(), name, "list_type"))
        return []
    if len(items) > limit:
        problems.append(Place().report("S031", name, limit=limit, count=len(items)))
        return []
    return items


def read_nodes(
    items: Sequence[Any],
    kinds: Kinds,
    problems: list[Diagnostic],
    groups: Mapping[str, Mapping[str, Any]] = NO_GROUPS,
) -> tuple[tuple[Node, ...], dict[str, Drawn]]:
    """Return the sound nodes, and what can be drawn of all that have an identifier. `groups` are those of the document."""
    nodes: list[Node] = []
    drawn: dict[str, Drawn] = {}
    for index, item in enumerate(items):
        if len(problems) >= DIAGNOSTICS_MAX:
            break
        node_id = valid_id(item)
        place = Place(node_id=node_id, prefix="" if node_id else f"nodes[{index}].")
        if node_id in drawn:
            problems.append(place.report("S042", "id", id=node_id))
            continue
        head = check(NodeHead, item, place, problems, also_known=("parameters",))
        if node_id is not None:
            name = item.get("name")
            label = echo(name) if isinstance(name, str) and name else node_id
            kind = item.get("kind")
            known = kinds.get(kind) if isinstance(kind, str) else None
            drawn[node_id] = Drawn(label, known, region_in(item, groups), group_ids_in(item, groups))
        if head is None:
            continue
        component = _read_component(head, item.get("parameters", {}), kinds, problems)
        if component is not None:
            nodes.append(Node(**head.model_dump(), component=component))
    return tuple(nodes), drawn


def _read_component(
    head: NodeHead, raw: object, kinds: Kinds, problems: list[Diagnostic]
) -> Component | None:
    place = Place(node_id=head.id, set_change=partial(_set_parameter, head.id))
    kind = kinds.get(head.kind)
    if kind is not None:
        return check(kind, raw, place, problems)
    guess = nearest(head.kind, kinds) or _by_alias(head.kind, kinds)
    if guess is not None:
        problems.append(place.report("S040", "kind", kind=echo(head.kind), nearest=guess))
    else:
        problems.append(place.report("S041", "kind", kind=echo(head.kind), known=Words(sorted(kinds))))
    return None


def _by_alias(word: str, kinds: Kinds) -> str | None:
    """Return the kind that goes by this product name or synonym."""
    wanted = word.casefold()
    return next(
        (name for name in sorted(kinds) if wanted in (alias.casefold() for alias in kinds[name].aliases)),
        None,
    )


def _set_parameter(node_id: str, name: str, value: Any) -> dict[str, Any]:
    return {"type": "set_parameter", "node_id": node_id, "name": name, "value": value}


def _set_edge_parameter(edge_id: str, name: str, value: Any) -> dict[str, Any]:
    return {"type": "set_edge_parameter", "edge_id": edge_id, "name": name, "value": value}


def read_edges(items: Sequence[Any], problems: list[Diagnostic]) -> tuple[list[EdgeHead], tuple[Edge, ...]]:
    """Return where the edges lead, and those that are sound; what is wrong with the others goes to `problems`."""
    heads: list[EdgeHead] = []
    edges: list[Edge] = []
    for index, item in enumerate(items):
        if len(problems) >= DIAGNOSTICS_MAX:
            break
        edge_id = valid_id(item)
        place = Place(edge_id=edge_id, prefix="" if edge_id else f"edges[{index}].")
        head = check(EdgeHead, item, place, problems, also_known=("parameters",))
        if head is None:
            continue
        heads.append(head)
        link_place = Place(edge_id=head.id, set_change=partial(_set_edge_parameter, head.id))
        link = check(LinkParameters, item.get("parameters", {}), link_place, problems)
        if link is not None:
            edges.append(Edge(**head.model_dump(), link=link))
    return heads, tuple(edges)


class _Actions(Frozen):
    actions: list[Any]


def read_estimate(raw: object, problems: list[Diagnostic]) -> Estimate | None:
    """Return the estimate, or None when there is none, or after adding to `problems`."""
    if raw is None:
        return None
    place, before = Place(prefix="estimate."), len(problems)
    if not isinstance(raw, dict):
        problems.append(expected(Place(), "estimate", "dict_type"))
        return None
    rest = {name: value for name, value in raw.items() if name != "actions"}
    head = check(Estimate, rest, place, problems)
    if "actions" not in raw:
        return head
    listed = check(_Actions, {"actions": raw["actions"]}, place, problems)
    items = listed.actions if listed else []
    if len(items) > CLASSES_MAX:
        problems.append(Place().report("S031", "estimate.actions", limit=CLASSES_MAX, count=len(items)))
        return None
    checked = [
        check(Action, item, Place(prefix=f"estimate.actions[{index}]."), problems)
        for index, item in enumerate(items)
    ]
    actions = tuple(item for item in checked if item is not None)
    repeated = [name for name, count in sorted(Counter(item.name for item in actions).items()) if count > 1]
    problems += [Place().report("S072", "estimate.actions", name=echo(name)) for name in repeated]
    return head.model_copy(update={"actions": actions}) if head and len(problems) == before else None


class _WorkloadHead(Frozen):
    classes: list[Any]


def read_workload(raw: object, problems: list[Diagnostic]) -> Workload | None:
    """Return the workload, the usual one when there is none in the document, or None after adding to `problems`."""
    if raw is ABSENT:
        return Workload()
    head = check(_WorkloadHead, raw, Place(prefix="workload."), problems)
    if head is None:
        return None
    place = Place()
    if not 1 <= len(head.classes) <= CLASSES_MAX:
        many = len(head.classes) > 0
        values: dict[str, Any] = {"limit": CLASSES_MAX, "count": len(head.classes)} if many else {}
        problems.append(place.report("S031" if many else "S060", "workload.classes", **values))
        return None
    checked = [
        check(RequestClass, item, Place(prefix=f"workload.classes[{index}]."), problems)
        for index, item in enumerate(head.classes)
    ]
    classes = tuple(item for item in checked if item is not None)
    if len(classes) < len(checked):
        return None
    before = len(problems)
    repeated = [name for name, count in sorted(Counter(item.name for item in classes).items()) if count > 1]
    problems += [place.report("S061", "workload.classes", name=echo(name)) for name in repeated]
    if sum(item.share for item in classes) <= 0:
        problems.append(place.report("S062", "workload.classes"))
    key_count = sum(item.key_count for item in classes)
    if key_count > KEYS_MAX:
        problems.append(place.report("S063", "workload.classes", count=key_count, limit=KEYS_MAX))
    return Workload(classes=classes) if len(problems) == before else None


def read_faults(
    items: Sequence[Any], nodes: Mapping[str, Drawn], edge_ids: set[str], problems: list[Diagnostic]
) -> tuple[ScheduledFault, ...]:
    """Return the sound scheduled faults; what is wrong with the others goes to `problems`."""
    faults: list[ScheduledFault] = []
    for index, item in enumerate(items):
        place = Place(prefix=f"faults[{index}].")
        fault = check(ScheduledFault, item, place, problems)
        if fault is None:
            continue
        problem = check_fault(fault, nodes, edge_ids, place)
        if problem is None:
            faults.append(fault)
        else:
            problems.append(problem)
    return tuple(faults)


def check_fault(
    struck: ScheduledFault | InjectFault,
    nodes: Mapping[str, Drawn],
    edge_ids: set[str],
    place: Place,
) -> Diagnostic | None:
    """Return why this fault cannot strike this target, or None when it can."""
    fault, node_id, edge_id, factor = struck.fault, struck.node_id, struck.edge_id, struck.factor
    spec = FAULTS.get(fault)
    if spec is None:
        return place.report("S028", "fault", choices=Words(FAULTS))
    if struck.group_id is not None:
        return _check_group_fault(struck, spec, nodes, place)
    if struck.region is not None or struck.other_region is not None:
        return _check_region_fault(struck, spec, nodes, place)
    if spec.target == "node" and (node_id is None or edge_id is not None):
        return place.report("S064", "node_id", fault=fault)
    if spec.target == "edge" and (edge_id is None or node_id is not None):
        return place.report("S065", "edge_id", fault=fault)
    problem = _check_factor(fault, factor, spec, place)
    if problem is not None:
        return problem
    if edge_id is not None:
        return None if edge_id in edge_ids else place.report("S066", "edge_id", target=echo(edge_id))
    assert node_id is not None
    if node_id not in nodes:
        return place.report("S066", "node_id", target=echo(node_id))
    drawn = nodes[node_id]
    if drawn.component is None or fault in drawn.component.faults:
        return None
    allowed = Words(drawn.component.faults) or Words(["–"])
    return place.report(
        "S067", "node_id", node=drawn.label, kind=drawn.component.title, fault=fault, allowed=allowed
    )


def _check_factor(fault: str, factor: float | None, spec: FaultSpec, place: Place) -> Diagnostic | None:
    if factor is not None and spec.factor is None:
        return place.report("S068", "factor", fault=fault)
    if factor is not None and factor > spec.factor_max:
        return place.report("S069", "factor", fault=fault, limit=f"{spec.factor_max:g}")
    if factor is not None and spec.unit == SHARD and not factor.is_integer():
        return place.report("S073", "factor", fault=fault)
    return None


def _check_region_fault(
    struck: ScheduledFault | InjectFault, spec: FaultSpec, nodes: Mapping[str, Drawn], place: Place
) -> Diagnostic | None:
    """Return why a fault cannot strike a region, or what joins two of them."""
    fault, region, other = struck.fault, struck.region, struck.other_region
    named = (struck.node_id, struck.edge_id) != (None, None)
    joins = fault in REGION_PAIRS
    fits = (other not in (None, region)) if joins else (spec.target == "node" and other is None)
    if named or not fits or region is None or ANYWHERE in (region, other):
        return place.report("S070", "region", fault=fault, pairs=Words(REGION_PAIRS))
    problem = _check_factor(fault, struck.factor, spec, place)
    if problem is not None or joins:
        return problem
    suffers = any(
        node.region == region and node.component is not None and fault in node.component.faults
        for node in nodes.values()
    )
    return None if suffers else place.report("S071", "region", region=REGION_TITLES[region], fault=fault)


def _check_group_fault(
    struck: ScheduledFault | InjectFault, spec: FaultSpec, nodes: Mapping[str, Drawn], place: Place
) -> Diagnostic | None:
    """Return why a fault cannot strike all of a group."""
    fault, group_id = struck.fault, struck.group_id
    others = (struck.node_id, struck.edge_id, struck.region, struck.other_region)
    if spec.target != "node" or others != (None,) * 4:
        return place.report("S098", "group_id", fault=fault)
    problem = _check_factor(fault, struck.factor, spec, place)
    if problem is not None:
        return problem
    suffers = any(
        group_id in node.group_ids and node.component is not None and fault in node.component.faults
        for node in nodes.values()
    )
    return None if suffers else place.report("S097", "group_id", group=echo(group_id), fault=fault)
