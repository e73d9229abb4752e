"""Bounded memories of real keys: a hash table and a doubly linked list in order of use."""

from __future__ import annotations

import math

from simcore.engine.jit import helper
from simcore.engine.rng import below
from simcore.program import NONE, Eviction


@helper
def _bucket(store, key):  # type: ignore[no-untyped-def]
    return int(store.bucket_first) + (((int(key) * 2654435761) >> 7) & int(store.bucket_mask))


@helper
def _find(store, cells, buckets, key):  # type: ignore[no-untyped-def]
    at = buckets[_bucket(store, key)]
    while at != NONE and cells[at].key != key:
        at = cells[at].chain
    return at


@helper
def _unlink(store, cells, at):  # type: ignore[no-untyped-def]
    cell = cells[at]
    if cell.prev == NONE:
        store.head = cell.next
    else:
        cells[cell.prev].next = cell.next
    if cell.next == NONE:
        store.tail = cell.prev
    else:
        cells[cell.next].prev = cell.prev


@helper
def _push_front(store, cells, at):  # type: ignore[no-untyped-def]
    cell = cells[at]
    cell.prev = NONE
    cell.next = store.head
    if store.head == NONE:
        store.tail = at
    else:
        cells[store.head].prev = at
    store.head = at


@helper
def _remove(store, cells, buckets, at):  # type: ignore[no-untyped-def]
    place = _bucket(store, cells[at].key)
    if buckets[place] == at:
        buckets[place] = cells[at].chain
    else:
        before = buckets[place]
        while cells[before].chain != at:
            before = cells[before].chain
        cells[before].chain = cells[at].chain
    _unlink(store, cells, at)
    cells[at].next = store.free
    cells[at].key = NONE
    store.free = at
    store.count -= 1


@helper
def look_up(store, cells, buckets, slots, key, now):  # type: ignore[no-untyped-def]
    """Return the cell of a key that is there and fresh, else NONE; counts the hit or miss."""
    at = _find(store, cells, buckets, key)
    if at == NONE:
        store.misses += 1
        return NONE
    if cells[at].expires <= now:
        store.misses += 1
        store.expired += 1
        _remove(store, cells, buckets, at)
        return NONE
    store.hits += 1
    if store.head != at and int(slots[store.eviction_slot]) == Eviction.LRU:
        _unlink(store, cells, at)
        _push_front(store, cells, at)
    return at


@helper
def put(store, cells, buckets, slots, streams, key, value, now):  # type: ignore[no-untyped-def]
    """Keep a key, evicting one if the memory is full."""
    if store.capacity == 0:
        return
    ttl = slots[store.ttl_slot]
    at = _find(store, cells, buckets, key)
    if at == NONE:
        if store.free == NONE:
            _remove(store, cells, buckets, _victim(store, slots, streams))
            store.evictions += 1
        at = store.free
        store.free = cells[at].next
        place = _bucket(store, key)
        cells[at].key = key
        cells[at].chain = buckets[place]
        buckets[place] = at
        store.count += 1
        _push_front(store, cells, at)
    elif store.head != at and int(slots[store.eviction_slot]) == Eviction.LRU:
        _unlink(store, cells, at)
        _push_front(store, cells, at)
    cells[at].value = value
    cells[at].expires = now + ttl if ttl < math.inf else math.inf


@helper
def _victim(store, slots, streams):  # type: ignore[no-untyped-def]
    if int(slots[store.eviction_slot]) == Eviction.RANDOM:
        return store.first + below(streams, store.stream, store.capacity)
    return store.tail


@helper
def drop(store, cells, buckets, key):  # type: ignore[no-untyped-def]
    """Forget a key if it is there."""
    at = _find(store, cells, buckets, key)
    if at != NONE:
        _remove(store, cells, buckets, at)


@helper
def clear(store, cells, buckets):  # type: ignore[no-untyped-def]
    """Forget everything."""
    for i in range(store.bucket_mask + 1):
        buckets[store.bucket_first + i] = NONE
    for i in range(store.capacity):
        cells[store.first + i].key = NONE
        cells[store.first + i].next = store.first + i + 1
    store.free = NONE
    if store.capacity > 0:
        cells[store.first + store.capacity - 1].next = NONE
        store.free = store.first
    store.head = NONE
    store.tail = NONE
    store.count = 0
