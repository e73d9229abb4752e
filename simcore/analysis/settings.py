"""Remarks on settings that do not go together, each with what it costs in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from simcore.analysis.capacity import Load
from simcore.analysis.lints import rounded
from simcore.analysis.messages import remark
from simcore.analysis.ways import targets_by_role
from simcore.analysis.workload import OPERATIONS, READ, operation_mix
from simcore.components.base import DATA_ROLES, Role
from simcore.diagnostics import Diagnostic
from simcore.scenario.document import Node, Scenario
from simcore.scenario.edges import is_synchronous
from simcore.wires import replication_clusters

_WRITE = OPERATIONS[1]


def check_settings(scenario: Scenario, load: Load) -> list[Diagnostic]:
    """Look at times that are set at different components and have to fit together."""
    nodes = scenario.node_by_id()
    return [
        *_slow_scaling(scenario, nodes, load),
        *_addresses(scenario, nodes, load),
        *_never_expiring(scenario, load),
        *_lone_replicas(scenario, nodes),
        *_calls(scenario, nodes, load),
    ]


def _slow_scaling(scenario: Scenario, nodes: Mapping[str, Node], load: Load) -> Iterator[Diagnostic]:
    """Say so when the traffic outgrows what is scaled before more of it is there."""
    people = [node.component for node in scenario.sorted_nodes if node.component.role is Role.CLIENT]
    targets = targets_by_role(scenario)
    for node in scenario.sorted_nodes:
        reaction_s = node.component.reaction_s()
        if reaction_s is None:
            continue
        growth = max((person.growth_within(reaction_s) for person in people), default=1.0)
        spare = node.component.spare_factor()
        for target in chain.from_iterable(targets[node.id].values()):
            if growth > spare and load.nodes[target].offered_rps > 0:
                yield remark(
                    "A024",
                    node_id=node.id,
                    node=node.label,
                    target=nodes[target].label,
                    reaction=rounded(reaction_s),
                    growth=rounded(growth),
                    spare=rounded(spare),
                )


def _addresses(scenario: Scenario, nodes: Mapping[str, Node], load: Load) -> Iterator[Diagnostic]:
    """Say so when everybody asks for an address before every request."""
    targets = targets_by_role(scenario)
    for node in scenario.sorted_nodes:
        if node.component.address_ttl_s() != 0.0:
            continue
        asked_rps = sum(
            load.nodes[source].offered_rps
            for source, by_role in targets.items()
            if node.id in by_role.get(Role.RESOLVER, ()) and nodes[source].component.role is Role.CLIENT
        )
        if asked_rps > 0:
            yield remark("A025", node_id=node.id, node=node.label, rate=rounded(asked_rps))


def _never_expiring(scenario: Scenario, load: Load) -> Iterator[Diagnostic]:
    """Say so when a cache keeps for ever what others change without telling it."""
    for node in scenario.sorted_nodes:
        memory = node.component.memory()
        if node.component.role is not Role.CACHE or memory is None or memory.ttl_s != float("inf"):
            continue
        readers = [
            source
            for (source, target), ratio in load.calls.get(READ, {}).items()
            if target == node.id and ratio > 0
        ]
        silent_rps = sum(
            load.nodes[source].rates_rps.get(_WRITE, 0.0)
            for source in readers
            if not load.calls.get(_WRITE, {}).get((source, node.id))
        )
        if silent_rps > 0:
            yield remark("A026", node_id=node.id, node=node.label, rate=rounded(silent_rps))


def _lone_replicas(scenario: Scenario, nodes: Mapping[str, Node]) -> Iterator[Diagnostic]:
    """Say so when every write waits for one replica, and for no other in its place."""
    if _WRITE not in operation_mix(scenario):
        return
    for primary, members in replication_clusters(scenario).items():
        component = nodes[primary].component
        if component.role is not Role.DATABASE or len(members) != 2 or not component.confirmations(_WRITE, 1):
            continue
        replica = next(member for member in members if member != primary)
        yield remark(
            "A027",
            node_id=primary,
            node=nodes[primary].label,
            replica=nodes[replica].label,
            detection=rounded(component.detection_s() or component.wait_max_s() or 0.0),
        )


def _calls(scenario: Scenario, nodes: Mapping[str, Node], load: Load) -> Iterator[Diagnostic]:
    """Say so when a caller gives up before the callee can have done its work, or before it has tried as often as it may."""
    mixes = operation_mix(scenario)
    said: set[str] = set()
    for source, by_role in targets_by_role(scenario).items():
        caller = nodes[source].component
        timeout_s = caller.wait_max_s()
        for role, ids in by_role.items():
            equals = role in DATA_ROLES and caller.role is role
            if timeout_s is None or equals or not is_synchronous(caller.role, role):
                continue
            for target in ids:
                callee = nodes[target].component
                works_s = max(
                    (
                        callee.answer_s(operation, mix.payload_bytes) * mix.work_factor
                        for operation, mix in mixes.items()
                        if load.calls.get(operation, {}).get((source, target))
                    ),
                    default=0.0,
                )
                names: dict[str, Any] = {
                    "node": nodes[source].label,
                    "callee": nodes[target].label,
                    "timeout": rounded(timeout_s),
                }
                if works_s > timeout_s:
                    yield remark("A028", node_id=source, work=rounded(works_s), **names)
                longer_s, tries = callee.patience_s(), callee.tries()
                waits = any(
                    is_synchronous(callee.role, nodes[edge.target].component.role)
                    for edge in scenario.edges
                    if edge.source == target
                )
                if (
                    target not in said
                    and waits
                    and tries > 1
                    and longer_s is not None
                    and longer_s > timeout_s
                ):
                    said.add(target)
                    yield remark(
                        "A029", node_id=target, tries=rounded(tries), longer=rounded(longer_s), **names
                    )
