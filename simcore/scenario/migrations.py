"""Open documents of every earlier version: a chain of pure functions, appended to and never changed.

A step takes a decoded document of its version and returns a new one of the next version. A document is migrated before
anything in it has been checked, so a step must leave alone whatever it does not recognise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simcore.diagnostics import Diagnostic
from simcore.scenario.document import VERSION
from simcore.scenario.messages import diagnostic, echo

Step = Callable[[dict[str, Any]], dict[str, Any]]

#: Parameters that did nothing, by kind: version 1 was the last to have them.
_IDLE_1 = {
    "database": ("attempts_max", "backoff_base_s"),
    "worker": ("hedging", "hedge_delay_s"),
}
#: The same of version 2: who never answers users pays nothing for that, and a name server's answers are too short to cost.
_IDLE_2 = {
    "cache": ("price_internet_usd",),
    "database": ("price_internet_usd",),
    "dns": ("price_region_usd",),
    "key_value_store": ("price_internet_usd",),
    "message_queue": ("price_internet_usd",),
    "sharded_store": ("price_internet_usd",),
    "worker": ("price_internet_usd",),
}
#: Faults that could be planned by kind, and did nothing.
_IDLE_FAULTS_2 = {"autoscaler": ("slow",)}


def _without_parameters(document: dict[str, Any], idle: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    nodes = document.get("nodes")
    if not isinstance(nodes, list):
        return document
    return {**document, "nodes": [_working(node, idle) for node in nodes]}


def _working(node: Any, idle: Mapping[str, tuple[str, ...]]) -> Any:
    if not isinstance(node, dict) or not isinstance(node.get("parameters"), dict):
        return node
    kind = node.get("kind")
    gone = idle.get(kind, ()) if isinstance(kind, str) else ()
    kept = {name: value for name, value in node["parameters"].items() if name not in gone}
    return {**node, "parameters": kept}


def _without_faults(document: dict[str, Any], idle: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    nodes, faults = document.get("nodes"), document.get("faults")
    if not isinstance(nodes, list) or not isinstance(faults, list):
        return document
    gone = [
        (node.get("id"), fault)
        for node in nodes
        if isinstance(node, dict) and isinstance(node.get("kind"), str)
        for fault in idle.get(node["kind"], ())
    ]
    kept = [
        item
        for item in faults
        if not isinstance(item, dict) or (item.get("node_id"), item.get("fault")) not in gone
    ]
    return {**document, "faults": kept}


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    return _without_parameters(document, _IDLE_1)


def _from_2(document: dict[str, Any]) -> dict[str, Any]:
    return _without_faults(_without_parameters(document, _IDLE_2), _IDLE_FAULTS_2)


#: Version -> the step that leads to the next one.
STEPS: Mapping[int, Step] = {1: _from_1, 2: _from_2}


def migrate(
    document: dict[str, Any], *, steps: Mapping[int, Step] = STEPS, newest: int = VERSION
) -> tuple[dict[str, Any], Diagnostic | None]:
    """Return the document in the newest version, or the reason why it cannot be read. The argument is not changed."""
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return document, diagnostic("S012", place="version", newest=newest)
    if version > newest:
        return document, diagnostic("S011", place="version", version=echo(version), newest=newest)
    for step in range(version, newest):
        document = {**steps[step](document), "version": step + 1}
    return document, None
