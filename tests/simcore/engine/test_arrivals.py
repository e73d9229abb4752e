"""Sources of requests: open ones whose rate takes a course, closed ones whose users wait."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from simcore import Simulation
from simcore.curves import Curve, bursts, daily, ramp, spike, trace
from tests.scenarios import Json, do, draw, fault, heal, measured, request_class, run, set_parameter, start

TRACE = "0: 20, 10: 20, 10: 0, 20: 0, 30: 60"
COURSES: dict[str, tuple[Json, Curve]] = {
    "ramp": (
        {"change_at_s": 5.0, "ramp_length_s": 10.0, "ramp_from_factor": 0.5, "ramp_to_factor": 3.0},
        ramp(5.0, 10.0, 0.5, 3.0),
    ),
    "spike": (
        {"change_at_s": 5.0, "spike_factor": 8.0, "spike_rise_s": 3.0, "spike_decay_s": 4.0},
        spike(5.0, 8.0, 3.0, 4.0),
    ),
    "daily": ({"day_length_s": 20.0, "day_trough_ratio": 0.2}, daily(20.0, 0.2)),
    "trace": (
        {"trace_points": TRACE, "trace_repeats": True},
        Curve(((0.0, 2.0), (10.0, 2.0), (10.0, 0.0), (20.0, 0.0), (30.0, 6.0)), 30.0),
    ),
}


def alone(**users: Any) -> Json:
    """Return users whom nobody answers."""
    return draw({"users": ("users", {"arrival_rate_rps": 10.0, "arrival_process": "constant", **users})}, "")


def offered(simulation: Simulation) -> int:
    return int(simulation.summary()["totals"]["offered"])


def area(curve: Curve, until_s: float, steps: int = 20_000) -> float:
    """Return the integral of a curve's factor, by the middle of many thin strips."""
    width = until_s / steps
    return sum(factor_at(curve, (strip + 0.5) * width) for strip in range(steps)) * width


def factor_at(curve: Curve, at_s: float) -> float:
    if curve.period_s:
        at_s %= curve.period_s
    for (left_s, left), (right_s, right) in pairwise(curve.points):
        if left_s <= at_s < right_s:
            return left + (right - left) * (at_s - left_s) / (right_s - left_s)
    return curve.points[-1][1] if at_s >= curve.points[-1][0] else curve.points[0][1]


@pytest.mark.parametrize("shape", COURSES)
def test_evenly_spaced_arrivals_follow_the_course_exactly(shape: str) -> None:
    parameters, curve = COURSES[shape]
    simulation = start(alone(traffic_shape=shape, **parameters))
    for until_s in (3.0, 6.5, 9.0, 14.0, 22.5, 41.0, 64.0):
        simulation.advance(until_s)
        assert offered(simulation) == pytest.approx(10.0 * area(curve, until_s), abs=1.01)
        assert simulation.check_state() == []


@pytest.mark.parametrize("shape", COURSES)
def test_random_arrivals_follow_the_course(shape: str) -> None:
    parameters, curve = COURSES[shape]
    rates = {"arrival_rate_rps": 1000.0} if shape != "trace" else {}
    simulation = start(alone(traffic_shape=shape, arrival_process="poisson", **rates, **parameters))
    scale = 1000.0 if rates else 10.0
    before = 0
    for until_s in (5.0, 10.0, 15.0, 20.0, 30.0, 60.0):
        simulation.advance(until_s)
    expected = scale * area(curve, 60.0)
    assert offered(simulation) - before == pytest.approx(expected, abs=4.0 * expected**0.5)


def test_a_day_has_the_mean_rate_and_the_asked_trough() -> None:
    curve = daily(86_400.0, 0.25)
    assert area(curve, 86_400.0) == pytest.approx(86_400.0, rel=1e-6)
    factors = [factor for _, factor in curve.points]
    assert min(factors) / max(factors) == pytest.approx(0.25)
    hours = daily(24.0, 0.5, (1.0, 3.0, 2.0))
    assert area(hours, 24.0) == pytest.approx(24.0, rel=1e-6)
    assert trace(((0.0, 5.0), (10.0, 15.0)), repeats=False).points == ((0.0, 0.5), (10.0, 1.5))


def test_bursts_keep_the_mean() -> None:
    during, between, burst_s, lull_s = bursts(5.0, 2.0, 18.0)
    assert (during * burst_s + between * lull_s) / (burst_s + lull_s) == pytest.approx(1.0)
    assert bursts(50.0, 2.0, 18.0)[:2] == pytest.approx((10.0, 0.0))


def test_an_edit_of_something_else_leaves_the_arrivals_alone() -> None:
    """Byte for byte: the next arrival is not even planned anew."""
    parameters = {"traffic_shape": "daily", "day_length_s": 30.0, "arrival_process": "bursty"}
    document = draw(
        {"users": ("users", parameters), "server": ("web_server", {"service_time_mean_s": 0.001})},
        "users>server",
    )
    plain, edited = start(document), start(document)
    plain.advance(10.0)
    edited.advance(4.0)
    do(edited, set_parameter("server", "worker_count", 7))
    edited.advance(10.0)
    assert plain._state.sources[0].tobytes() == edited._state.sources[0].tobytes()


def test_two_designs_meet_the_same_arrivals() -> None:
    parameters = {
        "traffic_shape": "spike",
        "change_at_s": 2.0,
        "spike_rise_s": 1.0,
        "arrival_process": "bursty",
    }
    digests = []
    for service in ({"service_time_mean_s": 0.001}, {"service_time_mean_s": 0.5, "worker_count": 3}):
        document = draw({"users": ("users", parameters), "server": ("web_server", service)}, "users>server")
        simulation = run(document, 10.0)
        digests.append((offered(simulation), float(simulation._state.sources[0].due)))
    assert digests[0] == digests[1]


def test_the_course_may_change_while_it_runs() -> None:
    simulation = start(alone(traffic_shape="ramp", change_at_s=0.0, ramp_length_s=10.0))
    simulation.advance(5.0)  # 10 to 20 per second: 75 so far
    do(simulation, set_parameter("users", "traffic_shape", "steady"))
    simulation.advance(15.0)
    assert offered(simulation) == pytest.approx(175, abs=1)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(20.0)
    do(
        simulation,
        set_parameter("users", "traffic_shape", "trace"),
        set_parameter("users", "trace_points", "0: 0, 30: 0, 30: 50"),
    )
    simulation.advance(30.0)
    assert offered(simulation) == pytest.approx(175, abs=1)
    simulation.advance(34.0)
    assert offered(simulation) == pytest.approx(375, abs=2)
    assert simulation.check_state() == []


def test_bursty_arrivals_have_the_mean_and_the_spread_of_their_law() -> None:
    """Variance of long counts over their mean, of a Poisson process modulated by two states (Heffes & Lucantoni 1986)."""
    during, between, burst_s, lull_s = bursts(4.0, 1.0, 4.0)
    rate_rps, window_s, windows = 100.0, 50.0, 400
    simulation = start(alone(arrival_rate_rps=rate_rps, arrival_process="bursty", burst_factor=4.0,
                             burst_length_mean_s=1.0, lull_length_mean_s=4.0))  # fmt: skip
    counts = []
    for window in range(1, windows + 1):
        before = offered(simulation)
        simulation.advance(window * window_s)
        counts.append(offered(simulation) - before)
    mean = sum(counts) / windows
    variance = sum((count - mean) ** 2 for count in counts) / (windows - 1)
    share = burst_s / (burst_s + lull_s)
    speed = 1.0 / burst_s + 1.0 / lull_s
    spread = rate_rps * (during - between) ** 2 * share * (1.0 - share) * 2.0 / speed
    assert mean == pytest.approx(
        rate_rps * window_s, rel=4.0 * (spread / (rate_rps * window_s * windows)) ** 0.5
    )
    assert variance / mean == pytest.approx(1.0 + spread, rel=0.3)


def closed(users: Json, **server: Any) -> Json:
    """Return people who wait for the answers of a server."""
    parameters = {"workload_model": "closed", "user_count": 10, "think_time_mean_s": 1.0, **users}
    kinds = {"users": ("users", parameters), "server": ("web_server", {"service_time_mean_s": 0.1, **server})}
    return draw(kinds, "users>server")


def test_each_person_waits_for_the_answer_and_thinks() -> None:
    even = {"think_time_distribution": "constant", "user_count": 3}
    simulation = run(closed(even, service_time_distribution="constant", worker_count=8), 11.05)
    totals = simulation.summary()["totals"]
    assert totals["offered"] == 3 * 10  # at 1.0, 2.1, 3.2 and so on
    assert totals["latency_mean_s"] == pytest.approx(0.1)


def test_no_more_requests_than_people() -> None:
    simulation = start(
        closed({"user_count": 5, "think_time_mean_s": 0.01}, worker_count=1, queue_capacity=100)
    )
    for step in range(1, 40):
        simulation.advance(0.1 * step)
        assert simulation.summary()["totals"]["in_flight"] <= 5
        assert simulation.check_state() == []
    assert simulation.summary()["totals"]["throughput_rps"] == pytest.approx(10.0, rel=0.3)


def test_people_come_and_go_while_it_runs() -> None:
    simulation = start(closed({"user_count": 2, "think_time_mean_s": 0.1}, worker_count=2000))
    expected = (2, 1200, 3, 50)
    for phase, count in enumerate(expected):
        do(simulation, set_parameter("users", "user_count", count))
        simulation.advance(20.0 * phase + 10.0)
        assert simulation._state.sources[0].present == count
        simulation.reset_statistics()
        simulation.advance(20.0 * phase + 20.0)
        assert simulation.check_state() == []
        assert simulation.summary()["totals"]["throughput_rps"] == pytest.approx(count / 0.2, rel=0.15)


def test_failures_send_people_back_to_thinking() -> None:
    simulation = start(closed({"user_count": 20, "think_time_mean_s": 0.2, "timeout_s": 0.5}, worker_count=4))
    deeds: list[Callable[[], Json]] = [
        lambda: fault("hang", "server"),
        lambda: heal("server"),
        lambda: fault("crash", "server"),
        lambda: heal("server"),
        lambda: {"type": "remove_edge", "edge_id": "users-server"},
    ]
    for number, deed in enumerate(deeds):
        simulation.advance(3.0 * number + 3.0)
        do(simulation, deed())
        assert simulation.check_state() == []
    simulation.advance(20.0)
    totals = simulation.summary()["totals"]
    assert {"timed_out", "no_target"} <= set(totals["failed_by_cause"])
    assert simulation._state.sources[0].present == 20


def test_whose_deadline_passes_thinks_and_asks_again() -> None:
    document = closed({"user_count": 4, "think_time_mean_s": 0.2, "timeout_s": 0.05, "attempts_max": 5})
    document["workload"]["classes"] = [{**request_class(), "deadline_s": 0.07}]
    simulation = start(document)
    for second in range(1, 20):
        simulation.advance(float(second))
        assert simulation.check_state() == []
    assert simulation._state.sources[0].present == 4
    totals = simulation.summary()["totals"]
    assert "deadline_exceeded" in totals["failed_by_cause"]
    assert totals["offered"] > 4 * 10


def test_people_may_turn_into_a_rate_and_back_and_leave() -> None:
    simulation = start(closed({"user_count": 30, "arrival_rate_rps": 50.0}))
    for second, change in (
        (3.0, set_parameter("users", "workload_model", "open")),
        (13.0, set_parameter("users", "workload_model", "closed")),
        (23.0, set_parameter("users", "traffic_shape", "daily")),
        (26.0, {"type": "remove_node", "node_id": "users"}),
    ):
        simulation.advance(second)
        do(simulation, change)
        assert simulation.check_state() == []
        if second == 3.0:
            simulation.advance(4.5)
            measured_open = measured(simulation, 8.0)["totals"]["throughput_rps"]
            assert measured_open == pytest.approx(50.0, rel=0.25)
        if second == 13.0:
            simulation.advance(20.0)
            assert simulation._state.sources[0].present == 30
    simulation.advance(60.0)
    assert simulation.check_state() == []
    assert simulation._state.sources[0].present == 0


def test_requests_of_people_are_traced() -> None:
    simulation = start(closed({"user_count": 3}))
    simulation.advance(2.0)
    simulation.frame()
    do(simulation, {"type": "inject", "node_id": "users"})
    simulation.advance(6.0)
    traces = simulation.frame()["traces"]
    assert any(trace["outcome"] == "ok" for trace in traces) if traces and "outcome" in traces[0] else traces


def test_bursts_that_come_again_do_not_begin_where_the_earlier_ones_were() -> None:
    simulation = run(alone(arrival_process="bursty", burst_length_mean_s=0.5, lull_length_mean_s=0.5), 2.0)
    do(simulation, set_parameter("users", "arrival_process", "constant"))
    simulation.advance(10.0)
    do(simulation, set_parameter("users", "arrival_process", "bursty"))
    assert simulation.check_state() == []
    simulation.advance(1010.0)
    assert offered(simulation) == pytest.approx(10_100, rel=0.15)
