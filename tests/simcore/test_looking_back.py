"""Ways to earlier moments, walked in pieces; and one request, followed."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Simulation, Timeline
from simcore.observe.followed import TOLD_AFTER_FRAMES
from tests.scenarios import do, fault, set_parameter, start, starter

MAIN = "lb-cache-replicated-db"
SEND: dict[str, Any] = {"type": "inject", "node_id": "users"}


@pytest.fixture
def timeline() -> Timeline:
    """A run with something done to it, two seconds old."""
    made = Timeline(start(starter(MAIN), seed=3), every_s=0.5)
    made.advance(0.7)
    do(made.simulation, set_parameter("users", "arrival_rate_rps", 300.0))
    made.advance(1.0)
    do(made.simulation, fault("crash", "web-2"))
    made.advance(2.0)
    return made


@pytest.mark.parametrize("at_s", [0.6, 0.7, 1.0, 1.01, 1.9])
def test_a_way_may_be_walked_in_pieces_after_the_run_went_on(timeline: Timeline, at_s: float) -> None:
    way = timeline.way(at_s)
    whole = timeline.at(at_s).digest()
    timeline.advance(4.0)
    simulation = way.begin()
    for piece in range(1, 8):
        way.go(simulation, at_s * piece / 7)
    way.go(simulation, 99.0)
    assert simulation.now_s == at_s
    assert simulation.digest() == whole
    assert [action["at_s"] for action in simulation.action_log] == [at for at in (0.7, 1.0) if at < at_s]


@pytest.mark.parametrize("at_s", [0.0, 0.4, 2.0, 2.6, 3.1, 4.0])
def test_a_way_leaves_room_for_the_figures_of_the_time_before_its_moment(
    timeline: Timeline, at_s: float
) -> None:
    timeline.advance(4.0)
    assert timeline.way(at_s).begin().now_s <= max(at_s - 2.0, 0.0)


def test_a_way_from_the_start_needs_no_snapshot() -> None:
    timeline = Timeline(start(starter(MAIN), seed=3), bytes_max=0)
    timeline.advance(1.5)
    assert timeline.moments_s[0] > 0.2
    way = timeline.way(0.2)
    assert way.snapshot is None
    simulation = way.begin()
    way.go(simulation, 0.2)
    assert simulation.digest() == _fresh(0.2).digest()


def _fresh(until_s: float) -> Simulation:
    simulation = start(starter(MAIN), seed=3)
    simulation.advance(until_s)
    return simulation


def test_a_request_that_was_sent_is_followed_from_its_start_to_its_end() -> None:
    simulation = start(starter(MAIN), seed=3)
    simulation.advance(1.0)
    simulation.frame()
    assert simulation.frame()["followed"] == []
    before = simulation.digest()
    do(simulation, SEND)
    seen: list[dict[str, Any]] = []
    frames = 0
    while not seen or seen[-1]["outcome"] == "running":
        simulation.advance(simulation.now_s + 0.0005)
        frames += 1
        assert frames < 2000, "the request never ended"
        seen += simulation.frame()["followed"]
    assert simulation.digest() != before
    assert {trace["id"] for trace in seen} == {seen[0]["id"]}
    assert seen[0]["started_s"] >= 1.0
    assert seen[0]["spans"][0]["node_id"] == "users"
    counts = [len(trace["spans"]) for trace in seen]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
    running = [trace for trace in seen if trace["outcome"] == "running"]
    assert running
    assert all(trace["ended_s"] <= seen[-1]["ended_s"] + 0.0005 for trace in running)
    assert seen[-1] == simulation.trace(seen[-1]["id"])[0]
    assert seen[-1] == simulation.trace()[0]
    later = [len(simulation.frame()["followed"]) for _ in range(TOLD_AFTER_FRAMES + 3)]
    assert later == [1] * (TOLD_AFTER_FRAMES - 1) + [0] * 4
    assert simulation.trace() == []


def test_looking_at_the_followed_request_changes_nothing() -> None:
    looked, other = start(starter(MAIN), seed=3), start(starter(MAIN), seed=3)
    for simulation in (looked, other):
        simulation.advance(1.0)
        do(simulation, SEND)
    for tick in range(1, 50):
        looked.advance(1.0 + tick / 1000)
        looked.trace()
    other.advance(1.049)
    assert looked.digest() == other.digest()


def test_a_trace_that_is_gone_is_not_found() -> None:
    simulation = start(starter(MAIN), seed=3)
    simulation.advance(1.0)
    assert simulation.trace(10**9) == []
    assert simulation.trace(-1) == []
    newest = simulation.traces("recent", 1)[0]
    assert simulation.trace(newest["id"]) == [newest]
