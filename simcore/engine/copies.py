"""Room for the copies of keys that members of clusters without primary have."""

from __future__ import annotations

import numpy as np

from simcore.engine.tables import State
from simcore.program import NONE, Program


def install_copies(state: State, program: Program) -> State:
    """Give each member a row; call it before the clusters themselves are laid out anew.

    When members come or go, all of them start from a copy of all data: what a store streams to them in the background.
    """
    keys = int(state.control["key_count"][0])
    rows = len(state.copies)
    changed = []
    for index, cluster in sorted(program.clusters.items()):
        if not cluster.leaderless:
            continue
        before = _members_before(state, index, cluster.nodes)
        for node in cluster.nodes:
            here = state.nodes[node]
            here.durable_slot = program.durable_slots[node]
            if here.copy_row == NONE:
                here.copy_row = rows
                rows += 1
        if before != set(cluster.nodes):
            changed.append(sorted({*before, *cluster.nodes}))
    if rows and (rows, keys) != state.copies.shape:
        copies = np.zeros((rows, keys), np.int64)
        copies[: state.copies.shape[0], : state.copies.shape[1]] = state.copies
        state = state._replace(copies=copies)
    for nodes in changed:
        members = state.nodes["copy_row"][nodes]
        state.copies[members] = state.copies[members].max(axis=0)
    return state


def _members_before(state: State, index: int, nodes: tuple[int, ...]) -> set[int]:
    """Return who had the data: the members until now, also under another name when the first of them went."""
    clusters = {int(state.nodes[node].cluster) for node in nodes} - {NONE}
    if index < len(state.clusters):
        clusters.add(index)
    found: set[int] = set()
    for known in clusters:
        row = state.clusters[known]
        members = state.cluster_nodes[row.first : row.first + row.count]
        found.update(members[state.nodes["copy_row"][members] != NONE].tolist())
    return found
