"""Which entry of a store was asked for least often: a binary heap beside the cells of a store that evicts by frequency.

Such a store owns two pieces of `State.ranks`: at `rank_first` the heap (positions to cells) followed by the place of each
cell in it, and at `tally_first` how often each key was ever asked for. Counts outlive the entry, so that a popular key that was evicted by chance comes
back to stay (perfect LFU; Breslau et al. 1999).
"""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import helper, kernel, part
from simcore.engine.tables import State
from simcore.program import NONE, Eviction, Program


@part
def _before(store, cells, ranks, one, other):  # type: ignore[no-untyped-def]
    """Tell whether one cell leaves before the other: asked for less often, or as often and kept for longer."""
    a = ranks[store.tally_first + cells[one].key]
    b = ranks[store.tally_first + cells[other].key]
    return a < b or (a == b and cells[one].serial < cells[other].serial)


@part
def _place(store, ranks, position, at):  # type: ignore[no-untyped-def]
    ranks[store.rank_first + position] = at
    ranks[store.rank_first + store.capacity + at - store.first] = position


@helper
def _rise(store, cells, ranks, position, at):  # type: ignore[no-untyped-def]
    while position > 0:
        above = (position - 1) // 2
        other = ranks[store.rank_first + above]
        if not _before(store, cells, ranks, at, other):
            break
        _place(store, ranks, position, other)
        position = above
    _place(store, ranks, position, at)


@helper
def _sink(store, cells, ranks, position, at, count):  # type: ignore[no-untyped-def]
    while 2 * position + 1 < count:
        below = 2 * position + 1
        other = ranks[store.rank_first + below]
        if below + 1 < count and _before(store, cells, ranks, ranks[store.rank_first + below + 1], other):
            below += 1
            other = ranks[store.rank_first + below]
        if not _before(store, cells, ranks, other, at):
            break
        _place(store, ranks, position, other)
        position = below
    _place(store, ranks, position, at)


@helper
def enter_rank(store, cells, ranks, at):  # type: ignore[no-untyped-def]
    """Put a cell into the heap; the store has counted it already."""
    _rise(store, cells, ranks, int(store.count) - 1, at)


@helper
def leave_rank(store, cells, ranks, at):  # type: ignore[no-untyped-def]
    """Take a cell out of the heap, before the store stops counting it and while it still has its key."""
    position = int(ranks[store.rank_first + store.capacity + at - store.first])
    count = int(store.count) - 1
    last = int(ranks[store.rank_first + count])
    if last == at:
        return
    _sink(store, cells, ranks, position, last, count)
    if ranks[store.rank_first + position] == last:
        _rise(store, cells, ranks, position, last)


@helper
def tally(store, cells, ranks, key, at):  # type: ignore[no-untyped-def]
    """Count that a key was asked for; its cell, if it has one, moves away from the door."""
    ranks[store.tally_first + key] += 1
    if at != NONE:
        position = int(ranks[store.rank_first + store.capacity + at - store.first])
        _sink(store, cells, ranks, position, at, int(store.count))


@kernel
def rank_all(table, index, cells, order, ranks):  # type: ignore[no-untyped-def]
    """Build the heap of a store anew from its list."""
    store = table[index]
    count = int(store.count)
    at = int(store.tail)
    for position in range(count):
        store.count = position + 1
        _rise(store, cells, ranks, position, at)
        at = int(order[at].prev)


def install_ranks(state: State, program: Program) -> State:
    """Give each store that evicts by frequency its heap and its counts; they are known for every key there is."""
    keys = int(state.control["key_count"][0])
    ranks = [state.ranks]
    first = len(state.ranks)
    fresh = []
    rows = np.array(list(program.stores), np.int64)
    ranked = state.slots[state.stores["eviction_slot"][rows]].astype(np.int64) == Eviction.LFU
    for name in ("rank_first", "tally_first"):
        state.stores[name][rows[~ranked]] = NONE
    for index in rows[ranked].tolist():
        row = state.stores[index]
        if row.tally_first == NONE or row.key_span < keys:
            counts = np.zeros(keys, np.int32)
            if row.tally_first != NONE:
                counts[: row.key_span] = state.ranks[row.tally_first : row.tally_first + row.key_span]
            row.tally_first, row.key_span = first, keys
            ranks.append(counts)
            first += keys
        if row.rank_first == NONE:
            row.rank_first = first
            ranks.append(np.zeros(2 * row.capacity, np.int32))
            first += 2 * row.capacity
            fresh.append(index)
    state = state._replace(ranks=np.concatenate(ranks)) if len(ranks) > 1 else state
    for index in fresh:
        rank_all(state.stores, index, state.cells, state.order, state.ranks)
    return state
