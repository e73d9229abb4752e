"""What a memory keeps and for how long, who fetches what is missing, and what a write does to a cache."""

from __future__ import annotations

import math

import pytest

from simcore import Simulation
from simcore.program import Eviction
from tests.scenarios import (
    Json,
    do,
    draw,
    edge,
    fault,
    heal,
    measured,
    request_class,
    run,
    set_parameter,
    start,
)
from tests.simcore.engine.systems import IDLE, happenings

CALM: Json = {"health_check_interval_s": 300.0}


def cached(
    *,
    rate_rps: float,
    users: Json | None = None,
    server: Json | None = None,
    cache: Json | None = None,
    database: Json | None = None,
    wires: str = "",
    classes: list[Json] | None = None,
) -> Json:
    """Return users, a server that takes no time, a cache that takes none, and a database."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, "timeout_s": 600.0, **(users or {})}),
            "server": ("web_server", {**IDLE, **CALM, "worker_count": 20_000, **(server or {})}),
            "cache": ("cache", {"service_time_mean_s": 0.0, "ttl_s": 0.0, **(cache or {})}),
            "database": (
                "database",
                {
                    "read_time_mean_s": 0.0,
                    "write_time_mean_s": 0.0,
                    "service_time_distribution": "constant",
                    "connection_count": 10_000,
                    **(database or {}),
                },
            ),
        },
        "users>server server>cache server>database " + wires,
        classes=classes or [request_class(key_count=1)],
    )


def offered(simulation: Simulation, node_id: str) -> int:
    return int(simulation.summary()["nodes"][node_id]["offered"])


def test_sliding_time_to_live_begins_anew_at_every_use() -> None:
    """A key asked for at Poisson times is still there if the last gap was shorter than its time to live."""
    rate_rps, ttl_s = 0.2, 10.0
    document = cached(rate_rps=rate_rps, cache={"ttl_s": ttl_s, "ttl_mode": "sliding"})
    ratio = measured(run(document, 100.0), 200_000.0)["nodes"]["cache"]["hit_ratio"]
    assert ratio == pytest.approx(1 - math.exp(-rate_rps * ttl_s), abs=0.006)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_jitter_shortens_the_time_to_live(jitter: float) -> None:
    """Between two fillings there are as many hits as arrivals in a lifetime, of 1 - jitter / 2 of the limit on average."""
    rate_rps, ttl_s = 1.0, 10.0
    document = cached(rate_rps=rate_rps, cache={"ttl_s": ttl_s, "ttl_jitter_ratio": jitter})
    ratio = measured(run(document, 100.0), 40_000.0)["nodes"]["cache"]["hit_ratio"]
    hits = rate_rps * ttl_s * (1 - jitter / 2)
    assert ratio == pytest.approx(hits / (1 + hits), abs=0.005)


def test_jitter_spreads_what_was_filled_together() -> None:
    """Keys that are filled in one second expire in one second, unless their times to live differ."""
    peaks = []
    for jitter in (0.0, 0.5):
        document = cached(
            rate_rps=5000.0,
            users={"arrival_process": "constant"},
            cache={"ttl_s": 20.0, "ttl_jitter_ratio": jitter},
            classes=[request_class(key_count=1000)],
        )
        simulation = run(document, 10.0)
        reads = [measured(simulation, 1.0)["nodes"]["database"]["offered"] for _ in range(12)]
        peaks.append(max(reads))
    assert peaks[0] > 900
    assert peaks[1] < 250


def test_least_frequently_used_keeps_the_most_popular() -> None:
    """With keys that are asked for in turn, but one twice as often, that one stays and the others drive each other out."""
    document = cached(rate_rps=1000.0, cache={"capacity_entries": 10, "eviction_policy": "lfu"})
    document["workload"]["classes"] = [
        request_class("read", key_count=1, share=1.0),
        {**request_class("read", key_count=200, share=3.0), "name": "others"},
    ]
    simulation = run(document, 20.0)
    ratio = measured(simulation, 60.0)["nodes"]["cache"]["hit_ratio"]
    assert ratio == pytest.approx(0.25 + 0.75 * 10 / 200, abs=0.02)


@pytest.mark.parametrize("policy", [item.name.lower() for item in Eviction])
def test_policies_change_while_the_cache_is_full(policy: str) -> None:
    document = cached(
        rate_rps=2000.0,
        cache={"capacity_entries": 50, "ttl_s": 0.2, "eviction_policy": policy},
        classes=[
            request_class("read", key_count=300, zipf_exponent=0.8),
            request_class("write", key_count=300, share=0.1),
        ],
    )
    simulation = run(document, 2.0)
    changes = [
        ("eviction_policy", "lfu"),
        ("capacity_entries", 80),
        ("eviction_policy", "lru"),
        ("capacity_entries", 20),
    ]
    for name, value in [*changes, ("eviction_policy", policy), ("ttl_mode", "sliding"), ("ttl_s", 0.0)]:
        do(simulation, set_parameter("cache", name, value))
        assert simulation.check_state() == []
        assert measured(simulation, 1.0)["nodes"]["cache"]["hits"] > 0
        assert simulation.check_state() == []
    do(simulation, fault("crash", "cache"))
    do(simulation, heal("cache"))
    simulation.advance(simulation.now_s + 1.0)
    assert simulation.check_state() == []


# Fetching once for all --------------------------------------------------------------------------------------------


def stampede(*, single_flight: bool, **more: Json) -> Json:
    """Return one hot key, 10,000 requests per second and a database that takes 200 ms."""
    return cached(
        rate_rps=10_000.0,
        server={"single_flight": single_flight, **more.get("server", {})},
        cache={"ttl_s": 5.0},
        database={"read_time_mean_s": 0.2, **more.get("database", {})},
    )


def test_a_stampede_reads_once_with_single_flight() -> None:
    alone = run(stampede(single_flight=True), 0.15)
    assert offered(alone, "database") == 1
    assert alone.summary()["nodes"]["server"]["in_flight"] == pytest.approx(1500, rel=0.1)
    alone.advance(6.0)
    assert alone.check_state() == []
    assert offered(alone, "database") == 2
    assert alone.summary()["totals"]["failed"] == 0
    crowd = run(stampede(single_flight=False), 6.0)
    assert offered(crowd, "database") == pytest.approx(2 * 2000, rel=0.07)


def test_when_the_first_fails_the_next_in_line_reads() -> None:
    """Each leader gives up after its timeout; each failure hands the lead to the next, so one read runs at any time."""
    document = stampede(
        single_flight=True,
        server={"timeout_s": 0.1, "worker_count": 50, "queue_capacity": 0},
        database={"read_time_mean_s": 1.0},
    )
    simulation = run(document, 10.0)
    assert offered(simulation, "database") == pytest.approx(100, abs=5)
    assert simulation.summary()["nodes"]["server"]["failed_by_cause"].keys() == {"queue_full", "timed_out"}
    do(simulation, set_parameter("database", "read_time_mean_s", 0.05))
    simulation.advance(20.0)
    assert simulation.check_state() == []
    later = measured(simulation, 10.0)["totals"]
    assert later["completed"] > 50_000
    assert set(later["failed_by_cause"]) <= {"queue_full"}


@pytest.mark.parametrize("seed", range(1, 4))
def test_no_flight_is_left_behind(seed: int) -> None:
    """Crashes, hangs and removals end leaders and followers alike; nobody waits for ever."""
    document = stampede(single_flight=True, database={"read_time_mean_s": 0.05})
    document["workload"]["classes"] = [request_class(key_count=400)]
    nodes = {node["id"]: node for node in document["nodes"]}
    nodes["cache"]["parameters"]["ttl_s"] = 0.05
    nodes["users"]["parameters"]["arrival_rate_rps"] = 2000.0
    simulation = start(document, seed=seed)
    for node_id in ("server", "database", "cache"):
        for name in ("crash", "hang"):
            simulation.advance(simulation.now_s + 0.53)
            do(simulation, fault(name, node_id))
            simulation.advance(simulation.now_s + 0.41)
            assert simulation.check_state() == []
            do(simulation, heal(node_id))
            assert simulation.check_state() == []
    do(simulation, set_parameter("server", "single_flight", False))  # noqa: FBT003
    simulation.advance(simulation.now_s + 1.0)
    do(simulation, {"type": "remove_node", "node_id": "server"})
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(simulation.now_s + 700.0)
    assert simulation.check_state() == []
    assert simulation.summary()["totals"]["in_flight"] == 0


# Writes and the cache ---------------------------------------------------------------------------------------------

READ_AND_WRITE = [
    request_class("read", key_count=100, share=0.9),
    request_class("write", key_count=100, share=0.1),
]


def written(policy: str, *, wires: str = "", seed: int = 1, **more: Json) -> Simulation:
    """Return a run in which every tenth request writes one of a hundred records."""
    document = cached(
        rate_rps=1000.0,
        server={"write_policy": policy},
        cache={"ttl_s": 10.0, **more.get("cache", {})},
        database={"write_time_mean_s": 0.002, **more.get("database", {})},
        wires=wires,
        classes=READ_AND_WRITE,
    )
    return run(document, 60.0, seed=seed)


def test_stale_reads_of_a_cache_are_counted() -> None:
    """Writing around the cache leaves the old record there until its time is up; renewing or dropping it does not."""
    around, aside, through = (written(policy) for policy in ("write_around", "cache_aside", "write_through"))
    stale = {
        name: run.summary()["totals"]["stale_reads"]
        for name, run in (("around", around), ("aside", aside), ("through", through))
    }
    # A record is written every second and expires after ten: it is outdated for all but the first tenth of its life.
    reads = around.summary()["classes"]["read"]["completed"]
    assert stale["around"] / reads == pytest.approx(1 - (1 - math.exp(-10.0)) / 10.0, abs=0.03)
    assert stale["aside"] == 0
    assert stale["through"] == 0
    assert (
        through.summary()["nodes"]["cache"]["hit_ratio"]
        > aside.summary()["nodes"]["cache"]["hit_ratio"] + 0.05
    )


def test_slow_fills_and_concurrent_writes_leave_stale_records() -> None:
    """A read that began before a write and fills the cache after it puts the old value back (cache-aside's known race)."""
    slow = written("cache_aside", cache={"service_time_mean_s": 0.0004}, database={"read_time_mean_s": 0.05})
    assert slow.summary()["totals"]["stale_reads"] > 10


def test_write_back_answers_at_once_and_writes_each_record_once() -> None:
    back = written("write_back", wires="cache>database", cache={"flush_interval_s": 5.0})
    through = written("write_through")
    answered = [run.summary()["classes"]["write"] for run in (back, through)]
    assert answered[0]["latency_mean_s"] == 0.0
    assert answered[1]["latency_mean_s"] == pytest.approx(0.002, rel=0.01)
    writes = back.summary()["edges"]["cache-database"]["completed"]
    assert back.summary()["edges"]["server-database"]["completed"] + writes == offered(back, "database")
    # 500 writes fall on 100 records in five seconds: all but exp(-5) of them are written, once.
    assert writes / (60.0 / 5.0) == pytest.approx(100 * (1 - math.exp(-5.0)), rel=0.1)
    assert back.summary()["totals"]["stale_reads"] == back.summary()["totals"]["lost_writes"] == 0
    do(back, set_parameter("users", "arrival_rate_rps", 0.0))
    back.advance(70.0)
    before = offered(back, "database")
    back.advance(100.0)
    assert offered(back, "database") == before


def test_write_back_loses_what_it_owes_in_a_crash() -> None:
    simulation = written("write_back", wires="cache>database", cache={"flush_interval_s": 50.0})
    simulation.frame()
    do(simulation, fault("crash", "cache"))
    lost = simulation.summary()["totals"]["lost_writes"]
    assert lost == pytest.approx(
        100 * (1 - math.exp(-10.0)), abs=5
    )  # of ten seconds since the last write-back
    assert [item["values"]["count"] for item in happenings(simulation, "lost_writes")] == [lost]
    simulation.advance(70.0)  # meanwhile writes go to the database
    do(simulation, heal("cache"))
    simulation.advance(130.0)
    assert simulation.check_state() == []
    assert simulation.summary()["totals"]["lost_writes"] == lost
    assert measured(simulation, 10.0)["totals"]["failed"] == 0


def test_write_back_goes_through_when_it_owes_too_much() -> None:
    simulation = written(
        "write_back", wires="cache>database", cache={"capacity_entries": 10, "flush_interval_s": 3600.0}
    )
    edges = simulation.summary()["edges"]
    assert edges["cache-database"]["offered"] == 0
    assert simulation.summary()["classes"]["write"]["failed"] == 0
    assert offered(simulation, "database") > 4000
    do(simulation, fault("crash", "database"))
    simulation.advance(80.0)
    do(
        simulation,
        heal("database"),
        set_parameter("cache", "flush_interval_s", 0.1),
        set_parameter("cache", "flush_connection_count", 5),
    )
    simulation.advance(100.0)
    assert simulation.check_state() == []
    assert simulation.summary()["edges"]["cache-database"]["completed"] > 10


def test_without_a_way_to_the_database_writes_go_through() -> None:
    simulation = written("write_back")
    assert simulation.summary()["classes"]["write"]["latency_mean_s"] == pytest.approx(0.002, rel=0.01)
    do(simulation, {"type": "add_edge", "edge": edge("cache", "database", latency_mean_s=0.0)})
    assert measured(simulation, 20.0)["classes"]["write"]["latency_mean_s"] == 0.0
    assert simulation.check_state() == []
