"""Requests that are divided into parts: fan-out of services, degraded answers, search shards, queries of all shards."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.scenarios import Json, do, draw, fault, heal, measured, request_class, run, set_parameter

CONSTANT = {"service_time_distribution": "constant"}
EXPONENTIAL = {"service_time_distribution": "exponential"}


def fan(
    service: Json, callees: dict[str, Json], *, rate_rps: float = 20.0, classes: list[Json] | None = None
) -> Json:
    """Return users of a service that calls some others."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps}),
            "service": (
                "app_service",
                {**CONSTANT, "service_time_mean_s": 0.01, "worker_count": 1000, **service},
            ),
            **{
                name: ("web_server", {**CONSTANT, "worker_count": 1000, **callee})
                for name, callee in callees.items()
            },
        },
        "users>service " + " ".join(f"service>{name}" for name in callees),
        classes=classes,
    )


def node(simulation: Any, name: str = "service") -> Json:
    """Return what one node has counted, in a sound state."""
    assert simulation.check_state() == []
    found: Json = simulation.summary()["nodes"][name]
    return found


@pytest.mark.parametrize(("order", "latency_s"), [("sequence", 0.01 + 0.6), ("parallel", 0.01 + 0.3)])
def test_side_by_side_takes_as_long_as_the_slowest(order: str, latency_s: float) -> None:
    callees = {f"s{n}": {"service_time_mean_s": n / 10} for n in (1, 2, 3)}
    simulation = run(fan({"call_order": order}, callees), 30.0)
    seen = node(simulation)
    assert seen["latency_mean_s"] == pytest.approx(latency_s, rel=1e-6)
    for name in callees:
        assert node(simulation, name)["offered"] == pytest.approx(seen["offered"], abs=10)


@pytest.mark.parametrize("count", [2, 5, 10])
def test_the_slowest_of_many_exponential_times(count: int) -> None:
    """The mean of the greatest of n exponential times is their mean times 1 + 1/2 + ... + 1/n."""
    callees = {f"s{n}": {**EXPONENTIAL, "service_time_mean_s": 0.1} for n in range(count)}
    simulation = run(fan({"call_order": "parallel"}, callees, rate_rps=100.0), 60.0)
    harmonic = sum(1 / n for n in range(1, count + 1))
    assert node(simulation)["latency_mean_s"] == pytest.approx(0.01 + 0.1 * harmonic, rel=0.03)


@pytest.mark.parametrize("order", ["sequence", "parallel"])
def test_a_degraded_answer_instead_of_a_failure(order: str) -> None:
    callees = {"good": {"service_time_mean_s": 0.05}, "bad": {"service_time_mean_s": 0.05}}
    simulation = run(fan({"call_order": order, "on_service_failure": "degrade"}, callees), 10.0)
    assert node(simulation)["degraded"] == 0
    do(simulation, fault("crash", "bad"))
    seen = measured(simulation, 20.0)["nodes"]["service"]
    assert seen["failed"] == 0
    assert seen["degraded"] == pytest.approx(seen["completed"], abs=3)
    at = simulation.layout()["nodes"].index("service")
    assert simulation.frame()["nodes"]["degraded_rps"][at] > 10.0
    do(simulation, set_parameter("service", "on_service_failure", "fail"))
    simulation.advance(simulation.now_s + 1.0)
    seen = measured(simulation, 10.0)["nodes"]["service"]
    assert seen["completed"] == seen["degraded"] == 0
    do(simulation, heal("bad"))
    simulation.advance(simulation.now_s + 1.0)
    assert measured(simulation, 10.0)["nodes"]["service"]["failed"] == 0
    assert node(simulation)["degraded"] == 0


def test_each_call_side_by_side_has_its_own_timeout_and_retries() -> None:
    callees = {"fast": {"service_time_mean_s": 0.01}, "slow": {"service_time_mean_s": 3.0}}
    service = {
        "call_order": "parallel", "on_service_failure": "degrade", "timeout_s": 0.2,
        "attempts_max": 3, "retry_backoff": "none",
    }  # fmt: skip
    simulation = run(fan(service, callees), 30.0)
    seen = node(simulation)
    assert seen["latency_mean_s"] == pytest.approx(0.01 + 3 * 0.2, rel=1e-6)
    assert seen["degraded"] == pytest.approx(seen["completed"], abs=1)
    assert node(simulation, "slow")["offered"] == pytest.approx(3 * seen["offered"], rel=0.05)
    assert node(simulation, "fast")["offered"] == pytest.approx(seen["offered"], abs=3)


def test_parts_end_with_their_node_and_count_as_no_requests() -> None:
    callees = {f"s{n}": {"service_time_mean_s": 1.0} for n in range(4)}
    simulation = run(fan({"call_order": "parallel"}, callees), 10.0)
    seen = node(simulation)
    assert seen["offered"] == simulation.summary()["totals"]["offered"]
    assert seen["in_flight"] == pytest.approx(20.0, abs=15)
    for name in ("crash", "hang"):
        do(simulation, fault(name, "service"))
        simulation.advance(simulation.now_s + 3.0)
        assert simulation.check_state() == []
        do(simulation, heal("service"))
        simulation.advance(simulation.now_s + 20.0)
        assert measured(simulation, 5.0)["totals"]["failed"] == 0
        assert simulation.check_state() == []
    do(simulation, {"type": "remove_node", "node_id": "s3"})
    simulation.advance(simulation.now_s + 3.0)
    do(simulation, {"type": "remove_node", "node_id": "service"})
    simulation.advance(simulation.now_s + 30.0)
    assert simulation.check_state() == []


def test_traces_show_the_parts_side_by_side() -> None:
    callees = {f"s{n}": {"service_time_mean_s": 0.1} for n in range(3)}
    simulation = run(fan({"call_order": "parallel"}, callees), 20.0)
    trace = simulation.traces("slowest", 1)[0]
    starts = [span["arrived_s"] for span in trace["spans"] if span["node_id"] in callees]
    assert len(starts) == 3
    assert max(starts) == pytest.approx(min(starts), abs=1e-9)


def search(index: Json, *, rate_rps: float = 10.0, operation: str = "read") -> Json:
    """Return users of a search index without any other delay."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps}),
            "index": (
                "search_index",
                {"thread_count": 1000, **EXPONENTIAL, "query_time_mean_s": 0.05, **index},
            ),
        },
        "users>index",
        classes=[request_class(operation, key_count=10_000)],
    )


@pytest.mark.parametrize(("shards", "need"), [(1, 0), (5, 0), (20, 0), (20, 18)])
def test_a_query_is_as_slow_as_the_slowest_shard_that_it_needs(shards: int, need: int) -> None:
    """The k-th of n exponential times has the mean 1/n + ... + 1/(n-k+1), times theirs."""
    simulation = run(search({"shard_count": shards, "answers_needed_count": need}, rate_rps=100.0), 60.0)
    count = need or shards
    expected_s = 0.05 * sum(1 / (shards - n) for n in range(count))
    assert node(simulation, "index")["latency_mean_s"] == pytest.approx(expected_s, rel=0.03)


def test_the_tail_at_scale() -> None:
    """With 100 ms in one of a hundred cases and none otherwise, 1 - 0.99**n of the queries see it."""
    values = ", ".join(["0.001"] * 99 + ["0.1"])
    index = {
        "service_time_distribution": "empirical",
        "service_time_values": values,
        "query_time_mean_s": 0.002,
    }
    slow = {}
    for shards in (1, 50):
        simulation = run(search({**index, "shard_count": shards}, rate_rps=50.0), 60.0)
        slow[shards] = node(simulation, "index")["latency_p95_s"]
    assert slow[50] > 5 * slow[1]


def test_queries_cost_every_shard_and_documents_only_one() -> None:
    index = {
        **CONSTANT,
        "shard_count": 4,
        "thread_count": 1,
        "query_time_mean_s": 0.02,
        "index_time_mean_s": 0.02,
    }
    queries = run(search(index, rate_rps=40.0), 60.0)
    documents = run(search(index, rate_rps=40.0, operation="write"), 60.0)
    assert node(queries, "index")["utilization_ratio"] == pytest.approx(0.8, rel=0.06)
    assert node(documents, "index")["utilization_ratio"] == pytest.approx(0.2, rel=0.06)


def test_parts_of_a_search_survive_every_fault() -> None:
    simulation = run(search({"thread_count": 1, "query_time_mean_s": 0.2, "queue_capacity": 3}), 10.0)
    for name in ("crash", "hang", "slow"):
        do(simulation, fault(name, "index"))
        simulation.advance(simulation.now_s + 5.0)
        assert simulation.check_state() == []
        do(simulation, heal("index"), set_parameter("index", "shard_count", 3))
        simulation.advance(simulation.now_s + 5.0)
        assert simulation.check_state() == []
        do(simulation, set_parameter("index", "shard_count", 7))
        simulation.advance(simulation.now_s + 1.0)
        assert simulation.check_state() == []


def sharded(router: Json, *, shards: int = 4, operation: str = "read", rate_rps: float = 100.0) -> Json:
    """Return a server whose queries a router divides among databases."""
    times = {**CONSTANT, "read_time_mean_s": 0.01, "write_time_mean_s": 0.01, "connection_count": 100}
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps}),
            "server": ("web_server", {**CONSTANT, "service_time_mean_s": 0.0, "worker_count": 1000}),
            "router": ("shard_router", {"route_time_mean_s": 0.0, **router}),
            **{f"db{n}": ("database", times) for n in range(shards)},
        },
        "users>server server>router " + " ".join(f"router>db{n}" for n in range(shards)),
        classes=[request_class(operation, key_count=10_000)],
    )


def per_shard(simulation: Any, shards: int = 4) -> list[float]:
    """Return the queries that each database got, per query that the router got."""
    asked = node(simulation, "router")["offered"]
    return [node(simulation, f"db{n}")["offered"] / asked for n in range(shards)]


@pytest.mark.parametrize(
    ("operation", "router", "each"),
    [
        ("read", {}, 0.25),
        ("write", {}, 0.25),
        ("read", {"join_ratio": 0.4}, 0.4 + 0.6 / 4),
        ("read", {"join_ratio": 0.4, "denormalized_ratio": 0.5}, 0.2 + 0.8 / 4),
        ("read", {"join_ratio": 1.0}, 1.0),
        ("write", {"join_ratio": 0.4}, 0.25),
        ("write", {"join_ratio": 0.4, "denormalized_ratio": 0.5}, 0.5 + 0.5 / 4),
    ],
)
def test_joins_ask_all_shards_and_copies_move_their_cost_to_writes(
    operation: str, router: Json, each: float
) -> None:
    simulation = run(sharded(router, operation=operation), 60.0)
    assert node(simulation, "router")["failed"] == 0
    for ratio in per_shard(simulation):
        assert ratio == pytest.approx(each, rel=0.1)


def test_a_lost_shard_stops_its_own_keys_and_every_join() -> None:
    for join_ratio, failed in ((0.0, 0.25), (1.0, 1.0)):
        simulation = run(sharded({"join_ratio": join_ratio}), 5.0)
        do(simulation, fault("crash", "db1"))
        simulation.advance(20.0)
        seen = measured(simulation, 30.0)["nodes"]["router"]
        assert seen["failed"] / seen["offered"] == pytest.approx(failed, rel=0.1)
        assert simulation.check_state() == []


def test_cached_records_behind_a_router_may_be_stale() -> None:
    document = sharded({}, operation="read")
    document["workload"]["classes"] = [
        request_class("read", key_count=50),
        request_class("write", key_count=50, share=0.2),
    ]
    document["nodes"].append(
        {"id": "cache", "kind": "cache", "name": "", "x": 0, "y": 0, "parameters": {"ttl_s": 5.0}}
    )
    document["edges"].append({"id": "c", "source": "server", "target": "cache", "parameters": {}})
    stale = {}
    for policy in ("cache_aside", "write_around"):
        document["nodes"][1]["parameters"]["write_policy"] = policy
        simulation = run(document, 60.0)
        stale[policy] = simulation.summary()["totals"]["stale_reads"]
    assert stale["write_around"] > 1_000 > 20 * stale["cache_aside"]
    assert math.isfinite(stale["cache_aside"])
