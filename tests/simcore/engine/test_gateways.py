"""Gateways and balancers of both layers: who may come in, which way requests take, and what steers it."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import analyze, parse
from tests.scenarios import Json, do, draw, fault, measured, request_class, run, set_parameter
from tests.simcore.engine.systems import IDLE, balanced, with_parameters
from tests.simcore.engine.test_balancing import shares


def door(kind: str = "api_gateway", *, users: Json | None = None, **gateway: Any) -> Json:
    """Return people, a gateway, and a service for photos beside one for all else."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 200.0, "user_count": 20, **(users or {})}),
            "gate": (kind, {"gateway_time_mean_s": 0.0, **gateway} if kind == "api_gateway" else gateway),
            "photos": ("web_server", IDLE),
            "rest": ("web_server", IDLE),
        },
        "users>gate gate>photos gate>rest",
        classes=[
            {**request_class(), "name": "photos"},
            {**request_class(share=3.0), "name": "feed"},
        ],
        links={"gate-photos": {"latency_mean_s": 0.0, "request_classes": "photos, nothing"}},
    )


@pytest.mark.parametrize("kind", ["api_gateway", "load_balancer"])
def test_a_class_takes_the_way_that_names_it(kind: str) -> None:
    simulation = run(door(kind), 20.0)
    summary = simulation.summary()
    assert summary["nodes"]["photos"]["offered"] == summary["classes"]["photos"]["completed"]
    assert summary["nodes"]["rest"]["offered"] == summary["classes"]["feed"]["completed"]
    do(
        simulation,
        {"type": "set_edge_parameter", "edge_id": "gate-photos", "name": "request_classes", "value": "feed"},
    )
    after = measured(simulation, 20.0)
    assert after["nodes"]["photos"]["offered"] == pytest.approx(after["classes"]["feed"]["completed"], abs=2)


def test_a_way_for_a_class_that_does_not_exist_is_remarked_on() -> None:
    scenario = parse(door()).scenario
    assert scenario is not None
    (found,) = [item for item in analyze(scenario).diagnostics if item.code == "A060"]
    assert (found.edge_id, found.values["names"]) == ("gate-photos", "nothing")


def test_a_class_that_no_way_is_for_fails() -> None:
    document = door()
    document["edges"] = [edge for edge in document["edges"] if edge["target"] != "rest"]
    summary = run(document, 10.0).summary()
    assert summary["classes"]["feed"]["failed_by_cause"] == {
        "no_target": summary["classes"]["feed"]["offered"]
    }
    assert summary["classes"]["photos"]["failed"] == 0


@pytest.mark.parametrize("kind", ["api_gateway", "rate_limiter"])
def test_each_user_has_a_bucket(kind: str) -> None:
    """20 users send 10 requests/s each: twice their limit, once the burst is used up."""
    document = door(kind, user_limit_rps=5.0, user_burst=30)
    document["edges"][1]["parameters"] = {}
    simulation = run(document, 2.0)
    early = simulation.summary()["totals"]
    assert early["failed"] == 0
    simulation.advance(20.0)
    totals = measured(simulation, 60.0)["totals"]
    assert totals["completed"] == pytest.approx(20 * 5 * 60, rel=0.02)
    assert set(totals["failed_by_cause"]) == {"rate_limited"}
    do(simulation, set_parameter("gate", "user_limit_rps", 100.0))
    assert measured(simulation, 10.0)["totals"]["failed"] == 0


def test_one_greedy_population_does_not_use_up_what_others_may_ask() -> None:
    """The limit for all strikes everybody; that of each user strikes the greedy alone."""
    failed = {}
    for name, limits in {"all": {"limit_rps": 100.0, "burst": 10}, "each": {"user_limit_rps": 20.0}}.items():
        document = draw(
            {
                "calm": ("users", {"arrival_rate_rps": 20.0, "user_count": 400}),
                "greedy": ("users", {"arrival_rate_rps": 500.0, "user_count": 1}),
                "gate": ("api_gateway", {"gateway_time_mean_s": 0.0, **limits}),
                "server": ("web_server", IDLE),
            },
            "calm>gate greedy>gate gate>server",
        )
        summary = run(document, 60.0).summary()["edges"]["calm-gate"]
        failed[name] = summary["failed"] / summary["offered"]
    assert failed["all"] > 0.5
    assert failed["each"] < 0.02


def test_bad_credentials_and_large_payloads_stay_outside() -> None:
    refused = run(door(bad_credentials_ratio=0.25), 60.0).summary()
    totals = refused["totals"]
    assert totals["failed_by_cause"]["refused"] == pytest.approx(0.25 * totals["offered"], rel=0.06)
    assert refused["nodes"]["photos"]["offered"] + refused["nodes"]["rest"]["offered"] == totals["completed"]
    assert run(door(payload_max_bytes=999), 5.0).summary()["totals"]["completed"] == 0
    assert run(door(payload_max_bytes=1_000), 5.0).summary()["totals"]["failed"] == 0


def test_least_latency_prefers_the_fast_and_leaves_the_failing() -> None:
    document = balanced(3, balancer={"routing_policy": "least_latency"})
    document = with_parameters(document, "s3", service_time_mean_s=0.05)
    simulation = run(document, 10.0)
    divided = shares(measured(simulation, 30.0))
    assert divided["s3"] < 0.1 < 0.3 < divided["s1"]
    do(simulation, set_parameter("balancer", "timeout_s", 2.0), fault("crash", "s1"))
    failed = measured(simulation, 30.0)["totals"]["failed"]
    assert failed <= 150


def test_a_hash_of_the_user_keeps_everybody_at_one_server() -> None:
    document = balanced(2, balancer={"routing_policy": "user_hash"}, users={"user_count": 1})
    assert sorted(shares(run(document, 5.0).summary()).values()) == [0.0, 1.0]
    document = balanced(2, balancer={"routing_policy": "user_hash"}, users={"user_count": 500})
    assert min(shares(run(document, 10.0).summary()).values()) > 0.4


def test_stand_by_servers_wait_until_the_first_is_believed_dead() -> None:
    checks = {"health_check_interval_s": 0.5, "routing_policy": "failover"}
    simulation = run(balanced(2, balancer=checks), 5.0)
    assert shares(simulation.summary())["s1"] == 1.0
    do(simulation, fault("crash", "s1"))
    simulation.advance(10.0)
    assert shares(measured(simulation, 5.0))["s2"] == 1.0


def test_layer_4_spreads_connections_not_requests() -> None:
    """A server that joins gets no load from those whose connections are open; at layer 7 it does at once."""
    share = {}
    for layer in ("l4", "l7"):
        document = balanced(2, balancer={"layer": layer, "connection_idle_s": 10.0}, users={"user_count": 20})
        simulation = run(document, 10.0)
        document = balanced(3)
        node = next(item for item in document["nodes"] if item["id"] == "s3")
        wire = next(item for item in document["edges"] if item["target"] == "s3")
        do(simulation, {"type": "add_node", "node": node}, {"type": "add_edge", "edge": wire})
        simulation.advance(20.0)
        share[layer] = shares(measured(simulation, 10.0))["s3"]
    assert share["l4"] == 0.0
    assert share["l7"] == pytest.approx(1 / 3, abs=0.01)


def test_idle_connections_are_opened_anew() -> None:
    document = balanced(
        2,
        balancer={"layer": "l4", "connection_idle_s": 0.5},
        users={"user_count": 1, "arrival_rate_rps": 1.0},
    )
    assert shares(run(document, 40.0).summary())["s1"] == pytest.approx(0.5, abs=0.05)
    document = with_parameters(document, "balancer", connection_idle_s=5.0)
    assert sorted(shares(run(document, 40.0).summary()).values()) == [0.0, 1.0]


def test_layer_4_does_not_try_again() -> None:
    flaky = {"attempts_max": 3, "health_check_interval_s": 100.0}
    failed = {}
    for layer in ("l4", "l7"):
        simulation = run(balanced(2, balancer={"layer": layer, **flaky}, users={"user_count": 200}), 5.0)
        do(simulation, fault("crash", "s1"))
        failed[layer] = measured(simulation, 20.0)["totals"]["failed"]
    assert failed["l4"] > 2_000
    assert failed["l7"] == pytest.approx(failed["l4"] / 4, rel=0.15)  # three times the dead one of two


def test_a_server_out_of_rotation_finishes_and_gets_no_more() -> None:
    simulation = run(balanced(2, server={"service_time_mean_s": 0.5, "worker_count": 1000}), 10.0)
    drain: Json = {"type": "set_edge_parameter", "edge_id": "balancer-s1", "name": "drained", "value": True}
    do(simulation, drain)
    simulation.reset_statistics()
    simulation.advance(20.0)
    summary = simulation.summary()
    assert summary["edges"]["balancer-s1"]["offered"] == 0
    assert summary["edges"]["balancer-s1"]["completed"] == pytest.approx(75, abs=1)
    assert summary["totals"]["failed"] == 0
    do(simulation, {**drain, "value": False})
    assert shares(measured(simulation, 10.0))["s1"] == pytest.approx(0.5, abs=0.01)
