"""What stands where: who cannot be reached, what is exposed, and what an own data centre has no room for."""

from __future__ import annotations

from simcore.analysis.messages import remark
from simcore.components.base import DATA_ROLES, Role
from simcore.diagnostics import Diagnostic
from simcore.regions import ANYWHERE
from simcore.scenario.document import Node, Scenario
from simcore.scenario.groups import chain_of
from simcore.wires import is_closed, site_of

#: What keeps data of people, for a while or for good.
_KEEPERS = frozenset({*DATA_ROLES, Role.CACHE, Role.QUEUE})


def check_places(scenario: Scenario) -> list[Diagnostic]:
    """Return remarks on groups, connections first; none for a drawing without groups."""
    if not scenario.groups:
        return []
    return [*_closed(scenario), *_exposed(scenario), *_bought_out(scenario), *_elsewhere(scenario)]


def _closed(scenario: Scenario) -> list[Diagnostic]:
    nodes, groups = scenario.node_by_id(), {group.id: group for group in scenario.groups}
    remarks = []
    for edge in scenario.sorted_edges:
        source, target = nodes[edge.source], nodes[edge.target]
        if not is_closed(site_of(source), site_of(target)):
            continue
        if target.component.role is Role.CONSUMER:
            source, target = target, source
        networks = set(target.surroundings.networks) - set(source.surroundings.networks)
        remarks.append(
            remark(
                "A040",
                node_id=target.id,
                fix=[{"type": "set_gateway", "node_id": target.id, "gateway": True}],
                source=source.label,
                target=target.label,
                network=groups[min(networks)].label,
            )
        )
    return remarks


def _exposed(scenario: Scenario) -> list[Diagnostic]:
    networks = [group for group in scenario.groups if group.place.is_private]
    remarks = []
    for node in scenario.sorted_nodes if networks else ():
        if node.component.role not in _KEEPERS:
            continue
        if not node.surroundings.networks:
            into = [{"type": "set_node_group", "node_id": node.id, "group_id": networks[0].id}]
            fix = into if len(networks) == 1 and node.group_id == networks[0].parent_id else []
            remarks.append(remark("A042", node_id=node.id, fix=fix, node=node.label))
        elif node.gateway:
            inward = [{"type": "set_gateway", "node_id": node.id, "gateway": False}]
            remarks.append(remark("A041", node_id=node.id, fix=inward, node=node.label))
    return remarks


def _bought_out(scenario: Scenario) -> list[Diagnostic]:
    nodes = scenario.node_by_id()
    remarks = []
    for edge in scenario.sorted_edges:
        scaler, target = nodes[edge.source], nodes[edge.target]
        wanted = getattr(scaler.component, "instances_max", 0)
        bought = getattr(target.component, "bought_count", 0)
        if scaler.component.role is Role.CONTROLLER and 0 < bought < wanted:
            remarks.append(remark("A043", node_id=target.id, node=target.label, bought=bought))
    return remarks


def _elsewhere(scenario: Scenario) -> list[Diagnostic]:
    groups = {group.id: group for group in scenario.groups}

    def decides(node: Node) -> str:
        around = chain_of(groups, node.group_id)
        return next(
            (
                group.label
                for group in reversed(around)
                if getattr(group.place, "region", ANYWHERE) != ANYWHERE
            ),
            "",
        )

    return [
        remark("A044", node_id=node.id, node=node.label, group=decides(node))
        for node in scenario.sorted_nodes
        if node.given.get("region", ANYWHERE) not in (ANYWHERE, node.component.region)
        or node.given.get("region_mix", "").strip()
    ]
