"""Links: delays that vary, and bandwidth that transfers share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios import Json, do, draw, fault, measured, request_class, run, set_parameter, start

#: 1,000 bytes per second.
NARROW: Json = {"latency_mean_s": 0.0, "bandwidth_bps": 8_000.0}


def system(
    rate_rps: float, link: Json, *, process: str = "constant", more: Json | None = None, **sizes: Any
) -> Json:
    """Return users that ask a server that needs no time."""
    users = {"arrival_rate_rps": rate_rps, "arrival_process": process, "timeout_s": 3600.0}
    server = {"worker_count": 1000, "queue_capacity": 10_000_000, "service_time_mean_s": 0.0, **(more or {})}
    return draw(
        {"users": ("users", users), "server": ("web_server", server)},
        "users>server",
        classes=[{**request_class(), **sizes}],
        links={"users-server": link},
    )


def latencies(simulation: Any) -> Json:
    return dict(simulation.summary()["totals"])


def test_a_transfer_alone_takes_its_bytes_and_the_delay() -> None:
    link = {"latency_mean_s": 0.05, "bandwidth_bps": 8_000.0}
    totals = latencies(run(system(0.25, link, payload_bytes=1_000, request_bytes=100), 21.0))
    assert totals["completed"] == 4
    assert totals["latency_mean_s"] == pytest.approx(0.1 + 0.05 + 1.0 + 0.05, rel=1e-9)


def test_transfers_at_the_same_time_get_equal_shares() -> None:
    simulation = start(system(2.0, NARROW, payload_bytes=1_000))
    simulation.advance(1.25)  # two have begun, at 0.5 and at 1.0
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(1.999)
    assert latencies(simulation)["completed"] == 0
    simulation.advance(2.001)  # the first had half left, and half the link from then on
    assert latencies(simulation)["completed"] == 1
    simulation.advance(2.499)
    assert latencies(simulation)["completed"] == 1
    simulation.advance(2.501)
    assert latencies(simulation)["completed"] == 2
    assert latencies(simulation)["latency_mean_s"] == pytest.approx(1.5, rel=1e-9)
    assert simulation.check_state() == []


def test_the_two_directions_do_not_disturb_each_other() -> None:
    totals = latencies(run(system(1.0, NARROW, payload_bytes=900, request_bytes=900), 100.0))
    assert totals["latency_mean_s"] == pytest.approx(1.8, rel=1e-6)


def test_what_is_written_goes_with_the_request() -> None:
    asymmetric = {**request_class("write"), "payload_bytes": 500, "request_bytes": 100}
    document = {**system(0.5, NARROW), "workload": {"classes": [asymmetric]}}
    document["nodes"].append({**document["nodes"][1], "id": "db", "kind": "database", "parameters": {}})
    document["nodes"][-1]["parameters"] = {"write_time_mean_s": 0.0}
    document["edges"].append({"id": "s-d", "source": "server", "target": "db", "parameters": dict(NARROW)})
    totals = latencies(run(document, 31.0))
    assert totals["latency_mean_s"] == pytest.approx(2 * 0.6, rel=1e-6)


def test_bandwidth_may_change_while_bytes_are_on_the_way() -> None:
    simulation = start(system(1.0, NARROW, payload_bytes=1_000))
    simulation.advance(1.25)
    wider = {"type": "set_edge_parameter", "edge_id": "users-server", "name": "bandwidth_bps"}
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0), {**wider, "value": 16_000.0})
    simulation.advance(5.0)  # a quarter at the old pace, three quarters at twice that
    assert latencies(simulation)["latency_mean_s"] == pytest.approx(0.25 + 0.375, rel=1e-9)
    do(simulation, set_parameter("users", "arrival_rate_rps", 1.0), {**wider, "value": 8.0})
    simulation.advance(7.5)
    assert simulation.check_state() == []
    do(simulation, {**wider, "value": 0.0})  # no limit: whatever is on the way is there
    simulation.advance(7.5)
    assert latencies(simulation)["in_flight"] == 0
    assert simulation.check_state() == []


def test_a_cut_or_a_crash_leaves_no_transfer_behind() -> None:
    simulation = start(system(5.0, NARROW, process="poisson", payload_bytes=400, request_bytes=300))
    for second, change in enumerate(
        (
            fault("partition", edge_id="users-server"),
            {"type": "heal", "edge_id": "users-server"},
            fault("crash", "server"),
            {"type": "heal", "node_id": "server"},
            fault("hang", "server"),
            {"type": "heal", "node_id": "server"},
            {"type": "remove_edge", "edge_id": "users-server"},
        )
    ):
        simulation.advance(3.0 * second + 3.0)
        do(simulation, change)
        assert simulation.check_state() == []
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(8000.0)
    assert simulation.check_state() == []
    assert latencies(simulation)["in_flight"] == 0


def test_a_delay_is_drawn_for_each_packet() -> None:
    link = {"latency_mean_s": 0.01, "latency_distribution": "exponential"}
    totals = measured(start(system(2_000.0, link)), 30.0)["totals"]
    assert totals["latency_mean_s"] == pytest.approx(0.02, rel=0.02)
    # There and back are two exponential delays: an Erlang distribution of two stages.
    assert totals["latency_p99_s"] == pytest.approx(0.01 * 6.638, rel=0.03)


def test_jobs_come_over_the_link_to_their_worker() -> None:
    nodes: Any = {
        "users": ("users", {"arrival_rate_rps": 0.5, "arrival_process": "constant"}),
        "server": ("web_server", {"service_time_mean_s": 0.0}),
        "queue": ("message_queue", {}),
        "worker": ("worker", {"service_time_mean_s": 0.0, "worker_count": 1}),
    }
    job = {**request_class("job"), "payload_bytes": 500}
    document = draw(
        nodes, "users>server server>queue queue>worker", classes=[job], links={"queue-worker": NARROW}
    )
    simulation = start(document)
    simulation.advance(101.0)
    assert simulation.check_state() == []
    assert simulation.summary()["nodes"]["worker"]["latency_mean_s"] == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("bandwidth_bps", [0.0, 1e12])
def test_a_wide_instant_link_is_no_link(bandwidth_bps: float) -> None:
    link = {"latency_mean_s": 0.0, "bandwidth_bps": bandwidth_bps}
    totals = measured(start(system(100.0, link, payload_bytes=1000)), 10.0)["totals"]
    assert totals["latency_mean_s"] == pytest.approx(0.0, abs=1e-7)


def test_a_plain_link_costs_no_event() -> None:
    """With no delay and no limit a call is there at once: the arrivals are all the events there are."""
    simulation = run(system(100.0, {"latency_mean_s": 0.0}, payload_bytes=1000), 10.0)
    assert simulation._state.control["events_done"][0] <= 1_000 + 12
