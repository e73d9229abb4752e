"""Mermaid flowcharts to scenarios: by what the labels name, and exactly where they were written by `to_mermaid`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simcore.components import kinds
from simcore.components.base import Role
from simcore.diagnostics import Diagnostic
from simcore.importing.mermaid_grammar import (
    Line,
    Mentioned,
    comments_of,
    is_flowchart,
    is_other_diagram,
    lines_of,
    plain,
    title_of,
)
from simcore.importing.mermaid_text import MARK, label_of
from simcore.importing.messages import remark
from simcore.importing.sketch import GroupPart, Part, Sketch, document_of, new_id, settle, short, too_large
from simcore.importing.vocabulary import Match, candidates, group_kind, kind_with_role, unknown
from simcore.limits import GROUPS_MAX, NESTING_DEPTH_MAX
from simcore.scenario.document import VERSION
from simcore.scenario.group_kinds import GROUP_KINDS
from simcore.scenario.messages import echo

#: What a shape alone says, when the label says nothing.
_ROLES_BY_SHAPE: Mapping[str, Role] = {
    "[(": Role.DATABASE, "cyl": Role.DATABASE, "cylinder": Role.DATABASE, "database": Role.DATABASE, "db": Role.DATABASE,
    "[[": Role.QUEUE, "das": Role.QUEUE, "h-cyl": Role.QUEUE, "queue": Role.QUEUE, "{{": Role.CACHE,
    "([": Role.CLIENT, "((": Role.CLIENT,
}  # fmt: skip
_WITH_ALIAS = frozenset({"group", "node"})

_Key = TypeVar("_Key", str, tuple[str, str])


@dataclass(slots=True)
class Read:
    """A flowchart as a document, or why there is none; `lost` says which kept settings could not be used."""

    document: dict[str, Any] | None
    remarks: list[Diagnostic]
    is_placed: bool = False
    is_annotated: bool = False
    lost: list[Diagnostic] = field(default_factory=list)


@dataclass(slots=True)
class _Kept:
    """What our comment lines keep, by the keys of the flowchart, in their order."""

    head: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)


def is_mermaid(text: str) -> bool:
    """Tell whether a text is a Mermaid diagram of any sort."""
    return is_flowchart(text) or is_other_diagram(text)


def read_mermaid(text: str, titles: Mapping[str, str], *, annotated: bool = True) -> Read:
    """Read a flowchart. `annotated` tells whether our comment lines count."""
    if not is_flowchart(text):
        return Read(None, [remark("I010")])
    sketch = Sketch(name=plain(title_of(text)))
    kept = _Kept()
    if annotated:
        _read_comments(text, kept, sketch.remarks)
    _Reader(sketch, titles, kept).read(text)
    if not sketch.parts:
        return Read(None, [remark("I008")])
    problem = too_large(sketch)
    if problem is not None:
        return Read(None, [problem])
    settled = settle(sketch)
    document = document_of(sketch, settled)
    # The head and the lists were made in the order of the sketch, so that keys and items belong together.
    by_key = {
        "nodes": dict(zip(sketch.parts, document["nodes"], strict=True)),
        "groups": dict(zip(sketch.groups, document["groups"], strict=True)),
    }
    edges = dict(zip(settled.edges, document["edges"], strict=True))
    remarks = [*sketch.remarks, *settled.remarks]
    has_kept = bool(kept.head or kept.nodes)
    if has_kept:
        remarks = [item for item in remarks if item.code != "I028"]
        document = _restore(document, by_key, edges, kept, sketch)
    is_placed = has_kept and all(key in kept.nodes for key in sketch.parts)
    lost = [remark("I081", line=line) for line in kept.lines[:1]]
    return Read(document, remarks, is_placed=is_placed, is_annotated=has_kept, lost=lost)


class _Reader:
    """Goes through the lines and fills a sketch."""

    def __init__(self, sketch: Sketch, titles: Mapping[str, str], kept: _Kept) -> None:
        self._sketch = sketch
        self._titles = titles
        self._kept = kept
        self._inside: list[str] = []
        self._mentions: dict[str, Mentioned] = {}
        self._homes: dict[str, str | None] = {}
        self._edges: list[tuple[str, str]] = []

    def read(self, text: str) -> None:
        labels = 0
        for line in lines_of(text):
            if not line.is_understood:
                self._sketch.remarks.append(remark("I080", line=line.number, text=echo(line.text)))
            elif line.closes:
                if self._inside:
                    self._inside.pop()
            elif line.opens is not None:
                self._open(line)
            else:
                labels += line.labels
                self._edges += line.edges
                for node in line.nodes:
                    self._mention(node)
        if labels:
            self._sketch.remarks.append(remark("I046", count=labels))
        self._fill()

    def _open(self, line: Line) -> None:
        assert line.opens is not None
        key, title = line.opens
        key = key or f"group {len(self._sketch.groups) + 1}"
        if key not in self._sketch.groups:
            # Deeper or more than a scenario may have: what is inside belongs to the group around it.
            full = len(self._sketch.groups) > GROUPS_MAX or len(self._inside) >= NESTING_DEPTH_MAX
            parent = self._inside[-1] if self._inside else None
            if full and parent is not None:
                self._inside.append(parent)
                return
            self._sketch.groups[key] = GroupPart(
                short(title) or key, self._kind(key, title, parent), parent=parent
            )
        self._inside.append(key)

    def _kind(self, key: str, title: str, parent: str | None) -> str:
        kept = self._kept.groups.get(key, {}).get("kind")
        if kept in GROUP_KINDS:
            return str(kept)
        kind = group_kind(title)
        around = self._around(parent)
        rank = GROUP_KINDS[kind].rank
        ranks = [GROUP_KINDS[self._sketch.groups[other].kind].rank for other in around]
        fits = rank is None or all(other is not None and other < rank for other in ranks)
        return kind if fits else group_kind("")

    def _around(self, key: str | None) -> list[str]:
        around = []
        while key is not None:
            around.append(key)
            key = self._sketch.groups[key].parent
        return around

    def _mention(self, node: Mentioned) -> None:
        known = self._mentions.setdefault(node.key, node)
        if node.label is not None:
            known.label, known.shape = node.label, node.shape
        # As in Mermaid, a node is where it is mentioned in a subgraph, wherever else it is mentioned before.
        if self._inside:
            self._homes[node.key] = self._inside[-1]
        else:
            self._homes.setdefault(node.key, None)

    def _fill(self) -> None:
        sketch = self._sketch
        nodes = {key: node for key, node in self._mentions.items() if key not in sketch.groups}
        order = [key for key in self._kept.nodes if key in nodes]
        order += [key for key in nodes if key not in self._kept.nodes]
        for key in order:
            node = nodes[key]
            label = short(node.label if node.label is not None else key)
            sketch.parts[key] = Part(label or key, self._candidates(node, label), group=self._homes.get(key))
        groups = [key for key in self._kept.groups if key in sketch.groups]
        groups += [key for key in sketch.groups if key not in self._kept.groups]
        sketch.groups = {key: sketch.groups[key] for key in groups}
        for source, target in self._edges:
            if source in sketch.parts and target in sketch.parts:
                sketch.edges.append((source, target))
            else:
                missing = source if source not in sketch.parts else target
                name = sketch.groups[missing].name if missing in sketch.groups else missing
                sketch.remarks.append(remark("I047", name=echo(name)))
        kept = [edge for edge in self._kept.edges if edge in set(sketch.edges)]
        sketch.edges = list(dict.fromkeys([*kept, *sketch.edges]))

    def _candidates(self, node: Mentioned, label: str) -> tuple[Match, ...]:
        kind = self._kept.nodes.get(node.key, {}).get("kind")
        if kind in kinds():
            return (Match(str(kind)),)
        found = candidates(label, self._titles)
        if found:
            guess = unknown()
            return found if guess.kind in {match.kind for match in found} else (*found, guess)
        role = _ROLES_BY_SHAPE.get(node.shape)
        if role is not None:
            return (Match(kind_with_role(role)), unknown())
        return (unknown(),)


def _read_comments(text: str, kept: _Kept, remarks: list[Diagnostic]) -> None:
    for number, line in comments_of(text):
        if not line.startswith(MARK):
            continue
        begin = line.find("{")
        what, *aliases = line[len(MARK) : begin].split() if begin >= 0 else [""]
        try:
            value = json.loads(line[begin:]) if begin >= 0 else None
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and what == "scenario" and not aliases:
            kept.head = value
        elif isinstance(value, dict) and what in _WITH_ALIAS and len(aliases) == 1:
            (kept.groups if what == "group" else kept.nodes)[aliases[0]] = value
        elif isinstance(value, dict) and what == "edge" and len(aliases) == 2:
            kept.edges[aliases[0], aliases[1]] = value
        else:
            remarks.append(remark("I081", line=number))
            continue
        kept.lines.append(number)


def _restore(
    document: dict[str, Any],
    by_key: Mapping[str, Mapping[str, dict[str, Any]]],
    edges: Mapping[tuple[str, str], dict[str, Any]],
    kept: _Kept,
    sketch: Sketch,
) -> dict[str, Any]:
    """Put what the comments keep into the document, except where the drawing was changed since."""
    group_ids = _ids(by_key["groups"], kept.groups)
    node_ids = _ids(by_key["nodes"], kept.nodes)
    edge_ids = _ids(edges, kept.edges)
    groups = []
    for key, drawn in by_key["groups"].items():
        group = {**drawn, **kept.groups.get(key, {}), "id": group_ids[key]}
        group["name"] = _name(key, kept.groups.get(key), drawn["name"])
        parent = sketch.groups[key].parent
        groups.append(_inside(group, "parent_id", parent and group_ids[parent]))
    nodes = []
    for key, drawn in by_key["nodes"].items():
        node = {**kept.nodes.get(key, drawn), "id": node_ids[key]}
        node["name"] = _name(key, kept.nodes.get(key), drawn["name"])
        home = sketch.parts[key].group
        nodes.append(_inside(node, "group_id", home and group_ids[home]))
    connections = []
    for (source, target), drawn in edges.items():
        ends = {"source": node_ids[source], "target": node_ids[target]}
        identifier = edge_ids[source, target]
        connections.append({**drawn, **kept.edges.get((source, target), {}), "id": identifier, **ends})
    drawn_head = {name: value for name, value in document.items() if name not in {"nodes", "edges", "groups"}}
    head = {**drawn_head, "version": VERSION, **kept.head}
    return {**head, "nodes": nodes, "edges": connections, "groups": groups}


def _ids(drawn: Mapping[_Key, Mapping[str, Any]], kept: Mapping[_Key, Mapping[str, Any]]) -> dict[_Key, Any]:
    """Return the kept identifiers, and for what is new such as no other has."""
    ids = {key: kept[key]["id"] for key in drawn if isinstance(kept.get(key, {}).get("id"), str)}
    taken = set(ids.values())
    for key, item in drawn.items():
        if key not in ids:
            ids[key] = new_id(item["id"], taken)
    return ids


def _name(key: str, kept: Mapping[str, Any] | None, drawn: str) -> str:
    """Return the kept name if that is what the drawing shows, for a label says less than a name."""
    own = kept.get("name") if kept is not None else None
    if not isinstance(own, str):
        return drawn
    return own if drawn == (short(plain(label_of(own))) or short(key)) else drawn


def _inside(item: dict[str, Any], field: str, home: str | None) -> dict[str, Any]:
    if home:
        item[field] = home
    else:
        item.pop(field, None)
    return item
