"""What a run should show, reckoned beforehand: traffic, latency, utilization, hit ratios, availability, cost, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simcore.analysis.availability import Availability, compute_availability
from simcore.analysis.capacity import Load, compute_load
from simcore.analysis.cost import Cost, compute_cost
from simcore.analysis.cut import Cut, minimum_cut
from simcore.analysis.latency import Latency, Step, compute_latency
from simcore.components.base import Role
from simcore.scenario.document import Scenario

#: Halvings of the interval in which the rate of a closed population lies.
_HALVINGS = 24


@dataclass(frozen=True, slots=True)
class Prediction:
    """The steady state of a healthy run with warm caches.

    Attributes
    ----------
    load : traffic, with what caches catch in the long run.
    cut : the most that the same components could carry, and which of them are in the way of more.
    """

    load: Load
    latency: Latency
    availability: Availability | None
    cost: Cost
    cut: Cut | None

    @property
    def throughput_rps(self) -> float:
        """Return the requests answered per second: all but the refused, or what the most overloaded on the way gets done."""
        passing = self.load.passing
        busy = [ratio * passing.get(node_id, 1.0) for node_id, ratio in self.latency.busy_ratios.items()]
        return max(self.load.offered_rps - self.load.refused_rps, 0.0) / max([1.0, *busy])

    @property
    def path(self) -> tuple[Step, ...]:
        """Return the slowest chain of calls of the most frequent operation."""
        shares: Mapping[str, float] = self.latency.shares
        operations = sorted(self.latency.paths, key=lambda operation: -shares[operation])
        return self.latency.paths[operations[0]] if operations else ()


def predict(scenario: Scenario) -> Prediction:
    """Return what a run of a scenario should show."""
    load, latency = _settled(scenario)
    return Prediction(
        load,
        latency,
        compute_availability(scenario, load),
        compute_cost(scenario, load),
        minimum_cut(scenario, load),
    )


def _settled(scenario: Scenario) -> tuple[Load, Latency]:
    """Return traffic and latency; in a closed population each follows from the other.

    N people who think for Z and wait for R send N / (Z + R): Little's law. What they send falls with R, and R rises with it.
    """
    load = compute_load(scenario, caches="warm")
    latency = compute_latency(scenario, load)
    found = [node.component.population() for node in scenario.nodes if node.component.role is Role.CLIENT]
    populations = [item for item in found if item is not None]
    if not populations:
        return load, latency
    think_s = sum(count * pause_s for count, pause_s in populations) / sum(count for count, _ in populations)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        patience = (low + high) / 2
        load = compute_load(scenario, caches="warm", patience=patience)
        latency = compute_latency(scenario, load)
        mean_s = latency.mean_s
        too_much = mean_s is None or patience * (think_s + mean_s) > think_s
        low, high = (low, patience) if too_much else (patience, high)
    load = compute_load(scenario, caches="warm", patience=low)
    return load, compute_latency(scenario, load)
