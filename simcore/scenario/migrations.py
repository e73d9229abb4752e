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

#: Parameters that version 1 had by kind, and that did nothing: most of those below never answer users themselves.
_IDLE = {
    "cache": ("price_internet_usd",),
    "database": ("attempts_max", "backoff_base_s", "price_internet_usd"),
    "dns": ("price_region_usd", "price_zone_usd"),
    "key_value_store": ("price_internet_usd",),
    "message_queue": ("price_internet_usd",),
    "sharded_store": ("price_internet_usd",),
    "worker": ("hedging", "hedge_delay_s", "price_internet_usd"),
}


#: Faults that version 1 could plan by kind, and that did nothing.
_IDLE_FAULTS = {"autoscaler": ("slow",)}


def _without_idle_parameters(document: dict[str, Any]) -> dict[str, Any]:
    nodes = document.get("nodes")
    if not isinstance(nodes, list):
        return document
    return _without_idle_faults({**document, "nodes": [_working(node) for node in nodes]})


def _without_idle_faults(document: dict[str, Any]) -> dict[str, Any]:
    faults = document.get("faults")
    if not isinstance(faults, list):
        return document
    idle = [
        (node.get("id"), fault)
        for node in document["nodes"]
        if isinstance(node, dict) and isinstance(node.get("kind"), str)
        for fault in _IDLE_FAULTS.get(node["kind"], ())
    ]
    kept = [
        item
        for item in faults
        if not isinstance(item, dict) or (item.get("node_id"), item.get("fault")) not in idle
    ]
    return {**document, "faults": kept}


def _working(node: Any) -> Any:
    if not isinstance(node, dict) or not isinstance(node.get("parameters"), dict):
        return node
    kind = node.get("kind")
    idle = _IDLE.get(kind, ()) if isinstance(kind, str) else ()
    kept = {name: value for name, value in node["parameters"].items() if name not in idle}
    return {**node, "parameters": kept}


#: Version -> the step that leads to the next one.
STEPS: Mapping[int, Step] = {1: _without_idle_parameters}


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
