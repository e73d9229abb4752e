"""What can be known about a scenario without running it: reachability, weak points, traffic and capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simcore.analysis.capacity import Load, compute_load
from simcore.analysis.messages import remark
from simcore.analysis.topology import check_topology, single_points_of_failure
from simcore.analysis.workload import operation_mix
from simcore.diagnostics import Diagnostic
from simcore.scenario.document import Scenario

#: From here on the waiting time of a queue exceeds about four service times of a single worker (M/M/1).
BUSY_RATIO = 0.8


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
    ]
    return Analysis(tuple(diagnostics), load, weak)


def _weak_points(scenario: Scenario, weak: dict[str, tuple[str, ...]]) -> list[Diagnostic]:
    nodes = scenario.node_by_id()
    all_operations = set(operation_mix(scenario))
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
    """Compare what each node receives with what it can serve, with full caches and with empty ones."""
    if not load.bounded:
        return [remark("A013")]
    relieved = compute_load(scenario, caches="warm")
    remarks = []
    for node in scenario.sorted_nodes:
        cold, warm = load.nodes[node.id], relieved.nodes[node.id]
        if (
            cold.utilization_ratio is None
            or warm.utilization_ratio is None
            or cold.utilization_ratio < BUSY_RATIO
        ):
            continue
        code, shown = ("A010", warm) if warm.utilization_ratio >= 1 else ("A011", warm)
        if warm.utilization_ratio < 1 <= cold.utilization_ratio:
            code, shown = "A012", cold
        elif warm.utilization_ratio < BUSY_RATIO:
            continue
        assert shown.utilization_ratio is not None
        assert shown.capacity_rps is not None
        remarks.append(
            remark(
                code,
                node_id=node.id,
                node=node.label,
                utilization=_rounded(100 * shown.utilization_ratio),
                offered=_rounded(shown.offered_rps),
                capacity=_rounded(shown.capacity_rps),
            )
        )
    return remarks


def _rounded(value: float) -> float | int:
    """Round to three significant digits, as a whole number where that is exact."""
    short = float(f"{value:.3g}")
    return int(short) if short.is_integer() else short
