"""The ladder of machines: throughput rises with the cores, the price rises faster, and the ladder ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simcore.components._sizes import LADDER
from tests.scenarios import Json, draw, measured, request_class, start

#: A request's work (s), and more requests than the largest of these machines can do.
WORK_S, OFFERED_RPS = 0.02, 2_000.0


def figures(size: str, workers: int = 1000) -> tuple[float, float]:
    """Return the throughput (1/s) and the cost (USD/h) of a server that gets too many requests."""
    server = {
        "instance_size": size, "worker_count": workers, "service_time_mean_s": WORK_S, "price_million_usd": 0.0,
        "price_internet_usd": 0.0,
    }  # fmt: skip
    users = {"arrival_rate_rps": OFFERED_RPS, "timeout_s": 3600.0}
    simulation = start(draw({"users": ("users", users), "server": ("web_server", server)}, "users>server"))
    simulation.advance(5.0)
    totals = measured(simulation, 20.0)["totals"]
    return totals["throughput_rps"], totals["cost_usd"] * 3600 / 20.0


@pytest.mark.parametrize("size", ["t3_micro", "m7g_xlarge", "c7g_4xlarge"])
def test_a_machine_does_as_much_as_its_cores(size: str) -> None:
    throughput_rps, cost_usd = figures(size)
    assert throughput_rps == pytest.approx(LADDER[size].core_count / WORK_S, rel=0.03)
    assert cost_usd == pytest.approx(LADDER[size].hour_usd)


def test_the_price_of_a_core_rises_at_the_top_and_the_ladder_ends() -> None:
    rungs = list(LADDER.values())
    assert all(
        one.core_count <= other.core_count and one.hour_usd < other.hour_usd for one, other in pairwise(rungs)
    )
    per_core = [size.hour_usd / size.core_count for size in rungs]
    assert per_core[-1] > 5 * per_core[-2] > 5 * min(per_core)
    assert max(per_core) == per_core[-1]


def test_cores_beyond_the_workers_bring_nothing() -> None:
    assert figures("c7g_16xlarge", workers=8)[0] == pytest.approx(
        figures("m7g_2xlarge", workers=8)[0], rel=0.03
    )


def _with(kind: str, size: str, own: Json, users: Json) -> Json:
    """Return what users ask a server for that needs no time of its own, with the machine of what it asks."""
    idle = {
        "service_time_mean_s": 0.0,
        "worker_count": 100_000,
        "queue_capacity": 1_000_000,
        "timeout_s": 3600.0,
    }
    nodes = {
        "users": ("users", {"timeout_s": 3600.0, **users}),
        "server": ("web_server", idle),
        "store": (kind, {"instance_size": size, **own}),
    }
    return draw(nodes, "users>server server>store")


@pytest.mark.parametrize("size", ["t3_micro", "m7g_xlarge"])
def test_queries_need_the_cores_of_the_database(size: str) -> None:
    own = {"connection_count": 1000, "queue_capacity": 1_000_000, "read_time_mean_s": WORK_S}
    simulation = start(_with("database", size, own, {"arrival_rate_rps": OFFERED_RPS}))
    simulation.advance(5.0)
    throughput_rps = measured(simulation, 20.0)["totals"]["throughput_rps"]
    assert throughput_rps == pytest.approx(LADDER[size].core_count / WORK_S, rel=0.03)


@pytest.mark.parametrize("size", ["t3_micro", "t3_medium"])
def test_a_cache_keeps_what_fits_into_its_memory(size: str) -> None:
    """Of equally popular keys the hit ratio is the share that there is room for."""
    entry_bytes, key_count = 5e7, 200
    document = _with("cache", size, {"entry_bytes": entry_bytes, "ttl_s": 0.0}, {"arrival_rate_rps": 500.0})
    document["workload"]["classes"] = [request_class("read", key_count=key_count, zipf_exponent=0.0)]
    simulation = start(document)
    simulation.advance(20.0)
    found = measured(simulation, 40.0)["nodes"]["store"]["hit_ratio"]
    fitting = LADDER[size].memory_gib * 2**30 / entry_bytes
    assert found == pytest.approx(fitting / key_count, abs=0.02)
