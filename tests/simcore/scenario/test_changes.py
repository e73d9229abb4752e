"""Changing documents: pure, all or nothing, and the same as drawing the result in the first place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore.limits import CHANGES_PER_BATCH_MAX
from simcore.scenario.change_models import CHANGE_MODELS
from simcore.scenario.changes import apply_changes
from simcore.scenario.parse import parse

READ_ONLY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def codes(document: dict[str, Any], changes: object, kinds: Any) -> list[str]:
    before = copy.deepcopy(document)
    result = apply_changes(document, changes, kinds=kinds)
    assert document == before, "the given document was touched"
    if result.diagnostics:
        assert result.document is document
    return [item.code for item in result.diagnostics]


def changed(document: dict[str, Any], *changes: dict[str, Any], kinds: Any) -> dict[str, Any]:
    result = apply_changes(document, list(changes), kinds=kinds)
    assert result.diagnostics == ()
    return result.document


def test_a_drawing_made_by_changes_equals_the_one_written_down(document: dict[str, Any], kinds: Any) -> None:
    changes = [
        *({"type": "add_node", "node": node} for node in document["nodes"]),
        *({"type": "add_edge", "edge": edge} for edge in document["edges"]),
        {"type": "set_workload", "workload": document["workload"]},
        {"type": "set_faults", "faults": document["faults"]},
        {"type": "rename_scenario", "name": document["name"]},
        {"type": "set_seed", "seed": document["seed"]},
        {"type": "set_notes", "notes": document["notes"]},
    ]
    drawn = changed({"version": 1}, *changes, kinds=kinds)
    assert parse(drawn, kinds=kinds).scenario == parse(document, kinds=kinds).scenario


def test_each_change_does_what_it_says(document: dict[str, Any], kinds: Any) -> None:
    after = changed(
        document,
        {"type": "move_node", "node_id": "c", "x": 10, "y": 20.5},
        {"type": "rename_node", "node_id": "c", "name": "Memory"},
        {"type": "set_parameter", "node_id": "s2", "name": "policy", "value": "lifo"},
        {"type": "set_parameter", "node_id": "s1", "name": "server_count", "value": None},
        {"type": "set_edge_parameter", "edge_id": "u-s2", "name": "weight", "value": 3},
        {"type": "set_edge_parameter", "edge_id": "u-s1", "name": "latency_mean_s", "value": None},
        kinds=kinds,
    )
    nodes = {node["id"]: node for node in after["nodes"]}
    edges = {edge["id"]: edge for edge in after["edges"]}
    assert nodes["c"] == {"id": "c", "kind": "cache", "x": 10, "y": 20.5, "name": "Memory"}
    assert nodes["s2"]["parameters"] == {"policy": "lifo"}
    assert nodes["s1"]["parameters"] == {}
    assert edges["u-s2"]["parameters"] == {"weight": 3}
    assert edges["u-s1"]["parameters"] == {}


def test_removing_a_component_takes_its_connections_and_scheduled_faults_along(
    document: dict[str, Any], kinds: Any
) -> None:
    after = changed(document, {"type": "remove_node", "node_id": "d1"}, kinds=kinds)
    assert "d1" not in {node["id"] for node in after["nodes"]}
    assert not any("d1" in (edge["source"], edge["target"]) for edge in after["edges"])
    assert [fault["fault"] for fault in after["faults"]] == ["delay"]
    after = changed(after, {"type": "remove_edge", "edge_id": "u-s1"}, kinds=kinds)
    assert after["faults"] == []


def test_a_batch_is_all_or_nothing(document: dict[str, Any], kinds: Any) -> None:
    rename = {"type": "rename_node", "node_id": "c", "name": "Memory"}
    assert codes(document, [rename, {"type": "remove_node", "node_id": "gone"}], kinds) == ["S082"]
    assert codes(document, [rename, {"type": "set_seed", "seed": -1}], kinds) == ["S024"]


def test_a_batch_may_go_through_a_wrong_state(document: dict[str, Any], kinds: Any) -> None:
    first = {"type": "add_edge", "edge": {"id": "new", "source": "s1", "target": "s3"}}
    then = {"type": "add_node", "node": {"id": "s3", "kind": "server"}}
    assert codes(document, [first], kinds) == ["S044"]
    assert codes(document, [first, then], kinds) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "add_node", "node": {"id": "c", "kind": "cache"}}, "S084"),
        ({"type": "add_node", "node": {"id": "no space", "kind": "cache"}}, "S029"),
        ({"type": "add_node", "node": {"id": "n", "kind": "cash"}}, "S040"),
        ({"type": "add_edge", "edge": {"id": "u-s1", "source": "u", "target": "s2"}}, "S085"),
        ({"type": "add_edge", "edge": {"id": "n", "source": "u", "target": "s2"}}, "S047"),
        ({"type": "add_edge", "edge": {"id": "n", "source": "u", "target": "c"}}, "S048"),
        ({"type": "add_edge", "edge": {"id": "n", "source": "d2", "target": "d1"}}, "S051"),
        ({"type": "remove_edge", "edge_id": "gone"}, "S083"),
        ({"type": "move_node", "node_id": "c", "x": float("nan"), "y": 0}, "S027"),
        ({"type": "move_node", "node_id": "gone", "x": 0, "y": 0}, "S082"),
        ({"type": "set_parameter", "node_id": "s1", "name": "server_count", "value": 0}, "S024"),
        ({"type": "set_parameter", "node_id": "s1", "name": "servercount", "value": 1}, "S022"),
        ({"type": "set_parameter", "node_id": "s1", "name": "server_count"}, "S020"),
        ({"type": "set_edge_parameter", "edge_id": "u-s1", "name": "loss_ratio", "value": 2}, "S025"),
        ({"type": "set_edge_parameter", "edge_id": "gone", "name": "loss_ratio", "value": 1}, "S083"),
        ({"type": "rename_scenario", "name": "x" * 81}, "S030"),
        ({"type": "rename_scenario", "name": 5}, "S023"),
        ({"type": "set_availability_target", "availability_target_ratio": 1.0}, "S025"),
        ({"type": "set_availability_target", "availability_target_ratio": 0.49}, "S024"),
        ({"type": "set_availability_target", "availability_target_ratio": "all"}, "S023"),
        ({"type": "explode"}, "S081"),
        ({}, "S081"),
        (7, "S081"),
        ({"type": "set_seed", "seed": 1, "extra": 2}, "S021"),
        ({"type": "fault", "fault": "crash", "node_id": "gone"}, "S066"),
        ({"type": "fault", "fault": "crash", "node_id": "u"}, "S067"),
        ({"type": "fault", "fault": "crash", "edge_id": "u-s1"}, "S064"),
        ({"type": "fault", "fault": "delay", "edge_id": "u-s1", "factor": 0}, "S026"),
        ({"type": "fault", "fault": "zap", "node_id": "s1"}, "S028"),
        ({"type": "heal"}, "S088"),
        ({"type": "heal", "node_id": "gone"}, "S082"),
        ({"type": "heal", "edge_id": "gone"}, "S083"),
        ({"type": "inject", "node_id": "s1"}, "S086"),
        ({"type": "inject", "node_id": "gone"}, "S082"),
    ],
)
def test_wrong_changes_are_refused_with_a_code(
    change: object, code: str, document: dict[str, Any], kinds: Any
) -> None:
    assert codes(document, [change], kinds) == [code]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "fault", "fault": "crash", "node_id": "s1"},
        {"type": "fault", "fault": "slow", "node_id": "d1", "factor": 5},
        {"type": "fault", "fault": "partition", "edge_id": "u-s1"},
        {"type": "heal", "node_id": "s1"},
        {"type": "heal", "edge_id": "u-s1"},
        {"type": "inject", "node_id": "u"},
    ],
)
def test_live_changes_are_checked_and_leave_the_document_alone(
    change: dict[str, Any], document: dict[str, Any], kinds: Any
) -> None:
    result = apply_changes(document, [change], kinds=kinds)
    assert result.diagnostics == ()
    assert result.document is document


def test_batches_are_bounded_and_must_be_lists(document: dict[str, Any], kinds: Any) -> None:
    seed = {"type": "set_seed", "seed": 3}
    assert codes(document, [seed] * CHANGES_PER_BATCH_MAX, kinds) == []
    assert codes(document, [seed] * (CHANGES_PER_BATCH_MAX + 1), kinds) == ["S031"]
    assert codes(document, seed, kinds) == ["S080"]


def test_a_wrong_document_can_be_repaired_step_by_step_but_not_made_worse(draw: Any, kinds: Any) -> None:
    document = draw("a:server b:server", "a>gone b>a")
    document["nodes"][0]["parameters"] = {"server_count": 0}
    problems = parse(document, kinds=kinds).diagnostics
    assert len(problems) == 2
    worse = {"type": "set_parameter", "node_id": "b", "name": "server_count", "value": -1}
    assert codes(document, [worse], kinds) == ["S024"]
    for problem in problems:
        document = changed(document, *(dict(change) for change in problem.fix), kinds=kinds)
    assert parse(document, kinds=kinds).diagnostics == ()


@pytest.mark.parametrize(
    "document", [None, [], {"version": 9}, {"version": 1, "nodes": 3}, {"version": 1, "nodes": [3]}]
)
def test_what_is_no_scenario_cannot_be_changed(document: Any, kinds: Any) -> None:
    result = apply_changes(document, [{"type": "set_seed", "seed": 3}], kinds=kinds)
    assert [item.code for item in result.diagnostics] in (["S087"], ["S011"])


NODE_IDS = st.sampled_from(["u", "s1", "s2", "c", "d1", "new", "gone"])
EDGE_IDS = st.sampled_from(["u-s1", "u-s2", "s1-d1", "d1-d2", "new", "gone"])
GROUP_IDS = st.sampled_from(["g1", "g2", "gone"])
NAMES = st.sampled_from(["server_count", "policy", "arrival_rate_rps", "weight", "latency_mean_s", "nope"])
VALUES = st.none() | st.integers(-2, 200) | st.floats() | st.sampled_from(["lifo", "x", True])
KIND_NAMES = st.sampled_from(["server", "cache", "nope"])
FIELD_VALUES = {
    "type": st.nothing(),
    "node": st.fixed_dictionaries({"id": NODE_IDS, "kind": KIND_NAMES}),
    "edge": st.fixed_dictionaries({"id": EDGE_IDS, "source": NODE_IDS, "target": NODE_IDS}),
    "node_id": NODE_IDS,
    "edge_id": EDGE_IDS,
    "name": NAMES,
    "value": VALUES,
    "x": st.floats(),
    "y": st.integers(),
    "seed": st.integers(-1, 5),
    "notes": st.text(max_size=3),
    "workload": st.just({"classes": [{"name": "only"}]}),
    "faults": st.just([]),
    "estimate": st.none() | st.sampled_from([{"user_count": 5, "actions": []}, {"user_count": -1}]),
    "fault": st.sampled_from(["crash", "delay", "partition", "nope"]),
    "region": st.sampled_from(["seoul", "tokyo", "nowhere"]),
    "other_region": st.sampled_from(["seoul", "tokyo", "anywhere"]),
    "group": st.fixed_dictionaries(
        {"id": GROUP_IDS, "kind": st.sampled_from(["region", "zone", "network", "nope"])},
        optional={"parent_id": GROUP_IDS, "parameters": st.just({"region": "seoul", "tenure": "own"})},
    ),
    "group_id": st.none() | GROUP_IDS,
    "parent_id": st.none() | GROUP_IDS,
    "gateway": st.booleans(),
    "availability_target_ratio": st.floats(),
    "factor": st.none() | st.floats(),
    "duration_s": st.floats(),
}


@st.composite
def change_values(draw_value: st.DrawFn) -> dict[str, Any]:
    name = draw_value(st.sampled_from(sorted(CHANGE_MODELS)))
    fields = [field for field in CHANGE_MODELS[name].model_fields if field != "type"]
    return {"type": name} | {field: draw_value(FIELD_VALUES[field]) for field in fields}


@READ_ONLY
@given(changes=st.lists(change_values(), max_size=8))
def test_the_state_after_a_stream_of_changes_is_a_fresh_load(
    changes: list[dict[str, Any]], document: dict[str, Any], kinds: Any
) -> None:
    original = copy.deepcopy(document)
    current, accepted = document, []
    for change in changes:
        result = apply_changes(current, [change], kinds=kinds)
        if result.diagnostics == ():
            accepted.append(change)
            current = result.document
        else:
            assert result.document is current
    parsed = parse(json.loads(json.dumps(current)), kinds=kinds)
    assert parsed.scenario is not None
    assert parse(parsed.scenario.to_json(), kinds=kinds).scenario == parsed.scenario
    assert apply_changes(original, accepted, kinds=kinds).document == current
    assert document == original


@READ_ONLY
@given(changes=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.sampled_from(["type", "node_id", "node", "value"]), inner, max_size=4)))  # fmt: skip
def test_garbage_never_raises(changes: object, document: dict[str, Any], kinds: Any) -> None:
    codes(document, changes, kinds)


def test_the_availability_target_is_kept_and_left_out_when_it_is_the_usual_one(kinds: Any) -> None:
    usual = parse({"version": 3}, kinds=kinds).scenario
    assert usual is not None
    assert usual.availability_target_ratio == 0.999
    assert "availability_target_ratio" not in usual.to_json()
    for ratio in (0.5, 0.99, 0.99999):  # both bounds and one between
        change = {"type": "set_availability_target", "availability_target_ratio": ratio}
        scenario = parse(changed({"version": 3}, change, kinds=kinds), kinds=kinds).scenario
        assert scenario is not None
        assert scenario.to_json()["availability_target_ratio"] == ratio
        assert parse(scenario.to_json(), kinds=kinds).scenario == scenario
