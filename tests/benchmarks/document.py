"""Measure everything and write docs/benchmarks.md.

python -m tests.benchmarks document [--rounds 5]
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import engine, instructions, scaling
from tests.benchmarks.models import MODELS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"

INTRODUCTION = """# Benchmarks

Written by `python3 run.py bench document`; do not edit. The models are in `tests/benchmarks/models.py`: W1 is M/M/1 and
W2 M/M/16, both at 80 %; W3 is a balancer, three servers of 16 workers (40 ms), a cache and a database with 8
connections (5 ms); W4 has four replicated tiers with caches, primaries and replicas, a queue and workers, and a read
makes about twelve calls. All contenders take turns in one run; figures are medians. The engine has all its metrics,
traces, real keys, time-outs and health checks on; the others have a coin for the cache and one sum for the metrics. Ciw
cannot keep a server while a customer is elsewhere, so in W3 it does less.
"""


def main(arguments: Sequence[str]) -> int:
    """Measure, write the page, and return 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks document")
    parser.add_argument("--rounds", type=int, default=engine.ROUNDS)
    options = parser.parse_args(arguments)
    results = engine.run(list(MODELS), options.rounds, quiet=False)
    figures = scaling.run()
    counted = instructions.count("W3")
    PAGE.write_text(page(results, figures, counted), encoding="utf-8")
    print(f"written: {PAGE}")
    return 0


def page(results: dict[str, Any], figures: Sequence[scaling.Figure], counted: dict[str, Any] | None) -> str:
    """Return the page."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    lines = [
        INTRODUCTION,
        (
            f"Measured with Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} processors, "
            f"load {load:.1f} at the end.\n"
        ),
        "## Requests per CPU second\n",
        f"| model | contender | requests per CPU s | times {engine.YARDSTICK} | mean latency, ms | exact, ms |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for name, result in results.items():
        exact = f"{result['latency_mean_s'] * 1e3:.3f}" if result["latency_mean_s"] else ""
        lines += [
            f"| {name} | {contender} | {row['requests_per_cpu_s']:,.0f} | {row['ratio']:.2f} "
            f"| {row['latency_mean_s'] * 1e3:.3f} | {exact} |"
            for contender, row in result["contenders"].items()
        ]
    lines += [
        "",
        "| model | events a request | calls a request | hit ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, result in results.items():
        hits = f"{result['hit_ratio']:.3f}" if result["hit_ratio"] == result["hit_ratio"] else ""
        lines.append(
            f"| {name} | {result['events_per_request']:.2f} | {result['calls_per_request']:.2f} | {hits} |"
        )
    lines += ["", "## Growth\n", "| figure | measured | target | |", "| --- | ---: | ---: | --- |"]
    for figure in figures:
        target = "" if figure.target is None else f"{'≥' if figure.at_least else '≤'} {figure.target:g}"
        verdict = "" if figure.target is None else ("met" if figure.passed else "missed")
        lines.append(
            f"| {figure.name.strip()} | {figure.measured:,.2f} {figure.unit} | {target} | {verdict} |"
        )
    lines += ["", "## Instructions\n"]
    if counted is None:
        lines.append("valgrind or a compiler was missing: skipped.")
    else:
        lines.append(
            f"W3 takes {counted['instructions_per_request']:,.0f} machine instructions a request, "
            f"{counted['instructions_per_event']:,.0f} an event, counted by callgrind with the kernels compiled for a "
            "generic processor."
        )
    return "\n".join([*lines, ""])
