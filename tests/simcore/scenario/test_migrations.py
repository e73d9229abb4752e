"""The chain of document versions."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simcore.scenario.document import VERSION
from simcore.scenario.migrations import STEPS, migrate


def test_there_is_a_step_from_every_earlier_version() -> None:
    assert sorted(STEPS) == list(range(1, VERSION))


def test_migrating_twice_is_migrating_once_and_the_argument_stays(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    once, problem = migrate(document)
    assert problem is None
    assert migrate(once) == (once, None)
    assert document == before


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
