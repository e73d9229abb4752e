"""Faults between two regions, and of one shard alone: who suffers from them, by how much, and who does not."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Simulation, parse
from simcore.engine import faults
from simcore.regions import delay_s
from tests.scenarios import Json, do, draw, fault, heal, request_class, start

_SERVER = {"service_time_mean_s": 0.0, "service_time_distribution": "constant", "worker_count": 1000}
_PAIR = {"region": "seoul", "other_region": "virginia"}


def _world() -> Simulation:
    people = {"arrival_rate_rps": 200.0, "region_mix": "seoul 1, tokyo 1", "timeout_s": 1.0}
    nodes = {"users": ("users", people), "web": ("web_server", {**_SERVER, "region": "virginia"})}
    return start(draw(nodes, "users>web"))


def _regions(simulation: Simulation, duration_s: float) -> dict[str, Any]:
    simulation.reset_statistics()
    simulation.advance(simulation.now_s + duration_s)
    assert simulation.check_state() == []
    found: dict[str, Any] = simulation.summary()["regions"]
    return found


def test_packets_are_lost_between_two_regions_only() -> None:
    simulation = _world()
    do(simulation, fault("loss", **_PAIR, factor=0.3))
    simulation.advance(3.0)
    seen = _regions(simulation, 20.0)
    ended = seen["seoul"]["completed"] + seen["seoul"]["failed"]
    assert seen["seoul"]["failed"] / ended == pytest.approx(0.3, abs=0.04)
    assert seen["tokyo"]["failed"] == 0
    do(simulation, heal(**_PAIR))
    simulation.advance(simulation.now_s + 3.0)
    assert _regions(simulation, 5.0)["seoul"]["failed"] == 0


def test_the_way_between_two_regions_takes_longer_by_the_factor() -> None:
    simulation = _world()
    do(simulation, fault("delay", **_PAIR, factor=2.0))
    seen = _regions(simulation, 5.0)
    assert seen["seoul"]["latency_p50_s"] == pytest.approx(4 * delay_s("seoul", "virginia"), rel=0.01)
    assert seen["tokyo"]["latency_p50_s"] == pytest.approx(2 * delay_s("tokyo", "virginia"), rel=0.01)


def test_a_connection_bears_its_own_fault_and_that_of_its_regions() -> None:
    simulation = _world()
    do(simulation, fault("loss", edge_id="users-web", factor=0.2), fault("loss", **_PAIR, factor=0.5))
    simulation.advance(3.0)
    seen = _regions(simulation, 20.0)
    lost = {name: row["failed"] / (row["completed"] + row["failed"]) for name, row in seen.items()}
    assert lost["seoul"] == pytest.approx(1 - 0.8 * 0.5, abs=0.05)
    assert lost["tokyo"] == pytest.approx(0.2, abs=0.04)


def test_edges_of_the_pair_show_the_fault_and_the_log_names_them() -> None:
    simulation = _world()
    do(simulation, fault("delay", **_PAIR))
    simulation.advance(0.1)
    frame = simulation.frame()
    assert frame["edges"]["state"] == ["delayed"]
    assert [event["edge_id"] for event in frame["events"]] == ["users-web"]


# One shard ---------------------------------------------------------------------------------------------------------


def _sharded(**own: Any) -> Simulation:
    store = {"placement": "range", "shard_count": 4, "read_time_mean_s": 0.01, **own}
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {"arrival_rate_rps": 200.0}),
        "web": ("web_server", {**_SERVER, "attempts_max": 1}),
        "store": ("sharded_store", store),
    }
    return start(draw(nodes, "users>web web>store", classes=[request_class(key_count=400)]))


def _store(simulation: Simulation, duration_s: float) -> Json:
    simulation.reset_statistics()
    simulation.advance(simulation.now_s + duration_s)
    assert simulation.check_state() == []
    found: Json = simulation.summary()["nodes"]["store"]
    return found


def test_one_shard_fails_alone_and_comes_back_with_its_records() -> None:
    simulation = _sharded()
    simulation.advance(2.0)
    do(simulation, fault("crash_shard", "store", factor=2.0))
    seen = _store(simulation, 20.0)
    assert seen["shards_down"] == [2]
    assert seen["failed"] / (seen["failed"] + seen["completed"]) == pytest.approx(1 / 4, abs=0.03)
    assert set(seen["failed_by_cause"]) <= {"node_down", "connection_lost"}
    assert [count == 0 for count in seen["shard_acquired"]] == [False, True, False, False]
    assert seen["availability_ratio"] == 1.0  # the node itself is up
    frame = simulation.frame()
    assert frame["nodes"]["state"][simulation.layout()["nodes"].index("store")] == "shard_down"
    assert any(event["values"].get("count") == 2 for event in frame["events"])
    do(simulation, heal("store"))
    seen = _store(simulation, 5.0)
    assert (seen["failed"], seen["shards_down"]) == (0, [])


def test_a_whole_number_is_as_good_as_any_and_compiles_nothing() -> None:
    before = len(getattr(faults.disturb, "signatures", ()))
    simulation = _sharded()
    do(simulation, {"type": "fault", "fault": "crash_shard", "node_id": "store", "factor": 2})
    do(simulation, {"type": "fault", "fault": "restart", "node_id": "store", "factor": 3})
    assert len(getattr(faults.disturb, "signatures", ())) <= max(before, 1)


def test_what_the_shard_was_working_on_fails_at_once() -> None:
    simulation = _sharded(read_time_mean_s=5.0, service_time_distribution="constant", thread_count=2)
    simulation.advance(2.0)
    do(simulation, fault("crash_shard", "store", factor=1.0))
    seen = simulation.summary()["nodes"]["store"]["failed_by_cause"]
    assert seen["connection_lost"] == 2
    assert seen["node_down"] > 10
    assert simulation.check_state() == []


def test_several_shards_and_the_whole_store_fail_together() -> None:
    simulation = _sharded()
    do(simulation, fault("crash_shard", "store", factor=1.0), fault("crash_shard", "store", factor=4.0))
    assert _store(simulation, 2.0)["shards_down"] == [1, 4]
    do(simulation, fault("crash", "store"))
    assert _store(simulation, 2.0)["completed"] == 0
    do(simulation, heal("store"))
    assert _store(simulation, 2.0)["shards_down"] == []


def test_records_of_a_dead_shard_move_when_it_is_back() -> None:
    simulation = _sharded(read_time_mean_s=0.001, write_time_mean_s=0.001, move_rate_rps=1000.0)
    do(simulation, fault("crash_shard", "store", factor=1.0))
    do(simulation, {"type": "set_parameter", "node_id": "store", "name": "shard_count", "value": 5})
    stuck = _store(simulation, 10.0)
    assert 0 < stuck["keys_to_move"] < 400
    do(simulation, heal("store"))
    assert _store(simulation, 10.0)["keys_to_move"] == 0


def test_a_shard_has_a_whole_number() -> None:
    document = draw(
        {"users": ("users", {}), "web": ("web_server", {}), "store": ("sharded_store", {})},
        "users>web web>store",
    )
    for factor, sound in ((1.0, True), (1.5, False), (65.0, False)):
        planned = {"at_s": 1.0, "fault": "crash_shard", "node_id": "store", "factor": factor}
        parsed = parse({**document, "faults": [planned]})
        assert (parsed.scenario is not None) is sound
