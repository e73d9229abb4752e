"""Calls of several at once, second copies of slow calls, and calls that are given up when their time is over."""

from __future__ import annotations

import math

import numpy as np

from simcore.call_words import PORT_BITS, CallFlag
from simcore.engine.activities import failure_label, resume_failed, set_deadline
from simcore.engine.calls import begin, due_of, marks_of, send
from simcore.engine.extras import need_extra, set_value, value_of
from simcore.engine.giving_up import cancel, leave_call
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.pools import unlink, wake
from simcore.engine.replication import copy_sent
from simcore.engine.routing import Routes, next_copy, pick
from simcore.engine.tables import COUNTS_EDGE, FREE, HAS_DEADLINE, IS_PROBE, ON_CALL, ON_FORK
from simcore.program import NONE, Cause, Port

TIMED_OUT = np.int64(Cause.TIMED_OUT)
DEADLINE_EXCEEDED = np.int64(Cause.DEADLINE_EXCEEDED)


@helper
def _enough(s, act, group, ins):  # type: ignore[no-untyped-def]
    """Tell whether as many members that have the key as must answer are believed healthy: a quorum never shrinks."""
    healthy = 0
    below = np.int64(1) << 62
    for _ in range(min(int(group.count), int(s.slots[group.copies_slot]))):
        e, below = next_copy(s, group, act.key, below)
        healthy += s.edges[e].healthy
    return healthy >= s.slots[ins.d]


@helper
def fork(s, a, ins):  # type: ignore[no-untyped-def]
    """Call every healthy member, or those that have the key. Returns False when there is none to wait for."""
    ctl = s.control[0]
    act = s.activities[a]
    act.child = NONE
    act.calling = NONE
    act.called_at = ctl.now
    act.due = due_of(s, act, ctl.now, ins.d + 1)
    need_extra(s, act)
    s.extras[act.extra].pending = 0
    if ins.b & CallFlag.HEDGES:
        return _fork_hedged(s, a, ins)
    if ins.b & CallFlag.WITHIN:
        return _fork_within(s, a, ins)
    group = s.groups[ins.a]
    members = int(group.count)
    below = np.int64(1) << 62
    if group.copies_slot != NONE:
        members = min(members, int(s.slots[group.copies_slot]))
        if not _enough(s, act, group, ins):
            act.cause = Cause.NO_HEALTHY_TARGET
            act.blame = act.node
            act.pc = failure_label(s, act)
            return False
    for i in range(members):
        e = np.int64(s.members[group.first + i])
        if group.copies_slot != NONE:
            at, below = next_copy(s, group, act.key, below)
            e = np.int64(at)
        if s.edges[e].healthy:
            _send_forked(s, a, e, ins)
    called = int(s.extras[act.extra].pending)
    if called == 0:
        return False
    need = int(s.slots[ins.d])
    s.extras[act.extra].need = called if need == 0 else min(need, called)
    act.wait = ON_FORK
    set_deadline(s, ins.e, a, act.due)
    return True


@helper
def _fork_within(s, a, ins):  # type: ignore[no-untyped-def]
    """Divide a request into numbered parts at its own node. They are no requests of their own, and count as none."""
    act = s.activities[a]
    e = np.int64(s.members[s.groups[ins.a].first])
    label = np.int64(s.entries[act.node, ins.b & PORT_BITS])
    count = int(s.slots[ins.d + 2])
    if count == 0 or label == NONE:
        return False
    for number in range(count):
        c = send(s, a, e, label, IS_PROBE | marks_of(ins.b))
        set_value(s, s.activities[c], np.int64(number))
        begin(s, c)
        wake(s.ready, s.control[0], s.activities[c], c)
    need = int(s.slots[ins.d])
    s.extras[act.extra].pending = count
    s.extras[act.extra].need = count if need == 0 else min(need, count)
    act.wait = ON_FORK
    set_deadline(s, ins.e, a, act.due)
    return True


@helper
def _send_forked(s, a, e, ins):  # type: ignore[no-untyped-def]
    """Send one callee of a fork, unless the member has no such port."""
    label = np.int64(s.entries[s.edges[e].target, ins.b & PORT_BITS])
    if label == NONE:
        return
    act = s.activities[a]
    s.extras[act.extra].pending += 1
    before = act.child
    c = send(s, a, e, label, COUNTS_EDGE | marks_of(ins.b))
    if ins.b & PORT_BITS == Port.REPLICATE and act.child != before:
        copy_sent(s.nodes[s.edges[e].target], s.nodes[act.node], value_of(s, act))
    if c != NONE:
        begin(s, c)
        wake(s.ready, s.control[0], s.activities[c], c)


@helper
def send_copy(s, a, ins):  # type: ignore[no-untyped-def]
    """Send a copy of a hedged call to a member that has none yet, or to the same one if there is no other."""
    act = s.activities[a]
    routes = Routes(s.groups, s.members, s.drawn, s.edges, s.slots, s.streams, s.clusters)
    asked = NONE
    if act.child >= 0:
        child = s.activities[act.child]
        if child.parent == a and child.parent_stamp == act.stamp:
            asked = child.edge
        # When its answer was lost, the copy may get its place, and must not be its own sibling.
        if child.wait == FREE:
            act.child = NONE
    if asked == NONE:
        e = np.int64(pick(routes, ins.a, act.key, act.target))
    else:
        believed = s.edges[asked].healthy
        s.edges[asked].healthy = 0
        e = np.int64(pick(routes, ins.a, act.key, act.target))
        s.edges[asked].healthy = believed
        if e == NONE:
            e = np.int64(asked)
    if e != NONE:
        _send_forked(s, a, e, ins)


@helper
def _fork_hedged(s, a, ins):  # type: ignore[no-untyped-def]
    """Send the first copy of a hedged call, and the second too if there is to be no pause. False when there is nobody."""
    act = s.activities[a]
    now = s.control[0].now
    due = act.due
    s.extras[act.extra].need = 1
    send_copy(s, a, ins)
    if s.extras[act.extra].pending == 0:
        act.cause = Cause.NO_HEALTHY_TARGET if s.groups[ins.a].count > 0 else Cause.NO_TARGET
        act.blame = act.node
        act.pc = failure_label(s, act)
        return False
    act.wait = ON_FORK
    pause = s.slots[ins.d + 2]
    if pause == 0.0:
        send_copy(s, a, ins)
    if pause == 0.0 or now + pause >= due:
        set_deadline(s, np.int64(ins.e + 1), a, due)
    else:
        set_deadline(s, np.int64(ins.e), a, now + pause)
    return True


@helper
def expire(s, index):  # type: ignore[no-untyped-def]
    """Give up the calls of one call site whose deadline has come; the callees go on working unless they are cancelled."""
    ctl = s.control[0]
    timers = s.timers[index]
    while timers.head != NONE and s.activities[timers.head].due <= ctl.now:
        a = np.int64(timers.head)
        act = s.activities[a]
        unlink(s.activities, timers, a)
        if act.wait == ON_FORK and _hedge(s, a):
            continue
        cause = (
            DEADLINE_EXCEEDED
            if act.marks & HAS_DEADLINE and s.extras[act.extra].deadline <= ctl.now
            else TIMED_OUT
        )
        blame = np.int64(act.node)
        if act.wait == ON_CALL and act.calling != NONE:
            blame = np.int64(s.edges[act.calling].target)
            leave_call(s, act, cause)
        cancel(s, a)
        resume_failed(s, a, cause, blame, failure_label(s, act))
    if timers.head == NONE:
        timers.armed = math.inf
    elif timers.armed <= ctl.now:
        timers.armed = s.activities[timers.head].due
        plan(s.heap, ctl, timers.armed, -2 - index, 0)


@part
def _hedge(s, a):  # type: ignore[no-untyped-def]
    """Send the second copy of a call if it is time for that; returns whether the activity still waits."""
    act = s.activities[a]
    ins = s.code[act.pc - 1]
    due = due_of(s, act, act.called_at, np.int64(ins.d + 1))
    if ins.b & CallFlag.HEDGES == 0 or act.list != ins.e or due <= s.control[0].now:
        return False
    act.due = due
    send_copy(s, a, ins)
    set_deadline(s, np.int64(ins.e + 1), a, due)
    return True
