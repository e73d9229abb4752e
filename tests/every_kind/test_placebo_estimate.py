"""Every number and every choice of an estimate moves what follows from it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from simcore import parse
from simcore.analysis.estimate import compute_estimate, workload_changes
from simcore.params import ParameterSpec, parameter_specs
from simcore.scenario.estimates import Action, Estimate
from tests.every_kind.placebo.scenes import scene

ACTION = Action(name="asked", kept=True, size_bytes=1_000.0, delivery_count=2.0)


def values(spec: ParameterSpec) -> list[Any]:
    """Return the default and what it is compared with: another number, or all other choices."""
    if spec.type == "choice":
        return list(spec.choices)
    if spec.type == "bool":
        return [False, True]
    if spec.type == "int":
        return [spec.default, spec.default + 2]
    quarter = spec.default / 4
    return [spec.default, quarter if quarter >= (spec.ge or 0.0) else spec.default * 4]


def following(estimate: Estimate) -> Any:
    """Return all figures of an estimate, and the traffic that it becomes."""
    scenario = parse(scene("web_server")).scenario
    assert scenario is not None
    figures = compute_estimate(estimate)
    return figures.to_json(), workload_changes(scenario, estimate, figures.peak_rps)


@pytest.mark.parametrize("spec", parameter_specs(Estimate), ids=lambda spec: spec.name)
def test_every_parameter_of_an_estimate_moves_a_figure(spec: ParameterSpec) -> None:
    found = [
        following(Estimate.model_validate({"actions": (ACTION,), spec.name: value})) for value in values(spec)
    ]
    assert all(one != other for one, other in itertools.combinations(found, 2))


@pytest.mark.parametrize("spec", parameter_specs(Action), ids=lambda spec: spec.name)
def test_every_parameter_of_an_action_moves_a_figure(spec: ParameterSpec) -> None:
    actions = [Action.model_validate({**ACTION.model_dump(), spec.name: value}) for value in values(spec)]
    found = [following(Estimate(actions=(action,))) for action in actions]
    assert all(one != other for one, other in itertools.combinations(found, 2))
