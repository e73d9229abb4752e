"""Requests per CPU second on W1 to W4: the engine beside SimPy, Ciw, a plain-Python loop and a C loop.

    python -m tests.benchmarks engine [--models W1 W3] [--rounds 5] [--json]

They take turns in one process (the C loop in one of its own), so that a noisy machine hits all of them; ratios are
medians over the rounds. The engine has everything on that the product has: all metrics, traces, real keys in real
stores, time-outs, health checks. The others have a coin for the cache and one sum for the metrics. Accuracy stands
beside speed, so that a faster but wrong engine shows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simcore import Simulation, parse, warm
from tests.benchmarks.models import MODELS, Model
from tests.benchmarks.rivals import Ciw, CLoop, Contender, Heap, SimPy, compiled, scratch_folder

ROUNDS = 5
#: Processor time of one contender's turn, about.
TURN_S = 0.8
#: Requests of the first turn, which warms up and tells how many fill a turn.
FIRST = {"engine": 300_000, "C loop": 300_000, "Python heapq": 30_000, "SimPy": 10_000, "Ciw": 3_000}
YARDSTICK = "SimPy"
#: Requests that the engine traces.
TRACED_RATIO = 0.001


class Engine:
    """Our own engine, through the public interface."""

    name = "engine"

    def __init__(self, model: Model, seed: int) -> None:
        parsed = parse(model.document)
        assert parsed.scenario is not None, [item.text for item in parsed.diagnostics]
        self._rate_rps = model.rate_rps
        self.simulation = Simulation(parsed.scenario, seed=seed, traces_per_s=model.rate_rps * TRACED_RATIO)
        self._warm = False

    def advance(self, requests: int) -> tuple[float, float]:
        """Run for the time in which that many arrive."""
        before = self._completed()
        began = time.process_time()
        self.simulation.advance(self.simulation.now_s + requests / self._rate_rps)
        took = time.process_time() - began
        completed = self._completed() - before
        if not self._warm:
            self._warm = True
            self.simulation.reset_statistics()
        return completed, took

    def latency_mean_s(self) -> float:
        """Return the mean since the warm-up."""
        return float(self.simulation.summary()["totals"]["latency_mean_s"])

    def events(self) -> int:
        """Return how many events were processed so far."""
        return int(self.simulation._state.control["events_done"][0])

    def details(self) -> dict[str, float]:
        """Return what only the engine can tell, since the warm-up."""
        summary = self.simulation.summary()
        totals = summary["totals"]
        hits = sum(node.get("hits", 0) for node in summary["nodes"].values())
        misses = sum(node.get("misses", 0) for node in summary["nodes"].values())
        calls = sum(edge["offered"] for edge in summary["edges"].values())
        return {
            "hit_ratio": hits / (hits + misses) if hits + misses else float("nan"),
            "calls_per_request": calls / totals["offered"],
            "failed_ratio": totals["failed"] / totals["offered"],
        }

    def _completed(self) -> float:
        return float(self.simulation.summary()["totals"]["completed"])


def measure(model: Model, rounds: int, program: Path | None) -> dict[str, Any]:
    """Let everybody take turns on one model; return rates, ratios and accuracy by contender."""
    engine = Engine(model, seed=1)
    contenders: list[Contender] = [engine, SimPy(model, 1), Heap(model, 1)]
    contenders += [Ciw(model, 1)] if model.stations else []
    contenders += [CLoop(model, 1, program)] if program is not None else []
    turns = {}
    for contender in contenders:
        completed, took = contender.advance(FIRST[contender.name])
        turns[contender.name] = max(int(completed / took * TURN_S), 1)
    events, requests = engine.events(), 0.0
    rates: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            completed, took = contender.advance(turns[contender.name])
            rates[contender.name].append(completed / took)
            requests += completed if contender is engine else 0.0
    return {
        "title": model.title,
        "latency_mean_s": model.latency_mean_s,
        "events_per_request": (engine.events() - events) / requests,
        **engine.details(),
        "contenders": {
            contender.name: {
                "requests_per_cpu_s": statistics.median(rates[contender.name]),
                "ratio": statistics.median(
                    mine / other for mine, other in zip(rates[contender.name], rates[YARDSTICK], strict=True)
                ),
                "latency_mean_s": contender.latency_mean_s(),
            }
            for contender in contenders
        },
    }


def lines_of(name: str, result: dict[str, Any], *, has_c: bool) -> list[str]:
    """Return one model's results as lines of text."""
    exact = result["latency_mean_s"]
    head = f"{result['title']}   ({result['events_per_request']:.2f} events and {result['calls_per_request']:.2f} calls a request"
    head += f", hit ratio {result['hit_ratio']:.3f}" if result["hit_ratio"] == result["hit_ratio"] else ""
    lines = [head + (f", exact mean latency {exact * 1e3:.3f} ms)" if exact else ")")]
    for contender, row in result["contenders"].items():
        lines.append(
            f"  {contender:<13} {row['requests_per_cpu_s']:>12,.0f} requests/CPU s  {row['ratio']:>7.2f} x {YARDSTICK}"
            f"   mean latency {row['latency_mean_s'] * 1e3:>9.3f} ms"
        )
    if not has_c:
        lines.append("  C loop        no compiler: skipped")
    return lines


def run(names: Sequence[str], rounds: int, *, quiet: bool) -> dict[str, Any]:
    """Measure the named models."""
    warm()
    results = {}
    with scratch_folder() as folder:
        program = compiled(Path(folder))
        for name in names:
            results[name] = measure(MODELS[name](), rounds, program)
            if not quiet:
                print("\n".join(lines_of(name, results[name], has_c=program is not None)), flush=True)
    return results


def main(arguments: Sequence[str]) -> int:
    """Print a table per model, or everything as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks engine")
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    options = parser.parse_args(arguments)
    results = run(options.models, options.rounds, quiet=options.json)
    if options.json:
        json.dump(results, sys.stdout, indent=2)
        print()
    return 0
