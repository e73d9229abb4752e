"""Random scripts: what is done to a run, between which slices of time. Drawn beforehand, so that a story is data."""

from __future__ import annotations

import itertools
import random
from typing import Any

from simcore import apply_changes
from simcore.components import kinds
from simcore.components.base import LinkParameters
from simcore.params import Parameters
from tests.swarm import groupings, systems

Json = dict[str, Any]

STEPS_MAX = 9


def story(seed: int) -> Json:
    """Return a document, the seed of its run and the steps: slices of time (s), then a deed."""
    chance = random.Random(seed)
    drawing = systems.document(chance)
    steps = []
    edited, past = drawing, [drawing]
    for _ in range(chance.randint(1, STEPS_MAX)):
        deed = _deed(chance, edited, past)
        steps.append({"slices_s": _slices(chance), **deed})
        if deed["do"] == "change":
            edited = apply_changes(edited, deed["changes"]).document
            past.append(edited)
    steps.append({"slices_s": _slices(chance), "do": "frame"})
    return {
        "seed": seed,
        "document": drawing,
        "steps": steps,
        "ending": chance.choice(["silence", "removal"]),
    }


def _slices(chance: random.Random) -> list[float]:
    """Return the lengths of the slices before a deed, none of it at times."""
    total_s = chance.choice([0.0, 1e-4, 0.03, 0.3, 1.0, 2.0, 4.0])
    cuts = sorted(chance.random() for _ in range(chance.choice([0, 0, 1, 3])))
    edges = [0.0, *cuts, 1.0]
    return [total_s * (end - start) for start, end in itertools.pairwise(edges)]


def _deed(chance: random.Random, edited: Json, past: list[Json]) -> Json:
    """Return one thing that may be done; possibly refused, never harmful."""
    others = ["frame", "reset", "snapshot", "restore"]
    if chance.random() < 0.12:
        return {"do": chance.choice(others)}
    if len(past) > 1 and chance.random() < 0.12:
        return {"do": "change", "changes": difference(edited, chance.choice(past))}
    changes: list[Json] = []
    while not changes or chance.random() < 0.3:
        changes += _changes(chance, edited)
    return {"do": "change", "changes": changes}


def _changes(chance: random.Random, drawing: Json) -> list[Json]:
    """Return a live change or an edit."""
    if not drawing["nodes"]:
        return _new_node(chance, drawing)
    node = chance.choice(drawing["nodes"])
    edge = chance.choice(drawing["edges"]) if drawing["edges"] else None
    how = chance.random()
    if how < 0.28:
        strike = systems.fault(chance, drawing)
        return [{"type": "fault", **strike}] if strike else []
    if how < 0.40:
        return [{"type": "heal", "node_id": node["id"]}]
    if how < 0.42 and (strike := systems.region_fault(chance, drawing)) is not None:
        return [{"type": "heal", **{name: strike[name] for name in strike if name != "fault"}}]
    if how < 0.44:
        return [{"type": "heal", "edge_id": edge["id"]}] if edge else []
    if how < 0.46 and drawing["groups"]:
        return [{"type": "heal", "group_id": chance.choice(drawing["groups"])["id"]}]
    if how < 0.50:
        return groupings.group_changes(chance, drawing)
    if how < 0.62:
        return [
            {"type": "set_parameter", "node_id": node["id"], "name": name, "value": value}
            for name, value in _some(chance, kinds()[node["kind"]]).items()
        ]
    if how < 0.70:
        return [
            {"type": "set_edge_parameter", "edge_id": edge["id"], "name": name, "value": value}
            for name, value in (_some(chance, LinkParameters) if edge else {}).items()
            if edge
        ]
    if how < 0.74:
        return [{"type": "set_workload", "workload": systems.workload(chance)}]
    if how < 0.78:
        return [{"type": "inject", "node_id": node["id"]}]
    return _structure(chance, drawing, node, edge)


def _some(chance: random.Random, cls: type[Parameters]) -> Json:
    specs = systems.specs_of(cls)
    chosen = chance.sample(specs, min(len(specs), chance.randint(1, 3)))
    return {spec.name: systems.value(chance, spec) for spec in chosen}


def _structure(chance: random.Random, drawing: Json, node: Json, edge: Json | None) -> list[Json]:
    """Add, remove, connect, cut, or take out and put back."""
    how = chance.choice(["add", "remove", "connect", "cut", "swap"])
    if how == "remove":
        return [{"type": "remove_node", "node_id": node["id"]}]
    if how == "cut":
        return [{"type": "remove_edge", "edge_id": edge["id"]}] if edge else []
    if how == "connect":
        other = chance.choice(drawing["nodes"])
        legal = node is not other and systems.is_legal(node["kind"], other["kind"])
        return [{"type": "add_edge", "edge": systems.wire(chance, node["id"], other["id"])}] if legal else []
    if how == "swap":
        own = [item for item in drawing["edges"] if node["id"] in (item["source"], item["target"])]
        return [
            {"type": "remove_node", "node_id": node["id"]},
            {"type": "add_node", "node": node},
            *({"type": "add_edge", "edge": item} for item in own),
        ]
    return _new_node(chance, drawing)


def _new_node(chance: random.Random, drawing: Json) -> list[Json]:
    """Add a component, connected with some of those that are there."""
    kind = chance.choice(sorted(kinds()))
    node_id = f"a{chance.randrange(10_000)}"
    new = {"id": node_id, "kind": kind, "name": "", "x": 0, "y": 0, "parameters": systems.parameters(chance, kinds()[kind])}  # fmt: skip
    changes: list[Json] = [{"type": "add_node", "node": new}]
    for near in drawing["nodes"]:
        if systems.is_legal(near["kind"], kind) and chance.random() < 0.5:
            changes.append({"type": "add_edge", "edge": systems.wire(chance, near["id"], node_id)})
        elif systems.is_legal(kind, near["kind"]) and chance.random() < 0.5:
            changes.append({"type": "add_edge", "edge": systems.wire(chance, node_id, near["id"])})
    return changes


def difference(present: Json, wanted: Json) -> list[Json]:
    """Return the changes that make one document out of another: an undo, or a redo, of many steps at once."""
    have, want = ({node["id"]: node for node in drawing["nodes"]} for drawing in (present, wanted))
    changes, settled = groupings.difference(present, wanted)
    changes += [{"type": "remove_node", "node_id": name} for name in have if name not in want]
    changes += [{"type": "add_node", "node": node} for name, node in want.items() if name not in have]
    wires, wanted_wires = ({edge["id"]: edge for edge in drawing["edges"]} for drawing in (present, wanted))
    kept = {name for name, edge in wires.items() if edge["source"] in want and edge["target"] in want}
    changes += [
        {"type": "remove_edge", "edge_id": name} for name in wires if name in kept - wanted_wires.keys()
    ]
    changes += [{"type": "add_edge", "edge": edge} for name, edge in wanted_wires.items() if name not in kept]
    for name, node in want.items():
        before, after = have.get(name, node)["parameters"], node["parameters"]
        changes += [
            {"type": "set_parameter", "node_id": name, "name": key, "value": after.get(key)}
            for key in sorted(before.keys() | after.keys())
            if before.get(key) != after.get(key)
        ]
    changes += settled
    if present["workload"] != wanted["workload"]:
        changes.append({"type": "set_workload", "workload": wanted["workload"]})
    return changes or [{"type": "set_notes", "notes": "undone"}]
