"""A document opened for editing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simcore.components.base import Component
from simcore.diagnostics import Diagnostic
from simcore.scenario.edges import Drawn
from simcore.scenario.fields import Place
from simcore.scenario.groups import group_ids_in, region_in
from simcore.scenario.messages import echo


@dataclass(slots=True)
class Draft:
    """A document opened for editing: copied as far as changes reach, nodes, edges and groups by identifier."""

    fields: dict[str, Any]
    nodes: dict[str, dict[str, Any]]
    edges: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    kinds: Mapping[str, type[Component]]

    def drawn(self) -> dict[str, Drawn]:
        """Return what there is to know of each component."""
        return {node_id: self.drawn_node(node_id) for node_id in self.nodes}

    def drawn_node(self, node_id: str) -> Drawn:
        """Return what there is to know of one component."""
        node = self.nodes[node_id]
        return Drawn(
            echo(node.get("name") or node_id),
            self.kinds.get(str(node.get("kind"))),
            region_in(node, self.groups),
            group_ids_in(node, self.groups),
        )

    def close(self) -> dict[str, Any]:
        """Return the edited document."""
        parts = {"nodes": list(self.nodes.values()), "edges": list(self.edges.values())}
        groups = {"groups": list(self.groups.values())} if self.groups or "groups" in self.fields else {}
        return {**self.fields, **parts, **groups}


def update_node(draft: Draft, node_id: str, place: Place, **fields: Any) -> Diagnostic | None:
    """Set fields of a node of a document."""
    if node_id not in draft.nodes:
        return no_node(node_id, place)
    draft.nodes[node_id] = {**draft.nodes[node_id], **fields}
    return None


def with_parameter(item: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return a node, edge or group of a document with one parameter set, or back at its default."""
    given = item.get("parameters")
    parameters = dict(given) if isinstance(given, dict) else {}
    parameters.pop(name, None)
    return {**item, "parameters": parameters if value is None else {**parameters, name: value}}


def no_node(node_id: str, place: Place) -> Diagnostic:
    """Return the complaint that there is no such component."""
    return place.report("S082", "node_id", id=echo(node_id))
