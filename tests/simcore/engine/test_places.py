"""Where the tables of a large run lie: in large pages, whatever is edited, and with the same results as anywhere else."""

from __future__ import annotations

import mmap

import pytest

import simcore.simulation
from simcore import Simulation
from simcore.engine import places
from simcore.engine.tables import State
from tests.scenarios import Json, do, draw, run, set_parameter

#: Some of the tables that every event touches.
NAMES = ("activities", "heap", "code", "nodes", "edges", "meters", "cells", "streams")


def document(capacity_entries: int) -> Json:
    """Return users, a server and a cache."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 500.0}),
            "server": ("web_server", {"service_time_mean_s": 0.01}),
            "cache": ("cache", {"capacity_entries": capacity_entries}),
            "database": ("database", {}),
        },
        "users>server server>cache server>database",
    )


def lies_in_pages(state: State, name: str) -> bool:
    table = getattr(state, name)
    return isinstance(table.base, places._Memory) and table.ctypes.data % 128 == 0


large_pages = pytest.mark.skipif(not hasattr(mmap, "MADV_HUGEPAGE"), reason="the system has no large pages")


@large_pages
def test_the_tables_of_a_large_run_lie_side_by_side_and_stay_there() -> None:
    simulation = run(document(200_000), 1.0)
    assert all(lies_in_pages(simulation._state, name) for name in NAMES)
    again = places.housed(simulation._state)
    assert again is simulation._state
    do(simulation, set_parameter("cache", "capacity_entries", 300_000))
    assert not lies_in_pages(simulation._state, "cells")
    simulation.advance(2.0)
    assert all(lies_in_pages(simulation._state, name) for name in NAMES)
    assert simulation.check_state() == []
    other = simulation.branch()
    for each in (simulation, other):
        each.advance(3.0)
    assert all(lies_in_pages(other._state, name) for name in NAMES)
    assert other.digest() == simulation.digest()


def test_a_small_run_stays_where_it_is() -> None:
    simulation = run(document(10), 1.0)
    assert not any(lies_in_pages(simulation._state, name) for name in NAMES)


def test_where_tables_lie_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def digest() -> str:
        simulation: Simulation = run(document(200_000), 2.0)
        do(simulation, set_parameter("server", "worker_count", 3))
        simulation.advance(4.0)
        return simulation.digest()

    there = digest()
    monkeypatch.setattr(simcore.simulation, "housed", lambda state: state)
    assert digest() == there


def test_without_large_pages_tables_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = Simulation(run(document(200_000), 0.0).scenario)
    state = simulation._state
    monkeypatch.delattr(mmap, "MADV_HUGEPAGE", raising=False)
    assert places.housed(state) is state
