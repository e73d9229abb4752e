"""What a run costs: derived, when somebody asks, from integrals and counts that are kept anyway.

A node's prices are in neighbouring slots: USD for an instance-hour, for a million requests answered, for a GB (1e9 bytes)
of answers to users, for a GB sent to other regions, and for a GB sent to other zones; then how many machines were bought
ahead, which cost all the time; 0: as many as there are instances. Before any of them changes, what was spent so far is
written down at the old ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.install_control import grown
from simcore.engine.jit import kernel
from simcore.engine.tables import State
from simcore.program import (
    NONE,
    PRICE_COUNT,
    TARIFF_BACK,
    TARIFF_INTERNET,
    TARIFF_OUT,
    TARIFF_ZONE_BACK,
    TARIFF_ZONE_OUT,
    Cause,
    Program,
)

Numbers = NDArray[Any]

#: What each of the neighbouring slots of a node's prices is for.
_HOUR, _REQUESTS, _TO_USERS, _TO_REGIONS, _TO_ZONES, _BOUGHT = range(PRICE_COUNT)
_HOUR_S = 3600.0
_MILLION = 1e6
_GB = 1e9


def instance_seconds(state: State) -> Numbers:
    """Return for how long instances of each node have been there, added up, until now."""
    nodes = state.nodes
    elapsed = state.control["now"][0] - nodes["instances_since"]
    return np.asarray(nodes["instance_integral"] + nodes["instances"] * elapsed)


def spent_usd(state: State) -> Numbers:
    """Return what each node has cost until now: shape (nodes, 3), for instances, requests and bytes."""
    spent: Numbers = state.costs["usd"].copy()
    sent = np.zeros((len(spent), 3))
    now = float(state.control["now"][0])
    there_s = instance_seconds(state)
    _spend(state.costs, state.nodes, there_s, state.edges, state.slots, state.meters, now, spent, sent)
    return spent


@kernel
def _spend(costs, nodes, there_s, edges, slots, meters, now, spent, sent):  # type: ignore[no-untyped-def]
    """Add what is not in the bills yet.

    there_s : `instance_seconds`. sent : (nodes, 3) zeros, for the bytes to users, other regions and other zones.
    """
    for e in range(edges.shape[0]):
        edge = edges[e]
        if edge.tariff:
            out = edge.bytes_out - edge.billed_out
            back = edge.bytes_back - edge.billed_back
            if edge.tariff & TARIFF_INTERNET:
                sent[edge.target, 0] += back
            if edge.tariff & TARIFF_BACK:
                sent[edge.target, 1] += back
            if edge.tariff & TARIFF_OUT:
                sent[edge.source, 1] += out
            if edge.tariff & TARIFF_ZONE_BACK:
                sent[edge.target, 2] += back
            if edge.tariff & TARIFF_ZONE_OUT:
                sent[edge.source, 2] += out
    for row in range(costs.shape[0]):
        cost = costs[row]
        price = cost.price_slot
        if price != NONE:
            hired = there_s[row] - cost.billed_s
            bought = slots[price + _BOUGHT] * (now - cost.billed_at)
            requests = meters[nodes[row].meter].outcomes[Cause.OK] - cost.billed_requests
            spent[row, 0] += max(hired, bought) * slots[price + _HOUR] / _HOUR_S
            spent[row, 1] += requests * slots[price + _REQUESTS] / _MILLION
            paid = sent[row, 0] * slots[price + _TO_USERS] + sent[row, 1] * slots[price + _TO_REGIONS]
            spent[row, 2] += (paid + sent[row, 2] * slots[price + _TO_ZONES]) / _GB


def write_down(state: State) -> None:
    """Bring every bill up to now, before prices, tariffs or instances change."""
    costs, edges = state.costs, state.edges
    costs["usd"] = spent_usd(state)
    costs["billed_s"] = instance_seconds(state)
    costs["billed_requests"] = _answered(state)
    costs["billed_at"] = state.control["now"][0]
    edges["billed_out"], edges["billed_back"] = edges["bytes_out"], edges["bytes_back"]


def with_costs(state: State, program: Program) -> Numbers:
    """Return the bills with a row for each node of a program."""
    costs = grown(state.costs, len(program.node_ids), billed_at=state.control["now"][0])
    costs["price_slot"] = NONE
    costs["price_slot"][list(program.prices)] = list(program.prices.values())
    return costs


def _answered(state: State) -> Numbers:
    answered: Numbers = state.meters["outcomes"][state.nodes["meter"], Cause.OK]
    return answered
