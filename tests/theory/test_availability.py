"""Availability: decision diagrams against brute force, and the reckoning of drawings against runs that break and mend."""

from __future__ import annotations

import itertools
import math

import pytest

from simcore.analysis.availability import Availability, compute_availability
from simcore.analysis.capacity import compute_load
from simcore.analysis.theory.diagrams import Diagrams, TooLargeError
from simcore.analysis.theory.replicas import availability, k_of_n
from simcore.scenario.parse import parse
from tests.scenarios import Json, draw, request_class, run

FRAGILE: Json = {"mtbf_s": 40.0, "mttr_s": 10.0}
#: A death is noticed nearly at once, and a mended target gets requests again as soon.
WATCHFUL: Json = {
    "health_check_interval_s": 0.05,
    "health_check_timeout_s": 0.05,
    "unhealthy_threshold": 1,
    "healthy_threshold": 1,
}
READ = [request_class("read")]
WRITE = [request_class("write")]


@pytest.mark.parametrize("need", [0, 1, 2, 3, 5, 6])
def test_diagrams_count_like_the_binomial_law(need: int) -> None:
    diagrams = Diagrams()
    parts = [diagrams.variable(0.9) for _ in range(5)]
    found = diagrams.probability(diagrams.at_least(need, parts))
    assert found == pytest.approx(k_of_n(5, need, 0.9))


def test_diagrams_agree_with_going_through_all_states() -> None:
    chances = (0.9, 0.8, 0.7, 0.6, 0.95)
    diagrams = Diagrams()
    a, b, c, d, e = (diagrams.variable(chance) for chance in chances)
    # A bridge: c joins the two ways, so that no series or parallel formula holds.
    ways = ((a, b), (d, e), (a, c, e), (d, c, b))
    function = diagrams.any_of(diagrams.all_of(way) for way in ways)
    total = 0.0
    for state in itertools.product((False, True), repeat=5):
        up = dict(zip((a, b, c, d, e), state, strict=True))
        chance = math.prod(p if is_up else 1 - p for p, is_up in zip(chances, state, strict=True))
        total += chance * any(all(up[part] for part in way) for way in ways)
    assert diagrams.probability(function) == pytest.approx(total)


def test_a_diagram_that_grows_too_large_is_refused() -> None:
    diagrams = Diagrams(node_count_max=100)
    parts = [diagrams.variable(0.5) for _ in range(40)]
    with pytest.raises(TooLargeError):
        diagrams.at_least(20, parts)


def reckoned(document: Json) -> Availability:
    scenario = parse(document).scenario
    assert scenario is not None
    found = compute_availability(scenario, compute_load(scenario, caches="warm"))
    assert found is not None
    return found


def drawn(nodes: Json, wires: str, classes: list[Json]) -> Json:
    return draw(
        {
            "u": ("users", {"arrival_rate_rps": 20.0, "timeout_s": 1.0}),
            **{name: (kind, parameters) for name, (kind, parameters) in nodes.items()},
        },
        wires,
        classes=classes,
    )


SERVER: Json = {"service_time_mean_s": 0.0, **WATCHFUL}
DATABASE: Json = {**WATCHFUL, "promotion_time_s": 0.0, "read_time_mean_s": 1e-4, "write_time_mean_s": 1e-4}
CASES = {
    "one": ({"s": ("web_server", SERVER | FRAGILE)}, "u>s", READ),
    "series": (
        {"s": ("web_server", SERVER | FRAGILE), "d": ("database", DATABASE | FRAGILE)},
        "u>s s>d",
        READ,
    ),
    "parallel": (
        {
            "l": ("load_balancer", WATCHFUL),
            "s1": ("web_server", SERVER | FRAGILE),
            "s2": ("web_server", SERVER | FRAGILE),
        },
        "u>l l>s1 l>s2",
        READ,
    ),
    "two of three copies": (
        {
            "s": ("web_server", SERVER),
            **{f"k{number}": ("key_value_store", WATCHFUL | FRAGILE) for number in range(3)},
        },
        "u>s s>k0 s>k1 s>k2 k0>k1 k1>k2",
        READ,
    ),
    "primary with successors": (
        {
            "s": ("web_server", SERVER),
            "p": ("database", DATABASE | FRAGILE),
            "r": ("database", DATABASE | FRAGILE),
        },
        "u>s s>p s>r p>r",
        WRITE,
    ),
    "primary whose replica nobody is connected with": (
        {
            "s": ("web_server", SERVER),
            "p": ("database", DATABASE | FRAGILE),
            "r": ("database", DATABASE | FRAGILE),
        },
        "u>s s>p p>r",
        READ,
    ),
    "copies of which one is known": (
        {
            "s": ("web_server", SERVER),
            **{f"k{number}": ("key_value_store", WATCHFUL | FRAGILE) for number in range(3)},
        },
        "u>s s>k0 k0>k1 k1>k2",
        READ,
    ),
    "primary alone": (
        {
            "s": ("web_server", SERVER),
            "p": ("database", DATABASE | FRAGILE),
            "r": ("database", DATABASE | {"automatic_failover": False}),
        },
        "u>s s>p s>r p>r",
        WRITE,
    ),
    "half of the shards": (
        {
            "s": ("web_server", SERVER),
            "a": ("database", DATABASE | FRAGILE),
            "b": ("database", DATABASE),
        },
        "u>s s>a s>b",
        READ,
    ),
    "nobody looks": (
        {
            "l": ("rate_limiter", {}),
            "s1": ("web_server", SERVER | FRAGILE),
            "s2": ("web_server", SERVER),
        },
        "u>l l>s1 l>s2",
        READ,
    ),
    "noticed late": (
        {
            "l": ("load_balancer", {**WATCHFUL, "health_check_interval_s": 2.0, "unhealthy_threshold": 2}),
            "s1": ("web_server", SERVER | FRAGILE),
            "s2": ("web_server", SERVER),
        },
        "u>l l>s1 l>s2",
        READ,
    ),
}
EXACT = {
    "one": 0.8,
    "series": 0.64,
    "parallel": 0.96,
    "two of three copies": 0.896,
    "primary with successors": 0.96,
    "primary whose replica nobody is connected with": 0.96,
    "copies of which one is known": 0.896,
    "primary alone": 0.8,
    "half of the shards": 0.9,
    "nobody looks": 0.9,
    "noticed late": 1.0,
}


@pytest.mark.parametrize("name", CASES)
def test_runs_answer_as_often_as_was_reckoned(name: str) -> None:
    nodes, wires, classes = CASES[name]
    document = drawn(nodes, wires, classes)
    expected = reckoned(document)
    assert not expected.assumed
    assert expected.connected_ratio == pytest.approx(EXACT[name], abs=1e-9)
    totals = run(document, 12_000.0).summary()["totals"]
    measured = totals["completed"] / (totals["completed"] + totals["failed"])
    # About 240 breakdowns of each component: a standard error of 6 % of the unavailability.
    assert measured == pytest.approx(expected.ratio, abs=max(0.2 * (1 - expected.ratio), 0.005))
    assert expected.ratio <= expected.connected_ratio


def test_one_machine_is_renewal_theory() -> None:
    found = reckoned(drawn({"s": ("web_server", {"mtbf_s": 1000.0, "mttr_s": 10.0})}, "u>s", READ))
    assert found.ratio == pytest.approx(availability(1000.0, 10.0))
    assert found.downtime_s_per_year == pytest.approx((1 - found.ratio) * 31_536_000)


def test_enough_of_them_must_work_to_carry_the_traffic() -> None:
    # 20 requests/s of 0.1 s keep two of the three busy all the time: two of three must work.
    server = {**FRAGILE, "service_time_mean_s": 0.1, "worker_count": 1}
    nodes = {"l": ("load_balancer", WATCHFUL), **{f"s{n}": ("web_server", server) for n in range(3)}}
    found = reckoned(drawn(nodes, "u>l l>s0 l>s1 l>s2", READ))
    assert found.connected_ratio == pytest.approx(k_of_n(3, 1, 0.8))
    lost = found.connected_ratio - found.ratio
    assert found.enough_ratio == pytest.approx(k_of_n(3, 2, 0.8) - lost)


def test_machines_of_which_nothing_is_set_are_taken_for_usual_ones() -> None:
    found = reckoned(drawn({"s": ("web_server", {})}, "u>s", READ))
    assert found.assumed
    assert found.ratio == pytest.approx(4380 * 3600 / (4380 * 3600 + 120))
