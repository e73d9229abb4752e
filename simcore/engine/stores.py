"""Bounded memories of real keys: a hash table and a doubly linked list in order of use."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcore.engine.jit import helper, part
from simcore.engine.meters import happened
from simcore.engine.ranks import enter_rank, leave_rank, tally
from simcore.engine.rng import below, uniform
from simcore.engine.tables import EVENT_LOST_WRITES
from simcore.program import NONE, Eviction, Keep, StoreKey

#: What a look-up finds when the entry is too old.
EXPIRED = -2
#: Version of an entry that is newer than anything the database knows.
UNWRITTEN = 1 << 62
#: No entry counts for more bytes.
SIZE_MAX = 2e9


class Shelves(NamedTuple):
    """The tables that keeping something needs: few enough to be handed to a call cheaply."""

    stores: NDArray[Any]
    cells: NDArray[Any]
    order: NDArray[Any]
    buckets: NDArray[Any]
    ranks: NDArray[Any]
    slots: NDArray[Any]
    streams: NDArray[Any]


@part
def other_key(act, which):  # type: ignore[no-untyped-def]
    """Return what an entry is kept under that does not go by the key."""
    return act.user if which == StoreKey.USER else np.int32(0)


@helper
def bucket_of(store, key):  # type: ignore[no-untyped-def]
    return int(store.bucket_first) + (((int(key) * 2654435761) >> 7) & int(store.bucket_mask))


@part
def needs_attention(store, cells, slots, at):  # type: ignore[no-untyped-def]
    """Tell whether a look-up has consequences beyond the order of use: `attend` sees to them."""
    if at < 0:
        return at == EXPIRED or store.rank_first != NONE
    return store.rank_first != NONE or (cells[at].expires < math.inf and slots[store.sliding_slot] != 0.0)


@helper
def attend(s, index, key, at, now):  # type: ignore[no-untyped-def]
    """Remove an expired entry, prolong one whose time to live begins anew at each use, count how often it was asked for.

    Returns the cell, or NONE.
    """
    store = s.stores[index]
    if at == EXPIRED:
        _remove(store, s.cells, s.order, s.buckets, s.ranks, find(store, s.cells, s.buckets, key))
        at = NONE
    if at != NONE and s.slots[store.sliding_slot] != 0.0:
        s.cells[at].expires = _expiry(store, s.slots, s.streams, now)
    if store.rank_first != NONE:
        tally(store, s.cells, s.ranks, key, at)
    return at


@helper
def find(store, cells, buckets, key):  # type: ignore[no-untyped-def]
    """Return the cell of a key, fresh or not, or NONE; counts nothing."""
    at = buckets[bucket_of(store, key)]
    while at != NONE and cells[at].key != key:
        at = cells[at].chain
    return at


@helper
def _unlink(store, order, at):  # type: ignore[no-untyped-def]
    place = order[at]
    if place.prev == NONE:
        store.head = place.next
    else:
        order[place.prev].next = place.next
    if place.next == NONE:
        store.tail = place.prev
    else:
        order[place.next].prev = place.prev


@helper
def _push_front(store, order, at):  # type: ignore[no-untyped-def]
    place = order[at]
    place.prev = NONE
    place.next = store.head
    if store.head == NONE:
        store.tail = at
    else:
        order[store.head].prev = at
    store.head = at


@helper
def _remove(store, cells, order, buckets, ranks, at):  # type: ignore[no-untyped-def]
    if store.rank_first != NONE:
        leave_rank(store, cells, ranks, at)
    place = bucket_of(store, cells[at].key)
    if buckets[place] == at:
        buckets[place] = cells[at].chain
    else:
        before = buckets[place]
        while cells[before].chain != at:
            before = cells[before].chain
        cells[before].chain = cells[at].chain
    _unlink(store, order, at)
    if store.bytes_slot != NONE:
        store.bytes_used -= cells[at].value
    order[at].next = store.free
    cells[at].key = NONE
    store.free = at
    store.count -= 1


@part
def _free_cell(store, order):  # type: ignore[no-untyped-def]
    """Take a cell that was freed, or the next one that was not used yet."""
    if store.free != NONE:
        at = np.int32(store.free)
        store.free = order[at].next
    else:
        at = np.int32(store.first + store.begun)
        store.begun += 1
    return at


@helper
def look_up(store, cells, order, buckets, slots, key, now):  # type: ignore[no-untyped-def]
    """Return the cell of a key that is there and fresh, else NONE or EXPIRED; counts the hit or miss.

    What only some stores need is left to `attend`. What is owed counts neither, for the entries were asked before.
    """
    at = find(store, cells, buckets, key)
    if at == NONE:
        store.misses += 1 - store.owed
        return NONE
    if cells[at].expires <= now and not store.owed:
        store.misses += 1
        store.expired += 1
        return EXPIRED
    store.hits += 1 - store.owed
    if store.head != at and int(slots[store.eviction_slot]) == Eviction.LRU:
        _unlink(store, order, at)
        _push_front(store, order, at)
    return at


@helper
def _expiry(store, slots, streams, now):  # type: ignore[no-untyped-def]
    """Return until when an entry kept now may be served; jitter shortens it by a random share."""
    ttl = slots[store.ttl_slot]
    if ttl == math.inf:
        return math.inf
    jitter = slots[store.jitter_slot]
    if jitter > 0.0:
        ttl *= 1.0 - jitter * uniform(streams, store.stream)
    return now + ttl


@helper
def put(s, index, key, value, version, now):  # type: ignore[no-untyped-def]
    """Keep a key, evicting one if the memory is full."""
    store = s.stores[index]
    cells = s.cells
    if store.capacity == 0:
        return
    at = find(store, cells, s.buckets, key)
    if at == NONE:
        if store.count == store.capacity:
            _remove(
                store, cells, s.order, s.buckets, s.ranks, _victim(store, cells, s.slots, s.streams, s.ranks)
            )
            store.evictions += 1
        at = _free_cell(store, s.order)
        place = bucket_of(store, key)
        cells[at].key = key
        cells[at].chain = s.buckets[place]
        cells[at].serial = store.puts
        store.puts += 1
        s.buckets[place] = at
        store.count += 1
        _push_front(store, s.order, at)
        if store.rank_first != NONE:
            enter_rank(store, cells, s.ranks, at)
    elif store.head != at and int(s.slots[store.eviction_slot]) == Eviction.LRU:
        _unlink(store, s.order, at)
        _push_front(store, s.order, at)
    cells[at].value = value
    cells[at].version = version
    cells[at].expires = _expiry(store, s.slots, s.streams, now)


@helper
def _victim(store, cells, slots, streams, ranks):  # type: ignore[no-untyped-def]
    if store.rank_first != NONE:
        return int(ranks[store.rank_first])
    if int(slots[store.eviction_slot]) == Eviction.RANDOM:
        at = store.first + below(streams, store.stream, store.capacity)
        while cells[at].key == NONE:  # only a memory that counts bytes may be full with free places
            at = at + 1 if at + 1 < store.first + store.capacity else np.int64(store.first)
        return at
    return int(store.tail)


@helper
def drop(s, index, key):  # type: ignore[no-untyped-def]
    """Forget a key if it is there."""
    store = s.stores[index]
    at = find(store, s.cells, s.buckets, key)
    if at != NONE:
        _remove(store, s.cells, s.order, s.buckets, s.ranks, at)


@part
def begin_empty(store):  # type: ignore[no-untyped-def]
    """Make all cells of a memory free; the caller sees to it that none has a key, and that no bucket has a cell."""
    store.begun = 0
    store.free = NONE
    store.head = NONE
    store.tail = NONE
    store.count = 0
    store.bytes_used = 0


@helper
def _clear(store, cells, order, buckets):  # type: ignore[no-untyped-def]
    """Forget every entry. It costs what there is, not what there is room for: large memories may be flushed often."""
    at = store.head
    while at != NONE:
        buckets[bucket_of(store, cells[at].key)] = NONE
        cells[at].key = NONE
        at = order[at].next
    begin_empty(store)


@helper
def flush(s, node):  # type: ignore[no-untyped-def]
    """Empty every memory of a node. Writes that it had promised to pass on, and had not yet, are lost."""
    for i in range(s.stores.shape[0]):
        store = s.stores[i]
        if store.node != node:
            continue
        if store.owed and store.count > 0:
            store.owed_lost += store.count
            happened(s, EVENT_LOST_WRITES, node, NONE, float(store.count))
        _clear(store, s.cells, s.order, s.buckets)
        if store.tally_first != NONE:
            for k in range(store.key_span):
                s.ranks[store.tally_first + k] = 0


@helper
def take_oldest(s, index, act, lease_s, now):  # type: ignore[no-untyped-def]
    """Lease the entry that has waited longest: sets key and hit. It stays until `settle_oldest`; a lease that ran out is void."""
    store = s.stores[index]
    at = int(store.tail)
    act.hit = at != NONE and (s.cells[at].expires == math.inf or s.cells[at].expires <= now)
    if act.hit:
        _unlink(store, s.order, at)
        _push_front(store, s.order, at)
        s.cells[at].expires = now + lease_s
        act.key = s.cells[at].key
        act.version = 0


@helper
def settle_oldest(s, index, act):  # type: ignore[no-untyped-def]
    """Forget the leased entry, unless it was put again in the meantime."""
    store = s.stores[index]
    at = find(store, s.cells, s.buckets, act.key)
    if at != NONE and s.cells[at].expires < math.inf:
        _remove(store, s.cells, s.order, s.buckets, s.ranks, at)


@helper
def is_full(s, index, key):  # type: ignore[no-untyped-def]
    """Tell whether keeping a key would drive another out."""
    store = s.stores[index]
    return store.count == store.capacity and find(store, s.cells, s.buckets, key) == NONE


@helper
def _put_sized(s, index, act, now):  # type: ignore[no-untyped-def]
    """Keep a key with the size of the payload; others leave until it fits, and what is larger than all is not kept."""
    store = s.stores[index]
    size = np.int32(min(act.payload, SIZE_MAX))
    room = s.slots[store.bytes_slot]
    drop(s, index, act.key)
    if size > room or store.capacity == 0:
        return
    while store.bytes_used + size > room:
        _remove(
            store, s.cells, s.order, s.buckets, s.ranks, _victim(store, s.cells, s.slots, s.streams, s.ranks)
        )
        store.evictions += 1
    put(s, index, act.key, size, act.version, now)
    store.bytes_used += size


@helper
def _put_no_longer(s, index, act, other, now):  # type: ignore[no-untyped-def]
    """Keep a user's entry, for no longer than another store keeps its one entry for everybody."""
    put(s, index, act.user, act.target, act.version, now)
    kept = find(s.stores[index], s.cells, s.buckets, act.user)
    shared = find(s.stores[other], s.cells, s.buckets, 0)
    if kept != NONE and shared != NONE:
        s.cells[kept].expires = min(s.cells[kept].expires, s.cells[shared].expires)


@helper
def keep(s, index, act, ins, now):  # type: ignore[no-untyped-def]
    """Do a PUT that keeps something else than the value in the registers."""
    if ins.c == Keep.UNWRITTEN:
        put(s, index, act.key, act.target, UNWRITTEN, now)
        return
    if ins.c == Keep.SIZED:
        _put_sized(s, index, act, now)
        return
    if ins.c == Keep.NO_LONGER:
        _put_no_longer(s, index, act, np.int64(ins.d), now)
        return
    at = find(s.stores[index], s.cells, s.buckets, act.key)
    if ins.c == Keep.NEWEST:
        if at == NONE or s.cells[at].version <= act.version:
            put(s, index, act.key, act.target, act.version, now)
    elif at != NONE:
        s.cells[at].version = act.version
