"""The rarer decisions of a program: conditions, health reports, and what becomes of a job."""

from __future__ import annotations

import math

import numpy as np

from simcore.call_words import Finding, GateStep
from simcore.engine import gates, queues, stores
from simcore.engine.extras import need_extra, set_value, value_of
from simcore.engine.jit import helper, part
from simcore.engine.meters import end_span, end_trace, happened, leave, leave_edge
from simcore.engine.rng import uniform
from simcore.engine.routing import mix
from simcore.engine.tables import (
    CUT_ANSWERS,
    EVENT_BREAKER,
    EVENT_HEALTHY,
    EVENT_UNHEALTHY,
    IS_TRACED,
    METERED,
)
from simcore.program import NONE, Cause, Condition

OK = np.int64(Cause.OK)
PASS = np.int64(GateStep.PASS)


@helper
def _tries_again(s, act, ins):  # type: ignore[no-untyped-def]
    """Tell whether a call is tried once more, and count it. What nobody waits for, or what a breaker stops, is not."""
    need_extra(s, act)
    extra = s.extras[act.extra]
    extra.attempt += 1
    hopeless = (
        act.cause == Cause.DEADLINE_EXCEEDED
        or act.cause == Cause.CANCELLED
        or act.cause == Cause.BREAKER_OPEN
    )
    ctl = s.control[0]
    ends = hopeless or extra.attempt >= s.slots[ins.b]
    if ends or (ins.d != NONE and gates.step(s.gates[ins.d], s.slots, PASS, 0.0, ctl.now) < 0.0):
        extra.attempt = 0
        return False
    ctl.retries += 1
    return True


@part
def _is_healthy(s, group, e):  # type: ignore[no-untyped-def]
    for i in range(group.count):
        if s.members[group.first + i] == e:
            return s.edges[e].healthy != 0
    return False


@helper
def holds(s, act, ins):  # type: ignore[no-untyped-def]
    """Tell whether one of the rarer conditions of a BRANCH holds."""
    condition = ins.a
    if condition == Condition.ATTEMPTS_LEFT:
        return _tries_again(s, act, ins)
    if condition == Condition.TARGET_HEALTHY:
        return _is_healthy(s, s.groups[ins.b], act.target)
    if condition == Condition.SLOT:
        return s.slots[ins.b] != 0.0
    if condition == Condition.CHANCE:
        return uniform(s.streams, ins.d) < s.slots[ins.b]
    if condition == Condition.FULL:
        return stores.is_full(s, ins.b, act.key)
    if condition == Condition.CLASS:
        return act.class_id == ins.b
    if condition == Condition.LARGE:
        return act.payload > s.slots[ins.b]
    if condition == Condition.KEY_SHARD:
        return mix(act.key + 1) % ins.d == ins.b
    primary = s.clusters[ins.b if condition == Condition.IS_PRIMARY else ins.d].primary
    if primary == act.node:
        return True
    if condition == Condition.IS_PRIMARY:
        return False
    if s.clusters[ins.d].second == act.node:
        return True
    group = s.groups[ins.b]
    for i in range(group.count):
        edge = s.edges[s.members[group.first + i]]
        if edge.target == primary:
            return edge.healthy != 0
    return True


@helper
def report(s, ins, act):  # type: ignore[no-untyped-def]
    """Take in what a health check found; a belief changes only after enough checks in a row."""
    if ins.b == Finding.CALL_TIMED:
        _report_time(s, ins, act)
        return
    if ins.b >= Finding.CALL_ANSWERED:
        _report_call(s, ins, np.int64(act.calling))
        return
    edge = s.edges[ins.a]
    if ins.b == Finding.CHECK_PASSED:
        edge.bad_streak = 0
        edge.good_streak += 1
        back = s.control[0].now >= edge.away_until
        if not edge.healthy and edge.good_streak >= s.slots[ins.d] and back:
            edge.healthy = 1
            happened(s, EVENT_HEALTHY, edge.target, ins.a, float(edge.source))
    else:
        edge.good_streak = 0
        edge.bad_streak += 1
        if edge.healthy and edge.bad_streak >= s.slots[ins.c]:
            edge.healthy = 0
            happened(s, EVENT_UNHEALTHY, edge.target, ins.a, float(edge.source))


@helper
def _report_call(s, ins, e):  # type: ignore[no-untyped-def]
    """Take in how a call ended: a member that fails too often in a row is avoided, but never the last one."""
    if e == NONE:
        return
    edge = s.edges[e]
    edge.failed_streak = edge.failed_streak + 1 if ins.b == Finding.CALL_FAILED else 0
    if not edge.healthy or edge.failed_streak < s.slots[ins.c]:
        return
    group = s.groups[ins.e]
    others = 0
    for i in range(group.count):
        member = s.members[group.first + i]
        others += member != e and s.edges[member].healthy != 0
    if others > 0:
        edge.healthy = 0
        edge.failed_streak = 0
        edge.good_streak = 0
        edge.away_until = s.control[0].now + s.slots[ins.d]
        happened(s, EVENT_UNHEALTHY, edge.target, e, float(edge.source))


@helper
def _report_time(s, ins, act):  # type: ignore[no-untyped-def]
    """Take in how long a call took: the mean of late answers, of which the older weigh exponentially less.

    What is known of the other members fades alike, so that each of them is tried again some time.
    """
    now = s.control[0].now
    group = s.groups[ins.e]
    for i in range(group.count):
        edge = s.edges[s.members[group.first + i]]
        faded = edge.answer_s * math.exp((edge.answered_at - now) / s.slots[ins.d])
        if s.members[group.first + i] == act.calling:
            took = now - act.called_at
            if ins.c != NONE:
                took = max(took, s.slots[ins.c])
            if edge.answer_s > 0.0:
                took += faded * (1.0 - took / edge.answer_s)
            faded = took
        edge.answer_s = faded
        edge.answered_at = now


@helper
def note_breaker(s, index, act):  # type: ignore[no-untyped-def]
    """Tell people that a breaker changed its state."""
    s.gates[index].news = 0
    happened(s, EVENT_BREAKER + s.gates[index].state, act.node, act.calling, 0.0)


@helper
def settle_job(s, act, ins, a):  # type: ignore[no-untyped-def]
    """Confirm or give back the message of a consumer, and count its job."""
    cause = OK if ins.b else np.int64(act.cause)
    heard = True
    if act.edge != NONE:
        _count_job(s, act, cause, a)
        heard = s.edges[act.edge].partitioned & CUT_ANSWERS == 0
    how = queues.DONE if heard else queues.UNHEARD
    if ins.b == 0:
        how = queues.FAILED if heard else queues.ABANDONED
    queues.settle(s, np.int64(ins.a), value_of(s, act), how, act.started)
    set_value(s, act, np.int64(NONE))


@helper
def _count_job(s, act, cause, a):  # type: ignore[no-untyped-def]
    now = s.control[0].now
    act.marks &= ~METERED
    leave(s.meters, s.window, s.nodes[act.node].meter, cause, now - act.started, act.waited, now)
    leave_edge(s, act.edge, cause, now - act.called)
    if act.marks & IS_TRACED:
        end_span(s, a, cause)
        end_trace(s, a, cause, act.blame)
        act.marks &= ~IS_TRACED
