"""The list of causes is closed, and each of them really happens, to the right place and with the right one to blame."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore import Simulation
from simcore.program import Cause
from tests.scenarios import Json, do, draw, fault, heal, set_parameter, start
from tests.simcore.engine.systems import CONSTANT, IDLE, replicated


def pair(users: Json | None = None, server: Json | None = None, link: Json | None = None) -> Simulation:
    """Return a run of users and one server that takes 10 ms for each request."""
    station = {"service_time_mean_s": 0.01, "worker_count": 4, **CONSTANT, **(server or {})}
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 100.0, "arrival_process": "constant", **(users or {})}),
            "server": ("web_server", station),
        },
        "users>server",
        links={"users-server": {"latency_mean_s": 0.0, **(link or {})}},
    )
    return start(document)


def struck(simulation: Simulation, *faults: Json, until_s: float = 6.0) -> Simulation:
    """Return the run after something happened to it at 2 s."""
    simulation.advance(2.0)
    do(simulation, *faults)
    simulation.advance(until_s)
    return simulation


def balancer(servers: int) -> Simulation:
    """Return a run of a balancer before servers that are down, if there are any."""
    names = [f"s{number}" for number in range(servers)]
    wires = " ".join(f"balancer>{name}" for name in names)
    simulation = start(
        draw(
            {
                "users": ("users", {}),
                "balancer": ("load_balancer", {"health_check_interval_s": 0.1}),
                **dict.fromkeys(names, ("web_server", IDLE)),
            },
            f"users>balancer {wires}",
        )
    )
    return struck(simulation, *(fault("crash", name) for name in names))


def limited() -> Simulation:
    """Return a run of a rate limiter that lets less through than comes."""
    nodes: Json = {
        "users": ("users", {}),
        "limiter": ("rate_limiter", {"limit_rps": 10.0, "burst": 1}),
        "server": ("web_server", IDLE),
    }
    return struck(start(draw(nodes, "users>limiter limiter>server")))


def fenced() -> Simulation:
    """Return a run in which writes wake at a primary that was replaced while it hung."""
    users = {"timeout_s": 60.0}
    document = replicated(primary={"write_time_mean_s": 0.2, "connection_count": 1000}, users=users)
    for node in document["nodes"]:
        node["parameters"]["timeout_s"] = 60.0
        if node["kind"] == "database":
            node["parameters"].update(promotion_time_s=0.5, health_check_interval_s=0.5)
    simulation = struck(start(document), fault("hang", "primary"), until_s=12.0)
    do(simulation, heal("primary"))
    simulation.advance(12.0001)  # a frame carries only the latest traces
    return simulation


def full() -> Simulation:
    """Return a run at its limit of requests in flight."""
    simulation = pair(server={"service_time_mean_s": 50.0})
    simulation._state.control["in_flight_max"] = 20
    return struck(simulation)


def late(**users: object) -> Simulation:
    """Return a run whose requests wait longer than their users."""
    return struck(pair({"timeout_s": 0.1, **users}, {"worker_count": 1, "service_time_mean_s": 0.03}))


def broken() -> Simulation:
    """Return a run whose users stop calling."""
    return struck(pair({"breaker": "consecutive", "breaker_failures_max": 3}), fault("crash", "server"))


#: Cause -> a run in which it happens, where it is counted, and the node that is to blame.
CASES: dict[str, tuple[Callable[[], Simulation], str, str]] = {
    "refused": (fenced, "primary", "primary"),
    "queue_full": (lambda: struck(pair(server={"queue_capacity": 0, "worker_count": 1, "service_time_mean_s": 1.0})), "server", "server"),
    "timed_out": (lambda: struck(pair({"timeout_s": 0.5}), fault("hang", "server")), "users", "server"),
    "node_down": (lambda: struck(pair(), fault("crash", "server")), "server", "server"),
    "connection_lost": (lambda: struck(pair(server={"service_time_mean_s": 0.5, "queue_capacity": 0}), fault("crash", "server"), until_s=2.01), "server", "server"),
    "no_healthy_target": (lambda: balancer(2), "balancer", "balancer"),
    "no_target": (lambda: balancer(0), "balancer", "balancer"),
    "partitioned": (lambda: struck(pair({"timeout_s": 0.5}), fault("partition", edge_id="users-server")), "users-server", ""),
    "packet_lost": (lambda: struck(pair({"timeout_s": 0.5}, link={"loss_ratio": 0.1})), "users-server", ""),
    "limit_reached": (full, "users", ""),
    "breaker_open": (broken, "users", "users"),
    "rate_limited": (limited, "limiter", "limiter"),
    "shed": (lambda: struck(pair({"timeout_s": 60.0}, {"worker_count": 1, "service_time_mean_s": 0.02, "queue_wait_max_s": 0.5})), "server", "server"),
    "deadline_exceeded": (lambda: late(propagate_deadline=True), "server", ""),
    "cancelled": (lambda: late(cancel_on_timeout=True), "server", ""),
}  # fmt: skip


def test_every_cause_has_a_case() -> None:
    assert set(CASES) == {cause.name.lower() for cause in Cause} - {"ok"}


@pytest.mark.parametrize("cause", CASES)
def test_a_cause_happens_where_it_should(cause: str) -> None:
    begin, place, blamed = CASES[cause]
    simulation = begin()
    assert simulation.check_state() == []
    summary = simulation.summary()
    books = {**summary["nodes"], **summary["edges"]}[place]
    assert books["failed_by_cause"].get(cause, 0) > 0, books
    if blamed:
        layout = simulation.layout()["nodes"]
        traces = [trace for trace in simulation.frame()["traces"] if trace["outcome"] == cause]
        assert {layout[trace["blame"]] for trace in traces} == {blamed}


@pytest.mark.parametrize("cut", ["partition", "cut_requests", "cut_answers", "loss"])
def test_a_swallowed_call_times_out_for_its_caller_but_not_for_the_edge(cut: str) -> None:
    simulation = pair({"timeout_s": 0.5})
    simulation.advance(2.0)
    simulation.reset_statistics()
    more: Json = {"factor": 1.0} if cut == "loss" else {}
    do(simulation, fault(cut, edge_id="users-server", **more))
    simulation.advance(6.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(8.0)
    assert simulation.check_state() == []
    summary = simulation.summary()
    lost = summary["totals"]["failed"]
    assert lost == pytest.approx(400, abs=3)
    assert summary["totals"]["failed_by_cause"] == {"timed_out": lost}
    cause = "packet_lost" if cut == "loss" else "partitioned"
    assert summary["edges"]["users-server"]["failed_by_cause"] == {cause: lost}
