"""Calls: sending a request over an edge, its arrival, its end, and the answer's way back."""

from __future__ import annotations

import numpy as np

from simcore.engine.activities import PASS_ON, allot, frozen, give_up, inherit, set_deadline
from simcore.engine.flights import let_go
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.links import come_back, depart, fetch, varied_latency
from simcore.engine.meters import begin_span, end_span, end_trace, enter, leave, leave_edge, lost_span
from simcore.engine.pools import unlink, wake
from simcore.engine.rng import draw, uniform
from simcore.engine.tables import (
    ARRIVING,
    COUNTS_EDGE,
    CUT_ANSWERS,
    CUT_REQUESTS,
    GIVES_TARGET,
    IS_PROBE,
    IS_ROOT,
    METERED,
    ON_CALL,
    ON_FORK,
    PARKED,
    RETURNING,
    RUNNING,
)
from simcore.program import NONE, Cause, DelayMode

OK = np.int64(Cause.OK)
PARTITIONED = np.int64(Cause.PARTITIONED)
GOES_ON = np.int64(NONE)
ELSEWHERE = -1.0


@part
def latency_of(s, e):  # type: ignore[no-untyped-def]
    return s.slots[s.edges[e].latency_slot] * s.edges[e].slowness


@part
def begin(s, a):  # type: ignore[no-untyped-def]
    """An activity reaches its node."""
    act = s.activities[a]
    act.wait = RUNNING
    act.started = s.control[0].now
    if act.marks & IS_PROBE == 0:
        act.marks |= METERED
        enter(s.meters, s.nodes[act.node].meter, act.started)
    if act.trace_id != NONE:
        begin_span(s, a, act.span)


@part
def send(s, a, e, label, flags):  # type: ignore[no-untyped-def]
    """Send a callee over an edge. Returns it if it is there at once, NONE if it is on its way or lost."""
    ctl = s.control[0]
    act = s.activities[a]
    edge = s.edges[e]
    if flags & IS_PROBE == 0:
        enter(s.meters, edge.meter, ctl.now)
        edge.outstanding += 1
    loss = s.slots[edge.loss_slot] + edge.loss
    arrived = GOES_ON
    if edge.partitioned & CUT_REQUESTS == 0 and (loss == 0.0 or uniform(s.streams, edge.stream) >= loss):
        c = allot(s.activities, ctl)
        child = s.activities[c]
        inherit(child, act)
        child.span = act.span
        child.pc = label
        child.node = edge.target
        child.parent = a
        child.parent_stamp = act.stamp
        child.edge = e
        child.marks = flags
        child.called = ctl.now
        child.wait = ARRIVING
        if edge.varied:
            depart(s, c, e, label)
        else:
            latency = latency_of(s, e)
            if latency > 0.0:
                plan(s.heap, ctl, ctl.now + latency, c, child.stamp)
            else:
                arrived = c
    else:
        if act.trace_id != NONE:
            lost_span(s, a, e)
        if flags & COUNTS_EDGE:
            leave_edge(s, e, PARTITIONED, 0.0)
    return arrived


@helper
def fork(s, a, ins):  # type: ignore[no-untyped-def]
    """Call every healthy member. Returns False when there is none to wait for."""
    ctl = s.control[0]
    act = s.activities[a]
    group = s.groups[ins.a]
    count = 0
    for i in range(group.count):
        e = np.int64(s.members[group.first + i])
        label = s.entries[s.edges[e].target, ins.b]
        if s.edges[e].healthy and label != NONE:
            c = send(s, a, e, label, COUNTS_EDGE)
            count += 1
            if c != NONE:
                begin(s, c)
                wake(s.ready, ctl, s.activities[c], c)
    if count == 0:
        return False
    need = int(s.slots[ins.d])
    act.pending = count
    act.need = count if need == 0 else min(need, count)
    act.wait = ON_FORK
    act.calling = NONE
    act.on_failure = PASS_ON if ins.c == NONE else ins.c
    act.called_at = ctl.now
    set_deadline(s, ins.e, a, ctl.now + s.slots[ins.d + 1])
    return True


@part
def finish(s, a, cause):  # type: ignore[no-untyped-def]
    """End an activity. Returns whether its caller is to be told at once."""
    ctl = s.control[0]
    act = s.activities[a]
    let_go(s, a)
    took = ctl.now - act.started
    if act.marks & METERED:
        leave(s.meters, s.outcomes, s.window, s.nodes[act.node].meter, cause, took, act.waited, ctl.now)
    if act.trace_id != NONE:
        end_span(s, a, cause)
    tell = False
    if act.marks & IS_ROOT:
        leave(s.meters, s.outcomes, s.window, s.classes[act.class_id].meter, cause, took, act.waited, ctl.now)
        ctl.roots_in_flight -= 1
        if act.trace_id != NONE:
            end_trace(s, a, cause, act.blame)
        give_up(s.activities, ctl, a)
    elif act.parent == NONE or s.edges[act.edge].partitioned & CUT_ANSWERS:
        if act.marks & COUNTS_EDGE:
            leave_edge(s, act.edge, cause if act.parent == NONE else PARTITIONED, ctl.now - act.called)
        give_up(s.activities, ctl, a)
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
        s.meters[s.nodes[act.node].meter].wasted += act.marks & METERED != 0
    elif not single:
        parent.pending -= 1
        parent.need -= act.cause == OK
        waits = parent.need == 0 or parent.pending < parent.need
        failed = parent.need > 0
    goes_on = GOES_ON
    if waits:
        unlink(s.activities, s.timers[parent.list], p)
        parent.stamp += 1
        parent.calling = NONE
        parent.wait = RUNNING
        parent.hit = act.hit
        if act.marks & GIVES_TARGET:
            parent.target = act.target
        if failed:
            parent.cause = act.cause
            parent.blame = act.blame
            parent.pc = parent.on_failure
        if frozen(s, parent):
            parent.wait = PARKED
        else:
            goes_on = p
    give_up(s.activities, ctl, a)
    return goes_on


@part
def delay(s, a, act, ins):  # type: ignore[no-untyped-def]
    """Return how long a DELAY takes; ELSEWHERE when a link has taken charge of it."""
    if ins.c == DelayMode.LINK:
        e = np.int64(act.target if ins.b == NONE else ins.b)
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
            d *= 2.0 ** max(act.attempt - 1, 0) * uniform(s.streams, ins.b)
    return d
