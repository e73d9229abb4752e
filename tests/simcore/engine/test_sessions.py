"""Sessions: who is known where, and what a crash forgets."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Simulation
from tests.scenarios import do, draw, fault, heal, request_class, run

USERS = 20
LOGIN_S = 0.02


def site(*, shared: bool, stores: int = 1, **server: Any) -> Simulation:
    """Return a run of two servers in turn for twenty people, long enough for all to have come often."""
    own: dict[str, Any] = {
        "service_time_mean_s": 0.0,
        "login_time_mean_s": LOGIN_S,
        "worker_count": 100,
        "session_memory": "own",
        "timeout_s": 0.2,
        **server,
    }
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "users": ("users", {"arrival_rate_rps": 50.0, "user_count": USERS}),
        "balancer": ("load_balancer", {}),
        "web-1": ("web_server", own),
        "web-2": ("web_server", own),
    }
    wires = "users>balancer balancer>web-1 balancer>web-2"
    for number in range(stores if shared else 0):
        nodes[f"sessions-{number}"] = ("session_store", {})
        wires += f" web-1>sessions-{number} web-2>sessions-{number}"
    return run(draw(nodes, wires, classes=[request_class()]), 20.0)


def misses(simulation: Simulation, *nodes: str) -> int:
    """Return how often a session was not found."""
    found = simulation.summary()["nodes"]
    return sum(found[node]["misses"] for node in nodes)


def test_every_server_with_its_own_memory_logs_everybody_in() -> None:
    assert misses(site(shared=False), "web-1", "web-2") == pytest.approx(2 * USERS, abs=4)


def test_servers_that_share_a_store_log_everybody_in_once() -> None:
    assert misses(site(shared=True), "sessions-0") == pytest.approx(USERS, abs=4)


def test_without_sessions_nobody_logs_in() -> None:
    totals = site(shared=False, session_memory="none").summary()["totals"]
    assert totals["latency_mean_s"] < LOGIN_S / 20


def test_a_crash_of_a_server_forgets_its_users_and_only_its() -> None:
    simulation = site(shared=False)
    simulation.reset_statistics()
    do(simulation, fault("crash", "web-1"), heal("web-1"))
    simulation.advance(40.0)
    assert misses(simulation, "web-1") == pytest.approx(USERS, abs=3)
    assert misses(simulation, "web-2") == 0
    assert simulation.check_state() == []


def test_a_shared_store_outlives_the_servers() -> None:
    simulation = site(shared=True)
    simulation.reset_statistics()
    do(simulation, fault("crash", "web-1"), heal("web-1"))
    simulation.advance(40.0)
    assert misses(simulation, "sessions-0") == 0


def test_a_store_that_is_down_costs_logins_but_no_request() -> None:
    simulation = site(shared=True)
    do(simulation, fault("crash", "sessions-0"))
    simulation.reset_statistics()
    simulation.advance(40.0)
    totals = simulation.summary()["totals"]
    assert totals["failed"] == 0
    assert totals["latency_mean_s"] > 0.8 * LOGIN_S
    assert simulation.check_state() == []


def test_of_two_stores_either_knows_everybody() -> None:
    simulation = site(shared=True, stores=2)
    simulation.reset_statistics()
    do(simulation, fault("crash", "sessions-0"))
    simulation.advance(30.0)
    simulation.reset_statistics()
    simulation.advance(50.0)
    assert misses(simulation, "sessions-1") == 0
    assert simulation.summary()["totals"]["failed"] == 0
