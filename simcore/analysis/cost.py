"""What a drawing costs per hour under its expected traffic, by component: the bill of a healthy run, before running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simcore.analysis.capacity import Load
from simcore.analysis.workload import READ, Mix, mix_with_jobs
from simcore.components._prices import Billed
from simcore.program import TARIFF_BACK, TARIFF_INTERNET, TARIFF_OUT, TARIFF_ZONE_BACK, TARIFF_ZONE_OUT
from simcore.scenario.document import Node, Scenario
from simcore.wires import site_of, tariff_of

#: A month of a price list, in hours.
_MONTH_H = 730.0
_HOUR_S = 3600.0
_MILLION = 1e6
_GB = 1e9
#: Operations whose payload comes back with the answer; that of all others goes with the request.
_FETCHING = (READ, "static")


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
    nodes = scenario.node_by_id()
    components = {node_id: node.component for node_id, node in nodes.items()}
    sent = dict.fromkeys(components, 0.0)
    mixes = mix_with_jobs(scenario)
    for operation, calls in load.calls.items():
        for (source, target), ratio in calls.items():
            rate = ratio * load.let_through_rps(source, operation) * _HOUR_S
            for payer, usd in _transfers(nodes[source], nodes[target], operation, mixes[operation]):
                sent[payer] += rate * usd
    return Cost(
        {node_id: component.usd_per_hour() for node_id, component in components.items()},
        {
            node_id: load.nodes[node_id].offered_rps * _HOUR_S * component.price_million_usd / _MILLION
            for node_id, component in components.items()
            if isinstance(component, Billed)
        },
        sent,
    )


def _transfers(source: Node, target: Node, operation: str, mix: Mix) -> list[tuple[str, float]]:
    """Return who pays how much (USD) for the bytes of one call: what is read comes back, what is written goes out."""
    fetches = operation in _FETCHING
    back = mix.payload_bytes if fetches else 0.0
    out = mix.request_bytes + (0.0 if fetches else mix.payload_bytes)
    caller, callee = source.component, target.component
    told = callee.report_bytes()
    if told is not None:
        back = out = told
    tariff = tariff_of(site_of(source), site_of(target))
    paid = []
    if isinstance(callee, Billed):
        prices = (
            (TARIFF_INTERNET, callee.internet_usd),
            (TARIFF_BACK, callee.sending_usd()[0]),
            (TARIFF_ZONE_BACK, callee.sending_usd()[1]),
        )
        paid += [(target.id, back * price / _GB) for flag, price in prices if tariff & flag]
    if isinstance(caller, Billed):
        outward = ((TARIFF_OUT, caller.sending_usd()[0]), (TARIFF_ZONE_OUT, caller.sending_usd()[1]))
        paid += [(source.id, out * price / _GB) for flag, price in outward if tariff & flag]
    return paid
