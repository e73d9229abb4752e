"""Ending work that nobody waits for any more."""

from __future__ import annotations

import numpy as np

from simcore.engine.activities import resume_failed
from simcore.engine.jit import helper, part
from simcore.engine.meters import leave_edge
from simcore.engine.pools import PASS_ON, leave_line, unlink
from simcore.engine.tables import (
    CANCELLABLE,
    CUT_REQUESTS,
    FREE,
    HAS_DEADLINE,
    HUNG,
    IN_QUEUE,
    ON_CALL,
    ON_FORK,
)
from simcore.program import NONE, Cause

DEADLINE_EXCEEDED = np.int64(Cause.DEADLINE_EXCEEDED)
CANCELLED = np.int64(Cause.CANCELLED)


@part
def _is_called_by(s, c, a):  # type: ignore[no-untyped-def]
    """Tell whether a place still holds a callee of the call that an activity waits for."""
    if c < 0:
        return False
    child = s.activities[c]
    return child.wait != FREE and child.parent == a and child.parent_stamp == s.activities[a].stamp


@helper
def heed(s, a):  # type: ignore[no-untyped-def]
    """Let an activity that goes on end instead if its deadline has passed or its caller, who would cancel it, has gone.

    Both are known at once: the news takes no time, but it does not pass a partition.
    """
    act = s.activities[a]
    cause = NONE
    if act.marks & CANCELLABLE and s.activities[act.parent].stamp != act.parent_stamp:
        if not s.edges[act.edge].partitioned & CUT_REQUESTS:
            cause = int(CANCELLED)
    if cause == NONE and act.marks & HAS_DEADLINE and s.extras[act.extra].deadline <= s.control[0].now:
        cause = int(DEADLINE_EXCEEDED)
    if cause != NONE:
        if act.cause != cause:
            act.cause = cause
            act.blame = act.node
        act.pc = PASS_ON


@part
def leave_call(s, act, cause):  # type: ignore[no-untyped-def]
    """Count the end of a call that its caller gave up: what the network did to it matters more than why."""
    true = np.int64(-1 - act.child) if act.child < NONE else cause
    leave_edge(s, np.int64(act.calling), true, s.control[0].now - act.called_at)


@part
def _withdraw(s, c):  # type: ignore[no-untyped-def]
    """Take an activity out of the queue or the list of deadlines that it waits in."""
    child = s.activities[c]
    if child.wait == IN_QUEUE:
        leave_line(s, c)
        return
    unlink(s.activities, s.timers[child.list], c)
    if child.wait == ON_CALL and child.calling != NONE:
        leave_call(s, child, CANCELLED)


@helper
def cancel(s, a):  # type: ignore[no-untyped-def]
    """End the cancellable callees of an activity's call, and theirs, if they wait; those that work end by `heed`.

    To be called before the stamp of the activity changes. Those to be ended are linked by `next`.
    """
    first = np.int64(a)
    p = first
    top = np.int64(NONE)
    while p != NONE:
        c = np.int64(s.activities[p].child)
        while _is_called_by(s, c, p):
            child = s.activities[c]
            waits = child.wait == IN_QUEUE or child.wait == ON_CALL or child.wait == ON_FORK
            deaf = s.nodes[child.node].state == HUNG or s.edges[child.edge].partitioned & CUT_REQUESTS
            if child.marks & CANCELLABLE and waits and not deaf:
                _withdraw(s, c)
                child.next = top
                top = c
            older = np.int64(NONE)
            if child.extra != NONE:
                older = np.int64(s.extras[child.extra].sibling)
            c = older
        if p != first:
            resume_failed(s, p, CANCELLED, np.int64(s.activities[p].node), np.int64(PASS_ON))
        p = top
        if p != NONE:
            top = np.int64(s.activities[p].next)
