"""Reads that ask all shards: as slow as the slowest of them."""

from __future__ import annotations

import math

import pytest

from tests.scenarios import Json, draw, measured, request_class, run
from tests.simcore.engine.systems import IDLE

MEAN_S = 0.01


def sharded(count: int, **server: float) -> Json:
    """Return a server whose reads all ask a number of databases with exponential times and room for everybody."""
    database = {
        "read_time_mean_s": MEAN_S,
        "service_time_distribution": "exponential",
        "connection_count": 10_000,
    }
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 100.0}),
            "server": (
                "web_server",
                {**IDLE, "scatter_ratio": 1.0, "health_check_interval_s": 300.0, **server},
            ),
            **{f"shard-{number}": ("database", database) for number in range(count)},
        },
        "users>server " + " ".join(f"server>shard-{number}" for number in range(count)),
        classes=[request_class()],
    )


@pytest.mark.parametrize(("leaves", "seconds"), [(10, 1000.0), (100, 200.0)])
def test_the_tail_of_a_fan_out(leaves: int, seconds: float) -> None:
    """The slowest of n is within x with probability (1 - exp(-x)) ** n: of 100 leaves 63 % meet one of the slowest hundredth."""
    totals = measured(run(sharded(leaves), 1.0), seconds)["totals"]
    for level, name in ((0.5, "latency_p50_s"), (0.95, "latency_p95_s")):
        expected_s = -MEAN_S * math.log(1.0 - level ** (1.0 / leaves))
        assert totals[name] == pytest.approx(expected_s, rel=0.02)
    mean_s = MEAN_S * sum(1.0 / number for number in range(1, leaves + 1))
    assert totals["latency_mean_s"] == pytest.approx(mean_s, rel=0.015)


def test_some_answers_are_enough_and_a_share_asks_one() -> None:
    """The fifth of ten answers comes after 1/10 + ... + 1/6 of the mean time; half of the reads ask one shard only."""
    summary = measured(run(sharded(10, scatter_ratio=0.5, scatter_need_count=5), 1.0), 1000.0)
    fifth_s = MEAN_S * sum(1.0 / number for number in range(6, 11))
    assert summary["totals"]["latency_mean_s"] == pytest.approx((MEAN_S + fifth_s) / 2, rel=0.015)
    asked = sum(books["offered"] for name, books in summary["nodes"].items() if name.startswith("shard"))
    assert asked / summary["totals"]["offered"] == pytest.approx(0.5 * 10 + 0.5, rel=0.02)
