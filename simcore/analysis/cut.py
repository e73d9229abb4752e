"""The most that a drawing could carry if every choice among alternatives were made in the best way: its minimum cut.

Where requests pass one component after the other this is the maximum flow of Ford and Fulkerson. Here a request may also need
several components at once, or one several times, so it is the linear program behind it: flows along the calls that may be
divided freely, all other calls in proportion, and each component's work within its capacity. The components whose limits
have a price at the optimum are the cut: more of any other one would gain nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcore.analysis.capacity import Load, relative_work
from simcore.analysis.theory.linear import maximize
from simcore.analysis.ways import shards_of, targets_by_role
from simcore.analysis.workload import READ, mix_with_jobs, operation_mix
from simcore.components.base import DATA_ROLES, Role
from simcore.scenario.document import Scenario

Floats = NDArray[np.float64]

#: More choices than this are not reckoned through: a drawing is looked at again after every edit.
_FLOWS_MAX = 300
_SURE = 1 - 1e-9
_PRICE_LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class Cut:
    """The largest rate of all clients together (requests/s), and the components that stand in the way of more."""

    rate_rps: float
    node_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """Calls of one operation that a node may divide among several as it likes: so many per request in all."""

    operation: str
    source: str
    targets: tuple[str, ...]
    calls: float


def minimum_cut(scenario: Scenario, load: Load) -> Cut | None:
    """Return the minimum cut; None when nothing limits the traffic, or when there are too many choices."""
    choices = _choices(scenario, load)
    flows = [(choice, target) for choice in choices for target in choice.targets]
    if load.offered_rps == 0 or not load.bounded or len(flows) > _FLOWS_MAX:
        return None
    received = {operation: _received(scenario, load, operation, flows) for operation in load.calls}
    if any(item is None for item in received.values()):
        return None
    node_ids = [node.id for node in scenario.sorted_nodes]
    uses: list[Floats] = []
    for choice in choices:
        table = received[choice.operation]
        assert table is not None
        # What is divided must be what there is to be divided, neither more nor less.
        row = -choice.calls * table[node_ids.index(choice.source)]
        row[[1 + position for position, (other, _) in enumerate(flows) if other is choice]] += 1.0
        uses += [row, -row]
    limits = [0.0] * len(uses)
    limited = []
    for position, node in enumerate(scenario.sorted_nodes):
        capacity_rps = node.component.capacity_rps()
        if capacity_rps:
            mixes = mix_with_jobs(scenario)
            parts = [
                relative_work(node.component, operation, mixes[operation]) * table[position]
                for operation, table in received.items()
                if table is not None
            ]
            row = np.sum(parts, axis=0) / capacity_rps
            if row.any():
                limited.append((len(uses), node.id))
                uses.append(row)
                limits.append(1.0)
    if not limited:
        return None
    gains = np.zeros(1 + len(flows))
    gains[0] = 1.0
    optimum = maximize(gains, np.array(uses), np.array(limits))
    if optimum is None:
        return None
    standing = tuple(node_id for row, node_id in limited if optimum.prices[row] > _PRICE_LEAST)
    return Cut(optimum.value * load.offered_rps, standing)


def _choices(scenario: Scenario, load: Load) -> list[_Choice]:
    """Return the calls that could be divided in another way: among equal servers, or replicas; never where a key decides."""
    targets, shards = targets_by_role(scenario), shards_of(scenario)
    # A request class that has a way of its own takes no other.
    rules = {(edge.source, edge.target): edge.link.request_classes for edge in scenario.edges}
    found = []
    for operation, calls in load.calls.items():
        for source in sorted(targets):
            groups: list[Sequence[str]] = [
                [target for target in ids if rules.get((source, target), "") == rule]
                for role, ids in targets[source].items()
                if role not in DATA_ROLES and role is not Role.CACHE
                for rule in sorted({rules.get((source, target), "") for target in ids})
            ]
            for shard in shards.get(source, ()):
                members = shard.readers if operation == READ else shard.writers
                if len({calls.get((source, member), 0.0) for member in members}) == 1:
                    groups.append(members)
            for group in groups:
                ratios = {target: calls.get((source, target), 0.0) for target in group}
                divided = len(group) > 1 and sum(ratios.values()) > 0
                if divided and not all(ratio >= _SURE for ratio in ratios.values()):
                    found.append(_Choice(operation, source, tuple(group), sum(ratios.values())))
    return found


def _received(
    scenario: Scenario, load: Load, operation: str, flows: Sequence[tuple[_Choice, str]]
) -> Floats | None:
    """Return what each node receives per unit of the clients' traffic, and of each flow: shape (nodes, 1 + flows)."""
    nodes = scenario.sorted_nodes
    index: Mapping[str, int] = {node.id: position for position, node in enumerate(nodes)}
    divided = {(choice.source, target) for choice, target in flows if choice.operation == operation}
    equations = np.eye(len(nodes))
    for (source, target), ratio in load.calls[operation].items():
        if (source, target) not in divided:
            equations[index[target], index[source]] -= ratio
    given = np.zeros((len(nodes), 1 + len(flows)))
    mix = operation_mix(scenario).get(operation)
    for node in nodes:
        if mix is not None and node.component.role is Role.CLIENT:
            given[index[node.id], 0] = node.component.offered_rps() * mix.share
    for position, (choice, target) in enumerate(flows):
        if choice.operation == operation:
            given[index[target], 1 + position] = 1.0
    try:
        solved: Floats = np.linalg.solve(equations, given).astype(np.float64)
    except np.linalg.LinAlgError:
        return None
    return solved
