"""Sharing: jobs that divide one capacity equally, each going at most at its own limit (processor sharing).

All jobs of a resource progress at the same rate, so one clock of attained service is enough: a job that joins at V with
work w is done when that clock shows V + w, whoever joins or leaves meanwhile. The jobs stand in a skew heap ordered by
that mark (Sleator & Tarjan 1986), linked through their own activities: `prev` and `next` are the children, `child`
the parent, `list` the resource, `due` the mark. An event that comes too early, because others have joined since it was
planned, plans the next one; so a resource has one event ahead of it, and seldom a void one.
"""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.program import NONE

#: An event whose `what` is at most this one belongs to a resource: SHARE_EVENT - its index.
SHARE_EVENT = -(1 << 30)


@part
def _merge(activities, one, other):  # type: ignore[no-untyped-def]
    """Make one heap of two that are not empty; returns its root. Each heap on the way swaps its children."""
    if activities[other].due < activities[one].due:
        one, other = other, one
    root = one
    while other != NONE:
        act = activities[one]
        right = np.int64(act.next)
        act.next = act.prev
        if right == NONE:
            lower, other = other, np.int64(NONE)
        elif activities[other].due < activities[right].due:
            lower, other = other, right
        else:
            lower = right
        act.prev = lower
        activities[lower].child = one
        one = lower
    return root


@part
def settle_share(share, now):  # type: ignore[no-untyped-def]
    """Bring the clock of attained service up to now."""
    elapsed = now - share.since
    if elapsed > 0.0 and share.count > 0:
        share.attained += elapsed * share.rate
        share.work_done += elapsed * share.rate * share.count
    share.since = now


@part
def rate_of(s, share):  # type: ignore[no-untyped-def]
    """Return the work per second that each job gets; contention as in `simcore.program.Pool`."""
    rate = share.factor * min(s.slots[share.limit_slot], s.slots[share.capacity_slot] / share.count)
    if share.contention_slot != NONE:
        others = share.count - 1
        alpha = s.slots[share.contention_slot]
        beta = s.slots[share.contention_slot + 1]
        rate /= 1.0 + alpha * others + beta * others * share.count
    return rate


@helper
def retune(s, index):  # type: ignore[no-untyped-def]
    """Take in that the number of jobs, the capacity or the factor has changed; the clock has been settled."""
    ctl = s.control[0]
    share = s.shares[index]
    if share.count == 0:
        share.attained = 0.0
        share.rate = 0.0
        return
    share.rate = rate_of(s, share)
    if share.rate > 0.0:
        due = ctl.now + max(s.activities[share.root].due - share.attained, 0.0) / share.rate
        if due < share.armed:
            share.armed = due
            plan(s.heap, ctl, due, SHARE_EVENT - index, 0)


@helper
def join(s, index, a, work):  # type: ignore[no-untyped-def]
    """Let an activity have its share until so much work is done."""
    share = s.shares[index]
    settle_share(share, s.control[0].now)
    act = s.activities[a]
    act.prev = NONE
    act.next = NONE
    act.child = NONE
    act.list = index
    act.due = share.attained + work
    if share.count == 0:
        share.root = a
    else:
        share.root = _merge(s.activities, np.int64(share.root), a)
    share.count += 1
    retune(s, index)


@part
def _take_out(s, share, a):  # type: ignore[no-untyped-def]
    act = s.activities[a]
    left, right = np.int64(act.prev), np.int64(act.next)
    if left != NONE and right != NONE:
        left = _merge(s.activities, left, right)
    elif left == NONE:
        left = right
    if left != NONE:
        s.activities[left].child = act.child
    if act.child == NONE:
        share.root = left
    elif s.activities[act.child].prev == a:
        s.activities[act.child].prev = left
    else:
        s.activities[act.child].next = left
    share.count -= 1


@helper
def leave_share(s, a):  # type: ignore[no-untyped-def]
    """Take a job out before it is done."""
    index = np.int64(s.activities[a].list)
    share = s.shares[index]
    settle_share(share, s.control[0].now)
    _take_out(s, share, a)
    retune(s, index)


@helper
def next_done(s, index):  # type: ignore[no-untyped-def]
    """Take out and return a job that is done by now; NONE when there is none, and then the next event is planned."""
    now = s.control[0].now
    share = s.shares[index]
    settle_share(share, now)
    a = np.int64(share.root) if share.count > 0 else np.int64(NONE)
    if a != NONE:
        left = s.activities[a].due - share.attained
        # What is left may be too little for the clock to tell; then it is done.
        if left > 0.0 and not now + left / share.rate <= now:
            a = np.int64(NONE)
    if a != NONE:
        _take_out(s, share, a)
    else:
        if share.armed <= now:
            share.armed = math.inf
        retune(s, index)
    return a
