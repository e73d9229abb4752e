"""Scenario, seed and actions decide everything; pace, slices, watchers and the compiler decide nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import Simulation, replay, starters
from tests.scenarios import do, fault, heal, set_parameter, start, starter

ROOT = Path(__file__).resolve().parents[2]
MAIN = "lb-cache-replicated-db"
END_S = 6.0

#: What is done to the run of the main starter, at which simulated time.
ACTIONS: list[tuple[float, list[dict[str, Any]]]] = [
    (1.0, [fault("crash", "web-2"), set_parameter("users", "arrival_rate_rps", 250.0)]),
    (1.5, [fault("crash", "cache"), fault("hang", "db-replica-1"), fault("delay", edge_id="web-1-db-primary")]),
    (2.25, [fault("crash", "db-primary"), set_parameter("cache", "capacity_entries", 50)]),
    (3.0, [heal("web-2"), heal("cache"), heal(edge_id="web-1-db-primary")]),
    (4.0, [{"type": "remove_node", "node_id": "web-3"}, heal("db-replica-1")]),
    (5.0, [heal("db-primary"), set_parameter("balancer", "routing_policy", "random")]),
]  # fmt: skip

#: Run by a fresh interpreter without the compiler; every warning is an error there too.
WITHOUT_COMPILER = """
import json
import numba
assert numba.config.DISABLE_JIT
from tests.properties.test_determinism import SHORT_S, eventful_run
print(json.dumps(eventful_run(SHORT_S).digest()))
"""
SHORT_S = 2.4


def eventful_run(
    until_s: float, *, seed: int = 3, slices: tuple[float, ...] = (), watch: bool = False
) -> Simulation:
    """Run the main starter through the actions, stopping at `slices` too, with or without frames being taken."""
    simulation = start(starter(MAIN), seed=seed)
    stops = sorted({*(at_s for at_s, _ in ACTIONS), *slices, until_s})
    actions = dict(ACTIONS)
    for stop_s in (stop_s for stop_s in stops if stop_s <= until_s):
        simulation.advance(stop_s)
        assert simulation.now_s == stop_s
        if stop_s in actions:
            do(simulation, *actions[stop_s])
        if watch:
            simulation.frame()
            simulation.summary()
    assert simulation.check_state() == []
    return simulation


@pytest.fixture(scope="module")
def in_one_go() -> Simulation:
    """Return the run with as few slices as the actions allow."""
    return eventful_run(END_S)


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, END_S), max_size=12), st.booleans())
def test_any_slicing_and_any_watching_gives_the_same_bytes(
    in_one_go: Simulation, slices: list[float], watch: bool
) -> None:
    sliced = eventful_run(END_S, slices=tuple(slices), watch=watch)
    assert sliced.summary() == in_one_go.summary()
    assert sliced.digest() == in_one_go.digest()


@pytest.mark.parametrize("entry", starters(), ids=lambda entry: entry.id)
def test_sixty_frames_a_second_change_nothing(entry: Any) -> None:
    watched, unwatched = start(entry.document), start(entry.document)
    for tick in range(1, 181):
        watched.advance(tick / 60)
        watched.frame()
    unwatched.advance(3.0)
    assert watched.digest() == unwatched.digest()
    assert watched.summary() == unwatched.summary()


def test_the_digest_sees_what_differs(in_one_go: Simulation) -> None:
    assert eventful_run(END_S, seed=4).digest() != in_one_go.digest()
    assert eventful_run(END_S).digest() == in_one_go.digest()
    before = in_one_go.digest()
    later = eventful_run(END_S)
    later.advance(END_S + 0.001)
    assert later.digest() != before


def test_a_run_is_replayed_from_its_log(in_one_go: Simulation) -> None:
    log = json.loads(json.dumps(in_one_go.action_log))
    again = replay(starter(MAIN), 3, log, END_S)
    assert again.summary() == in_one_go.summary()
    assert again.digest() == in_one_go.digest()
    assert again.document == in_one_go.document


def test_planned_faults_strike_as_live_ones_do() -> None:
    document = starter(MAIN)
    document["faults"] = [{"at_s": 1.25, "fault": "crash", "node_id": "cache", "duration_s": 1.5}]
    planned, live = start(document), start(starter(MAIN))
    planned.advance(4.0)
    live.advance(1.25)
    do(live, fault("crash", "cache"))
    live.advance(2.75)
    do(live, heal("cache"))
    live.advance(4.0)
    assert planned.summary() == live.summary()
    assert planned.digest() == live.digest()


@pytest.mark.slow
def test_the_compiler_changes_nothing() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", WITHOUT_COMPILER]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == eventful_run(SHORT_S).digest()
