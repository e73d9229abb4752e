"""What the engine is held to when designs and traffic grow: one table of targets and what was measured.

    python -m tests.benchmarks scaling [--json]

Costs are processor times of this process, medians over interleaved rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from simcore import Simulation, parse, warm
from simcore.engine.tables import FREE
from tests.benchmarks.models import database, document, server, w4

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
#: Processor time of one measurement, about.
TURN_S = 0.5
W4_RATE_RPS = 100_000.0
READY = """
import time
import simcore.simulation
imported = time.process_time()
simcore.simulation.warm()
print(imported, time.process_time() - imported)
"""


@dataclass(frozen=True)
class Figure:
    """One measured number beside its target; `at_least` turns the comparison round, no target makes it a remark."""

    name: str
    measured: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether the target is met."""
        if self.target is None:
            return True
        return self.measured >= self.target if self.at_least else self.measured <= self.target

    def line(self) -> str:
        """Return the figure as one line."""
        shown = f"{self.name:<62} {self.measured:>10,.2f} {self.unit:<10}"
        if self.target is None:
            return shown.rstrip()
        verdict = "pass" if self.passed else "FAIL"
        return f"{shown} {'>=' if self.at_least else '<='} {self.target:g}: {verdict}"


def started(drawing: dict[str, Any]) -> Simulation:
    """Return a run of a drawing."""
    parsed = parse(drawing)
    assert parsed.scenario is not None, [item.text for item in parsed.diagnostics]
    return Simulation(parsed.scenario, seed=1)


def lanes(count: int, rate_rps: float) -> dict[str, Any]:
    """Return `count` sites of ten nodes that share a rate: users, balancer, 3 servers, 2 caches, primary, 2 replicas."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {}
    wires: list[tuple[str, str]] = []
    for lane in range(count):
        users, balancer, caches, stores = (f"{lane}-{name}" for name in ("users", "balancer", "cache", "db"))
        servers = [f"{lane}-server-{number}" for number in range(3)]
        caches_ = [f"{caches}-{number}" for number in range(2)]
        databases = [f"{stores}-{number}" for number in range(3)]
        nodes[users] = ("users", {"arrival_rate_rps": rate_rps / count})
        nodes[balancer] = ("load_balancer", {})
        nodes |= {name: ("web_server", server(10_000 // count + 10, 0.005)) for name in servers}
        nodes |= {name: ("cache", {"capacity_entries": 1000}) for name in caches_}
        nodes |= {name: ("database", database(1000 // count + 10, 0.001)) for name in databases}
        wires += [(users, balancer)] + [(balancer, name) for name in servers]
        wires += [(name, other) for name in servers for other in caches_ + databases[:2]]
        wires += [(databases[0], name) for name in databases[1:]]
    shares = {"read": 0.95, "write": 0.05}
    return document("lanes", nodes, wires, shares=shares, way_s=0.00025, key_count=2000)


def crowd(in_flight: int) -> dict[str, Any]:
    """Return 20,000 requests/s that stay as long as it takes for so many to be in flight."""
    rate_rps = 20_000.0
    nodes = {
        "users": ("users", {"arrival_rate_rps": rate_rps, "timeout_s": 3600}),
        "server": ("web_server", server(100_000, in_flight / rate_rps)),
    }
    return document("crowd", nodes, [("users", "server")], way_s=0.00025)


def cost_per_event(simulation: Simulation) -> Callable[[], float]:
    """Return a function that advances for about a turn and says what one event cost, in nanoseconds."""
    pace_s = 0.05

    def measure() -> float:
        nonlocal pace_s
        before, began = simulation._state.control["events_done"][0], time.process_time()
        simulation.advance(simulation.now_s + pace_s)
        took = time.process_time() - began
        pace_s *= min(max(TURN_S / max(took, 1e-3), 0.1), 10.0)
        return took / float(simulation._state.control["events_done"][0] - before) * 1e9

    return measure


def compare(small: Simulation, large: Simulation) -> tuple[float, float, float]:
    """Return the cost of an event (ns) in both, and the ratio, as medians over rounds that take turns."""
    few, many = cost_per_event(small), cost_per_event(large)
    for _ in range(3):
        few(), many()
    pairs = [(few(), many()) for _ in range(ROUNDS)]
    ratios = [b / a for a, b in pairs]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(ratios),
    )


def nodes_figures() -> list[Figure]:
    """Return how the cost of an event grows with the drawing, and what a frame costs at its largest."""
    small, large = started(lanes(1, 20_000.0)), started(lanes(100, 20_000.0))
    for simulation in (small, large):
        simulation.advance(2.0)
    a, b, ratio = compare(small, large)
    frames_s = []
    gc.freeze()  # as the server does
    for _ in range(60):
        large.advance(large.now_s + 0.1)
        began = time.process_time()
        large.frame()
        frames_s.append(time.process_time() - began)
    return [
        Figure("cost per event at 10 nodes", a, "ns"),
        Figure("cost per event at 1,000 nodes", b, "ns"),
        Figure("cost per event, 1,000 nodes / 10 nodes", ratio, "x", 1.5),
        Figure(
            "frame at 1,000 nodes and 20,000 requests/s, median", statistics.median(frames_s) * 1e3, "ms", 2.0
        ),
    ]


def crowd_figures() -> list[Figure]:
    """Return how the cost of an event grows with the requests in flight, and what one of them occupies."""
    few, many = 1_000, 100_000
    small, large = started(crowd(few)), started(crowd(many))
    small.advance(1.0)
    large.advance(15.0)
    a, b, ratio = compare(small, large)
    used, in_flight = used_bytes(large)
    return [
        Figure("cost per event at 1,000 in flight", a, "ns"),
        Figure(f"cost per event at {in_flight:,.0f} in flight", b, "ns"),
        Figure("cost per event, 100,000 in flight / 1,000", ratio, "x", 2.0),
        Figure(
            "bytes per in-flight request (request, its call, its event)", used / in_flight, "bytes", 300.0
        ),
    ]


def used_bytes(simulation: Simulation) -> tuple[float, float]:
    """Return the bytes that requests occupy in the state's arrays, and the number of requests."""
    state = simulation._state
    control = state.control[0]
    busy = int((state.activities["wait"] != FREE).sum())
    row = state.activities.itemsize + state.ready.itemsize
    used = busy * row + int(control.heap_count) * state.heap.itemsize
    used += (len(state.extras) - int(control.free_extra_count)) * state.extras.itemsize
    used += (len(state.messages) - int(control.free_message_count)) * state.messages.itemsize
    return float(used), float(control.roots_in_flight)


def real_time_figures() -> list[Figure]:
    """Return how many times faster than the wall clock the large replicated design runs on one core."""
    simulation = started(w4(W4_RATE_RPS).document)
    simulation.advance(3.0)
    factors = []
    for _ in range(ROUNDS):
        before, began = simulation.now_s, time.process_time()
        simulation.advance(before + 0.5)
        factors.append((simulation.now_s - before) / (time.process_time() - began))
    return [
        Figure(
            "W4 at 100,000 requests/s: simulated s per CPU s",
            statistics.median(factors),
            "x",
            1.0,
            at_least=True,
        )
    ]


def ready_figures() -> list[Figure]:
    """Return what a new process needs until compiled kernels are there, from the cache.

    Modules come as bytecode, as on a machine where packages were installed and the program has run before.
    """
    imports, loads = [], []
    with tempfile.TemporaryDirectory(prefix="bytecode-") as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(6):
            done = subprocess.run(
                [sys.executable, "-c", READY],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            imported_s, loaded_s = map(float, done.stdout.split())
            imports.append(imported_s)
            loads.append(loaded_s)
    imports, loads = imports[1:], loads[1:]
    return [
        Figure(
            "start of Python and imports (numba, numpy, pydantic, simcore)",
            statistics.median(imports),
            "CPU s",
        ),
        Figure("kernels ready after the imports, from the cache", statistics.median(loads), "CPU s", 0.5),
    ]


def run() -> list[Figure]:
    """Measure everything."""
    warm()
    parts = (nodes_figures, crowd_figures, real_time_figures, ready_figures)
    return [figure for part in parts for figure in part()]


def main(arguments: Sequence[str]) -> int:
    """Print the table; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks scaling")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    options = parser.parse_args(arguments)
    figures = run()
    if options.json:
        json.dump([{**asdict(figure), "passed": figure.passed} for figure in figures], sys.stdout, indent=2)
        print()
    else:
        print("\n".join(figure.line() for figure in figures))
    return int(not all(figure.passed for figure in figures))
