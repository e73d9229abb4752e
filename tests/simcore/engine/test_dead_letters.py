"""Dead letters that pass over a drawn connection to a queue with consumers of its own; brokers that forget."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Simulation, parse
from tests.scenarios import (
    Json,
    do,
    draw,
    edge,
    fault,
    heal,
    measured,
    request_class,
    run,
    set_parameter,
    start,
)

CONSTANT = {"service_time_distribution": "constant", "service_time_mean_s": 0.0}
JOBS = [request_class("job", key_count=1_000)]
#: Every first delivery is too slow for its visibility timeout, so that each message dies at its second.
HOPELESS = {"visibility_timeout_s": 0.3, "deliveries_max": 2}


def graveyard(queue: Json | None = None, dead: Json | None = None, link: Json | None = None) -> Json:
    """Return a queue whose workers are always too slow, and a second one for its dead letters, whose worker is not."""
    instant = {"publish_time_mean_s": 0.0}
    nodes = {
        "users": ("users", {"arrival_rate_rps": 20.0, "arrival_process": "constant"}),
        "server": ("web_server", CONSTANT),
        "queue": ("message_queue", {**instant, **HOPELESS, **(queue or {})}),
        "slow": ("worker", {**CONSTANT, "worker_count": 64, "service_time_mean_s": 0.5}),
        "dead": ("message_queue", {**instant, **(dead or {})}),
        "clerk": ("worker", CONSTANT),
    }
    wires = "users>server server>queue queue>slow queue>dead dead>clerk"
    return draw(nodes, wires, classes=JOBS, links={"queue-dead": link or {"latency_mean_s": 0.0}})


def drained(simulation: Simulation, until_s: float) -> Json:
    """Return what every node has counted after nobody has sent anything for a while."""
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(until_s)
    assert simulation.check_state() == []
    found: Json = simulation.summary()["nodes"]
    return found


def test_dead_letters_are_done_by_the_other_queue_s_consumers() -> None:
    seen = drained(run(graveyard(), 10.0), 15.0)
    assert seen["queue"]["dead_letters"] == seen["queue"]["enqueued"] == pytest.approx(200, abs=1)
    assert seen["dead"]["enqueued"] == seen["dead"]["settled"] == seen["queue"]["dead_letters"]
    assert seen["clerk"]["completed"] == seen["dead"]["settled"]


def test_they_travel_over_the_connection_and_are_no_requests_of_the_queue() -> None:
    simulation = run(graveyard(link={"latency_mean_s": 0.1}), 10.0)
    seen = drained(simulation, 15.0)
    over = simulation.summary()["edges"]["queue-dead"]
    assert over["completed"] == over["offered"] == seen["queue"]["dead_letters"]
    assert over["latency_mean_s"] == pytest.approx(0.2)
    assert seen["queue"]["offered"] == seen["queue"]["enqueued"]
    assert seen["queue"]["in_flight"] == 0


def test_without_a_second_queue_they_are_gone() -> None:
    document = graveyard()
    document["edges"] = [item for item in document["edges"] if item["id"] != "queue-dead"]
    seen = drained(run(document, 10.0), 15.0)
    assert seen["queue"]["dead_letters"] > 190
    assert seen["dead"]["enqueued"] == 0


@pytest.mark.parametrize(
    ("strike", "mend"),
    [
        (fault("crash", "dead"), heal("dead")),
        (fault("partition", edge_id="queue-dead"), heal(edge_id="queue-dead")),
        (fault("hang", "dead"), heal("dead")),
    ],
)
def test_they_wait_until_the_other_queue_takes_them(strike: Json, mend: Json) -> None:
    simulation = run(graveyard(), 5.0)
    do(simulation, strike)
    simulation.advance(10.0)
    assert simulation.check_state() == []
    assert measured(simulation, 2.0)["nodes"]["dead"]["enqueued"] == 0
    do(simulation, mend)
    simulation.reset_statistics()
    seen = drained(simulation, 40.0)
    assert seen["dead"]["enqueued"] > 100
    assert seen["queue"]["queue_length"] == seen["queue"]["with_consumers"] == 0


def test_a_full_queue_takes_them_later() -> None:
    simulation = start(graveyard(dead={"queue_capacity": 5}))
    do(simulation, {"type": "remove_edge", "edge_id": "dead-clerk"})
    simulation.advance(10.0)
    assert simulation.summary()["nodes"]["dead"]["enqueued"] == 5
    do(simulation, {"type": "add_edge", "edge": edge("dead", "clerk", latency_mean_s=0.0)})
    seen = drained(simulation, 60.0)
    assert seen["dead"]["settled"] == seen["queue"]["dead_letters"]


def test_a_crash_of_the_first_broker_keeps_them_if_they_are_durable() -> None:
    for durable, kept in ((True, True), (False, False)):
        simulation = run(graveyard(queue={"durable": durable}), 5.0)
        do(simulation, fault("crash", "dead"))
        simulation.advance(8.0)
        do(simulation, fault("crash", "queue"))
        simulation.advance(9.0)
        assert simulation.check_state() == []
        do(simulation, heal("dead"), heal("queue"))
        seen = drained(simulation, 40.0)
        together = seen["dead"]["settled"] >= seen["queue"]["dead_letters"]
        assert together is kept


def test_the_connection_may_come_and_go() -> None:
    simulation = run(graveyard(), 5.0)
    do(simulation, {"type": "remove_edge", "edge_id": "queue-dead"})
    simulation.advance(10.0)
    assert simulation.check_state() == []
    gone = simulation.summary()["nodes"]["dead"]["enqueued"]
    do(simulation, {"type": "add_edge", "edge": edge("queue", "dead", latency_mean_s=0.0)})
    seen = drained(simulation, 20.0)
    assert gone < seen["dead"]["enqueued"] < seen["queue"]["dead_letters"]


def test_two_queues_may_bury_each_other_s_dead() -> None:
    document = graveyard(dead=dict(HOPELESS))
    document["nodes"][5]["parameters"] = {**CONSTANT, "worker_count": 64, "service_time_mean_s": 0.5}
    document["edges"].append(edge("dead", "queue", latency_mean_s=0.01))
    simulation = run(document, 20.0)
    seen = simulation.summary()["nodes"]
    assert seen["dead"]["dead_letters"] > 50


def books(simulation: Simulation) -> Json:
    assert simulation.check_state() == []
    found: Json = simulation.summary()["nodes"]["queue"]
    return found


def transient(**queue: Any) -> Json:
    """Return a queue in memory, whose four workers need half a second for a job."""
    nodes = {
        "users": ("users", {"arrival_rate_rps": 20.0, "arrival_process": "constant"}),
        "server": ("web_server", CONSTANT),
        "queue": ("message_queue", {"publish_time_mean_s": 0.0, "durable": False, **queue}),
        "worker": ("worker", {**CONSTANT, "worker_count": 4, "service_time_mean_s": 0.5}),
    }
    return draw(nodes, "users>server server>queue queue>worker", classes=JOBS)


@pytest.mark.parametrize(
    "queue", [{}, {"visibility_timeout_s": 20.0}, {"prefetch_count": 5}, {"partition_count": 8}]
)
def test_a_broker_in_memory_forgets_what_is_with_consumers_too(queue: Json) -> None:
    simulation = run(transient(**queue), 5.01)
    before = books(simulation)
    assert before["with_consumers"] >= 4
    do(simulation, fault("crash", "queue"))
    after = books(simulation)
    assert (after["queue_length"], after["with_consumers"]) == (0, 0)
    assert after["lost"] == before["queue_length"] + before["with_consumers"]
    simulation.advance(7.0)
    later = books(simulation)
    assert (later["settled"], later["duplicates"], later["redelivered"]) == (before["settled"], 0, 0)
    assert simulation.summary()["nodes"]["worker"]["completed"] == before["settled"] + 4
    do(simulation, heal("queue"))
    assert measured(simulation, 5.0)["nodes"]["queue"]["settled"] > 30


def test_two_autoscalers_of_one_target_are_refused() -> None:
    nodes: dict[str, tuple[str, Json]] = {
        "server": ("web_server", {}),
        "first": ("autoscaler", {}),
        "second": ("autoscaler", {}),
    }
    found = parse(draw(nodes, "first>server second>server")).diagnostics
    assert [(item.code, item.edge_id) for item in found] == [("S053", "second-server")]
    assert found[0].fix == ({"type": "remove_edge", "edge_id": "second-server"},)
    assert found[0].text == "server is scaled by first already."
