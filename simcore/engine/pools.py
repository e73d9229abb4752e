"""Workers behind one queue: taking one, giving it back, and who is next."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.extras import expect_to_hold, take_hold
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.meters import bin_of
from simcore.engine.tables import IN_QUEUE, LINES, PREEMPTED, RUNNING, SERVED
from simcore.program import NONE, PRIORITY_LEVELS, Cause, Discipline

#: Label of the instruction that passes a failure on; every program begins with it.
PASS_ON = 0


@part
def settle_capacity(pool, now):  # type: ignore[no-untyped-def]
    """Bring the integral of the capacity up to now: needed only before the capacity changes."""
    if pool.capacity < math.inf:
        pool.capacity_integral += (now - pool.capacity_since) * pool.capacity
    pool.capacity_since = now


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
def link_last(activities, lines, index, a):  # type: ignore[no-untyped-def]
    """Put an activity at the end of a line."""
    act = activities[a]
    line = lines[index]
    act.list = index
    act.prev = line.tail
    act.next = NONE
    if line.tail == NONE:
        line.head = a
    else:
        activities[line.tail].next = a
    line.tail = a


@part
def link_first(activities, lines, index, a):  # type: ignore[no-untyped-def]
    """Put an activity at the head of a line."""
    act = activities[a]
    line = lines[index]
    act.list = index
    act.prev = NONE
    act.next = line.head
    if line.head == NONE:
        line.tail = a
    else:
        activities[line.head].prev = a
    line.head = a


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
def wait_in_line(s, index, a):  # type: ignore[no-untyped-def]
    """Join those who wait for a worker of a pool: behind them, before them, or where the priority says."""
    pool = s.pools[index]
    discipline = int(s.slots[pool.discipline_slot])
    first = index * LINES
    if discipline == Discipline.LIFO:
        link_first(s.activities, s.lines, first, a)
    elif discipline == Discipline.FIFO:
        link_last(s.activities, s.lines, first, a)
    else:
        link_last(s.activities, s.lines, first + level_of(s, a), a)
    expect_to_hold(s, s.activities[a])
    s.activities[a].wait = IN_QUEUE
    s.activities[a].due = s.control[0].now
    if pool.queued == 0:
        pool.filled = s.control[0].now
    pool.queued += 1
    pool.queue_clock -= s.control[0].now


@part
def level_of(s, a):  # type: ignore[no-untyped-def]
    return min(int(s.classes[s.activities[a].class_id].priority), PRIORITY_LEVELS - 1)


@part
def leave_line(s, a):  # type: ignore[no-untyped-def]
    """Take an activity that waits for a worker, or is served by one, out of its line."""
    act = s.activities[a]
    unlink(s.activities, s.lines[act.list], a)
    if act.wait == IN_QUEUE:
        pool = s.pools[act.list // LINES]
        pool.queued -= 1
        pool.queue_clock += s.control[0].now


@helper
def make_way(s, index, a):  # type: ignore[no-untyped-def]
    """Let the least important of those whom the pool serves interruptibly wait, if `a` is more important.

    Returns whether one did: `a` then has its worker. Of equals, the one who was taken on last makes way.
    """
    pool = s.pools[index]
    first = index * LINES
    level = PRIORITY_LEVELS - 1
    while level > level_of(s, a) and s.lines[first + PRIORITY_LEVELS + level].head == NONE:
        level -= 1
    if level <= level_of(s, a):
        return False
    now = s.control[0].now
    v = np.int64(s.lines[first + PRIORITY_LEVELS + level].tail)
    victim = s.activities[v]
    unlink(s.activities, s.lines[victim.list], v)
    victim.stamp += 1
    victim.calling = PREEMPTED
    victim.called_at = victim.due - now
    victim.held_count -= 1  # of its pool, which it took last: it is being served
    victim.wait = IN_QUEUE
    victim.due = now
    link_first(s.activities, s.lines, first + level, v)
    pool.queued += 1
    pool.queue_clock -= now
    pool.acquired += 1
    take_hold(s, s.activities[a], index)
    return True


@helper
def be_served(s, index, a, time_s):  # type: ignore[no-untyped-def]
    """Return how long service takes among so many others; where the pool is preemptive, make it interruptible."""
    pool = s.pools[index]
    others = pool.in_use - 1
    alpha = s.slots[pool.contention_slot]
    beta = s.slots[pool.contention_slot + 1]
    time_s *= 1.0 + alpha * others + beta * others * pool.in_use
    if int(s.slots[pool.discipline_slot]) == Discipline.PREEMPTIVE:
        _serve_interruptibly(s, index, a, time_s)
    return time_s


@part
def _serve_interruptibly(s, index, a, time_s):  # type: ignore[no-untyped-def]
    act = s.activities[a]
    act.wait = SERVED
    act.due = s.control[0].now + time_s
    link_last(s.activities, s.lines, index * LINES + PRIORITY_LEVELS + level_of(s, a), a)


@helper
def _resume(s, index, a):  # type: ignore[no-untyped-def]
    """Go on with a service that was interrupted."""
    act = s.activities[a]
    act.calling = NONE
    _serve_interruptibly(s, index, a, act.called_at)
    plan(s.heap, s.control[0], act.due, a, act.stamp)


@helper
def _shed(s, pool, act, a, waited):  # type: ignore[no-untyped-def]
    """Turn away who has waited too long, unless it has been served in part or the queue was empty not long ago."""
    ctl = s.control[0]
    if act.calling == PREEMPTED or ctl.now - pool.filled < s.slots[pool.shed_slot + 1]:
        return False
    pool.rejected += 1
    act.waited += waited
    act.cause = Cause.SHED
    act.blame = pool.node
    act.pc = PASS_ON
    wake(s.ready, ctl, act, a)
    return True


@part
def serve_next(s, index):  # type: ignore[no-untyped-def]
    """Hand free workers to those who wait: by priority, then in order."""
    pool = s.pools[index]
    ctl = s.control[0]
    while pool.queued > 0 and pool.in_use < pool.capacity:
        line = index * LINES
        while s.lines[line].head == NONE:
            line += 1
        a = np.int64(s.lines[line].head)
        act = s.activities[a]
        unlink(s.activities, s.lines[line], a)
        pool.queued -= 1
        pool.queue_clock += ctl.now
        waited = ctl.now - act.due
        if waited > s.slots[pool.shed_slot] and _shed(s, pool, act, a, waited):
            continue
        pool.in_use += 1
        pool.busy_clock -= ctl.now
        pool.acquired += 1
        pool.wait_sum += waited
        pool.waited += 1
        s.waits[index, bin_of(waited)] += 1
        act.waited += waited
        take_hold(s, act, index)
        if act.calling == PREEMPTED:
            _resume(s, index, a)
        else:
            wake(s.ready, ctl, act, a)


@part
def give_back(s, index):  # type: ignore[no-untyped-def]
    """Free one worker, straight to the next in line."""
    pool = s.pools[index]
    pool.in_use -= 1
    pool.busy_clock += s.control[0].now
    if pool.queued > 0:
        serve_next(s, index)
