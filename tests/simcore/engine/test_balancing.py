"""Balancers: who gets how much, when a dead server is noticed, and what a new one changes."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, edge, fault, heal, measured, request_class, run, start
from tests.simcore.engine.systems import balanced, column, edge_column, happenings

INTERVAL_S, THRESHOLD, TIMEOUT_S = 0.5, 3, 0.2
CHECKS: Json = {
    "health_check_interval_s": INTERVAL_S,
    "unhealthy_threshold": THRESHOLD,
    "healthy_threshold": 2,
    "health_check_timeout_s": TIMEOUT_S,
}


def shares(summary: Json) -> dict[str, float]:
    """Return each server's share of the requests that the balancer sent."""
    sent = {
        name.removeprefix("balancer-"): books["offered"]
        for name, books in summary["edges"].items()
        if name.startswith("balancer-")
    }
    return {name: count / sum(sent.values()) for name, count in sent.items()}


@pytest.mark.parametrize(("broken", "check_s"), [("crash", 0.0), ("hang", TIMEOUT_S)])
def test_detection_takes_as_many_checks_as_the_threshold_says(broken: str, check_s: float) -> None:
    simulation = run(balanced(balancer=CHECKS), 10.1)
    simulation.frame()
    do(simulation, fault(broken, "s2"))
    simulation.advance(20.0)
    (detected,) = happenings(simulation, "detected")
    assert detected["node_id"] == "s2"
    assert detected["edge_id"] == "balancer-s2"
    took_s = detected["at_s"] - 10.1
    shortest_s = (THRESHOLD - 1) * (INTERVAL_S + check_s) + check_s
    assert shortest_s <= took_s <= shortest_s + INTERVAL_S + check_s + 0.01


def test_errors_stop_when_a_crash_is_noticed_and_recovery_takes_good_checks() -> None:
    simulation = run(balanced(balancer=CHECKS), 10.0)
    simulation.frame()
    simulation.reset_statistics()
    do(simulation, fault("crash", "s2"))
    simulation.advance(15.0)
    (detected,) = happenings(simulation, "detected")
    totals = simulation.summary()["totals"]
    assert totals["failed"] == pytest.approx(100.0 * (detected["at_s"] - 10.0), rel=0.1, abs=3)
    assert set(totals["failed_by_cause"]) <= {"node_down", "connection_lost"}
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    frame = simulation.frame()
    assert column(simulation, frame, "state")["s2"] == "crashed"
    assert edge_column(simulation, frame, "believed_healthy") == {
        "users-balancer": True,
        "balancer-s1": True,
        "balancer-s2": False,
        "balancer-s3": True,
    }
    do(simulation, heal("s2"))
    healed_s = simulation.now_s
    simulation.advance(healed_s + 5.0)
    (recovered,) = happenings(simulation, "recovered")
    assert INTERVAL_S <= recovered["at_s"] - healed_s <= 2 * INTERVAL_S + 0.01
    assert shares(measured(simulation, 5.0))["s2"] == pytest.approx(1 / 3, rel=0.02)


def test_without_any_healthy_server_requests_fail_at_once() -> None:
    simulation = run(balanced(2, balancer=CHECKS), 5.0)
    do(simulation, fault("crash", "s1"), fault("crash", "s2"))
    simulation.advance(10.0)
    totals = measured(simulation, 5.0)["totals"]
    assert totals["completed"] == 0
    assert set(totals["failed_by_cause"]) == {"no_healthy_target"}


def test_a_server_added_live_lowers_the_load_of_the_others() -> None:
    simulation = run(balanced(2), 5.0)
    before = measured(simulation, 10.0)
    assert before["nodes"]["s1"]["utilization_ratio"] == pytest.approx(150 * 0.01 / 4, rel=0.02)
    node = next(node for node in simulation.document["nodes"] if node["id"] == "s1")
    do(
        simulation,
        {"type": "add_node", "node": {**node, "id": "s9", "name": "New"}},
        {"type": "add_edge", "edge": edge("balancer", "s9", latency_mean_s=0.0)},
    )
    assert simulation.check_state() == []
    after = measured(simulation, 10.0)
    for name in ("s1", "s2", "s9"):
        assert after["nodes"][name]["utilization_ratio"] == pytest.approx(100 * 0.01 / 4, rel=0.02)
    assert after["totals"]["failed"] == 0


def test_a_removed_server_finishes_what_it_serves_and_can_come_back() -> None:
    simulation = run(balanced(3, server={"service_time_mean_s": 0.5, "worker_count": 100}), 5.05)
    simulation.reset_statistics()
    node = next(node for node in simulation.document["nodes"] if node["id"] == "s3")
    do(simulation, {"type": "remove_node", "node_id": "s3"})
    assert simulation.layout()["nodes"] == ["balancer", "s1", "s2", "users"]
    simulation.advance(10.0)
    assert simulation.check_state() == []
    assert simulation.summary()["totals"]["failed"] == 0
    do(
        simulation,
        {"type": "add_node", "node": node},
        {"type": "add_edge", "edge": edge("balancer", "s3", latency_mean_s=0.0)},
    )
    after = measured(simulation, 10.0)
    assert simulation.check_state() == []
    assert after["totals"]["failed"] == 0
    assert shares(after)["s3"] == pytest.approx(1 / 3, rel=0.02)


def policy_run(policy: str, *, weights: Json | None = None, slow: str | None = None) -> Simulation:
    """Run a policy over three servers, perhaps with one that is ten times slower."""
    document = balanced(3, balancer={"routing_policy": policy}, users={"arrival_process": "poisson"})
    for wire in document["edges"]:
        wire["parameters"].update((weights or {}).get(wire["id"], {}))
    simulation = start(document)
    if slow:
        do(simulation, fault("slow", slow))
    simulation.advance(5.0)
    simulation.reset_statistics()
    simulation.advance(35.0)
    assert simulation.check_state() == []
    return simulation


@pytest.mark.parametrize("policy", ["round_robin", "least_outstanding", "power_of_two", "random", "key_hash"])
def test_equal_servers_get_equal_shares(policy: str) -> None:
    for share in shares(policy_run(policy).summary()).values():
        assert share == pytest.approx(1 / 3, abs=0.03)


def test_only_policies_that_count_what_is_outstanding_spare_a_slow_server() -> None:
    slow_share = {
        policy: shares(policy_run(policy, slow="s2").summary())["s2"]
        for policy in ("round_robin", "random", "least_outstanding", "power_of_two")
    }
    assert slow_share["round_robin"] == pytest.approx(1 / 3, abs=0.01)
    assert slow_share["random"] == pytest.approx(1 / 3, abs=0.02)
    assert slow_share["least_outstanding"] < 0.2
    assert slow_share["power_of_two"] < 0.25


def test_shares_follow_the_weights() -> None:
    weights = {"balancer-s1": {"weight": 1.0}, "balancer-s2": {"weight": 3.0}, "balancer-s3": {"weight": 0.0}}
    share = shares(policy_run("weighted", weights=weights).summary())
    assert share == {
        "s1": pytest.approx(0.25, abs=0.02),
        "s2": pytest.approx(0.75, abs=0.02),
        "s3": 0.0,
    }


def cached_servers(policy: str) -> Json:
    """Return two balanced servers with a cache each: a key that moves between servers misses."""
    station = {"service_time_mean_s": 0.0}
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 500.0}),
            "balancer": ("load_balancer", {"routing_policy": policy}),
            "s1": ("web_server", station),
            "s2": ("web_server", station),
            "c1": ("cache", {"ttl_s": 0.0}),
            "c2": ("cache", {"ttl_s": 0.0}),
        },
        "users>balancer balancer>s1 balancer>s2 s1>c1 s2>c2",
        classes=[request_class(key_count=200)],
    )


def test_hashing_sends_equal_keys_to_the_same_server() -> None:
    misses = {
        policy: sum(
            run(cached_servers(policy), 40.0).summary()["nodes"][name]["misses"] for name in ("c1", "c2")
        )
        for policy in ("key_hash", "round_robin")
    }
    assert misses["key_hash"] < 220  # each of 200 keys once, but for those asked again while on their way
    assert misses["round_robin"] > 380


def test_a_policy_may_change_while_it_runs() -> None:
    simulation = policy_run("round_robin", slow="s2")
    do(
        simulation,
        {
            "type": "set_parameter",
            "node_id": "balancer",
            "name": "routing_policy",
            "value": "least_outstanding",
        },
    )
    simulation.advance(simulation.now_s + 5.0)
    assert shares(measured(simulation, 20.0))["s2"] < 0.2


def test_a_full_balancer_refuses() -> None:
    document = balanced(
        2, balancer={"connections_max": 3}, server={"service_time_mean_s": 1.0, "worker_count": 100}
    )
    summary = run(document, 20.0).summary()
    assert summary["totals"]["failed_by_cause"].keys() == {"queue_full"}
    assert summary["totals"]["completed"] == pytest.approx(3 * 20, abs=3)
    assert summary["nodes"]["balancer"]["utilization_ratio"] == pytest.approx(1.0, abs=0.01)
