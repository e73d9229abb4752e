"""A short way to draw scenarios in tests, and to start them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simcore import Simulation, library, parse

Json = dict[str, Any]

#: Wires without delay, so that only what a test is about takes time.
INSTANT: Mapping[str, Any] = {"latency_mean_s": 0.0}


def request_class(
    operation: str = "read", *, share: float = 1.0, key_count: int = 1_000, zipf_exponent: float = 0.0
) -> Json:
    """Return a request class named after its operation, by default with keys that are all alike."""
    return {
        "name": operation,
        "share": share,
        "operation": operation,
        "key_count": key_count,
        "zipf_exponent": zipf_exponent,
    }


def draw(
    nodes: Mapping[str, tuple[str, Mapping[str, Any]]],
    wires: str,
    *,
    classes: Sequence[Json] | None = None,
    links: Mapping[str, Mapping[str, Any]] | None = None,
    faults: Sequence[Json] = (),
) -> Json:
    """Return a document.

    Parameters
    ----------
    nodes : id -> kind and parameters.
    wires : "a>b b>c": edges, named "a-b" and "b-c"; without delay unless `links` says otherwise.
    links : edge id -> parameters of that edge.
    """
    ends = [tuple(wire.split(">")) for wire in wires.split()]
    links = links or {}
    return {
        "version": 1,
        "name": "Test",
        "seed": 1,
        "nodes": [
            {"id": node_id, "kind": kind, "name": node_id, "x": 0, "y": 0, "parameters": dict(parameters)}
            for node_id, (kind, parameters) in nodes.items()
        ],
        "edges": [
            edge(source, target, **links.get(f"{source}-{target}", INSTANT)) for source, target in ends
        ],
        "groups": [],
        "workload": {"classes": list(classes or [request_class()])},
        "faults": list(faults),
        "notes": "",
    }


def edge(source: str, target: str, **parameters: Any) -> Json:
    """Return one edge of a document."""
    return {"id": f"{source}-{target}", "source": source, "target": target, "parameters": parameters}


def start(document: Json, *, seed: int = 1) -> Simulation:
    """Return a run of a document that must be sound."""
    result = parse(document)
    assert result.scenario is not None, [item.text for item in result.diagnostics]
    return Simulation(result.scenario, seed=seed)


def run(document: Json, until_s: float, *, seed: int = 1) -> Simulation:
    """Return a run that has reached a time, in a sound state."""
    simulation = start(document, seed=seed)
    simulation.advance(until_s)
    assert simulation.check_state() == []
    return simulation


def do(simulation: Simulation, *changes: Json) -> None:
    """Apply changes that must be accepted."""
    diagnostics = simulation.apply(list(changes))
    assert not [item.text for item in diagnostics if item.severity == "error"]


def fault(name: str, node_id: str | None = None, **more: Any) -> Json:
    """Return the change that breaks a node, or with `edge_id` an edge."""
    return {"type": "fault", "fault": name, **({"node_id": node_id} if node_id else {}), **more}


def heal(node_id: str | None = None, **more: Any) -> Json:
    """Return the change that heals a node, or with `edge_id` an edge."""
    return {"type": "heal", **({"node_id": node_id} if node_id else {}), **more}


def set_parameter(node_id: str, name: str, value: Any) -> Json:
    """Return the change of one parameter."""
    return {"type": "set_parameter", "node_id": node_id, "name": name, "value": value}


def measured(simulation: Simulation, duration_s: float) -> Json:
    """Return the summary of the next seconds alone."""
    simulation.reset_statistics()
    simulation.advance(simulation.now_s + duration_s)
    return simulation.summary()


def starter(scenario_id: str) -> Json:
    """Return the document of a starter scenario."""
    return next(entry.document for entry in library() if entry.id == scenario_id)
