"""No coordinated omission, and answers awaited from several replicas."""

from __future__ import annotations

import pytest

from tests.scenarios import draw, request_class, run, start
from tests.theory.oracle import EXPECTED, single_station


def test_latency_counts_from_the_intended_arrival() -> None:
    service_s = 1 / 46.8
    document = single_station(
        50.0, mean_s=service_s, arrival_process="constant", service_time_distribution="constant"
    )
    simulation = start(document)
    for end_s in (100.0, 200.0, 400.0):
        simulation.advance(end_s - 10.0)
        simulation.reset_statistics()
        simulation.advance(end_s)
        summary = simulation.summary()
        totals, station = summary["totals"], summary["nodes"]["station"]
        assert totals["latency_mean_s"] == pytest.approx((end_s - 5.0) * (50.0 - 46.8) / 50.0, rel=0.02)
        assert station["latency_mean_s"] - station["wait_time_mean_s"] == pytest.approx(service_s, rel=0.02)


@pytest.mark.parametrize(
    ("mode", "replicas", "case"),
    [("semi_synchronous", 2, "Quorum-1of2"), ("synchronous", 3, "Quorum-3of3")],
)
def test_replicas_that_a_write_waits_for(mode: str, replicas: int, case: str) -> None:
    """Nothing takes time but applying the write, 10 ms on average at each replica, all at once."""
    follower = {"apply_time_mean_s": 0.01, "ship_interval_s": 60.0}
    names = [f"replica-{i}" for i in range(replicas)]
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 2.0}),
            "server": ("web_server", {"service_time_mean_s": 0.0}),
            "primary": ("database", {"write_time_mean_s": 0.0, "replication_mode": mode}),
            **dict.fromkeys(names, ("database", follower)),
        },
        "users>server server>primary " + " ".join(f"primary>{name}" for name in names),
        classes=[request_class("write")],
    )
    totals = run(document, 50_000.0).summary()["totals"]
    mean_ms, p99_ms = EXPECTED[case]
    queueing = 1.02  # two writes that meet at one replica's single applier: at most the load of 2 %
    assert mean_ms * 0.99 < 1000 * totals["latency_mean_s"] < mean_ms * queueing * 1.01
    assert 1000 * totals["latency_p99_s"] == pytest.approx(p99_ms, rel=0.04)
