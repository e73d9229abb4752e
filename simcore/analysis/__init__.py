"""What can be known about a scenario without running it: reachability, weak points, traffic, and what a run should show."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from simcore.analysis.capacity import Load, compute_load
from simcore.analysis.estimate import compute_estimate, workload_changes
from simcore.analysis.lints import check_calls, check_capacity, check_cut
from simcore.analysis.messages import remark
from simcore.analysis.places import check_places
from simcore.analysis.prediction import Prediction, predict
from simcore.analysis.settings import check_settings
from simcore.analysis.topology import check_topology, single_points_of_failure
from simcore.analysis.workload import operation_mix
from simcore.diagnostics import Diagnostic
from simcore.scenario.document import Scenario


@dataclass(frozen=True, slots=True)
class Analysis:
    """Remarks on a scenario, and what is expected of it.

    Attributes
    ----------
    load : traffic while all caches are empty, the most that the components behind them have to bear.
    prediction : what a run in the steady state should show.
    single_points_of_failure : the nodes whose loss stops all requests of some operations, with these operations.
    """

    scenario: Scenario
    diagnostics: tuple[Diagnostic, ...]
    load: Load
    prediction: Prediction
    single_points_of_failure: dict[str, tuple[str, ...]]

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        bottleneck = self.load.bottleneck
        return {
            "diagnostics": [item.to_json() for item in self.diagnostics],
            "bottleneck": None if bottleneck is None else {"node_id": bottleneck, **self._node(bottleneck)},
            "nodes": {
                node_id: {"visit_ratio": load.visit_ratio, **self._node(node_id), **self._expected(node_id)}
                for node_id, load in self.load.nodes.items()
            },
            "single_points_of_failure": list(self.single_points_of_failure),
            "max_throughput_rps": self.load.max_throughput_rps,
            "prediction": self._prediction(),
            "estimate": self._estimate(),
        }

    def _node(self, node_id: str) -> dict[str, float | None]:
        load = self.load.nodes[node_id]
        return {
            "offered_rps": load.offered_rps,
            "capacity_rps": load.capacity_rps,
            "utilization_ratio": load.utilization_ratio,
        }

    def _expected(self, node_id: str) -> dict[str, float | None]:
        found = self.prediction
        asked = found.load.nodes[node_id].offered_rps > 0
        return {
            "expected_rps": found.load.nodes[node_id].offered_rps,
            "busy_ratio": found.latency.busy_ratios.get(node_id),
            "hit_ratio": found.load.hit_ratios.get(node_id) if asked else None,
            "cost_usd_per_h": found.cost.of(node_id),
        }

    def _estimate(self) -> dict[str, Any] | None:
        estimate = self.scenario.estimate
        if estimate is None:
            return None
        found = compute_estimate(estimate)
        return {
            **found.to_json(),
            "changes_mean": workload_changes(self.scenario, estimate, found.rate_rps),
            "changes_peak": workload_changes(self.scenario, estimate, found.peak_rps),
        }

    def _prediction(self) -> dict[str, Any]:
        found = self.prediction
        available = found.availability
        return {
            "offered_rps": found.load.offered_rps,
            "throughput_rps": found.throughput_rps,
            "max_throughput_rps": found.load.max_throughput_rps,
            "latency_mean_s": found.latency.mean_s if found.latency.by_operation else None,
            "latency_by_operation_s": dict(found.latency.by_operation),
            "path": [asdict(step) for step in found.path],
            "availability": None
            if available is None
            else {**asdict(available), "downtime_s_per_year": available.downtime_s_per_year},
            "cost_usd_per_h": found.cost.usd_per_hour,
            "cost_usd_per_month": found.cost.usd_per_month,
            "cut": None
            if found.cut is None
            else {"rate_rps": found.cut.rate_rps, "node_ids": list(found.cut.node_ids)},
        }


def analyze(scenario: Scenario) -> Analysis:
    """Analyze a scenario without simulating it; pure, and independent of the order of nodes and edges."""
    load = compute_load(scenario)
    prediction = predict(scenario)
    weak = single_points_of_failure(scenario, load)
    diagnostics = [
        *check_topology(scenario, load),
        *_weak_points(scenario, weak),
        *check_capacity(scenario, load),
        *check_calls(scenario),
        *check_cut(scenario, prediction.load, prediction.cut),
        *check_places(scenario),
        *check_settings(scenario, load),
    ]
    return Analysis(scenario, tuple(diagnostics), load, prediction, weak)


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
