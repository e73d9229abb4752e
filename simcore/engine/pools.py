"""Workers behind one queue: taking one, giving it back, and who is next."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.jit import part
from simcore.engine.meters import bin_of
from simcore.engine.tables import IN_QUEUE, RUNNING
from simcore.program import NONE


@part
def settle(pool, slots, now):  # type: ignore[no-untyped-def]
    """Bring the pool's time integrals up to now."""
    elapsed = now - pool.since
    pool.busy_integral += elapsed * pool.in_use
    pool.queue_integral += elapsed * pool.queued
    if slots[pool.capacity_slot] < math.inf:
        pool.capacity_integral += elapsed * slots[pool.capacity_slot]
    pool.since = now


@part
def wake(ready, ctl, activity, a):  # type: ignore[no-untyped-def]
    """Let an activity go on at this instant, after those already waiting to."""
    activity.wait = RUNNING
    size = ready.shape[0]
    at = ctl.ready_head + ctl.ready_count
    if at >= size:
        at -= size
    ready[at] = (np.int64(activity.stamp) << 32) | a  # the stamp, for it may be killed before its turn comes
    ctl.ready_count += 1


@part
def link_last(activities, pool, index, a):  # type: ignore[no-untyped-def]
    """Put an activity at the end of the pool's queue."""
    act = activities[a]
    act.prev = pool.tail
    act.next = NONE
    act.list = index
    act.wait = IN_QUEUE
    if pool.tail == NONE:
        pool.head = a
    else:
        activities[pool.tail].next = a
    pool.tail = a
    pool.queued += 1


@part
def unlink(activities, holder, a):  # type: ignore[no-untyped-def]
    """Take an activity out of the list whose `head` and `tail` the holder keeps."""
    act = activities[a]
    if act.prev == NONE:
        holder.head = act.next
    else:
        activities[act.prev].next = act.next
    if act.next == NONE:
        holder.tail = act.prev
    else:
        activities[act.next].prev = act.prev


@part
def serve_next(s, index):  # type: ignore[no-untyped-def]
    """Hand free workers to those who wait, in order."""
    pool = s.pools[index]
    ctl = s.control[0]
    while pool.queued > 0 and pool.in_use < s.slots[pool.capacity_slot]:
        settle(pool, s.slots, ctl.now)
        a = np.int64(pool.head)
        act = s.activities[a]
        unlink(s.activities, pool, a)
        pool.queued -= 1
        pool.in_use += 1
        pool.acquired += 1
        waited = ctl.now - act.due
        pool.wait_sum += waited
        pool.waited += 1
        s.waits[index, bin_of(waited)] += 1
        act.waited += waited
        act.held[act.held_count] = index
        act.held_count += 1
        wake(s.ready, ctl, act, a)


@part
def give_back(s, index):  # type: ignore[no-untyped-def]
    """Free one worker, straight to the next in line."""
    pool = s.pools[index]
    settle(pool, s.slots, s.control[0].now)
    pool.in_use -= 1
    if pool.queued > 0:
        serve_next(s, index)
