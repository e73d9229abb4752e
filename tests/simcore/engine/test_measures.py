"""What is measured is what happened: waits, means over time, intervals, traces, and the same traffic for two designs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore import Simulation
from simcore.engine.meters import bin_of
from simcore.engine.tables import RECENT, SPANS_PER_TRACE
from simcore.metrics.histogram import bin_middles
from simcore.observe import FRAMES_PER_PERIOD, PERCENTILE_ROWS
from simcore.observe.counts import rounded, rounded_all
from simcore.observe.series import WINDOWS_MAX
from simcore.program import Cause
from tests.scenarios import Json, do, draw, fault, run, set_parameter, start
from tests.simcore.engine.systems import balanced, replicated
from tests.theory.oracle import single_station

CONSTANT: Json = {"service_time_distribution": "constant"}


@given(st.floats(2.0**-19, 2.0**13))
def test_a_histogram_is_right_within_one_percent(value_s: float) -> None:
    index = bin_of.py_func(np.float64(value_s))
    assert abs(bin_middles()[index] - value_s) <= 0.01 * value_s


@given(st.lists(st.floats(-1e12, 1e12, allow_subnormal=False), min_size=1, max_size=20))
def test_columns_are_rounded_as_single_numbers_are(values: list[float]) -> None:
    for ours, value in zip(rounded_all(np.array(values)).tolist(), values, strict=True):
        assert ours == pytest.approx(rounded(value), rel=2e-5, abs=1e-16)
        if abs(value) >= 1e-9:
            assert float(f"{ours:.6g}") == ours


# Waits and means over time ---------------------------------------------------------------------------------------------


def test_frames_take_nothing_from_the_totals_and_snapshots_nothing_from_frames() -> None:
    document = replicated()
    alone, watched = start(document), start(document)
    for number in range(1, 131):
        watched.advance(0.05 * number)
        watched.frame()
        if number == 37:
            watched.reset_statistics()
            alone.advance(0.05 * number)
            alone.reset_statistics()
        if number == 70:
            watched.snapshot()
    alone.advance(6.5)
    assert alone.summary() == watched.summary()
    assert alone.snapshot().observed.keys() == watched.snapshot().observed.keys()
    again = Simulation.resume(watched.snapshot())
    assert again.summary() == watched.summary()


@pytest.mark.parametrize("count", [1, RECENT - 1, RECENT, RECENT + 1, 3 * RECENT + 2])
def test_the_newest_latencies_are_in_histograms_whenever_somebody_looks(count: int) -> None:
    constant: Json = {"arrival_process": "constant", "service_time_distribution": "constant"}
    simulation = run(single_station(1.0, mean_s=0.25, **constant), count + 0.5)
    (row,) = simulation._state.classes["meter"]
    assert simulation._state.meters["recent_count"][row] == count % RECENT
    assert simulation.check_state() == []
    frame = simulation.frame()
    assert frame["totals"]["latency_p99_s"] == pytest.approx(0.25, rel=0.01)
    assert simulation._state.meters["recent_count"][row] == 0
    totals = simulation.summary()["totals"]
    assert totals["completed"] == count
    assert totals["latency_p50_s"] == pytest.approx(0.25, rel=0.01)
    assert simulation._observer._histograms.total(simulation._state, np.array([row])).sum() == count


def test_a_period_has_every_latency_of_more_rows_than_a_frame_renews() -> None:
    varied = {"service_time_distribution": "exponential"}
    simulation = start(balanced(PERCENTILE_ROWS + 50, server=varied, users={"arrival_rate_rps": 5000.0}))
    for tick in range(1, FRAMES_PER_PERIOD + 1):
        simulation.advance(tick / 10.0)
        simulation.frame()
    state, histograms = simulation._state, simulation._observer._histograms
    rows = simulation._observer._plan.followed
    widths = np.maximum(histograms._ranges[rows, 1] - histograms._ranges[rows, 0] + 1, 0)
    assert len(histograms._before) == widths.sum() > len(rows)
    answers = state.meters["outcomes"][rows, Cause.OK]
    assert histograms._before.sum() == histograms._ranges[rows, 2].sum() == answers.sum() > 10_000
    assert histograms.total(state, rows[:3]).sum() == answers[:3].sum()


def test_percentiles_of_a_frame_cover_the_present_and_the_previous_ten() -> None:
    users = {"arrival_rate_rps": 100.0, "arrival_process": "constant"}
    server = {"service_time_mean_s": 0.01, **CONSTANT}
    simulation = start(draw({"users": ("users", users), "server": ("web_server", server)}, "users>server"))
    seen = []
    for number in range(1, 36):
        simulation.advance(0.1 * number)
        if number == 15:
            do(simulation, set_parameter("server", "service_time_mean_s", 0.05))
        seen.append(simulation.frame()["nodes"]["latency_p50_s"][0])
    slow = next(number for number, value in enumerate(seen, 1) if value > 0.03)
    # At frame 21 half of the period from frame 11 on was slow, and only that one and the new frame are left.
    assert slow == 21
    assert seen[-1] == pytest.approx(0.05, rel=0.01)


def test_waits_are_those_of_an_erlang_c_queue() -> None:
    """M/M/2 at 80 %: P(wait) = 0.7111, and those who wait do so exponentially with mean 1 / (2 - 1.6) = 2.5 s."""
    station = run(single_station(1.6, servers=2), 60_000.0).summary()["nodes"]["station"]
    assert station["waited_ratio"] == pytest.approx(0.7111, abs=0.02)
    assert station["pool_wait_mean_s"] == pytest.approx(0.7111 * 2.5, rel=0.08)
    for name, level in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        expected = 2.5 * math.log(0.7111 / (1 - level))
        assert station[f"pool_wait_{name}_s"] == pytest.approx(expected, rel=0.1)
    assert station["queue_length_mean"] == pytest.approx(1.6 * station["pool_wait_mean_s"], rel=0.01)
    assert station["in_flight_mean"] == pytest.approx(station["queue_length_mean"] + 1.6, rel=0.02)


def test_nobody_waits_where_there_is_room() -> None:
    station = run(single_station(1.0, servers=1000), 100.0).summary()["nodes"]["station"]
    assert station["waited_ratio"] == station["pool_wait_p99_s"] == station["pool_wait_mean_s"] == 0.0
    assert run(single_station(0.0), 10.0).summary()["nodes"]["station"]["waited_ratio"] is None


def test_means_in_flight_are_integrals_and_hold_little_s_law() -> None:
    users = {"arrival_rate_rps": 10.0, "arrival_process": "constant"}
    station = {"service_time_mean_s": 0.05, "worker_count": 1, **CONSTANT}
    simulation = run(
        draw({"users": ("users", users), "station": ("web_server", station)}, "users>station"), 10.0
    )
    summary = simulation.summary()
    for books in (summary["totals"], *summary["nodes"].values(), *summary["edges"].values()):
        assert books["in_flight_mean"] == pytest.approx(0.5, abs=0.01)  # a sample at a tick would see 0 or 1
        assert books["little_ratio"] == pytest.approx(1.0, abs=0.02)
    simulation.frame()
    simulation.advance(11.0)
    nodes = simulation.frame()["nodes"]
    assert nodes["in_flight_mean"] == pytest.approx([0.5, 0.5], abs=0.06)
    assert nodes["queue_length_mean"] == [0.0, None] or nodes["queue_length_mean"][0] == 0.0


# How sure --------------------------------------------------------------------------------------------------------------


def test_intervals_hold_the_truth_about_as_often_as_they_claim() -> None:
    """M/M/1 at 50 %: mean latency 2 s and throughput 0.5 requests/s, over many seeds."""
    latency = throughput = known = 0
    for seed in range(60):
        simulation = start(single_station(0.5), seed=seed)
        simulation.advance(100.0)
        simulation.reset_statistics()
        simulation.advance(20_000.0)
        totals = simulation.summary()["totals"]
        if totals["latency_mean_half_width_s"] is None or totals["throughput_half_width_rps"] is None:
            continue
        known += 1
        latency += abs(totals["latency_mean_s"] - 2.0) <= totals["latency_mean_half_width_s"]
        throughput += abs(totals["throughput_rps"] - 0.5) <= totals["throughput_half_width_rps"]
    assert known >= 55
    assert 0.85 <= latency / known <= 1.0
    assert 0.85 <= throughput / known <= 1.0


def test_what_is_too_short_to_say_is_not_said() -> None:
    simulation = run(single_station(0.5), 20.0)
    totals = simulation.summary()["totals"]
    assert totals["latency_mean_s"] is not None
    assert totals["latency_mean_half_width_s"] is totals["throughput_half_width_rps"] is None
    crowded = run(single_station(2.0), 300.0).summary()["totals"]  # grows for ever: no mean to be sure of
    assert crowded["latency_mean_half_width_s"] is None


def test_the_warm_up_is_seen() -> None:
    slow_start = start(single_station(20.0, servers=40))
    do(
        slow_start,
        {"type": "set_parameter", "node_id": "station", "name": "service_time_mean_s", "value": 1.8},
    )
    slow_start.advance(12.0)
    do(
        slow_start,
        {"type": "set_parameter", "node_id": "station", "name": "service_time_mean_s", "value": 0.1},
    )
    slow_start.advance(120.0)
    settled_s = slow_start.summary()["settled_after_s"]
    assert 12.0 <= settled_s <= 40.0
    slow_start.reset_statistics()
    assert slow_start.summary()["settled_after_s"] is None
    slow_start.advance(240.0)
    assert slow_start.summary()["settled_after_s"] <= 60.0


def test_the_course_of_a_run_is_bounded_and_independent_of_slices() -> None:
    whole, sliced = start(single_station(5.0)), start(single_station(5.0))
    whole.advance(100.0)
    for number in range(1, 731):
        sliced.advance(number * 100.0 / 730)
        sliced.summary()
    series = whole._observer._series
    assert WINDOWS_MAX / 2 <= series.count - 1 <= WINDOWS_MAX
    assert whole.summary() == sliced.summary()
    assert whole.digest() == sliced.digest()


# Common random numbers -------------------------------------------------------------------------------------------------


def traffic(*, server: Json | None = None, servers: int = 1, cache: bool = False, seed: int = 5) -> list[Any]:
    """Return what every request of a design was: intended start, class, key and user."""
    names = [f"s{number}" for number in range(servers)]
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {"arrival_rate_rps": 80.0}),
        "balancer": ("load_balancer", {}),
        "db": ("database", {}),
        **dict.fromkeys(names, ("web_server", server or {})),
    }
    wires = ["users>balancer", *(f"balancer>{name} {name}>db" for name in names)]
    if cache:
        nodes["cache"] = ("cache", {})
        wires += [f"{name}>cache" for name in names]
    classes = [
        {"name": name, "operation": name, "share": share, "key_count": 500, "zipf_exponent": 0.9}
        for name, share in (("read", 3.0), ("write", 1.0))
    ]
    simulation = start(draw(nodes, " ".join(wires), classes=classes), seed=seed)
    seen: dict[tuple[float, int], tuple[int, int]] = {}
    for tick in range(1, 4001):
        simulation.advance(tick / 1000)
        here = simulation._state.activities
        roots = here[(here["marks"] & 1 != 0) & (here["wait"] != 9)]
        for row in roots.tolist():
            act = dict(zip(here.dtype.names or (), row, strict=True))
            seen[act["started"], act["class_id"]] = (act["key"], act["user"])
    return sorted(seen.items())


def test_two_designs_meet_the_same_requests() -> None:
    plain = traffic()
    assert len(plain) > 250
    assert traffic(servers=2) == traffic(servers=3) == plain
    assert traffic(server={"service_time_mean_s": 0.03, "worker_count": 3}) == plain
    assert traffic(cache=True) == plain
    assert traffic(seed=6) != plain


# Traces ----------------------------------------------------------------------------------------------------------------


def traced(station: Json, *, balancer: Json | None = None, rate_rps: float = 50.0) -> Simulation:
    users = {"arrival_rate_rps": rate_rps, "arrival_process": "constant"}
    nodes = {
        "users": ("users", users),
        "balancer": ("load_balancer", {"forward_time_mean_s": 0.0, **(balancer or {})}),
        "station": ("web_server", {**CONSTANT, **station}),
    }
    return start(draw(nodes, "users>balancer balancer>station"))


def test_a_span_tells_waiting_from_service() -> None:
    simulation = traced({"service_time_mean_s": 0.03, "worker_count": 1, "queue_capacity": 5})
    simulation.advance(3.0)
    trace = simulation.traces("recent", 200)[-1]
    assert len(simulation.traces("recent", 3)) == 3
    ok = [item for item in simulation.traces("recent", 200) if item["outcome"] == "ok"]
    for trace in ok:
        assert [span["node_id"] for span in trace["spans"]] == ["users", "balancer", "station"]
        last = trace["spans"][-1]
        assert last["parent"] == 1
        assert last["service_s"] == pytest.approx(0.03, abs=1e-6)
        assert last["arrived_s"] + last["wait_s"] + 0.03 == pytest.approx(last["ended_s"], abs=1e-5)
        assert trace["started_s"] <= last["called_s"] <= last["arrived_s"]
    assert any(trace["spans"][-1]["wait_s"] > 0.02 for trace in ok)


def test_every_attempt_is_a_span_of_its_own() -> None:
    policy = {"attempts_max": 3, "backoff_base_s": 0.01, "timeout_s": 1.0}
    simulation = traced({"service_time_mean_s": 0.01}, balancer=policy)
    simulation.advance(0.5)
    do(simulation, fault("crash", "station"))
    simulation.advance(0.75)
    failed = simulation.traces("failed", 50)
    assert failed
    attempts = [span for span in failed[0]["spans"] if span["node_id"] == "station"]
    assert len(attempts) == 3
    assert all(span["outcome"] != "ok" and span["blame"] == "station" for span in attempts)
    assert failed[0]["blame"] == "station"
    assert len({span["called_s"] for span in attempts}) == 3


def test_the_slowest_and_the_failed_outlive_the_many_that_come_after() -> None:
    simulation = traced({"service_time_mean_s": 0.001, "worker_count": 4}, rate_rps=200.0)
    simulation.advance(1.0)
    do(simulation, fault("slow", "station", factor=300.0))
    simulation.advance(1.1)
    do(simulation, {"type": "heal", "node_id": "station"})
    simulation.advance(9.5)
    assert max(item["ended_s"] - item["started_s"] for item in simulation.traces("recent", 900)[:500]) < 0.05
    slowest = simulation.traces("slowest", 3)
    took = [item["ended_s"] - item["started_s"] for item in slowest]
    assert took == sorted(took, reverse=True)
    assert took[0] > 0.25
    simulation.advance(45.0)
    assert all(item["ended_s"] - item["started_s"] < 0.05 for item in simulation.traces("slowest", 8))


def test_all_requests_are_traced_for_a_while_on_demand() -> None:
    simulation = traced({"service_time_mean_s": 0.0001, "worker_count": 50}, rate_rps=2000.0)
    simulation.advance(1.0)
    before = int(simulation._state.control["trace_next"][0])
    do(simulation, {"type": "trace", "duration_s": 0.5})
    simulation.advance(1.5)
    during = int(simulation._state.control["trace_next"][0])
    simulation.advance(2.5)
    after = int(simulation._state.control["trace_next"][0])
    assert 150 <= before <= 250
    assert during - before == pytest.approx(1000, abs=5)
    assert after - during < 300
    refused = simulation.apply([{"type": "trace", "duration_s": 1e9}])
    assert [item.severity for item in refused] == ["error"]
    assert simulation.check_state() == []
    assert all(len(item["spans"]) <= SPANS_PER_TRACE for item in simulation.traces("recent", 99))
