"""Fetching ahead what events will need, while others are worked on: it changes no result, only how long memory is waited for.

Where everything is near the processor anyway, the instructions for it would cost more than they spare: a seventh of the
time of a small model.
"""

from __future__ import annotations

import numpy as np

from simcore.engine.arrivals import class_at
from simcore.engine.jit import part, prefetch
from simcore.engine.rng import foreseen
from simcore.engine.stores import bucket_of
from simcore.engine.tables import ARRIVING, RETURNING
from simcore.program import NONE, Op

#: A table of so many activities, or the tables of so many nodes, fit into a second-level cache of 1 MiB.
NEAR_ACTIVITIES = 8192
NEAR_NODES = 256
#: The same of the memories' entries, with all that is known about their keys.
NEAR_ENTRIES = 8192


@part
def foresee_arrival(s, e, label, act):  # type: ignore[no-untyped-def]
    """Fetch what a callee begins with at its node, and the version that its caller may compare the answer's with."""
    prefetch(s.code, label, 0)
    prefetch(s.code, label, 64)
    store = np.int64(s.nodes[s.edges[e].target].store)
    if store != NONE:
        prefetch(s.buckets, bucket_of(s.stores[store], act.key), 0)
    later = s.code[min(act.pc + 1, s.code.shape[0] - 1)]
    if later.op == Op.LOG:
        prefetch(s.versions, later.b * s.versions.shape[1] + act.key, 0)


@part
def foresee_request(s, index):  # type: ignore[no-untyped-def]
    """Fetch what the next arrival of a source will need to know its key."""
    stream = s.sources[index].stream
    kind = s.classes[class_at(s, foreseen(s.streams, stream + 1))]
    prefetch(s.aliases, kind.alias_first + int(foreseen(s.streams, stream + 2) * kind.key_count), 0)


@part
def foresee_answer(s, a):  # type: ignore[no-untyped-def]
    """Fetch what an answer on its way will need: its caller, and where the call is counted."""
    act = s.activities[a]
    prefetch(s.activities, act.parent, 0)
    prefetch(s.activities, act.parent, 64)
    prefetch(s.meters, s.edges[act.edge].meter, 0)


@part
def foresee_next(s, ahead):  # type: ignore[no-untyped-def]
    """Fetch what the next event will need, and the activities of those that may come after it."""
    for i in range(1, 5):
        after = np.int64(s.heap[i].what)
        prefetch(s.activities, after, 0)
        prefetch(s.activities, after, 64)
    if ahead >= 0:
        soon = s.activities[ahead]
        if soon.wait == RETURNING:
            caller = s.activities[soon.parent]  # `foresee_answer` has fetched it
            prefetch(s.code, caller.pc, 0)
            prefetch(s.timers, caller.list, 0)
            prefetch(s.activities, caller.prev, 0)
            prefetch(s.activities, caller.next, 0)
            prefetch(s.edges, soon.edge, 0)
        else:
            here = s.nodes[soon.node]
            prefetch(s.code, soon.pc, 0)
            prefetch(s.code, soon.pc, 64)
            prefetch(s.meters, here.meter, 0)
            prefetch(s.pools, here.main_pool, 0)
            prefetch(s.edges, soon.edge, 0)
            if here.store != NONE:
                prefetch(s.stores, here.store, 0)
                prefetch(s.stores, here.store, 64)
                cell = np.int64(s.buckets[bucket_of(s.stores[here.store], soon.key)])
                if soon.wait == ARRIVING:  # when it was sent the bucket was fetched
                    prefetch(s.cells, cell, 0)
                    prefetch(s.order, cell, 0)
                elif cell != NONE:  # and now its entry is there
                    prefetch(s.order, s.order[cell].prev, 0)
                    prefetch(s.order, s.order[cell].next, 0)
            service = s.code[min(soon.pc + 1, s.code.shape[0] - 1)]  # behind the worker that it takes
            if soon.wait == ARRIVING and service.op == Op.HOLD:
                prefetch(s.slots, service.a, 0)
                prefetch(s.streams, service.b, 0)
            if here.cluster != NONE:
                prefetch(s.versions, here.cluster * s.versions.shape[1] + soon.key, 0)
