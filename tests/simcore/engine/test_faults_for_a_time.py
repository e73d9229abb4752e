"""Faults that a person injects for a time: they end by themselves, unless something has been done since."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, fault, heal, start
from tests.simcore.engine.systems import balanced, column, edge_column


def states(simulation: Simulation, until_s: float) -> dict[str, str]:
    """Run on, and return the state of each node."""
    simulation.advance(until_s)
    return dict(column(simulation, simulation.frame(), "state"))


def test_a_fault_for_a_time_ends_by_itself() -> None:
    simulation = start(balanced())
    do(simulation, fault("crash", "s1", duration_s=5.0), fault("slow", "s2", factor=3.0, duration_s=2.0))
    do(simulation, fault("delay", edge_id="balancer-s3", duration_s=3.0))
    seen = states(simulation, 1.9)
    assert (seen["s1"], seen["s2"]) == ("crashed", "slow")
    seen = states(simulation, 2.1)
    assert (seen["s1"], seen["s2"]) == ("crashed", "up")
    assert edge_column(simulation, simulation.frame(), "state")["balancer-s3"] == "delayed"
    seen = states(simulation, 5.1)
    assert seen["s1"] == "up"
    assert edge_column(simulation, simulation.frame(), "state")["balancer-s3"] == "up"
    assert simulation.check_state() == []


@pytest.mark.parametrize("again", [{}, {"duration_s": 20.0}])
def test_the_last_word_on_a_place_holds(again: Json) -> None:
    simulation = start(balanced())
    do(simulation, fault("hang", "s1", duration_s=5.0))
    simulation.advance(1.0)
    do(simulation, heal("s1"), fault("crash", "s1", **again))
    assert states(simulation, 6.0)["s1"] == "crashed"
    assert (states(simulation, 21.5)["s1"] == "up") is bool(again)


def test_each_member_of_a_group_ends_its_own_fault() -> None:
    document = balanced()
    nodes = [{**node, "group_id": "n"} if node["id"] in ("s1", "s2") else node for node in document["nodes"]]
    group = {"id": "n", "kind": "zone", "name": "Zone", "x": 0, "y": 0}
    simulation = start({**document, "nodes": nodes, "groups": [group]})
    do(simulation, fault("crash", group_id="n", duration_s=3.0))
    simulation.advance(1.0)
    do(simulation, heal("s1"), fault("crash", "s1"))
    seen = states(simulation, 4.0)
    assert (seen["s1"], seen["s2"], seen["s3"]) == ("crashed", "up", "up")


def test_what_is_to_end_ends_in_a_copy_too_and_whatever_else_is_edited() -> None:
    simulation = start(balanced())
    do(simulation, fault("crash", "s1", duration_s=5.0))
    simulation.advance(1.0)
    planned = {"at_s": 3.0, "fault": "crash", "node_id": "s2", "edge_id": None, "duration_s": 4.0}
    do(simulation, {"type": "set_faults", "faults": [planned]}, {"type": "trace", "duration_s": 1.0})
    copy = simulation.branch()
    for run in (simulation, copy):
        seen = states(run, 4.5)
        assert (seen["s1"], seen["s2"]) == ("crashed", "crashed")
        seen = states(run, 5.5)
        assert (seen["s1"], seen["s2"]) == ("up", "crashed")
    assert copy.digest() == simulation.digest()


def test_what_joins_two_regions_comes_back() -> None:
    people = {
        "arrival_rate_rps": 100.0,
        "arrival_process": "constant",
        "region_mix": "seoul 1",
        "timeout_s": 0.5,
    }
    server = {"worker_count": 100, "region": "virginia"}
    simulation = start(draw({"users": ("users", people), "web": ("web_server", server)}, "users>web"))
    do(simulation, fault("partition", region="seoul", other_region="virginia", duration_s=2.0))
    simulation.advance(2.0)
    assert simulation.summary()["totals"]["completed"] == 0
    simulation.advance(3.5)
    assert simulation.summary()["totals"]["completed"] > 50


def test_what_is_over_by_itself_needs_no_end() -> None:
    simulation = start(balanced())
    do(simulation, fault("restart", "s1", factor=4.0, duration_s=1.0))
    assert states(simulation, 3.0)["s1"] == "crashed"
    assert states(simulation, 4.5)["s1"] == "up"
