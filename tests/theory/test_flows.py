"""No coordinated omission."""

from __future__ import annotations

import pytest

from tests.scenarios import start
from tests.theory.oracle import single_station


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
