"""How much traffic each component will see, before running: linear traffic equations.

Every component says how many calls it makes to each of its targets per request that it receives (`Component.split`).
For each sort of operation the arrival rates v then solve v = e + Pᵀ v with e the rates of the clients and P the calls,
as in an open Jackson network. Retries, timeouts and lost requests are left out: this is the load of a healthy system.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simcore.analysis.hits import hit_ratio
from simcore.analysis.workload import OPERATIONS, READ, Keys, Mix, class_sent, keys_of, mix_with_jobs
from simcore.components._preview import Memory, Shard
from simcore.components.base import DATA_ROLES, Callees, Component, Role
from simcore.scenario.document import Node, Scenario

#: What caches hold: nothing, what they will in the long run, or everything.
Caches = Literal["empty", "warm", "full"]

#: The hit ratios of caches depend on what others have caught before; so many rounds settle any usual drawing.
_HIT_ROUNDS = 6
_HIT_TOLERANCE = 1e-4

#: Work that is nothing at all still counts as this much of the usual: capacities stay finite.
_WORK_LEAST = 1e-6

#: Operations whose records come back with the answer.
_FETCHING = (READ, "static")

#: Below this many requests per second a component counts as idle: rounding of the solver.
IDLE_RPS = 1e-9


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """Traffic of one node: requests per second, per second offered by all clients, and relative to its capacity.

    `capacity_rps` is for the mixture of operations that comes to it. `rates_rps` has what it receives by operation.
    """

    visit_ratio: float
    offered_rps: float
    capacity_rps: float | None
    utilization_ratio: float | None
    rates_rps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """Traffic of a scenario. `calls` has, by operation, the expected calls per request along each connection."""

    nodes: Mapping[str, NodeLoad]
    calls: Mapping[str, Mapping[tuple[str, str], float]]
    offered_rps: float
    bounded: bool
    hit_ratios: Mapping[str, float]

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


def compute_load(
    scenario: Scenario, *, without: str | None = None, caches: Caches = "empty", patience: float = 1.0
) -> Load:
    """Solve the traffic equations, for the whole scenario or as if one node were not there.

    With full caches, no read behind a cache reaches a database: the least that the databases have to bear. People who wait
    for answers send `patience` times as much as they would if all answers came at once.
    """
    network = _Network.of(scenario, without, patience)
    if caches != "warm":
        return network.solve(dict.fromkeys(network.remembering(), float(caches == "full")))
    hits = dict.fromkeys(network.remembering(), 1.0)
    load = network.solve(hits)
    if not hits:
        return load
    keys = keys_of(scenario)
    for _ in range(_HIT_ROUNDS):
        before, hits = hits, network.hit_ratios(load, keys)
        load = network.solve(hits)
        if all(abs(hits[node_id] - before[node_id]) < _HIT_TOLERANCE for node_id in hits):
            break
    return load


@dataclass(frozen=True, slots=True)
class _Network:
    """Who is there, whom they call, and what is asked of them."""

    components: Mapping[str, Component]
    targets: Mapping[str, Mapping[Role, list[str]]]
    shards: Mapping[str, tuple[Shard, ...]]
    weights: Mapping[str, Mapping[str, float]]
    mixes: Mapping[str, Mix]
    patience: float
    jobs: Mapping[str, str]  # who sends of its own accord without being people -> the operation

    @classmethod
    def of(cls, scenario: Scenario, without: str | None, patience: float) -> _Network:
        weights: dict[str, dict[str, float]] = {}
        for edge in scenario.sorted_edges:
            weights.setdefault(edge.source, {})[edge.target] = edge.link.weight
        components = {node.id: node.component for node in scenario.sorted_nodes if node.id != without}
        names = {node_id: item.sent_class() for node_id, item in components.items()}
        sent = {node_id: class_sent(scenario, name) for node_id, name in names.items() if name is not None}
        return cls(
            components,
            targets_by_role(scenario, without),
            shards_of(scenario, without),
            weights,
            mix_with_jobs(scenario),
            patience,
            {node_id: item.operation for node_id, item in sent.items()},
        )

    def remembering(self) -> list[str]:
        """Return those whose hit ratio matters: caches, and whatever else remembers."""
        return [
            node_id
            for node_id, component in self.components.items()
            if component.role is Role.CACHE or component.memory() is not None
        ]

    def solve(self, hits: Mapping[str, float]) -> Load:
        """Solve the traffic equations of each operation under the given hit ratios."""
        node_ids = list(self.components)
        rates: dict[str, dict[str, float]] = {node_id: {} for node_id in node_ids}
        calls: dict[str, dict[tuple[str, str], float]] = {}
        bounded = True
        for operation, mix in self.mixes.items():
            calls[operation] = self._calls(operation, hits)
            offered = np.array([self._offered(node_id, operation, mix) for node_id in node_ids], np.float64)
            solved = _solve(node_ids, calls[operation], offered)
            bounded = bounded and solved is not None
            for node_id, rate in zip(node_ids, () if solved is None else solved.tolist(), strict=False):
                rates[node_id][operation] = rate if rate > IDLE_RPS else 0.0
        people = [node_id for node_id, item in self.components.items() if item.role is Role.CLIENT]
        total_rps = float(
            sum(
                self._offered(person, operation, mix)
                for person in people
                for operation, mix in self.mixes.items()
            )
        )
        loads = {
            node_id: _node_load(component, rates[node_id], self.mixes, total_rps)
            for node_id, component in self.components.items()
        }
        return Load(loads, calls, total_rps, bounded, dict(hits))

    def _offered(self, node_id: str, operation: str, mix: Mix) -> float:
        """Return what a node sends of its own accord: people a mixture of all operations, others one of them."""
        component = self.components[node_id]
        if node_id in self.jobs:
            return component.offered_rps() * (self.jobs[node_id] == operation)
        return (
            component.offered_rps() * (1.0 if component.population() is None else self.patience) * mix.share
        )

    def _calls(self, operation: str, hits: Mapping[str, float]) -> dict[tuple[str, str], float]:
        """Return the calls per request from each node to each other, one record to each collector among them."""
        calls = {
            (source, target): ratio
            for source, component in self.components.items()
            for target, ratio in sorted(
                component.split(self._callees(source, operation, hits), operation).items()
            )
            if ratio > 0
        }
        told = {
            (source, collector): 1.0
            for source, by_role in self.targets.items()
            for collector in by_role.get(Role.OBSERVER, ())
        }
        return calls | told

    def _callees(self, source: str, operation: str, hits: Mapping[str, float]) -> Callees:
        caches = self.targets[source].get(Role.CACHE, ())
        ratio = sum(hits.get(cache, 0.0) for cache in caches) / len(caches) if caches else 0.0
        memory = self.components[source].memory()
        keeps = operation in memory.operations if memory else operation == READ
        return Callees(
            self.targets[source],
            self.shards.get(source, ()),
            ratio if operation == READ else 0.0,
            hits.get(source, 0.0) if keeps else 0.0,
            self.weights.get(source, {}),
        )

    def hit_ratios(self, load: Load, keys: Keys) -> dict[str, float]:
        """Return the hit ratio of each that remembers, under the traffic that comes to it; 1 where it says nothing."""
        found = {}
        for node_id in self.remembering():
            memory = self.components[node_id].memory()
            if memory is None:
                found[node_id] = 1.0
                continue
            writes_rps = sum(
                load.nodes[source].rates_rps.get(operation, 0.0) * ratio
                for operation, calls in load.calls.items()
                for (source, target), ratio in calls.items()
                if target == node_id and operation != READ and self.components[source].drops_written()
            )
            rates = load.nodes[node_id].rates_rps
            if memory.forgets_written:
                writes_rps += rates.get(OPERATIONS[1], 0.0)
            nothing = np.zeros(len(keys.counts))
            reads_rps = sum(
                (rates.get(name, 0.0) * keys.shares.get(name, nothing) for name in memory.operations), nothing
            )
            sharing = self._sharing(node_id)
            # Each of several that share the keys has its part of them, and each key as many requests as before.
            found[node_id] = hit_ratio(
                replace(memory, capacity_entries=_entries(memory, rates, self.mixes)),
                sharing * reads_rps,
                sharing * writes_rps * keys.shares.get(OPERATIONS[1], nothing),
                keys.counts / sharing,
            )
        return found

    def _sharing(self, node_id: str) -> int:
        """Return among how many the keys are divided of which this one has its part."""
        role = self.components[node_id].role
        if role is not Role.CACHE:
            return 1
        return max(
            (len(by_role[role]) for by_role in self.targets.values() if node_id in by_role.get(role, ())),
            default=1,
        )


def shards_of(scenario: Scenario, without: str | None = None) -> dict[str, tuple[Shard, ...]]:
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


def _node_load(
    component: Component, rates_rps: Mapping[str, float], mixes: Mapping[str, Mix], total_rps: float
) -> NodeLoad:
    """Compare what comes to a node with what it can serve; an operation that is more work takes more of its capacity."""
    offered_rps = sum(rates_rps.values())
    capacity_rps = component.capacity_rps()
    if capacity_rps and offered_rps:
        capacity_rps *= offered_rps / sum(
            rate * relative_work(component, operation, mixes[operation])
            for operation, rate in rates_rps.items()
            if rate
        )
    line, sent = component.sent_bytes_per_s(), _bytes_per_s(rates_rps, mixes, _FETCHING)
    if sent and math.isfinite(line):
        capacity_rps = min(capacity_rps or math.inf, offered_rps * line / sent)
    return NodeLoad(
        visit_ratio=offered_rps / total_rps if total_rps > 0 else 0.0,
        offered_rps=offered_rps,
        capacity_rps=capacity_rps,
        utilization_ratio=None if not capacity_rps else offered_rps / capacity_rps,
        rates_rps=rates_rps,
    )


def _bytes_per_s(
    rates_rps: Mapping[str, float], mixes: Mapping[str, Mix], operations: Sequence[str]
) -> float:
    """Return the bytes of the records that some operations are about, per second."""
    return sum(rates_rps.get(name, 0.0) * mixes[name].payload_bytes for name in operations if name in mixes)


def _entries(memory: Memory, rates_rps: Mapping[str, float], mixes: Mapping[str, Mix]) -> float:
    """Return how many records a memory has room for: as many as their mean size lets in, if that is fewer."""
    asked_rps = sum(rates_rps.get(name, 0.0) for name in memory.operations)
    asked_bytes = _bytes_per_s(rates_rps, mixes, memory.operations)
    fitting = memory.capacity_bytes * asked_rps / asked_bytes if asked_bytes else math.inf
    return min(memory.capacity_entries, fitting)


def relative_work(component: Component, operation: str, mix: Mix) -> float:
    """Return the work on one request of an operation, as a multiple of that on a read without payload."""
    usual_s = component.work_s(READ, 0.0)
    if usual_s <= 0:
        return 1.0
    return max(mix.work_factor * component.work_s(operation, mix.payload_bytes) / usual_s, _WORK_LEAST)
