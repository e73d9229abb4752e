"""A station without chance: nothing is left to an interval."""

from __future__ import annotations

import pytest

from tests.scenarios import measured, start
from tests.theory.oracle import single_station


def test_a_station_without_randomness_never_queues() -> None:
    document = single_station(0.8, arrival_process="constant", service_time_distribution="constant")
    summary = measured(start(document), 1000.0)
    assert summary["nodes"]["station"]["wait_time_mean_s"] == 0.0
    assert summary["totals"]["latency_p99_s"] == pytest.approx(1.0, rel=0.01)
    assert summary["totals"]["offered"] == 800
