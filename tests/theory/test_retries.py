"""Retries multiply work, and answers that come late are worth nothing."""

from __future__ import annotations

import itertools

import pytest

from tests.scenarios import Json, do, draw, edge, fault, heal, measured, run, start
from tests.theory.oracle import EXPECTED, UNBOUNDED

#: A server that does nothing but pass on.
IDLE: Json = {"service_time_mean_s": 0.0, "worker_count": 1000}


@pytest.mark.parametrize(("loss_ratio", "attempts"), [(0.5, 4), (0.1, 3)])
def test_attempts_that_fail_independently(loss_ratio: float, attempts: int) -> None:
    users = {
        "arrival_rate_rps": 1000.0,
        "timeout_s": 0.001,
        "attempts_max": attempts,
        "backoff_base_s": 0.0,
    }
    document = draw(
        {"users": ("users", users), "server": ("web_server", IDLE)},
        "users>server",
        links={"users-server": {"latency_mean_s": 0.0, "loss_ratio": loss_ratio}},
    )
    summary = run(document, 300.0).summary()
    totals, sent = summary["totals"], summary["edges"]["users-server"]["offered"]
    expected_attempts, expected_success = EXPECTED[f"Retry-{loss_ratio}-{attempts}"]
    assert sent / totals["offered"] == pytest.approx(expected_attempts, rel=0.005)
    assert totals["completed"] / totals["offered"] == pytest.approx(expected_success, rel=0.005)
    assert totals["retry_amplification_ratio"] == pytest.approx(sent / totals["offered"], rel=1e-4)


def chain(depth: int, attempts: int) -> Json:
    """Return callers in a row that each try so often, in front of a leaf that may be broken."""
    tries = {"attempts_max": attempts, "backoff_base_s": 0.0, "timeout_s": 100.0}
    tiers = {f"tier-{i}": ("web_server", {**IDLE, **tries}) for i in range(1, depth)}
    names = ["users", *tiers, "leaf"]
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 5.0, "arrival_process": "constant", **tries}),
            **tiers,
            "leaf": ("web_server", IDLE),
        },
        " ".join(f"{source}>{target}" for source, target in itertools.pairwise(names)),
    )


@pytest.mark.parametrize(
    ("depth", "attempts", "expected"), [(3, 3, EXPECTED["Retry-chain"]), (5, 3, 243), (1, 5, 5), (4, 1, 1)]
)
def test_attempts_multiply_from_tier_to_tier(depth: int, attempts: int, expected: int) -> None:
    simulation = start(chain(depth, attempts))
    do(simulation, fault("crash", "leaf"))
    simulation.advance(10.1)
    assert simulation.check_state() == []
    summary = simulation.summary()
    offered = summary["totals"]["offered"]
    assert offered == 50
    assert summary["nodes"]["leaf"]["offered"] == expected * offered
    assert summary["totals"]["failed_by_cause"] == {"node_down": offered}
    do(simulation, heal("leaf"))
    assert measured(simulation, 10.0)["totals"]["failed"] == 0


def test_every_leaf_must_answer() -> None:
    """With n leaves that each fail one time in a hundred, 1 - 0.99 ** n of all requests fail."""
    for count, expected in zip((1, 10, 100), EXPECTED["FanoutTail"], strict=True):
        leaves = {f"leaf-{i}": ("web_server", IDLE) for i in range(count)}
        wires = " ".join(f"root>{leaf}" for leaf in leaves)
        lossy = {f"root-{leaf}": {"latency_mean_s": 0.0, "loss_ratio": 0.01} for leaf in leaves}
        document = draw(
            {
                "users": ("users", {"arrival_rate_rps": 1000.0}),
                "root": ("web_server", {**IDLE, "timeout_s": 0.001}),
                **leaves,
            },
            f"users>root {wires}",
            links=lossy,
        )
        totals = run(document, 200.0 if count == 1 else 30.0).summary()["totals"]
        assert totals["failed"] / totals["offered"] == pytest.approx(
            expected, rel=0.06 if count == 1 else 0.03
        )


def diamond(order: tuple[int, ...]) -> Json:
    """Return A over {B, C} to D, with its nodes and edges in another order."""
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 200.0, "timeout_s": 0.05, "attempts_max": 2}),
            "a": ("load_balancer", {}),
            "b": ("web_server", {"worker_count": 2}),
            "c": ("web_server", {"worker_count": 2}),
            "d": ("web_server", {"worker_count": 3, "queue_capacity": 2}),
        },
        "users>a a>b a>c b>d c>d",
        links={"b-d": {"loss_ratio": 0.05}, "c-d": {}},
    )
    document["nodes"] = [document["nodes"][i] for i in order]
    document["edges"] = [document["edges"][i] for i in reversed(order)]
    return document


def test_a_diamond_is_the_same_in_any_order() -> None:
    reference = run(diamond((0, 1, 2, 3, 4)), 10.0).summary()
    for books in (reference["totals"], *reference["nodes"].values(), *reference["edges"].values()):
        assert books["offered"] == books["completed"] + books["failed"] + books["in_flight"]
    assert reference["totals"]["failed"] > 0
    assert reference["nodes"]["b"]["offered"] == pytest.approx(reference["nodes"]["c"]["offered"], abs=1)
    for order in itertools.islice(itertools.permutations(range(5)), 0, None, 17):
        assert run(diamond(order), 10.0).summary() == reference


def overloaded_for_a_while(users: Json, servers: Json) -> float:
    """Return the goodput (requests/s) long after one of two servers was away for five seconds at 70 % load."""
    server = {
        "worker_count": 5,
        "service_time_mean_s": 0.1,
        "service_time_distribution": "exponential",
        "queue_capacity": UNBOUNDED,
        **servers,
    }
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 70.0, "timeout_s": 1.0, "backoff_base_s": 0.0, **users}),
            "balancer": (
                "load_balancer",
                {
                    "routing_policy": "least_outstanding",
                    "health_check_interval_s": 0.1,
                    "unhealthy_threshold": 1,
                    "connections_max": 1_000_000,
                },
            ),
            "one": ("web_server", server),
            "two": ("web_server", server),
        },
        "users>balancer balancer>one balancer>two",
        faults=[{"at_s": 5.0, "fault": "crash", "node_id": "two", "duration_s": 5.0}],
    )
    simulation = run(document, 40.0)
    return float(measured(simulation, 20.0)["totals"]["throughput_rps"])


def test_retries_keep_an_overload_alive() -> None:
    assert overloaded_for_a_while({"attempts_max": 4}, {}) < 10
    assert overloaded_for_a_while({"attempts_max": 1}, {}) > 60
    assert overloaded_for_a_while({"attempts_max": 4}, {"queue_capacity": 20}) > 60


def test_a_balanced_pair_is_asked_alike() -> None:
    document = diamond((0, 1, 2, 3, 4))
    document["edges"].append(edge("a", "d"))
    summary = run(document, 10.0).summary()
    counts = [summary["edges"][name]["offered"] for name in ("a-b", "a-c", "a-d")]
    assert max(counts) - min(counts) <= 1
