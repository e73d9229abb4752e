"""Certificates of bills and cuts."""

from __future__ import annotations

import numpy as np

from simcore.engine.costs import instance_seconds, spent_usd
from simcore.engine.cuts import worked_out
from simcore.engine.tables import State
from simcore.program import Cause


def bills(state: State) -> list[str]:
    """Check that nobody was billed for more than there was, and that no bill was ever given back."""
    costs, edges = state.costs, state.edges
    answered = state.meters["outcomes"][state.nodes["meter"], Cause.OK]
    spent = spent_usd(state)
    found = [f"node {node}: it cost {spent[node]}" for node in _rows_with(~(spent >= costs["usd"]))]
    early = ~((costs["usd"] >= 0.0).all(axis=1) & (costs["billed_s"] <= instance_seconds(state)))
    early |= costs["billed_requests"] > answered
    early |= costs["billed_at"] > state.control["now"][0]
    found += [f"node {node}: billed for more than there was" for node in np.flatnonzero(early)]
    told = edges["recorded"] > state.meters["outcomes"][edges["meter"], Cause.OK]
    found += [f"edge {edge}: more is on record than was told" for edge in np.flatnonzero(told)]
    more = (edges["billed_out"] > edges["bytes_out"]) | (edges["billed_back"] > edges["bytes_back"])
    return [*found, *(f"edge {edge}: billed for bytes that nobody sent" for edge in np.flatnonzero(more))]


def cuts(state: State) -> list[str]:
    """Check that every edge suffers from its own faults, those of its regions and private networks, and from nothing else."""
    if not len(state.edges):
        return []
    found = zip(("partitioned", "loss", "slowness"), worked_out(state), strict=True)
    return [
        f"edge {edge}: {name} in another way than its faults say"
        for name, due in found
        for edge in np.flatnonzero(due != state.edges[name])
    ]


def _rows_with(wrong: np.ndarray) -> list[int]:
    rows: list[int] = np.flatnonzero(wrong.any(axis=1)).tolist()
    return rows
