"""The smallest sensible scenario around any kind, found from what kinds connect to, never from their names."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import networkx as nx

from simcore.components import kinds
from simcore.components.base import Role
from simcore.params import ParameterSpec, parameter_specs
from tests.scenarios import Json, edge, request_class

#: Every class of operation, so that every port of a kind is called.
CLASSES = [
    request_class("read", key_count=200),
    request_class("write", key_count=200, share=0.4),
    request_class("job", key_count=200, share=0.3),
]
SUBJECT = "subject"
CLIENT = "client"


def clients() -> list[str]:
    """Return the kinds where requests come from."""
    return [name for name, kind in kinds().items() if kind.role is Role.CLIENT]


def controls(kind: str) -> bool:
    """Tell whether a kind acts on others of its own accord instead of answering requests."""
    return kinds()[kind].role in (Role.CONTROLLER, Role.SCHEDULER)


def calls(kind: str) -> list[Role]:
    """Return the roles that a kind asks for something; it may report to others besides."""
    return [role for role in kinds()[kind].connects_to if role is not Role.OBSERVER]


def callers_of(role: Role) -> list[str]:
    """Return the kinds that may connect to a role."""
    return [name for name, kind in kinds().items() if role in kind.connects_to and not controls(name)]


def kind_of(role: Role) -> str:
    """Return the kind that stands for a role: the one that connects to the most others."""
    fitting = [name for name, kind in kinds().items() if kind.role == role]
    return max(fitting, key=lambda name: (len(kinds()[name].connects_to), name))


def around(kind: str, parameters: Json | None = None) -> Json:
    """Return a document with one node of the kind, called by somebody and connected with all it may call."""
    nodes: dict[str, str] = {SUBJECT: kind}
    wires: list[tuple[str, str]] = []
    if controls(kind):
        target, at = min(kinds()[kind].connects_to), "controlled"
        nodes[at] = kind_of(target)
        wires.append((SUBJECT, at))
        lead_to(at, nodes[at], nodes, wires)
    else:
        lead_to(SUBJECT, kind, nodes, wires)
        _supply(SUBJECT, kind, nodes, wires)
    return {
        "version": 1,
        "name": "",
        "seed": 1,
        "nodes": [
            {
                "id": node_id,
                "kind": name,
                "name": "",
                "x": 0,
                "y": 0,
                "parameters": (parameters or {}) if node_id == SUBJECT else {},
            }
            for node_id, name in nodes.items()
        ],
        "edges": [edge(source, target) for source, target in wires],
        "groups": [],
        "workload": {"classes": CLASSES},
        "faults": [],
        "notes": "",
    }


def lead_to(node_id: str, kind: str, nodes: dict[str, str], wires: list[tuple[str, str]]) -> None:
    """Add the shortest way from a client to the node, over the callers that can do most."""
    if kind in clients():
        return
    way = _way(kind)
    ids = [CLIENT, *(f"caller-{i}" for i in range(1, len(way) - 1)), node_id]
    nodes.update(zip(ids[:-1], way[:-1], strict=True))
    wires.extend(itertools.pairwise(ids))


@functools.cache
def _way(kind: str) -> list[str]:
    """Return the kinds on the way from a client to one."""
    way: list[str] = min(
        (path for client in clients() for path in nx.all_shortest_paths(_graph(), client, kind)),
        key=lambda path: (len(path), [-len(kinds()[name].connects_to) for name in path], path),
    )
    return way


def _graph() -> nx.DiGraph[str]:
    """Return which kind may connect to which."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, kind in kinds().items():
        graph.add_edges_from((caller, name) for caller in callers_of(kind.role) if caller != name)
    return graph


def _supply(
    node_id: str,
    kind: str,
    nodes: dict[str, str],
    wires: list[tuple[str, str]],
    *,
    without: Role | None = None,
) -> None:
    """Connect the node with one of each role it may call, and what only passes on with one more of another role."""
    for role in kinds()[kind].connects_to:
        if role is without:
            continue
        target = kind_of(role)
        target_id = f"{role.value}-{len(nodes)}"
        nodes[target_id] = target
        wires.append((node_id, target_id))
        if role in (Role.RESOLVER, Role.QUEUE):
            _supply(target_id, target, nodes, wires, without=role)


def numeric(kind: str) -> list[ParameterSpec]:
    """Return the parameters of a kind that have bounds."""
    return [spec for spec in parameter_specs(kinds()[kind]) if spec.type in ("int", "float")]


def bounds_of(spec: ParameterSpec) -> list[Any]:
    """Return a parameter's smallest and greatest legal value."""
    low = spec.ge if spec.ge is not None else spec.gt
    assert low is not None
    assert spec.le is not None
    if spec.ge is None:
        low = 1 if spec.type == "int" else low + 1e-9
    return [spec.default.__class__(low), spec.default.__class__(spec.le)]
