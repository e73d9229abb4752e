"""Small systems around one component, and words for what they are."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from simcore.components import kinds
from simcore.components.base import DATA_ROLES, Role
from simcore.params import parameter_specs
from tests.every_kind.surroundings import CLIENT, SUBJECT, calls, controls, kind_of, lead_to
from tests.scenarios import INSTANT, Json, edge, request_class

#: Those that stand for a role where the figures of a case depend on it.
_STANDS: Mapping[Role, str] = {
    Role.SERVICE: "web_server",
    Role.CACHE: "cache",
    Role.DATABASE: "database",
    Role.STORE: "key_value_store",
    Role.SHARDED: "sharded_store",
    Role.QUEUE: "message_queue",
    Role.CONSUMER: "worker",
    Role.RESOLVER: "dns",
}
#: Whom a component calls in a case, the first of these that it may.
_CALLED = (Role.DATABASE, Role.SERVICE, Role.STORE, Role.CONSUMER, Role.SHARDED, Role.CACHE)
#: Parameters of callers, so that they take no time and refuse nobody.
_UNSEEN: Json = {
    "service_time_mean_s": 0.0,
    "publish_time_mean_s": 0.0,
    "worker_count": 10_000,
    "queue_capacity": 1_000_000,
    "timeout_s": 100.0,
}
#: Mean times of work, and how many work at once.
_TIMES = ("service_time_mean_s", "read_time_mean_s", "write_time_mean_s", "publish_time_mean_s")
_PLACES = ("worker_count", "thread_count", "connection_count", "channel_count")


@functools.cache
def has(kind: str, name: str) -> bool:
    """Tell whether a kind has a parameter."""
    return name in {spec.name for spec in parameter_specs(kinds()[kind])}


def fitting(kind: str, parameters: Mapping[str, Any]) -> Json:
    """Return those of some parameters that a kind has."""
    return {name: value for name, value in parameters.items() if has(kind, name)}


def stand_in(role: Role) -> str:
    """Return the kind that stands for a role."""
    return _STANDS[role] if role in _STANDS else kind_of(role)


def called_role(kind: str) -> Role | None:
    """Return the role that a component calls in a case."""
    offered = calls(kind)
    return next((role for role in (*_CALLED, *offered) if role in offered), None)


def works(kind: str, time_s: float, count: int = 1) -> Json:
    """Return the parameters of a component that works for so long, on so many requests at once, times exponential."""
    times = dict.fromkeys(_TIMES, time_s)
    places = dict.fromkeys(_PLACES, count)
    return fitting(kind, {**times, **places, "service_time_distribution": "exponential"})


def operation_of(kind: str) -> str:
    """Return what requests have to ask for to get to a kind."""
    return "job" if kinds()[kind].role in (Role.QUEUE, Role.CONSUMER) else "read"


def calls_data(kind: str) -> bool:
    """Tell whether what a component calls are the members of a cluster."""
    return called_role(kind) in DATA_ROLES


def scene(
    kind: str,
    own: Mapping[str, Any] | None = None,
    *,
    rate_rps: float = 50.0,
    callees: int = 0,
    callee: Mapping[str, Any] | None = None,
    link: Mapping[str, Any] | None = None,
    client: Mapping[str, Any] | None = None,
    operation: str = "",
    everybody: Mapping[str, Any] | None = None,
    request: Mapping[str, Any] | None = None,
) -> Json:
    """Return a client's way to one component, and some that it calls: "callee-1" and so on.

    Parameters
    ----------
    own, callee, client : parameters of the component, of those that it calls, and of the client.
    link : parameters of the connections to those it calls.
    everybody : parameters of all components but this one, where they have them.
    request : parameters of the only request class.
    """
    nodes, wires = _drawn(kind, callees)
    parameters = {
        node: _parameters(node, name, own or {}, callee or {}, everybody or {})
        for node, name in nodes.items()
    }
    source = CLIENT if CLIENT in nodes else SUBJECT
    rate = {} if source == SUBJECT and "arrival_rate_rps" in (own or {}) else {"arrival_rate_rps": rate_rps}
    parameters[source] = {
        "timeout_s": 100.0,
        **fitting(nodes[source], {**rate, **(client or {})}),
        **parameters[source],
    }
    kept = {"operation": operation or operation_of(kind), **(request or {})}
    return {
        "version": 1,
        "name": "",
        "seed": 1,
        "nodes": [
            {"id": node, "kind": name, "name": "", "x": 0, "y": 0, "parameters": parameters[node]}
            for node, name in nodes.items()
        ],
        "edges": [
            edge(one, other, **{**INSTANT, **((link or {}) if one == SUBJECT else {})})
            for one, other in wires
        ],
        "groups": [],
        "workload": {"classes": [{**request_class(), **kept, "name": "asked"}]},
        "faults": [],
        "notes": "",
    }


def _drawn(kind: str, callees: int) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the kinds of the nodes, and what is connected."""
    nodes: dict[str, str] = {SUBJECT: kind}
    wires: list[tuple[str, str]] = []
    role = called_role(kind)
    if controls(kind):
        assert role is not None
        nodes["callee-1"] = stand_in(role)
        lead_to("callee-1", nodes["callee-1"], nodes, wires)
        return nodes, [*wires, (SUBJECT, "callee-1")]
    lead_to(SUBJECT, kind, nodes, wires)
    # Who only passes requests on is nothing without somebody to pass them to.
    count = max(callees, 1) if role is Role.SERVICE else callees
    called = [f"callee-{number}" for number in range(1, count + 1)]
    for node in called if role else []:
        assert role is not None
        nodes[node] = stand_in(role)
        wires.append((SUBJECT, node))
    if role in (Role.DATABASE, Role.STORE) and role is not kinds()[kind].role:
        wires.extend((called[0], replica) for replica in called[1:])
    return nodes, wires


def _parameters(
    node: str, kind: str, own: Mapping[str, Any], callee: Mapping[str, Any], everybody: Mapping[str, Any]
) -> Json:
    if node == SUBJECT:
        return dict(own)
    shared = fitting(kind, everybody)
    if node.startswith("callee"):
        return {**fitting(kind, callee), **shared}
    return {**({} if node == CLIENT else fitting(kind, _UNSEEN)), **shared}


def wires_to_callees(document: Json) -> Sequence[str]:
    """Return the ids of the connections from the component to those that it calls."""
    return [wire["id"] for wire in document["edges"] if wire["source"] == SUBJECT]
