"""What a drawing costs per hour under its expected traffic, by component: the bill of a healthy run, before running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simcore.analysis.capacity import Load
from simcore.analysis.workload import READ, Mix, operation_mix
from simcore.components._prices import Priced
from simcore.components.base import Component, Role
from simcore.regions import are_apart
from simcore.scenario.document import Scenario

#: A month of a price list, in hours.
_MONTH_H = 730.0
_HOUR_S = 3600.0
_MILLION = 1e6
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Cost:
    """USD per hour of each component: for being there, for requests, and for bytes that leave."""

    instances_usd: Mapping[str, float]
    requests_usd: Mapping[str, float]
    bytes_usd: Mapping[str, float]

    def of(self, node_id: str) -> float:
        """Return what one component costs."""
        parts = (self.instances_usd, self.requests_usd, self.bytes_usd)
        return sum(part.get(node_id, 0.0) for part in parts)

    @property
    def usd_per_hour(self) -> float:
        """Return the bill of all components together."""
        return sum(self.of(node_id) for node_id in self.instances_usd)

    @property
    def usd_per_month(self) -> float:
        """Return the same for a month of a price list."""
        return self.usd_per_hour * _MONTH_H


def compute_cost(scenario: Scenario, load: Load) -> Cost:
    """Return the bill under the given traffic; what retries and replication add is left out."""
    components = {node.id: node.component for node in scenario.sorted_nodes}
    sent = dict.fromkeys(components, 0.0)
    mixes = operation_mix(scenario)
    for operation, calls in load.calls.items():
        for (source, target), ratio in calls.items():
            rate = ratio * load.nodes[source].rates_rps.get(operation, 0.0) * _HOUR_S
            for payer, usd in _transfers(components, source, target, operation, mixes[operation]):
                sent[payer] += rate * usd
    return Cost(
        {node_id: component.usd_per_hour() for node_id, component in components.items()},
        {
            node_id: load.nodes[node_id].offered_rps * _HOUR_S * component.price_million_usd / _MILLION
            for node_id, component in components.items()
            if isinstance(component, Priced)
        },
        sent,
    )


def _transfers(
    components: Mapping[str, Component], source: str, target: str, operation: str, mix: Mix
) -> list[tuple[str, float]]:
    """Return who pays how much (USD) for the bytes of one call: what is read comes back, what is written goes out."""
    back = mix.payload_bytes if operation == READ else 0.0
    out = mix.request_bytes + (0.0 if operation == READ else mix.payload_bytes)
    caller, callee = components[source], components[target]
    paid = []
    if caller.role is Role.CLIENT:
        if isinstance(callee, Priced):
            paid.append((target, back * callee.internet_usd / _GB))
    elif are_apart(caller.region, callee.region):
        if isinstance(callee, Priced):
            paid.append((target, back * callee.price_region_usd / _GB))
        if isinstance(caller, Priced):
            paid.append((source, out * caller.price_region_usd / _GB))
    return paid
