"""Message queues: work that waits, workers that die, brokers that crash."""

from __future__ import annotations

import pytest

from tests.scenarios import Json, do, draw, edge, fault, heal, measured, request_class, run, set_parameter
from tests.simcore.engine.systems import CONSTANT, IDLE, column


def jobs(
    *, rate_rps: float = 50.0, queue: Json | None = None, worker: Json | None = None, database: bool = False
) -> Json:
    """Return users whose jobs a server leaves in a queue for two nodes of workers, 100 ms each."""
    station = {"worker_count": 5, "service_time_mean_s": 0.1, **CONSTANT, **(worker or {})}
    nodes = {
        "users": ("users", {"arrival_rate_rps": rate_rps, "arrival_process": "constant"}),
        "server": ("web_server", IDLE),
        "queue": ("message_queue", {"publish_time_mean_s": 0.0, **(queue or {})}),
        "w1": ("worker", station),
        "w2": ("worker", station),
    }
    wires = "users>server server>queue queue>w1 queue>w2"
    if database:
        nodes["database"] = ("database", {})
        wires += " w1>database w2>database"
    return draw(nodes, wires, classes=[request_class("job")])


def test_every_message_is_done_once() -> None:
    simulation = run(jobs(), 20.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(25.0)
    assert simulation.check_state() == []
    summary = simulation.summary()
    queue, workers = summary["nodes"]["queue"], [summary["nodes"][name] for name in ("w1", "w2")]
    assert queue["enqueued"] == queue["settled"] == summary["totals"]["completed"] == 1000
    assert sum(worker["completed"] for worker in workers) == 1000
    assert queue["redelivered"] == queue["dead_letters"] == queue["lost"] == 0


def test_a_queue_takes_the_job_out_of_the_answer() -> None:
    document = jobs()
    without = {
        **document,
        "edges": [wire for wire in document["edges"] if wire["id"] != "server-queue"],
    }
    done_here = run(without, 20.0)
    done_later = run(document, 20.0)
    slow, quick = (item.summary()["totals"]["latency_mean_s"] for item in (done_here, done_later))
    assert slow == pytest.approx(0.5, rel=0.15)
    assert quick < 0.001
    do(done_here, {"type": "add_edge", "edge": edge("server", "queue", latency_mean_s=0.0)})
    done_here.advance(25.0)
    assert measured(done_here, 10.0)["totals"]["latency_mean_s"] < 0.001
    assert done_here.check_state() == []


def test_messages_of_a_dead_worker_are_delivered_again() -> None:
    simulation = run(jobs(), 10.05)
    do(simulation, fault("crash", "w1"))
    simulation.advance(20.0)
    assert simulation.check_state() == []
    queue = simulation.summary()["nodes"]["queue"]
    assert 1 <= queue["redelivered"] <= 5
    assert queue["lost"] == queue["dead_letters"] == 0
    do(simulation, heal("w1"), set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(40.0)
    assert simulation.check_state() == []
    queue = simulation.summary()["nodes"]["queue"]
    assert queue["settled"] == queue["enqueued"]
    assert queue["queue_length"] == 0
    assert simulation.summary()["nodes"]["w1"]["failed_by_cause"].keys() == {"connection_lost"}


def test_a_backlog_grows_without_workers_and_drains_with_them() -> None:
    simulation = run(jobs(), 5.0)
    do(simulation, fault("crash", "w1"), fault("crash", "w2"))
    simulation.advance(25.0)
    frame = simulation.frame()
    assert column(simulation, frame, "queue_length")["queue"] == pytest.approx(1000, rel=0.02)
    assert frame["totals"]["failed_rps"] == 0
    do(simulation, heal("w1"), heal("w2"))
    simulation.advance(30.0)
    waiting = simulation.summary()["nodes"]["queue"]["queue_length"]
    assert waiting == pytest.approx(1000 - 5 * 50, rel=0.05)
    simulation.advance(50.0)
    assert simulation.summary()["nodes"]["queue"]["queue_length"] == 0
    assert simulation.check_state() == []


@pytest.mark.parametrize("durable", [True, False])
def test_only_a_durable_queue_survives_its_broker(durable: bool) -> None:
    simulation = run(jobs(queue={"durable": durable}), 5.0)
    do(simulation, fault("crash", "w1"), fault("crash", "w2"))
    simulation.advance(15.0)
    waiting = simulation.summary()["nodes"]["queue"]["queue_length"]
    assert waiting > 400
    simulation.reset_statistics()
    do(simulation, fault("crash", "queue"))
    simulation.advance(16.0)
    assert simulation.check_state() == []
    after = simulation.summary()
    assert after["nodes"]["queue"]["queue_length"] == (waiting if durable else 0)
    assert after["nodes"]["queue"]["lost"] == (0 if durable else waiting)
    assert after["totals"]["completed"] == 0
    assert after["totals"]["failed_by_cause"].keys() == {"node_down"}
    do(simulation, heal("queue"), heal("w1"), heal("w2"), set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(60.0)
    queue = simulation.summary()["nodes"]["queue"]
    assert queue["queue_length"] == 0
    assert queue["settled"] == pytest.approx(waiting if durable else 0, abs=12)
    assert simulation.check_state() == []


def test_a_down_broker_hands_out_nothing() -> None:
    simulation = run(jobs(rate_rps=200.0), 10.0)
    do(simulation, fault("crash", "queue"))
    simulation.advance(11.0)
    assert measured(simulation, 5.0)["nodes"]["w1"]["offered"] == 0
    assert simulation.check_state() == []


def test_a_full_queue_refuses() -> None:
    simulation = run(jobs(rate_rps=200.0, queue={"queue_capacity": 30}), 20.0)
    summary = simulation.summary()
    assert summary["totals"]["failed_by_cause"].keys() == {"queue_full"}
    assert summary["nodes"]["queue"]["queue_length"] <= 30
    assert summary["totals"]["throughput_rps"] == pytest.approx(100.0, rel=0.05)


def test_a_job_that_always_fails_becomes_a_dead_letter() -> None:
    document = jobs(rate_rps=5.0, queue={"deliveries_max": 3}, database=True)
    simulation = run(document, 5.0)
    do(simulation, fault("crash", "database"))
    simulation.reset_statistics()
    simulation.advance(25.0)
    assert simulation.check_state() == []
    queue = simulation.summary()["nodes"]["queue"]
    assert queue["dead_letters"] == pytest.approx(100, abs=5)
    assert queue["redelivered"] == pytest.approx(2 * queue["dead_letters"], abs=6)
    do(simulation, heal("database"))
    simulation.advance(30.0)
    after = measured(simulation, 10.0)["nodes"]["queue"]
    assert after["dead_letters"] == after["redelivered"] == 0
    assert after["settled"] == pytest.approx(50, abs=2)


def test_workers_added_live_share_the_messages() -> None:
    simulation = run(jobs(rate_rps=150.0), 10.0)
    assert simulation.summary()["nodes"]["queue"]["queue_length"] == pytest.approx(500, rel=0.05)
    node = next(node for node in simulation.document["nodes"] if node["id"] == "w1")
    do(
        simulation,
        {"type": "add_node", "node": {**node, "id": "w3", "name": "New"}},
        {"type": "add_edge", "edge": edge("queue", "w3", latency_mean_s=0.0)},
        set_parameter("w2", "worker_count", 10),
    )
    simulation.advance(11.0)
    summary = measured(simulation, 5.0)
    assert simulation.check_state() == []
    assert summary["nodes"]["w3"]["throughput_rps"] == pytest.approx(50.0, rel=0.05)
    assert summary["nodes"]["w2"]["throughput_rps"] == pytest.approx(100.0, rel=0.05)
    do(simulation, {"type": "remove_node", "node_id": "w3"}, set_parameter("w2", "worker_count", 1))
    simulation.advance(simulation.now_s + 1.0)
    summary = measured(simulation, 5.0)
    assert simulation.check_state() == []
    assert summary["nodes"]["w2"]["throughput_rps"] == pytest.approx(10.0, rel=0.1)
    queue = simulation.summary()["nodes"]["queue"]
    assert queue["lost"] == queue["dead_letters"] == 0
