"""Certificates of bills and cuts."""

from __future__ import annotations

import numpy as np

from simcore.engine.costs import instance_seconds, spent_usd
from simcore.engine.tables import CUT_ANSWERS, CUT_REQUESTS, State
from simcore.program import Cause


def bills(state: State) -> list[str]:
    """Check that nobody was billed for more than there was, and that no bill was ever given back."""
    costs, edges = state.costs, state.edges
    answered = state.outcomes[state.nodes["meter"], Cause.OK]
    spent = spent_usd(state)
    found = [f"node {node}: it cost {spent[node]}" for node in _rows_with(~(spent >= costs["usd"]))]
    early = ~((costs["usd"] >= 0.0).all(axis=1) & (costs["billed_s"] <= instance_seconds(state)))
    early |= costs["billed_requests"] > answered
    early |= costs["billed_at"] > state.control["now"][0]
    found += [f"node {node}: billed for more than there was" for node in np.flatnonzero(early)]
    more = (edges["billed_out"] > edges["bytes_out"]) | (edges["billed_back"] > edges["bytes_back"])
    return [*found, *(f"edge {edge}: billed for bytes that nobody sent" for edge in np.flatnonzero(more))]


def cuts(state: State) -> list[str]:
    """Check that every edge is cut by its own faults, those of its regions and private networks, and by nothing else."""
    edges, regions = state.edges, state.nodes["region"]
    due = edges["own_cut"] | state.region_cuts[regions[edges["source"]], regions[edges["target"]]]
    due = due | np.where(edges["closed"] != 0, CUT_REQUESTS | CUT_ANSWERS, 0)
    return [
        f"edge {edge}: cut in another way than its faults say"
        for edge in np.flatnonzero(due != edges["partitioned"])
    ]


def _rows_with(wrong: np.ndarray) -> list[int]:
    rows: list[int] = np.flatnonzero(wrong.any(axis=1)).tolist()
    return rows
