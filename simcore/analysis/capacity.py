"""How much traffic each component will see, before running: linear traffic equations.

Every component says how many calls it makes to each of its targets per request that it receives (`Component.split`).
For each sort of operation the arrival rates v then solve v = e + Pᵀ v with e the rates of the clients and P the calls,
as in an open Jackson network. What limits refuse goes no further; how much that is follows from the rates, and is found by
going round. Retries, timeouts and lost requests are left out: this is the load of a healthy system. Where classes of one
operation take different ways, what follows is reckoned with their common mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simcore.analysis.hits import hit_ratio
from simcore.analysis.ways import Ways, shards_of, targets_by_role
from simcore.analysis.workload import OPERATIONS, READ, Keys, Mix, class_sent, keys_of, mix_with_jobs
from simcore.components._preview import Memory, Shard
from simcore.components.base import Callees, Component, Role
from simcore.scenario.document import Scenario

#: What caches hold: nothing, what they will in the long run, or everything.
Caches = Literal["empty", "warm", "full"]

#: The hit ratios of caches depend on what others have caught before; so many rounds settle any usual drawing.
_HIT_ROUNDS = 6
#: What one limit refuses depends on what those before it let through; so many behind each other are settled.
_LIMIT_ROUNDS = 8
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

    `capacity_rps` is for the mixture of operations that comes to it. `rates_rps` has what it receives by operation, and
    `kept_ratio` what that is of all it would receive if limits refused nothing.
    """

    visit_ratio: float
    offered_rps: float
    capacity_rps: float | None
    utilization_ratio: float | None
    rates_rps: Mapping[str, float] = field(default_factory=dict)
    kept_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """Traffic of a scenario.

    `calls` has, by operation, the expected calls per request along each connection, of requests that the source lets
    through; `passing` has the share of these where it is not all of them.
    """

    nodes: Mapping[str, NodeLoad]
    calls: Mapping[str, Mapping[tuple[str, str], float]]
    offered_rps: float
    bounded: bool
    hit_ratios: Mapping[str, float]
    passing: Mapping[str, float] = field(default_factory=dict)

    def let_through_rps(self, node_id: str, operation: str) -> float:
        """Return the requests per second of an operation that a node does not refuse."""
        return self.nodes[node_id].rates_rps.get(operation, 0.0) * self.passing.get(node_id, 1.0)

    @property
    def refused_rps(self) -> float:
        """Return the requests per second that are refused by rules and limits."""
        return sum(self.nodes[node_id].offered_rps * (1.0 - ratio) for node_id, ratio in self.passing.items())

    @property
    def bottleneck(self) -> str | None:
        """The node that saturates first as traffic grows, None when nothing with a capacity receives requests."""
        busy = [
            (-load.utilization_ratio / load.kept_ratio, node_id)
            for node_id, load in self.nodes.items()
            if load.utilization_ratio
        ]
        return min(busy)[1] if busy else None

    @property
    def max_throughput_rps(self) -> float | None:
        """Requests per second of all clients together at which the bottleneck saturates."""
        if self.bottleneck is None:
            return None
        first = self.nodes[self.bottleneck]
        assert first.utilization_ratio is not None
        return self.offered_rps * first.kept_ratio / first.utilization_ratio


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
    mixes: Mapping[str, Mix]
    ways: Ways
    patience: float
    jobs: Mapping[str, str]  # who sends of its own accord without being people -> the operation
    people_count: int

    @classmethod
    def of(cls, scenario: Scenario, without: str | None, patience: float) -> _Network:
        components = {node.id: node.component for node in scenario.sorted_nodes if node.id != without}
        names = {node_id: item.sent_class() for node_id, item in components.items()}
        sent = {node_id: class_sent(scenario, name) for node_id, name in names.items() if name is not None}
        targets = targets_by_role(scenario, without)
        return cls(
            components,
            targets,
            shards_of(scenario, without),
            mix_with_jobs(scenario),
            Ways(scenario, targets),
            patience,
            {node_id: item.operation for node_id, item in sent.items()},
            sum(getattr(item, "user_count", 0) for item in components.values()),
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
        calls = {operation: self._calls(operation, hits) for operation in self.mixes}
        unlimited, bounded = self._rates(calls, {})
        rates, passing = unlimited, self._passing(unlimited)
        for _ in range(_LIMIT_ROUNDS if passing else 0):
            before, (rates, bounded) = passing, self._rates(calls, passing)
            passing = self._passing(rates)
            if passing == before:
                break
        people = [node_id for node_id, item in self.components.items() if item.role is Role.CLIENT]
        total_rps = float(
            sum(
                self._offered(person, operation, mix)
                for person in people
                for operation, mix in self.mixes.items()
            )
        )
        loads = {
            node_id: _node_load(
                component, rates[node_id], self.mixes, total_rps, sum(unlimited[node_id].values())
            )
            for node_id, component in self.components.items()
        }
        return Load(loads, calls, total_rps, bounded, dict(hits), passing)

    def _rates(
        self, calls: Mapping[str, Mapping[tuple[str, str], float]], passing: Mapping[str, float]
    ) -> tuple[dict[str, dict[str, float]], bool]:
        """Return what comes to each node by operation (1/s), and whether that is finite."""
        node_ids = list(self.components)
        rates: dict[str, dict[str, float]] = {node_id: {} for node_id in node_ids}
        bounded = True
        for operation, mix in self.mixes.items():
            passed = {way: ratio * passing.get(way[0], 1.0) for way, ratio in calls[operation].items()}
            offered = np.array([self._offered(node_id, operation, mix) for node_id in node_ids], np.float64)
            solved = _solve(node_ids, passed, offered)
            bounded = bounded and solved is not None
            for node_id, rate in zip(node_ids, () if solved is None else solved.tolist(), strict=False):
                rates[node_id][operation] = rate if rate > IDLE_RPS else 0.0
        return rates, bounded

    def _passing(self, rates: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        """Return the share that each node lets through, where that is not everything."""
        shares = {
            node_id: component.lets_through(sum(rates[node_id].values()), self.people_count)
            for node_id, component in self.components.items()
        }
        return {node_id: share for node_id, share in shares.items() if share < 1.0}

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
        names = self.targets[source].get(Role.RESOLVER, ())
        addresses = [self.components[name].address_ttl_s() for name in names]
        return Callees(
            self.targets[source],
            self.shards.get(source, ()),
            ratio if operation == READ else 0.0,
            hits.get(source, 0.0) if keeps else 0.0,
            self.ways.weights.get(source, {}),
            self.ways.by_class(source, operation),
            self.ways.chosen(source, self.components[source].places()),
            min((ttl_s for ttl_s in addresses if ttl_s is not None), default=None),
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
                load.let_through_rps(source, operation) * ratio
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
    component: Component,
    rates_rps: Mapping[str, float],
    mixes: Mapping[str, Mix],
    total_rps: float,
    unlimited_rps: float,
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
        kept_ratio=min(offered_rps / unlimited_rps, 1.0) if unlimited_rps and offered_rps else 1.0,
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
