"""What caches do to those behind them; their hit ratios are cases of tests/validation."""

from __future__ import annotations

import pytest

from tests.scenarios import do, draw, edge, measured, request_class, run
from tests.theory.oracle import PATIENT


def test_stampede() -> None:
    """When a hot key expires, everybody who asks before the first answer is back asks the database."""
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 10_000.0, **PATIENT}),
            "server": ("web_server", {"service_time_mean_s": 0.0, "worker_count": 10_000}),
            "cache": ("cache", {"service_time_mean_s": 0.0, "ttl_s": 5.0}),
            "database": (
                "database",
                {
                    "read_time_mean_s": 0.2,
                    "service_time_distribution": "constant",
                    "connection_count": 10_000,
                },
            ),
        },
        "users>server server>cache server>database",
        classes=[request_class(key_count=1)],
    )
    simulation = run(document, 0.2)
    assert simulation.frame()["nodes"]["in_flight"][1] == pytest.approx(2000, rel=0.07)
    simulation.advance(5.0)
    once = simulation.summary()["nodes"]["database"]["offered"]
    assert once == pytest.approx(2000, rel=0.07)
    simulation.advance(9.0)
    assert simulation.summary()["nodes"]["database"]["offered"] - once == pytest.approx(2000, rel=0.07)


def test_a_sixth_cache_moves_only_its_own_keys() -> None:
    key_count = 6000
    caches = {
        f"cache-{i}": ("cache", {"service_time_mean_s": 0.0, "ttl_s": 0.0, "capacity_entries": key_count})
        for i in range(6)
    }
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 1000.0, **PATIENT}),
            "server": ("web_server", {"service_time_mean_s": 0.0}),
            **caches,
        },
        "users>server " + " ".join(f"server>cache-{i}" for i in range(5)),
        classes=[request_class(key_count=key_count)],
    )
    simulation = run(document, 100.0)  # every key was asked for about seventeen times
    do(simulation, {"type": "add_edge", "edge": edge("server", "cache-5", latency_mean_s=0.0)})
    summary = measured(simulation, 100.0)
    shares = [summary["nodes"][f"cache-{i}"]["offered"] for i in range(6)]
    moved = sum(summary["nodes"][f"cache-{i}"]["misses"] for i in range(6))
    assert moved == summary["nodes"]["cache-5"]["misses"]
    assert moved / key_count == pytest.approx(1 / 6, abs=0.02)
    assert min(shares) > 0.8 * max(shares)
