"""No parameter is there for show: another value, and every choice, is something else for the engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from simcore import parse
from simcore.compiler import Compiler
from simcore.components import kinds
from simcore.components.base import LinkParameters
from simcore.params import Parameters, ParameterSpec, parameter_specs
from simcore.scenario.document import RequestClass
from tests.every_kind.surroundings import SUBJECT, around
from tests.scenarios import Json

OF_KINDS = [(kind, spec.name) for kind in sorted(kinds()) for spec in parameter_specs(kinds()[kind])]
OF_LINKS = [spec.name for spec in parameter_specs(LinkParameters)]
OF_CLASSES = [spec.name for spec in parameter_specs(RequestClass) if spec.name != "name"]


def program_of(document: Json) -> Any:
    """Return everything that the engine is given."""
    scenario = parse(document).scenario
    assert scenario is not None
    program = Compiler().compile(scenario)
    tables = (
        program.pools, program.stores, program.groups, program.links, program.sources, program.queues, program.clusters,
        program.daemons, program.scalers, program.scaled, program.shares, program.gates, program.classes,
    )  # fmt: skip
    return program.code.tolist(), program.slots.tolist(), program.entries.tolist(), program.streams, tables


def others(spec: ParameterSpec) -> list[Any]:
    """Return legal values that are not the default, the last two of a number far from it."""
    if spec.type == "bool":
        return [not spec.default]
    if spec.type == "choice":
        return [choice for choice in spec.choices if choice != spec.default]
    if spec.type == "numbers":
        return ["1, 2, 5"]
    if spec.type == "points":
        return ["0: 5, 1: 50, 2: 0"]
    low = spec.ge if spec.ge is not None else spec.gt
    assert low is not None
    assert spec.le is not None
    between = [low + (spec.le - low) * share for share in (0.001, 0.1, 0.5)]
    known = {spec.default.__class__(value) for value in between} - {spec.default}
    return sorted(known)


def settings(cls: type[Parameters], name: str) -> Iterator[Json]:
    """Return what else may have to be set for a parameter to matter: nothing, any one switch, any two, a number."""
    specs = [spec for spec in parameter_specs(cls) if spec.name != name]
    switches = [
        {spec.name: value} for spec in specs if spec.type in ("bool", "choice") for value in others(spec)
    ]
    yield {}
    yield from switches
    yield from ({spec.name: others(spec)[0]} for spec in specs if spec.type not in ("bool", "choice"))
    yield from (one | other for one in switches for other in switches if one.keys() != other.keys())


def drawings(kind: str, parameters: Json) -> tuple[Json, Json]:
    """Return drawings around a kind: with all that it may call, and with nothing of it."""
    whole = around(kind, parameters)
    alone = [edge for edge in whole["edges"] if edge["source"] != SUBJECT]
    return whole, {**whole, "edges": alone}


def matters(cls: type[Parameters], name: str, documents_of: Any) -> bool:
    """Tell whether some other value, or of choices every one, gives a program of its own, with whatever else set."""
    spec = next(spec for spec in parameter_specs(cls) if spec.name == name)
    values = others(spec)
    for more in settings(cls, name):
        for drawing in (0, 1):
            programs = [
                program_of(documents_of({**more, **own})[drawing])
                for own in ({}, *({name: it} for it in values))
            ]
            if spec.type == "choice":
                found = all(one != other for one, other in itertools.combinations(programs, 2))
            else:
                found = any(one != programs[0] for one in programs)
            if found:
                return True
    return False


@pytest.mark.parametrize(("kind", "name"), OF_KINDS)
def test_every_parameter_of_a_component_reaches_the_engine(kind: str, name: str) -> None:
    assert matters(kinds()[kind], name, lambda parameters: drawings(kind, parameters))


@pytest.mark.parametrize("name", OF_LINKS)
def test_every_parameter_of_a_connection_reaches_the_engine(name: str) -> None:
    document = around("cache")

    def drawn(parameters: Json) -> tuple[Json, Json]:
        edges = [{**edge, "parameters": parameters} for edge in document["edges"]]
        return ({**document, "edges": edges},) * 2

    assert matters(LinkParameters, name, drawn)


@pytest.mark.parametrize("name", OF_CLASSES)
def test_every_parameter_of_a_request_class_reaches_the_engine(name: str) -> None:
    document = around("cache")

    def drawn(parameters: Json) -> tuple[Json, Json]:
        return ({**document, "workload": {"classes": [{"name": SUBJECT, **parameters}]}},) * 2

    assert matters(RequestClass, name, drawn)
