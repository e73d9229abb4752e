"""The rarer decisions of a program: conditions, health reports, and what becomes of a job."""

from __future__ import annotations

import numpy as np

from simcore.engine import queues, stores
from simcore.engine.jit import helper
from simcore.engine.meters import end_span, end_trace, happened, leave, leave_edge
from simcore.engine.routing import mix
from simcore.engine.tables import CUT_ANSWERS, EVENT_HEALTHY, EVENT_UNHEALTHY, METERED
from simcore.program import NONE, Cause, Condition

OK = np.int64(Cause.OK)


@helper
def holds(s, act, ins):  # type: ignore[no-untyped-def]
    """Tell whether one of the rarer conditions of a BRANCH holds."""
    condition = ins.a
    if condition == Condition.ATTEMPTS_LEFT:
        act.attempt += 1
        if act.attempt >= s.slots[ins.b]:
            return False
        s.control[0].retries += 1
        return True
    if condition == Condition.SLOT:
        return s.slots[ins.b] != 0.0
    if condition == Condition.FULL:
        return stores.is_full(s, ins.b, act.key)
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
def report(s, ins):  # type: ignore[no-untyped-def]
    """Take in what a health check found; a belief changes only after enough checks in a row."""
    edge = s.edges[ins.a]
    if ins.b:
        edge.bad_streak = 0
        edge.good_streak += 1
        if not edge.healthy and edge.good_streak >= s.slots[ins.d]:
            edge.healthy = 1
            happened(s, EVENT_HEALTHY, edge.target, ins.a, float(edge.source))
    else:
        edge.good_streak = 0
        edge.bad_streak += 1
        if edge.healthy and edge.bad_streak >= s.slots[ins.c]:
            edge.healthy = 0
            happened(s, EVENT_UNHEALTHY, edge.target, ins.a, float(edge.source))


@helper
def settle_job(s, act, ins, a):  # type: ignore[no-untyped-def]
    """Confirm or give back the message of a consumer, and count its job."""
    now = s.control[0].now
    cause = OK if ins.b else np.int64(act.cause)
    act.marks &= ~METERED
    leave(s.meters, s.outcomes, s.window, s.nodes[act.node].meter, cause, now - act.started, act.waited, now)
    leave_edge(s, act.edge, cause, now - act.called)
    if act.trace_id != NONE:
        end_span(s, a, cause)
        end_trace(s, a, cause, act.blame)
        act.trace_id = NONE
    heard = s.edges[act.edge].partitioned & CUT_ANSWERS == 0
    how = queues.DONE if heard else queues.UNHEARD
    if ins.b == 0:
        how = queues.FAILED if heard else queues.ABANDONED
    queues.settle(s, np.int64(ins.a), act.value, how)
    act.value = NONE
