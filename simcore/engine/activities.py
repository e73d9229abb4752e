"""Activities: getting one, giving it back, and the deadlines of those that wait for an answer."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.meters import leave_edge
from simcore.engine.pools import unlink, wake
from simcore.engine.tables import FREE, HUNG, IS_DAEMON, ON_CALL, PARKED, RUNNING
from simcore.program import NONE, Cause

#: Label of the instruction that passes a failure on; every program begins with it.
PASS_ON = 0
TIMED_OUT = np.int64(Cause.TIMED_OUT)


@part
def allot(activities, ctl):  # type: ignore[no-untyped-def]
    """Take a free activity; the caller has made sure that there is one. Its stamp stays, all else is for the caller."""
    a = np.int64(ctl.free_activity)
    act = activities[a]
    ctl.free_activity = act.next
    ctl.free_count -= 1
    act.wait = RUNNING
    act.held_count = 0
    act.attempt = 0
    act.hit = 0
    act.marks = 0
    act.cause = 0
    act.parent = NONE
    act.edge = NONE
    act.target = NONE
    act.blame = NONE
    act.trace_id = NONE
    act.span = NONE
    act.calling = NONE
    act.value = 0
    act.version = 0
    act.waited = 0.0
    return a


@part
def give_up(activities, ctl, a):  # type: ignore[no-untyped-def]
    """Return an activity's place; whatever was planned for it is void."""
    act = activities[a]
    act.stamp += 1
    act.wait = FREE
    act.marks = 0
    act.next = ctl.free_activity
    ctl.free_activity = a
    ctl.free_count += 1


@part
def inherit(child, act):  # type: ignore[no-untyped-def]
    """Copy what a call hands on: who asks for what."""
    child.key = act.key
    child.user = act.user
    child.class_id = act.class_id
    child.payload = act.payload
    child.value = act.value
    child.version = act.version
    child.target = act.target
    child.pending = act.pending
    child.trace_id = act.trace_id


@part
def set_deadline(s, index, a, due):  # type: ignore[no-untyped-def]
    """Put a waiting activity into its call site's list, which is in order of deadline."""
    timers = s.timers[index]
    act = s.activities[a]
    act.due = due
    act.list = index
    after = timers.tail
    while after != NONE and s.activities[after].due > due:  # only after a timeout was shortened live
        after = s.activities[after].prev
    act.prev = after
    if after == NONE:
        act.next = timers.head
        timers.head = a
    else:
        act.next = s.activities[after].next
        s.activities[after].next = a
    if act.next == NONE:
        timers.tail = a
    else:
        s.activities[act.next].prev = a
    if due < timers.armed:
        timers.armed = due
        plan(s.heap, s.control[0], due, -2 - index, 0)


@part
def frozen(s, act):  # type: ignore[no-untyped-def]
    """Tell whether an activity cannot go on because its node hangs."""
    return s.nodes[act.node].state == HUNG and (act.held_count > 0 or act.marks & IS_DAEMON != 0)


@part
def resume_failed(s, a, cause, blame):  # type: ignore[no-untyped-def]
    """Let a caller go on at its failure label; the caller has unlinked it from every list."""
    act = s.activities[a]
    act.stamp += 1
    act.cause = cause
    act.blame = blame
    act.calling = NONE
    act.pc = act.on_failure
    if frozen(s, act):
        act.wait = PARKED
    else:
        wake(s.ready, s.control[0], act, a)


@helper
def expire(s, index):  # type: ignore[no-untyped-def]
    """Give up the calls of one call site whose deadline has come; the callees go on working for nobody."""
    ctl = s.control[0]
    timers = s.timers[index]
    while timers.head != NONE and s.activities[timers.head].due <= ctl.now:
        a = np.int64(timers.head)
        act = s.activities[a]
        unlink(s.activities, timers, a)
        blame = np.int64(act.node)
        if act.wait == ON_CALL and act.calling != NONE:
            blame = np.int64(s.edges[act.calling].target)
            leave_edge(s, np.int64(act.calling), TIMED_OUT, ctl.now - act.called_at)
        resume_failed(s, a, TIMED_OUT, blame)
    if timers.head == NONE:
        timers.armed = math.inf
    elif timers.armed <= ctl.now:
        timers.armed = s.activities[timers.head].due
        plan(s.heap, ctl, timers.armed, -2 - index, 0)
