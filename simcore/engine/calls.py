"""Calls: sending a request over an edge, its arrival, its end, and the answer's way back."""

from __future__ import annotations

import numpy as np

from simcore.engine.activities import allot, failure_label, frozen, give_up, inherit
from simcore.engine.closed import rest
from simcore.engine.extras import need_extra
from simcore.engine.flights import let_go
from simcore.engine.giving_up import cancel, heed
from simcore.engine.heap import plan
from simcore.engine.jit import part
from simcore.engine.links import bill_back, bill_out, come_back, depart, fetch, varied_latency
from simcore.engine.meters import begin_span, end_span, end_trace, enter, leave, leave_edge, lost_span
from simcore.engine.pools import unlink
from simcore.engine.rng import draw, uniform
from simcore.engine.tables import (
    ANSWER_CARRIES,
    ARRIVING,
    COUNTS_EDGE,
    CUT_ANSWERS,
    CUT_REQUESTS,
    GIVES_TARGET,
    HAS_DEADLINE,
    IS_DAEMON,
    IS_PROBE,
    IS_ROOT,
    IS_TRACED,
    METERED,
    ON_CALL,
    PARKED,
    RETURNING,
    RUNNING,
    STOPPABLE,
)
from simcore.program import NONE, Cause, DelayMode

OK = np.int64(Cause.OK)
PARTITIONED = np.int64(Cause.PARTITIONED)
PACKET_LOST = np.int64(Cause.PACKET_LOST)
CANCELLED = np.int64(Cause.CANCELLED)
DEADLINE_EXCEEDED = np.int64(Cause.DEADLINE_EXCEEDED)
GOES_ON = np.int64(NONE)
ELSEWHERE = -1.0


@part
def latency_of(s, e):  # type: ignore[no-untyped-def]
    return s.edges[e].latency_s * s.edges[e].slowness


@part
def begin(s, a):  # type: ignore[no-untyped-def]
    """An activity reaches its node."""
    act = s.activities[a]
    act.wait = RUNNING
    act.started = s.control[0].now
    if act.marks & IS_PROBE == 0:
        act.marks |= METERED
        enter(s.meters, s.nodes[act.node].meter, act.started)
    if act.marks & IS_TRACED:
        begin_span(s, a, np.int64(s.extras[act.extra].span))


@part
def due_of(s, act, called_at, timeout_slot):  # type: ignore[no-untyped-def]
    """Return when an activity gives a call up: after its own timeout, or at its deadline if that is sooner."""
    due = called_at + s.slots[timeout_slot]
    if act.marks & HAS_DEADLINE:
        due = max(min(due, s.extras[act.extra].deadline), s.control[0].now)
    return due


@part
def marks_of(port):  # type: ignore[no-untyped-def]
    """Return the marks that a call's port operand (with `CallFlag`) gives to the callee."""
    return (port >> 1) & STOPPABLE


@part
def send(s, a, e, label, flags):  # type: ignore[no-untyped-def]
    """Send a callee over an edge. Returns it if it is there at once, NONE if it is on its way or lost.

    The caller's `due` is the deadline of a callee that knows one.
    """
    ctl = s.control[0]
    act = s.activities[a]
    edge = s.edges[e]
    if flags & IS_PROBE == 0:
        enter(s.meters, edge.meter, ctl.now)
        edge.outstanding += 1
    loss = edge.loss_ratio + edge.loss
    arrived = GOES_ON
    if edge.partitioned & CUT_REQUESTS == 0 and (loss == 0.0 or uniform(s.streams, edge.stream) >= loss):
        c = allot(s.activities, ctl)
        child = s.activities[c]
        child.marks = flags
        inherit(s, act, child)
        child.pc = label
        child.node = edge.target
        child.parent = a
        child.parent_stamp = act.stamp
        child.edge = e
        child.called = ctl.now
        if act.child >= 0:
            need_extra(s, child)
            s.extras[child.extra].sibling = act.child
        act.child = c
        if flags & HAS_DEADLINE:
            need_extra(s, child)
            s.extras[child.extra].deadline = act.due
        child.wait = ARRIVING
        if edge.tariff:
            bill_out(s, c, e, label)
        if edge.varied:
            depart(s, c, e, label)
        else:
            latency = latency_of(s, e)
            if latency > 0.0:
                plan(s.heap, ctl, ctl.now + latency, c, child.stamp)
            else:
                arrived = c
    else:
        if act.marks & IS_TRACED:
            lost_span(s, a, e)
        cause = PARTITIONED if edge.partitioned & CUT_REQUESTS else PACKET_LOST
        if flags & COUNTS_EDGE:
            leave_edge(s, e, cause, 0.0)
        else:
            act.child = -1 - cause
    return arrived


@part
def finish(s, a, cause):  # type: ignore[no-untyped-def]
    """End an activity. Returns whether its caller is to be told at once."""
    ctl = s.control[0]
    act = s.activities[a]
    let_go(s, a)
    took = ctl.now - act.started
    if act.marks & METERED:
        leave(s.meters, s.window, s.nodes[act.node].meter, cause, took, act.waited, ctl.now)
    if act.marks & IS_TRACED:
        end_span(s, a, cause)
    tell = False
    if act.marks & ANSWER_CARRIES:
        bill_back(s, a, cause)
    if act.marks & IS_ROOT:
        leave(s.meters, s.window, s.classes[act.class_id].meter, cause, took, act.waited, ctl.now)
        ctl.roots_in_flight -= 1
        if act.marks & IS_TRACED:
            end_trace(s, a, cause, act.blame)
        if act.marks & IS_DAEMON:
            rest(s, a)
        else:
            give_up(s, a)
    elif act.parent == NONE or s.edges[act.edge].partitioned & CUT_ANSWERS or cause == CANCELLED:
        swallowed = act.parent != NONE and cause != CANCELLED
        if act.marks & COUNTS_EDGE:
            leave_edge(s, act.edge, PARTITIONED if swallowed else cause, ctl.now - act.called)
        elif swallowed and s.activities[act.parent].stamp == act.parent_stamp:
            s.activities[act.parent].child = -1 - PARTITIONED
        give_up(s, a)
    else:
        act.cause = cause
        if s.edges[act.edge].varied:
            act.wait = RETURNING
            act.stamp += 1
            come_back(s, a)
        else:
            latency = latency_of(s, act.edge)
            tell = latency == 0.0
            if not tell:
                act.wait = RETURNING
                act.stamp += 1
                plan(s.heap, ctl, ctl.now + latency, a, act.stamp)
    return tell


@part
def deliver(s, a):  # type: ignore[no-untyped-def]
    """Bring an answer or a failure to the caller. Returns the caller if it goes on, else NONE."""
    ctl = s.control[0]
    act = s.activities[a]
    p = np.int64(act.parent)
    parent = s.activities[p]
    waits = parent.stamp == act.parent_stamp
    single = waits and parent.wait == ON_CALL
    if act.marks & COUNTS_EDGE or (single and act.marks & IS_PROBE == 0):
        leave_edge(s, act.edge, np.int64(act.cause), ctl.now - act.called)
    failed = act.cause != OK
    if waits and not failed and act.version > parent.version:
        parent.version = act.version
    if not waits:
        s.meters[s.nodes[act.node].meter].wasted += (
            act.marks & METERED != 0 and act.cause != DEADLINE_EXCEEDED
        )
    elif not single:
        fork = s.extras[parent.extra]
        fork.pending -= 1
        fork.need -= act.cause == OK
        waits = fork.need == 0 or fork.pending < fork.need
        failed = fork.need > 0
    goes_on = GOES_ON
    if waits:
        if not single and s.extras[parent.extra].pending > 0:
            cancel(s, p)
        unlink(s.activities, s.timers[parent.list], p)
        parent.stamp += 1
        parent.calling = act.edge
        parent.wait = RUNNING
        parent.hit = act.hit
        if act.marks & GIVES_TARGET:
            parent.target = act.target
        if failed:
            parent.cause = act.cause
            parent.blame = act.blame
            parent.pc = failure_label(s, parent)
        elif parent.extra != NONE:
            s.extras[parent.extra].attempt = 0
        if parent.marks & STOPPABLE:
            heed(s, p)
        if frozen(s, parent):
            parent.wait = PARKED
        else:
            goes_on = p
    give_up(s, a)
    return goes_on


@part
def delay(s, a, act, ins):  # type: ignore[no-untyped-def]
    """Return how long a DELAY takes; ELSEWHERE when a link has taken charge of it."""
    if ins.c == DelayMode.LINK:
        e = np.int64(act.target if ins.b == NONE else ins.b)
        if s.edges[e].tariff and ins.b != NONE:
            s.edges[e].bytes_out += act.payload
        if not s.edges[e].varied:
            d = latency_of(s, e)
        elif ins.b == NONE:  # records of replication, whose sizes are not followed
            d = varied_latency(s, e)
        else:
            fetch(s, a, e)
            d = ELSEWHERE
    else:
        d = draw(s.slots, ins.a, s.streams, ins.b)
        if ins.c == DelayMode.BACKOFF:
            if act.extra != NONE:
                d *= 2.0 ** max(s.extras[act.extra].attempt - 1, 0)
            if ins.d != NONE:
                d = min(d, s.slots[ins.d])
            d *= uniform(s.streams, ins.b)
    return d
