"""What every kind promises, whatever it simulates."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from simcore import Simulation, catalog, parse
from simcore.components import kinds
from simcore.components.base import LinkParameters, Role
from simcore.params import Parameters, ParameterSpec, parameter_specs
from simcore.scenario.document import RequestClass
from simcore.scenario.faults import FAULTS
from tests.every_kind.surroundings import CLIENT, SUBJECT, around, bounds_of, clients, controls, numeric
from tests.scenarios import Json, do, edge, fault, heal, measured, run, start

ICONS = Path(__file__).resolve().parents[2] / "static" / "icons"
KINDS = sorted(kinds())
#: Those that requests come to, or from.
SERVING = [kind for kind in KINDS if not controls(kind)]
#: Everything that declares parameters, by a name for the test's report.
DECLARERS: dict[str, type[Parameters]] = {**kinds(), "edge": LinkParameters, "class": RequestClass}
#: Ends of parameter names that say which unit they are in.
UNITS = {"_s": {"s"}, "_rps": {"1/s"}, "_bytes": {"bytes"}, "_ratio": {"ratio"}, "_bps": {"B/s", "bit/s"}}


def _number(kind: str, spec: ParameterSpec, end: str) -> Any:
    """Return the case of one end of one parameter's range."""
    endless = spec.name.endswith("_interval_s") and spec.gt == 0 and end == "low"
    reason = "a loop every nanosecond never lets a run get anywhere; the interval needs a real lower bound"
    marks = [pytest.mark.xfail(run=False, reason=reason)] if endless else []
    return pytest.param(kind, spec.name, end, marks=marks)


NUMBERS = [_number(kind, spec, end) for kind in KINDS for spec in numeric(kind) for end in ("low", "high")]
OPTIONS = [
    (kind, spec.name, value)
    for kind in KINDS
    for spec in parameter_specs(kinds()[kind])
    for value in (spec.choices if spec.type == "choice" else (True, False) if spec.type == "bool" else ())
]
#: At the top of its range a client sends a million requests per second: a moment is enough.
MOMENT_S, WHILE_S = 0.02, 1.0


def is_used(simulation: Simulation) -> bool:
    """Tell whether anything has reached the node under test."""
    return bool(simulation.summary()["nodes"][SUBJECT]["offered"] > 0)


def test_kinds_are_found() -> None:
    assert len(KINDS) >= 8
    assert clients()
    assert {kind.role for kind in kinds().values()} == set(Role)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_made_of_defaults(kind: str) -> None:
    component = kinds()[kind]()
    assert type(component).model_validate(json.loads(component.model_dump_json())) == component
    with pytest.raises(ValueError, match="frozen"):
        component.no_such_parameter = 1  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="no_such_parameter"):
        type(component).model_validate({"no_such_parameter": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_describes_itself(kind: str) -> None:
    cls = kinds()[kind]
    for text in (cls.title, cls.summary, cls.models, cls.leaves_out, cls.__doc__ or ""):
        assert text.strip()
    assert cls.summary.endswith(".")
    assert (ICONS / f"{kind}.svg").read_text(encoding="utf-8").lstrip().startswith("<svg")
    assert set(cls.faults) <= {name for name, spec in FAULTS.items() if spec.target == "node"}
    assert {entry["kind"] for entry in catalog()["kinds"]} >= {kind}


@pytest.mark.parametrize("name", sorted(DECLARERS))
def test_every_parameter_tells_what_it_is(name: str) -> None:
    for spec in parameter_specs(DECLARERS[name]):
        assert spec.label
        assert spec.help.endswith("."), spec.name
        for ending, units in UNITS.items():
            if spec.name.endswith(ending):
                assert spec.unit in units, spec.name
        if spec.type in ("int", "float"):
            assert spec.le is not None
            assert (spec.ge is None) != (spec.gt is None), spec.name
        if spec.type == "choice":
            allowed = set(DECLARERS[name].model_json_schema()["properties"][spec.name]["enum"])
            assert set(spec.choices) == allowed
            assert all(spec.choices.values())
            assert spec.default in allowed


@pytest.mark.parametrize("name", sorted(DECLARERS))
def test_values_outside_the_bounds_are_refused(name: str) -> None:
    cls = DECLARERS[name]
    base = {"name": "x"} if cls is RequestClass else {}
    for spec in parameter_specs(cls):
        if spec.type not in ("int", "float"):
            continue
        low, high = bounds_of(spec)
        cls.model_validate({**base, spec.name: low})
        cls.model_validate({**base, spec.name: high})
        for bad in (low - 1, high * 2 + 1, float("nan"), float("inf"), "many", None):
            with pytest.raises(ValueError, match=re.escape(spec.name)):
                cls.model_validate({**base, spec.name: bad})


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_survives_the_way_through_json(kind: str) -> None:
    document = around(kind)
    scenario = parse(document).scenario
    assert scenario is not None
    again = parse(json.dumps(scenario.to_json())).scenario
    assert again == scenario
    assert again.to_json() == scenario.to_json()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_alone_runs(kind: str) -> None:
    document = around(kind)
    alone = {
        **document,
        "nodes": [node for node in document["nodes"] if node["id"] == SUBJECT],
        "edges": [],
    }
    run(alone, 5.0)


@pytest.mark.parametrize("kind", SERVING)
def test_a_kind_is_used_deterministic_and_conserving(kind: str) -> None:
    first, second = run(around(kind), 20.0), run(around(kind), 20.0)
    assert is_used(first)
    assert first.digest() == second.digest()
    summary = first.summary()
    everything = [summary["totals"], *summary["nodes"].values(), *summary["edges"].values()]
    for books in everything:
        assert books["offered"] == books["completed"] + books["failed"] + books["in_flight"]
    assert summary["totals"]["failed"] == 0
    assert summary["totals"]["completed"] > 1500
    assert summary["nodes"][SUBJECT]["completed"] > 0


@pytest.mark.parametrize("kind", SERVING)
def test_littles_law(kind: str) -> None:
    """Mean population = throughput x mean time, at the node and for the whole system, after a warm-up."""
    simulation = start(
        around(kind, {"service_time_mean_s": 0.01} if has(kind, "service_time_mean_s") else {})
    )
    simulation.advance(5.0)
    simulation.reset_statistics()
    position = simulation.layout()["nodes"].index(SUBJECT)
    at_node, in_all = [], []
    for tick in range(1, 2001):
        simulation.advance(5.0 + tick * 0.05)
        frame = simulation.frame()
        at_node.append(frame["nodes"]["in_flight"][position])
        in_all.append(frame["totals"]["in_flight"])
    summary = simulation.summary()
    for seen, books in ((at_node, summary["nodes"][SUBJECT]), (in_all, summary["totals"])):
        expected = books["throughput_rps"] * books["latency_mean_s"]
        mean = sum(seen) / len(seen)
        assert mean == pytest.approx(expected, rel=0.08, abs=0.02)


def has(kind: str, name: str) -> bool:
    """Tell whether a kind has a parameter."""
    return name in {spec.name for spec in parameter_specs(kinds()[kind])}


@pytest.mark.parametrize(("kind", "name", "end"), NUMBERS, ids=str)
def test_every_number_at_both_ends(kind: str, name: str, end: str) -> None:
    spec = next(spec for spec in numeric(kind) if spec.name == name)
    value = bounds_of(spec)[end == "high"]
    floods = spec.unit == "1/s" and end == "high"
    simulation = run(around(kind, {name: value}), MOMENT_S if floods else WHILE_S)
    json.dumps(simulation.frame(), allow_nan=False)
    json.dumps(simulation.summary(), allow_nan=False)
    turned = run(around(kind), 0.0)
    do(turned, {"type": "set_parameter", "node_id": SUBJECT, "name": name, "value": value})
    turned.advance(MOMENT_S)
    assert turned.check_state() == []


@pytest.mark.parametrize(("kind", "name", "value"), OPTIONS, ids=str)
def test_every_option(kind: str, name: str, value: Any) -> None:
    simulation = run(around(kind, {name: value}), WHILE_S)
    assert simulation.summary()["totals"]["completed"] > 0
    turned = run(around(kind), WHILE_S)
    do(turned, {"type": "set_parameter", "node_id": SUBJECT, "name": name, "value": value})
    turned.advance(2 * WHILE_S)
    assert turned.check_state() == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_strikes_and_heals(kind: str) -> None:
    for name in kinds()[kind].faults:
        simulation = run(around(kind), 2.0)
        do(simulation, fault(name, SUBJECT))
        simulation.advance(6.0)
        assert simulation.check_state() == []
        states = dict(zip(simulation.layout()["nodes"], simulation.frame()["nodes"]["state"], strict=True))
        assert states[SUBJECT] == {
            "crash": "crashed",
            "restart": "crashed",
            "hang": "hung",
            "slow": "slow",
            "crash_shard": "shard_down",
        }.get(name, "up")
        do(simulation, heal(SUBJECT))
        simulation.advance(40.0)
        assert simulation.check_state() == []
        after = measured(simulation, 10.0)
        assert after["totals"]["failed"] == 0, name
        assert controls(kind) or after["nodes"][SUBJECT]["completed"] > 0, name


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_removed_and_put_back_while_it_runs(kind: str) -> None:
    document = around(kind)
    simulation = run(document, 2.0)
    do(simulation, {"type": "remove_node", "node_id": SUBJECT})
    assert simulation.check_state() == []
    simulation.advance(5.0)
    assert simulation.check_state() == []
    node = next(node for node in document["nodes"] if node["id"] == SUBJECT)
    wires = [wire for wire in document["edges"] if SUBJECT in (wire["source"], wire["target"])]
    do(
        simulation,
        {"type": "add_node", "node": node},
        *({"type": "add_edge", "edge": edge(wire["source"], wire["target"])} for wire in wires),
    )
    simulation.advance(30.0)
    assert simulation.check_state() == []
    after = measured(simulation, 10.0)
    assert after["totals"]["failed"] == 0
    assert controls(kind) or after["nodes"][SUBJECT]["completed"] > 0


@pytest.mark.parametrize("kind", SERVING)
def test_the_surroundings_lead_from_a_client_to_the_kind(kind: str) -> None:
    document: Json = around(kind)
    names = {node["id"] for node in document["nodes"]}
    assert CLIENT in names or kind in clients()
    reached = {wire["target"] for wire in document["edges"]}
    assert SUBJECT in reached or kind in clients()
    assert {wire["source"] for wire in document["edges"]} >= {SUBJECT} or not kinds()[kind].connects_to
