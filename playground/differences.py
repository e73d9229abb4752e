"""What sets two documents apart, counted: the browser makes a sentence of it in its own language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from typing_extensions import TypedDict

from playground.shapes import Document
from simcore import Scenario

#: Names told of each sort; of the rest there is only the number.
NAMES_MAX = 3

Part = Literal["name", "seed", "workload", "faults", "notes", "estimate", "availability_target_ratio"]
#: What an omitted part of a document stands for.
_PARTS: Mapping[Part, object] = {
    "name": "", "seed": 0, "workload": None, "faults": [], "notes": "", "estimate": None,
    "availability_target_ratio": Scenario().availability_target_ratio,
}  # fmt: skip


class Difference(TypedDict):
    """What is different in a later document; `names` are those of components and groups that came or went."""

    added: list[str]
    added_count: int
    removed: list[str]
    removed_count: int
    settings_count: int
    renamed_count: int
    moved_count: int
    connections_added_count: int
    connections_removed_count: int
    parts: list[Part]


def difference(before: Document, after: Document) -> Difference:
    """Return what a person would say has changed from one document to the other."""
    old, new = _drawn(before), _drawn(after)
    old_edges, new_edges = _by_id(before["edges"]), _by_id(after["edges"])
    added = [item["name"] for key, item in new.items() if key not in old]
    removed = [item["name"] for key, item in old.items() if key not in new]
    both = [(old[key], new[key]) for key in new if key in old]
    wires = [(old_edges[key], new_edges[key]) for key in new_edges if key in old_edges]
    return {
        "added": added[:NAMES_MAX],
        "added_count": len(added),
        "removed": removed[:NAMES_MAX],
        "removed_count": len(removed),
        "settings_count": sum(_settings_apart(a, b) for a, b in [*both, *wires]),
        "renamed_count": sum(a["name"] != b["name"] for a, b in both),
        "moved_count": sum(_place(a) != _place(b) for a, b in both),
        "connections_added_count": len(new_edges.keys() - old_edges.keys()),
        "connections_removed_count": len(old_edges.keys() - new_edges.keys()),
        "parts": [
            part for part, least in _PARTS.items() if before.get(part, least) != after.get(part, least)
        ],
    }


def _drawn(document: Document) -> dict[tuple[str, str, str], Any]:
    """Return components and groups; one whose kind changed is another one."""
    nodes = {("node", node["id"], node["kind"]): node for node in document["nodes"]}
    groups = {("group", group["id"], group["kind"]): group for group in document.get("groups", ())}
    return {**nodes, **groups}


def _by_id(items: Sequence[Any]) -> dict[str, Any]:
    return {item["id"]: item for item in items}


def _settings_apart(before: Any, after: Any) -> int:
    old: dict[str, object] = before.get("parameters", {})
    new: dict[str, object] = after.get("parameters", {})
    changed = sum(old.get(name) != new.get(name) for name in old.keys() | new.keys())
    return changed + (bool(before.get("gateway")) != bool(after.get("gateway")))


def _place(item: Any) -> tuple[Any, ...]:
    return item["x"], item["y"], item.get("group_id"), item.get("parent_id")
