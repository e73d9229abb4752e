"""What callers and servers do to protect themselves: deadlines, cancelling, breakers, bulkheads, shedding, sessions."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, fault, heal, measured, run, set_parameter, start
from tests.simcore.engine.systems import CONSTANT, IDLE, balanced, edge_column, happenings


def slow_pair(users: Json, server: Json | None = None) -> Json:
    """Return users who lose patience with a server that takes 200 ms for each request, one at a time."""
    station = {"service_time_mean_s": 0.2, "worker_count": 1, "queue_capacity": 1000, **CONSTANT}
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 20.0, "arrival_process": "constant", **users}),
            "server": ("web_server", {**station, **(server or {})}),
        },
        "users>server",
    )


def test_who_is_not_waited_for_does_no_work_when_cancelled() -> None:
    patience = {"timeout_s": 0.5}
    wasting = run(slow_pair(patience), 60.0).summary()
    sparing = run(slow_pair({**patience, "cancel_on_timeout": True}), 60.0).summary()
    assert wasting["totals"]["wasted"] > 200
    assert wasting["totals"]["completed"] < 10
    assert sparing["totals"]["wasted"] == 0
    assert sparing["nodes"]["server"]["in_flight"] < 15 < wasting["nodes"]["server"]["in_flight"]
    assert sparing["nodes"]["server"]["failed_by_cause"]["cancelled"] > 500
    assert sparing["totals"]["failed_by_cause"].keys() == {"timed_out"}


def test_a_cancelled_request_leaves_the_line_at_once() -> None:
    document = slow_pair({"timeout_s": 0.5, "cancel_on_timeout": True}, {"service_time_mean_s": 50.0})
    simulation = run(document, 20.0)
    assert simulation.summary()["nodes"]["server"]["in_flight"] == pytest.approx(11, abs=1)


def chain(**caller: object) -> Json:
    """Return users, two servers in a row and a database that takes a second; users wait half a second."""
    server = {**IDLE, "worker_count": 1000, **caller}
    return draw(
        {
            "users": (
                "users",
                {"arrival_rate_rps": 10.0, "arrival_process": "constant", "timeout_s": 0.5, **caller},
            ),
            "front": ("web_server", {**server, "timeout_s": 30.0}),
            "back": ("web_server", {**server, "timeout_s": 30.0}),
            "database": ("database", {"read_time_mean_s": 1.0, "connection_count": 2, **CONSTANT}),
        },
        "users>front front>back back>database",
    )


def test_cancelling_runs_down_the_whole_stack() -> None:
    simulation = run(chain(cancel_on_timeout=True), 20.0)
    for name in ("front", "back"):
        node = simulation.summary()["nodes"][name]
        assert node["in_flight"] == pytest.approx(5, abs=1), name
        assert node["failed_by_cause"].keys() == {"cancelled"}
    database = simulation.summary()["nodes"]["database"]
    assert database["in_flight"] == pytest.approx(7, abs=1)  # two are in service, and go on to the end
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(30.0)
    assert simulation.check_state() == []
    assert sum(node["in_flight"] for node in simulation.summary()["nodes"].values()) == 0


def test_without_cancelling_the_stack_fills_up() -> None:
    simulation = run(chain(), 20.0)
    assert simulation.summary()["nodes"]["front"]["in_flight"] > 100


def test_a_deadline_is_known_to_everybody_below() -> None:
    simulation = run(chain(propagate_deadline=True), 20.0)
    summary = simulation.summary()
    assert summary["totals"]["completed"] == 0
    assert summary["totals"]["failed_by_cause"].keys() <= {"timed_out", "deadline_exceeded"}
    for name in ("front", "back"):
        assert summary["nodes"][name]["failed_by_cause"].keys() == {"deadline_exceeded"}
        assert summary["nodes"][name]["in_flight"] == pytest.approx(5, abs=1)
    assert summary["nodes"]["database"]["failed_by_cause"]["deadline_exceeded"] > 100
    assert summary["nodes"]["database"]["completed"] == 0
    assert summary["totals"]["wasted"] == 0


@pytest.mark.parametrize("propagated", [False, True])
def test_a_request_class_may_have_a_deadline(propagated: bool) -> None:
    document = chain(propagate_deadline=propagated)
    document["workload"]["classes"][0]["deadline_s"] = 0.3
    simulation = run(document, 20.0)
    summary = simulation.summary()
    assert summary["totals"]["failed_by_cause"] == {"deadline_exceeded": summary["totals"]["failed"]}
    assert summary["totals"]["in_flight"] == pytest.approx(3, abs=1)
    assert (summary["nodes"]["back"]["in_flight"] < 5) is propagated


def test_users_of_a_closed_source_outlive_the_deadlines_of_their_requests() -> None:
    document = chain(attempts_max=3, backoff_base_s=0.4)
    document["workload"]["classes"][0]["deadline_s"] = 0.3
    closed = {"workload_model": "closed", "user_count": 10, "think_time_mean_s": 0.2}
    document["nodes"][0]["parameters"].update(closed)
    simulation = start(document)
    for until_s in (5.0, 10.0, 20.0):
        simulation.advance(until_s)
        assert simulation.check_state() == []
    totals = measured(simulation, 20.0)["totals"]
    assert totals["failed_by_cause"] == {"deadline_exceeded": totals["failed"]}
    assert totals["failed"] == pytest.approx(10 * 20 / 0.5, rel=0.15)


def test_what_is_too_late_is_not_tried_again() -> None:
    simulation = run(chain(propagate_deadline=True, attempts_max=5, retry_backoff="none"), 20.0)
    edges = simulation.summary()["edges"]
    assert edges["front-back"]["offered"] == edges["users-front"]["offered"]


def guarded(**users: object) -> Json:
    """Return users with a breaker before one server."""
    guards = {
        "breaker": "consecutive",
        "breaker_failures_max": 3,
        "breaker_open_s": 1.0,
        "timeout_s": 0.5,
        **users,
    }
    return slow_pair(guards, {"service_time_mean_s": 0.001, "worker_count": 10})


def test_a_breaker_opens_tries_and_closes() -> None:
    simulation = run(guarded(), 5.02)
    simulation.frame()
    do(simulation, fault("crash", "server"))
    before = simulation.summary()["edges"]["users-server"]["offered"]
    simulation.advance(7.9)
    opened = simulation.frame()["events"]
    kinds = [event["kind"] for event in opened if event["kind"].startswith("breaker")]
    assert kinds == [
        "breaker_opened", "breaker_half_open", "breaker_opened", "breaker_half_open", "breaker_opened",
    ]  # fmt: skip
    summary = simulation.summary()
    assert summary["edges"]["users-server"]["offered"] - before == 5
    assert summary["totals"]["failed_by_cause"] == {"node_down": 5, "breaker_open": 53}
    do(simulation, heal("server"))
    simulation.advance(10.0)
    events = [event["kind"] for event in simulation.frame()["events"]]
    assert events[-2:] == ["breaker_half_open", "breaker_closed"]
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    assert simulation.check_state() == []


def test_a_breaker_by_ratio_needs_enough_calls() -> None:
    lossy = {"users-server": {"latency_mean_s": 0.0, "loss_ratio": 0.7}}

    def opened(calls_min: int) -> bool:
        document = guarded(
            breaker="failure_ratio", breaker_calls_min=calls_min, breaker_window_s=2.0, timeout_s=0.05
        )
        document["edges"][0]["parameters"] = lossy["users-server"]
        simulation = run(document, 20.0)
        return bool(happenings(simulation, "breaker_opened"))

    assert opened(20)
    assert not opened(200)


def test_probes_whose_caller_dies_do_not_lock_a_breaker() -> None:
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 50.0, "arrival_process": "constant"}),
            "front": (
                "web_server",
                {**IDLE, "breaker": "consecutive", "breaker_failures_max": 2, "breaker_open_s": 0.5},
            ),
            "back": ("web_server", {"service_time_mean_s": 0.4, "worker_count": 100, **CONSTANT}),
        },
        "users>front front>back",
    )
    simulation = run(document, 2.0)
    do(simulation, fault("crash", "back"))
    simulation.advance(3.0)
    do(simulation, heal("back"))
    simulation.advance(3.7)  # a probe is out
    do(simulation, fault("crash", "front"), heal("front"))
    simulation.advance(8.0)
    assert simulation.check_state() == []
    assert measured(simulation, 5.0)["totals"]["failed"] == 0


def test_a_bulkhead_leaves_workers_for_others() -> None:
    def completed(**front: object) -> Json:
        document = draw(
            {
                "users": ("users", {"arrival_rate_rps": 50.0, "timeout_s": 60.0}),
                "front": (
                    "web_server",
                    {**IDLE, "worker_count": 20, "queue_capacity": 0, "timeout_s": 60.0, **front},
                ),
                "back": ("web_server", {"service_time_mean_s": 5.0, "worker_count": 1000, **CONSTANT}),
            },
            "users>front front>back",
        )
        return dict(run(document, 30.0).summary()["nodes"]["front"])

    free, capped = completed(), completed(calls_in_flight_max=5)
    assert free["utilization_ratio"] > 0.9
    assert capped["utilization_ratio"] == pytest.approx(5 / 20, abs=0.02)
    assert capped["failed_by_cause"].keys() == {"queue_full"}


def test_a_server_sheds_who_has_waited_too_long() -> None:
    simulation = run(slow_pair({"timeout_s": 60.0}, {"queue_wait_max_s": 1.0}), 20.0)
    summary = measured(simulation, 40.0)
    assert summary["totals"]["failed_by_cause"].keys() == {"shed"}
    assert summary["totals"]["latency_mean_s"] == pytest.approx(1.2, abs=0.1)
    assert summary["totals"]["completed"] == pytest.approx(200, abs=2)


def test_a_burst_that_passes_is_not_shed() -> None:
    def shed(interval_s: float) -> int:
        server = {"queue_wait_max_s": 0.5, "shed_interval_s": interval_s}
        simulation = run(slow_pair({"timeout_s": 60.0, "arrival_rate_rps": 2.0}, server), 5.0)
        do(simulation, set_parameter("users", "arrival_rate_rps", 20.0))
        simulation.advance(6.0)
        do(simulation, set_parameter("users", "arrival_rate_rps", 2.0))
        simulation.advance(20.0)
        return int(simulation.summary()["totals"]["failed"])

    assert shed(0.0) > 5
    assert shed(30.0) == 0


def test_the_slower_copy_is_wasted_or_cancelled_by_choice() -> None:
    def twice(**balancer: object) -> Json:
        server = {"worker_count": 1, "service_time_mean_s": 0.05, "service_time_distribution": "exponential"}
        hedging = {"hedging": True, "hedge_delay_s": 0.02, **balancer}
        document = balanced(2, balancer=hedging, server=server, users={"arrival_rate_rps": 10.0})
        return run(document, 60.0).summary()

    wasted, cancelled = twice(), twice(cancel_on_timeout=True)
    assert wasted["totals"]["wasted"] > 100
    assert cancelled["totals"]["wasted"] < wasted["totals"]["wasted"]
    done = [
        item["nodes"]["s1"]["completed"] + item["nodes"]["s2"]["completed"] for item in (wasted, cancelled)
    ]
    assert done[1] < done[0]
    assert cancelled["totals"]["latency_mean_s"] < wasted["totals"]["latency_mean_s"]


def test_the_second_copy_goes_to_somebody_else() -> None:
    document = balanced(3, balancer={"hedging": True, "hedge_delay_s": 0.05, "routing_policy": "key_hash"})
    simulation = run(document, 5.0)
    do(simulation, fault("hang", "s1"))
    totals = measured(simulation, 1.0)["totals"]  # before any check has found out
    assert totals["failed"] == 0
    assert totals["completed"] == pytest.approx(300, abs=20)


def test_a_second_copy_in_the_place_of_a_first_whose_answer_was_lost() -> None:
    """One request at a time: the second copy gets the memory that the first has left, and must not count as both."""
    quiet = {"arrival_rate_rps": 5.0}
    simulation = run(balanced(2, balancer={"hedging": True, "hedge_delay_s": 0.05}, users=quiet), 1.0)
    do(simulation, fault("cut_answers", edge_id="balancer-s1"))
    totals = measured(simulation, 2.0)["totals"]  # before any check has found out
    assert simulation.check_state() == []
    assert totals["completed"] == pytest.approx(10, abs=1)
    assert totals["failed"] == 0


def sessions(sticky: bool) -> Simulation:
    users = {"user_count": 10, "arrival_rate_rps": 100.0}
    simulation = run(
        balanced(2, balancer={"sticky_sessions": sticky, "routing_policy": "random"}, users=users), 5.0
    )
    do(simulation, fault("crash", "s1"))
    simulation.advance(20.0)
    do(simulation, heal("s1"))
    simulation.advance(40.0)
    return simulation


def test_users_stay_at_their_server_until_it_is_lost() -> None:
    """After the crash everybody is at the other server, and stays there when the first one is back."""
    assert measured(sessions(sticky=False), 10.0)["nodes"]["s1"]["offered"] > 300
    sticky = measured(sessions(sticky=True), 10.0)
    assert sticky["nodes"]["s1"]["offered"] == 0
    assert sticky["totals"]["failed"] == 0


def test_a_server_whose_requests_fail_is_avoided_for_a_while() -> None:
    """Health checks only ask whether the port is open: a server whose queue is always full passes them."""
    balancer = {"ejection_failures": 5, "ejection_time_s": 10.0, "health_check_interval_s": 0.5}
    document = balanced(2, balancer=balancer)
    for node in document["nodes"]:
        if node["id"] == "s2":
            node["parameters"].update(service_time_mean_s=60.0, worker_count=1, queue_capacity=0)
    simulation = run(document, 1.0)
    assert edge_column(simulation, simulation.frame(), "believed_healthy")["balancer-s2"] is False
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    simulation.advance(14.0)
    assert simulation.summary()["totals"]["failed_by_cause"]["queue_full"] == 5  # it was tried again
    assert simulation.check_state() == []


def test_the_last_server_is_never_avoided() -> None:
    balancer = {"ejection_failures": 1, "ejection_time_s": 100.0}
    simulation = run(balanced(2, balancer=balancer, server={"queue_capacity": 0, "worker_count": 1}), 20.0)
    assert measured(simulation, 10.0)["totals"]["completed"] > 300


@pytest.mark.parametrize(("kind", "pause_s"), [("none", 0.0), ("fixed", 0.4), ("exponential", 0.15)])
def test_retries_pause_as_the_choice_says(kind: str, pause_s: float) -> None:
    """Three attempts at a dead server: two pauses; with jitter they are half of base and of twice the base on average."""
    users = {"attempts_max": 3, "retry_backoff": kind, "backoff_base_s": 0.2 if kind == "fixed" else 0.1}
    simulation = start(slow_pair(users))
    do(simulation, fault("crash", "server"))
    simulation.advance(100.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(110.0)
    meter = simulation._state.meters[simulation._state.nodes["meter"]]
    assert meter["sojourn_sum"].max() / 2000 == pytest.approx(pause_s, rel=0.05, abs=1e-6)


def test_a_back_off_grows_no_further_than_its_limit() -> None:
    users = {"attempts_max": 20, "backoff_base_s": 1.0, "backoff_max_s": 2.0, "arrival_rate_rps": 1.0}
    simulation = start(slow_pair(users))
    do(simulation, fault("crash", "server"))
    simulation.advance(100.0)
    assert simulation.summary()["totals"]["failed"] > 40  # 19 pauses of 1 s each on average
