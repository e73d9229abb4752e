"""Hit ratios: what a replacement policy makes of independent requests whose keys follow Zipf's law."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, edge, measured, request_class, run, start
from tests.theory.oracle import EXPECTED, PATIENT

WARM_UP = 200_000
MEASURED = 600_000


def cache_aside(cache: Json, *, key_count: int, zipf_exponent: float, rate_rps: float = 1000.0) -> Json:
    """Return users, a server and a cache in which only keys matter: nothing takes any time."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, "arrival_process": "constant", **PATIENT}),
            "server": ("web_server", {"service_time_mean_s": 0.0, "health_check_interval_s": 300.0}),
            "cache": ("cache", {"service_time_mean_s": 0.0, "ttl_s": 0.0, **cache}),
        },
        "users>server server>cache",
        classes=[request_class(key_count=key_count, zipf_exponent=zipf_exponent)],
    )


def hit_ratio(simulation: Simulation, warm_up_s: float, duration_s: float) -> float:
    """Return the hit ratio after a warm-up."""
    simulation.advance(warm_up_s)
    return float(measured(simulation, duration_s)["nodes"]["cache"]["hit_ratio"])


@pytest.mark.parametrize("policy", ["lru", "fifo", "random"])
@pytest.mark.parametrize(
    ("key_count", "exponent", "capacity"),
    [(1000, 0.8, 100), (10_000, 0.8, 100), (10_000, 0.8, 1000), (10_000, 1.0, 1000)],
)
def test_replacement(key_count: int, exponent: float, capacity: int, policy: str) -> None:
    cache = {"capacity_entries": capacity, "eviction_policy": policy}
    document = cache_aside(cache, key_count=key_count, zipf_exponent=exponent)
    measured_ratio = hit_ratio(start(document), WARM_UP / 1000.0, MEASURED / 1000.0)
    lru, fifo_or_random, _ = EXPECTED[f"LRU-{key_count}-{exponent}-{capacity}"]
    assert measured_ratio == pytest.approx(lru if policy == "lru" else fifo_or_random, abs=0.003)


def test_time_to_live_set_when_filled() -> None:
    document = cache_aside({"ttl_s": 10.0}, key_count=1, zipf_exponent=0.0, rate_rps=0.2)
    document["nodes"][0]["parameters"]["arrival_process"] = "poisson"
    assert hit_ratio(start(document), 0.0, 500_000.0) == pytest.approx(EXPECTED["TTL-fixed"], rel=0.01)


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
