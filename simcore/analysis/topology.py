"""What the shape of a drawing tells: who is reached, and whose loss alone stops the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import networkx as nx

from simcore.analysis.capacity import Load
from simcore.analysis.messages import remark
from simcore.analysis.ways import shards_of, targets_by_role
from simcore.analysis.workload import operation_mix
from simcore.components._preview import Shard
from simcore.components.base import DATA_ROLES, Component, Role
from simcore.diagnostics import Diagnostic
from simcore.params import names_in
from simcore.scenario.document import Node, Scenario
from simcore.scenario.edges import is_synchronous
from simcore.scenario.messages import echo
from simcore.wires import replication_clusters

#: A caller treats a lost cache as a miss, so the loss of one stops no request by itself.
OPTIONAL_ROLES = frozenset({Role.CACHE, Role.RESOLVER})

#: Where requests and jobs come from.
ORIGINS = frozenset({Role.CLIENT, Role.SCHEDULER})

#: A share of calls this close to one is one; splits are sums of fractions.
_TOLERANCE = 1e-9


def reached(scenario: Scenario) -> frozenset[str]:
    """Return the nodes that a request of some client, or a job, can come to."""
    graph: nx.DiGraph[str] = nx.DiGraph([(edge.source, edge.target) for edge in scenario.sorted_edges])
    clients = [node.id for node in scenario.nodes if node.component.role in ORIGINS]
    graph.add_nodes_from(clients)
    return frozenset(clients).union(*(nx.descendants(graph, client) for client in clients))


def check_topology(scenario: Scenario, load: Load) -> list[Diagnostic]:
    """Return remarks on missing, unreachable, incomplete and idle components, by node identifier."""
    remarks: list[Diagnostic] = []
    nodes = scenario.sorted_nodes
    clients = [node for node in nodes if node.component.role is Role.CLIENT]
    origins = [node for node in nodes if node.component.role in ORIGINS]
    if nodes and not origins:
        remarks.append(remark("A001"))
    targets = targets_by_role(scenario)
    reachable, replicating = reached(scenario), _replicating(scenario)
    must_answer = {
        name
        for client in clients
        if not targets[client.id].get(Role.SERVICE)
        for name in targets[client.id].get(Role.RESOLVER, [])
    }
    for node in nodes:
        code = _remark_on(node, targets[node.id], reachable, replicating, load) if origins else None
        if code == "A002" and node.component.role is Role.RESOLVER and node.id not in must_answer:
            code = None  # its clients know where to send their requests
        if code is not None:
            remarks.append(remark(code, node_id=node.id, node=node.label))
    only_names = {
        names[0] for names in (targets[node.id].get(Role.RESOLVER, []) for node in clients) if len(names) == 1
    }
    remarks += [remark("A008", node_id=node.id, node=node.label) for node in nodes if node.id in only_names]
    return remarks + _unknown_classes(scenario)


def _unknown_classes(scenario: Scenario) -> list[Diagnostic]:
    """Return a remark on each connection that is for request classes which do not exist."""
    known = {item.name for item in scenario.workload.classes}
    labels = {node.id: node.label for node in scenario.nodes}
    found = []
    for edge in scenario.sorted_edges:
        unknown = [echo(name) for name in names_in(edge.link.request_classes) if name not in known]
        if unknown:
            source, target = labels[edge.source], labels[edge.target]
            found.append(
                remark("A060", edge_id=edge.id, names=", ".join(unknown), source=source, target=target)
            )
    return found


def _replicating(scenario: Scenario) -> frozenset[str]:
    """Return the databases that are the primary or a replica of another."""
    roles = {node.id: node.component.role for node in scenario.nodes if node.component.role in DATA_ROLES}
    ends = [(edge.source, edge.target) for edge in scenario.edges if {edge.source, edge.target} <= set(roles)]
    pairs = [pair for pair in ends if roles[pair[0]] is roles[pair[1]]]
    return frozenset(node_id for pair in pairs for node_id in pair)


def _remark_on(
    node: Node,
    targets: Mapping[Role, list[str]],
    reachable: frozenset[str],
    replicating: frozenset[str],
    load: Load,
) -> str | None:
    if node.component.role is Role.CONTROLLER:
        return None if targets else "A002"
    if node.id not in reachable:
        return "A003"
    if node.component.role is Role.QUEUE and not targets.get(Role.CONSUMER):
        return "A004"
    if not targets and only_passes_on(node.component):
        return "A002"
    if load.offered_rps == 0 or not load.bounded or load.nodes[node.id].offered_rps > 0:
        return None
    if node.component.role is Role.OBSERVER:
        return None
    stands_by = node.component.role is Role.RESOLVER or node.id in replicating
    return None if stands_by else "A005"


def only_passes_on(component: Component) -> bool:
    """Tell whether a component cannot answer anything by itself."""
    if component.role in {*ORIGINS, Role.RESOLVER}:
        return True
    return component.role is Role.SERVICE and set(component.connects_to) - {Role.OBSERVER} == {Role.SERVICE}


def single_points_of_failure(scenario: Scenario, load: Load) -> dict[str, tuple[str, ...]]:
    """Return the nodes whose loss alone stops every request of some operations, with those operations.

    Notes
    -----
    A node needs, for each role it calls, one of its targets of that role; or each of them when every request calls each
    of them. What stops a node is then itself, whatever stops a target that it cannot do without, and whatever stops all
    of several alternatives; circles of waiting callers do not exist, so this is computed once per node, targets first.
    """
    found: dict[str, list[str]] = {}
    components = {node.id: node.component for node in scenario.sorted_nodes}
    asked = operation_mix(scenario)
    for operation, calls in load.calls.items():
        if operation not in asked:
            continue  # by jobs alone
        for node_id in sorted(_stoppers(scenario, components, calls)):
            found.setdefault(node_id, []).append(operation)
    return {node_id: tuple(found[node_id]) for node_id in sorted(found)}


def _stoppers(
    scenario: Scenario, components: Mapping[str, Component], calls: Mapping[tuple[str, str], float]
) -> frozenset[str]:
    targets, shards = targets_by_role(scenario), shards_of(scenario)
    clusters = {member: cluster for cluster in replication_clusters(scenario).values() for member in cluster}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(components)
    graph.add_edges_from(
        (source, target)
        for source, by_role in targets.items()
        for role, ids in by_role.items()
        for target in ids
        if is_synchronous(components[source].role, role)
    )
    stoppers: dict[str, frozenset[str]] = {}
    for node_id in reversed(list(nx.lexicographical_topological_sort(graph))):
        parts = [frozenset({node_id})]
        for role, ids in targets[node_id].items():
            if role not in DATA_ROLES and _is_needed(components[node_id].role, role):
                parts += _stopped_by(node_id, ids, calls, stoppers)
        if components[node_id].role not in DATA_ROLES:
            parts += _stopped_by_data(node_id, shards.get(node_id, ()), calls, clusters, components)
        stoppers[node_id] = frozenset().union(*parts)
    clients = [node_id for node_id, component in components.items() if component.role is Role.CLIENT]
    sending = [node_id for node_id in clients if any(source == node_id for source, _ in calls)]
    if not sending:
        return frozenset()
    return reduce(frozenset.intersection, (stoppers[node_id] for node_id in sending)) - frozenset(clients)


def _is_needed(source: Role, target: Role) -> bool:
    replicates = source is target and source in DATA_ROLES
    return is_synchronous(source, target) and target not in OPTIONAL_ROLES and not replicates


def _stopped_by_data(
    source: str,
    shards: Sequence[Shard],
    calls: Mapping[tuple[str, str], float],
    clusters: Mapping[str, Sequence[str]],
    components: Mapping[str, Component],
) -> list[frozenset[str]]:
    """Return what stops the calls of one node to all that keeps its records: the one that is the only one to answer.

    A member of a cluster that is called has the others as stand-ins: those that can take its place, or have copies.
    """
    standing: set[str] = set()
    for shard in shards:
        members = {*shard.readers, *shard.writers, shard.asked}
        called = {member for member in members if calls.get((source, member), 0.0) > 0}
        others = {other for member in called for other in clusters.get(member, ())}
        of_equals = components[shard.asked].role is not Role.DATABASE
        standing |= called | {
            other for other in others if of_equals or components[other].takeover_s() is not None
        }
    return [frozenset(standing)] if len(standing) == 1 else []


def _stopped_by(
    source: str,
    targets: list[str],
    calls: Mapping[tuple[str, str], float],
    stoppers: Mapping[str, frozenset[str]],
) -> list[frozenset[str]]:
    """Return what stops the calls of one node to its targets of one role."""
    ratios = [calls.get((source, target), 0.0) for target in targets]
    if sum(ratios) == 0:
        return []
    needed = [stoppers[target] for target in targets]
    if all(ratio >= 1 - _TOLERANCE for ratio in ratios):
        return needed
    return [reduce(frozenset.intersection, needed)]
