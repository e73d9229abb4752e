"""The share of requests that can be answered although components break down and are mended.

A component works if it is up and has what it needs: all of several that every request calls, one of several that share
requests, enough copies for a quorum, a primary or somebody who takes its place. The probability is exact for independent
components. What is lost from a death until it is noticed comes on top, to first order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simcore.analysis.capacity import Load
from simcore.analysis.theory.diagrams import Diagrams, TooLargeError
from simcore.analysis.topology import OPTIONAL_ROLES
from simcore.analysis.ways import shards_of, targets_by_role
from simcore.analysis.workload import READ, operation_mix
from simcore.components._preview import USUAL_BREAKDOWNS, Breakdowns, Shard
from simcore.components.base import DATA_ROLES, Component, Role
from simcore.scenario.document import Scenario
from simcore.scenario.edges import is_synchronous
from simcore.wires import replication_clusters

YEAR_S = 365 * 86_400.0

#: Choices that a request's key makes are gone through one by one; more shards than this are sampled evenly.
_CHOICES_MAX = 60
_SURE = 1 - 1e-9
#: Components of a way through the drawing: each asks the next, so that this bounds the depth of the question.
_DEPTH_MAX = 400


@dataclass(frozen=True, slots=True)
class Availability:
    """Shares of requests that can be answered.

    Attributes
    ----------
    ratio : with what is lost until a death is noticed; `connected_ratio` without it.
    enough_ratio : and those that work can carry the traffic (k of n).
    assumed : nothing is set about breaking down, and all machines are taken for usual virtual ones.
    """

    ratio: float
    connected_ratio: float
    enough_ratio: float
    assumed: bool

    @property
    def downtime_s_per_year(self) -> float:
        """Return the time per year in which nothing would be answered, had all failures come at once."""
        return (1 - self.ratio) * YEAR_S


def compute_availability(scenario: Scenario, load: Load) -> Availability | None:
    """Return the availability, or None for a drawing without requests or one too intricate to be reckoned through."""
    if load.offered_rps == 0 or not load.bounded:
        return None
    breakdowns = {node.id: node.component.breakdowns() for node in scenario.sorted_nodes}
    assumed = all(item is None or math.isinf(item.mtbf_s) for item in breakdowns.values())
    if assumed:
        breakdowns = {node_id: item and USUAL_BREAKDOWNS for node_id, item in breakdowns.items()}
    structure = _Structure(scenario, load, breakdowns)
    try:
        connected, enough = structure.ratio(loaded=False), structure.ratio(loaded=True)
    except (TooLargeError, RecursionError):
        return None
    lost = structure.lost_until_noticed()
    return Availability(max(connected - lost, 0.0), connected, max(enough - lost, 0.0), assumed)


class _Structure:
    def __init__(self, scenario: Scenario, load: Load, breakdowns: Mapping[str, Breakdowns | None]) -> None:
        self.components: dict[str, Component] = {node.id: node.component for node in scenario.sorted_nodes}
        self.targets = targets_by_role(scenario)
        self.shards = shards_of(scenario)
        self.clusters = {
            member: cluster for cluster in replication_clusters(scenario).values() for member in cluster
        }
        self.load = load
        self._shares = {operation: mix.share for operation, mix in operation_mix(scenario).items()}
        self.breakdowns = {node_id: item for node_id, item in breakdowns.items() if item is not None}
        self._choice_count = min(_CHOICES_MAX, math.lcm(*self._choices()))

    def _choices(self) -> list[int]:
        """Return among how many a request's key, or an unwatched choice, picks one."""
        blind = [
            len(targets)
            for source, by_role in self.targets.items()
            for role, targets in by_role.items()
            if role not in DATA_ROLES and self.is_blind(source)
        ]
        copies = [len(cluster) for cluster in self.clusters.values()]
        return [1, *blind, *copies, *(len(shards) for shards in self.shards.values())]

    def is_blind(self, source: str) -> bool:
        """Tell whether requests go on to a dead target: nobody looks after it, and none is tried again elsewhere."""
        component = self.components[source]
        return component.detection_s() is None and component.tries() <= 1

    def ratio(self, *, loaded: bool) -> float:
        """Return the share of requests that can be answered."""
        total = 0.0
        for operation, share in self._shares.items():
            for choice in range(self._choice_count):
                total += share * self._answered(operation, choice, loaded) / self._choice_count
        return total

    def _answered(self, operation: str, choice: int, loaded: bool) -> float:
        reckoning = _Reckoning(self, operation, choice, loaded)
        clients = [node_id for node_id, item in self.components.items() if item.role is Role.CLIENT]
        rates = {node_id: self.load.nodes[node_id].rates_rps.get(operation, 0.0) for node_id in clients}
        total = sum(rates.values())
        return sum(
            rate / total * reckoning.diagrams.probability(reckoning.works(node_id))
            for node_id, rate in rates.items()
            if rate
        )

    def lost_until_noticed(self) -> float:
        """Return the share of requests that go to dead targets whose death has not been noticed, or to a lost primary."""
        lost_rps = 0.0
        for operation, calls in self.load.calls.items():
            for (source, target), ratio in calls.items():
                window_s = self._window_s(source, target, operation, ratio)
                if window_s > 0 and target in self.breakdowns:
                    broken = self.breakdowns[target]
                    rate = self.load.let_through_rps(source, operation) * ratio
                    lost_rps += rate * min(window_s, broken.mttr_s) / (broken.mtbf_s + broken.mttr_s)
        return lost_rps / self.load.offered_rps

    def _window_s(self, source: str, target: str, operation: str, ratio: float) -> float:
        """Return how long calls fail after the death of a target that others can stand in for."""
        caller, role = self.components[source], self.components[target].role
        if role in OPTIONAL_ROLES or not is_synchronous(caller.role, role):
            return 0.0
        if role is Role.DATABASE and (operation != READ or ratio >= _SURE):
            return min(self._takeovers_s(target), default=0.0)
        # A second attempt goes elsewhere.
        retried = caller.tries() > 1
        alone = ratio >= _SURE or role is Role.SHARDED
        return 0.0 if retried or alone else caller.detection_s() or 0.0

    def _takeovers_s(self, primary: str) -> list[float]:
        others = [member for member in self.clusters.get(primary, ()) if member != primary]
        found = (self.components[member].takeover_s() for member in others)
        return [time_s for time_s in found if time_s is not None]


class _Reckoning:
    """Who works, for requests of one operation that make one choice wherever there is one."""

    def __init__(self, structure: _Structure, operation: str, choice: int, loaded: bool) -> None:
        self.diagrams = Diagrams()
        self._structure, self._operation, self._choice, self._loaded = structure, operation, choice, loaded
        self._up: dict[str, int] = {}
        self._works: dict[str, int] = {}
        self._depth = 0

    def up(self, node_id: str) -> int:
        """Return whether a node itself is up."""
        if node_id not in self._up:
            broken = self._structure.breakdowns.get(node_id)
            down_ratio = broken.down_ratio if broken else 0.0
            self._up[node_id] = self.diagrams.variable(1 - down_ratio) if down_ratio else 1
        return self._up[node_id]

    def works(self, node_id: str) -> int:
        """Return whether a node answers: it is up, and so is all that it needs."""
        if node_id in self._works:
            return self._works[node_id]
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise TooLargeError
        needs = [self.up(node_id)]
        for role, targets in self._structure.targets[node_id].items():
            source = self._structure.components[node_id].role
            if role in DATA_ROLES or role in OPTIONAL_ROLES or not is_synchronous(source, role):
                continue
            needs.append(self._targets(node_id, targets))
        shards = self._structure.shards.get(node_id, ())
        asked = [shard for shard in shards if self._is_called(node_id, shard)]
        if asked and self._structure.components[node_id].role not in DATA_ROLES:
            found = self._shard(asked[self._choice % len(asked)])
            needs.append(self._or_cached(node_id, found))
        self._depth -= 1
        self._works[node_id] = self.diagrams.all_of(needs)
        return self._works[node_id]

    def _calls(self, source: str, target: str) -> float:
        return self._structure.load.calls.get(self._operation, {}).get((source, target), 0.0)

    def _is_called(self, source: str, shard: Shard) -> bool:
        return any(
            self._calls(source, member) > 0 for member in {*shard.readers, *shard.writers, shard.asked}
        )

    def _targets(self, source: str, targets: Sequence[str]) -> int:
        """Return whether those of one role serve a caller: each that every request calls, one of those that share them."""
        ratios = [self._calls(source, target) for target in targets]
        called = [target for target, ratio in zip(targets, ratios, strict=True) if ratio > 0]
        if not called:
            return 1
        if all(ratio >= _SURE for ratio in ratios if ratio > 0):
            return self.diagrams.all_of(self.works(target) for target in called)
        if self._structure.is_blind(source):
            return self.works(called[self._choice % len(called)])
        return self.diagrams.at_least(self._enough(called), [self.works(target) for target in called])

    def _enough(self, members: Sequence[str]) -> int:
        """Return how many of several that share requests must work: one, or as many as the traffic keeps busy."""
        if not self._loaded:
            return 1
        busy = sum(self._structure.load.nodes[member].utilization_ratio or 0.0 for member in members)
        return max(1, min(len(members), math.ceil(busy - 1e-9)))

    def _shard(self, shard: Shard) -> int:
        """Return whether the cluster that has the key answers."""
        first = shard.asked
        component = self._structure.components[first]
        cluster = self._structure.clusters.get(first, (first,))
        if component.role is Role.STORE:
            return self._quorum(component, shard, cluster)
        if component.role is not Role.DATABASE:
            return self.works(first)
        successors = [
            member for member in cluster[1:] if self._structure.components[member].takeover_s() is not None
        ]
        primary = self.diagrams.any_of(self.up(member) for member in (cluster[0], *successors))
        if self._operation != READ or shard.readers == (cluster[0],):
            return primary
        readers = self.diagrams.at_least(
            self._enough(shard.readers), [self.up(item) for item in shard.readers]
        )
        return (
            readers
            if self._loaded and self._enough(shard.readers) > 1
            else self.diagrams.any_of((readers, primary))
        )

    def _quorum(self, component: Component, shard: Shard, cluster: Sequence[str]) -> int:
        """Return whether somebody takes the request, and enough of the members that have the key answer."""
        copies = min(component.copy_count(), len(cluster))
        start = self._choice % len(cluster)
        keepers = [cluster[(start + number) % len(cluster)] for number in range(copies)]
        need = component.confirmations(self._operation, copies - 1) + 1
        contact = self.diagrams.any_of(self.up(member) for member in shard.readers)
        return self.diagrams.all_of(
            [contact, self.diagrams.at_least(need, [self.up(item) for item in keepers])]
        )

    def _or_cached(self, source: str, found: int) -> int:
        """Return whether a read is answered, by a cache or by the database."""
        caches = self._structure.targets[source].get(Role.CACHE, ())
        if self._operation != READ or not caches:
            return found
        cache = caches[self._choice % len(caches)]
        hit = self.diagrams.variable(self._structure.load.hit_ratios.get(cache, 0.0))
        return self.diagrams.any_of([found, self.diagrams.all_of([self.up(cache), hit])])
