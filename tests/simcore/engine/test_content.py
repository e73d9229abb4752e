"""Files near the people: what a point of presence keeps, when it fetches, and what it serves when the origin fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios import Json, do, draw, fault, heal, measured, request_class, run, set_parameter
from tests.simcore.engine.systems import IDLE

SIZE = 1_000.0


def site(
    *, files: int = 50, writes: float = 0.0, zipf_exponent: float = 0.0, shield: bool = False, **cdn: Any
) -> Json:
    """Return people who want files of 1,000 bytes, a point of presence or two behind a shield, and an origin."""
    pop: Json = {"hit_time_mean_s": 0.0, "attempts_max": 1, **cdn}
    static = request_class("static", key_count=files, zipf_exponent=zipf_exponent)
    classes = [{**static, "payload_bytes": int(SIZE)}]
    if writes:
        classes.append(request_class("write", key_count=files, share=writes))
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {"arrival_rate_rps": 200.0}),
        "pop": ("cdn", pop),
        "origin": ("web_server", IDLE),
    }
    wires = "users>pop pop>origin"
    if shield:
        nodes |= {
            "others": ("users", {"arrival_rate_rps": 200.0}),
            "pop2": ("cdn", pop),
            "shield": ("cdn", pop),
        }
        wires = "users>pop others>pop2 pop>shield pop2>shield shield>origin"
    return draw(nodes, wires, classes=classes)


def test_a_file_is_fetched_once_per_time_to_live() -> None:
    summary = measured(run(site(ttl_s=10.0), 20.0), 40.0)
    # 50 files, each asked for 4 times a second, so that each is fetched every 10.25 s.
    assert summary["nodes"]["origin"]["offered"] == pytest.approx(50 * 40 / 10.25, rel=0.05)
    assert summary["nodes"]["pop"]["hit_ratio"] == pytest.approx(1 - 1 / 41, abs=0.005)


@pytest.mark.parametrize("policy", ["lru", "lfu", "fifo", "random"])
def test_the_room_in_bytes_bounds_what_is_kept(policy: str) -> None:
    simulation = run(site(eviction_policy=policy, capacity_bytes=10 * SIZE), 20.0)
    ratio = measured(simulation, 40.0)["nodes"]["pop"]["hit_ratio"]
    assert ratio == pytest.approx(10 / 50, abs=0.02)
    do(simulation, set_parameter("pop", "capacity_bytes", 25 * SIZE))
    simulation.advance(simulation.now_s + 10.0)
    assert measured(simulation, 40.0)["nodes"]["pop"]["hit_ratio"] == pytest.approx(0.5, abs=0.03)
    do(simulation, set_parameter("pop", "file_count_max", 5))
    simulation.advance(simulation.now_s + 10.0)
    assert measured(simulation, 40.0)["nodes"]["pop"]["hit_ratio"] == pytest.approx(0.1, abs=0.02)
    assert simulation.check_state() == []


def test_large_files_take_the_room_of_several_small_ones() -> None:
    document = site(capacity_bytes=20 * SIZE)
    assert measured(run(document, 20.0), 40.0)["nodes"]["pop"]["hit_ratio"] == pytest.approx(0.4, abs=0.03)
    document["workload"]["classes"][0]["payload_bytes"] = int(4 * SIZE)
    assert measured(run(document, 20.0), 40.0)["nodes"]["pop"]["hit_ratio"] == pytest.approx(0.1, abs=0.02)
    document["workload"]["classes"][0]["payload_bytes"] = int(21 * SIZE)
    assert measured(run(document, 20.0), 40.0)["nodes"]["pop"]["hit_ratio"] == 0.0


def test_a_shield_asks_the_origin_once_for_all() -> None:
    plain = measured(run(site(ttl_s=5.0), 20.0), 40.0)["nodes"]["origin"]["offered"]
    shielded = measured(run(site(ttl_s=5.0, shield=True), 20.0), 40.0)
    asked = shielded["nodes"]["shield"]["offered"]
    assert asked == pytest.approx(2 * plain, rel=0.1)
    assert shielded["nodes"]["origin"]["offered"] == pytest.approx(asked / 2, rel=0.15)


def test_an_invalidation_sends_all_to_the_origin_once() -> None:
    simulation = run(site(), 20.0)
    assert measured(simulation, 10.0)["nodes"]["origin"]["offered"] == 0
    do(simulation, fault("flush", "pop"))
    assert measured(simulation, 10.0)["nodes"]["origin"]["offered"] == 50


def test_releases_invalidate_again_and_again() -> None:
    offered = measured(run(site(release_interval_s=5.0), 1.0), 50.0)["nodes"]["origin"]["offered"]
    assert offered == pytest.approx(10 * 50, rel=0.05)


def test_writes_drop_the_file_only_if_they_are_to() -> None:
    kept = measured(run(site(writes=0.1), 20.0), 20.0)["nodes"]["pop"]["hit_ratio"]
    purged = measured(run(site(writes=0.1, purge_on_write=True), 20.0), 20.0)["nodes"]["pop"]["hit_ratio"]
    assert kept > 0.99
    # A file is asked for ten times between two writes of it, so that one question in eleven is the first.
    assert purged == pytest.approx(10 / 11, abs=0.02)


def test_reads_are_kept_only_if_they_are_to() -> None:
    document = site(kept_classes="static")
    document["workload"]["classes"] = [request_class("read", key_count=50)]
    assert measured(run(document, 10.0), 10.0)["nodes"]["origin"]["offered"] > 1_900
    document = site(kept_classes="static_and_reads")
    document["workload"]["classes"] = [request_class("read", key_count=50)]
    assert measured(run(document, 10.0), 10.0)["nodes"]["origin"]["offered"] == 0


def test_files_that_are_too_old_are_served_while_the_origin_fails() -> None:
    for stale_s, lost in ((0.0, True), (1_000.0, False)):
        simulation = run(site(ttl_s=5.0, serve_stale_s=stale_s), 20.0)
        do(simulation, fault("crash", "origin"))
        simulation.advance(simulation.now_s + 10.0)
        totals = measured(simulation, 10.0)["totals"]
        assert (totals["completed"] == 0) is lost
        assert (totals["failed"] == 0) is not lost
        do(simulation, heal("origin"))
        simulation.advance(simulation.now_s + 10.0)
        assert measured(simulation, 10.0)["totals"]["failed"] == 0
        assert simulation.check_state() == []


def test_all_who_want_a_missing_file_wait_for_one_fetch() -> None:
    slow: Json = {"worker_count": 1000, "service_time_mean_s": 1.0, "service_time_distribution": "constant"}
    fetched = {}
    for once in (True, False):
        document = site(files=5, single_flight=once)
        document["nodes"][2]["parameters"] = slow
        simulation = run(document, 3.0)
        fetched[once] = simulation.summary()["nodes"]["origin"]["offered"]
    assert fetched[True] == 5
    assert fetched[False] > 100


def test_bytes_to_users_are_paid_for_hits_and_misses_alike() -> None:
    document = site(ttl_s=0.5, price_internet_usd=1.0, price_million_usd=0.0)
    summary = measured(run(document, 10.0), 20.0)
    assert 0.2 < summary["nodes"]["pop"]["hit_ratio"] < 0.9
    sent = summary["totals"]["completed"] * SIZE / 1e9
    assert summary["nodes"]["pop"]["cost_bytes_usd"] == pytest.approx(sent, rel=0.01)
