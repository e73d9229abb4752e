"""The event log: groups that each read everything, partitions in order, lag, and what happens when consumers die."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios import Json, do, draw, fault, heal, measured, request_class, run, set_parameter

CONSTANT = {"service_time_distribution": "constant"}
JOBS = [request_class("job", key_count=10_000)]


def feed(rate_rps: float, log: Json, groups: dict[str, Json], *, classes: list[Json] | None = None) -> Json:
    """Return users whose events a server puts into a log that some groups of workers read."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, "arrival_process": "constant"}),
            "server": ("web_server", {**CONSTANT, "service_time_mean_s": 0.0}),
            "log": ("event_log", {"publish_time_mean_s": 0.0, **log}),
            **{name: ("worker", {**CONSTANT, **worker}) for name, worker in groups.items()},
        },
        "users>server server>log " + " ".join(f"log>{name}" for name in groups),
        classes=classes or JOBS,
    )


def nodes(simulation: Any) -> Json:
    """Return what every node has counted, in a sound state."""
    assert simulation.check_state() == []
    found: Json = simulation.summary()["nodes"]
    return found


def test_each_group_reads_every_event() -> None:
    groups = {
        name: {"worker_count": 8, "service_time_mean_s": 0.01} for name in ("billing", "mail", "search")
    }
    simulation = run(feed(50.0, {}, groups), 20.0)
    seen = nodes(simulation)
    assert seen["log"]["enqueued"] == 3 * seen["log"]["completed"]
    for name in groups:
        assert seen[name]["completed"] == pytest.approx(1_000, abs=3)
    assert seen["log"]["duplicates"] == 0


def test_a_slow_group_lags_behind_and_disturbs_nobody() -> None:
    """It does 4 / 0.1 = 40 of 60 events per second, so that its lag grows by 20 each second."""
    groups = {
        "fast": {"worker_count": 8, "service_time_mean_s": 0.01},
        "slow": {"worker_count": 4, "service_time_mean_s": 0.1},
    }
    simulation = run(feed(60.0, {"partition_count": 32}, groups), 50.0)
    seen = nodes(simulation)
    assert seen["slow"]["lag"] == pytest.approx(20 * 50, rel=0.03)
    assert seen["fast"]["lag"] < 5
    assert seen["log"]["queue_length"] == seen["slow"]["lag"] + seen["fast"]["lag"]
    assert seen["slow"]["lag_s"] > 50.0 / 3 - 1.0  # some partitions are further behind than others
    frame, layout = simulation.frame(), simulation.layout()["nodes"]
    lag_s = dict(zip(layout, frame["nodes"]["lag_s"], strict=True))
    assert lag_s["slow"] == pytest.approx(lag_s["log"]) == pytest.approx(seen["slow"]["lag_s"], rel=1e-3)
    assert lag_s["fast"] < 0.5


def test_partitions_bound_what_a_group_does_and_consumers_beyond_them_are_idle() -> None:
    groups = {"group": {"worker_count": 20, "service_time_mean_s": 0.1}}
    simulation = run(feed(150.0, {"partition_count": 4}, groups), 10.0)
    seen = measured(simulation, 20.0)["nodes"]
    assert seen["group"]["throughput_rps"] == pytest.approx(40.0, rel=0.02)
    assert seen["group"]["utilization_ratio"] == pytest.approx(4 / 20, rel=0.02)
    do(simulation, set_parameter("log", "partition_count", 64))
    simulation.advance(simulation.now_s + 1.0)
    seen = measured(simulation, 10.0)["nodes"]
    assert seen["group"]["throughput_rps"] == pytest.approx(200.0, rel=0.03)
    assert seen["group"]["utilization_ratio"] == pytest.approx(1.0, rel=0.02)


def test_a_popular_key_fills_one_partition_whatever_the_consumers() -> None:
    groups = {"group": {"worker_count": 50, "service_time_mean_s": 0.1}}
    hot = [request_class("job", key_count=1)]
    simulation = run(feed(30.0, {"partition_count": 10}, groups, classes=hot), 20.0)
    seen = nodes(simulation)
    assert sorted(seen["log"]["partition_lengths"])[:-1] == [0] * 9
    assert seen["group"]["lag"] == pytest.approx(20 * 20, rel=0.03)


def test_a_dead_group_misses_nothing_and_the_others_go_on() -> None:
    groups = {name: {"worker_count": 8, "service_time_mean_s": 0.01} for name in ("a", "b")}
    simulation = run(feed(50.0, {"session_timeout_s": 5.0}, groups), 10.0)
    do(simulation, fault("crash", "b"))
    simulation.advance(30.0)
    assert nodes(simulation)["b"]["lag"] == pytest.approx(1_000, abs=10)
    assert nodes(simulation)["a"]["completed"] == pytest.approx(1_500, abs=3)
    do(simulation, heal("b"))
    simulation.advance(60.0)
    seen = nodes(simulation)
    assert seen["b"]["lag"] < 5
    assert seen["b"]["completed"] == pytest.approx(3_000, abs=20)
    assert seen["log"]["lost"] == seen["log"]["expired"] == 0


@pytest.mark.parametrize("session_timeout_s", [2.0, 20.0])
def test_partitions_of_a_dead_consumer_stand_still_until_the_session_is_over(
    session_timeout_s: float,
) -> None:
    """All four partitions are in work when the consumers die; they come back at once, but nobody may go on."""
    groups = {"group": {"worker_count": 4, "service_time_mean_s": 1.0}}
    log = {"partition_count": 4, "session_timeout_s": session_timeout_s}
    simulation = run(feed(20.0, log, groups), 10.5)
    do(simulation, fault("crash", "group"))
    simulation.advance(11.0)
    do(simulation, heal("group"))
    before = nodes(simulation)["group"]["completed"]
    simulation.advance(10.5 + session_timeout_s - 0.1)
    assert nodes(simulation)["group"]["completed"] == before
    assert nodes(simulation)["log"]["redelivered"] == 0
    simulation.advance(10.5 + session_timeout_s + 1.5)
    assert nodes(simulation)["log"]["redelivered"] == 4
    assert nodes(simulation)["group"]["completed"] > before


def test_an_event_that_takes_too_long_is_done_again() -> None:
    groups = {"group": {"worker_count": 8, "service_time_mean_s": 1.0}}
    simulation = run(feed(2.0, {"poll_interval_max_s": 0.5, "deliveries_max": 3}, groups), 30.0)
    seen = nodes(simulation)["log"]
    assert seen["redelivered"] > 20
    assert seen["dead_letters"] > 5


def test_events_beyond_the_retention_are_lost_to_the_group_that_is_behind() -> None:
    groups = {
        "fast": {"worker_count": 8, "service_time_mean_s": 0.01},
        "slow": {"worker_count": 1, "service_time_mean_s": 1.0},
    }
    by_time = run(feed(20.0, {"retention_s": 5.0}, groups), 60.0)
    assert nodes(by_time)["slow"]["lag"] == pytest.approx(5 * 19, rel=0.1)
    by_size = run(feed(20.0, {"lag_max_count": 10, "partition_count": 4}, groups), 60.0)
    seen = nodes(by_size)
    assert seen["slow"]["lag"] == 40
    assert seen["fast"]["completed"] == pytest.approx(1_200, abs=3)
    assert seen["log"]["expired"] == pytest.approx(1_200 - 60 - 40, abs=8)
    assert by_size.summary()["totals"]["failed"] == 0


def test_a_group_that_joins_late_begins_with_new_events_and_one_that_goes_leaves_no_lag() -> None:
    groups = {name: {"worker_count": 8, "service_time_mean_s": 0.01} for name in ("a", "b")}
    document = feed(50.0, {}, groups)
    late = next(wire for wire in document["edges"] if wire["target"] == "b")
    simulation = run({**document, "edges": [wire for wire in document["edges"] if wire is not late]}, 10.0)
    do(simulation, {"type": "add_edge", "edge": late})
    simulation.advance(20.0)
    assert nodes(simulation)["b"]["completed"] == pytest.approx(500, abs=5)
    do(simulation, fault("crash", "b"))
    simulation.advance(30.0)
    assert nodes(simulation)["log"]["queue_length"] > 400
    do(simulation, {"type": "remove_node", "node_id": "b"})
    simulation.advance(31.0)
    assert nodes(simulation)["log"]["queue_length"] < 5


def test_memory_alone_does_not_survive_a_crash() -> None:
    groups = {"group": {"worker_count": 1, "service_time_mean_s": 1.0}}
    for durable in (True, False):
        simulation = run(feed(20.0, {"durable": durable, "fetch_count": 5}, groups), 10.0)
        do(simulation, fault("crash", "log"))
        simulation.advance(11.0)
        do(simulation, heal("log"))
        simulation.advance(20.0)
        assert (nodes(simulation)["log"]["lost"] > 150) is not durable
