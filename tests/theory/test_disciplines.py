"""Who is next, on which core, and what requests cost each other, against closed forms."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, measured, request_class, run, set_parameter, start
from tests.theory.oracle import EXPECTED, PATIENT, UNBOUNDED, batches, check

EXPONENTIAL = {"service_time_mean_s": 1.0, "service_time_distribution": "exponential"}


def station(rates_rps: list[float], **server: object) -> Json:
    """Return one server and a class of requests for each rate, the first being the most important."""
    classes = [
        {**request_class(share=rate_rps), "name": f"class {level}", "priority": level}
        for level, rate_rps in enumerate(rates_rps)
    ]
    users = {"arrival_rate_rps": sum(rates_rps), **PATIENT}
    server = {**EXPONENTIAL, "queue_capacity": UNBOUNDED, **server}
    return draw(
        {"users": ("users", users), "station": ("web_server", server)}, "users>station", classes=classes
    )


def sojourns(document: Json, requests: int) -> list[tuple[float, float]]:
    """Return the mean time in the system of each class with its interval."""
    names = [item["name"] for item in document["workload"]["classes"]]
    rate_rps = document["nodes"][0]["parameters"]["arrival_rate_rps"]
    measures = [lambda summary, name=name: summary["classes"][name]["latency_mean_s"] for name in names]
    return batches(start(document), 0.1 * requests / rate_rps, requests / rate_rps, *measures)


def one_worker(discipline: str) -> Json:
    return {"worker_count": 1, "queue_discipline": discipline}


def one_core(scheduling: str) -> Json:
    return {"worker_count": 100_000, "core_count": 1, "core_scheduling": scheduling}


@pytest.mark.parametrize(
    ("server", "case"),
    [
        (one_worker("priority"), "PrioNP"),
        (one_core("priority"), "PrioNP"),
        (one_core("preemptive"), "PrioPR"),
    ],
    ids=["workers", "cores", "preemptive"],
)
def test_priorities(server: Json, case: str) -> None:
    first, second = sojourns(station([0.2, 0.6], **server), 1_000_000)
    check(first, EXPECTED[case][0], within=0.05)
    check(second, EXPECTED[case][1], within=0.1)


@pytest.mark.parametrize(("rate_rps", "service_rps", "index"), [(3.0, 5.0, 0), (4.0, 5.0, 1), (3.0, 6.0, 2)])
def test_processor_sharing(rate_rps: float, service_rps: float, index: int) -> None:
    document = station([rate_rps], **one_core("sharing"), service_time_mean_s=1 / service_rps)
    (sojourn,) = sojourns(document, 600_000)
    check(sojourn, EXPECTED["MM1PS"][index], within=0.05)


def test_processor_sharing_does_not_mind_how_long_requests_are() -> None:
    document = station([0.8], **one_core("sharing"), service_time_distribution="constant")
    (sojourn,) = sojourns(document, 600_000)
    check(sojourn, EXPECTED["MD1PS"], within=0.07)


def test_several_cores_are_shared_as_by_as_many_servers() -> None:
    """M/M/c under processor sharing has the mean of M/M/c: Erlang C for two cores."""
    document = station([1.5], worker_count=100_000, core_count=2, core_scheduling="sharing")
    (sojourn,) = sojourns(document, 800_000)
    check(sojourn, EXPECTED["MM2"][1] + 1.0, within=0.05)


def test_the_order_of_service_leaves_the_mean_and_changes_the_spread() -> None:
    found: dict[str, tuple[float, float]] = {}
    for discipline in ("fifo", "lifo"):
        simulation = run(station([0.8], **one_worker(discipline)), 5_000.0)
        totals = measured(simulation, 600_000.0)["totals"]
        found[discipline] = totals["latency_mean_s"], totals["latency_p99_s"]
    assert found["fifo"][0] == pytest.approx(5.0, rel=0.06)
    assert found["lifo"][0] == pytest.approx(5.0, rel=0.06)
    assert found["lifo"][1] > 1.5 * found["fifo"][1]


def test_the_universal_scalability_law() -> None:
    """A crowd that never lets up finds the law's throughput: n / (1 + alpha (n - 1) + beta n (n - 1)) per service time."""
    alpha, beta, service_s = 0.08, 0.001, 0.01
    for crowd in (1, 8, 32, 80):
        document = draw(
            {
                "users": ("users", {"arrival_rate_rps": 2_000.0, **PATIENT}),
                "station": (
                    "web_server",
                    {"worker_count": crowd, "queue_capacity": crowd, "service_time_mean_s": service_s,
                     "service_time_distribution": "constant", "contention_ratio": alpha, "coherency_ratio": beta},
                ),
            },
            "users>station",
        )  # fmt: skip
        completed = measured(run(document, 10.0), 60.0)["totals"]["completed"] / 60.0
        slowness = 1 + alpha * (crowd - 1) + beta * crowd * (crowd - 1)
        assert completed == pytest.approx(crowd / service_s / slowness, rel=0.02)


def test_a_worker_that_waits_for_others_needs_no_core() -> None:
    """One core, 10 ms of own work and 90 ms of waiting: ten workers keep the core busy, one does not."""

    def throughput_rps(workers: int) -> float:
        document = draw(
            {
                "users": ("users", {"arrival_rate_rps": 300.0, **PATIENT}),
                "station": (
                    "web_server",
                    {"worker_count": workers, "core_count": 1, "queue_capacity": 50, "service_time_mean_s": 0.01,
                     "service_time_distribution": "constant", "timeout_s": 60.0},
                ),
                "database": (
                    "database",
                    {"connection_count": 1000, "read_time_mean_s": 0.09, "service_time_distribution": "constant"},
                ),
            },
            "users>station station>database",
        )  # fmt: skip
        return float(measured(run(document, 10.0), 60.0)["totals"]["completed"]) / 60.0

    assert throughput_rps(1) == pytest.approx(10.0, rel=0.02)
    assert throughput_rps(5) == pytest.approx(50.0, rel=0.02)
    assert throughput_rps(20) == pytest.approx(100.0, rel=0.02)


@pytest.mark.parametrize("scheduling", ["fifo", "priority", "preemptive", "sharing"])
def test_a_crash_takes_those_on_the_cores_with_it(scheduling: str) -> None:
    server = {**one_core(scheduling), "core_count": 2}
    simulation = run(station([1.0, 1.0, 1.5], **server), 500.0)
    for fault in ("crash", "hang", "slow"):
        do(simulation, {"type": "fault", "node_id": "station", "fault": fault})
        _advance_soundly(simulation, 20.0)
        do(simulation, {"type": "heal", "node_id": "station"})
        _advance_soundly(simulation, 200.0)
    totals = simulation.summary()["totals"]
    assert totals["failed_by_cause"]["connection_lost"] > 0
    assert totals["completed"] > 500


def test_the_discipline_changes_while_requests_wait() -> None:
    simulation = run(station([2.0, 2.0], worker_count=2), 50.0)
    for discipline in ("lifo", "priority", "fifo"):
        do(simulation, set_parameter("station", "queue_discipline", discipline))
        _advance_soundly(simulation, 30.0)
    for cores, scheduling in ((1, "preemptive"), (1, "sharing"), (2, "priority"), (0, "fifo")):
        do(simulation, set_parameter("station", "core_count", cores))
        do(simulation, set_parameter("station", "core_scheduling", scheduling))
        _advance_soundly(simulation, 30.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    _advance_soundly(simulation, 2_000.0)
    totals = simulation.summary()["totals"]
    assert totals["completed"] == totals["offered"] > 500


def _advance_soundly(simulation: Simulation, duration_s: float) -> None:
    for _ in range(5):
        simulation.advance(simulation.now_s + duration_s / 5)
        assert simulation.check_state() == []
