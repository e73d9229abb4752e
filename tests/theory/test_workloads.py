"""Distributions against their moments, shared links and closed populations against their closed forms."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest

from simcore.analysis.theory.stations import mg1_ps_sojourn_s
from simcore.distributions import distribution_slots, keep_distribution
from simcore.engine.rng import draw, seed_stream
from simcore.program import Shape
from simcore.symbols import Symbols
from tests.scenarios import Json, measured, request_class, start
from tests.scenarios import draw as drawn
from tests.theory.oracle import EXPECTED, PATIENT, UNBOUNDED, batches, check, sojourn_s


def _fill(out: Any, slots: Any, first: int, streams: Any) -> None:
    for i in range(out.shape[0]):
        out[i] = draw(slots, first, streams, 0)


def samples(slots: list[float], first: int, count: int = 400_000) -> Any:
    """Draw from the distribution in some slots."""
    out = np.zeros(count)
    streams = seed_stream(7, "moments").reshape(1, 4).copy()
    numba.njit(_fill)(out, np.array(slots), first, streams)
    return out


@pytest.mark.parametrize(
    ("shape", "cv"),
    [
        (Shape.EXPONENTIAL, 1.0), (Shape.LOGNORMAL, 0.8), (Shape.HYPEREXPONENTIAL, 2.0), (Shape.GAMMA, 2.5),
        (Shape.GAMMA, 1.0), (Shape.GAMMA, 0.5**0.5), (Shape.GAMMA, 14.0**-0.5), (Shape.PARETO, 0.3),
    ],
)  # fmt: skip
def test_a_distribution_has_its_mean_and_its_variation(shape: Shape, cv: float) -> None:
    found = samples(list(distribution_slots(3.0, shape, cv)), 0)
    half_width = 4.0 * cv * 3.0 / len(found) ** 0.5
    assert found.mean() == pytest.approx(3.0, abs=half_width)
    assert found.std() / found.mean() == pytest.approx(cv, rel=0.03)
    assert found.min() >= 0.0


@pytest.mark.parametrize("cv", [0.5, 1.0, 5.0])
def test_a_pareto_tail_falls_by_its_index(cv: float) -> None:
    """The variance of a heavy tail converges too slowly to be seen; its quantiles are exact."""
    index = 1.0 + (1.0 + 1.0 / cv**2) ** 0.5
    least = (index - 1.0) / index
    found = samples(list(distribution_slots(1.0, Shape.PARETO, cv)), 0)
    for above in (0.5, 0.1, 0.01):
        assert np.quantile(found, 1.0 - above) == pytest.approx(least * above ** (-1.0 / index), rel=0.03)


def test_a_list_of_values_is_followed_at_the_given_mean() -> None:
    symbols = Symbols()
    first = keep_distribution(symbols, "x", mean=8.0, shape=Shape.EMPIRICAL, values=(5.0, 1.0, 2.0))
    found = samples(list(symbols.slot_values), first)
    assert found.mean() == pytest.approx(8.0, rel=0.005)  # of 1, 2 and 5 joined by lines the mean is 2.5
    assert np.quantile(found, (0.0, 0.25, 0.5, 0.75, 1.0)) == pytest.approx(
        8.0 / 2.5 * np.array([1.0, 1.5, 2.0, 3.5, 5.0]), rel=0.01
    )
    alone = keep_distribution(symbols, "y", mean=8.0, shape=Shape.EMPIRICAL, values=(3.0,))
    assert set(samples(list(symbols.slot_values), alone, 10)) == {8.0}


@pytest.mark.parametrize(
    "sizes", [{}, {"payload_distribution": "hyperexponential", "payload_cv": 2.0}], ids=str
)
def test_transfers_share_a_link_as_a_processor_is_shared(sizes: Json) -> None:
    """M/G/1 with processor sharing: only the mean size matters, whatever the sizes' law."""
    rate_rps, mean_s = 0.8, 0.75
    link = {"latency_mean_s": 0.0, "bandwidth_bps": 8_000.0}
    document = drawn(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, **PATIENT}),
            "server": ("web_server", {"worker_count": 1000, "service_time_mean_s": 0.0}),
        },
        "users>server",
        classes=[{**request_class(), "payload_bytes": 750, **sizes}],
        links={"users-server": link},
    )
    (sojourn,) = batches(start(document), 20_000.0, 400_000.0, sojourn_s)
    check(sojourn, mg1_ps_sojourn_s(rate_rps, mean_s), within=0.06)


def test_a_closed_population_by_mean_value_analysis() -> None:
    """Fifty people with exponential think time, and three stations visited one after the other."""
    throughput, response_s, populations = EXPECTED["ClosedMVA"]
    station = {
        "worker_count": 1,
        "queue_capacity": UNBOUNDED,
        "service_time_distribution": "exponential",
        **PATIENT,
    }
    people = {"workload_model": "closed", "user_count": 50, "think_time_mean_s": 1.0, **PATIENT}
    front = {"worker_count": 1000, "service_time_mean_s": 0.0, **PATIENT}
    document = drawn(
        {
            "people": ("users", people),
            "front": ("web_server", front),
            **{
                name: ("web_server", {**station, "service_time_mean_s": demand_s})
                for name, demand_s in (("a", 0.005), ("b", 0.030), ("c", 0.020))
            },
        },
        "people>front front>a front>b front>c",
    )
    rate, response, *lengths = batches(
        start(document), 200.0, 20_000.0,
        lambda summary: float(summary["totals"]["throughput_rps"]), sojourn_s,
        *(
            lambda summary, name=name: float(
                summary["nodes"][name]["utilization_ratio"] + summary["nodes"][name]["queue_length_mean"]
            )
            for name in "abc"
        ),
    )  # fmt: skip
    assert rate[0] == pytest.approx(throughput, rel=0.01)
    assert response[0] == pytest.approx(response_s, rel=0.01)
    for length, expected in zip(lengths, populations, strict=True):
        assert length[0] == pytest.approx(expected, rel=0.02)


def test_a_class_takes_its_own_time_and_a_byte_its_share() -> None:
    server = {
        "service_time_mean_s": 0.1,
        "service_time_distribution": "constant",
        "service_time_per_kb_s": 0.02,
    }
    users = {"arrival_rate_rps": 1.0, "arrival_process": "constant"}
    classes = [{**request_class(), "service_time_factor": 3.0, "payload_bytes": 5_000}]
    document = drawn(
        {"users": ("users", users), "server": ("web_server", server)}, "users>server", classes=classes
    )
    assert measured(start(document), 50.0)["totals"]["latency_mean_s"] == pytest.approx(0.3 + 0.1, rel=1e-5)
