"""Groups of a document: reading them, who may be inside what, and what they mean for their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from operator import is_
from typing import Any

from simcore.components.base import Component
from simcore.diagnostics import Diagnostic
from simcore.limits import DIAGNOSTICS_MAX, GROUPS_MAX
from simcore.regions import ANYWHERE
from simcore.scenario.document import Group, GroupHead, Node, Surroundings
from simcore.scenario.fields import Place, check, nearest, valid_id
from simcore.scenario.group_kinds import GROUP_KINDS
from simcore.scenario.messages import Words, echo

#: Around what is in no group.
NOWHERE = Surroundings()


def read_groups(items: Sequence[Any], problems: list[Diagnostic]) -> tuple[Group, ...]:
    """Return the sound groups; what is wrong with the others, or with who is inside whom, goes to `problems`."""
    groups: dict[str, Group] = {}
    before = len(problems)
    for index, item in enumerate(items):
        if len(problems) >= DIAGNOSTICS_MAX:
            break
        place = Place(prefix=f"groups[{index}].")
        head = check(GroupHead, item, place, problems, also_known=("parameters",))
        if head is None:
            continue
        if head.id in groups:
            problems.append(place.report("S091", "id", id=head.id))
            continue
        kind = GROUP_KINDS.get(head.kind)
        if kind is None:
            problems.append(_unknown_kind(head.kind, place))
            continue
        set_change = partial(_set_group_parameter, head.id)
        parameters = check(
            kind, item.get("parameters", {}), Place(prefix=place.prefix, set_change=set_change), problems
        )
        if parameters is not None:
            groups[head.id] = Group(**head.model_dump(), place=parameters)
    if len(problems) == before:
        problems += _nesting(groups)
    return tuple(groups.values())


def _unknown_kind(kind: str, place: Place) -> Diagnostic:
    known = Words(GROUP_KINDS)
    guess = nearest(kind, GROUP_KINDS)
    return place.report("S090", "kind", kind=echo(kind), known=Words([guess]) if guess else known)


def _set_group_parameter(group_id: str, name: str, value: Any) -> dict[str, Any]:
    return {"type": "set_group_parameter", "group_id": group_id, "name": name, "value": value}


def _nesting(groups: Mapping[str, Group]) -> list[Diagnostic]:
    """Report groups inside nothing that exists, inside themselves, or inside what cannot hold them."""
    problems = []
    for index, group in enumerate(groups.values()):
        place = Place(prefix=f"groups[{index}].")
        out = [{"type": "set_group_parent", "group_id": group.id, "parent_id": None}]
        if group.parent_id is None:
            continue
        if group.parent_id not in groups:
            problems.append(
                place.report("S092", "parent_id", fix=out, name=group.label, group=echo(group.parent_id))
            )
            continue
        around = chain_of(groups, group.parent_id)
        if group.id in {outer.id for outer in around}:
            problems.append(place.report("S093", "parent_id", fix=out, group=group.label))
            continue
        problems += [
            place.report(
                "S094", "parent_id", fix=out, inner=group.label, kind=group.place.title, outer=outer.label,
                outer_kind=outer.place.title,
            )
            for outer in around
            if _holds_not(outer, group)
        ][:1]  # fmt: skip
    return problems


def _holds_not(outer: Group, inner: Group) -> bool:
    ranks = outer.place.rank, inner.place.rank
    return ranks[0] is not None and ranks[1] is not None and ranks[0] >= ranks[1]


def chain_of(groups: Mapping[str, Group], group_id: str | None) -> list[Group]:
    """Return a group and those around it, the innermost first; a circle is walked once."""
    found: list[Group] = []
    while group_id is not None and group_id in groups and len(found) < GROUPS_MAX:
        group = groups[group_id]
        if group in found:
            break
        found.append(group)
        group_id = group.parent_id
    return found


def check_members(nodes: Sequence[Node], groups: Sequence[Group]) -> list[Diagnostic]:
    """Report components in groups that do not exist."""
    known = {group.id for group in groups}
    return [
        Place(node_id=node.id).report(
            "S092", "group_id", fix=[{"type": "set_node_group", "node_id": node.id, "group_id": None}],
            name=node.label, group=echo(node.group_id),
        )
        for node in nodes
        if node.group_id is not None and node.group_id not in known
    ]  # fmt: skip


def placed(nodes: tuple[Node, ...], groups: Sequence[Group]) -> tuple[Node, ...]:
    """Return the components with all that their groups mean for them; those for whom nothing changes as they are."""
    if not groups and not any(node.given or node.surroundings != NOWHERE for node in nodes):
        return nodes
    by_id = {group.id: group for group in groups}
    own = {node.id: node.own_component for node in nodes}
    decided: dict[str, dict[str, Any]] = {node.id: {} for node in nodes}
    around = {node.id: chain_of(by_id, node.group_id) for node in nodes}
    depths = {group.id: len(chain_of(by_id, group.id)) for group in groups}
    for group in sorted(
        groups, key=lambda group: (-depths[group.id], group.id)
    ):  # the outermost has the last word
        members = sorted(
            node_id for node_id, found in around.items() if group.id in [one.id for one in found]
        )
        parts = group.place.hand_down([own[member] for member in members])
        for member, part in zip(members, parts, strict=True):
            decided[member] |= {
                name: value for name, value in part.items() if name in type(own[member]).model_fields
            }
    found = tuple(
        _placed(node, own[node.id], decided[node.id], _surroundings(around[node.id])) for node in nodes
    )
    return nodes if all(map(is_, nodes, found)) else found


def _placed(node: Node, own: Component, decided: dict[str, Any], surroundings: Surroundings) -> Node:
    given = {name: getattr(own, name) for name in decided}
    now = {name: getattr(node.component, name) for name in decided}
    if node.surroundings == surroundings and node.given == given and now == decided:
        return node
    component = own.model_copy(update=decided) if decided else own
    return node.model_copy(update={"component": component, "given": given, "surroundings": surroundings})


def _surroundings(around: Sequence[Group]) -> Surroundings:
    zone = next((group for group in around if group.place.is_zone), None)
    networks = tuple(sorted(group.id for group in around if group.place.is_private))
    delay_s = 0.0 if zone is None else float(getattr(zone.place, "zone_delay_s", 0.0))
    return Surroundings(None if zone is None else zone.id, delay_s, networks)


def group_ids_in(node: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the groups around a node of a document, the innermost first, sound or not."""
    found: list[str] = []
    group_id = node.get("group_id")
    while isinstance(group_id, str) and group_id in groups and group_id not in found:
        found.append(group_id)
        group_id = groups[group_id].get("parent_id")
    return tuple(found)


def region_in(node: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the region that a node of a document is in, by what it and the groups around it say, sound or not."""
    regions = [_region_of(groups[group_id]) for group_id in group_ids_in(node, groups)]
    return next((region for region in reversed(regions) if region != ANYWHERE), _region_of(node))


def _region_of(item: Mapping[str, Any]) -> str:
    parameters = item.get("parameters")
    region = parameters.get("region", ANYWHERE) if isinstance(parameters, dict) else ANYWHERE
    return region if isinstance(region, str) else ANYWHERE


def by_id_in(items: object) -> dict[str, Mapping[str, Any]]:
    """Return the groups of a document by identifier, those that have one."""
    listed = items if isinstance(items, list) else []
    return {item["id"]: item for item in listed if valid_id(item) is not None}


def group_members(nodes: Sequence[Node], groups: Sequence[Group], group_id: str) -> list[Node]:
    """Return the components in a group and in those inside it, in order of their identifiers."""
    by_id = {group.id: group for group in groups}
    inside = (node for node in nodes if group_id in {group.id for group in chain_of(by_id, node.group_id)})
    return sorted(inside, key=lambda node: node.id)
