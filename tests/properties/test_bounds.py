"""No instruction reaches outside its tables. Compiled code would not notice; the same code without the compiler does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore import Simulation
from tests.scenarios import do, draw, request_class, run, start
from tests.simcore.engine.systems import IDLE, replicated

ROOT = Path(__file__).resolve().parents[2]


def clients_leave_while_names_are_looked_up() -> Simulation:
    """Remove users whose requests are on their way to the name server."""
    nodes = {"users": ("users", {}), "dns": ("dns", {"ttl_s": 0.0}), "server": ("web_server", IDLE)}
    simulation = run(draw(nodes, "users>dns dns>server"), 1.0)
    do(simulation, {"type": "remove_node", "node_id": "users"})
    return simulation


def a_balancer_leaves_while_it_waits() -> Simulation:
    """Remove what is between users and servers while it waits for its servers."""
    nodes = {
        "users": ("users", {}),
        "balancer": ("load_balancer", {"attempts_max": 3, "backoff_base_s": 0.2, "timeout_s": 0.05}),
        "one": ("web_server", {"service_time_mean_s": 0.3}),
        "two": ("web_server", {"service_time_mean_s": 0.3}),
    }
    simulation = run(draw(nodes, "users>balancer balancer>one balancer>two"), 1.0)
    do(simulation, {"type": "remove_node", "node_id": "balancer"})
    return simulation


def fewer_keys_while_writes_are_running() -> Simulation:
    """Shrink the key space under requests that hold old keys."""
    nodes = {
        "users": ("users", {}),
        "server": ("web_server", IDLE),
        "database": ("database", {"write_time_mean_s": 0.3}),
    }
    classes = [request_class("write", key_count=5000)]
    simulation = run(draw(nodes, "users>server server>database", classes=classes), 1.0)
    workload = {"classes": [request_class("write", key_count=3)]}
    do(simulation, {"type": "set_workload", "workload": workload})
    return simulation


def a_cluster_leaves_while_it_writes() -> Simulation:
    """Remove a primary, then its replicas, while writes wait for them."""
    simulation = run(replicated(primary={"replication_mode": "synchronous", "write_time_mean_s": 0.1}), 1.0)
    do(simulation, {"type": "remove_node", "node_id": "primary"})
    simulation.advance(1.05)
    do(simulation, {"type": "remove_node", "node_id": "replica-1"})
    workload = {"classes": [request_class("write", key_count=1)]}
    do(simulation, {"type": "set_workload", "workload": workload})
    return simulation


def a_queue_leaves_its_consumers() -> Simulation:
    """Remove a queue whose messages are being worked on, then the worker."""
    nodes = {
        "users": ("users", {}),
        "server": ("web_server", IDLE),
        "queue": ("message_queue", {}),
        "worker": ("worker", {}),
    }
    document = draw(nodes, "users>server server>queue queue>worker", classes=[request_class("job")])
    simulation = run(document, 1.0)
    do(simulation, {"type": "remove_node", "node_id": "queue"})
    simulation.advance(1.1)
    do(simulation, {"type": "remove_node", "node_id": "worker"})
    return simulation


EDITS: list[Callable[[], Simulation]] = [
    clients_leave_while_names_are_looked_up,
    a_balancer_leaves_while_it_waits,
    fewer_keys_while_writes_are_running,
    a_cluster_leaves_while_it_writes,
    a_queue_leaves_its_consumers,
]


def go_on(name: str) -> None:
    """Make an edit and run on; called in an interpreter without the compiler."""
    simulation = next(edit for edit in EDITS if edit.__name__ == name)()
    simulation.advance(simulation.now_s + 3.0)
    assert simulation.check_state() == []


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_under_running_requests_stays_inside_the_tables(edit: Callable[[], Simulation]) -> None:
    code = f"import tests.properties.test_bounds as bounds; bounds.go_on({edit.__name__!r})"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", code]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_counts_of_a_class_that_is_gone_stay_in_the_totals() -> None:
    nodes = {"users": ("users", {}), "server": ("web_server", {"service_time_mean_s": 0.2})}
    classes = [request_class("read"), request_class("write")]
    simulation = start(draw(nodes, "users>server", classes=classes))
    simulation.advance(5.0)
    before = simulation.summary()["totals"]
    assert before["in_flight"] > 5
    do(simulation, {"type": "set_workload", "workload": {"classes": [request_class("read")]}})
    assert simulation.summary()["totals"] == before
    simulation.advance(6.0)
    after = simulation.summary()["totals"]
    assert after["offered"] > before["offered"]
    assert after["offered"] == after["completed"] + after["failed"] + after["in_flight"]
    assert after["in_flight"] == simulation.frame()["totals"]["in_flight"]
