"""The chain of document versions."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simcore.scenario.document import VERSION
from simcore.scenario.migrations import STEPS, migrate
from simcore.scenario.parse import parse


def test_there_is_a_step_from_every_earlier_version() -> None:
    assert sorted(STEPS) == list(range(1, VERSION))


def test_migrating_twice_is_migrating_once_and_the_argument_stays(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    once, problem = migrate(document)
    assert problem is None
    assert migrate(once) == (once, None)
    assert document == before


def test_parameters_that_did_nothing_are_left_behind() -> None:
    idle = {"attempts_max": 2, "backoff_base_s": 0.1, "hedging": True, "hedge_delay_s": 0.1}
    nodes = [
        {"id": "data", "kind": "database", "parameters": {**idle, "connection_count": 9}},
        {"id": "hands", "kind": "worker", "parameters": {**idle, "worker_count": 3}},
        {"id": "front", "kind": "web_server", "parameters": idle},
        {"id": "odd", "kind": ["database"], "parameters": 5},
        7,
    ]
    after, problem = migrate({"version": 1, "nodes": nodes})
    assert problem is None
    assert [node["parameters"] for node in after["nodes"][:3]] == [
        {"connection_count": 9, "hedging": True, "hedge_delay_s": 0.1},
        {"attempts_max": 2, "backoff_base_s": 0.1, "worker_count": 3},
        idle,
    ]
    assert after["nodes"][3:] == nodes[3:]
    priced = [{"kind": kind, "parameters": {"price_internet_usd": 1.0}} for kind in ("cache", "web_server")]
    after, _ = migrate({"version": 2, "nodes": priced})
    assert [node["parameters"] for node in after["nodes"]] == [{}, {"price_internet_usd": 1.0}]
    assert migrate({"version": 1, "nodes": 4}) == ({"version": 3, "nodes": 4}, None)
    stored = {"version": 1, "nodes": [{"id": "data", "kind": "database", "parameters": {"attempts_max": 2}}]}
    assert parse(stored).scenario is not None


def test_planned_faults_that_did_nothing_are_left_behind() -> None:
    slow = {"at_s": 1.0, "fault": "slow"}
    faults = [{**slow, "node_id": "scaler"}, {**slow, "node_id": "web"}, {**slow, "node_id": ["scaler"]}, 3]
    nodes = [{"id": "scaler", "kind": "autoscaler"}, {"id": "web", "kind": "web_server"}, {"kind": []}, 4]
    after, _ = migrate({"version": 2, "nodes": nodes, "faults": faults})
    assert after["faults"] == faults[1:]
    assert migrate({"version": 1, "nodes": nodes, "faults": 5})[0]["faults"] == 5


def test_steps_run_in_order_from_the_version_of_the_document() -> None:
    def first(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "log": [1]}

    def second(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "log": [*document.get("log", []), 2]}

    steps = {1: first, 2: second}
    assert migrate({"version": 1}, steps=steps, newest=3) == ({"version": 3, "log": [1, 2]}, None)
    assert migrate({"version": 2}, steps=steps, newest=3) == ({"version": 3, "log": [2]}, None)
    assert migrate({"version": 3}, steps=steps, newest=3) == ({"version": 3}, None)


@pytest.mark.parametrize(
    ("version", "code"), [(VERSION + 1, "S011"), (0, "S012"), (None, "S012"), (1.0, "S012")]
)
def test_other_versions_are_refused(version: Any, code: str) -> None:
    _, problem = migrate({"version": version})
    assert problem is not None
    assert problem.code == code
