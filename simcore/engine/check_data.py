"""Certificates of what is known where: logs, copies and shards of keys."""

from __future__ import annotations

import numpy as np

from simcore.engine.chains import chain_length, chain_lengths
from simcore.engine.install_traffic import chains_by_source
from simcore.engine.tables import RECENT, State
from simcore.program import BIN_COUNT, NONE, Cause


def copies(state: State) -> list[str]:
    """Check that nothing is newer than the newest write, and that what was promised is kept by some member."""
    found = []
    for index in np.flatnonzero((state.clusters["leaderless"] != 0) & (state.clusters["count"] > 0)):
        cluster = state.clusters[index]
        nodes = state.cluster_nodes[cluster.first : cluster.first + cluster.count]
        newest = state.copies[state.nodes["copy_row"][nodes]].max(axis=0)
        if (newest > cluster.lsn).any():
            found.append(f"cluster {index}: a copy is newer than the newest write")
        if (state.versions[index] > newest).any():
            found.append(f"cluster {index}: no member has a write that was acknowledged")
    for index in np.flatnonzero(state.stores["hints_of"] != NONE):
        store = state.stores[index]
        cells = state.cells[store.first : store.first + store.capacity]
        versions = cells["version"][cells["key"] != NONE]
        cluster = state.nodes["cluster"][store.hints_of]
        if len(versions) and not 0 < versions.min() <= versions.max() <= state.clusters["lsn"][cluster]:
            found.append(f"store {index}: a hint of a write that nobody made")
    return found


def meters(state: State) -> list[str]:
    """Check that what a meter has not put into its histogram yet are answers of its own, fewer than it has places for."""
    count, answers = state.meters["recent_count"], state.meters["outcomes"][:, Cause.OK]
    wrong = (count < 0) | (count >= RECENT) | (count > answers)
    counted = np.arange(RECENT) < count[:, np.newaxis]
    bins = np.where(counted, state.meters["recent"], 0)
    wrong |= ((bins < 0) | (bins >= BIN_COUNT)).any(axis=1)
    return [f"meter {row}: its newest latencies are not its own" for row in np.flatnonzero(wrong)]


def cells(state: State) -> list[str]:
    """Check that every cell of a memory is used, free, or was never used; only those that are used have a key and a bucket."""
    found = []
    keys = state.cells["key"]
    for index, store in enumerate(state.stores):
        free = chain_length(state.order["next"], store.free)
        used = np.count_nonzero(keys[store.first : store.first + store.capacity] != NONE)
        buckets = state.buckets[store.bucket_first : store.bucket_first + store.bucket_mask + 1]
        chained = chain_lengths(state.cells["chain"], buckets)
        if not used == chained == store.count == store.begun - free or store.begun > store.capacity:
            found.append(
                f"store {index}: {store.begun} cells begun, {used} used, {chained} chained, {free} free"
            )
    return found


def shards(state: State) -> list[str]:
    """Check that every key is at a shard that there is, and that those which have to move are counted."""
    found = []
    for index, row in enumerate(state.shardings):
        homes, aims = state.homes[index], state.aims[index]
        shards = np.count_nonzero(
            (state.pools["node"] == row.node) & (state.pools["part_of"] == state.nodes["main_pool"][row.node])
        )
        if len(homes) and not 0 <= min(homes.min(), aims.min()) <= max(homes.max(), aims.max()) < shards:
            found.append(f"sharding {index}: a key is at none of its {shards} shards")
        left = np.count_nonzero(homes != aims)
        if left != row.left:
            found.append(f"sharding {index}: {row.left} keys to be moved are counted, {left} found")
        found += _dead_shards(state, int(row.node), int(row.down))
    return found


def _dead_shards(state: State, node: int, down: int) -> list[str]:
    """Check that nobody works or waits at a shard that has crashed."""
    pools = state.pools
    own = np.flatnonzero((pools["node"] == node) & (pools["part_of"] != NONE))
    dead = own[[(down >> shard) & 1 == 1 for shard in range(len(own))]]
    busy = dead[(pools["in_use"][dead] > 0) | (pools["queued"][dead] > 0)]
    return [f"pool {pool}: somebody is at a shard that has crashed" for pool in busy]


def edges(state: State) -> list[str]:
    """Check that every edge can be found from its source."""
    first, following = chains_by_source(state.edges, len(state.nodes))
    lost = np.flatnonzero(state.nodes["first_out"] != first)
    found = [f"node {node}: its first edge is another" for node in lost]
    return found + [
        f"edge {edge}: its next is another" for edge in np.flatnonzero(state.edges["next_out"] != following)
    ]


def stale(state: State) -> list[str]:
    """Check that every stale answer was given by somebody."""
    given, counted = int(state.nodes["stale"].sum()), int(state.clusters["stale_reads"].sum())
    return [] if given == counted else [f"{counted} stale answers are counted, {given} were given"]


def logs(state: State) -> list[str]:
    """Nobody has, or is being sent, more of its cluster's log than there is."""
    nodes = state.nodes
    members = np.flatnonzero(nodes["cluster"] != NONE)
    reached = np.maximum(nodes["applied"], nodes["polled"])[members]
    beyond = reached > state.clusters["lsn"][nodes["cluster"][members]]
    return [f"node {node}: beyond the end of its cluster's log" for node in members[beyond]]
