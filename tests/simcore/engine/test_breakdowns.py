"""Faults that people inject or plan, and breakdowns that come by themselves."""

from __future__ import annotations

import pytest

from simcore import parse
from simcore.program import NONE
from tests.scenarios import Json, do, draw, fault, heal, measured, run, set_parameter, start

STEADY = {"arrival_rate_rps": 100.0, "arrival_process": "constant", "timeout_s": 1.0}
SERVER = {"service_time_mean_s": 0.001, "service_time_distribution": "constant"}


def pair(**server: float) -> Json:
    """Return users and one server."""
    return draw({"users": ("users", STEADY), "server": ("web_server", {**SERVER, **server})}, "users>server")


def cached(**cache: float) -> Json:
    """Return a server with a cache in front of its database."""
    return draw(
        {
            "users": ("users", STEADY),
            "server": ("web_server", SERVER),
            "cache": ("cache", {"ttl_s": 0.0, **cache}),
            "db": ("database", {}),
        },
        "users>server server>cache server>db",
    )


def test_a_restart_ends_by_itself_and_forgets() -> None:
    simulation = run(cached(), 30.0)
    assert measured(simulation, 5.0)["nodes"]["cache"]["hit_ratio"] > 0.95
    do(simulation, fault("restart", "cache", factor=3.0))
    simulation.advance(37.9)
    assert simulation.frame()["nodes"]["state"] == ["crashed", "up", "up", "up"]
    simulation.advance(38.1)
    assert simulation.frame()["nodes"]["state"] == ["up", "up", "up", "up"]
    simulation.advance(45.0)
    after = measured(simulation, 1.0)["nodes"]["cache"]
    assert after["hits"] + after["misses"] > 0
    assert after["hit_ratio"] < 0.7
    assert simulation.check_state() == []


def test_an_early_heal_and_a_second_crash_are_left_alone() -> None:
    simulation = run(pair(), 1.0)
    do(simulation, fault("restart", "server", factor=5.0))
    simulation.advance(2.0)
    do(simulation, heal("server"))
    do(simulation, fault("crash", "server"))
    simulation.advance(10.0)
    assert simulation.frame()["nodes"]["state"][0] == "crashed"
    do(simulation, heal("server"))
    simulation.advance(11.0)
    assert simulation.frame()["nodes"]["state"][0] == "up"
    assert simulation.check_state() == []


def test_a_flushed_cache_works_on_empty() -> None:
    simulation = run(cached(), 30.0)
    do(simulation, fault("flush", "cache"))
    (memory,) = simulation._state.stores
    assert memory.count == memory.begun == 0
    assert (simulation._state.buckets == NONE).all()
    after = measured(simulation, 1.0)
    assert memory.begun == memory.count > 0
    assert after["nodes"]["cache"]["hit_ratio"] < 0.1
    assert after["totals"]["failed"] == 0
    assert simulation.check_state() == []


@pytest.mark.parametrize(
    ("name", "served"), [("cut_requests", False), ("cut_answers", True), ("partition", False)]
)
def test_a_cut_has_a_direction(name: str, served: bool) -> None:
    simulation = run(pair(), 1.0)
    do(simulation, fault(name, edge_id="users-server"))
    assert simulation.frame()["edges"]["state"] == [{"partition": "partitioned"}.get(name, name)]
    simulation.advance(1.01)
    cut = measured(simulation, 5.0)
    assert cut["totals"]["completed"] == 0
    assert (cut["nodes"]["server"]["completed"] > 450) == served
    assert simulation.check_state() == []
    do(simulation, heal(edge_id="users-server"))
    simulation.advance(8.0)
    assert measured(simulation, 5.0)["totals"]["failed"] == 0


def test_lost_packets_time_out_at_the_given_share() -> None:
    simulation = run(pair(), 1.0)
    do(simulation, fault("loss", edge_id="users-server", factor=0.3))
    assert simulation.frame()["edges"]["state"] == ["lossy"]
    simulation.advance(2.1)
    lossy = measured(simulation, 100.0)["totals"]
    assert lossy["failed_by_cause"].keys() == {"timed_out"}
    assert lossy["failed"] / (lossy["failed"] + lossy["completed"]) == pytest.approx(0.3, abs=0.02)
    do(simulation, heal(edge_id="users-server"))
    simulation.advance(simulation.now_s + 1.1)
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    refused = simulation.apply([fault("loss", edge_id="users-server", factor=1.5)])
    assert [item.code for item in refused] == ["S069"]


def test_every_fault_can_be_planned() -> None:
    document = pair()
    document["faults"] = [
        {"at_s": 1.0, "fault": "restart", "node_id": "server", "factor": 2.0},
        {"at_s": 4.0, "fault": "cut_answers", "edge_id": "users-server", "duration_s": 1.0},
    ]
    simulation = start(document)
    seen = []
    for now_s in (0.9, 1.1, 2.9, 3.1, 4.1, 5.1):
        simulation.advance(now_s)
        frame = simulation.frame()
        seen.append((frame["nodes"]["state"][0], frame["edges"]["state"][0]))
    assert seen == [
        ("up", "up"), ("crashed", "up"), ("crashed", "up"), ("up", "up"), ("up", "cut_answers"), ("up", "up"),
    ]  # fmt: skip
    document["faults"][0]["fault"] = "flush"
    assert parse(document).scenario is None


def test_breakdowns_come_by_themselves_and_end_with_the_parameter() -> None:
    simulation = run(pair(mtbf_s=10.0, mttr_s=5.0), 200.0)
    events = [event["message"] for event in simulation.frame()["events"]]
    assert "{node} broke down by itself." in events
    assert "{node} is back." in events
    while simulation.frame()["nodes"]["state"][0] == "up":
        simulation.advance(simulation.now_s + 0.5)
    do(simulation, set_parameter("server", "mtbf_s", 0.0))
    assert simulation.check_state() == []
    simulation.advance(simulation.now_s + 0.1)
    assert simulation.frame()["nodes"]["state"][0] == "up"
    simulation.advance(simulation.now_s + 2.0)
    assert measured(simulation, 100.0)["totals"]["failed"] == 0


def test_a_person_may_heal_a_breakdown_and_break_again() -> None:
    simulation = start(pair(mtbf_s=5.0, mttr_s=1000.0))
    while simulation.frame()["nodes"]["state"][0] == "up":
        simulation.advance(simulation.now_s + 0.5)
    do(simulation, heal("server"))
    simulation.advance(simulation.now_s + 0.5)
    assert simulation.frame()["nodes"]["state"][0] == "up"
    do(simulation, fault("hang", "server"))
    simulation.advance(simulation.now_s + 50.0)
    assert simulation.frame()["nodes"]["state"][0] == "hung"
    assert simulation.check_state() == []


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_crash_with_thousands_of_requests_at_once_is_survived(by_itself: bool) -> None:
    """Each of them answers over a wire with delay: so many events are planned in one instant."""
    busy = {"worker_count": 20_000, "service_time_mean_s": 50.0, "service_time_distribution": "constant"}
    own = {"mtbf_s": 3.0, "mttr_s": 2.0} if by_itself else {}
    document = draw(
        {"users": ("users", {"arrival_rate_rps": 4_000.0, "timeout_s": 60.0}), "server": ("web_server", {**busy, **own})},
        "users>server",
        links={"users-server": {"latency_mean_s": 0.01}},
    )  # fmt: skip
    simulation = start(document)
    simulation.advance(2.0)
    if not by_itself:
        do(simulation, fault("crash", "server"))
    simulation.advance(30.0 if by_itself else 3.0)
    assert simulation.check_state() == []
    assert simulation.summary()["totals"]["failed_by_cause"]["connection_lost"] > 5_000
