"""Retries multiply work, and answers that come late are worth nothing."""

from __future__ import annotations

import itertools
from statistics import fmean

import pytest

from tests.scenarios import Json, do, draw, edge, fault, heal, measured, run, start
from tests.validation.cases.calls import chain
from tests.validation.storms import REMEDIES, goodput, overloaded_for_a_while


def test_a_chain_blames_its_leaf_and_recovers_with_it() -> None:
    simulation = start(chain(3, 3))
    do(simulation, fault("crash", "leaf"))
    simulation.advance(10.1)
    summary = simulation.summary()
    offered = summary["totals"]["offered"]
    assert offered == 50
    assert summary["nodes"]["leaf"]["offered"] == 27 * offered
    assert summary["totals"]["failed_by_cause"] == {"node_down": offered}
    do(simulation, heal("leaf"))
    assert measured(simulation, 10.0)["totals"]["failed"] == 0


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


def later(users: Json, servers: Json, seed: int) -> float:
    """Return the goodput (requests/s) long after the servers are whole again."""
    points = goodput(overloaded_for_a_while(users, servers), seed)
    return fmean(rate for second, rate in points if second > 40)


@pytest.mark.parametrize("seed", range(1, 6))
def test_retries_keep_an_overload_alive_and_each_remedy_ends_it(seed: int) -> None:
    (_, users, servers), *remedies = REMEDIES
    assert later(users, servers, seed) < 10
    for name, users, servers in remedies:
        assert later(users, servers, seed) > 60, name


def test_a_balanced_pair_is_asked_alike() -> None:
    document = diamond((0, 1, 2, 3, 4))
    document["edges"].append(edge("a", "d"))
    summary = run(document, 10.0).summary()
    counts = [summary["edges"][name]["offered"] for name in ("a-b", "a-c", "a-d")]
    assert max(counts) - min(counts) <= 1
