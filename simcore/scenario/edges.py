"""Which connections a drawing may have: between whom, how many, and never in a circle of waiting callers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcore.components.base import ROLE_TITLES, Component, Role
from simcore.diagnostics import Diagnostic
from simcore.regions import ANYWHERE
from simcore.scenario.document import EdgeHead
from simcore.scenario.messages import Words, diagnostic, echo

if TYPE_CHECKING:
    import networkx as nx

#: Components named in the description of a circle; a longer one is cut.
_PATH_LENGTH_MAX = 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a connection or a fault needs to know of a component; `component` is None when the kind is unknown."""

    label: str
    component: type[Component] | None
    region: str = ANYWHERE
    group_ids: tuple[str, ...] = ()


def is_synchronous(source: Role, target: Role) -> bool:
    """Tell whether the source of an edge waits for the target: a queue hands over without waiting, equals share
    keys, and who reports may wait but asks for nothing.
    """
    if source is Role.STORE and target is Role.STORE:
        return False
    return source not in {Role.QUEUE, Role.CONTROLLER} and target not in {Role.CONSUMER, Role.OBSERVER}


def check_edges(nodes: Mapping[str, Drawn], edges: Sequence[EdgeHead]) -> list[Diagnostic]:
    """Return everything that is wrong with the connections, in the order of the document, then the circles."""
    problems: list[Diagnostic] = []
    sound: list[EdgeHead] = []
    seen_ids: set[str] = set()
    seen_pairs: set[tuple[str, str]] = set()
    scalers: dict[str, str] = {}
    for edge in edges:
        if edge.id in seen_ids:
            problems.append(diagnostic("S043", edge_id=edge.id, place="id", id=edge.id))
            continue
        seen_ids.add(edge.id)
        problem = _check_edge(nodes, edge, seen_pairs) or _check_scaler(nodes, edge, scalers)
        if problem is None:
            sound.append(edge)
        else:
            problems.append(problem)
        seen_pairs.add((edge.source, edge.target))
    return problems + _circles(nodes, sound)


def _check_scaler(nodes: Mapping[str, Drawn], edge: EdgeHead, scalers: dict[str, str]) -> Diagnostic | None:
    """Report a second autoscaler of one target."""
    if _role(nodes[edge.source]) is not Role.CONTROLLER:
        return None
    first = nodes[scalers.setdefault(edge.target, edge.source)]
    if first is nodes[edge.source]:
        return None
    remove = [{"type": "remove_edge", "edge_id": edge.id}]
    return diagnostic("S053", edge_id=edge.id, fix=remove, target=nodes[edge.target].label, first=first.label)


def _check_edge(
    nodes: Mapping[str, Drawn], edge: EdgeHead, seen_pairs: set[tuple[str, str]]
) -> Diagnostic | None:
    remove = [{"type": "remove_edge", "edge_id": edge.id}]
    for code, place, end in (("S045", "source", edge.source), ("S044", "target", edge.target)):
        if end not in nodes:
            return diagnostic(code, edge_id=edge.id, place=place, fix=remove, id=edge.id, node=echo(end))
    source, target = nodes[edge.source], nodes[edge.target]
    if edge.source == edge.target:
        return diagnostic("S046", node_id=edge.source, edge_id=edge.id, fix=remove, node=source.label)
    if (edge.source, edge.target) in seen_pairs:
        return diagnostic("S047", edge_id=edge.id, fix=remove, source=source.label, target=target.label)
    if source.component is None or target.component is None:
        return None  # the unknown kind has been reported
    allowed = source.component.connects_to
    if target.component.role in allowed:
        scales = source.component.role is Role.CONTROLLER
        if not scales or "instance_count" in target.component.model_fields:
            return None
        return diagnostic(
            "S052", edge_id=edge.id, fix=remove, target=target.label, kind=target.component.title
        )
    if not allowed:
        return diagnostic(
            "S049", edge_id=edge.id, fix=remove, source=source.label, kind=source.component.title
        )
    return diagnostic(
        "S048",
        edge_id=edge.id,
        fix=remove,
        source=source.label,
        kind=source.component.title,
        role=ROLE_TITLES[target.component.role],
        allowed=Words(ROLE_TITLES[role] for role in allowed),
    )


def _circles(nodes: Mapping[str, Drawn], edges: Iterable[EdgeHead]) -> list[Diagnostic]:
    """Report each group of components that wait for each other, once, at one of its connections."""
    waits: dict[str, list[str]] = {}
    edge_ids: dict[tuple[str, str], str] = {}
    for edge in sorted(edges, key=lambda edge: edge.id):
        source, target = nodes[edge.source].component, nodes[edge.target].component
        if source is None or target is None or not is_synchronous(source.role, target.role):
            continue
        waits.setdefault(edge.source, []).append(edge.target)
        edge_ids[edge.source, edge.target] = edge.id
    if not _has_circle(waits):
        return []
    import networkx as nx  # takes a third of a second, and nearly no drawing needs it

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(edge_ids)
    groups = sorted(sorted(group) for group in nx.strongly_connected_components(graph) if len(group) > 1)
    return [_circle(nodes, graph.subgraph(group), group[0], edge_ids) for group in groups]


def _has_circle(waits: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether somebody waits for itself: not everybody can be taken away, one whom nobody waits for at a time."""
    callers = Counter(target for targets in waits.values() for target in targets)
    free = [node for node in waits if node not in callers]
    while free:
        for target in waits.get(free.pop(), ()):
            callers[target] -= 1
            if callers[target] == 0:
                free.append(target)
    return any(callers.values())


def _circle(
    nodes: Mapping[str, Drawn], graph: nx.DiGraph[str], start: str, edge_ids: Mapping[tuple[str, str], str]
) -> Diagnostic:
    """Describe the shortest circle through the first component of a group, whatever the order of the document."""
    import networkx as nx

    lengths = nx.single_source_shortest_path_length(graph.reverse(copy=False), start)
    path = [start]
    while path[-1] != start or len(path) == 1:
        path.append(min(graph.successors(path[-1]), key=lambda node: (lengths[node], node)))
    replication = all(_role(nodes[node]) is Role.DATABASE for node in path)
    labels = [nodes[node].label for node in path]
    if len(labels) > _PATH_LENGTH_MAX:
        labels = [*labels[: _PATH_LENGTH_MAX - 2], "…", labels[-1]]
    return diagnostic(
        "S051" if replication else "S050",
        node_id=start,
        edge_id=edge_ids[path[-2], path[-1]],
        path=" → ".join(labels),
    )


def _role(node: Drawn) -> Role | None:
    return node.component.role if node.component else None
