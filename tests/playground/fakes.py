"""A small engine with the same methods as the real one, for tests of sessions, runs and sockets.

Its simulation counts: one request is offered and completed per simulated millisecond. A document whose name is "bad"
cannot run; "broken" breaks while building and "crash" at the first frame.
"""

from __future__ import annotations

import copy
from typing import Any

from playground.engine import CannotRunError
from playground.shapes import Diagnostic, Document
from playground.texts import error_diagnostic


class FakeDiagnostic:
    """Says that there is no such node."""

    def to_json(self) -> Diagnostic:
        return {**error_diagnostic("not_found"), "code": "T001"}


UNKNOWN_NODE = FakeDiagnostic()


def document(name: str = "Test", **fields: Any) -> Document:
    """Return a document of two nodes and an edge."""
    whole: dict[str, Any] = {
        "version": 3,
        "name": name,
        "seed": 7,
        "nodes": [
            {"id": "a", "kind": "one", "name": "A", "x": 0.0, "y": 0.0, "parameters": {}},
            {"id": "b", "kind": "two", "name": "B", "x": 1.0, "y": 0.0, "parameters": {}},
        ],
        "edges": [{"id": "e", "source": "a", "target": "b", "parameters": {}}],
        **fields,
    }
    return whole  # type: ignore[return-value]


class FakeSimulation:
    """Counts simulated milliseconds. `slow_cpu_s` is what one simulated second costs on the fake clock."""

    def __init__(self, scenario: Document, *, seed: int, spend: Any = None) -> None:
        self.scenario = copy.deepcopy(scenario)
        self.seed = seed
        self.now_s = 0.0
        self.layout_version = 1
        self.advances: list[float] = []
        self.applied: list[tuple[float, list[dict[str, Any]]]] = []
        self._framed_s = 0.0
        self.spend = spend
        self.past: FakePast | None = None

    @property
    def document(self) -> Any:
        return copy.deepcopy(self.scenario)

    def advance(self, until_s: float) -> None:
        self.advances.append(until_s)
        if self.spend is not None:
            self.spend(until_s - self.now_s)
        self.now_s = until_s

    def apply(self, changes: list[dict[str, Any]]) -> list[FakeDiagnostic]:
        try:
            _change(self.scenario, changes)
        except KeyError:
            return [UNKNOWN_NODE]
        self.applied.append((self.now_s, changes))
        if any(change["type"] in {"add_node", "remove_node"} for change in changes):
            self.layout_version += 1
        return []

    def trace(self, trace_id: int | None = None) -> list[dict[str, Any]]:
        """A request sent at 0.2 s is served at 0.25 s and answered at 0.3 s; number 5 is the only other one."""
        if trace_id == 5:
            return [request(5, "ok", started_s=0.0, ended_s=0.1)]
        if trace_id is not None or self.now_s < 0.2:
            return []
        outcome = "running" if self.now_s < 0.3 else "ok"
        return [request(9, outcome, started_s=0.2, ended_s=min(self.now_s, 0.3), served=self.now_s >= 0.25)]

    def traces(self, kind: str, count: int) -> list[dict[str, Any]]:
        outcome = "ok" if kind == "slowest" else "timeout"
        return [request(at, outcome, started_s=0.0, ended_s=self.now_s) for at in range(count)]

    def layout(self) -> dict[str, Any]:
        return {
            "version": self.layout_version,
            "nodes": [node["id"] for node in self.scenario["nodes"]],
            "edges": [edge["id"] for edge in self.scenario["edges"]],
            "classes": ["read"],
            "regions": [],
        }

    def frame(self) -> Any:
        if self.scenario["name"] == "crash":
            raise RuntimeError("the kernel broke")
        window_s, self._framed_s = self.now_s - self._framed_s, self.now_s
        events: list[dict[str, Any]] = [
            {
                "at_s": at_s,
                "kind": "edit",
                "node_id": None,
                "edge_id": None,
                "message": "Edited",
                "values": {},
            }
            for at_s, _ in self.applied
        ]
        self.applied = []
        return frame(self.now_s, window_s=window_s, layout=self.layout_version, events=events)


def request(
    number: int, outcome: str, *, started_s: float, ended_s: float, served: bool = True
) -> dict[str, Any]:
    """Return a traced request that visits one node."""
    span = {
        "parent": -1, "node_id": "a", "edge_id": None, "called_s": started_s, "arrived_s": started_s, "wait_s": 0.0,
        "service_s": 0.01 if served else 0.0, "ended_s": ended_s, "outcome": outcome, "blame": None,
    }  # fmt: skip
    return {
        "id": number, "class": "read", "outcome": outcome, "blame": None, "started_s": started_s, "ended_s": ended_s,
        "spans": [span],
    }  # fmt: skip


class FakeWay:
    """Goes to a moment by counting from zero."""

    def __init__(self, simulation: FakeSimulation, at_s: float) -> None:
        self.at_s = at_s
        self._of = simulation
        self._document = simulation.document

    def begin(self) -> FakeSimulation:
        if self._document["name"] == "lost":
            raise RuntimeError("the past broke")
        return FakeSimulation(self._document, seed=self._of.seed, spend=self._of.spend)

    def go(self, simulation: Any, until_s: float) -> None:
        simulation.advance(min(until_s, self.at_s))


class FakePast:
    """Remembers when it was told to keep something."""

    def __init__(self, simulation: FakeSimulation) -> None:
        self.kept_at_s: list[float] = []
        self._simulation = simulation
        simulation.past = self

    def keep(self) -> None:
        self.kept_at_s.append(self._simulation.now_s)

    def way(self, at_s: float) -> FakeWay:
        if at_s > self._simulation.now_s:
            raise ValueError
        return FakeWay(self._simulation, at_s)


def frame(now_s: float, *, window_s: float = 0.1, layout: int = 1, events: Any = ()) -> Any:
    """Return a whole frame in which everything is well."""
    count = round(now_s * 1000)
    return {
        "now_s": now_s,
        "window_s": window_s,
        "layout": layout,
        "totals": {
            "offered_rps": 1000.0, "throughput_rps": 1000.0, "failed_rps": 0.0, "in_flight": 0.0,
            "latency_mean_s": 0.01, "latency_p50_s": 0.01, "latency_p95_s": 0.02, "latency_p99_s": None,
            "latency_window_s": 1.0, "hit_ratio": None, "retry_amplification_ratio": 1.0, "failed_by_cause": {},
            "offered_count": count, "completed_count": count, "failed_count": 0,
            "stale_reads_count": 0, "lost_writes_count": 0, "wasted_count": 0, "cost_usd": 0.1, "cost_usd_per_h": 1.0,
            "moved_keys_count": 0, "diverged_writes_count": 0, "lost_messages_count": 0, "redelivered_count": 0, "dead_letters_count": 0,
            "duplicates_count": 0,
        },
        "nodes": {
            "arrival_rps": [1.0, 1.0], "throughput_rps": [1.0, 1.0], "failed_rps": [0.0, 0.0],
            "in_flight": [0.0, 0.0], "utilization_ratio": [None, 0.5], "queue_length": [0.0, 0.0],
            "latency_p50_s": [None, 0.01], "latency_p99_s": [None, 0.02], "hit_ratio": [None, None],
            "state": ["up", "up"], "mode": ["", ""], "lag_s": [None, None],
            "busiest_ratio": [None, None], "keys_to_move": [None, None], "degraded_rps": [None, None], "stale_rps": [None, None],
            "in_flight_mean": [0.0, 0.0], "queue_length_mean": [0.0, 0.0], "wait_mean_s": [None, 0.0],
            "cost_usd_per_h": [None, 1.0], "instances": [None, None],
        },
        "edges": {"rate_rps": [1.0], "failed_rps": [0.0], "state": ["up"], "believed_healthy": [True]},
        "classes": {"throughput_rps": [1.0], "failed_rps": [0.0], "latency_p50_s": [0.01], "latency_p99_s": [0.02]},
        "regions": {"offered_rps": [], "throughput_rps": [], "failed_rps": [], "latency_p99_s": []},
        "events": list(events),
        "traces": [],
        "followed": [],
    }  # fmt: skip


class FakeEngine:
    """Knows `rename_scenario`, `add_node`, `move_node` and `remove_node`; live changes do nothing."""

    def __init__(self, *, spend: Any = None) -> None:
        self.simulations: list[FakeSimulation] = []
        self._spend = spend

    def apply_changes(
        self, document: Document, changes: list[dict[str, Any]]
    ) -> tuple[Document, list[Diagnostic]]:
        changed = copy.deepcopy(document)
        try:
            _change(changed, changes)
        except KeyError:
            return document, [UNKNOWN_NODE.to_json()]
        return changed, []

    def start(self, document: Document, *, seed: int) -> FakeSimulation:
        if document["name"] == "bad":
            raise CannotRunError([UNKNOWN_NODE.to_json()])
        if document["name"] == "broken":
            raise RuntimeError("the compiler broke")
        self.simulations.append(FakeSimulation(document, seed=seed, spend=self._spend))
        return self.simulations[-1]

    def past(self, simulation: Any) -> FakePast:
        return FakePast(simulation)


def _change(scenario: Document, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        match change["type"]:
            case "rename_scenario":
                scenario["name"] = change["name"]
            case "set_seed":
                scenario["seed"] = change["seed"]
            case "add_node":
                scenario["nodes"].append(change["node"])
            case "move_node" | "remove_node":
                nodes = {node["id"]: node for node in scenario["nodes"]}
                node = nodes[change["node_id"]]
                if change["type"] == "remove_node":
                    scenario["nodes"].remove(node)
                else:
                    node["x"], node["y"] = change["x"], change["y"]
