"""Whatever is drawn and whatever is done to it: the engine's books balance and nothing is ever raised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings

from simcore import Simulation, replay
from tests.properties.drawings import stories
from tests.scenarios import start

Story = tuple[dict[str, Any], list[tuple[float, list[dict[str, Any]]]]]

SEED = 7
#: Long enough for every timeout of an ordinary kind, and for a fail-over.
AFTERMATH_S = 12.0

quick = settings(max_examples=60, suppress_health_check=list(HealthCheck))
thorough = settings(max_examples=1500, suppress_health_check=list(HealthCheck))


def live_through(story: Story, *, frames: bool = False) -> Simulation:
    """Run a story to its end, with everything healed; check every certificate after every slice."""
    document, script = story
    note(f"seed {SEED}\n{json.dumps(document)}\n{json.dumps(script)}")
    simulation = start(document, seed=SEED)
    ended = 0
    for pause_s, changes in script:
        before_s = simulation.now_s
        simulation.advance(before_s + pause_s)
        assert simulation.now_s == before_s + pause_s
        assert simulation.check_state() == []
        simulation.apply(changes)
        assert simulation.check_state() == []
        if frames:
            json.dumps(simulation.frame(), allow_nan=False)
        ended = check_books(simulation, ended)
    for node in simulation.document["nodes"]:
        simulation.apply([{"type": "heal", "node_id": node["id"]}])
    for edge in simulation.document["edges"]:
        simulation.apply([{"type": "heal", "edge_id": edge["id"]}])
    simulation.advance(simulation.now_s + AFTERMATH_S)
    assert simulation.check_state() == []
    check_books(simulation, ended)
    return simulation


def check_books(simulation: Simulation, ended_before: int) -> int:
    """Check that nothing is made or lost, per node and in all; return how many requests have ended."""
    summary = simulation.summary()
    json.dumps(summary, allow_nan=False)
    nodes, edges, classes = (summary[name].values() for name in ("nodes", "edges", "classes"))
    for books in (summary["totals"], *nodes, *edges, *classes):
        assert books["offered"] == books["completed"] + books["failed"] + books["in_flight"]
        assert books["failed"] == sum(books["failed_by_cause"].values())
        assert books["in_flight"] >= 0
    for books in nodes:
        used = books.get("utilization_ratio")
        assert used is None or used >= 0.0
    ended: int = summary["totals"]["completed"] + summary["totals"]["failed"]
    assert ended >= ended_before
    return ended


@quick
@given(stories())
def test_books_balance_whatever_is_done(story: Story) -> None:
    live_through(story)


@settings(quick, max_examples=40)
@given(stories())
def test_a_replay_of_the_log_is_the_same_run_and_watching_changes_nothing(story: Story) -> None:
    watched = live_through(story, frames=True)
    again = replay(story[0], SEED, watched.action_log, watched.now_s)
    assert again.summary() == watched.summary()
    assert again.digest() == watched.digest()


@pytest.mark.slow
@pytest.mark.benchmark
@thorough
@given(stories())
def test_books_balance_over_many_stories(story: Story) -> None:
    live_through(story)
