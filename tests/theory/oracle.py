"""The expected numbers, and how sure a run may be of what it measured."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from simcore import Simulation
from tests.scenarios import Json, draw, start

BATCHES = 20
#: Student's t for 99.9 % on both sides and BATCHES - 1 degrees of freedom.
T_QUANTILE = 3.883

#: Beyond every queue and every patience, so that nothing but the system under test decides.
PATIENT: Json = {"timeout_s": 3600.0}
UNBOUNDED = 10_000_000

_CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
EXPECTED: dict[str, Any] = {case["id"]: case.get("expected") for case in _CASES["cases"]}


def single_station(
    rate_rps: float, *, servers: int = 1, mean_s: float = 1.0, queue: int = UNBOUNDED, **service: Any
) -> Json:
    """Return one queue in front of some servers, with Poisson arrivals and exponential service unless told otherwise."""
    users = {"arrival_rate_rps": rate_rps, **PATIENT}
    if "arrival_process" in service:
        users["arrival_process"] = service.pop("arrival_process")
    station = {
        "worker_count": servers,
        "queue_capacity": queue,
        "service_time_mean_s": mean_s,
        "service_time_distribution": "exponential",
        **service,
    }
    return draw({"users": ("users", users), "station": ("web_server", station)}, "users>station")


def batches(
    simulation: Simulation, warm_up_s: float, duration_s: float, *measures: Callable[[Json], float]
) -> list[tuple[float, float]]:
    """Return mean and half-width of the 99.9 % confidence interval of each measure, by batch means after the warm-up."""
    simulation.advance(warm_up_s)
    samples: list[list[float]] = []
    for number in range(1, BATCHES + 1):
        simulation.reset_statistics()
        simulation.advance(warm_up_s + duration_s * number / BATCHES)
        summary = simulation.summary()
        samples.append([measure(summary) for measure in measures])
    assert simulation.check_state() == []
    return [
        (fmean(column), T_QUANTILE * stdev(column) / math.sqrt(BATCHES))
        for column in zip(*samples, strict=True)
    ]


def check(estimate: tuple[float, float], expected: float, *, within: float) -> None:
    """Hold an estimate to the truth: inside its own confidence interval, which must be narrow enough to mean anything.

    `within` is the greatest half-width that is accepted, as a share of the truth.
    """
    mean, half_width = estimate
    assert half_width <= within * expected, f"{mean} ± {half_width} is too vague to test {expected}"
    assert abs(mean - expected) <= half_width, f"{mean} ± {half_width} is not {expected}"


def measure_station(
    document: Json, requests: int, *measures: Callable[[Json], float], seed: int = 1
) -> list[tuple[float, float]]:
    """Run a single station for about so many requests after a tenth as warm-up."""
    rate_rps = document["nodes"][0]["parameters"]["arrival_rate_rps"]
    return batches(start(document, seed=seed), 0.1 * requests / rate_rps, requests / rate_rps, *measures)


def sojourn_s(summary: Json) -> float:
    """Return the mean time from arrival to answer."""
    return float(summary["totals"]["latency_mean_s"])


def wait_s(summary: Json) -> float:
    """Return the mean time in the station's queue."""
    return float(summary["nodes"]["station"]["wait_time_mean_s"])


def p99_s(summary: Json) -> float:
    """Return the 99th percentile of the time from arrival to answer."""
    return float(summary["totals"]["latency_p99_s"])


def blocked_ratio(summary: Json) -> float:
    """Return the share of requests that found the queue full."""
    totals = summary["totals"]
    return float(totals["failed_by_cause"].get("queue_full", 0) / totals["offered"])


def utilization_ratio(summary: Json) -> float:
    """Return the share of the servers' time in which they were busy."""
    return float(summary["nodes"]["station"]["utilization_ratio"])
