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
    costs = state.costs
    spent: Numbers = costs["usd"].copy()
    rows = np.flatnonzero(costs["price_slot"] != NONE)
    if len(rows) == 0:
        return spent
    prices = state.slots[costs["price_slot"][rows] + np.arange(PRICE_COUNT)[:, None]]
    hour, million, internet, region, zone, bought = prices
    hired = instance_seconds(state)[rows] - costs["billed_s"][rows]
    there = bought * (state.control["now"][0] - costs["billed_at"][rows])
    seconds = np.maximum(hired, there)
    requests = _answered(state)[rows] - costs["billed_requests"][rows]
    to_users, to_regions, to_zones = _unbilled_bytes(state)
    spent[rows, 0] += seconds * hour / _HOUR_S
    spent[rows, 1] += requests * million / _MILLION
    spent[rows, 2] += (to_users[rows] * internet + to_regions[rows] * region + to_zones[rows] * zone) / _GB
    return spent


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
    answered: Numbers = state.outcomes[state.nodes["meter"], Cause.OK]
    return answered


def _unbilled_bytes(state: State) -> tuple[Numbers, Numbers, Numbers]:
    """Return the bytes that each node has sent to users, other regions and other zones since the bills were written down."""
    count = len(state.nodes)
    edges = state.edges[np.flatnonzero(state.edges["tariff"])]
    out, back = edges["bytes_out"] - edges["billed_out"], edges["bytes_back"] - edges["billed_back"]

    def sent(end: str, sizes: Numbers, tariff: int) -> Numbers:
        paid = np.where(edges["tariff"] & tariff, sizes, 0.0)
        return np.bincount(edges[end], weights=paid, minlength=count)

    to_regions = sent("target", back, TARIFF_BACK) + sent("source", out, TARIFF_OUT)
    to_zones = sent("target", back, TARIFF_ZONE_BACK) + sent("source", out, TARIFF_ZONE_OUT)
    return sent("target", back, TARIFF_INTERNET), to_regions, to_zones
