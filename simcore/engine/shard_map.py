"""The map of shards: which one each key belongs to, for a number of shards and a way to place keys on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcore.engine.install_control import declare, grown, rows_of
from simcore.engine.rings import build_ring
from simcore.engine.tables import State
from simcore.program import NONE, Program, Routing


def hashes_of(count: int) -> NDArray[np.int64]:
    """Return the hashes of the first keys (shape (count,), 31 bits), as routing by key has them."""
    value = np.arange(1, count + 1, dtype=np.int64)
    value = ((value ^ (value >> 16)) * 0x45D9F3B) & 0x7FFFFFFF
    value = ((value ^ (value >> 15)) * 0x119DE1F3) & 0x7FFFFFFF
    return np.asarray(value ^ (value >> 14))


def place_keys(
    name: str, key_count: int, shard_count: int, placement: Routing, virtual_node_count: int
) -> NDArray[np.int16]:
    """Return the shard of each key (shape (key_count,)).

    Parameters
    ----------
    name : of the node; on a ring its shards have their virtual nodes where "name/0" and so on are hashed to.
    placement : `MODULO` of the key's hash, `RANGE` of equal parts of the key space, or `RING`.
    """
    if placement == Routing.RANGE:
        return (np.arange(key_count) * shard_count // key_count).astype(np.int16)
    hashes = hashes_of(key_count)
    if placement == Routing.MODULO:
        return (hashes % shard_count).astype(np.int16)
    names = [f"{name}/{shard}" for shard in range(shard_count)]
    positions, owners = build_ring(names, [1.0] * shard_count, virtual_node_count)
    return owners[np.searchsorted(positions, hashes) % len(positions)].astype(np.int16)


def install_shards(state: State, program: Program, before: Program) -> State:
    """Lay out where keys belong, also for stores that were removed and may come back.

    Keys that are there stay where they are, until somebody moves them.
    """
    table = grown(state.shardings, rows_of(program.shardings, before.shardings))
    declare(table, program.shardings, before.shardings, ("node", "first_slot"))
    keys = int(state.control["key_count"][0])
    homes, aims = (_widened(old, len(table), keys) for old in (state.homes, state.aims))
    for index, row in enumerate(table):
        count, placement, virtual = (int(number) for number in state.slots[row.first_slot :][:3])
        if row.laid.tolist() == [count, placement, virtual, keys]:
            continue
        row.laid = count, placement, virtual, keys
        aims[index] = place_keys(program.node_ids[row.node], keys, count, Routing(placement), virtual)
        homes[index] = np.where(homes[index] == NONE, aims[index], homes[index])
        row.cursor = 0
        row.left = np.count_nonzero(homes[index] != aims[index])
    return state._replace(shardings=table, homes=homes, aims=aims)


def _widened(old: NDArray[np.int16], rows: int, keys: int) -> NDArray[np.int16]:
    if rows == 0 or old.shape == (rows, keys):
        return old
    new = np.full((rows, keys), NONE, np.int16)
    new[: old.shape[0], : old.shape[1]] = old
    return new
