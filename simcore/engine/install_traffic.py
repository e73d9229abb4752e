"""Putting into a state what steers traffic: edges that stand for others, edges that are drained, buckets of users."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.gate_tables import USERS_APART
from simcore.engine.tables import State
from simcore.program import NONE, Program


def take_in_links(nodes: NDArray[Any], edges: NDArray[Any], program: Program, before: Program) -> None:
    """Chain edges by source, let those that stand for drawn ones be counted there, and let nobody choose drained ones."""
    if program.links is before.links:
        return
    nodes["first_out"], edges["next_out"] = chains_by_source(edges, len(nodes))
    for index, link in program.links.items():
        if link.drawn_as != NONE:
            edges["meter"][index] = edges["meter"][link.drawn_as]
        if link.drained:
            edges["healthy"][index] = 0
            edges["away_until"][index] = math.inf
        elif edges["away_until"][index] == math.inf:
            edges["healthy"][index] = 1
            edges["away_until"][index] = 0.0


def chains_by_source(edges: NDArray[Any], node_count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return each node's first outgoing edge, shape (node_count,), and for each edge the next one with the same source."""
    rows = np.argsort(edges["source"], kind="stable")
    sources = edges["source"][rows]
    first, following = np.full(node_count, NONE, np.int32), np.full(len(edges), NONE, np.int32)
    first[sources[::-1]] = rows[::-1]
    together = sources[1:] == sources[:-1]
    following[rows[:-1][together]] = rows[1:][together]
    return first, following


def with_user_buckets(state: State, program: Program) -> NDArray[np.float64]:
    """Return the buckets of users, with a row for each gate that keeps them apart."""
    rows = len(state.user_buckets)
    for index, gate in sorted(program.gates.items()):
        if gate.of_each_user and state.gates["user_row"][index] == NONE:
            state.gates["user_row"][index] = rows
            rows += 1
    fresh = np.zeros((rows - len(state.user_buckets), 2 * USERS_APART))
    return np.concatenate([state.user_buckets, fresh]) if len(fresh) else state.user_buckets
