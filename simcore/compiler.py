"""From a scenario to a program: every node lowers itself, in order of node id.

Compiling again after a live edit, with the same `Compiler`, keeps every index: code of nodes that did not change stays
where it is, code of those that did is appended, and requests inside the old code finish there.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from simcore.assembler import NodeAssembler
from simcore.components._prices import Priced
from simcore.components.base import DATA_ROLES, Component, LinkParameters, Machine, Role, shape_of
from simcore.controls import Daemon
from simcore.distributions import keep_distribution
from simcore.params import numbers_in
from simcore.program import (
    INSTRUCTION,
    NONE,
    TARIFF_BACK,
    TARIFF_INTERNET,
    TARIFF_OUT,
    Cluster,
    ControlStep,
    Instruction,
    Link,
    Op,
    Operation,
    Port,
    Program,
    Shape,
    Share,
)
from simcore.regions import are_apart, delay_s, number_of
from simcore.scenario.document import Edge, RequestClass, Scenario
from simcore.source_words import RequestKind
from simcore.symbols import Declarations, Label, Symbols, Target, Wiring

#: Every program begins with these: a failure is passed on (the label of a call that has no other), a node is mended once.
_PREAMBLE: tuple[Instruction, ...] = (
    (Op.FAIL, NONE, NONE, NONE, NONE, NONE),
    (Op.CONTROL, ControlStep.MEND, NONE, NONE, NONE, NONE),
    (Op.ANSWER, 0, NONE, NONE, NONE, NONE),
)

_Found = dict[str, dict[str, list[Target]]]
Relative = tuple[tuple[tuple[int, tuple[int | tuple[str, int], ...]], ...], tuple[tuple[int, int], ...]]


class Compiler:
    """Compiles one run's scenario, again and again."""

    def __init__(self) -> None:
        self.symbols = Symbols()
        self._code: list[Instruction] = list(_PREAMBLE)
        self._placed: dict[str, tuple[Relative, int]] = {}
        self._classes: dict[str, RequestKind] = {}
        self._places: dict[str, Component] = {}  # of the scenario that is being compiled

    def copy(self) -> Compiler:
        """Return a compiler that goes on from here independently of this one."""
        other = Compiler()
        other.symbols = self.symbols.copy()
        other._code, other._placed, other._classes = self._code[:], self._placed.copy(), self._classes.copy()
        return other

    def compile(self, scenario: Scenario) -> Program:
        """Return the program of a scenario; indices of earlier compilations keep their meaning."""
        for node in scenario.sorted_nodes:
            self.symbols.index("node", node.id)
        declared = Declarations()
        wiring, links = self._wire(scenario, declared)
        ports: dict[int, dict[Port, int]] = {}
        for node in scenario.sorted_nodes:
            asm = NodeAssembler(self.symbols, declared, node_id=node.id, wiring=wiring)
            node.component.lower(asm)
            asm.finish()
            if isinstance(node.component, Machine):
                node.component.stamp_breakdowns(asm)
            if isinstance(node.component, Priced):
                node.component.stamp_prices(asm)
            base = self._place(asm)
            ports[asm.node] = {port: base + label.position for port, label in asm.ports.items()}
            for daemon, (label, count_slot, outlives, queue) in asm.daemons.items():
                at = base + label.position
                declared.daemons[daemon] = Daemon(asm.node, at, count_slot, outlives, queue)
        return self._program(scenario, links, declared, ports)

    def _program(
        self,
        scenario: Scenario,
        links: dict[int, Link],
        declared: Declarations,
        ports: dict[int, dict[Port, int]],
    ) -> Program:
        classes = self._request_kinds(scenario)  # their sizes are in slots, too
        node_ids = self.symbols.keys("node")
        entries = np.full((len(node_ids), len(Port)), NONE, np.int32)
        for node, labels in ports.items():
            for port, label in labels.items():
                entries[node, port] = label
        return Program(
            code=np.array(self._code, INSTRUCTION),
            slots=np.array(self.symbols.slot_values, np.float64),
            entries=entries,
            node_ids=node_ids,
            edge_ids=self.symbols.keys("edge"),
            live_nodes=frozenset(self.symbols.index("node", node.id) for node in scenario.nodes),
            live_edges=frozenset(self.symbols.index("edge", edge.id) for edge in scenario.edges),
            pools=declared.pools,
            stores=declared.stores,
            groups=declared.groups,
            links=links,
            sources=declared.sources,
            queues=declared.queues,
            clusters=declared.clusters,
            daemons=declared.daemons,
            gates=declared.gates,
            scalers=declared.scalers,
            scaled=declared.scaled,
            durable_slots=declared.durable_slots,
            shardings=declared.shardings,
            prices=declared.prices,
            regions={
                self.symbols.index("node", node.id): number_of(node.component.region)
                for node in scenario.sorted_nodes
            },
            streams=self.symbols.keys("stream"),
            shares=declared.shares | _bandwidths(links),
            timer_count=len(self.symbols.keys("timer")),
            classes=classes,
        )

    def _request_kinds(self, scenario: Scenario) -> tuple[RequestKind, ...]:
        """Return every class there ever was, in order of appearance; those that are no more have no share."""
        self._classes = {name: replace(kind, share=0.0) for name, kind in self._classes.items()}
        self._classes |= {item.name: _request_kind(item, self.symbols) for item in scenario.workload.classes}
        return tuple(self._classes.values())

    def _place(self, asm: NodeAssembler) -> int:
        """Return where the node's code begins, appending it only if it is not what it was."""
        relative = _relative(asm)
        placed = self._placed.get(asm.node_id)
        if placed is not None and placed[0] == relative:
            return placed[1]
        base = len(self._code)
        self._placed[asm.node_id] = (relative, base)
        for op, operands in asm.code:
            row = [base + item.position if isinstance(item, Label) else int(item) for item in operands]
            row += [NONE] * (5 - len(row))
            self._code.append((int(op), row[0], row[1], row[2], row[3], row[4]))
        return base

    # Wiring ----------------------------------------------------------------------------------------------------

    def _wire(self, scenario: Scenario, declared: Declarations) -> tuple[Wiring, dict[int, Link]]:
        wiring, links = Wiring(), dict[int, Link]()
        self._places = {node.id: node.component for node in scenario.nodes}
        roles = {node.id: node.component.role for node in scenario.sorted_nodes}
        members = replication_clusters(scenario)
        for root, ids in members.items():
            index = self.symbols.index("cluster", root)
            nodes = tuple(self.symbols.index("node", member) for member in ids)
            declared.clusters[index] = Cluster(nodes, leaderless=roles[root] is not Role.DATABASE)
            wiring.clusters.update(dict.fromkeys(ids, index))
        found: _Found = {}
        feeds: _Found = {}
        drawn: dict[tuple[str, str], Edge] = {}
        for edge in scenario.sorted_edges:
            drawn[edge.source, edge.target] = edge
            target = self._link(wiring, links, edge.id, edge.source, edge.target, edge.link, drawn=True)
            found.setdefault(edge.source, {}).setdefault(roles[edge.target].value, []).append(target)
            feed = replace(target, node=self.symbols.index("node", edge.source), node_id=edge.source)
            feeds.setdefault(edge.target, {}).setdefault(roles[edge.source].value, []).append(feed)
        for root, ids in members.items():
            self._wire_cluster(wiring, links, root, ids, drawn)
            self._wire_callers(wiring, links, ids, found, drawn, roles[root])
            if roles[root] is Role.STORE:
                for node_id in ids:
                    here = LinkParameters(latency_mean_s=0.0)
                    itself = self._link(
                        wiring, links, f"{node_id}~{node_id}", node_id, node_id, here, drawn=False
                    )
                    wiring.loopbacks[node_id] = itself
        wiring.targets, wiring.feeds = _frozen(found), _frozen(feeds)
        return wiring, links

    def _wire_cluster(
        self,
        wiring: Wiring,
        links: dict[int, Link],
        root: str,
        ids: tuple[str, ...],
        drawn: dict[tuple[str, str], Edge],
    ) -> None:
        """Every member can reach every other; a direction that nobody drew is like the drawn one."""
        for source in ids:
            peers = []
            for target in ids:
                if source == target:
                    continue
                edge = drawn.get((source, target))
                ways = [(source, target), (target, source), (root, target), (root, source)]
                like = next((drawn[way].link for way in ways if way in drawn), LinkParameters())
                name = edge.id if edge else f"{source}~{target}"
                peers.append(self._link(wiring, links, name, source, target, like, drawn=edge is not None))
            wiring.peers[source] = tuple(peers)

    def _wire_callers(
        self,
        wiring: Wiring,
        links: dict[int, Link],
        ids: tuple[str, ...],
        found: _Found,
        drawn: dict[tuple[str, str], Edge],
        role: Role,
    ) -> None:
        """A caller of one member finds the others too, for they may become the primary."""
        for source in sorted(found):
            known = [target for target in ids if (source, target) in drawn]
            if source in ids or not known:
                continue
            for target in ids:
                if target not in known:
                    like = drawn[source, known[0]].link
                    name = f"{source}~{target}"
                    hidden = self._link(wiring, links, name, source, target, like, drawn=False)
                    found[source][role.value].append(hidden)

    def _link(
        self,
        wiring: Wiring,
        links: dict[int, Link],
        name: str,
        source: str,
        target: str,
        link: LinkParameters,
        *,
        drawn: bool,
    ) -> Target:
        edge = self.symbols.index("edge", name)
        distance_s = delay_s(self._places[source].region, self._places[target].region)
        shape = shape_of(link.latency_distribution)
        bandwidth = link.bandwidth_bps / 8.0 or math.inf
        shares = [self.symbols.index("share", f"edge {name} {way}") for way in ("out", "back")]
        links[edge] = Link(
            source=self.symbols.index("node", source),
            target=self.symbols.index("node", target),
            latency_slot=keep_distribution(
                self.symbols,
                f"edge {name}/latency",
                mean=link.latency_mean_s + (distance_s if shape is Shape.CONSTANT else 0.0),
                shape=shape,
                cv=link.latency_cv,
                values=numbers_in(link.latency_values),
            ),
            loss_slot=self.symbols.slots(f"edge {name}/loss", [link.loss_ratio]),
            weight_slot=self.symbols.slots(f"edge {name}/weight", [link.weight]),
            stream=self.symbols.index("stream", f"link:{name}"),
            visible=drawn,
            share=shares[0],
            bandwidth_slot=self.symbols.slots(f"edge {name}/bandwidth", [bandwidth]),
            varied=shape is not Shape.CONSTANT or math.isfinite(bandwidth),
            distance_slot=self.symbols.slots(
                f"edge {name}/distance", [0.0 if shape is Shape.CONSTANT else distance_s]
            ),
            tariff=_tariff(self._places[source], self._places[target]),
        )
        return Target(
            edge=edge,
            node=self.symbols.index("node", target),
            node_id=target,
            cluster=wiring.clusters.get(target, NONE),
            drawn=drawn,
        )


def _tariff(source: Component, target: Component) -> int:
    """Return who pays for what passes an edge between two components. Answers to users count only if they cost."""
    apart = are_apart(source.region, target.region)
    if source.role is Role.CLIENT:
        return TARIFF_INTERNET if isinstance(target, Priced) and target.price_internet_usd > 0 else 0
    return TARIFF_BACK | TARIFF_OUT if apart else 0


def _relative(asm: NodeAssembler) -> Relative:
    """Return the node's code with labels as positions, to compare it with what it was."""
    code = tuple(
        (
            int(op),
            tuple(("label", item.position) if isinstance(item, Label) else int(item) for item in operands),
        )
        for op, operands in asm.code
    )
    return code, tuple((int(port), label.position) for port, label in asm.ports.items())


def replication_clusters(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the clusters: databases, or stores, joined by edges, by the one that no other leads to."""
    roles = {node.id: node.component.role for node in scenario.sorted_nodes}
    databases = [node_id for node_id in sorted(roles) if roles[node_id] in DATA_ROLES]
    joined = {node_id: {node_id} for node_id in databases}
    replicas = set()
    for edge in scenario.sorted_edges:
        if edge.source in joined and edge.target in joined and roles[edge.source] is roles[edge.target]:
            replicas.add(edge.target)
            merged = joined[edge.source] | joined[edge.target]
            for member in merged:
                joined[member] = merged
    clusters: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for node_id in sorted(databases, key=lambda item: (item in replicas, item)):
        if node_id not in seen:
            seen |= joined[node_id]
            clusters[node_id] = (node_id, *sorted(joined[node_id] - {node_id}))
    return clusters


def _bandwidths(links: dict[int, Link]) -> dict[int, Share]:
    """Return each link's two directions as capacities to be shared."""
    return {
        link.share + way: Share(link.bandwidth_slot, link.bandwidth_slot, edge)
        for edge, link in links.items()
        for way in (0, 1)
    }


def _frozen(found: _Found) -> dict[str, dict[str, tuple[Target, ...]]]:
    return {
        node_id: {role: tuple(targets) for role, targets in by_role.items()}
        for node_id, by_role in found.items()
    }


def _request_kind(item: RequestClass, symbols: Symbols) -> RequestKind:
    return RequestKind(
        name=item.name,
        share=item.share,
        operation=Operation[item.operation.upper()],
        key_count=item.key_count,
        zipf_exponent=item.zipf_exponent,
        payload_bytes=item.payload_bytes,
        payload_slot=keep_distribution(
            symbols,
            f"class {item.name}/payload",
            mean=item.payload_bytes,
            shape=shape_of(item.payload_distribution),
            cv=item.payload_cv,
            values=numbers_in(item.payload_values),
        ),
        request_bytes=item.request_bytes,
        service_time_factor=item.service_time_factor,
        deadline_s=item.deadline_s,
        priority=item.priority,
    )
