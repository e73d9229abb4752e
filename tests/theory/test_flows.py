"""Fluid limits, choices among many servers, and answers awaited from several replicas."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import do, draw, request_class, run, set_parameter, start
from tests.theory.oracle import EXPECTED, PATIENT, UNBOUNDED, single_station


def queue_lengths(
    simulation: Simulation, node_id: str, until_s: float, step_s: float
) -> list[tuple[float, int]]:
    """Return the length of a node's queue after every step."""
    position = simulation.layout()["nodes"].index(node_id)
    lengths = []
    while simulation.now_s < until_s - step_s / 2:
        simulation.advance(simulation.now_s + step_s)
        lengths.append((simulation.now_s, simulation.frame()["nodes"]["queue_length"][position]))
    return lengths


def test_fluid_overload() -> None:
    document = single_station(
        1200.0, servers=10, mean_s=0.01, arrival_process="constant", service_time_distribution="constant"
    )
    simulation = run(document, 60.0)
    peak, drained_after_s = EXPECTED["Fluid"]
    assert simulation.frame()["nodes"]["queue_length"][0] == pytest.approx(peak, rel=0.005)
    do(simulation, set_parameter("users", "arrival_rate_rps", 600.0))
    lengths = queue_lengths(simulation, "station", 100.0, 0.1)
    emptied_s = next(now_s for now_s, length in lengths if length == 0)
    assert emptied_s - 60.0 == pytest.approx(drained_after_s, rel=0.005)
    assert simulation.check_state() == []


def test_a_backlog_of_messages_drains_at_the_headroom() -> None:
    capacity_rps = 100.0
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": capacity_rps + 57.0, "arrival_process": "constant"}),
            "server": ("web_server", {"service_time_mean_s": 0.0}),
            "queue": ("message_queue", {"publish_time_mean_s": 0.0}),
            "worker": (
                "worker",
                {"worker_count": 10, "service_time_mean_s": 0.1, "service_time_distribution": "constant"},
            ),
        },
        "users>server server>queue queue>worker",
        classes=[request_class("job")],
    )
    simulation = run(document, 8.0)
    position = simulation.layout()["nodes"].index("queue")
    assert simulation.frame()["nodes"]["queue_length"][position] == pytest.approx(456, rel=0.03)
    do(simulation, set_parameter("users", "arrival_rate_rps", capacity_rps - 10.0))
    lengths = queue_lengths(simulation, "queue", 70.0, 0.1)
    emptied_s = next(now_s for now_s, length in lengths if length == 0)
    assert emptied_s - 8.0 == pytest.approx(45.6, rel=0.03)


def test_latency_counts_from_the_intended_arrival() -> None:
    service_s = 1 / 46.8
    document = single_station(
        50.0, mean_s=service_s, arrival_process="constant", service_time_distribution="constant"
    )
    simulation = start(document)
    for end_s in (100.0, 200.0, 400.0):
        simulation.advance(end_s - 10.0)
        simulation.reset_statistics()
        simulation.advance(end_s)
        summary = simulation.summary()
        totals, station = summary["totals"], summary["nodes"]["station"]
        assert totals["latency_mean_s"] == pytest.approx((end_s - 5.0) * (50.0 - 46.8) / 50.0, rel=0.02)
        assert station["latency_mean_s"] - station["wait_time_mean_s"] == pytest.approx(service_s, rel=0.02)


@pytest.mark.parametrize("load", [0.7, 0.9])
def test_power_of_two_choices(load: float) -> None:
    count = 200
    servers = {
        f"s{i:03}": (
            "web_server",
            {"worker_count": 1, "service_time_mean_s": 1.0, "service_time_distribution": "exponential",
             "queue_capacity": UNBOUNDED, **PATIENT},
        )
        for i in range(count)
    }  # fmt: skip
    balancer = {
        "routing_policy": "power_of_two",
        "forward_time_mean_s": 0.0,
        "connections_max": UNBOUNDED,
        "health_check_interval_s": 300.0,
        **PATIENT,
    }
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": load * count, **PATIENT}),
            "balancer": ("load_balancer", balancer),
            **servers,
        },
        "users>balancer " + " ".join(f"balancer>{name}" for name in servers),
    )
    simulation = run(document, 300.0)
    simulation.reset_statistics()
    simulation.advance(2300.0)
    expected_s = EXPECTED[f"P2C-{load}"][0]
    assert simulation.summary()["totals"]["latency_mean_s"] == pytest.approx(expected_s, rel=0.03)


@pytest.mark.parametrize(
    ("mode", "replicas", "case"),
    [("semi_synchronous", 2, "Quorum-1of2"), ("synchronous", 3, "Quorum-3of3")],
)
def test_replicas_that_a_write_waits_for(mode: str, replicas: int, case: str) -> None:
    """Nothing takes time but applying the write, 10 ms on average at each replica, all at once."""
    follower = {"apply_time_mean_s": 0.01, "ship_interval_s": 60.0}
    names = [f"replica-{i}" for i in range(replicas)]
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 2.0}),
            "server": ("web_server", {"service_time_mean_s": 0.0}),
            "primary": ("database", {"write_time_mean_s": 0.0, "replication_mode": mode}),
            **dict.fromkeys(names, ("database", follower)),
        },
        "users>server server>primary " + " ".join(f"primary>{name}" for name in names),
        classes=[request_class("write")],
    )
    totals = run(document, 50_000.0).summary()["totals"]
    mean_ms, p99_ms = EXPECTED[case]
    queueing = 1.02  # two writes that meet at one replica's single applier: at most the load of 2 %
    assert mean_ms * 0.99 < 1000 * totals["latency_mean_s"] < mean_ms * queueing * 1.01
    assert 1000 * totals["latency_p99_s"] == pytest.approx(p99_ms, rel=0.04)
