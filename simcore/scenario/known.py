"""Reading an edited document again: what did not change is not read anew.

Parts of documents are never changed in place, so a part that is the same object as before means the same as before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from simcore.diagnostics import Diagnostic
from simcore.limits import (
    DOCUMENT_BYTES_MAX,
    DOCUMENT_VALUES_MAX,
    EDGES_MAX,
    GROUPS_MAX,
    NODES_MAX,
    SCHEDULED_FAULTS_MAX,
)
from simcore.scenario.document import Edge, Group, Head, Node, Scenario
from simcore.scenario.edges import Drawn, check_edges
from simcore.scenario.fields import Place, check
from simcore.scenario.groups import chain_of, check_members, placed, read_groups
from simcore.scenario.messages import echo
from simcore.scenario.parse import (
    ABSENT,
    HEADLESS,
    Kinds,
    read_edges,
    read_estimate,
    read_faults,
    read_nodes,
    read_workload,
)

Part = TypeVar("Part", Node, Edge)
Json = dict[str, Any]

_id = itemgetter("id")


@dataclass(frozen=True, slots=True)
class Known:
    """A sound document with the scenario that it means.

    Attributes
    ----------
    value_count, text_size : of the document, which may be edited up to their bounds.
    """

    document: Json
    scenario: Scenario
    value_count: int
    text_size: int


def known(document: Json, scenario: Scenario) -> Known:
    """Return a sound document with its scenario, measured."""
    return Known(document, scenario, *_size(document))


def read_again(before: Known, document: Json, kinds: Kinds) -> Known | None:
    """Return an edited document with its scenario, the same as `parse` would find; None if it would find anything wrong."""
    problems: list[Diagnostic] = []
    old = before.scenario
    nodes, new_nodes = _parts(
        before, document, "nodes", old.nodes, lambda items: read_nodes(items, kinds, problems)[0]
    )
    edges, new_edges = _parts(
        before, document, "edges", old.edges, lambda items: read_edges(items, problems)[1]
    )
    groups = _groups(before, document, problems)
    if nodes is None or edges is None or groups is None or len(nodes) > NODES_MAX or len(edges) > EDGES_MAX:
        return None
    problems += check_members(nodes, groups)
    nodes = placed(nodes, groups)
    size = [before.value_count, before.text_size]
    for change in (new_nodes, new_edges, _other(before.document, document)):
        size = [total + more for total, more in zip(size, change, strict=True)]
    if size[0] > DOCUMENT_VALUES_MAX or size[1] > DOCUMENT_BYTES_MAX:
        return None
    head = check(Head, document, Place(), problems, also_known=HEADLESS)
    workload = old.workload
    if document.get("workload", ABSENT) is not before.document.get("workload", ABSENT):
        read = read_workload(document.get("workload", ABSENT), problems)
        workload = read or workload
    estimate = old.estimate
    if document.get("estimate") is not before.document.get("estimate"):
        estimate = read_estimate(document.get("estimate"), problems)
    faults = old.faults
    rewired = edges is not old.edges or groups is not old.groups or not _alike(nodes, old.nodes)
    raw_faults = document.get("faults", [])
    if rewired or raw_faults is not before.document.get("faults", []):
        drawn = {node.id: _drawn(node, groups) for node in nodes}
        if rewired:
            problems += check_edges(drawn, edges)
        if not isinstance(raw_faults, list) or len(raw_faults) > SCHEDULED_FAULTS_MAX:
            return None
        faults = read_faults(raw_faults, drawn, {edge.id for edge in edges}, problems)
    if problems or head is None:
        return None
    parts = {
        "nodes": nodes,
        "edges": edges,
        "groups": groups,
        "workload": workload,
        "faults": faults,
        "estimate": estimate,
    }
    scenario = old.model_copy(update={**head.model_dump(), **parts})
    return Known(document, scenario, size[0], size[1])


def _groups(before: Known, document: Json, problems: list[Diagnostic]) -> tuple[Group, ...] | None:
    """Return the groups, read anew if any of them is not what it was; None when they are no list, or too many."""
    were, items = before.document.get("groups", []), document.get("groups", [])
    if not isinstance(items, list) or len(items) > GROUPS_MAX:
        return None
    if len(were) == len(items) and all(map(_same, were, items)):
        return before.scenario.groups
    return read_groups(items, problems)


def _drawn(node: Node, groups: Sequence[Group]) -> Drawn:
    around = tuple(group.id for group in chain_of({group.id: group for group in groups}, node.group_id))
    return Drawn(echo(node.label), type(node.component), node.component.region, around)


def _parts(
    before: Known,
    document: Json,
    name: str,
    old: tuple[Part, ...],
    read: Callable[[Sequence[Any]], tuple[Part, ...]],
) -> tuple[tuple[Part, ...] | None, tuple[int, int]]:
    """Return the nodes or edges, read anew where they are not what they were, and by how much they have grown.

    None instead of them when one is not sound.
    """
    were, items = before.document.get(name, []), document.get(name, [])
    if len(were) == len(items) and all(map(_same, were, items)):
        return old, (0, 0)
    found = dict(zip(map(_id, were), zip(were, old, strict=True), strict=True))
    parts: list[Part] = []
    values = text = 0
    for item in items:
        raw, part = found.get(item["id"], (None, None))
        if raw is item and part is not None:
            del found[item["id"]]
            parts.append(part)
            continue
        sound = read([item])
        if not sound:
            return None, (0, 0)
        parts.append(sound[0])
        values, text = _sum((values, text), _size(item))
    if len({part.id for part in parts}) < len(parts):
        return None, (0, 0)
    for raw, _ in found.values():
        gone = _size(raw)
        values, text = values - gone[0], text - gone[1]
    return tuple(parts), (values, text)


def _same(one: object, other: object) -> bool:
    return one is other


def _alike(nodes: Sequence[Node], others: Sequence[Node]) -> bool:
    """Tell whether two lists of nodes have the same identifiers, kinds and places: all that edges and faults depend on."""
    return nodes is others or [*map(_site, nodes)] == [*map(_site, others)]


def _site(node: Node) -> tuple[str, str, str, str | None]:
    return node.id, node.kind, node.component.region, node.group_id


def _other(before: Json, after: Json) -> tuple[int, int]:
    """Return by how much everything but nodes and edges has grown."""
    sizes = [
        _size({name: value for name, value in document.items() if name not in ("nodes", "edges")})
        for document in (before, after)
    ]
    return sizes[1][0] - sizes[0][0], sizes[1][1] - sizes[0][1]


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _size(value: object) -> tuple[int, int]:
    """Return the number of values in a value, itself included, and the length of all its texts and names of fields."""
    if isinstance(value, str):
        return 1, len(value)
    inner: list[object] = []
    text = 0
    if isinstance(value, dict):
        inner, text = list(value.values()), sum(map(len, value))
    elif isinstance(value, list):
        inner = value
    count = 1
    for item in inner:
        if isinstance(item, str | dict | list):
            more = _size(item)
            count, text = count + more[0], text + more[1]
        else:
            count += 1
    return count, text
