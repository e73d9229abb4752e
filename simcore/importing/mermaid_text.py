"""Scenarios as Mermaid flowcharts: drawn by any program that knows Mermaid, and read back exactly.

Groups are subgraphs and what a component offers decides its shape. Comment lines, which Mermaid passes over, keep what a
flowchart cannot say: kinds, parameters, places, traffic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from simcore.components import kinds
from simcore.components.base import Role

#: Begins the comment lines that are ours.
MARK = "%% @"
#: Opening and closing of a node's shape by role; all others are rectangles.
_SHAPES: Mapping[Role, tuple[str, str]] = {
    Role.CLIENT: ("([", "])"),
    Role.RESOLVER: (">", "]"),
    Role.CACHE: ("{{", "}}"),
    Role.SESSIONS: ("{{", "}}"),
    Role.DATABASE: ("[(", ")]"),
    Role.STORE: ("[(", ")]"),
    Role.SHARDED: ("[(", ")]"),
    Role.QUEUE: ("[[", "]]"),
    Role.CONSUMER: ("[/", "/]"),
    Role.CONTROLLER: ("((", "))"),
}
_RECTANGLE = ("[", "]")
#: Characters that would end a label or begin markup in it.
_SPECIAL = re.compile(r"[\"#<>`&\\\x00-\x1f\x7f-\x9f\u2028\u2029]")


def to_mermaid(document: Mapping[str, Any]) -> str:
    """Return a sound document, as `Scenario.to_json` gives it, as a flowchart; `read_drawing` gives it back."""
    aliases = {node["id"]: f"n{at}" for at, node in enumerate(document["nodes"])}
    group_aliases = {group["id"]: f"g{at}" for at, group in enumerate(document["groups"])}
    lists = {"nodes", "edges", "groups"}
    head = {name: value for name, value in document.items() if name not in lists}
    lines = ["flowchart LR", _comment("scenario", "", head)]
    lines += [_comment("group", group_aliases[group["id"]], group) for group in document["groups"]]
    for node in document["nodes"]:
        lines.append(_comment("node", aliases[node["id"]], node))
    for edge in document["edges"]:
        lines.append(_comment("edge", f"{aliases[edge['source']]} {aliases[edge['target']]}", edge))
    lines += _drawn(document, aliases, group_aliases)
    lines += [f"  {aliases[edge['source']]} --> {aliases[edge['target']]}" for edge in document["edges"]]
    return "\n".join(lines) + "\n"


def label_of(name: str) -> str:
    """Return a name as it stands in quotes in a flowchart."""
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", name) or " "


def _comment(what: str, alias: str, value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"  {MARK}{what} {alias} {text}" if alias else f"  {MARK}{what} {text}"


def _drawn(
    document: Mapping[str, Any], aliases: Mapping[str, str], group_aliases: Mapping[str, str]
) -> Iterator[str]:
    members: dict[str | None, list[str]] = {}
    for node in document["nodes"]:
        opening, closing = _SHAPES.get(kinds()[node["kind"]].role, _RECTANGLE)
        shape = f'{aliases[node["id"]]}{opening}"{label_of(node["name"])}"{closing}'
        members.setdefault(node.get("group_id"), []).append(shape)
    inner: dict[str | None, list[Mapping[str, Any]]] = {}
    for group in document["groups"]:
        inner.setdefault(group.get("parent_id"), []).append(group)
    # A stack instead of calls: groups may be nested as deep as there are groups.
    stack: list[tuple[str | None, Mapping[str, Any] | None, bool]] = [(None, None, False)]
    depth = 0
    while stack:
        group_id, group, ended = stack.pop()
        if ended:
            depth -= 1
            yield f"{'  ' * (depth + 1)}end"
            continue
        if group is not None:
            yield f'{"  " * (depth + 1)}subgraph {group_aliases[group["id"]]}["{label_of(group["name"])}"]'
            depth += 1
            stack.append((group_id, group, True))
        yield from (f"{'  ' * (depth + 1)}{shape}" for shape in members.get(group_id, ()))
        stack += [(child["id"], child, False) for child in reversed(inner.get(group_id, ()))]
