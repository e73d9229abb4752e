"""Published exercises on availability, queues, placement and failures, answered by the closed forms."""

from __future__ import annotations

import math

import pytest

from simcore.analysis.theory.flows import drain_time_s, overload_backlog
from simcore.analysis.theory.networks import closed_network
from simcore.analysis.theory.replicas import (
    chain_attempts,
    fan_out_slow_ratio,
    k_of_n,
    modulo_moved_ratio,
    ring_moved_ratio,
    ring_share_cv,
)
from simcore.analysis.theory.stations import mm1_sojourn_quantile_s, mmc

#: what was asked -> (computed, published answer, tolerance)
EXERCISES = {
    "two in a row": (k_of_n(1, 1, 0.9999) * k_of_n(1, 1, 0.9995), 0.9994, 0.001),
    "two side by side": (k_of_n(2, 1, 0.999), 0.999999, 1e-6),
    "two of three copies": (k_of_n(3, 2, 0.99), 0.999702, 1e-6),
    "three copies, each lost with 0.81 % a year": (k_of_n(3, 1, 1 - 0.0081), 0.999999, 1e-6),
    "one slow in a hundred, a hundred asked": (fan_out_slow_ratio(100, 0.01), 0.63, 0.02),
    "one slow in ten thousand, two thousand asked": (fan_out_slow_ratio(2000, 0.0001), 0.18, 0.02),
    "ten shards within the 99th percentile of one": (fan_out_slow_ratio(10, 0.01), 0.0956, 0.001),
    "three layers of four attempts": (chain_attempts([4] * 3), 64, 0),
    "five layers of three attempts": (chain_attempts([3] * 5), 243, 0),
    "a line at 80 %": (mmc(80, 0.01).sojourn_mean_s, 0.050, 1e-9),
    "its 99th percentile": (mm1_sojourn_quantile_s(80, 0.01, 0.99), 0.230, 0.01),
    "four servers before one line": (mmc(320, 0.01, 4).sojourn_mean_s, 0.0174554, 1e-4),
    "who waits there": (mmc(320, 0.01, 4).wait_probability, 0.596432, 1e-5),
    "a million jobs at 1,000/s of headroom": (drain_time_s(1e6, 4000, 5000), 1000, 0),
    "messages left when the sender ends": (overload_backlog(136_705, 112_587, 1e6 / 136_705), 176_424, 1e-3),
    "32 clients without a pause, 7.97 ms each": (
        closed_network(32, 0.0, [0.00797 / 32]).throughput_rps,
        4001,
        0.01,
    ),
    "keys that move from four servers to five": (modulo_moved_ratio(4, 5), 0.8, 1e-9),
    "keys that move on a ring from nine to ten": (ring_moved_ratio(9, 10), 0.1, 1e-9),
    "spread of a hundred virtual nodes": (ring_share_cv(1_000, 100), 1 / math.sqrt(100), 0.01),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_closed_forms_give_the_published_answers(name: str) -> None:
    computed, published, tolerance = EXERCISES[name]
    assert computed == pytest.approx(published, rel=max(tolerance, 1e-12))
