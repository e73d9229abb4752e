"""A primary and its replicas: lag, stale reads, detection, promotion, and what a promotion loses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcore import Simulation
from simcore.engine.tables import ON_FORK
from simcore.program import NONE
from tests.scenarios import Json, do, draw, fault, heal, measured, request_class, run, set_parameter
from tests.simcore.engine.systems import column, happenings, replicated, with_parameters

INTERVAL_S, THRESHOLD, TIMEOUT_S, PROMOTION_S = 1.0, 3, 0.5, 2.0
CHECKS: Json = {
    "health_check_interval_s": INTERVAL_S,
    "unhealthy_threshold": THRESHOLD,
    "health_check_timeout_s": TIMEOUT_S,
    "promotion_time_s": PROMOTION_S,
}
#: Just before the log is shipped, when that happens every 5 seconds.
KILLED_S = 9.5


def cluster(mode: str, *, ship_interval_s: float = 0.1, **more: Any) -> Json:
    """Return a replicated database with known detection and promotion times."""
    document = replicated(**more)
    for prefix in ("primary", "replica"):
        document = with_parameters(
            document, prefix, replication_mode=mode, ship_interval_s=ship_interval_s, **CHECKS
        )
    return with_parameters(document, "server", health_check_interval_s=INTERVAL_S)


def killed(document: Json, *, seed: int = 1) -> Simulation:
    """Return a run in which the primary has just crashed."""
    simulation = run(document, KILLED_S, seed=seed)
    assert simulation.summary()["totals"]["failed"] == 0
    simulation.frame()
    simulation.reset_statistics()
    do(simulation, fault("crash", "primary"))
    return simulation


def class_failures(simulation: Simulation) -> dict[str, int]:
    return {name: books["failed"] for name, books in simulation.summary()["classes"].items()}


def test_writes_fail_until_a_replica_is_promoted_and_reads_go_on() -> None:
    simulation = killed(cluster("asynchronous"))
    simulation.advance(KILLED_S + 20.0)
    assert simulation.check_state() == []
    promoted = happenings(simulation, "promoted")
    assert len(promoted) == 1
    outage_s = promoted[0]["at_s"] - KILLED_S
    detection_s = THRESHOLD * INTERVAL_S
    assert detection_s - INTERVAL_S <= outage_s - PROMOTION_S <= detection_s + INTERVAL_S + TIMEOUT_S
    failed = class_failures(simulation)
    assert failed["read"] == 0
    assert failed["write"] == pytest.approx(100.0 * outage_s, rel=0.15)
    causes = simulation.summary()["classes"]["write"]["failed_by_cause"]
    assert set(causes) <= {"node_down", "connection_lost"}
    later = measured(simulation, 5.0)["classes"]["write"]
    assert later["failed"] == 0
    assert later["completed"] > 0


def test_the_unreplicated_tail_is_lost_and_counted() -> None:
    ship_interval_s = 5.0
    simulation = killed(cluster("asynchronous", ship_interval_s=ship_interval_s))
    simulation.advance(KILLED_S + 15.0)
    lost = simulation.summary()["totals"]["lost_writes"]
    assert lost == pytest.approx(100.0 * (KILLED_S % ship_interval_s), rel=0.15)
    assert [event["values"]["count"] for event in happenings(simulation, "lost_writes")] == [lost]


def test_frequent_shipping_loses_little() -> None:
    rare, frequent = (
        killed(cluster("asynchronous", ship_interval_s=interval_s)) for interval_s in (5.0, 0.05)
    )
    for simulation in (rare, frequent):
        simulation.advance(KILLED_S + 15.0)
    assert frequent.summary()["totals"]["lost_writes"] <= 10
    assert rare.summary()["totals"]["lost_writes"] > 20


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("mode", ["synchronous", "semi_synchronous"])
def test_waiting_for_replicas_loses_nothing(mode: str, seed: int) -> None:
    document = cluster(mode, ship_interval_s=5.0, users={"arrival_process": "poisson"})
    simulation = killed(document, seed=seed)
    simulation.advance(KILLED_S + 15.0)
    assert simulation.summary()["totals"]["lost_writes"] == 0
    assert len(happenings(simulation, "promoted")) == 1
    assert measured(simulation, 5.0)["classes"]["write"]["failed"] == 0


def test_a_replica_does_not_take_the_count_of_calls_for_a_batch() -> None:
    document = with_parameters(cluster("synchronous", replicas=4), "replica", apply_time_mean_s=0.01)
    simulation = run(document, 1.0)
    state = simulation._state
    waiting = np.flatnonzero(state.activities["wait"] == ON_FORK)
    called = np.isin(state.activities["parent"], waiting) & (state.activities["extra"] != NONE)
    assert np.count_nonzero(called) > 3
    assert (state.extras["pending"][state.activities["extra"][waiting]] > 1).any()
    assert not state.extras["pending"][state.activities["extra"][called]].any()


def test_waiting_for_replicas_makes_writes_slower() -> None:
    latency_s = {}
    for mode in ("asynchronous", "semi_synchronous", "synchronous"):
        document = with_parameters(cluster(mode), "replica", apply_time_mean_s=0.004)
        latency_s[mode] = run(document, 20.0).summary()["classes"]["write"]["latency_mean_s"]
    assert latency_s["asynchronous"] == pytest.approx(0.002, rel=0.05)
    assert latency_s["asynchronous"] + 0.001 < latency_s["semi_synchronous"]
    assert latency_s["semi_synchronous"] + 0.001 < latency_s["synchronous"]


def test_an_old_primary_comes_back_as_a_replica() -> None:
    simulation = killed(cluster("asynchronous", ship_interval_s=2.0))
    simulation.advance(KILLED_S + 10.0)
    modes = column(simulation, simulation.frame(), "mode")
    assert modes["primary"] == "replica"
    assert sorted(modes.values()).count("primary") == 1
    do(simulation, heal("primary"))
    simulation.reset_statistics()
    simulation.advance(KILLED_S + 40.0)
    assert simulation.check_state() == []
    assert column(simulation, simulation.frame(), "mode") == modes
    assert class_failures(simulation) == {"read": 0, "write": 0}
    summary = simulation.summary()
    assert summary["nodes"]["primary"]["offered"] > 0
    assert summary["totals"]["lost_writes"] == 0
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(KILLED_S + 60.0)
    lags = column(simulation, simulation.frame(), "lag_s")
    assert lags["primary"] == 0.0


def test_without_automatic_failover_nobody_is_promoted() -> None:
    simulation = killed(with_parameters(cluster("asynchronous"), "replica", automatic_failover=False))
    simulation.advance(KILLED_S + 30.0)
    assert happenings(simulation, "promoted") == []
    assert measured(simulation, 5.0)["classes"]["write"]["completed"] == 0
    do(simulation, heal("primary"))
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 5.0)["classes"]["write"]["failed"] == 0
    assert simulation.summary()["totals"]["lost_writes"] == 0


def test_a_second_failure_promotes_the_last_replica() -> None:
    simulation = killed(cluster("asynchronous"))
    simulation.advance(KILLED_S + 10.0)
    modes = column(simulation, simulation.frame(), "mode")
    do(simulation, fault("crash", next(name for name, mode in modes.items() if mode == "primary")))
    simulation.advance(KILLED_S + 20.0)
    assert len(happenings(simulation, "promoted")) == 1
    assert measured(simulation, 5.0)["classes"]["write"]["failed"] == 0


def test_the_replica_with_the_longest_log_is_promoted() -> None:
    document = cluster("asynchronous", ship_interval_s=0.05)
    document = with_parameters(document, "replica-1", ship_interval_s=60.0)
    simulation = killed(document)
    simulation.advance(KILLED_S + 10.0)
    assert column(simulation, simulation.frame(), "mode")["replica-2"] == "primary"
    assert simulation.summary()["totals"]["lost_writes"] <= 10


def test_reads_of_a_lagging_replica_are_stale() -> None:
    quick, slow = (run(cluster("asynchronous", ship_interval_s=s), 20.0) for s in (0.02, 2.0))
    stale = [simulation.summary()["totals"]["stale_reads"] for simulation in (quick, slow)]
    assert stale[1] > 5 * stale[0]
    assert stale[1] > 500
    lag_s = column(slow, slow.frame(), "lag_s")["replica-1"]
    assert lag_s is not None
    assert 0.0 <= lag_s <= 2.1


def test_reads_of_the_primary_are_never_stale() -> None:
    simulation = run(cluster("asynchronous", ship_interval_s=2.0, read_replicas=False), 20.0)
    summary = simulation.summary()
    assert summary["totals"]["stale_reads"] == 0
    assert summary["nodes"]["replica-1"]["offered"] == 0
    assert summary["classes"]["read"]["completed"] > 1000


def test_a_partitioned_primary_is_replaced_and_its_link_heals() -> None:
    simulation = run(cluster("asynchronous"), KILLED_S)
    do(simulation, *(fault("partition", edge_id=f"primary-replica-{i}") for i in (1, 2)))
    simulation.advance(KILLED_S + 20.0)
    assert simulation.check_state() == []
    do(simulation, *(heal(edge_id=f"primary-replica-{i}") for i in (1, 2)))
    simulation.advance(KILLED_S + 40.0)
    assert simulation.check_state() == []
    assert measured(simulation, 5.0)["classes"]["write"]["failed"] == 0


def test_synchronous_writes_go_on_without_a_dead_replica_once_it_is_noticed() -> None:
    simulation = run(cluster("synchronous"), KILLED_S)
    simulation.reset_statistics()
    do(simulation, fault("crash", "replica-1"))
    simulation.advance(KILLED_S + 10.0)
    during = simulation.summary()["classes"]["write"]
    assert during["failed"] > 0
    after = measured(simulation, 10.0)["classes"]
    assert after["write"]["failed"] == after["read"]["failed"] == 0
    assert simulation.check_state() == []


def cut_off(document: Json, *, fencing: bool) -> Simulation:
    """Return a run in which the primary has lost its replicas, and one of them was promoted."""
    simulation = run(with_parameters(document, "replica", fencing=fencing), KILLED_S)
    simulation.reset_statistics()
    do(simulation, *(fault("partition", edge_id=f"primary-replica-{i}") for i in (1, 2)))
    simulation.advance(KILLED_S + 20.0)
    assert simulation.check_state() == []
    assert len(happenings(simulation, "promoted")) == 1
    return simulation


def test_without_fencing_two_primaries_take_writes_and_one_set_is_thrown_away() -> None:
    simulation = cut_off(cluster("asynchronous"), fencing=False)
    modes = column(simulation, simulation.frame(), "mode")
    assert sorted(modes.values()).count("primary") == 2
    totals = simulation.summary()["totals"]
    diverged = totals["diverged_writes"]
    # The callers still reach the old primary, so all writes after the promotion go astray.
    outage_s = 20.0 - THRESHOLD * INTERVAL_S - PROMOTION_S
    assert diverged == pytest.approx(100.0 * outage_s, rel=0.1)
    assert class_failures(simulation)["write"] == 0
    lost = totals["lost_writes"]
    do(simulation, *(heal(edge_id=f"primary-replica-{i}") for i in (1, 2)))
    simulation.advance(KILLED_S + 40.0)
    assert simulation.check_state() == []
    thrown_away = happenings(simulation, "diverged")
    assert [event["values"]["count"] for event in thrown_away] == [
        simulation.summary()["totals"]["diverged_writes"]
    ]
    assert simulation.summary()["totals"]["lost_writes"] == lost + thrown_away[0]["values"]["count"]
    later = measured(simulation, 5.0)
    assert later["totals"]["diverged_writes"] == later["totals"]["failed"] == 0
    assert sorted(column(simulation, simulation.frame(), "mode").values()).count("primary") == 1


def test_a_fenced_primary_takes_no_more_writes() -> None:
    simulation = cut_off(cluster("asynchronous"), fencing=True)
    assert simulation.summary()["totals"]["diverged_writes"] == 0
    assert measured(simulation, 5.0)["classes"]["write"]["failed"] == 0
    assert sorted(column(simulation, simulation.frame(), "mode").values()).count("primary") == 1


@pytest.mark.parametrize("mode", ["synchronous", "semi_synchronous"])
@pytest.mark.parametrize("ship_interval_s", [0.1, 0.001])
def test_a_replica_applies_every_synchronous_write_once(mode: str, ship_interval_s: float) -> None:
    apply_s = 0.0009
    people = {"workload_model": "closed", "user_count": 128, "think_time_mean_s": 0.001, "timeout_s": 3600}
    document = draw(
        {
            "users": ("users", people),
            "server": ("web_server", {"worker_count": 1000, "service_time_mean_s": 0.0}),
            "primary": ("database", {"connection_count": 1000, "replication_mode": mode, "timeout_s": 60}),
            "replica": ("database", {"apply_time_mean_s": apply_s, "ship_interval_s": ship_interval_s}),
        },
        "users>server server>primary primary>replica",
        classes=[request_class("write")],
        links={"primary-replica": {"latency_mean_s": 0.0002}},
    )
    totals = measured(run(document, 1.0), 10.0)["totals"]
    # The replica never rests; over 11,000 exponential times the rate varies by 1 % or so.
    assert totals["throughput_rps"] == pytest.approx(1.0 / apply_s, rel=0.03)


def test_a_write_that_a_crashed_replica_was_sent_is_fetched_again() -> None:
    document = cluster("semi_synchronous", ship_interval_s=0.05)
    simulation = run(document, 5.0)
    do(simulation, fault("crash", "replica-1"), set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(6.0)
    do(simulation, heal("replica-1"))
    simulation.advance(8.0)
    assert simulation.check_state() == []
    lags = [lag for lag in column(simulation, simulation.frame(), "lag_s").values() if lag is not None]
    assert lags
    assert max(lags) == 0.0
