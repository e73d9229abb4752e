"""The ladder of machines: throughput rises with the cores, the price rises faster, and the ladder ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simcore.components._sizes import LADDER
from tests.scenarios import draw, measured, start

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
