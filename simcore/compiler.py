"""From a scenario to a program: every node lowers itself, in order of node id.

Compiling again after a live edit, with the same `Compiler`, keeps every index: code of nodes that did not change stays
where it is, code of those that did is appended, and requests inside the old code finish there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from simcore.components.base import LinkParameters, Role, shape_of
from simcore.distributions import keep_distribution
from simcore.lowered import Lowered, Relative, lower
from simcore.params import numbers_in
from simcore.program import (
    INSTRUCTION,
    NONE,
    Cluster,
    ControlStep,
    Instruction,
    Link,
    Op,
    Port,
    Program,
    Shape,
    Share,
)
from simcore.regions import number_of
from simcore.scenario.document import Edge, Node, Scenario
from simcore.source_words import RequestKind
from simcore.symbols import Declarations, Symbols, Target, Wiring
from simcore.wires import (
    Joined,
    Wire,
    Wired,
    classes_of,
    distance_of,
    is_alike,
    is_closed,
    parts_of,
    replication_clusters,
    request_kind,
    site_of,
    tariff_of,
)

#: Every program begins with these: a failure is passed on (the label of a call that has no other), a node is mended once.
_PREAMBLE: tuple[Instruction, ...] = (
    (Op.FAIL, NONE, NONE, NONE, NONE, NONE),
    (Op.CONTROL, ControlStep.MEND, NONE, NONE, NONE, NONE),
    (Op.ANSWER, 0, NONE, NONE, NONE, NONE),
)

_Found = dict[str, dict[str, list[Target]]]
_Parts = Mapping[str, Sequence[Node]]


class Compiler:
    """Compiles one run's scenario, again and again.

    What would become the same as the last time is taken from there, so that an edit costs about as much as what it
    changes. That changes nothing in the program: see `copy`, which remembers indices and code but nothing else.
    """

    def __init__(self) -> None:
        self.symbols = Symbols()
        self._code = np.array(list(_PREAMBLE), INSTRUCTION)
        self._placed: dict[str, tuple[Relative, int]] = {}
        self._classes: dict[str, RequestKind] = {}
        self._joined: dict[str, Joined] = {}
        self._lowered: dict[str, Lowered] = {}
        self._wired: Wired | None = None
        self._last: Program | None = None

    def copy(self) -> Compiler:
        """Return a compiler that goes on from here independently of this one."""
        other = Compiler()
        other.symbols = self.symbols.copy()
        other._code, other._placed, other._classes = self._code, self._placed.copy(), self._classes.copy()
        return other

    def compile(self, scenario: Scenario) -> Program:
        """Return the program of a scenario; indices of earlier compilations keep their meaning."""
        parts = {node.id: parts_of(node) for node in scenario.sorted_nodes}
        nodes = (*scenario.sorted_nodes, *chain.from_iterable(parts.values()))
        for node in nodes:
            self.symbols.index("node", node.id)
        before = self._wired
        numbers = {name: number for number, name in enumerate(self._class_names(scenario))}
        wired = self._wired = self._wire(scenario, nodes, parts, numbers)
        rewired = before is not wired
        anew = rewired
        for node in nodes:
            was = self._lowered.get(node.id)
            if was is None or not was.still_holds(node.component, wired.wiring, rewired=rewired):
                now = lower(node.component, self.symbols, wired.wiring, node_id=node.id)
                anew = anew or was is None or not now.is_like(was)
                self._lowered[node.id] = now
        classes = self._request_kinds(scenario)  # their sizes are in slots, too
        program = None if anew else self._with_other_numbers(classes)
        self._last = program or self._program(scenario, nodes, wired, classes)
        return self._last

    def _with_other_numbers(self, classes: tuple[RequestKind, ...]) -> Program | None:
        """Return the last program with the present numbers, unless there is more to change."""
        last = self._last
        assert last is not None
        counts = self.symbols.count("stream"), self.symbols.count("timer")
        if (len(last.streams), last.timer_count) != counts:
            return None
        return replace(last, slots=np.array(self.symbols.slot_values, np.float64), classes=classes)

    def _program(
        self, scenario: Scenario, nodes: Sequence[Node], wired: Wired, classes: tuple[RequestKind, ...]
    ) -> Program:
        rows: list[Instruction] = []
        bases: list[tuple[Lowered, int]] = []
        for node in nodes:
            lowered = self._lowered[node.id]
            bases.append((lowered, self._place(node.id, lowered, rows)))
        if rows:
            self._code = np.concatenate([self._code, np.array(rows, INSTRUCTION)])
        declared = Declarations(clusters=wired.clusters)
        node_ids = self.symbols.keys("node")
        entries = np.full((len(node_ids), len(Port)), NONE, np.int32)
        for lowered, base in bases:
            for port, position in lowered.relative[1]:
                entries[lowered.node, port] = base + position
            for name, items in lowered.declared.items():
                getattr(declared, name).update(items)
            declared.daemons.update(lowered.daemons_at(base))
        return Program(
            code=self._code,
            slots=np.array(self.symbols.slot_values, np.float64),
            entries=entries,
            node_ids=node_ids,
            edge_ids=self.symbols.keys("edge"),
            live_nodes=frozenset(lowered.node for lowered, _ in bases),
            live_edges=frozenset(self.symbols.index("edge", edge.id) for edge in scenario.edges),
            pools=declared.pools,
            stores=declared.stores,
            groups=declared.groups,
            links=wired.links,
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
                lowered.node: number_of(wired.sites[node.id].region)
                for node, (lowered, _) in zip(nodes, bases, strict=True)
            },
            streams=self.symbols.keys("stream"),
            shares=declared.shares | wired.shares,
            timer_count=self.symbols.count("timer"),
            classes=classes,
        )

    def _request_kinds(self, scenario: Scenario) -> tuple[RequestKind, ...]:
        """Return every class there ever was, in order of appearance; those that are no more have no share."""
        self._classes = {name: replace(kind, share=0.0) for name, kind in self._classes.items()}
        self._classes |= {item.name: request_kind(item, self.symbols) for item in scenario.workload.classes}
        return tuple(self._classes.values())

    def _class_names(self, scenario: Scenario) -> tuple[str, ...]:
        """Return the names of all classes there ever were, by number."""
        return tuple(dict.fromkeys([*self._classes, *(item.name for item in scenario.workload.classes)]))

    def _place(self, node_id: str, lowered: Lowered, rows: list[Instruction]) -> int:
        """Return where the node's code begins, appending it to `rows` only if it is not what it was."""
        placed = self._placed.get(node_id)
        if placed is not None and (placed[0] is lowered.relative or placed[0] == lowered.relative):
            return placed[1]
        base = len(self._code) + len(rows)
        self._placed[node_id] = (lowered.relative, base)
        rows += lowered.code_at(base)
        return base

    # Wiring ----------------------------------------------------------------------------------------------------

    def _wire(
        self, scenario: Scenario, nodes: Sequence[Node], parts: _Parts, classes: Mapping[str, int]
    ) -> Wired:
        sites = {node.id: site_of(node) for node in nodes}
        last = self._wired
        if (
            last is not None
            and last.edges is scenario.edges
            and (last.sites, last.classes) == (sites, classes)
        ):
            return last
        wiring, links, shares = Wiring(classes=classes), dict[int, Link](), dict[int, Share]()
        wired = Wired(scenario.edges, classes, sites, wiring, links, shares, {})
        members = replication_clusters(scenario)
        for root, ids in members.items():
            index = self.symbols.index("cluster", root)
            members_at = tuple(self.symbols.index("node", member) for member in ids)
            wired.clusters[index] = Cluster(members_at, leaderless=sites[root].role is not Role.DATABASE)
            wiring.clusters.update(dict.fromkeys(ids, index))
        found: _Found = {}
        feeds: _Found = {}
        drawn: dict[tuple[str, str], Edge] = {}
        names = {node_id: site.role.value for node_id, site in sites.items()}
        for edge in scenario.sorted_edges:
            drawn[edge.source, edge.target] = edge
            for part in parts[edge.source]:
                drawn[part.id, edge.target] = edge
            joined = self._link(wired, edge.id, edge.source, edge.target, edge.link, drawn=True)
            found.setdefault(edge.source, {}).setdefault(names[edge.target], []).append(joined.target)
            feeds.setdefault(edge.target, {}).setdefault(names[edge.source], []).append(joined.feed)
            for part in parts[edge.source]:
                own = self._link_like(wired, edge, part.id)
                found.setdefault(part.id, {}).setdefault(names[edge.target], []).append(own.target)
        callers = {target: list(chain.from_iterable(by_role.values())) for target, by_role in feeds.items()}
        for root, ids in members.items():
            self._wire_cluster(wired, root, ids, drawn)
            self._wire_callers(wired, ids, found, callers, drawn)
        self._wire_observers(wired, drawn)
        telling = {edge.source for edge in scenario.edges if sites[edge.target].role is Role.OBSERVER}
        for node_id in (node.id for node in nodes if sites[node.id].calls_itself or node.id in telling):
            here = LinkParameters(latency_mean_s=0.0)
            itself = self._link(wired, f"{node_id}~{node_id}", node_id, node_id, here, drawn=False)
            wiring.loopbacks[node_id] = itself.target
        wiring.targets, wiring.feeds = _frozen(found), _frozen(feeds)
        self._wire_addresses(wired, drawn)
        return wired

    def _wire_observers(self, wired: Wired, drawn: Mapping[tuple[str, str], Edge]) -> None:
        """Who reports to a collector is looked at by it, over a way that is like the one of the reports."""
        watched: dict[str, list[tuple[Target, int]]] = {}
        for (source, target), edge in drawn.items():
            if wired.sites[target].role is Role.OBSERVER:
                there = self._link(wired, edge.id, source, target, edge.link, drawn=True)
                back = self._link(wired, f"{target}~{source}", target, source, edge.link, drawn=False)
                watched.setdefault(target, []).append((back.target, there.edge))
        wired.wiring.watched = {node_id: tuple(found) for node_id, found in watched.items()}

    def _wire_addresses(self, wired: Wired, drawn: Mapping[tuple[str, str], Edge]) -> None:
        """Who asks a name server goes to the addresses behind it over wires of its own; these count as the drawn ones."""
        for client, by_role in wired.wiring.targets.items():
            found: dict[str, Target] = {}
            for resolver in by_role.get(Role.RESOLVER, ()):
                for service in wired.wiring.targets.get(resolver.node_id, {}).get(Role.SERVICE, ()):
                    own = drawn.get((client, service.node_id))
                    if service.node_id in found:
                        continue
                    if own is None and is_alike(wired.sites, client, resolver.node_id, service.node_id):
                        found[service.node_id] = service
                    else:
                        like = own or drawn[resolver.node_id, service.node_id]
                        found[service.node_id] = self._link_like(wired, like, client).target
            if found:
                wired.wiring.addresses[client] = tuple(found.values())

    def _wire_cluster(
        self,
        wired: Wired,
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
                joined = self._link(wired, name, source, target, like, drawn=edge is not None)
                peers.append(joined.target)
            wired.wiring.peers[source] = tuple(peers)

    def _wire_callers(
        self,
        wired: Wired,
        ids: tuple[str, ...],
        found: _Found,
        feeds: Mapping[str, Sequence[Target]],
        drawn: dict[tuple[str, str], Edge],
    ) -> None:
        """A caller of one member finds the others too, for they may become the primary."""
        for source in sorted({feed.node_id for member in ids for feed in feeds.get(member, ())} - set(ids)):
            known = [target for target in ids if (source, target) in drawn]
            for target in ids:
                if target not in known:
                    like = drawn[source, known[0]].link
                    name = f"{source}~{target}"
                    hidden = self._link(wired, name, source, target, like, drawn=False)
                    found[source][wired.sites[target].role.value].append(hidden.target)

    def _link_like(self, wired: Wired, edge: Edge, source: str) -> Joined:
        """Join a node with the target of a drawn edge; where that edge leads from another node, it counts there."""
        if source == edge.source:
            return self._link(wired, edge.id, source, edge.target, edge.link, drawn=True)
        name, as_drawn = f"{source}~{edge.id}", self.symbols.index("edge", edge.id)
        return self._link(wired, name, source, edge.target, edge.link, drawn=False, drawn_as=as_drawn)

    def _link(
        self,
        wired: Wired,
        name: str,
        source: str,
        target: str,
        link: LinkParameters,
        *,
        drawn: bool,
        drawn_as: int = NONE,
    ) -> Joined:
        sites = wired.sites[source], wired.sites[target]
        made_from = Wire(
            source=source,
            target=target,
            link=link,
            cluster=wired.wiring.clusters.get(target, NONE),
            drawn=drawn,
            distance_s=distance_of(*sites),
            tariff=tariff_of(*sites),
            closed=is_closed(*sites),
            classes=classes_of(link, wired.classes),
            drawn_as=drawn_as,
            broadcasts=sites[0].broadcasts,
        )
        joined = self._joined.get(name)
        if joined is None or joined.made_from != made_from:
            joined = self._joined[name] = self._join(name, made_from)
        wired.links[joined.edge] = joined.link
        wired.shares.update(joined.shares)
        return joined

    def _join(self, name: str, wire: Wire) -> Joined:
        link = wire.link
        edge = self.symbols.index("edge", name)
        shape = shape_of(link.latency_distribution)
        varies = shape is not Shape.CONSTANT
        bandwidth = link.bandwidth_bps / 8.0 or math.inf
        first, second = (self.symbols.index("share", f"edge {name} {way}") for way in ("out", "back"))
        line = Link(
            source=self.symbols.index("node", wire.source),
            target=self.symbols.index("node", wire.target),
            latency_slot=keep_distribution(
                self.symbols,
                f"edge {name}/latency",
                mean=link.latency_mean_s + (0.0 if varies else wire.distance_s),
                shape=shape,
                cv=link.latency_cv,
                values=numbers_in(link.latency_values),
            ),
            loss_slot=self.symbols.slots(f"edge {name}/loss", [link.loss_ratio]),
            weight_slot=self.symbols.slots(f"edge {name}/weight", [link.weight]),
            stream=self.symbols.index("stream", f"link:{name}"),
            visible=wire.drawn,
            share=first,
            bandwidth_slot=self.symbols.slots(f"edge {name}/bandwidth", [bandwidth]),
            varied=varies or math.isfinite(bandwidth),
            distance_slot=self.symbols.slots(f"edge {name}/distance", [wire.distance_s if varies else 0.0]),
            tariff=wire.tariff,
            closed=wire.closed,
            drained=link.drained,
            drawn_as=wire.drawn_as,
        )
        share = Share(line.bandwidth_slot, line.bandwidth_slot, edge)
        return Joined(
            made_from=wire,
            edge=edge,
            target=Target(edge, line.target, wire.target, wire.cluster, wire.drawn, wire.classes),
            feed=Target(edge, line.source, wire.source, wire.cluster, wire.drawn, broadcasts=wire.broadcasts),
            link=line,
            shares={first: share, second: share},
        )


def _frozen(found: _Found) -> dict[str, dict[str, tuple[Target, ...]]]:
    return {
        node_id: {role: tuple(targets) for role, targets in by_role.items()}
        for node_id, by_role in found.items()
    }
