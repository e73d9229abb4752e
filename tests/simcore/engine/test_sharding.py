"""Sharded stores: hot shards, keys that move while requests want them, and what interrupts a move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, fault, heal, measured, request_class, run, set_parameter, start
from tests.simcore.engine.systems import CONSTANT, IDLE, happenings


def sharded(
    *, rate_rps: float = 500.0, keys: int = 2000, zipf: float = 0.0, write_share: float = 0.3, **store: Any
) -> Json:
    """Return users, a server without delay, and a store whose reads take 1 ms and writes 2 ms."""
    times = {"read_time_mean_s": 0.001, "write_time_mean_s": 0.002, **CONSTANT}
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps}),
            "server": ("web_server", IDLE),
            "store": ("sharded_store", {**times, **store}),
        },
        "users>server server>store",
        classes=[
            request_class("read", share=1.0 - write_share, key_count=keys, zipf_exponent=zipf),
            request_class("write", share=write_share, key_count=keys, zipf_exponent=zipf),
        ],
    )


def homes(simulation: Simulation) -> list[int]:
    return list(simulation._state.homes[0].tolist())


def of_store(simulation: Simulation) -> Json:
    found: Json = simulation.summary()["nodes"]["store"]
    return found


def until_moved(simulation: Simulation, within_s: float = 60.0) -> None:
    """Advance until every key is where it belongs, and certify the state on the way."""
    end_s = simulation.now_s + within_s
    while of_store(simulation)["keys_to_move"]:
        assert simulation.now_s < end_s
        simulation.advance(simulation.now_s + 0.25)
        assert simulation.check_state() == []


@pytest.mark.parametrize("placement", ["modulo", "range", "ring"])
def test_a_popular_key_heats_its_shard(placement: str) -> None:
    """Each shard does the work of the keys that it has; one of them is nearly full while others are idle."""
    keys, exponent, rate_rps = 500, 1.1, 1200.0
    document = sharded(
        placement=placement, keys=keys, zipf=exponent, rate_rps=rate_rps, write_share=0.0, thread_count=1
    )
    simulation = run(document, 2.0)
    weights = np.arange(1, keys + 1) ** -exponent
    expected = np.bincount(homes(simulation), weights=weights / weights.sum(), minlength=4)
    store = measured(simulation, 60.0)["nodes"]["store"]
    served = np.array(store["shard_acquired"])
    assert served / served.sum() == pytest.approx(expected, abs=0.01)
    used = np.array(store["shard_utilization_ratios"])
    assert used == pytest.approx(expected * rate_rps * 0.001, abs=0.02)
    assert used.max() > 1.5 * used.min()
    assert store["utilization_ratio"] == pytest.approx(used.mean(), rel=1e-3)


def test_a_move_costs_both_shards_and_keeps_its_pace() -> None:
    """Without other traffic: the old shard is taken once for each key that leaves, the new one once for each that comes."""
    document = sharded(rate_rps=0.001, move_rate_rps=200.0, move_stream_count=8)
    simulation = run(document, 1.0)
    before = np.array(homes(simulation))
    do(simulation, set_parameter("store", "shard_count", 6))
    simulation.reset_statistics()
    began_s = simulation.now_s
    until_moved(simulation)
    after = np.array(homes(simulation))
    moved = before != after
    store = of_store(simulation)
    assert store["keys_moved"] == moved.sum() > 1000
    assert simulation.now_s - began_s == pytest.approx(moved.sum() / 200.0, abs=0.3)
    leaves, comes = np.bincount(before[moved], minlength=6), np.bincount(after[moved], minlength=6)
    assert store["shard_acquired"] == (leaves + comes).tolist()
    busy_s = np.array(store["shard_utilization_ratios"]) * 8 * store["instance_seconds"] / 6
    assert busy_s == pytest.approx(leaves * 0.001 + comes * 0.002, rel=0.01)
    assert store["shard_keys"] == np.bincount(after, minlength=6).tolist()


def test_a_move_waits_in_line_like_everybody() -> None:
    """One stream moves a record in the 3 ms that both shards need for it, whatever the rate allows."""
    simulation = run(sharded(rate_rps=0.001, move_rate_rps=1e6, move_stream_count=1), 1.0)
    do(simulation, set_parameter("store", "shard_count", 5))
    simulation.advance(simulation.now_s + 2.9995)
    assert of_store(simulation)["keys_moved"] == 999
    do(simulation, set_parameter("store", "move_stream_count", 3))
    simulation.advance(simulation.now_s + 0.3)
    assert of_store(simulation)["keys_moved"] == pytest.approx(1300, abs=4)


def test_people_hear_of_the_beginning_and_the_end() -> None:
    simulation = run(sharded(move_rate_rps=1000.0), 1.0)
    simulation.frame()
    do(simulation, set_parameter("store", "placement", "ring"))
    began = of_store(simulation)["keys_to_move"]
    simulation.advance(simulation.now_s + 1.5)
    assert 0 < of_store(simulation)["keys_to_move"] < began
    first = simulation.frame()
    at = simulation.layout()["nodes"].index("store")
    assert first["nodes"]["keys_to_move"][at] == of_store(simulation)["keys_to_move"]
    assert first["nodes"]["keys_to_move"][at - 1] is None
    assert first["nodes"]["busiest_ratio"][at] > first["nodes"]["utilization_ratio"][at] > 0
    simulation.advance(simulation.now_s + 4.0)
    events = first["events"] + simulation.frame()["events"]
    told = [(item["kind"], item["values"].get("count")) for item in events if item["kind"] != "edit"]
    assert told == [("resharding", began), ("resharded", began)]


def test_nothing_fails_while_keys_move_and_who_waited_is_redirected() -> None:
    """The only shard is overloaded, so that requests stand in line when their key goes away."""
    document = sharded(rate_rps=1050.0, write_share=0.0, thread_count=1, shard_count=1, move_rate_rps=300.0)
    simulation = run(document, 5.0)
    do(simulation, set_parameter("store", "shard_count", 4))
    until_moved(simulation)
    store = of_store(simulation)
    assert store["redirected"] > 50
    assert store["failed"] == 0
    assert simulation.summary()["totals"]["failed"] == 0
    after = measured(simulation, 5.0)["nodes"]["store"]
    assert after["utilization_ratio"] == pytest.approx(1050.0 * 0.001 / 4, rel=0.05)


def test_requests_on_their_way_find_shards_that_are_newer_than_they() -> None:
    """They enter by the code of one shard, when most keys have already gone to others."""
    document = sharded(shard_count=1, move_rate_rps=1e6, move_stream_count=64, keys=500, thread_count=64)
    document["edges"][1]["parameters"] = {"latency_mean_s": 0.2}
    simulation = run(document, 2.0)
    do(simulation, set_parameter("store", "shard_count", 16))
    simulation.advance(simulation.now_s + 0.1)
    store = of_store(simulation)
    assert store["keys_to_move"] == 0
    served = np.array(store["shard_acquired"]) - np.bincount(homes(simulation), minlength=16)
    simulation.advance(simulation.now_s + 0.1)
    assert simulation.check_state() == []
    assert (np.array(of_store(simulation)["shard_acquired"]) > served).sum() >= 15
    simulation.advance(5.0)
    assert simulation.summary()["totals"]["failed"] == 0
    assert simulation.check_state() == []


def test_fewer_shards_serve_until_the_last_key_has_gone() -> None:
    simulation = run(sharded(shard_count=8, move_rate_rps=400.0), 2.0)
    do(simulation, set_parameter("store", "shard_count", 2))
    simulation.advance(simulation.now_s + 2.0)
    some = of_store(simulation)["shard_keys"]
    assert min(some) > 0
    until_moved(simulation)
    assert of_store(simulation)["shard_keys"][2:] == [0] * 6
    after = measured(simulation, 5.0)["nodes"]["store"]
    assert after["shard_acquired"][2:] == [0] * 6
    assert after["instances"] == 2
    assert simulation.summary()["totals"]["failed"] == 0


def test_a_change_of_mind_turns_keys_back() -> None:
    simulation = run(sharded(move_rate_rps=300.0), 1.0)
    before = homes(simulation)
    do(simulation, set_parameter("store", "shard_count", 7))
    simulation.advance(simulation.now_s + 2.0)
    assert simulation.check_state() == []
    gone = sum(now != then for now, then in zip(homes(simulation), before, strict=True))
    assert 500 < gone < 700
    do(simulation, set_parameter("store", "shard_count", 4))
    assert gone - 8 <= of_store(simulation)["keys_to_move"] <= gone
    until_moved(simulation)
    assert homes(simulation) == before
    assert [item["kind"] for item in happenings(simulation, "resharded")] == ["resharded"]


def test_a_crash_interrupts_a_move_and_loses_nothing() -> None:
    simulation = run(sharded(move_rate_rps=300.0, write_share=0.5), 2.0)
    do(simulation, set_parameter("store", "shard_count", 5))
    simulation.advance(simulation.now_s + 1.0)
    for name in ("crash", "hang", "restart"):
        do(simulation, fault(name, "store"))
        moved = of_store(simulation)["keys_moved"]
        simulation.advance(simulation.now_s + 2.0)
        assert simulation.check_state() == []
        assert of_store(simulation)["keys_moved"] == moved
        do(simulation, heal("store"))
        simulation.advance(simulation.now_s + 0.5)
        assert of_store(simulation)["keys_moved"] > moved
    until_moved(simulation)
    totals = simulation.summary()["totals"]
    assert totals["lost_writes"] == totals["stale_reads"] == 0
    assert homes(simulation) == homes(run(sharded(shard_count=5), 0.0))


def test_more_keys_come_to_where_they_belong() -> None:
    simulation = run(sharded(keys=100), 1.0)
    before = homes(simulation)
    classes = simulation.document["workload"]["classes"]
    more = [{**item, "key_count": 1000} for item in classes]
    do(simulation, {"type": "set_workload", "workload": {"classes": more}})
    assert homes(simulation)[:100] == before
    assert of_store(simulation)["keys_to_move"] == 0
    simulation.advance(3.0)
    assert simulation.check_state() == []
    assert homes(simulation) == homes(run(sharded(keys=1000), 0.0))


def test_keys_that_come_while_the_store_is_away_have_a_shard_when_it_is_back() -> None:
    document = sharded(keys=100)
    simulation = run(document, 1.0)
    do(simulation, {"type": "remove_node", "node_id": "store"})
    more = [{**item, "key_count": 1000} for item in simulation.document["workload"]["classes"]]
    do(simulation, {"type": "set_workload", "workload": {"classes": more}})
    assert simulation.check_state() == []
    simulation.advance(2.0)
    do(
        simulation,
        {"type": "add_node", "node": document["nodes"][2]},
        {"type": "add_edge", "edge": document["edges"][1]},
    )
    simulation.advance(4.0)
    assert simulation.check_state() == []
    assert homes(simulation) == homes(run(sharded(keys=1000), 0.0))


def test_a_move_goes_on_from_a_snapshot_and_in_any_slices() -> None:
    def moving() -> Simulation:
        simulation = start(sharded(move_rate_rps=300.0))
        simulation.advance(1.0)
        do(simulation, set_parameter("store", "shard_count", 5))
        return simulation

    whole, sliced = moving(), moving()
    whole.advance(4.0)
    sliced.advance(2.0)
    snapshot = sliced.snapshot()
    sliced.advance(9.0)
    sliced.restore(snapshot)
    for tick in range(1, 21):
        sliced.advance(2.0 + tick * 0.1)
    sliced.advance(4.0)
    assert of_store(whole)["keys_to_move"] > 0
    assert sliced.digest() == whole.digest()


def test_a_cache_before_it_is_told_of_old_records() -> None:
    """Records have versions wherever they are: what a cache keeps after a write around it counts as stale."""
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 300.0}),
            "server": ("web_server", {**IDLE, "write_policy": "write_around"}),
            "cache": ("cache", {}),
            "store": ("sharded_store", {}),
        },
        "users>server server>cache server>store",
        classes=[
            request_class("read", share=0.8, key_count=50),
            request_class("write", share=0.2, key_count=50),
        ],
    )
    assert run(document, 10.0).summary()["totals"]["stale_reads"] > 500
