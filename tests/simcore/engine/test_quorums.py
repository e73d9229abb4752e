"""Stores without a primary: quorums, stale reads, repair, and what crashes and partitions lose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcore import Simulation
from tests.scenarios import Json, do, draw, edge, fault, heal, measured, request_class, run, set_parameter
from tests.simcore.engine.systems import IDLE, happenings
from tests.theory.oracle import EXPECTED

MEAN_S = 0.01


def store(
    members: int, *, rate_rps: float = 200.0, keys: int = 50, write_share: float = 0.5, **parameters: Any
) -> Json:
    """Return users, a server without delay, and a store of some members joined to the first."""
    names = [f"member-{number}" for number in range(1, members + 1)]
    member = {"thread_count": 1000, "service_time_distribution": "exponential", **parameters}
    wires = [f"{names[0]}>{name}" for name in names[1:]]
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps}),
            "server": ("web_server", IDLE),
            **dict.fromkeys(names, ("key_value_store", member)),
        },
        " ".join(["users>server", *(f"server>{name}" for name in names), *wires]),
        classes=[
            request_class("read", share=1.0 - write_share, key_count=keys),
            request_class("write", share=write_share, key_count=keys),
        ],
    )


@pytest.mark.parametrize(("needed", "members"), [(1, 2), (2, 3), (3, 3)])
def test_a_quorum_takes_as_long_as_its_last_answer(needed: int, members: int) -> None:
    document = store(
        members,
        write_share=0.0,
        rate_rps=1000.0,
        read_time_mean_s=MEAN_S,
        replica_count=members,
        read_quorum_count=needed,
    )
    mean_ms, p99_ms = EXPECTED[f"Quorum-{needed}of{members}"]
    totals = measured(run(document, 1.0), 200.0)["totals"]
    assert 1000 * totals["latency_mean_s"] == pytest.approx(mean_ms, rel=0.01)
    assert 1000 * totals["latency_p99_s"] == pytest.approx(p99_ms, rel=0.02)


def disturbed(seed: int, **parameters: Any) -> Simulation:
    """Return a run in which members crash and lose their connections one after the other, under load on few keys."""
    document = store(
        5,
        read_time_mean_s=0.002,
        write_time_mean_s=0.02,
        health_check_interval_s=0.5,
        timeout_s=0.5,
        keys=20,
        **parameters,
    )
    simulation = run(document, 5.0, seed=seed)
    for number in range(2, 6):
        wire = f"member-1-member-{number}"
        do(simulation, fault("partition", edge_id=wire))
        simulation.advance(simulation.now_s + 4.0)
        do(simulation, fault("crash", f"member-{number - 1}"))
        simulation.advance(simulation.now_s + 4.0)
        assert simulation.check_state() == []
        do(simulation, heal(edge_id=wire), heal(f"member-{number - 1}"))
        simulation.advance(simulation.now_s + 4.0)
        assert simulation.check_state() == []
    return simulation


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(("reads", "writes"), [(2, 2), (3, 1), (1, 3)])
def test_overlapping_quorums_never_read_stale(reads: int, writes: int, seed: int) -> None:
    simulation = disturbed(seed, read_quorum_count=reads, write_quorum_count=writes, read_repair=False)
    totals = simulation.summary()["totals"]
    assert totals["completed"] > 5000
    assert totals["stale_reads"] == 0
    assert totals["lost_writes"] == 0


def test_small_quorums_read_stale_and_repair_helps() -> None:
    stale = {}
    for repair in (False, True):
        simulation = disturbed(1, read_quorum_count=1, write_quorum_count=1, read_repair=repair)
        totals = simulation.summary()["totals"]
        stale[repair] = totals["stale_reads"]
    assert stale[False] > 200
    assert stale[True] < stale[False]


def test_an_idle_store_agrees_in_the_end() -> None:
    """What a crashed member has missed it gets back by reads alone."""
    simulation = run(store(3, keys=20, health_check_interval_s=0.5), 5.0)
    do(simulation, fault("crash", "member-2"))
    simulation.advance(10.0)
    do(simulation, heal("member-2"))
    simulation.advance(20.0)
    classes = simulation.document["workload"]["classes"]
    do(simulation, {"type": "set_workload", "workload": {"classes": [{**classes[0], "share": 1.0}]}})
    simulation.advance(40.0)
    copies = simulation._state.copies
    assert copies.shape == (3, 20)
    assert (copies == copies[0]).all()
    assert (copies > 0).all()
    assert simulation.check_state() == []


def test_a_failed_write_that_stays_somewhere_has_diverged() -> None:
    """Two of three members are gone: a write reaches the last one, but is not acknowledged."""
    document = store(
        3, write_quorum_count=3, health_check_interval_s=60.0, timeout_s=0.2, write_time_mean_s=0.001
    )
    simulation = run(document, 2.0)
    do(simulation, fault("crash", "member-3"))
    before = simulation.summary()
    simulation.advance(10.0)
    after = simulation.summary()
    failed = after["classes"]["write"]["failed"] - before["classes"]["write"]["failed"]
    assert failed > 500
    assert after["totals"]["diverged_writes"] > 0.5 * failed
    assert after["classes"]["read"]["completed"] > before["classes"]["read"]["completed"] + 500


def test_a_quorum_never_shrinks() -> None:
    """Once two of three are known to be dead, requests that need two fail at once."""
    simulation = run(store(3, health_check_interval_s=0.5, timeout_s=0.5), 2.0)
    do(simulation, fault("crash", "member-2"), fault("crash", "member-3"))
    simulation.advance(10.0)
    causes = measured(simulation, 5.0)["totals"]["failed_by_cause"]
    assert set(causes) == {"no_healthy_target"}
    assert measured(simulation, 5.0)["totals"]["completed"] == 0
    do(simulation, heal("member-2"))
    simulation.advance(simulation.now_s + 5.0)
    assert measured(simulation, 5.0)["totals"]["failed"] == 0


@pytest.mark.parametrize(("writes", "loses"), [(1, True), (3, False)])
def test_memory_that_a_crash_empties(writes: int, loses: bool) -> None:
    document = store(
        3,
        write_quorum_count=writes,
        read_quorum_count=3,
        durable=False,
        write_time_mean_s=0.05,
        rate_rps=2000.0,
        keys=2000,
        read_repair=False,
    )
    simulation = run(document, 10.0)
    simulation.frame()
    do(simulation, fault("crash", "member-1"))
    assert simulation.check_state() == []
    lost = simulation.summary()["totals"]["lost_writes"]
    assert (lost > 0) is loses
    counts = [item["values"]["count"] for item in happenings(simulation, "lost_writes")]
    assert counts == ([lost] if loses else [])
    rows = simulation._state.copies
    assert np.count_nonzero(rows.sum(axis=1) == 0) == 1


def test_members_come_and_go_and_no_read_is_stale() -> None:
    document = store(5, keys=100)
    member = next(node for node in document["nodes"] if node["id"] == "member-5")
    wires = [wire for wire in document["edges"] if "member-5" in (wire["source"], wire["target"])]
    simulation = run(document, 5.0)
    do(simulation, {"type": "remove_node", "node_id": "member-5"})
    simulation.advance(10.0)
    assert simulation.check_state() == []
    do(
        simulation,
        {"type": "add_node", "node": member},
        *({"type": "add_edge", "edge": wire} for wire in wires),
    )
    simulation.advance(15.0)
    do(
        simulation,
        set_parameter("member-1", "replica_count", 5),
        set_parameter("member-1", "read_quorum_count", 3),
    )
    simulation.advance(20.0)
    assert simulation.check_state() == []
    assert simulation.summary()["totals"]["stale_reads"] == 0


def test_stores_are_joined_and_parted_while_records_are_written() -> None:
    document = store(4, keys=20, write_time_mean_s=0.2, write_share=0.8, timeout_s=2.0, rate_rps=100.0)
    wires = [wire for wire in document["edges"] if wire["id"] != "member-1-member-3"]
    between = next(wire for wire in document["edges"] if wire["id"] == "member-1-member-3")
    document["edges"] = [*wires, edge("member-3", "member-4")]
    document["edges"].remove(next(wire for wire in wires if wire["id"] == "member-1-member-4"))
    for wire in document["edges"]:
        wire["parameters"] = {
            "latency_mean_s": 0.1
        }  # so that requests are on their way when the members change
    simulation = run(document, 1.0)
    for _ in range(8):
        do(simulation, {"type": "add_edge", "edge": between})
        simulation.advance(simulation.now_s + 0.2)
        assert simulation.check_state() == []
        do(simulation, {"type": "remove_edge", "edge_id": between["id"]})
        simulation.advance(simulation.now_s + 0.2)
        assert simulation.check_state() == []


def missed(**parameters: Any) -> Simulation:
    """Return a run of three members, one of which was away for 10 s while nobody read; it has been back for long enough."""
    parameters = {
        "health_check_interval_s": 0.5,
        "write_quorum_count": 1,
        "hint_interval_s": 1.0,
        **parameters,
    }
    simulation = run(store(3, write_share=1.0, keys=400, write_time_mean_s=0.001, **parameters), 10.0)
    assert copies_differ(simulation) <= 2
    do(simulation, fault("crash", "member-2"))
    simulation.advance(15.0)
    simulation.frame()
    do(simulation, set_parameter("users", "arrival_rate_rps", 20.0))
    simulation.advance(20.0)
    assert simulation.check_state() == []
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0), heal("member-2"))
    simulation.advance(40.0)
    assert simulation.check_state() == []
    return simulation


def copies_differ(simulation: Simulation) -> int:
    """Return for how many keys the members have different versions."""
    copies = simulation._state.copies
    return int((copies != copies[0]).any(axis=0).sum())


def hints(simulation: Simulation) -> list[int]:
    return [
        books["hints"] for name, books in simulation.summary()["nodes"].items() if name.startswith("member")
    ]


def test_hints_bring_a_member_what_it_missed() -> None:
    """Without them the copies stay as different as the crash left them; what is missed before it is noticed stays so."""
    left_alone, helped = missed(hint_count_max=0), missed()
    assert copies_differ(left_alone) > 300
    assert copies_differ(helped) < 0.2 * copies_differ(left_alone)
    assert hints(helped) == [0, 0, 0]


def test_a_hint_waits_until_all_are_back_and_costs_writes() -> None:
    simulation = missed(hint_interval_s=3600.0)
    waiting = hints(simulation)
    assert waiting[1] == 0
    assert min(waiting[0], waiting[2]) > 150
    before = simulation.summary()["nodes"]["member-2"]["offered"]
    outdated = copies_differ(simulation)
    for name in ("member-1", "member-2", "member-3"):
        do(simulation, set_parameter(name, "hint_interval_s", 1.0))
    do(simulation, fault("hang", "member-3"))
    simulation.advance(3700.0)
    assert max(hints(simulation)) == waiting[0]
    do(simulation, heal("member-3"))
    simulation.advance(3720.0)
    assert simulation.check_state() == []
    assert hints(simulation) == [0, 0, 0]
    assert copies_differ(simulation) < 0.2 * outdated
    written = simulation.summary()["nodes"]["member-2"]["offered"] - before
    assert 0.9 * outdated < written < sum(waiting)


def test_more_hints_than_there_is_room_for_are_forgotten() -> None:
    simulation = missed(hint_count_max=20)
    books = simulation.summary()["nodes"]
    assert books["member-1"]["hints_forgotten"] > 100
    assert copies_differ(simulation) > 250
    assert max(hints(simulation)) == 0
