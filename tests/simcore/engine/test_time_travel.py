"""Going back, going on another way, and surviving a restart: the same bytes as if nothing had been done."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from simcore import Simulation, Snapshot, SnapshotError, Timeline, replay, snapshot
from simcore.scenario.change_models import CHANGE_MODELS
from tests.scenarios import do, fault, heal, set_parameter, start, starter

ROOT = Path(__file__).resolve().parents[3]
MAIN = "lb-cache-replicated-db"
END_S = 5.0

NEW_NODE = {"id": "spare", "kind": "web_server", "name": "", "x": 0, "y": 0, "parameters": {}}
REGION = {"id": "r", "kind": "region", "name": "", "x": 0, "y": 0, "parameters": {"region": "seoul"}}
NETWORK = {"id": "n", "kind": "network", "name": "", "x": 0, "y": 0, "parameters": {}}
NEW_EDGE = {"id": "b-s", "source": "balancer", "target": "spare", "parameters": {}}

#: Every change there is, at which simulated time.
ACTIONS: list[tuple[float, list[dict[str, Any]]]] = [
    (0.5, [{"type": "inject", "node_id": "users"}, {"type": "trace", "duration_s": 1.0}]),
    (1.0, [fault("crash", "web-2"), set_parameter("users", "arrival_rate_rps", 250.0)]),
    (1.0, [{"type": "add_node", "node": NEW_NODE}, {"type": "add_edge", "edge": NEW_EDGE}]),
    (1.5, [fault("partition", edge_id="b-s"), fault("crash", "db-primary")]),
    (2.0, [{"type": "set_faults", "faults": [{"at_s": 2.25, "fault": "hang", "node_id": "cache", "duration_s": 0.5}]}]),
    (2.5, [heal("web-2"), heal(edge_id="b-s"), {"type": "set_edge_parameter", "edge_id": "b-s", "name": "weight", "value": 2.0}]),
    (2.6, [{"type": "add_group", "group": REGION}, {"type": "add_group", "group": NETWORK}, {"type": "set_group_parent", "group_id": "n", "parent_id": "r"}]),
    (2.6, [{"type": "set_node_group", "node_id": node, "group_id": "n"} for node in ("web-1", "web-3", "db-replica-1")]),
    (2.7, [{"type": "set_gateway", "node_id": "web-1", "gateway": True}, {"type": "set_group_parameter", "group_id": "r", "name": "region", "value": "tokyo"}]),
    (3.0, [{"type": "move_node", "node_id": "spare", "x": 5.0, "y": 5.0}, {"type": "rename_node", "node_id": "spare", "name": "New"}]),
    (3.0, [{"type": "rename_scenario", "name": "Other"}, {"type": "set_notes", "notes": "Other"}, {"type": "set_seed", "seed": 9},
           {"type": "set_availability_target", "availability_target_ratio": 0.99}]),
    (3.2, [{"type": "move_group", "group_id": "n", "x": 5.0, "y": 5.0}, {"type": "rename_group", "group_id": "r", "name": "Other"}]),
    (3.4, [{"type": "remove_group", "group_id": "n"}, {"type": "set_estimate", "estimate": {}}]),
    (3.5, [{"type": "set_workload", "workload": {"classes": [{"name": "scan", "key_count": 500}]}}]),
    (4.0, [{"type": "remove_edge", "edge_id": "b-s"}, {"type": "remove_node", "node_id": "web-3"}]),
    (4.2, [fault("restart", "web-2"), fault("flush", "cache"), fault("cut_answers", edge_id="balancer-web-1")]),
    (4.5, [heal("db-primary"), set_parameter("balancer", "routing_policy", "random")]),
]  # fmt: skip


def go_on(simulation: Simulation, until_s: float) -> Simulation:
    """Advance, doing what is still to be done."""
    for at_s, changes in ACTIONS[len(simulation.action_log) :]:
        if at_s <= until_s:
            simulation.advance(at_s)
            do(simulation, *changes)
    simulation.advance(until_s)
    assert simulation.check_state() == []
    return simulation


def begun(until_s: float) -> Simulation:
    return go_on(start(starter(MAIN), seed=3), until_s)


def same(one: Simulation, other: Simulation) -> bool:
    assert one.summary() == other.summary()
    assert one.action_log == other.action_log
    assert one.document == other.document
    assert one.digest() == other.digest()
    return True


@pytest.fixture(scope="module")
def untouched() -> Simulation:
    """Return the run that nobody took a snapshot of."""
    return begun(END_S)


def test_every_change_there_is_is_done() -> None:
    assert {change["type"] for _, changes in ACTIONS for change in changes} == set(CHANGE_MODELS)


@pytest.mark.parametrize("at_s", [0.0, 0.77, 1.0, 1.51, 2.3, 3.2, 4.2])
def test_a_snapshot_changes_nothing_and_leads_back(untouched: Simulation, at_s: float) -> None:
    simulation = begun(at_s)
    digest = simulation.digest()
    kept = simulation.snapshot()
    assert simulation.digest() == digest
    assert same(go_on(simulation, END_S), untouched)
    for _ in range(2):  # a second time, for going on must not have worn the snapshot
        simulation.restore(kept)
        assert simulation.digest() == digest
        assert same(go_on(simulation, END_S), untouched)
    assert same(go_on(Simulation.resume(kept), END_S), untouched)


def test_a_branch_goes_its_own_way(untouched: Simulation) -> None:
    simulation = begun(0.9)
    spared = simulation.branch()
    assert same(go_on(simulation, END_S), untouched)
    spared.advance(END_S)
    assert spared.check_state() == []
    assert spared.summary()["totals"]["failed"] < untouched.summary()["totals"]["failed"]
    assert same(simulation, untouched)


def test_a_branch_meets_the_same_requests_unless_it_is_given_a_seed() -> None:
    simulation = begun(0.4)
    like, unlike = simulation.branch(), simulation.branch(seed=8)
    for run in (simulation, like, unlike):
        run.advance(3.0)
    assert same(simulation, like)
    assert unlike.summary() != like.summary()
    log = json.loads(json.dumps(unlike.action_log))
    assert same(replay(starter(MAIN), 3, log, 3.0), unlike)


def test_totals_and_intervals_go_on_across_a_restart(untouched: Simulation) -> None:
    simulation = begun(1.2)
    simulation.reset_statistics()
    stored = simulation.snapshot().to_bytes(key=b"k")
    again = go_on(Simulation.resume(Snapshot.from_bytes(stored, key=b"k")), END_S)
    assert same(again, go_on(simulation, END_S))
    assert again.summary() != untouched.summary()
    json.dumps(again.frame(), allow_nan=False)


@pytest.mark.parametrize("at_s", [0.0, 1.0, 2.3, 4.2])
def test_bytes_bring_back_the_same_run(untouched: Simulation, at_s: float) -> None:
    kept = begun(at_s).snapshot()
    stored = kept.to_bytes()
    assert Snapshot.from_bytes(stored).to_bytes() == stored
    assert same(go_on(Simulation.resume(Snapshot.from_bytes(stored)), END_S), untouched)


def test_what_is_no_snapshot_is_refused_in_plain_words() -> None:
    stored = begun(1.1).snapshot().to_bytes(key=b"secret")
    wrong = [b"", b"PK", stored[:30], stored[:-1], stored + b"x", b"x" + stored]
    wrong += [
        stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :] for at in range(0, len(stored), 99_991)
    ]
    for data in wrong:
        with pytest.raises(SnapshotError):
            Snapshot.from_bytes(data, key=b"secret")
    with pytest.raises(SnapshotError, match="another key"):
        Snapshot.from_bytes(stored, key=b"other")


def signed(head: dict[str, Any], body: bytes) -> bytes:
    """Return bytes with a proper signature, whatever is in them."""
    text = json.dumps(head).encode()
    data = zlib.compress(len(text).to_bytes(8, "little") + text + body, 1)
    return bytes(snapshot._MAGIC + snapshot._mac(data, b"") + data)


def parts(stored: bytes) -> tuple[dict[str, Any], bytes]:
    data = bytes(snapshot._inflated(stored[len(snapshot._MAGIC) + snapshot._MAC_BYTES :]))
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


@pytest.mark.parametrize("field", ["engine", "at_s", "seed", "origin", "action_log", "plan", "state", "observed"])  # fmt: skip
@pytest.mark.parametrize("value", [None, -1, "x", [], [[1]], {}, 1e300])
def test_a_signed_head_that_lies_is_refused_or_does_no_harm(field: str, value: Any) -> None:
    head, body = parts(begun(1.1).snapshot().to_bytes())
    assert json.loads(json.dumps(head)) == head
    try:
        again = Simulation.resume(Snapshot.from_bytes(signed({**head, field: value}, body)))
    except SnapshotError:
        return
    again.advance(1.2)


def test_tables_that_lie_about_their_size_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    head, body = parts(begun(1.1).snapshot().to_bytes())
    for shape, kept in [
        ([2**40], -1),
        ([-1], -1),
        ([3, 3], 1),
        ([1.5], -1),
        ([True], -1),
        ([1], 2**50),
        ([10], -7),
    ]:
        tables = [[*table] for table in head["state"]]
        tables[4][2:] = [shape, kept]
        with pytest.raises(SnapshotError):
            Snapshot.from_bytes(signed({**head, "state": tables}, body))
    monkeypatch.setattr(snapshot, "SNAPSHOT_BYTES_MAX", 1000)
    with pytest.raises(SnapshotError, match="larger than 1,000 bytes"):
        Snapshot.from_bytes(signed(head, body))


def test_another_engine_s_snapshot_is_refused() -> None:
    head, body = parts(begun(0.1).snapshot().to_bytes())
    with pytest.raises(SnapshotError, match="another version"):
        Snapshot.from_bytes(signed({**head, "engine": "0"}, body))


WITHOUT_COMPILER = """
import numba
assert numba.config.DISABLE_JIT
from tests.simcore.engine.test_time_travel import travelled
print(travelled().digest())
"""


def travelled() -> Simulation:
    """Return a short run that has been back twice, once through bytes."""
    simulation = begun(0.6)
    kept = simulation.snapshot()
    go_on(simulation, 1.6)
    simulation.restore(Snapshot.from_bytes(kept.to_bytes()))
    go_on(simulation, 1.2)
    return go_on(simulation.branch(), 1.7)


@pytest.mark.slow
def test_travelling_without_the_compiler_is_the_same() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", WITHOUT_COMPILER]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[-1] == travelled().digest() == begun(1.7).digest()


# Timelines ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched() -> Timeline:
    timeline = Timeline(start(starter(MAIN), seed=3), every_s=0.3)
    for at_s, changes in ACTIONS:
        timeline.advance(at_s)
        do(timeline.simulation, *changes)
    timeline.advance(END_S)
    return timeline


@pytest.mark.parametrize("at_s", [0.0, 0.29, 0.3, 0.95, 1.0, 1.3, 2.25, 3.0, 4.999, END_S])
def test_any_moment_of_the_past_can_be_had(watched: Timeline, at_s: float) -> None:
    before = [action for action in watched.simulation.action_log if action["at_s"] < at_s]
    assert same(watched.at(at_s), replay(starter(MAIN), 3, before, at_s))


def test_a_watched_run_is_the_same(watched: Timeline, untouched: Simulation) -> None:
    assert same(watched.simulation, untouched)
    assert len(watched.moments_s) > END_S / 0.3 - 2
    for at_s in (-0.1, END_S + 0.1):
        with pytest.raises(ValueError, match="not in the past"):
            watched.at(at_s)


def test_a_run_taken_back_goes_on_as_the_first_time(untouched: Simulation) -> None:
    timeline = Timeline(start(starter(MAIN), seed=3), every_s=0.4)
    timeline.advance(0.5)
    go_on(timeline.simulation, 3.3)
    timeline.advance(4.0)
    timeline.rewind(2.1)
    assert timeline.simulation.now_s == 2.1
    assert max(timeline.moments_s) <= 2.1
    timeline.advance(2.4)
    assert same(go_on(timeline.simulation, END_S), untouched)
    timeline.keep()
    assert same(timeline.at(END_S), untouched)


def test_snapshots_are_bounded_in_number_and_thin_out_with_age() -> None:
    timeline = Timeline(start(starter(MAIN)), every_s=0.1, count_max=12)
    timeline.advance(20.0)
    times = timeline.moments_s
    assert len(times) == 12
    assert times[0] == 0.0
    assert times[-1] == pytest.approx(20.0, abs=0.1)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[-1] < 0.35
    assert all(gap <= 0.1 + 0.9 * (20.0 - earlier) for gap, earlier in zip(gaps, times, strict=False))
    assert sum(gaps[:4]) > 4 * sum(gaps[-4:])


def test_snapshots_are_bounded_in_bytes() -> None:
    one = Timeline(start(starter(MAIN)))
    size = one.size_bytes
    assert size > 0
    timeline = Timeline(start(starter(MAIN)), every_s=0.1, bytes_max=5 * size)
    for _ in range(30):
        timeline.advance(timeline.simulation.now_s + 0.1)
        assert timeline.size_bytes <= 5 * size or len(timeline.moments_s) == 1
    assert 1 <= len(timeline.moments_s) < 30
    assert same(timeline.at(1.05), replay(starter(MAIN), 1, [], 1.05))
    assert Timeline(start(starter(MAIN)), bytes_max=0).moments_s == (0.0,)


def test_a_snapshot_of_a_quiet_run_is_small_whatever_its_tables_hold_room_for() -> None:
    simulation = start(starter(MAIN))
    simulation.advance(5.0)
    kept = simulation.snapshot()
    room = sum(table.nbytes for table in simulation._state)
    assert kept.size_bytes < room / 4
    assert len(kept.to_bytes()) < room / 2
    assert dataclasses.replace(kept, observed={}).size_bytes < kept.size_bytes
