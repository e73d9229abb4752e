"""What can be known about a scenario without running it: reachability, weak points, traffic and capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simcore.analysis.capacity import Load, compute_load, operation_shares
from simcore.analysis.messages import remark
from simcore.analysis.topology import check_topology, single_points_of_failure
from simcore.components.base import Role
from simcore.diagnostics import Diagnostic
from simcore.scenario.document import Scenario

#: From here on the waiting time of a queue exceeds about four service times of a single worker (M/M/1).
BUSY_RATIO = 0.8

#: What-if computations without one cache each: enough for every drawing that a person can follow.
CACHES_TRIED_MAX = 8


@dataclass(frozen=True, slots=True)
class Analysis:
    """Remarks on a scenario, its traffic, and the nodes whose loss stops it (with the operations they stop)."""

    diagnostics: tuple[Diagnostic, ...]
    load: Load
    single_points_of_failure: dict[str, tuple[str, ...]]

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        bottleneck = self.load.bottleneck
        return {
            "diagnostics": [item.to_json() for item in self.diagnostics],
            "bottleneck": None if bottleneck is None else {"node_id": bottleneck, **self._node(bottleneck)},
            "nodes": {
                node_id: {"visit_ratio": load.visit_ratio, **self._node(node_id)}
                for node_id, load in self.load.nodes.items()
            },
            "single_points_of_failure": list(self.single_points_of_failure),
            "max_throughput_rps": self.load.max_throughput_rps,
        }

    def _node(self, node_id: str) -> dict[str, float | None]:
        load = self.load.nodes[node_id]
        return {
            "offered_rps": load.offered_rps,
            "capacity_rps": load.capacity_rps,
            "utilization_ratio": load.utilization_ratio,
        }


def analyze(scenario: Scenario) -> Analysis:
    """Analyze a scenario without simulating it; pure, and independent of the order of nodes and edges."""
    load = compute_load(scenario)
    weak = single_points_of_failure(scenario, load)
    diagnostics = [
        *check_topology(scenario, load),
        *_weak_points(scenario, weak),
        *_capacity(scenario, load),
        *_lost_caches(scenario, load),
    ]
    return Analysis(tuple(diagnostics), load, weak)


def _weak_points(scenario: Scenario, weak: dict[str, tuple[str, ...]]) -> list[Diagnostic]:
    nodes = scenario.node_by_id()
    all_operations = set(operation_shares(scenario))
    remarks = []
    for node_id, operations in weak.items():
        label = nodes[node_id].label
        if set(operations) == all_operations:
            remarks.append(remark("A006", node_id=node_id, node=label))
            continue
        remarks += [
            remark("A007", node_id=node_id, node=label, operation=operation) for operation in operations
        ]
    return remarks


def _capacity(scenario: Scenario, load: Load) -> list[Diagnostic]:
    if not load.bounded:
        return [remark("A013")]
    nodes = scenario.node_by_id()
    remarks = []
    for node_id, item in load.nodes.items():
        utilization_ratio = item.utilization_ratio
        if utilization_ratio is None or item.capacity_rps is None or utilization_ratio < BUSY_RATIO:
            continue
        remarks.append(
            remark(
                "A010" if utilization_ratio >= 1 else "A011",
                node_id=node_id,
                node=nodes[node_id].label,
                utilization=_rounded(100 * utilization_ratio),
                offered=_rounded(item.offered_rps),
                capacity=_rounded(item.capacity_rps),
            )
        )
    return remarks


def _lost_caches(scenario: Scenario, load: Load) -> list[Diagnostic]:
    """Tell what a component behind a cache would have to bear if that cache stopped."""
    nodes = scenario.node_by_id()
    caches = [node for node in scenario.sorted_nodes if node.component.role is Role.CACHE]
    remarks = []
    for cache in caches[:CACHES_TRIED_MAX]:
        for node_id, item in compute_load(scenario, without=cache.id).nodes.items():
            after, before = item.utilization_ratio, load.nodes[node_id].utilization_ratio
            if after is not None and before is not None and before < 1 <= after:
                remarks.append(
                    remark(
                        "A012",
                        node_id=node_id,
                        cache=cache.label,
                        node=nodes[node_id].label,
                        utilization=_rounded(100 * after),
                    )
                )
    return remarks


def _rounded(value: float) -> float | int:
    """Round to three significant digits, as a whole number where that is exact."""
    short = float(f"{value:.3g}")
    return int(short) if short.is_integer() else short
