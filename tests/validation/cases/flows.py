"""Fluid limits: more comes than goes, for a while."""

from __future__ import annotations

from simcore import Simulation
from simcore.analysis.theory.flows import drain_time_s, overload_backlog
from tests.scenarios import Json, do, draw, request_class, set_parameter, start
from tests.theory.oracle import single_station
from tests.validation.case import Case, Expected, Observation, certain
from tests.validation.cases import PUBLISHED

STEP_S = 0.1


def queue_length(simulation: Simulation, node_id: str) -> int:
    """Return how many wait at a node."""
    position = simulation.layout()["nodes"].index(node_id)
    return int(simulation.frame()["nodes"]["queue_length"][position])


def overload(document: Json, node_id: str, duration_s: float, relieved_rps: float, seed: int) -> Observation:
    """Return the backlog after an overload, and how long it takes to disappear at a lower rate."""
    simulation = start(document, seed=seed)
    simulation.advance(duration_s)
    peak = queue_length(simulation, node_id)
    do(simulation, set_parameter("users", "arrival_rate_rps", relieved_rps))
    while queue_length(simulation, node_id) and simulation.now_s < 100 * duration_s:
        simulation.advance(simulation.now_s + STEP_S)
    assert simulation.check_state() == []
    drained_s = simulation.now_s - duration_s
    return Observation(
        certain({"backlog_peak": peak, "drain_time_s": drained_s}), simulation.summary()["totals"]["offered"]
    )


def fluid() -> Case:
    """Return a station that is offered 1,200/s for a minute and 600/s afterwards, and can do 1,000/s."""
    document = single_station(
        1200.0, servers=10, mean_s=0.01, arrival_process="constant", service_time_distribution="constant"
    )
    peak, drained_s = PUBLISHED["Fluid"]
    return Case(
        "Fluid",
        "1,200/s for 60 s, then 600/s, against 1,000/s",
        "60초 동안 초당 1,200건, 이후 600건, 처리 능력은 1,000건",
        "fluid",
        {
            "backlog_peak": Expected(peak, 0.005, bias=0.002),
            "drain_time_s": Expected(drained_s, 0.005, bias=0.005),
        },
        lambda seed, _: overload(document, "station", 60.0, 600.0, seed),
    )


def drain() -> Case:
    """Return a message queue with workers that falls 57 messages/s short for 8 s and has 10/s of headroom afterwards."""
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
    peak = overload_backlog(capacity_rps + 57.0, capacity_rps, 8.0)
    drained_s = drain_time_s(peak, capacity_rps - 10.0, capacity_rps)
    # The workers hold ten messages more, and the first is ready only after its job.
    return Case(
        "B-drain",
        "a queue 57 messages/s short for 8 s, then 10/s of headroom",
        "8초 동안 초당 57건 부족, 이후 10건 여유인 메시지 대기열",
        "fluid",
        {
            "backlog_peak": Expected(peak, 0.03, bias=0.03),
            "drain_time_s": Expected(drained_s, 0.03, bias=0.03),
        },
        lambda seed, _: overload(document, "queue", 8.0, capacity_rps - 10.0, seed),
    )


CASES = (fluid(), drain())
