"""Faults of nodes and connections: what fails, what waits, what is wasted, and what is gone afterwards."""

from __future__ import annotations

import pytest

from simcore import Simulation
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
from tests.simcore.engine.systems import CONSTANT, IDLE, balanced, column, edge_column, happenings


def pair(*, users: Json | None = None, server: Json | None = None) -> Json:
    """Return users and one server that takes 10 ms for each request."""
    station = {"service_time_mean_s": 0.01, "worker_count": 4, **CONSTANT, **(server or {})}
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 100.0, "arrival_process": "constant", **(users or {})}),
            "server": ("web_server", station),
        },
        "users>server",
    )


def test_a_crash_fails_what_is_in_service_and_what_waits() -> None:
    document = pair(server={"service_time_mean_s": 0.2, "worker_count": 4, "queue_capacity": 10})
    simulation = run(document, 10.0)
    before = simulation.summary()["nodes"]["server"]
    assert before["in_flight"] == 14
    simulation.reset_statistics()
    do(simulation, fault("crash", "server"))
    simulation.advance(10.001)
    causes = simulation.summary()["nodes"]["server"]["failed_by_cause"]
    assert causes == {"connection_lost": 4, "node_down": 10}
    totals = measured(simulation, 5.0)["totals"]
    assert totals["completed"] == 0
    assert totals["failed_by_cause"] == {"node_down": totals["offered"]}
    do(simulation, heal("server"))
    assert simulation.check_state() == []
    assert measured(simulation, 5.0)["totals"]["completed"] == pytest.approx(100, abs=5)


def test_callers_of_a_hung_node_wait_for_their_own_timeout() -> None:
    simulation = run(pair(users={"timeout_s": 0.5}), 5.0)
    simulation.reset_statistics()
    do(simulation, fault("hang", "server"))
    simulation.advance(5.4)
    assert simulation.summary()["totals"]["failed"] == 0
    simulation.advance(7.0)
    summary = simulation.summary()
    assert summary["totals"]["failed_by_cause"].keys() == {"timed_out"}
    assert summary["totals"]["in_flight"] == pytest.approx(50, abs=2)
    assert column(simulation, simulation.frame(), "state")["server"] == "hung"
    assert simulation.check_state() == []
    do(simulation, heal("server"))
    simulation.advance(9.0)
    assert simulation.summary()["totals"]["wasted"] == pytest.approx(150, abs=5)
    assert simulation.check_state() == []
    assert measured(simulation, 5.0)["totals"]["failed"] == 0


def test_a_callee_works_on_for_nobody() -> None:
    document = pair(users={"timeout_s": 0.05, "arrival_rate_rps": 10.0}, server={"service_time_mean_s": 0.2})
    totals = run(document, 20.05).summary()["totals"]
    assert totals["completed"] == 0
    assert totals["failed_by_cause"].keys() == {"timed_out"}
    assert totals["wasted"] == pytest.approx(totals["failed"], abs=3)
    summary = run(document, 20.05).summary()
    assert summary["nodes"]["server"]["completed"] == totals["wasted"]


def test_a_waiting_worker_is_occupied() -> None:
    """A slow database fills the servers in front of it: their workers are held while they wait."""
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 40.0, "arrival_process": "constant"}),
            "server": ("web_server", {**IDLE, "worker_count": 10}),
            "database": ("database", {"read_time_mean_s": 0.2, **CONSTANT}),
        },
        "users>server server>database",
    )
    summary = run(document, 20.0).summary()
    assert summary["nodes"]["server"]["utilization_ratio"] == pytest.approx(40 * 0.2 / 10, rel=0.03)


def test_a_slow_node_serves_slower_by_the_factor() -> None:
    simulation = run(pair(), 5.0)
    do(simulation, fault("slow", "server", factor=3.0))
    simulation.advance(6.0)
    assert measured(simulation, 5.0)["totals"]["latency_mean_s"] == pytest.approx(0.03, rel=0.01)
    assert column(simulation, simulation.frame(), "state")["server"] == "slow"
    do(simulation, heal("server"))
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 5.0)["totals"]["latency_mean_s"] == pytest.approx(0.01, rel=0.01)


def test_nothing_passes_a_partition_and_callers_wait() -> None:
    simulation = run(pair(users={"timeout_s": 0.5}), 5.0)
    do(simulation, fault("partition", edge_id="users-server"))
    simulation.advance(5.5)
    arrived = simulation.summary()["nodes"]["server"]["offered"]
    during = measured(simulation, 5.0)
    assert during["nodes"]["server"]["offered"] == 0
    assert during["totals"]["completed"] == 0
    assert during["totals"]["failed_by_cause"].keys() == {"timed_out"}
    assert edge_column(simulation, simulation.frame(), "state") == {"users-server": "partitioned"}
    do(simulation, heal(edge_id="users-server"))
    simulation.advance(simulation.now_s + 1.0)
    assert simulation.check_state() == []
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    assert arrived == pytest.approx(500, abs=2)


def test_an_answer_does_not_pass_a_partition_either() -> None:
    document = pair(users={"timeout_s": 2.0}, server={"service_time_mean_s": 0.5, "worker_count": 100})
    simulation = run(document, 5.0)
    do(simulation, fault("partition", edge_id="users-server"))
    simulation.reset_statistics()
    simulation.advance(6.0)
    summary = simulation.summary()
    assert summary["nodes"]["server"]["completed"] == pytest.approx(50, abs=1)
    assert summary["totals"]["completed"] == 0


def test_a_delayed_connection_takes_longer_by_the_factor() -> None:
    document = pair()
    document["edges"][0]["parameters"] = {"latency_mean_s": 0.01}
    simulation = run(document, 5.0)
    assert measured(simulation, 5.0)["totals"]["latency_mean_s"] == pytest.approx(0.03, rel=0.01)
    do(simulation, fault("delay", edge_id="users-server", factor=5.0))
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 5.0)["totals"]["latency_mean_s"] == pytest.approx(0.11, rel=0.01)
    assert edge_column(simulation, simulation.frame(), "state") == {"users-server": "delayed"}


def cached() -> Json:
    """Return a server that reads through a cache, whose hits spare the database."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 500.0}),
            "server": ("web_server", {**IDLE, "health_check_interval_s": 0.5}),
            "cache": ("cache", {"capacity_entries": 1000, "ttl_s": 0.0}),
            "database": ("database", {}),
        },
        "users>server server>cache server>database",
        classes=[request_class(key_count=1000, zipf_exponent=0.9)],
    )


def test_a_crashed_cache_loads_the_database_and_comes_back_cold() -> None:
    simulation = run(cached(), 30.0)
    warm = measured(simulation, 5.0)
    assert warm["nodes"]["cache"]["hit_ratio"] > 0.97
    do(simulation, fault("crash", "cache"))
    without = measured(simulation, 5.0)
    assert without["totals"]["failed"] == 0
    assert without["nodes"]["database"]["offered"] == pytest.approx(without["totals"]["offered"], abs=5)
    assert without["nodes"]["database"]["offered"] > 20 * warm["nodes"]["database"]["offered"]
    do(simulation, heal("cache"))
    simulation.advance(simulation.now_s + 2.0)
    again = measured(simulation, 1.0)["nodes"]["cache"]["hit_ratio"]
    assert 0.2 < again < 0.95
    simulation.advance(simulation.now_s + 30.0)
    assert measured(simulation, 5.0)["nodes"]["cache"]["hit_ratio"] > 0.97
    assert simulation.check_state() == []


def named(ttl_s: float, *, user_count: int = 50) -> Json:
    """Return users that ask a name server before they call a server."""
    users = {"arrival_rate_rps": 100.0, "arrival_process": "constant", "user_count": user_count}
    return draw(
        {
            "users": ("users", users),
            "dns": ("dns", {"ttl_s": ttl_s, "lookup_time_mean_s": 0.001}),
            "server": ("web_server", IDLE),
            "other": ("web_server", IDLE),
        },
        "users>dns dns>server dns>other",
    )


def test_names_are_asked_once_per_user_and_time_to_live() -> None:
    summary = run(named(10.0), 60.0).summary()
    # About half a second passes between an answer's end and that user's next request.
    assert summary["nodes"]["dns"]["offered"] == pytest.approx(50 * 60 / 10.5, rel=0.1)
    assert summary["nodes"]["server"]["offered"] == pytest.approx(
        summary["nodes"]["other"]["offered"], rel=0.25
    )


def test_known_names_work_while_the_name_server_is_down() -> None:
    simulation = run(named(20.0), 10.0)
    do(simulation, fault("crash", "dns"))
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    simulation.advance(31.0)
    late = measured(simulation, 5.0)["totals"]
    assert late["completed"] == 0
    assert late["failed_by_cause"].keys() == {"node_down"}
    do(simulation, heal("dns"))
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 5.0)["totals"]["failed"] == 0


def test_new_users_fail_while_the_name_server_is_down() -> None:
    simulation = run(named(1000.0, user_count=1000), 5.0)
    do(simulation, fault("crash", "dns"))
    totals = measured(simulation, 2.0)["totals"]
    assert 0 < totals["failed"] < totals["offered"]
    assert totals["completed"] > 0
    assert set(totals["failed_by_cause"]) <= {"node_down", "connection_lost"}


def test_requests_beyond_the_limit_are_refused_and_counted() -> None:
    simulation = start(pair(users={"timeout_s": 100.0}, server={"service_time_mean_s": 50.0}))
    simulation._state.control["in_flight_max"] = 70
    simulation.advance(10.0)
    assert simulation.check_state() == []
    totals = simulation.summary()["totals"]
    assert totals["in_flight"] == 70
    assert totals["failed_by_cause"] == {"limit_reached": totals["offered"] - 70}
    (event,) = happenings(simulation, "limit")
    assert event["values"]["count"] == 70


def test_faults_of_a_document_strike_on_time() -> None:
    document = balanced(2, balancer={"health_check_interval_s": 0.1})
    document["faults"] = [
        {"at_s": 2.0, "fault": "crash", "node_id": "s1", "duration_s": 3.0},
        {"at_s": 4.0, "fault": "delay", "edge_id": "balancer-s2", "factor": 100.0},
    ]
    simulation = start(document)
    states = {}
    for now_s in (1.9, 2.1, 4.9, 5.1):
        simulation.advance(now_s)
        states[now_s] = column(simulation, simulation.frame(), "state")["s1"]
    assert states == {1.9: "up", 2.1: "crashed", 4.9: "crashed", 5.1: "up"}
    simulation.advance(6.0)
    assert edge_column(simulation, simulation.frame(), "state")["balancer-s2"] == "delayed"
    assert simulation.check_state() == []


def gone_and_back(simulation: Simulation, node_id: str) -> None:
    """Remove a node with its connections and put all back, as an undone edit does."""
    document = simulation.document
    node = next(node for node in document["nodes"] if node["id"] == node_id)
    wires = [wire for wire in document["edges"] if node_id in (wire["source"], wire["target"])]
    do(simulation, {"type": "remove_node", "node_id": node_id})
    simulation.advance(simulation.now_s + 0.5)
    do(
        simulation,
        {"type": "add_node", "node": node},
        *(
            {"type": "add_edge", "edge": edge(wire["source"], wire["target"], **wire["parameters"])}
            for wire in wires
        ),
    )


@pytest.mark.parametrize("node_id", ["server", "cache", "database"])
def test_an_undone_removal_leaves_a_working_system(node_id: str) -> None:
    simulation = run(cached(), 10.0)
    gone_and_back(simulation, node_id)
    assert simulation.check_state() == []
    simulation.advance(simulation.now_s + 12.0)
    assert simulation.check_state() == []
    after = measured(simulation, 5.0)
    assert after["totals"]["failed"] == 0
    assert after["nodes"][node_id]["offered"] > 0


def test_removing_a_hung_node_frees_its_callers() -> None:
    simulation = run(pair(users={"timeout_s": 30.0}), 5.0)
    do(simulation, fault("hang", "server"))
    simulation.advance(6.0)
    do(simulation, {"type": "remove_node", "node_id": "server"})
    simulation.advance(6.5)
    assert simulation.check_state() == []
    totals = simulation.summary()["totals"]
    assert totals["in_flight"] == 0
    assert totals["failed"] > 100
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(40.0)
    assert simulation.check_state() == []
