"""How long answers take before running: every component as a queue, callers waiting for those they call.

Components are computed from the last one called to the clients. A component is a queue with as many servers as can work at
once; its wait is that of M/G/c by Sakasegawa's formula with the Allen-Cunneen correction for variation. One that keeps a
place (a worker, a connection) while it waits for others is a queue for these places, too, and their service is its own work
and the answers of others together. Left out are retries, time-outs, refusals, packet loss, and whatever changes over time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import networkx as nx

from simcore.analysis.capacity import Load
from simcore.analysis.ways import Ways, targets_by_role
from simcore.analysis.workload import READ, Mix, mix_with_jobs
from simcore.components._limits import UserLimited
from simcore.components._processing import Contended
from simcore.components.base import STAND_BY, Component, LinkParameters, Role
from simcore.scenario.document import Scenario
from simcore.scenario.edges import is_synchronous
from simcore.wires import distance_of, replication_clusters, site_of

#: A queue is one only for whole servers; less is a limit of a rate, which delays nobody before it refuses.
_SERVERS_LEAST = 0.999
_SLOW_DOWN_ROUNDS = 200
_BITS_PER_BYTE = 8
_SURE = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """One component on a request's way: waiting, its own work, and the network from its caller and back, per request."""

    node_id: str
    wait_s: float | None
    work_s: float
    network_s: float


@dataclass(slots=True)
class _Station:
    """What was found about one node; None where its line grows without end."""

    wait_s: float | None = 0.0
    busy_ratio: float | None = None
    work_s: dict[str, float] = field(default_factory=dict)
    answer_s: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Latency:
    """Mean times from request to answer.

    Attributes
    ----------
    by_operation : as clients see them; None when something on the way is overloaded.
    busy_ratios : share of the places of each node that are taken, by those who wait for others too; at least 1 means overload.
    paths : for each operation the chain of calls that takes most of the time.
    """

    by_operation: Mapping[str, float | None]
    busy_ratios: Mapping[str, float]
    paths: Mapping[str, tuple[Step, ...]]
    shares: Mapping[str, float]

    @property
    def mean_s(self) -> float | None:
        """Return the mean over all requests."""
        total = 0.0
        for operation, latency_s in self.by_operation.items():
            if latency_s is None:
                return None
            total += self.shares[operation] * latency_s
        return total


def wait_s(rate_rps: float, mean_s: float, servers: float, cv: float) -> float | None:
    """Return the mean wait before so many servers; None when more arrives than they can serve.

    Notes
    -----
    ρ^(√(2(c+1)) - 1) / (c(1 - ρ)) · S · (1 + CV²) / 2: exact for one server (Pollaczek-Khinchine), within a few per cent
    of Erlang C for more. Sakasegawa 1977; Allen 1990.
    """
    load = rate_rps * mean_s / servers
    if load >= 1:
        return None
    crowded: float = load ** (math.sqrt(2 * (servers + 1)) - 1)
    return mean_s * (1 + cv * cv) / 2 * crowded / (servers * (1 - load))


def compute_latency(scenario: Scenario, load: Load) -> Latency:
    """Return mean latencies under the given traffic."""
    network = _Network.of(scenario, load)
    for node_id in network.ways.callees_first():
        network.stations[node_id] = network.station(node_id)
    clients = [node.id for node in scenario.sorted_nodes if node.component.role is Role.CLIENT]
    by_operation: dict[str, float | None] = {}
    paths = {}
    for operation in network.mixes:
        sent = {node_id: load.nodes[node_id].rates_rps.get(operation, 0.0) for node_id in clients}
        total = sum(sent.values())
        if total == 0:
            continue
        by_operation[operation] = _weighted(
            [
                (rate / total, network.stations[node_id].answer_s[operation])
                for node_id, rate in sent.items()
                if rate
            ]
        )
        first = max(clients, key=lambda node_id: (sent[node_id], node_id))
        paths[operation] = tuple(network.path(first, operation))
    busy = {node_id: item.busy_ratio for node_id, item in network.stations.items()}
    return Latency(
        by_operation,
        {node_id: ratio for node_id, ratio in sorted(busy.items()) if ratio is not None},
        paths,
        {operation: mix.share for operation, mix in network.mixes.items()},
    )


def _weighted(times: Sequence[tuple[float, float | None]]) -> float | None:
    """Return the mean of weighted times; None when one of them has no end."""
    known = [share * time_s for share, time_s in times if time_s is not None]
    return sum(known) if len(known) == len(times) else None


class _Ways:
    """The links that calls take, those to members of a cluster that the caller is not connected with included."""

    def __init__(self, scenario: Scenario) -> None:
        self.components: dict[str, Component] = {node.id: node.component for node in scenario.sorted_nodes}
        self._sites = {node.id: site_of(node) for node in scenario.sorted_nodes}
        self._places = {node.id: node.component.places() for node in scenario.sorted_nodes}
        self._links = {(edge.source, edge.target): edge.link for edge in scenario.sorted_edges}
        self._by_role = targets_by_role(scenario)
        self._answers = Ways(scenario, self._by_role)
        self.peers: dict[str, tuple[str, ...]] = {}
        for cluster in replication_clusters(scenario).values():
            self.peers |= {member: tuple(other for other in cluster if other != member) for member in cluster}

    def synchronous(self, source: str, target: str) -> bool:
        """Tell whether the source waits for the target."""
        return is_synchronous(self.components[source].role, self.components[target].role)

    def callees_first(self) -> list[str]:
        """Return all nodes, each after those it waits for."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.components)
        for source, by_role in self._by_role.items():
            graph.add_edges_from(
                (source, target)
                for targets in by_role.values()
                for target in (*targets, *(peer for one in targets for peer in self.peers.get(one, ())))
                if self.synchronous(source, target) and target not in (source, *self.peers.get(source, ()))
            )
        return list(reversed(list(nx.lexicographical_topological_sort(graph))))

    def round_trip_s(self, source: str, target: str, mix: Mix) -> float:
        """Return the network's part of a call: there and back between the two places, and both transfers."""
        link = self._link(source, target)
        here, there = self._sites[source], self._sites[target]
        apart_s = sum(
            share * distance_of(replace(here, region=region), there)
            for region, share in self._askers(source, target).items()
        )
        payload = mix.payload_bytes + mix.request_bytes
        transfer_s = payload * _BITS_PER_BYTE / link.bandwidth_bps if link.bandwidth_bps else 0.0
        return 2 * (link.latency_mean_s + apart_s) + transfer_s

    def _askers(self, source: str, target: str) -> Mapping[str, float]:
        places = self._places[source]
        return self._answers.askers(source, target, places) if len(places) > 1 else places

    def _link(self, source: str, target: str) -> LinkParameters:
        near = (target, *self.peers.get(target, ()))
        names = self._by_role[source].get(Role.RESOLVER, ())
        pairs = [*((source, end) for end in near), (target, source), *((name, target) for name in names)]
        return next((self._links[pair] for pair in pairs if pair in self._links), LinkParameters())

    def confirmation_s(self, node_id: str, operation: str, mix: Mix) -> float:
        """Return how long a node waits for enough of its peers: the slowest of the nearest ones that it needs."""
        peers = self.peers.get(node_id, ())
        need = min(self.components[node_id].confirmations(operation, len(peers)), len(peers))
        trips = sorted(self.round_trip_s(node_id, peer, mix) for peer in peers)
        return trips[need - 1] if need > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Network:
    """The drawing with its traffic, and what was found about its nodes so far."""

    ways: _Ways
    load: Load
    mixes: Mapping[str, Mix]
    calls: Mapping[tuple[str, str], Sequence[tuple[str, float]]]
    stations: dict[str, _Station]

    @classmethod
    def of(cls, scenario: Scenario, load: Load) -> _Network:
        ways = _Ways(scenario)
        calls: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for operation, ratios in load.calls.items():
            for (source, target), ratio in ratios.items():
                if ways.synchronous(source, target):
                    calls.setdefault((operation, source), []).append((target, ratio))
        return cls(ways, load, mix_with_jobs(scenario), calls, {})

    def station(self, node_id: str) -> _Station:
        """Return one node's wait and answers; everybody it waits for has been computed."""
        component, node = self.ways.components[node_id], self.load.nodes[node_id]
        rates = {operation: rate for operation, rate in node.rates_rps.items() if rate > 0}
        total = sum(rates.values())
        own = {
            name: mix.work_factor * component.work_s(name, mix.payload_bytes)
            for name, mix in self.mixes.items()
        }
        usual_s, capacity_rps = component.work_s(READ, 0.0), component.capacity_rps()
        # What only limits a rate refuses, and keeps nobody waiting.
        limits = isinstance(component, UserLimited)
        servers = capacity_rps * usual_s if capacity_rps and usual_s and not limits else 0.0
        mean_s = sum(rate * own[operation] for operation, rate in rates.items()) / total if total else 0.0
        slow = _slow_down(component, total * mean_s, servers)
        others = {name: self.others_s(node_id, name) for name in self.mixes}
        found = _Station(busy_ratio=node.utilization_ratio)
        if slow is None:
            found.wait_s, found.busy_ratio = None, max(node.utilization_ratio or 0.0, 1.0)
        elif servers >= _SERVERS_LEAST and total:
            found.wait_s = wait_s(total, mean_s * slow, servers, component.work_cv())
            found.busy_ratio = total * mean_s * slow / servers
        places = component.place_count()
        if places and total:
            _keep_places(found, places, servers, rates, mean_s * (slow or 1.0), others, component.work_cv())
        for name, mix in self.mixes.items():
            # The way through an access network is no work: a class that is more of it takes no longer.
            factor = 1.0 if component.role is Role.CLIENT else mix.work_factor
            work_s = component.answer_s(name, mix.payload_bytes) * factor * (slow or 1.0)
            others_s = others[name]
            found.work_s[name] = work_s
            known = found.wait_s is not None and others_s is not None
            found.answer_s[name] = (found.wait_s or 0.0) + work_s + (others_s or 0.0) if known else None
        return found

    def others_s(self, node_id: str, operation: str) -> float | None:
        """Return the time per request that a node spends waiting for others."""
        mix = self.mixes[operation]
        total_s = self.ways.confirmation_s(node_id, operation, mix)
        for target, ratio in self.calls.get((operation, node_id), ()):
            answer_s = self.stations[target].answer_s[operation]
            if answer_s is None:
                return None
            total_s += ratio * (self.ways.round_trip_s(node_id, target, mix) + answer_s)
        return total_s

    def path(self, start: str, operation: str) -> Iterator[Step]:
        """Follow from each component the calls that take most of a request's time; of equals the slowest stands for all."""
        node_id, share, mix = start, 1.0, self.mixes[operation]
        while calls := self.calls.get((operation, node_id)):
            tiers: dict[str, list[tuple[float, str, float, float]]] = {}
            for target, ratio in calls:
                if ratio <= STAND_BY:
                    continue
                trip_s = self.ways.round_trip_s(node_id, target, mix)
                answer_s = self.stations[target].answer_s[operation]
                each_s = math.inf if answer_s is None else trip_s + answer_s
                # What every request calls is a step of its own; those that share the requests are one.
                tier = target if ratio >= _SURE else self.ways.components[target].role.value
                tiers.setdefault(tier, []).append((each_s, target, ratio, trip_s))
            slowest = max(
                tiers.values(), key=lambda tier: (sum(each_s * ratio for each_s, _, ratio, _ in tier), tier)
            )
            _, node_id, _, trip_s = max(slowest)
            share *= sum(ratio for _, _, ratio, _ in slowest)
            station = self.stations[node_id]
            wait = None if station.wait_s is None else share * station.wait_s
            yield Step(node_id, wait, share * station.work_s[operation], share * trip_s)


def _keep_places(
    found: _Station,
    places: float,
    servers: float,
    rates: Mapping[str, float],
    mean_s: float,
    others: Mapping[str, float | None],
    cv: float,
) -> None:
    """Let a place be taken from the beginning of the work until the last answer of others."""
    total = sum(rates.values())
    waits = [rate * (others[operation] or 0.0) for operation, rate in rates.items()]
    if any(others[operation] is None for operation in rates):
        found.wait_s, found.busy_ratio = None, max(found.busy_ratio or 0.0, 1.0)
        return
    # With fewer cores than places, the line before the cores is waited in with a place taken.
    cores_matter = 0 < servers < places
    without_end = cores_matter and found.wait_s is None
    in_line_s = (found.wait_s or 0.0) if cores_matter else 0.0
    others_s = sum(waits) / total
    taken_s = in_line_s + mean_s + others_s
    found.busy_ratio = max(total * taken_s / places, found.busy_ratio or 0.0)
    if taken_s == 0 or without_end:
        return
    both = math.hypot(cv * mean_s, in_line_s, others_s) / taken_s
    before_s = wait_s(total, taken_s, places, both)
    found.wait_s = None if before_s is None else in_line_s + before_s


def _slow_down(component: Component, erlangs: float, servers: float) -> float | None:
    """Return by how much those that work side by side slow each other down; None when it never settles.

    Notes
    -----
    n = λS(1 + α(n - 1) + βn(n - 1)): the universal scalability law at the concurrency that results from it.
    """
    if not isinstance(component, Contended) or not any(component.contention):
        return 1.0
    alpha, beta = component.contention
    slow = 1.0
    for _ in range(_SLOW_DOWN_ROUNDS):
        count = max(erlangs * slow, 1.0)
        if servers and count >= servers:
            return None
        slow, before = 1 + alpha * (count - 1) + beta * count * (count - 1), slow
        if abs(slow - before) < 1e-9:
            break
    return slow
