"""What requests in flight occupy: two cache lines each, a row of its own for what is rare, and all of it is given back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcore import Simulation
from simcore.engine.activity_tables import HELD_NEAR
from simcore.engine.tables import EDGE, FREE, GROUP, IS_DAEMON, METER, NODE, POOL
from tests.scenarios import Json, do, draw, request_class, set_parameter, start

LINE_BYTES = 64


def crowd(rate_rps: float, service_s: float, **wishes: float) -> Json:
    """Return requests that stay for long, with or without a deadline."""
    nodes = {
        "users": ("users", {"arrival_rate_rps": rate_rps, "timeout_s": 600.0}),
        "server": ("web_server", {"worker_count": 100_000, "service_time_mean_s": service_s}),
    }
    return draw(nodes, "users>server", classes=[request_class() | wishes])


def rows_in_use(simulation: Simulation) -> int:
    state = simulation._state
    return len(state.extras) - int(state.control["free_extra_count"][0])


def daemons(simulation: Simulation) -> int:
    activities = simulation._state.activities
    return int(((activities["wait"] != FREE) & (activities["marks"] & IS_DAEMON != 0)).sum())


def test_a_request_is_two_cache_lines_wherever_its_table_came_from() -> None:
    simulation = start(crowd(4_000.0, 3.0))
    small = len(simulation._state.activities)
    simulation.advance(2.0)
    assert len(simulation._state.activities) > small
    for run in (simulation, Simulation.resume(simulation.snapshot()), start(crowd(1.0, 1.0))):
        activities = run._state.activities
        assert activities.itemsize == 2 * LINE_BYTES
        assert activities.ctypes.data % LINE_BYTES == 0


def test_rows_of_what_is_rare_grow_with_need_and_come_back() -> None:
    simulation = start(crowd(4_000.0, 3.0, deadline_s=500.0))
    first = len(simulation._state.extras)
    simulation.advance(2.0)
    assert rows_in_use(simulation) > first
    assert simulation.check_state() == []
    other = Simulation.resume(simulation.snapshot())
    for run in (simulation, other):
        do(run, set_parameter("users", "arrival_rate_rps", 0.0))
        run.advance(60.0)
        assert run.check_state() == []
        assert rows_in_use(run) == daemons(run)
    assert simulation.digest() == other.digest()


def test_requests_without_anything_rare_have_no_row() -> None:
    simulation = start(crowd(4_000.0, 3.0))
    simulation.advance(2.0)
    traced = int((simulation._state.traces["done"] == 0).sum())
    assert rows_in_use(simulation) <= daemons(simulation) + 2 * traced


def test_more_resources_than_a_record_has_room_for_are_held_and_let_go() -> None:
    server: Json = {
        "worker_count": 20,
        "single_flight": True,
        "calls_in_flight_max": 20,
        "queue_capacity": 100_000,
    }
    store: Json = {"connection_count": 1, "read_time_mean_s": 0.05, "queue_capacity": 100_000}
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {"arrival_rate_rps": 200.0, "timeout_s": 600.0}),
        "server": ("web_server", server),
        "database": ("database", store),
    }
    simulation = start(draw(nodes, "users>server server>database"))
    simulation.advance(2.0)
    assert simulation._state.activities["held_count"].max() > HELD_NEAR
    assert simulation.check_state() == []
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(400.0)
    assert not simulation._state.pools["in_use"].any()
    assert rows_in_use(simulation) == daemons(simulation)
    assert simulation.summary()["totals"]["failed"] == 0


@pytest.mark.parametrize("harm", ["lost", "taken twice", "lacking"])
def test_a_row_that_went_astray_is_noticed(harm: str) -> None:
    simulation = start(crowd(1_000.0, 1.0, deadline_s=500.0))
    simulation.advance(0.5)
    state = simulation._state
    owners = (state.activities["extra"] >= 0).nonzero()[0]
    if harm == "lost":
        state.control["free_extra"] = state.extras["next"][state.control["free_extra"]]
    elif harm == "taken twice":
        state.activities["extra"][owners[0]] = state.activities["extra"][owners[1]]
    else:
        state.activities["extra"][owners[0]] = -1
    assert simulation.check_state() != []


def place_of(table: np.dtype[Any], name: str) -> int:
    assert table.fields is not None
    return table.fields[name][1]


def test_what_every_call_touches_lies_in_a_line() -> None:
    calls = (
        "target",
        "latency_s",
        "loss_ratio",
        "meter",
        "outstanding",
        "partitioned",
        "healthy",
        "slowness",
        "loss",
    )
    answers = ("arrivals", "latency_sum", "sojourn_sum", "clock_sum", "in_flight", "recent_count")
    workers = ("capacity", "in_use", "queued", "busy_clock", "acquired")
    places = {"state": NODE, "slowness": NODE, "main_pool": NODE}
    places |= dict.fromkeys(workers, POOL) | dict.fromkeys(calls, EDGE)
    for name, table in places.items():
        assert place_of(table, name) < LINE_BYTES, name
    assert {place_of(METER, name) // LINE_BYTES for name in answers} == {0}
    assert place_of(METER, "outcomes") + 8 == LINE_BYTES
    assert not any(table.itemsize % LINE_BYTES for table in (NODE, EDGE, POOL, METER, GROUP))
