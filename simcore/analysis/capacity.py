"""How much traffic each component will see, before running: linear traffic equations.

Every component says how many calls it makes to each of its targets per request that it receives (`Component.split`).
For each sort of operation the arrival rates v then solve v = e + Pᵀ v with e the rates of the clients and P the calls,
as in an open Jackson network. Retries, timeouts and lost requests are left out: this is the load of a healthy system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simcore.components.base import DATA_ROLES, Callees, Component, Role, Shard
from simcore.scenario.document import Node, RequestClass, Scenario

#: The operations of request classes, in order of declaration.
OPERATIONS: tuple[str, ...] = get_args(RequestClass.model_fields["operation"].annotation)

#: The one operation that a cache can answer.
_READ = OPERATIONS[0]

#: Below this many requests per second a component counts as idle: rounding of the solver.
IDLE_RPS = 1e-9


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """Traffic of one node: requests per second, per second offered by all clients, and relative to its capacity."""

    visit_ratio: float
    offered_rps: float
    capacity_rps: float | None
    utilization_ratio: float | None


@dataclass(frozen=True, slots=True)
class Load:
    """Traffic of a scenario. `calls` has, by operation, the expected calls per request along each connection."""

    nodes: Mapping[str, NodeLoad]
    calls: Mapping[str, Mapping[tuple[str, str], float]]
    offered_rps: float
    bounded: bool

    @property
    def bottleneck(self) -> str | None:
        """The node that saturates first, None when nothing with a capacity receives requests."""
        busy = [
            (-load.utilization_ratio, node_id)
            for node_id, load in self.nodes.items()
            if load.utilization_ratio
        ]
        return min(busy)[1] if busy else None

    @property
    def max_throughput_rps(self) -> float | None:
        """Requests per second of all clients together at which the bottleneck saturates."""
        if self.bottleneck is None:
            return None
        utilization_ratio = self.nodes[self.bottleneck].utilization_ratio
        assert utilization_ratio is not None
        return self.offered_rps / utilization_ratio


def operation_shares(scenario: Scenario) -> dict[str, float]:
    """Return the share of each operation that occurs, adding up to 1."""
    total = sum(item.share for item in scenario.workload.classes)
    shares = {
        operation: sum(item.share for item in scenario.workload.classes if item.operation == operation)
        / total
        for operation in OPERATIONS
    }
    return {operation: share for operation, share in shares.items() if share > 0}


def targets_by_role(scenario: Scenario, without: str | None = None) -> dict[str, dict[Role, list[str]]]:
    """Return whom each node calls, by role, as if the node `without` were not there.

    Within a role, primary databases come before their replicas, and then the identifier decides. Whoever asks a name
    server calls the services behind it, if there are any.
    """
    nodes = scenario.node_by_id()
    edges = [edge for edge in scenario.edges if without not in (edge.source, edge.target)]
    replicas = {edge.target for edge in edges if _is_replication(nodes[edge.source], nodes[edge.target])}
    targets: dict[str, dict[Role, list[str]]] = {node_id: {} for node_id in nodes if node_id != without}
    for edge in sorted(edges, key=lambda edge: (edge.target in replicas, edge.source, edge.target)):
        targets[edge.source].setdefault(nodes[edge.target].component.role, []).append(edge.target)
    onward = {
        node_id: sorted(
            {service for name in by_role[Role.RESOLVER] for service in targets[name].get(Role.SERVICE, ())}
        )
        for node_id, by_role in targets.items()
        if Role.RESOLVER in by_role
    }
    for node_id, services in onward.items():
        if services:
            targets[node_id][Role.SERVICE] = services
    return targets


def _is_replication(source: Node, target: Node) -> bool:
    return source.component.role is target.component.role and source.component.role in DATA_ROLES


def compute_load(scenario: Scenario, *, without: str | None = None, caches_full: bool = False) -> Load:
    """Solve the traffic equations, for the whole scenario or as if one node were not there.

    With `caches_full`, no read behind a cache reaches a database: the least that the databases have to bear.
    """
    components = {node.id: node.component for node in scenario.sorted_nodes if node.id != without}
    targets = targets_by_role(scenario, without)
    shards = _shards(scenario, without)
    node_ids = list(components)

    def callees(source: str, relieved: bool) -> Callees:
        cached = relieved and Role.CACHE in targets[source]
        return Callees(targets[source], shards.get(source, ()), cached)

    offered = np.array([arrival_rate_rps(component) for component in components.values()], dtype=np.float64)
    total_rps = float(offered.sum())
    arrivals = np.zeros(len(node_ids))
    calls: dict[str, dict[tuple[str, str], float]] = {}
    bounded = True
    for operation, share in operation_shares(scenario).items():
        relieved = caches_full and operation == _READ
        calls[operation] = {
            (source, target): ratio
            for source, component in components.items()
            for target, ratio in sorted(component.split(callees(source, relieved), operation).items())
            if ratio > 0
        }
        solved = _solve(node_ids, calls[operation], offered * share)
        bounded = bounded and solved is not None
        if solved is not None:
            arrivals += solved
    loads = {
        node_id: _node_load(components[node_id], float(rate), total_rps)
        for node_id, rate in zip(node_ids, arrivals, strict=True)
    }
    return Load(loads, calls, total_rps, bounded)


def arrival_rate_rps(component: Component) -> float:
    """Return how many requests per second a client sends of its own accord; other roles send none."""
    return component.offered_rps()


def _shards(scenario: Scenario, without: str | None) -> dict[str, tuple[Shard, ...]]:
    """Return the clusters that each node keeps its records in, in order of the connections' identifiers.

    A caller of one member finds the others; which database of a cluster is the primary it knows, too.
    """
    roles = {node.id: node.component.role for node in scenario.nodes if node.component.role in DATA_ROLES}
    roles.pop(without or "", None)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(roles))
    edges = [edge for edge in scenario.sorted_edges if edge.target in roles and edge.source != without]
    inner = [edge for edge in edges if roles.get(edge.source) is roles[edge.target]]
    graph.add_edges_from((edge.source, edge.target) for edge in inner)
    replicas = {edge.target for edge in inner}
    clusters = [
        sorted(found, key=lambda node: (node in replicas, node)) for found in nx.connected_components(graph)
    ]
    cluster_of = {member: cluster for cluster in clusters for member in cluster}
    found: dict[str, dict[str, list[str]]] = {}
    for edge in edges:
        if roles.get(edge.source) is not roles[edge.target]:
            found.setdefault(edge.source, {}).setdefault(cluster_of[edge.target][0], []).append(edge.target)
    return {
        source: tuple(_shard(roles[first], cluster_of[first], drawn) for first, drawn in by_cluster.items())
        for source, by_cluster in found.items()
    }


def _shard(role: Role, cluster: Sequence[str], drawn: Sequence[str]) -> Shard:
    """Return what a caller does with one cluster: replicas that it is connected with answer reads before the primary does."""
    if role is not Role.DATABASE:
        return Shard(tuple(cluster), tuple(cluster), drawn[0])
    replicas = tuple(sorted(set(drawn) - {cluster[0]}))
    return Shard(replicas or (cluster[0],), (cluster[0],), drawn[0])


def _solve(
    node_ids: Sequence[str], calls: Mapping[tuple[str, str], float], offered: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Return the arrival rate of every node, or None when requests multiply without end."""
    index = {node_id: position for position, node_id in enumerate(node_ids)}
    equations = np.eye(len(node_ids))
    for (source, target), ratio in calls.items():
        equations[index[target], index[source]] -= ratio
    try:
        solved = np.linalg.solve(equations, offered)
    except np.linalg.LinAlgError:
        return None
    # A loop with a gain above one has a solution only on paper, and it is negative somewhere.
    return np.maximum(solved, 0.0) if solved.min(initial=0.0) > -IDLE_RPS * max(1.0, offered.sum()) else None


def _node_load(component: Component, rate: float, total_rps: float) -> NodeLoad:
    offered_rps = rate if rate > IDLE_RPS else 0.0
    capacity_rps = component.capacity_rps()
    return NodeLoad(
        visit_ratio=offered_rps / total_rps if total_rps > 0 else 0.0,
        offered_rps=offered_rps,
        capacity_rps=capacity_rps,
        utilization_ratio=None if not capacity_rps else offered_rps / capacity_rps,
    )
