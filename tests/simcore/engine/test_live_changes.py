"""Parameters that change while requests are on their way."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import do, draw, measured, request_class, run, set_parameter
from tests.simcore.engine.systems import CONSTANT, IDLE, balanced


def station(rate_rps: float, **server: object) -> Simulation:
    """Return a run of users and one server with 100 ms of work per request."""
    parameters = {"service_time_mean_s": 0.1, "queue_capacity": 100_000, **CONSTANT, **server}
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, "arrival_process": "constant"}),
            "server": ("web_server", parameters),
        },
        "users>server",
    )
    return run(document, 5.0)


def test_a_new_rate_holds_at_once() -> None:
    simulation = station(10.0)
    for rate_rps in (200.0, 0.0, 1.0, 50.0):
        do(simulation, set_parameter("users", "arrival_rate_rps", rate_rps))
        assert measured(simulation, 10.0)["totals"]["offered"] == pytest.approx(rate_rps * 10.0, abs=1)
    assert simulation.check_state() == []


def test_more_workers_take_from_the_line_at_once() -> None:
    simulation = station(100.0, worker_count=1)
    waiting = simulation.summary()["totals"]["in_flight"]
    assert waiting > 400
    do(simulation, set_parameter("server", "worker_count", 10_000))
    assert simulation.check_state() == []
    simulation.advance(simulation.now_s + 0.101)
    summary = simulation.summary()
    assert summary["totals"]["completed"] >= waiting
    assert summary["totals"]["failed"] == 0


def test_fewer_workers_finish_what_they_began() -> None:
    simulation = station(100.0, worker_count=50)
    do(simulation, set_parameter("server", "worker_count", 2))
    assert simulation.check_state() == []
    simulation.reset_statistics()
    simulation.advance(simulation.now_s + 0.1)
    assert simulation.summary()["totals"]["completed"] == pytest.approx(10, abs=1)
    later = measured(simulation, 5.0)["nodes"]["server"]
    assert later["throughput_rps"] == pytest.approx(20.0, rel=0.03)
    assert later["utilization_ratio"] == pytest.approx(1.0, abs=0.01)
    assert simulation.check_state() == []


def test_a_new_service_time_holds_for_those_not_yet_begun() -> None:
    simulation = station(20.0, worker_count=10)
    do(simulation, set_parameter("server", "service_time_mean_s", 0.3))
    simulation.advance(simulation.now_s + 0.4)
    assert measured(simulation, 5.0)["totals"]["latency_mean_s"] == pytest.approx(0.3, rel=0.01)
    do(simulation, set_parameter("server", "service_time_distribution", "exponential"))
    simulation.advance(simulation.now_s + 0.4)
    spread = measured(simulation, 200.0)["totals"]
    assert spread["latency_p99_s"] > 1.2
    assert spread["latency_mean_s"] == pytest.approx(0.3, rel=0.1)


def test_a_shorter_timeout_holds_for_new_calls() -> None:
    simulation = station(20.0, worker_count=10)
    do(simulation, set_parameter("users", "timeout_s", 0.05))
    simulation.reset_statistics()
    simulation.advance(simulation.now_s + 10.0)
    totals = simulation.summary()["totals"]
    assert totals["completed"] == pytest.approx(2, abs=1)  # those that were on their way
    assert totals["failed_by_cause"].keys() == {"timed_out"}
    assert simulation.check_state() == []


def test_a_refused_change_changes_nothing() -> None:
    simulation = station(20.0)
    before = simulation.digest()
    document = simulation.document
    for change in (
        set_parameter("server", "worker_count", -3),
        set_parameter("server", "worker_count", float("nan")),
        set_parameter("nobody", "worker_count", 3),
        {"type": "remove_edge", "edge_id": "nothing"},
        {"type": "fault", "fault": "explode", "node_id": "server"},
        {"type": "no such thing"},
    ):
        diagnostics = simulation.apply([set_parameter("server", "worker_count", 7), change])
        assert [item for item in diagnostics if item.severity == "error"], change
    assert simulation.digest() == before
    assert simulation.document == document
    assert simulation.action_log == []


def test_actions_are_logged_with_the_simulated_time() -> None:
    simulation = station(20.0)
    change = set_parameter("server", "worker_count", 7)
    do(simulation, change)
    assert simulation.action_log == [{"at_s": 5.0, "changes": [change]}]
    assert simulation.document["nodes"][1]["parameters"]["worker_count"] == 7


def test_a_smaller_cache_keeps_its_newest_entries() -> None:
    """Constant arrivals ask for keys at random; right after the cut, the latest keys still hit."""
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 1000.0, "arrival_process": "constant"}),
            "server": ("web_server", IDLE),
            "cache": ("cache", {"capacity_entries": 10_000, "ttl_s": 0.0, "service_time_mean_s": 0.0}),
        },
        "users>server server>cache",
        classes=[request_class(key_count=1000, zipf_exponent=1.2)],
    )
    simulation = run(document, 60.0)
    full = measured(simulation, 5.0)["nodes"]["cache"]["hit_ratio"]
    do(simulation, set_parameter("cache", "capacity_entries", 200))
    assert simulation.check_state() == []
    cut = measured(simulation, 0.5)["nodes"]["cache"]["hit_ratio"]
    simulation.advance(simulation.now_s + 30.0)
    settled = measured(simulation, 20.0)["nodes"]["cache"]["hit_ratio"]
    assert full > 0.99
    # Nothing has to be learnt again: at once as good as it will ever be with so little room.
    assert cut == pytest.approx(settled, abs=0.05)
    assert 0.5 < settled < 0.95
    do(simulation, set_parameter("cache", "capacity_entries", 0))
    assert measured(simulation, 5.0)["nodes"]["cache"]["hits"] == 0
    do(simulation, set_parameter("cache", "capacity_entries", 5000))
    simulation.advance(simulation.now_s + 60.0)
    assert measured(simulation, 5.0)["nodes"]["cache"]["hit_ratio"] > 0.99
    assert simulation.check_state() == []


def test_a_new_workload_holds_at_once_and_old_requests_end() -> None:
    simulation = run(balanced(2), 5.0)
    workload = {"classes": [request_class("write", share=3.0), request_class("read", share=1.0)]}
    do(simulation, {"type": "set_workload", "workload": workload})
    assert simulation.layout()["classes"] == ["write", "read"]
    summary = measured(simulation, 20.0)
    assert simulation.check_state() == []
    offered = {name: books["offered"] for name, books in summary["classes"].items()}
    assert offered["write"] / offered["read"] == pytest.approx(3.0, rel=0.1)
    assert summary["totals"]["failed"] == 0


def test_a_request_on_demand_is_traced_though_others_are_traced_by_chance() -> None:
    document = draw(
        {
            "many": ("users", {"arrival_rate_rps": 1000.0, "arrival_process": "constant"}),
            "few": ("users", {"arrival_rate_rps": 0.1, "arrival_process": "constant"}),
            "server": ("web_server", {"worker_count": 100}),
        },
        "many>server few>server",
    )
    simulation = run(document, 1.0)
    do(simulation, {"type": "inject", "node_id": "few"})
    simulation.advance(9.9)
    sampled = {trace["id"] for trace in simulation.traces("recent")}
    assert sampled  # of the many
    assert simulation.trace() == []
    simulation.advance(11.0)
    (trace,) = simulation.trace()
    assert trace["id"] not in sampled
    assert trace["spans"][0]["node_id"] == "few"


def test_a_request_is_sent_and_traced_on_demand() -> None:
    simulation = run(balanced(2, users={"arrival_rate_rps": 1.0}), 5.0)
    simulation.frame()
    do(simulation, {"type": "inject", "node_id": "users"})
    simulation.advance(7.0)
    traces = simulation.frame()["traces"]
    assert traces
    trace = traces[-1]
    nodes = [simulation.layout()["nodes"][span[2]] for span in trace["spans"]]
    assert nodes[:2] == ["users", "balancer"]
    assert trace["outcome"] == "ok"
    for _, parent, _, _, start_s, wait_s, end_s, outcome in trace["spans"]:
        assert outcome == "ok"
        assert trace["started_s"] <= start_s <= end_s <= trace["ended_s"]
        assert wait_s >= 0.0
        if parent >= 0:
            assert trace["spans"][parent][4] <= start_s
