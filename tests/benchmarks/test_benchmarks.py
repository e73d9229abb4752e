"""The benchmarks themselves: they exist, and everybody simulates the same models."""

from __future__ import annotations

import importlib

import pytest

from simcore import parse
from tests.benchmarks.__main__ import NAMES
from tests.benchmarks.engine import Engine
from tests.benchmarks.models import MODELS
from tests.benchmarks.rivals import Contender, Heap, SimPy


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_run(name: str) -> None:
    assert callable(importlib.import_module(f"tests.benchmarks.{name}").main)


@pytest.mark.parametrize("name", MODELS)
def test_models_are_sound(name: str) -> None:
    model = MODELS[name]()
    assert parse(model.document).scenario is not None
    assert max(step.first + step.among for step in model.steps if step.do == 0) <= len(model.capacities)


def test_contenders_agree_on_the_mean_latency() -> None:
    model = MODELS["W2"]()
    contenders: list[Contender] = [Engine(model, 1), Heap(model, 1), SimPy(model, 1)]
    for contender in contenders:
        contender.advance(2_000)
        contender.advance(20_000)
    assert [contender.latency_mean_s() for contender in contenders] == pytest.approx(
        [model.latency_mean_s] * len(contenders), rel=0.05
    )
