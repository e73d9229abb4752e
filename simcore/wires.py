"""What connections and request classes become when they are compiled, and who forms a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simcore.components._prices import Billed
from simcore.components.base import DATA_ROLES, LinkParameters, Role, shape_of
from simcore.distributions import keep_distribution
from simcore.params import names_in, numbers_in
from simcore.program import (
    TARIFF_BACK,
    TARIFF_INTERNET,
    TARIFF_OUT,
    TARIFF_ZONE_BACK,
    TARIFF_ZONE_OUT,
    Cluster,
    Link,
    Operation,
    Share,
)
from simcore.regions import are_apart, delay_s
from simcore.scenario.document import Edge, Node, RequestClass, Scenario, Surroundings
from simcore.source_words import RequestKind
from simcore.symbols import Symbols, Target, Wiring, part_id


@dataclass(frozen=True, slots=True)
class Site:
    """What the wires to and from a component depend on."""

    role: Role
    region: str
    bills_users: bool
    surroundings: Surroundings
    gateway: bool
    broadcasts: bool
    calls_itself: bool


@dataclass(frozen=True, slots=True)
class Wire:
    """All that one direction between two nodes is made from."""

    source: str
    target: str
    link: LinkParameters
    cluster: int  # of the target
    drawn: bool
    distance_s: float
    tariff: int
    closed: bool
    classes: tuple[int, ...] | None
    drawn_as: int
    broadcasts: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """One direction between two nodes, as it was compiled."""

    made_from: Wire
    edge: int
    target: Target
    feed: Target
    link: Link
    shares: dict[int, Share]


@dataclass(frozen=True, slots=True)
class Wired:
    """All directions, and what they were compiled from."""

    edges: tuple[Edge, ...]
    classes: Mapping[str, int]
    sites: dict[str, Site]
    wiring: Wiring
    links: dict[int, Link]
    shares: dict[int, Share]
    clusters: dict[int, Cluster]


def parts_of(node: Node) -> list[Node]:
    """Return the nodes that stand for the parts of a drawn one: each is compiled apart and counted where it was drawn."""
    return [
        node.model_copy(update={"id": part_id(node.id, name), "component": part, "given": {}})
        for name, part in node.component.parts().items()
    ]


def site_of(node: Node) -> Site:
    """Return what the wires to and from a component depend on."""
    component = node.component
    bills = isinstance(component, Billed) and component.internet_usd > 0
    return Site(
        component.role,
        component.region,
        bills,
        node.surroundings,
        node.gateway,
        component.broadcasts,
        component.calls_itself,
    )


def distance_of(source: Site, target: Site) -> float:
    """Return how long the way between two places is (s), one way: between their regions, or their zones in one region."""
    if are_apart(source.region, target.region):
        return delay_s(source.region, target.region)
    if not _in_other_zones(source, target):
        return 0.0
    return max(source.surroundings.zone_delay_s, target.surroundings.zone_delay_s)


def _in_other_zones(source: Site, target: Site) -> bool:
    zones = source.surroundings.zone, target.surroundings.zone
    return None not in zones and zones[0] != zones[1] and not are_apart(source.region, target.region)


def is_closed(source: Site, target: Site) -> bool:
    """Tell whether an edge leads into a private network from outside, past its gateways.

    Consumers fetch their messages themselves, autoscalers ask the provider, and who reports sends its agent's answers.
    """
    if source.role in (Role.CONTROLLER, Role.OBSERVER):
        return False
    if target.role is Role.CONSUMER:
        source, target = target, source
    return not target.gateway and bool(set(target.surroundings.networks) - set(source.surroundings.networks))


def tariff_of(source: Site, target: Site) -> int:
    """Return who pays for what passes an edge between two components. Answers to users count only if they cost."""
    if source.role in (Role.CLIENT, Role.RESOLVER):  # requests pass the edge of a name server's answer
        return TARIFF_INTERNET if target.bills_users else 0
    if (
        target.role is Role.OBSERVER
    ):  # what it takes in is counted as what comes back, and is paid by the byte
        return TARIFF_INTERNET | _sent_tariff(source, target)
    if are_apart(source.region, target.region):
        return TARIFF_BACK | TARIFF_OUT
    return TARIFF_ZONE_BACK | TARIFF_ZONE_OUT if _in_other_zones(source, target) else 0


def _sent_tariff(source: Site, target: Site) -> int:
    if are_apart(source.region, target.region):
        return TARIFF_OUT
    return TARIFF_ZONE_OUT if _in_other_zones(source, target) else 0


def is_alike(sites: Mapping[str, Site], one: str, other: str, target: str) -> bool:
    """Tell whether the way to a target is the same from two places."""
    ways = [
        (
            sites[source].region,
            distance_of(sites[source], sites[target]),
            is_closed(sites[source], sites[target]),
        )
        for source in (one, other)
    ]
    return ways[0] == ways[1]


def classes_of(link: LinkParameters, numbers: Mapping[str, int]) -> tuple[int, ...] | None:
    """Return the numbers of the request classes that alone take a link; None when any may. Unknown names stand for nothing."""
    names = names_in(link.request_classes)
    return tuple(numbers[name] for name in names if name in numbers) if names else None


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


def request_kind(item: RequestClass, symbols: Symbols) -> RequestKind:
    """Return a request class as the engine sees it."""
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
