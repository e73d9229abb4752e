"""Activities: getting one, giving it back, and the deadlines of those that wait for an answer."""

from __future__ import annotations

import numpy as np

from simcore.engine.extras import give_extra_back, hand_on
from simcore.engine.heap import plan
from simcore.engine.jit import part
from simcore.engine.pools import PASS_ON, wake
from simcore.engine.tables import FREE, HUNG, IS_DAEMON, PARKED, RUNNING
from simcore.program import NONE


@part
def allot(activities, ctl):  # type: ignore[no-untyped-def]
    """Take a free activity; the caller has made sure that there is one. Its stamp stays, all else is for the caller."""
    a = np.int64(ctl.free_activity)
    act = activities[a]
    ctl.free_activity = act.next
    ctl.free_count -= 1
    begin_anew(act)
    act.calling = NONE
    act.parent = NONE
    act.edge = NONE
    act.extra = NONE
    act.marks = 0
    act.held_count = 0
    act.wait = RUNNING
    return a


@part
def begin_anew(act):  # type: ignore[no-untyped-def]
    """Make the registers of an activity what they are before its first, or a person's next, request."""
    act.version = 0
    act.waited = 0.0
    act.target = NONE
    act.blame = NONE
    act.child = NONE
    act.cause = 0
    act.hit = 0


@part
def give_up(s, a):  # type: ignore[no-untyped-def]
    """Return an activity's place; whatever was planned for it is void."""
    ctl = s.control[0]
    act = s.activities[a]
    give_extra_back(s, act)
    act.stamp += 1
    act.wait = FREE
    act.marks = 0
    act.next = ctl.free_activity
    ctl.free_activity = a
    ctl.free_count += 1


@part
def inherit(s, act, child):  # type: ignore[no-untyped-def]
    """Copy what a call hands on: who asks for what."""
    if act.extra != NONE:
        hand_on(s, act, child)
    child.version = act.version
    child.payload = act.payload
    child.key = act.key
    child.user = act.user
    child.target = act.target
    child.class_id = act.class_id


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
def failure_label(s, act):  # type: ignore[no-untyped-def]
    """Return where an activity goes on when the call that it waits for fails: what it waits at is that call."""
    label = np.int64(s.code[act.pc - 1].c)
    if label == NONE:
        label = np.int64(PASS_ON)
    return label


@part
def resume_failed(s, a, cause, blame, label):  # type: ignore[no-untyped-def]
    """Let a caller go on at a label, mostly that of its failure; the caller has unlinked it from every list."""
    act = s.activities[a]
    act.stamp += 1
    act.cause = cause
    act.blame = blame
    act.pc = label
    if frozen(s, act):
        act.wait = PARKED
    else:
        wake(s.ready, s.control[0], act, a)
