"""Requests per CPU second of the engine on W3 beside SimPy, interleaved in one run so that noise hits both.

The engine has everything on that the product has: all metrics, traces, real keys in a real LRU, time-outs, health checks.
SimPy has a coin for the cache and one sum for the metrics. Accuracy stands beside speed: both must agree on the latency.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from simcore import Simulation, parse, warm
from tests.benchmarks.w3_simpy import CONNECTIONS, QUERY_S, RATE_RPS, SERVERS, SERVICE_S, W3, WORKERS

ROUNDS = 5
ENGINE_S = 600.0
SIMPY_S = 60.0


def w3_document() -> dict[str, Any]:
    """Return W3 as a scenario; the cache's size gives 80 % hits for the keys' popularity."""
    exponential = {"service_time_distribution": "exponential"}
    parameters: dict[str, tuple[str, dict[str, Any]]] = {
        "users": ("users", {"arrival_rate_rps": RATE_RPS}),
        "balancer": ("load_balancer", {"forward_time_mean_s": 0}),
        "cache": ("cache", {"capacity_entries": 20_000, "service_time_mean_s": 0, "ttl_s": 0}),
        "database": (
            "database",
            {"connection_count": CONNECTIONS, "read_time_mean_s": QUERY_S, **exponential},
        ),
    }
    links = [("users", "balancer")]
    for number in range(SERVERS):
        name = f"server-{number}"
        server = {"worker_count": WORKERS, "service_time_mean_s": SERVICE_S, "queue_capacity": 100_000}
        parameters[name] = ("web_server", {**server, **exponential})
        links += [("balancer", name), (name, "cache"), (name, "database")]
    reads = {"name": "read", "share": 1.0, "operation": "read", "key_count": 100_000, "zipf_exponent": 0.99}
    return {
        "version": 1,
        "name": "W3",
        "nodes": [
            {"id": name, "kind": kind, "parameters": values} for name, (kind, values) in parameters.items()
        ],
        "edges": [
            {
                "id": f"{source}--{target}",
                "source": source,
                "target": target,
                "parameters": {"latency_mean_s": 0},
            }
            for source, target in links
        ],
        "workload": {"classes": [{**reads, "payload_bytes": 1000}]},
    }


def main() -> None:
    """Print one line per round and the median ratio."""
    warm()
    parsed = parse(w3_document())
    assert parsed.scenario is not None, parsed.diagnostics
    engine = Simulation(parsed.scenario, seed=1)
    engine.advance(300.0)
    engine.reset_statistics()
    rival = W3(seed=1)
    rival.env.run(until=5.0)
    ratios = []
    for number in range(1, ROUNDS + 1):
        ours, theirs = _engine_rps(engine), _simpy_rps(rival)
        ratios.append(ours / theirs)
        print(
            f"round {number}: engine {ours:10,.0f} requests/CPU s   SimPy {theirs:8,.0f}   ratio {ours / theirs:5.1f}"
        )
    summary = engine.summary()
    print(f"median ratio {statistics.median(ratios):.1f} x SimPy")
    print(
        f"mean latency: engine {summary['totals']['latency_mean_s'] * 1e3:.2f} ms, "
        f"SimPy {rival.latency_sum_s / rival.completed * 1e3:.2f} ms; "
        f"hit ratio {summary['nodes']['cache']['hit_ratio']:.3f}"
    )


def _engine_rps(engine: Simulation) -> float:
    before = engine.summary()["totals"]["completed"]
    began = time.process_time()
    engine.advance(engine.now_s + ENGINE_S)
    took = time.process_time() - began
    return float((engine.summary()["totals"]["completed"] - before) / took)


def _simpy_rps(rival: W3) -> float:
    before = rival.completed
    began = time.process_time()
    rival.env.run(until=rival.env.now + SIMPY_S)
    return (rival.completed - before) / (time.process_time() - began)
