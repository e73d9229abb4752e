"""How messages are delivered: at most or at least once, in time or again, in order of their key, ahead of the work."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.scenarios import (
    Json,
    do,
    draw,
    fault,
    heal,
    measured,
    request_class,
    run,
    set_parameter,
    start,
)

CONSTANT = {"service_time_distribution": "constant"}
#: Keys all alike, and enough of them that partitions are alike too.
JOBS = [request_class("job", key_count=10_000)]


def line(
    rate_rps: float, queue: Json, worker: Json, *, classes: list[Json] | None = None, poisson: bool = False
) -> Json:
    """Return users who leave jobs in a queue through a server that takes no time."""
    return draw(
        {
            "users": (
                "users",
                {"arrival_rate_rps": rate_rps, "arrival_process": "poisson" if poisson else "constant"},
            ),
            "server": ("web_server", {**CONSTANT, "service_time_mean_s": 0.0}),
            "queue": ("message_queue", {"publish_time_mean_s": 0.0, **queue}),
            "worker": ("worker", {**CONSTANT, **worker}),
        },
        "users>server server>queue queue>worker",
        classes=classes or JOBS,
    )


def books(simulation: Any) -> Json:
    """Return what the queue has counted, in a sound state."""
    assert simulation.check_state() == []
    found: Json = simulation.summary()["nodes"]["queue"]
    return found


def test_a_timeout_shorter_than_the_job_delivers_again_and_again() -> None:
    """A delivery is confirmed in time with probability 1 - exp(-v / mean), so that there are 1 / that many of each."""
    for share in (0.5, 0.8):
        mean_s = 0.2
        visibility_s = -mean_s * math.log(1 - share)
        worker = {
            "worker_count": 64,
            "service_time_mean_s": mean_s,
            "service_time_distribution": "exponential",
        }
        queue = {"visibility_timeout_s": visibility_s, "deliveries_max": 1000}
        simulation = run(line(50.0, queue, worker), 400.0)
        do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
        simulation.advance(500.0)
        seen = books(simulation)
        assert seen["settled"] == seen["enqueued"] == pytest.approx(20_000, abs=2)
        assert (seen["settled"] + seen["redelivered"]) / seen["settled"] == pytest.approx(1 / share, rel=0.03)
        assert seen["duplicates"] == seen["redelivered"]


def test_after_too_many_deliveries_a_message_is_a_dead_letter() -> None:
    worker = {"worker_count": 64, "service_time_mean_s": 1.0}
    simulation = run(line(10.0, {"visibility_timeout_s": 0.3, "deliveries_max": 3}, worker), 20.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(30.0)
    seen = books(simulation)
    assert seen["settled"] == 0
    assert seen["dead_letters"] == seen["enqueued"] > 190
    assert seen["redelivered"] == 2 * seen["enqueued"]


def test_a_late_confirmation_counts_while_nobody_else_has_the_message() -> None:
    worker = {"worker_count": 1, "service_time_mean_s": 1.0}
    simulation = run(line(0.5, {"visibility_timeout_s": 0.5}, worker), 101.0)
    seen = books(simulation)
    assert seen["settled"] >= 49
    assert seen["redelivered"] >= 49
    assert seen["duplicates"] == 0
    assert simulation.summary()["nodes"]["worker"]["completed"] == seen["settled"]


@pytest.mark.parametrize(("guarantee", "lost"), [("at_most_once", True), ("at_least_once", False)])
def test_at_most_once_loses_what_a_dying_consumer_had(guarantee: str, lost: bool) -> None:
    worker = {"worker_count": 8, "service_time_mean_s": 1.0}
    simulation = run(line(8.0, {"delivery_guarantee": guarantee}, worker), 10.05)
    do(simulation, fault("crash", "worker"))
    assert (books(simulation)["lost"] > 0) == lost
    simulation.advance(12.0)
    do(simulation, heal("worker"), set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(40.0)
    seen = books(simulation)
    assert seen["redelivered"] == (0 if lost else 8)
    assert seen["settled"] == seen["enqueued"] - (8 if lost else 0)


def test_with_a_timeout_the_messages_of_a_dead_consumer_stay_out_until_it_ends() -> None:
    worker = {"worker_count": 8, "service_time_mean_s": 1.0}
    simulation = run(line(8.0, {"visibility_timeout_s": 5.0}, worker), 10.05)
    do(simulation, fault("crash", "worker"))
    assert books(simulation)["with_consumers"] == 8
    simulation.advance(13.0)
    assert books(simulation)["with_consumers"] == 8
    simulation.advance(15.1)
    seen = books(simulation)
    assert seen["with_consumers"] == 0
    assert seen["redelivered"] == 8


def test_partitions_bound_the_throughput() -> None:
    """Four partitions and jobs of 0.1 s: at most 40 jobs per second, however many consumers there are."""
    worker = {"worker_count": 50, "service_time_mean_s": 0.1}
    simulation = run(line(100.0, {"partition_count": 4}, worker), 20.0)
    seen = measured(simulation, 50.0)["nodes"]
    assert seen["queue"]["settled"] / 50.0 == pytest.approx(40.0, rel=0.01)
    assert seen["worker"]["utilization_ratio"] == pytest.approx(4 / 50, rel=0.02)
    assert len(seen["queue"]["partition_lengths"]) == 4
    do(simulation, set_parameter("queue", "partition_count", 20))
    assert simulation.check_state() == []
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 5.0)["nodes"]["queue"]["settled"] / 5.0 == pytest.approx(200.0, rel=0.05)
    do(simulation, set_parameter("queue", "partition_count", 0))
    assert simulation.check_state() == []
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 2.0)["nodes"]["queue"]["settled"] / 2.0 == pytest.approx(500.0, rel=0.05)
    do(simulation, set_parameter("queue", "partition_count", 2))
    simulation.advance(simulation.now_s + 5.0)
    assert simulation.check_state() == []


def test_a_popular_key_makes_its_partition_hot() -> None:
    popular = [request_class("job", key_count=1_000, zipf_exponent=1.5)]
    worker = {"worker_count": 50, "service_time_mean_s": 0.1}
    simulation = run(line(60.0, {"partition_count": 10}, worker, classes=popular), 60.0)
    lengths = sorted(books(simulation)["partition_lengths"])
    assert lengths[-1] > 10 * max(lengths[-2], 1)
    assert books(simulation)["oldest_message_s"] > 20.0
    frame = simulation.frame()
    at = simulation.layout()["nodes"].index("queue")
    assert frame["nodes"]["lag_s"][at] == books(simulation)["oldest_message_s"]


def test_what_has_waited_too_long_is_dropped() -> None:
    simulation = run(line(20.0, {"retention_s": 5.0}, {"service_time_mean_s": 0.01}), 1.0)
    do(simulation, fault("crash", "worker"))
    simulation.advance(31.0)
    seen = books(simulation)
    assert seen["queue_length"] == pytest.approx(100, abs=2)
    assert seen["expired"] == pytest.approx(500, abs=3)
    assert seen["oldest_message_s"] <= 5.0
    do(simulation, set_parameter("queue", "retention_s", 1.0))
    assert books(simulation)["queue_length"] == pytest.approx(20, abs=2)


def test_what_is_fetched_ahead_waits_at_its_consumer() -> None:
    worker = {"worker_count": 2, "service_time_mean_s": 1.0}
    one, ten = (run(line(10.0, {"prefetch_count": count}, worker), 20.3) for count in (1, 10))
    assert books(one)["with_consumers"] == 2
    assert 2 < books(ten)["with_consumers"] <= 20
    assert ten.summary()["nodes"]["worker"]["in_flight"] == 2
    for simulation in (one, ten):
        do(simulation, fault("crash", "worker"))
        assert books(simulation)["with_consumers"] == 0
        do(simulation, heal("worker"))
        simulation.advance(30.0)
        books(simulation)


def test_fetching_too_far_ahead_does_jobs_twice() -> None:
    """The last of ten jobs of 0.1 s begins after 0.9 s: by then others have it, unless the timeout is longer."""
    worker = {"worker_count": 4, "service_time_mean_s": 0.1}
    duplicates = {}
    for prefetch, visibility_s in ((10, 0.55), (1, 0.55), (10, 2.0)):
        queue = {"prefetch_count": prefetch, "visibility_timeout_s": visibility_s}
        simulation = run(line(38.0, queue, worker, poisson=True), 60.0)
        duplicates[prefetch, visibility_s] = books(simulation)["duplicates"]
    assert duplicates[10, 0.55] > 50
    assert duplicates[1, 0.55] == duplicates[10, 2.0] == 0


def test_nothing_is_fetched_over_a_cut_and_no_confirmation_is_heard() -> None:
    worker = {"worker_count": 4, "service_time_mean_s": 0.1}
    simulation = run(line(10.0, {"visibility_timeout_s": 1.0}, worker), 5.05)
    do(simulation, fault("cut_requests", edge_id="queue-worker"))
    simulation.advance(8.0)
    before = books(simulation)
    assert before["queue_length"] == pytest.approx(30, abs=2)
    do(simulation, heal(edge_id="queue-worker"))
    simulation.advance(10.0)
    assert books(simulation)["queue_length"] == 0
    do(simulation, fault("cut_answers", edge_id="queue-worker"))
    simulation.advance(13.0)
    deaf = books(simulation)
    assert deaf["duplicates"] > 20
    do(simulation, heal(edge_id="queue-worker"))
    simulation.advance(20.0)
    assert books(simulation)["queue_length"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_anything_may_change_at_any_time(seed: int) -> None:
    """Every parameter turned, and everything broken and healed, while the queue works: the books stay right."""
    simulation = start(
        line(
            60.0, {"visibility_timeout_s": 0.3}, {"worker_count": 8, "service_time_mean_s": 0.1}, poisson=True
        ),
        seed=seed,
    )
    steps: list[list[Json]] = [
        [set_parameter("queue", "partition_count", 5), set_parameter("queue", "prefetch_count", 4)],
        [fault("crash", "worker")],
        [set_parameter("queue", "visibility_timeout_s", 0.0), heal("worker")],
        [fault("hang", "worker")],
        [fault("crash", "queue")],
        [heal("worker"), heal("queue"), set_parameter("worker", "worker_count", 3)],
        [
            set_parameter("queue", "delivery_guarantee", "at_most_once"),
            set_parameter("queue", "durable", value=False),
        ],
        [fault("crash", "queue"), set_parameter("queue", "partition_count", 0)],
        [
            heal("queue"),
            set_parameter("queue", "visibility_timeout_s", 0.05),
            set_parameter("queue", "deliveries_max", 2),
        ],
        [
            set_parameter("queue", "delivery_guarantee", "at_least_once"),
            set_parameter("queue", "retention_s", 0.5),
        ],
        [{"type": "remove_node", "node_id": "worker"}],
    ]
    for number, changes in enumerate(steps):
        simulation.advance(1.0 + number * 0.73)
        assert simulation.check_state() == []
        do(simulation, *changes)
        assert simulation.check_state() == []
    simulation.advance(20.0)
    assert simulation.check_state() == []


def test_a_message_that_comes_back_after_its_time_is_dropped_then_and_not_in_the_past() -> None:
    queue = {"retention_s": 1.0, "visibility_timeout_s": 0.0}
    simulation = start(line(10.0, queue, {"worker_count": 1, "service_time_mean_s": 50.0}))
    simulation.advance(5.0)  # the first message has been with its consumer for longer than messages are kept
    do(simulation, fault("crash", "worker"))
    assert simulation.check_state() == []
    simulation.advance(5.0)
    assert books(simulation)["queue_length"] == pytest.approx(10, abs=1)  # those of the last second
