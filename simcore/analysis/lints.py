"""Remarks on drawings that work, but will not when something happens that will."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import networkx as nx

from simcore.analysis.capacity import Load, compute_load
from simcore.analysis.cut import Cut
from simcore.analysis.messages import remark
from simcore.analysis.ways import targets_by_role
from simcore.analysis.workload import keys_of
from simcore.components.base import DATA_ROLES, Callees, Role
from simcore.diagnostics import Diagnostic
from simcore.scenario.document import Node, Scenario
from simcore.scenario.edges import is_synchronous

#: From here on the waiting time of a queue exceeds about four service times of a single worker (M/M/1).
BUSY_RATIO = 0.8

#: Attempts at the last component for one request of a user from which on a small failure makes a large one.
_ATTEMPTS_MANY = 6
#: What could be carried in addition must be worth a word.
_GAIN_LEAST = 1.1


def check_capacity(scenario: Scenario, cold: Load) -> list[Diagnostic]:
    """Compare what each node receives with what it can serve, with warm caches and with empty ones."""
    if not cold.bounded:
        return [remark("A013")]
    warm = compute_load(scenario, caches="warm")
    caches = _caches_before(scenario)
    remarks = []
    for node in scenario.sorted_nodes:
        at_worst, usual = cold.nodes[node.id].utilization_ratio, warm.nodes[node.id].utilization_ratio
        if at_worst is None or usual is None:
            continue
        if usual >= 1:
            consumer = node.component.role is Role.CONSUMER
            remarks.append(_busy("A016" if consumer else "A010", node, warm))
        elif at_worst >= 1:
            names = caches.get(node.id, [])
            single = len(names) == 1
            remarks.append(_busy("A018" if single else "A012", node, cold, cache=names[0] if single else ""))
        elif usual >= BUSY_RATIO:
            remarks.append(_busy("A011", node, warm))
    return [*remarks, *_hot_keys(scenario, warm), *_losses(scenario, warm)]


def _busy(code: str, node: Node, load: Load, cache: str = "") -> Diagnostic:
    at = load.nodes[node.id]
    assert at.utilization_ratio is not None
    assert at.capacity_rps is not None
    return remark(
        code,
        node_id=node.id,
        node=node.label,
        utilization=rounded(100 * at.utilization_ratio),
        offered=rounded(at.offered_rps),
        capacity=rounded(at.capacity_rps),
        growth=rounded(max(at.offered_rps - at.capacity_rps, 0.0)),
        cache=cache,
    )


def _caches_before(scenario: Scenario) -> Mapping[str, list[str]]:
    """Return the names of the caches that catch reads before they come to each node."""
    nodes = scenario.node_by_id()
    found: dict[str, set[str]] = {}
    for by_role in targets_by_role(scenario).values():
        caches = by_role.get(Role.CACHE, ())
        for role, targets in by_role.items():
            if caches and role is not Role.CACHE:
                for target in targets:
                    found.setdefault(target, set()).update(caches)
    return {target: [nodes[cache].label for cache in sorted(caches)] for target, caches in found.items()}


def _hot_keys(scenario: Scenario, load: Load) -> Iterator[Diagnostic]:
    """Say so when the part of a store that has the most popular record would be overloaded, though the whole is not."""
    stores = [node for node in scenario.sorted_nodes if node.component.part_count() > 1]
    if not stores:
        return
    shares = keys_of(scenario).shares
    for node in stores:
        at, parts = load.nodes[node.id], node.component.part_count()
        if not at.capacity_rps or at.offered_rps >= at.capacity_rps:
            continue
        hot_rps = sum(rate * float(shares[operation][0]) for operation, rate in at.rates_rps.items())
        busiest_rps = (at.offered_rps - hot_rps) / parts + hot_rps
        if busiest_rps >= at.capacity_rps / parts:
            yield remark(
                "A019",
                node_id=node.id,
                node=node.label,
                hot=rounded(hot_rps),
                busiest=rounded(busiest_rps),
                capacity=rounded(at.capacity_rps / parts),
            )


def _losses(scenario: Scenario, load: Load) -> Iterator[Diagnostic]:
    """Say so when several servers carry the traffic together, and one less would not."""
    targets = targets_by_role(scenario)
    for node in scenario.sorted_nodes:
        group = targets[node.id].get(Role.SERVICE, [])
        ratios = [max(calls.get((node.id, target), 0.0) for calls in load.calls.values()) for target in group]
        busy = [load.nodes[target].utilization_ratio or 0.0 for target in group]
        if len(group) < 2 or max(ratios) >= 1 or not all(ratios) or max(busy) >= 1:
            continue
        left = sum(busy) / (len(group) - 1)
        if left >= 1:
            yield remark(
                "A017", node_id=node.id, node=node.label, count=len(group), utilization=rounded(100 * left)
            )


def check_calls(scenario: Scenario) -> list[Diagnostic]:
    """Look for retries that multiply, and for work that goes on when nobody waits for it any more."""
    nodes = scenario.node_by_id()
    targets = targets_by_role(scenario)
    waits = {
        source: [
            target
            for role, ids in by_role.items()
            for target in ids
            if is_synchronous(nodes[source].component.role, role)
            and not (role in DATA_ROLES and nodes[source].component.role is role)
        ]
        for source, by_role in targets.items()
    }
    remarks = []
    for source, callees in waits.items():
        caller = nodes[source]
        for target in callees:
            patience_s, longer_s = caller.component.patience_s(), nodes[target].component.patience_s()
            if caller.component.role is Role.CLIENT or not waits[target] or not patience_s or not longer_s:
                continue
            if patience_s < longer_s:
                remarks.append(
                    remark(
                        "A015",
                        node_id=source,
                        node=caller.label,
                        callee=nodes[target].label,
                        patience=rounded(patience_s),
                        longer=rounded(longer_s),
                        fix=_fix(caller, "propagate_deadline", value=True),
                    )
                )
    return [*remarks, *_retries(nodes, waits), *_lines(nodes, waits), *_blind(nodes, waits)]


def _fix(node: Node, name: str, *, value: object) -> tuple[dict[str, object], ...]:
    """Return the change of one parameter, for a component that has it."""
    if name not in type(node.component).model_fields:
        return ()
    return ({"type": "set_parameter", "node_id": node.id, "name": name, "value": value},)


def _lines(nodes: Mapping[str, Node], waits: Mapping[str, list[str]]) -> Iterator[Diagnostic]:
    """Say so when whoever has waited through a full line is not waited for any more."""
    for source, callees in waits.items():
        patience_s = nodes[source].component.patience_s()
        for target in callees:
            node = nodes[target]
            places, capacity_rps = node.component.line_length(), node.component.capacity_rps()
            if not patience_s or not places or not capacity_rps or places / capacity_rps <= patience_s:
                continue
            yield remark(
                "A022",
                node_id=target,
                node=node.label,
                caller=nodes[source].label,
                wait=rounded(places / capacity_rps),
                patience=rounded(patience_s),
                fix=_fix(node, "queue_capacity", value=max(1, int(capacity_rps * patience_s / 2))),
            )


def _blind(nodes: Mapping[str, Node], waits: Mapping[str, list[str]]) -> Iterator[Diagnostic]:
    """Say so when nobody looks whether those that share requests are alive."""
    for source, callees in waits.items():
        node = nodes[source]
        component = node.component
        group = [target for target in callees if nodes[target].component.role is Role.SERVICE]
        shared = Callees({Role.SERVICE: group})
        if component.role is not Role.SERVICE or len(group) < 2 or component.detection_s() is not None:
            continue
        ratios = [component.split(shared, "read").get(target, 0.0) for target in group]
        if component.tries() <= 1 and max(ratios) < 1 and min(ratios) > 0:
            yield remark(
                "A023",
                node_id=source,
                node=node.label,
                count=len(group),
                share=rounded(100 * max(ratios)),
                fix=_fix(node, "attempts_max", value=2),
            )


def _retries(nodes: Mapping[str, Node], waits: Mapping[str, list[str]]) -> Iterator[Diagnostic]:
    """Follow from each client how attempts multiply from tier to tier; say so at the component that gets most of them."""
    attempts = {node_id: (1.0, 0) for node_id, node in nodes.items() if node.component.role is Role.CLIENT}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((source, target) for source, callees in waits.items() for target in callees)
    for source in nx.lexicographical_topological_sort(graph):
        if source not in attempts:
            continue
        tries = nodes[source].component.tries()
        made, tiers = attempts[source]
        reached = (made * tries, tiers + (tries > 1))
        for target in waits[source]:
            attempts[target] = max(reached, attempts.get(target, (0.0, 0)))
    most = max(attempts.items(), key=lambda item: (item[1], item[0]), default=None)
    if most is not None and most[1][0] >= _ATTEMPTS_MANY and most[1][1] > 1:
        node_id, (made, tiers) = most
        yield remark("A020", node_id=node_id, node=nodes[node_id].label, attempts=rounded(made), tiers=tiers)


def check_cut(scenario: Scenario, load: Load, cut: Cut | None) -> list[Diagnostic]:
    """Say so when another division of the same traffic would let more through."""
    most_rps = load.max_throughput_rps
    if cut is None or most_rps is None or load.bottleneck is None or cut.rate_rps < _GAIN_LEAST * most_rps:
        return []
    node = scenario.node_by_id()[load.bottleneck]
    return [
        remark("A014", node_id=node.id, node=node.label, now=rounded(most_rps), best=rounded(cut.rate_rps))
    ]


def rounded(value: float) -> float | int:
    """Round to three significant digits, as a whole number where that is exact."""
    short = float(f"{value:.3g}")
    return int(short) if short.is_integer() else short
