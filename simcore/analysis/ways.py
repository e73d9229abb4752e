"""Whom each component calls: by role, by request class, and by what name servers answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import networkx as nx

from simcore.components._preview import Shard
from simcore.components.base import DATA_ROLES, LinkParameters, Role
from simcore.params import names_in
from simcore.scenario.document import Node, Scenario


def targets_by_role(scenario: Scenario, without: str | None = None) -> dict[str, dict[Role, list[str]]]:
    """Return whom each node calls, by role, as if the node `without` were not there.

    Within a role, primary databases come before their replicas, and then the identifier decides. Whoever asks a name
    server calls the services behind it, if there are any.
    """
    nodes = scenario.node_by_id()
    edges = [edge for edge in scenario.edges if without not in (edge.source, edge.target)]
    replicas = {edge.target for edge in edges if _is_replication(nodes[edge.source], nodes[edge.target])}
    targets: dict[str, dict[Role, list[str]]] = {node_id: {} for node_id in nodes if node_id != without}
    for edge in sorted(edges, key=lambda edge: (edge.target in replicas, edge.source, edge.target)):
        targets[edge.source].setdefault(nodes[edge.target].component.role, []).append(edge.target)
    onward = {
        node_id: sorted(
            {service for name in by_role[Role.RESOLVER] for service in targets[name].get(Role.SERVICE, ())}
        )
        for node_id, by_role in targets.items()
        if Role.RESOLVER in by_role
    }
    for node_id, services in onward.items():
        if services:
            targets[node_id][Role.SERVICE] = services
    return targets


def _is_replication(source: Node, target: Node) -> bool:
    return source.component.role is target.component.role and source.component.role in DATA_ROLES


def shards_of(scenario: Scenario, without: str | None = None) -> dict[str, tuple[Shard, ...]]:
    """Return the clusters that each node keeps its records in, in order of the connections' identifiers.

    A caller of one member finds the others; which database of a cluster is the primary it knows, too.
    """
    roles = {node.id: node.component.role for node in scenario.nodes if node.component.role in DATA_ROLES}
    roles.pop(without or "", None)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(roles))
    edges = [edge for edge in scenario.sorted_edges if edge.target in roles and edge.source != without]
    inner = [edge for edge in edges if roles.get(edge.source) is roles[edge.target]]
    graph.add_edges_from((edge.source, edge.target) for edge in inner)
    replicas = {edge.target for edge in inner}
    clusters = [
        sorted(found, key=lambda node: (node in replicas, node)) for found in nx.connected_components(graph)
    ]
    cluster_of = {member: cluster for cluster in clusters for member in cluster}
    found: dict[str, dict[str, list[str]]] = {}
    for edge in edges:
        if roles.get(edge.source) is not roles[edge.target]:
            found.setdefault(edge.source, {}).setdefault(cluster_of[edge.target][0], []).append(edge.target)
    return {
        source: tuple(_shard(roles[first], cluster_of[first], drawn) for first, drawn in by_cluster.items())
        for source, by_cluster in found.items()
    }


def _shard(role: Role, cluster: Sequence[str], drawn: Sequence[str]) -> Shard:
    """Return what a caller does with one cluster: replicas that it is connected with answer reads before the primary does."""
    if role is not Role.DATABASE:
        return Shard(tuple(cluster), tuple(cluster), drawn[0])
    replicas = tuple(sorted(set(drawn) - {cluster[0]}))
    return Shard(replicas or (cluster[0],), (cluster[0],), drawn[0])


class Ways:
    """The services that requests go to, as far as neither load nor records decide it."""

    def __init__(self, scenario: Scenario, targets: Mapping[str, Mapping[Role, Sequence[str]]]) -> None:
        self._targets = targets
        self._classes = scenario.workload.classes
        self._links = {(edge.source, edge.target): edge.link for edge in scenario.sorted_edges}
        self._components = {node.id: node.component for node in scenario.nodes}
        self.weights: dict[str, dict[str, float]] = {}
        for (source, target), link in self._links.items():
            self.weights.setdefault(source, {})[target] = link.weight

    def _link(self, source: str, target: str) -> LinkParameters:
        return self._links.get((source, target), LinkParameters())

    def by_class(self, source: str, operation: str) -> tuple[tuple[float, tuple[str, ...]], ...]:
        """Return shares of an operation's requests, each with the services that take them.

        Connections that name a class take its requests, those that name none all others.
        """
        services = tuple(self._targets[source].get(Role.SERVICE, ()))
        if not services:
            return ()
        services = tuple(item for item in services if not self._link(source, item).drained) or services
        named = {item: names_in(self._link(source, item).request_classes) for item in services}
        if not any(named.values()):
            return ((1.0, services),)
        classes = [item for item in self._classes if item.operation == operation]
        whole = sum(item.share for item in classes)
        shares = {item.name: item.share / whole if whole else 1.0 / len(classes) for item in classes}
        taken = {name for names in named.values() for name in names}
        return tuple(
            (
                share,
                tuple(
                    item for item in services if (name in named[item] if name in taken else not named[item])
                ),
            )
            for name, share in shares.items()
            if share
        )

    def by_region(self, source: str, region: str) -> dict[str, float]:
        """Return how the requests of a node's people in a region are divided among services by name servers."""
        found: dict[str, float] = {}
        names = self._targets[source].get(Role.RESOLVER, ())
        for name in names:
            addresses = [
                (item, self._components[item].region, self._link(name, item).weight)
                for item in self._targets[name].get(Role.SERVICE, ())
                if not self._link(name, item).drained
            ]
            answers = self._components[name].answers(region, addresses) if addresses else {}
            for item, share in answers.items():
                found[item] = found.get(item, 0.0) + share / len(names)
        return found

    def chosen(self, source: str, places: Mapping[str, float]) -> dict[str, float]:
        """Return how the requests of people, so many of them in each region, are divided among services."""
        found: dict[str, float] = {}
        for region, share in places.items():
            for item, ratio in self.by_region(source, region).items():
                found[item] = found.get(item, 0.0) + share * ratio
        return found

    def askers(self, source: str, target: str, places: Mapping[str, float]) -> dict[str, float]:
        """Return the regions of those who ask a target, with shares that add up to 1: the same as of all, unless names decide."""
        asking = {
            region: share * self.by_region(source, region).get(target, 0.0)
            for region, share in places.items()
        }
        whole = sum(asking.values())
        return {region: share / whole for region, share in asking.items()} if whole else dict(places)
