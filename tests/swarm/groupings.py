"""Random groups around components, and what may be done to them: regions, zones in them or apart, networks anywhere."""

from __future__ import annotations

import random
from typing import Any

from simcore.components import kinds
from simcore.scenario.group_kinds import GROUP_KINDS
from tests.swarm import systems

Json = dict[str, Any]

#: Share of the documents that have groups, and the most that one has of each kind.
GROUPED_RATIO = 0.35
OF_EACH_MAX = 2


def grouped(chance: random.Random, drawing: Json) -> Json:
    """Return the document with groups around some of its components, or as it was."""
    if chance.random() >= GROUPED_RATIO:
        return drawing
    groups: list[Json] = []
    for kind, cls in GROUP_KINDS.items():
        for number in range(chance.randint(0, OF_EACH_MAX)):
            around = [group["id"] for group in groups if may_hold(group["kind"], kind)]
            parent = chance.choice([None, *around])
            groups.append(new_group(f"{kind}{number}", kind, systems.parameters(chance, cls), parent))
    names = [group["id"] for group in groups]
    nodes = [
        {**node, "group_id": chance.choice(names), "gateway": chance.random() < 0.3}
        if names and chance.random() < 0.7
        else node
        for node in drawing["nodes"]
    ]
    return {**drawing, "groups": groups, "nodes": nodes}


def may_hold(outer: str, inner: str) -> bool:
    """Tell whether a group of one kind may have one of another in it."""
    ranks = GROUP_KINDS[outer].rank, GROUP_KINDS[inner].rank
    return ranks[0] is None or ranks[1] is None or ranks[0] < ranks[1]


def new_group(group_id: str, kind: str, parameters: Json, parent: str | None) -> Json:
    """Return a group as a document has it."""
    group = {"id": group_id, "kind": kind, "name": "", "x": 0, "y": 0, "parameters": parameters}
    return {**group, **({} if parent is None else {"parent_id": parent})}


def group_fault(chance: random.Random, drawing: Json) -> Json | None:
    """Return a fault of all that is in a group; possibly one that is refused."""
    groups = drawing["groups"]
    members = [node for node in drawing["nodes"] if node.get("group_id")]
    if not groups or not members:
        return None
    names = kinds()[chance.choice(members)["kind"]].faults
    return {"fault": chance.choice(names), "group_id": chance.choice(groups)["id"]} if names else None


def group_changes(chance: random.Random, drawing: Json) -> list[Json]:
    """Return an edit of groups: one more or less, other numbers, or somebody who moves in or out."""
    groups = drawing["groups"]
    node = chance.choice(drawing["nodes"])
    if not groups or chance.random() < 0.2:
        kind = chance.choice(sorted(GROUP_KINDS))
        group = new_group(
            f"g{chance.randrange(10_000)}", kind, systems.parameters(chance, GROUP_KINDS[kind]), None
        )
        put = {"type": "set_node_group", "node_id": node["id"], "group_id": group["id"]}
        return [{"type": "add_group", "group": group}, put]
    group = chance.choice(groups)
    how = chance.choice(["move", "move", "gateway", "set", "parent", "remove"])
    if how == "remove":
        return [{"type": "remove_group", "group_id": group["id"]}]
    if how == "gateway":
        return [{"type": "set_gateway", "node_id": node["id"], "gateway": chance.random() < 0.5}]
    if how == "parent":
        parent = chance.choice([None, *(other["id"] for other in groups)])
        return [{"type": "set_group_parent", "group_id": group["id"], "parent_id": parent}]
    if how == "set":
        spec = chance.choice(systems.specs_of(GROUP_KINDS[group["kind"]]) or (None,))
        if spec is not None:
            value = systems.value(chance, spec)
            return [
                {"type": "set_group_parameter", "group_id": group["id"], "name": spec.name, "value": value}
            ]
    place = chance.choice([None, group["id"]])
    return [{"type": "set_node_group", "node_id": node["id"], "group_id": place}]


def difference(present: Json, wanted: Json) -> tuple[list[Json], list[Json]]:
    """Return what to do about groups before and after the components are those that are wanted."""
    have, want = ({group["id"]: group for group in drawing["groups"]} for drawing in (present, wanted))
    kept = {name for name in have if name in want and _outside(have[name]) == _outside(want[name])}
    before: list[Json] = [{"type": "remove_group", "group_id": name} for name in have if name not in kept]
    before += [{"type": "add_group", "group": group} for name, group in want.items() if name not in kept]
    for name in sorted(kept):
        old, new = have[name]["parameters"], want[name]["parameters"]
        before += [
            {"type": "set_group_parameter", "group_id": name, "name": key, "value": new.get(key)}
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key)
        ]
    after: list[Json] = []
    for node in wanted["nodes"] if before or present["nodes"] != wanted["nodes"] else ():
        after.append({"type": "set_node_group", "node_id": node["id"], "group_id": node.get("group_id")})
        after.append(
            {"type": "set_gateway", "node_id": node["id"], "gateway": bool(node.get("gateway", False))}
        )
    return before, after


def _outside(group: Json) -> tuple[Any, Any]:
    return group["kind"], group.get("parent_id")
