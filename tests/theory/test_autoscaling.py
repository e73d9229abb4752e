"""Autoscaling: capacity follows the load after a period and a boot; it swings when it may, and kills nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios import Json, do, draw, measured, request_class, run, set_parameter, start

#: One instance serves 20 requests per second.
SERVER = {
    "worker_count": 1,
    "service_time_mean_s": 0.05,
    "service_time_distribution": "constant",
    "queue_capacity": 100_000,
}
GOAL = {"period_s": 10.0, "boot_delay_s": 30.0, "cooldown_in_s": 60.0}


def scaled(rate_rps: float, *, poisson: bool = False, **goal: Any) -> Json:
    """Return users, a server and its autoscaler."""
    people = {
        "arrival_rate_rps": rate_rps,
        "arrival_process": "poisson" if poisson else "constant",
        "timeout_s": 1000.0,
    }
    return draw(
        {
            "users": ("users", people),
            "server": ("web_server", SERVER),
            "scaler": ("autoscaler", {**GOAL, **goal}),
        },
        "users>server scaler>server",
    )


def instances(simulation: Any, node_id: str = "server") -> tuple[int, int]:
    """Return how many instances run and how many boot, in a sound state."""
    assert simulation.check_state() == []
    node = simulation.summary()["nodes"][node_id]
    return node["instances"], node["booting"]


def test_capacity_follows_a_step_of_the_load_after_period_and_boot() -> None:
    """60 requests/s at 12.5 per instance are 4.8: five, seen at 110 s, at work at 140 s."""
    simulation = run(scaled(8.0, measure="request_rate", target_value=12.5), 100.0)
    assert instances(simulation) == (1, 0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 60.0))
    simulation.advance(109.9)
    assert instances(simulation) == (1, 0)
    simulation.advance(110.1)
    assert instances(simulation) == (1, 4)
    before = measured(simulation, 25.0)
    assert before["totals"]["throughput_rps"] == pytest.approx(20.0, rel=0.01)
    simulation.advance(139.9)
    assert instances(simulation) == (1, 4)
    simulation.advance(140.1)
    assert instances(simulation) == (5, 0)
    after = measured(simulation, 5.0)
    assert after["totals"]["throughput_rps"] == pytest.approx(100.0, rel=0.01)
    do(simulation, set_parameter("users", "timeout_s", 999.0))
    assert instances(simulation) == (5, 0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 12.0))
    simulation.advance(300.0)
    assert instances(simulation) == (1, 0)
    assert simulation.summary()["totals"]["failed"] == 0


def test_utilization_is_kept_at_its_target() -> None:
    """90 requests/s of 50 ms are 4.5 busy workers: at 60 % that are 7.5, so eight instances at 56 %, within the tolerance."""
    simulation = start(scaled(90.0, poisson=True, target_value=0.6, instances_max=20))
    simulation.advance(900.0)
    count, _ = instances(simulation)
    assert 7 <= count <= 9
    assert measured(simulation, 200.0)["nodes"]["server"]["utilization_ratio"] == pytest.approx(0.6, abs=0.08)


def changes(simulation: Any, until_s: float) -> int:
    """Count how often the number of instances changes."""
    count = 0
    while simulation.now_s < until_s:
        simulation.advance(simulation.now_s + 50.0)
        count += sum(event["kind"] == "scaled" for event in simulation.frame()["events"])
    return count


def test_it_swings_when_the_cooldown_is_short() -> None:
    """A queue tells of too few instances late, and of too many not at all until it is empty."""
    goal = {"measure": "queue_length", "target_value": 5.0, "boot_delay_s": 40.0, "instances_max": 20}
    short, long = (
        start(scaled(60.0, poisson=True, cooldown_in_s=cooldown, **goal)) for cooldown in (0.0, 600.0)
    )
    assert changes(short, 3000.0) > 3 * changes(long, 3000.0) > 0
    assert short.check_state() == long.check_state() == []


def test_fewer_instances_serve_to_the_end_whom_they_serve() -> None:
    simulation = run(scaled(8.0, measure="request_rate", target_value=1.0), 60.0)
    do(simulation, set_parameter("server", "service_time_mean_s", 20.0))
    simulation.advance(65.0)
    serving = simulation.summary()["nodes"]["server"]["in_flight"]
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(140.0)
    assert serving >= 8
    assert instances(simulation)[0] == 1
    simulation.advance(2000.0)
    assert simulation.summary()["totals"]["failed"] == simulation.summary()["totals"]["in_flight"] == 0


def test_workers_follow_the_messages_that_wait() -> None:
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 40.0, "arrival_process": "constant"}),
            "server": ("web_server", {**SERVER, "worker_count": 50, "service_time_mean_s": 0.0}),
            "queue": ("message_queue", {"publish_time_mean_s": 0.0}),
            "worker": (
                "worker",
                {"worker_count": 2, "service_time_mean_s": 0.5, "service_time_distribution": "constant"},
            ),
            "scaler": (
                "autoscaler",
                {**GOAL, "measure": "queue_length", "target_value": 20.0, "instances_max": 30},
            ),
        },
        "users>server server>queue queue>worker scaler>worker",
        classes=[request_class("job")],
    )
    simulation = run(document, 5.0)
    assert simulation.summary()["nodes"]["worker"]["in_flight"] == 2
    simulation.advance(120.0)
    count, _ = instances(simulation, "worker")
    assert count >= 10
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(600.0)
    assert instances(simulation, "worker") == (1, 0)
    seen = simulation.summary()["nodes"]["queue"]
    assert seen["settled"] == seen["enqueued"]
    assert seen["redelivered"] == 0
    do(simulation, set_parameter("users", "arrival_rate_rps", 3.0))
    assert measured(simulation, 20.0)["nodes"]["worker"]["completed"] == pytest.approx(60, abs=2)


def test_without_its_autoscaler_a_server_has_what_was_drawn() -> None:
    simulation = run(scaled(60.0, measure="request_rate", target_value=12.5), 100.0)
    assert instances(simulation)[0] == 5
    do(simulation, {"type": "remove_node", "node_id": "scaler"})
    assert instances(simulation)[0] == 1
    simulation.advance(110.0)
    do(simulation, set_parameter("server", "instance_count", 4))
    assert instances(simulation)[0] == 4
    simulation.advance(200.0)
    assert measured(simulation, 10.0)["totals"]["throughput_rps"] == pytest.approx(60.0, abs=21.0)
