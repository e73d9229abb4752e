"""What changes of groups do to a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simcore.diagnostics import Diagnostic
from simcore.limits import ID_LENGTH_MAX
from simcore.scenario.change_models import (
    AddGroup,
    MoveGroup,
    RemoveGroup,
    RenameGroup,
    SetGateway,
    SetGroupParameter,
    SetGroupParent,
    SetNodeGroup,
)
from simcore.scenario.document import Frozen
from simcore.scenario.draft import Draft, no_node, update_node, with_parameter
from simcore.scenario.fields import Place, valid_id
from simcore.scenario.messages import echo


def no_group(group_id: str, place: Place) -> Diagnostic:
    """Return the complaint that there is no such group."""
    return place.report("S095", "group_id", id=echo(group_id))


def _add_group(draft: Draft, change: AddGroup, place: Place) -> Diagnostic | None:
    group_id = valid_id(change.group)
    if group_id is None:
        return place.report("S029", "group.id", limit=ID_LENGTH_MAX)
    if group_id in draft.groups:
        return place.report("S096", "group.id", id=group_id)
    draft.groups[group_id] = change.group
    return None


def _remove_group(draft: Draft, change: RemoveGroup, place: Place) -> Diagnostic | None:
    """Remove the group, and the scheduled faults that would strike it."""
    gone = draft.groups.pop(change.group_id, None)
    if gone is None:
        return no_group(change.group_id, place)
    outer = gone.get("parent_id")
    for parts, name in ((draft.nodes, "group_id"), (draft.groups, "parent_id")):
        for item_id, item in parts.items():
            if item.get(name) == change.group_id:
                parts[item_id] = _inside(item, name, outer)
    faults = draft.fields.get("faults")
    if isinstance(faults, list):
        draft.fields["faults"] = [
            fault
            for fault in faults
            if not (isinstance(fault, dict) and fault.get("group_id") == change.group_id)
        ]
    return None


def _inside(item: dict[str, Any], name: str, group_id: object) -> dict[str, Any]:
    """Return a component or group inside a group, without the field if it is in none."""
    rest = {key: value for key, value in item.items() if key != name}
    return rest if group_id is None else {**rest, name: group_id}


def _update_group(draft: Draft, group_id: str, place: Place, **fields: Any) -> Diagnostic | None:
    if group_id not in draft.groups:
        return no_group(group_id, place)
    draft.groups[group_id] = {**draft.groups[group_id], **fields}
    return None


def _move_group(draft: Draft, change: MoveGroup, place: Place) -> Diagnostic | None:
    return _update_group(draft, change.group_id, place, x=change.x, y=change.y)


def _rename_group(draft: Draft, change: RenameGroup, place: Place) -> Diagnostic | None:
    return _update_group(draft, change.group_id, place, name=change.name)


def _set_group_parameter(draft: Draft, change: SetGroupParameter, place: Place) -> Diagnostic | None:
    if change.group_id not in draft.groups:
        return no_group(change.group_id, place)
    draft.groups[change.group_id] = with_parameter(draft.groups[change.group_id], change.name, change.value)
    return None


def _set_group_parent(draft: Draft, change: SetGroupParent, place: Place) -> Diagnostic | None:
    for group_id in (change.group_id, change.parent_id):
        if group_id is not None and group_id not in draft.groups:
            return no_group(group_id, place)
    draft.groups[change.group_id] = _inside(draft.groups[change.group_id], "parent_id", change.parent_id)
    return None


def _set_node_group(draft: Draft, change: SetNodeGroup, place: Place) -> Diagnostic | None:
    if change.node_id not in draft.nodes:
        return no_node(change.node_id, place)
    if change.group_id is not None and change.group_id not in draft.groups:
        return no_group(change.group_id, place)
    draft.nodes[change.node_id] = _inside(draft.nodes[change.node_id], "group_id", change.group_id)
    return None


def _set_gateway(draft: Draft, change: SetGateway, place: Place) -> Diagnostic | None:
    return update_node(draft, change.node_id, place, gateway=change.gateway)


GROUP_HANDLERS: Mapping[type[Frozen], Callable[[Draft, Any, Place], Diagnostic | None]] = {
    AddGroup: _add_group,
    RemoveGroup: _remove_group,
    MoveGroup: _move_group,
    RenameGroup: _rename_group,
    SetGroupParameter: _set_group_parameter,
    SetGroupParent: _set_group_parent,
    SetNodeGroup: _set_node_group,
    SetGateway: _set_gateway,
}
