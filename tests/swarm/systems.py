"""Random documents: any kinds, parameters anywhere within their bounds, any wiring that parses.

Everything is read off the declarations, so whatever a kind learns is drawn from the day it is declared. Caps keep a
trial short and small; they bound how much work a parameter may cause, never which values are legal.
"""

from __future__ import annotations

import functools
import math
import random
import re
from typing import Any

from simcore import parse
from simcore.components import kinds
from simcore.components.base import LinkParameters, Role
from simcore.diagnostics import Severity
from simcore.params import NUMBER_MAX, Parameters, ParameterSpec, parameter_specs
from simcore.regions import ANYWHERE
from simcore.scenario.document import RequestClass
from simcore.scenario.faults import FAULTS, REGION_PAIRS, SHARD
from tests.swarm import groupings

Json = dict[str, Any]

NODES_MAX = 9
#: One system in so many is made of many small ones side by side, until it has so many components.
WIDE_ONE_IN = 400
WIDE_NODES = (257, 320)
CLASSES_MAX = 4
#: The greatest value drawn, by unit or by a word in the parameter's name: the first that fits.
CAPS = (
    (re.compile("attempts"), 4.0),
    (re.compile("user|client|people"), 300.0),
    (re.compile("_rps$|rate"), 600.0),
    (re.compile("entries|keys|key_count"), 2_000.0),
    (re.compile("nodes|instances|shards|partitions"), 12.0),
    (re.compile("_count$|_max$|capacity"), 20_000.0),
    (re.compile("bytes"), 100_000.0),
    (re.compile("factor"), 8.0),
)
#: The least value drawn but for the very least that is legal, which often means "none".
FLOORS = ((re.compile("_bps$"), 100_000.0),)
#: Times are short, so that a trial of seconds sees them pass; one trial in so many has them as long as they may be.
TIME_CAP_S = 1.5
PATIENT_ONE_IN = 25
#: Pauses of loops that run beside the requests are not shorter than this, or most of a trial would be theirs.
TIME_FLOOR_S = 1e-3


def document(chance: random.Random) -> Json:
    """Return a random document that parses."""
    patient = chance.randrange(PATIENT_ONE_IN) == 0
    chosen, wires = _parts(chance)
    nodes = [
        {"id": f"n{i}", "kind": kind, "name": "", "x": 0, "y": 0, "parameters": parameters(chance, kinds()[kind], patient)}
        for i, kind in enumerate(chosen)
    ]  # fmt: skip
    drawing: Json = {
        "version": 3,
        "name": "",
        "seed": chance.randrange(1000),
        "nodes": nodes,
        "edges": [wire(chance, f"n{i}", f"n{j}", patient) for i, j in wires],
        "groups": [],
        "workload": workload(chance),
        "faults": [],
        "notes": "",
    }
    drawing = repaired(groupings.grouped(chance, drawing))
    if chance.random() < 0.2:
        drawing = repaired({**drawing, "faults": _planned(chance, drawing)})
    return drawing


def repaired(drawing: Json) -> Json:
    """Return the document without what its diagnostics complain of: parameters first, then edges, then nodes."""
    while True:
        errors = [item for item in parse(drawing).diagnostics if item.severity is Severity.ERROR]
        if not errors:
            return drawing
        drawing = _without_cause(drawing, errors[0].node_id, errors[0].edge_id)


def _without_cause(drawing: Json, node_id: str | None, edge_id: str | None) -> Json:
    for part, part_id in (("edges", edge_id), ("nodes", node_id)):
        if part_id is None:
            continue
        items = drawing[part]
        plain = [{**item, "parameters": {}} if item["id"] == part_id else item for item in items]
        if plain != items:
            return {**drawing, part: plain}
        rest = {**drawing, part: [item for item in items if item["id"] != part_id]}
        if part == "nodes":
            ends = ("source", "target")
            rest["edges"] = [edge for edge in drawing["edges"] if part_id not in [edge[end] for end in ends]]
        return rest
    if drawing["faults"]:
        return {**drawing, "faults": []}
    default: Json = {"classes": [{"name": "read", "share": 1.0, "operation": "read", "key_count": 100}]}
    assert drawing["workload"] != default, "no part of the document is to blame for its errors"
    return {**drawing, "workload": default}


def is_legal(source: str, target: str) -> bool:
    """Tell whether a kind may connect to another."""
    return kinds()[target].role in kinds()[source].connects_to


def _parts(chance: random.Random) -> tuple[list[str], list[tuple[int, int]]]:
    """Return kinds and connections of a small system, rarely of many side by side."""
    least = chance.randint(*WIDE_NODES) if chance.randrange(WIDE_ONE_IN) == 0 else 1
    chosen: list[str] = []
    wires: list[tuple[int, int]] = []
    while len(chosen) < least:
        more = _kinds(chance)
        wires += [(len(chosen) + i, len(chosen) + j) for i, j in _wires(chance, more)]
        chosen += more
    return chosen, wires


def _kinds(chance: random.Random) -> list[str]:
    """Return a client and up to eight other kinds, in an order in which calls mostly go forwards."""
    names = sorted(kinds())
    clients = [name for name in names if kinds()[name].role is Role.CLIENT]
    others = [name for name in names if name not in clients]
    count = chance.randint(1, NODES_MAX - 1)
    chosen = [chance.choice(others) for _ in range(count)]
    if chance.random() < 0.15:
        chosen[0] = chance.choice(clients)
    chosen.sort(key=lambda name: (list(Role).index(kinds()[name].role), chance.random()))
    return [chance.choice(clients), *chosen]


def _wires(chance: random.Random, chosen: list[str]) -> list[tuple[int, int]]:
    """Return connections: most nodes are called by somebody, some by several."""
    wires: set[tuple[int, int]] = set()
    for j in range(1, len(chosen)):
        callers = [i for i in range(j) if is_legal(chosen[i], chosen[j])]
        if callers and chance.random() < 0.93:
            wires |= {(i, j) for i in chance.sample(callers, chance.randint(1, min(3, len(callers))))}
    if chance.random() < 0.2:  # against the order: circles are taken out again by `repaired`
        i, j = chance.randrange(len(chosen)), chance.randrange(len(chosen))
        if i != j and is_legal(chosen[i], chosen[j]):
            wires.add((i, j))
    return sorted(wires)


def wire(chance: random.Random, source: str, target: str, patient: bool = False) -> Json:
    """Return an edge, half of them without any delay."""
    drawn = parameters(chance, LinkParameters, patient)
    if chance.random() < 0.4:
        drawn = {"latency_mean_s": 0.0}
    elif chance.random() < 0.5:
        drawn["loss_ratio"] = 0.0
    return {"id": f"{source}_{target}", "source": source, "target": target, "parameters": drawn}


def workload(chance: random.Random) -> Json:
    """Return one to four request classes."""
    classes = []
    for number in range(chance.randint(1, CLASSES_MAX)):
        drawn = parameters(chance, RequestClass, share=0.5)
        drawn.setdefault("key_count", chance.choice([1, 3, 50, 400]))
        drawn.setdefault("operation", chance.choice(["read", "write", "job"]))
        classes.append({**drawn, "name": f"class {number}"})
    return {"classes": classes}


def _planned(chance: random.Random, drawing: Json) -> list[Json]:
    """Return a scheduled fault or two."""
    return [
        {
            **strike,
            "at_s": chance.choice([0.0, 0.1, chance.random() * 3]),
            "duration_s": chance.choice([None, 0.2, 1.0]),
        }
        for _ in range(chance.randint(1, 2))
        if (strike := fault(chance, drawing)) is not None
    ]


def fault(chance: random.Random, drawing: Json) -> Json | None:
    """Return something that may break in this drawing, as fields of a fault; None when nothing may."""
    if chance.random() < 0.15:
        return region_fault(chance, drawing)
    if chance.random() < 0.15 and (strike := groupings.group_fault(chance, drawing)) is not None:
        return strike
    places = [
        (name, {"node_id": node["id"]}) for node in drawing["nodes"] for name in kinds()[node["kind"]].faults
    ]
    on_edges = sorted(name for name, spec in FAULTS.items() if spec.target == "edge")
    places += [(name, {"edge_id": edge["id"]}) for edge in drawing["edges"] for name in on_edges]
    if not places:
        return None
    name, place = chance.choice(places)
    factor = FAULTS[name].factor
    strong = [0.1, 3.0, 1000.0] if FAULTS[name].unit != SHARD else [1.0, 2.0, 64.0]
    strength = {} if factor is None or chance.random() < 0.5 else {"factor": chance.choice(strong)}
    return {"fault": name, **place, **strength}


def region_fault(chance: random.Random, drawing: Json) -> Json | None:
    """Return a fault of a region with components in it, or a cut between two; possibly one that is refused."""
    here = sorted({node["parameters"].get("region", ANYWHERE) for node in drawing["nodes"]} - {ANYWHERE})
    if not here:
        return None
    region, other = chance.choice(here), chance.choice(here)
    if region != other:
        return {"fault": chance.choice(REGION_PAIRS), "region": region, "other_region": other}
    return {"fault": chance.choice(["crash", "hang", "slow", "restart", "flush"]), "region": region}


def parameters(
    chance: random.Random, cls: type[Parameters], patient: bool = False, *, share: float = 0.4
) -> Json:
    """Return values for some of the parameters; the others keep their defaults."""
    specs = specs_of(cls)
    drawn = {spec.name: value(chance, spec, patient) for spec in specs if chance.random() < share}
    # Defaults that are long or large would make every trial so.
    return {**{spec.name: capped(spec, patient) for spec in specs if _is_number(spec)}, **drawn}


@functools.cache
def specs_of(cls: type[Parameters]) -> tuple[ParameterSpec, ...]:
    """Return the declared parameters by name."""
    return tuple(sorted(parameter_specs(cls), key=lambda spec: spec.name))


def value(chance: random.Random, spec: ParameterSpec, patient: bool = False) -> Any:
    """Return a legal value: an extreme, the default, something near it, or anything between the bounds."""
    if spec.name == "region":  # few, so that some have several components
        return chance.choice([ANYWHERE, "seoul", "tokyo", "virginia"])
    if spec.type == "choice":
        return chance.choice(sorted(spec.choices))
    if spec.type == "bool":
        return chance.random() < 0.5
    if spec.type in ("numbers", "points"):
        return _list(chance, spec)
    if spec.type == "weights":
        names = chance.sample(sorted(spec.choices), chance.randint(0, min(3, len(spec.choices))))
        return ", ".join(f"{name} {chance.choice([1, 2.5, 40])}" for name in names)
    if not _is_number(spec):
        return spec.default
    low, high = _bounds(spec, patient)
    how = chance.random()
    if how < 0.15:
        drawn = low
    elif how < 0.25:
        drawn = high
    elif how < 0.6:
        drawn = spec.default * 10 ** chance.uniform(-1.5, 1.0)
    else:
        floor = max(low, min(high, 1.0) * 1e-4)
        drawn = math.exp(chance.uniform(math.log(floor), math.log(max(high, floor))))
    floor = next((floor for pattern, floor in FLOORS if pattern.search(spec.name)), low)
    drawn = low if drawn == low else min(max(drawn, low, floor), high)
    return round(drawn) if spec.type == "int" else float(drawn)


def _list(chance: random.Random, spec: ParameterSpec) -> str:
    """Return a short list of numbers, or of times with values, as a person types it; at times none."""
    count = chance.choice([0, 1, 2, 5])
    if spec.type == "numbers":
        return ", ".join(f"{chance.random():.4g}" for _ in range(count))
    times_s = sorted(chance.random() * 4 for _ in range(count))
    return ", ".join(f"{time_s:.4g}: {chance.choice([0, 1, 20, 300])}" for time_s in times_s)


def capped(spec: ParameterSpec, patient: bool) -> Any:
    """Return the default, or the cap when it is above that."""
    low, high = _bounds(spec, patient)
    bounded = min(max(spec.default, low), high)
    return round(bounded) if spec.type == "int" else bounded


def _is_number(spec: ParameterSpec) -> bool:
    return spec.type in ("int", "float")


def _bounds(spec: ParameterSpec, patient: bool) -> tuple[float, float]:
    """Return the least and the greatest value that are drawn."""
    low = spec.ge if spec.ge is not None else (spec.gt or 0.0) + (1 if spec.type == "int" else 1e-4)
    high = NUMBER_MAX if spec.le is None else spec.le
    if spec.unit == "s":
        high = min(high, TIME_CAP_S if not patient else 3600.0)
        if "interval" in spec.name or "pause" in spec.name:
            low = max(low, TIME_FLOOR_S)
    else:
        high = min(high, next((cap for pattern, cap in CAPS if pattern.search(spec.name)), high))
    return low, max(high, low)
