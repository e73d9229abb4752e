"""The event loop: it takes the earliest event and walks the operations of the activity it wakes."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine import queues, replication, stores
from simcore.engine.activities import (
    PASS_ON,
    allot,
    expire,
    frozen,
    give_up,
    inherit,
    set_deadline,
)
from simcore.engine.heap import drop_first, plan
from simcore.engine.jit import kernel, part
from simcore.engine.meters import (
    begin_span,
    begin_trace,
    end_span,
    end_trace,
    enter,
    happened,
    leave,
    leave_edge,
)
from simcore.engine.pools import give_back, let_go, link_last, settle, unlink, wake
from simcore.engine.rng import draw, exponential, uniform
from simcore.engine.routing import Routes, mix, pick
from simcore.engine.tables import (
    ARRIVING,
    COUNTS_EDGE,
    EVENT_HEALTHY,
    EVENT_LIMIT,
    EVENT_UNHEALTHY,
    GIVES_TARGET,
    HUNG,
    IS_PROBE,
    IS_ROOT,
    METERED,
    ON_CALL,
    ON_EVENT,
    ON_FORK,
    PARKED,
    RETURNING,
    RUNNING,
    UP,
)
from simcore.program import NONE, Cause, Condition, DelayMode, LogStep, Op, Port

#: Causes as plain integers: each type of argument would compile its own copy of the functions that take them.
OK = np.int64(Cause.OK)
REFUSED = np.int64(Cause.REFUSED)
QUEUE_FULL = np.int64(Cause.QUEUE_FULL)
NODE_DOWN = np.int64(Cause.NODE_DOWN)
PARTITIONED = np.int64(Cause.PARTITIONED)
LIMIT_REACHED = np.int64(Cause.LIMIT_REACHED)
GOES_ON = np.int64(NONE)

#: Why `run` came back.
DONE, PAUSED, NEEDS_ROOM = range(3)
#: Places that one instruction may need: a fork calls every member of a group, and no group has more.
ROOM = 1100


@part
def _begin(s, a):  # type: ignore[no-untyped-def]
    """An activity reaches its node."""
    act = s.activities[a]
    act.wait = RUNNING
    act.started = s.control[0].now
    if act.flags & IS_PROBE == 0:
        act.flags |= METERED
        enter(s.meters, s.nodes[act.node].meter)
    if act.trace != NONE:
        begin_span(s, a, act.span)


@part
def _latency(s, e):  # type: ignore[no-untyped-def]
    return s.slots[s.edges[e].latency_slot] * s.edges[e].slowness


@part
def _send(s, a, e, label, flags):  # type: ignore[no-untyped-def]
    """Send a callee over an edge. Returns it if it is there at once, NONE if it is on its way or lost."""
    ctl = s.control[0]
    act = s.activities[a]
    edge = s.edges[e]
    if flags & IS_PROBE == 0:
        enter(s.meters, edge.meter)
        edge.outstanding += 1
    loss = s.slots[edge.loss_slot]
    arrived = GOES_ON
    if not edge.partitioned and (loss == 0.0 or uniform(s.streams, edge.stream) >= loss):
        c = allot(s.activities, ctl)
        child = s.activities[c]
        inherit(child, act)
        child.span = act.span
        child.pc = label
        child.node = edge.target
        child.parent = a
        child.parent_stamp = act.stamp
        child.edge = e
        child.flags = flags
        child.called = ctl.now
        child.wait = ARRIVING
        latency = _latency(s, e)
        if latency > 0.0:
            plan(s.heap, ctl, ctl.now + latency, c, child.stamp)
        else:
            arrived = c
    return arrived


@kernel
def _fork(s, a, ins):  # type: ignore[no-untyped-def]
    """Call every healthy member. Returns False when there is none to wait for."""
    ctl = s.control[0]
    act = s.activities[a]
    group = s.groups[ins.a]
    count = 0
    for i in range(group.count):
        e = np.int64(s.members[group.first + i])
        label = s.entries[s.edges[e].target, ins.b]
        if s.edges[e].healthy and label != NONE:
            c = _send(s, a, e, label, COUNTS_EDGE)
            count += 1
            if c != NONE:
                _begin(s, c)
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
def _start_root(s, index):  # type: ignore[no-untyped-def]
    """Create the request of an arrival. Returns it, or NONE when the run is at its limit of requests in flight."""
    ctl = s.control[0]
    source = s.sources[index]
    share = uniform(s.streams, source.stream + 1)
    class_id = 0
    while class_id < ctl.class_count - 1 and share >= s.classes[class_id].cumulative:
        class_id += 1
    kind = s.classes[class_id]
    place = uniform(s.streams, source.stream + 2) * kind.key_count
    key = int(place)
    if place - key >= s.alias_share[kind.alias_first + key]:
        key = int(s.alias_key[kind.alias_first + key])
    user = int(uniform(s.streams, source.stream + 3) * s.slots[source.user_count_slot])
    number = ctl.roots_started
    ctl.roots_started += 1
    enter(s.meters, kind.meter)
    enter(s.meters, s.nodes[source.node].meter)
    a = GOES_ON
    if ctl.roots_in_flight >= ctl.in_flight_max:
        _refuse_root(s, source.node, kind.meter)
    else:
        ctl.roots_in_flight += 1
        a = allot(s.activities, ctl)
        act = s.activities[a]
        act.pc = source.label
        act.node = source.node
        act.key = key
        act.user = user
        act.class_id = class_id
        act.payload = kind.payload
        act.flags = IS_ROOT | METERED
        act.started = ctl.now
        act.called = ctl.now
        if ctl.inject == index or mix(number + 1) % ctl.trace_every == 0:
            ctl.inject = NONE
            begin_trace(s, a)
            if act.trace != NONE:
                begin_span(s, a, NONE)
    return a


@kernel
def _refuse_root(s, node, meter):  # type: ignore[no-untyped-def]
    ctl = s.control[0]
    leave(s.meters, s.outcomes, s.window, meter, LIMIT_REACHED, 0.0, 0.0)
    leave(s.meters, s.outcomes, s.window, s.nodes[node].meter, LIMIT_REACHED, 0.0, 0.0)
    if ctl.refused_at_limit == 0:
        happened(s, EVENT_LIMIT, node, NONE, float(ctl.in_flight_max))
    ctl.refused_at_limit += 1


@part
def plan_arrival(s, index):  # type: ignore[no-untyped-def]
    """Turn the expected arrivals that remain into a time at the present rate; at rate 0 there is none."""
    ctl = s.control[0]
    source = s.sources[index]
    act = s.activities[source.activity]
    act.stamp += 1
    source.rate = s.slots[source.rate_slot]
    source.due = math.inf
    if source.rate > 0.0:
        source.due = ctl.now + source.remaining / source.rate
        plan(s.heap, ctl, source.due, source.activity, act.stamp)


@kernel
def _holds(s, act, ins):  # type: ignore[no-untyped-def]
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
    if condition == Condition.KEY_SHARD:
        return mix(act.key + 1) % ins.d == ins.b
    primary = s.clusters[ins.b if condition == Condition.IS_PRIMARY else ins.d].primary
    if primary == act.node:
        return True
    if condition == Condition.IS_PRIMARY:
        return False
    group = s.groups[ins.b]
    for i in range(group.count):
        edge = s.edges[s.members[group.first + i]]
        if edge.target == primary:
            return edge.healthy != 0
    return True


@kernel
def _report(s, ins):  # type: ignore[no-untyped-def]
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


@kernel
def _settle_job(s, act, ins, a):  # type: ignore[no-untyped-def]
    """Confirm or give back the message of a consumer, and count its job."""
    now = s.control[0].now
    cause = OK if ins.b else np.int64(act.cause)
    act.flags &= ~METERED
    leave(s.meters, s.outcomes, s.window, s.nodes[act.node].meter, cause, now - act.started, act.waited)
    leave_edge(s, act.edge, cause, now - act.called)
    if act.trace != NONE:
        end_span(s, a, cause)
        end_trace(s, a, cause, act.blame)
        act.trace = NONE
    queues.settle(s, ins.a, act.value, ins.b)
    act.value = NONE


@part
def _delay(s, act, ins):  # type: ignore[no-untyped-def]
    """Return how long a DELAY takes."""
    if ins.c == DelayMode.LINK:
        d = _latency(s, act.target if ins.b == NONE else ins.b)
    else:
        d = draw(s.slots, ins.a, s.streams, ins.b)
        if ins.c == DelayMode.BACKOFF:
            d *= 2.0 ** max(act.attempt - 1, 0) * uniform(s.streams, ins.b)
    return d


@part
def finish(s, a, cause):  # type: ignore[no-untyped-def]
    """End an activity. Returns whether its caller is to be told at once."""
    ctl = s.control[0]
    act = s.activities[a]
    let_go(s, a)
    took = ctl.now - act.started
    if act.flags & METERED:
        leave(s.meters, s.outcomes, s.window, s.nodes[act.node].meter, cause, took, act.waited)
    if act.trace != NONE:
        end_span(s, a, cause)
    tell = False
    if act.flags & IS_ROOT:
        leave(s.meters, s.outcomes, s.window, s.classes[act.class_id].meter, cause, took, act.waited)
        ctl.roots_in_flight -= 1
        if act.trace != NONE:
            end_trace(s, a, cause, act.blame)
        give_up(s.activities, ctl, a)
    elif act.parent == NONE or s.edges[act.edge].partitioned:
        if act.flags & COUNTS_EDGE:
            leave_edge(s, act.edge, PARTITIONED, ctl.now - act.called)
        give_up(s.activities, ctl, a)
    else:
        act.cause = cause
        latency = _latency(s, act.edge)
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
    if act.flags & COUNTS_EDGE or (single and act.flags & IS_PROBE == 0):
        leave_edge(s, act.edge, np.int64(act.cause), ctl.now - act.called)
    failed = act.cause != OK
    if not waits:
        s.meters[s.nodes[act.node].meter].wasted += act.flags & METERED != 0
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
        if act.flags & GIVES_TARGET:
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


@kernel
def run(s, until_s, events_max):  # type: ignore[no-untyped-def]
    """Process events up to and including `until_s`, at most `events_max` of them; returns why it stopped."""
    ctl = s.control[0]
    code = s.code
    activities = s.activities
    heap = s.heap
    slots = s.slots
    streams = s.streams
    nodes = s.nodes
    pools = s.pools
    routes = Routes(s.groups, s.members, s.drawn, s.edges, slots, streams, s.clusters)
    stop_at = ctl.events_done + events_max
    while True:
        if ctl.free_count < ROOM or heap.shape[0] - ctl.heap_count < ROOM or ctl.free_message_count < ROOM:
            return NEEDS_ROOM
        telling = False
        if ctl.ready_count > 0:
            a = np.int64(s.ready[ctl.ready_head])
            ctl.ready_head = ctl.ready_head + 1 if ctl.ready_head + 1 < s.ready.shape[0] else 0
            ctl.ready_count -= 1
        else:
            if ctl.heap_count == 0 or heap[0].t > until_s:
                ctl.now = max(until_s, ctl.now)
                return DONE
            if ctl.events_done >= stop_at:
                return PAUSED
            ctl.events_done += 1
            ctl.now = heap[0].t
            a = np.int64(heap[0].what)
            stamp = heap[0].stamp
            drop_first(heap, ctl)
            if a < NONE:
                if s.timers[-2 - a].armed <= ctl.now:
                    expire(s, -2 - a)
                continue
            act = activities[a]
            if act.stamp != stamp:
                continue
            if act.wait == RETURNING:
                telling = True
            elif frozen(s, act):
                act.wait = PARKED
                continue
        while a != NONE:
            if telling:
                telling = False
                a = deliver(s, a)
                if a == NONE:
                    break
            act = activities[a]
            if act.wait == ARRIVING:
                _begin(s, a)
            ins = code[act.pc]
            op = ins.op
            act.pc += 1
            ended = GOES_ON
            stops = False
            if op == Op.HOLD:
                d = draw(slots, ins.a, streams, ins.b) * nodes[ins.c].slowness
                if ins.d == 1:
                    d *= act.pending
                if d > 0.0:
                    act.wait = ON_EVENT
                    plan(heap, ctl, ctl.now + d, a, act.stamp)
                    stops = True
            elif op == Op.ACQUIRE:
                pool = pools[ins.a]
                state = nodes[pool.node].state
                if state == HUNG:
                    act.pc -= 1
                    act.wait = PARKED
                    stops = True
                elif state != UP:
                    act.blame = pool.node
                    ended = NODE_DOWN
                elif pool.in_use < slots[pool.capacity_slot]:
                    settle(pool, slots, ctl.now)
                    pool.in_use += 1
                    pool.acquired += 1
                    act.held[act.held_count] = ins.a
                    act.held_count += 1
                elif pool.queued >= slots[pool.queue_capacity_slot]:
                    pool.rejected += 1
                    act.blame = pool.node
                    ended = QUEUE_FULL
                else:
                    settle(pool, slots, ctl.now)
                    act.due = ctl.now
                    link_last(activities, pool, ins.a, a)
                    stops = True
            elif op == Op.BRANCH:
                condition = ins.a
                jumps = condition == Condition.ALWAYS
                if condition == Condition.HIT:
                    jumps = act.hit != 0
                elif condition == Condition.MISS:
                    jumps = act.hit == 0
                elif condition == Condition.OPERATION:
                    jumps = s.classes[act.class_id].operation == ins.b
                elif condition == Condition.NEVER:
                    act.attempt = 0
                elif not jumps:
                    jumps = _holds(s, act, ins)
                if jumps:
                    act.pc = ins.c
            elif op == Op.CALL:
                e = np.int64(pick(routes, ins.a, act.key, act.target))
                label = GOES_ON if e == NONE else np.int64(s.entries[s.edges[e].target, ins.b])
                if label == NONE:
                    act.cause = Cause.NO_HEALTHY_TARGET if s.groups[ins.a].count > 0 else Cause.NO_TARGET
                    act.blame = act.node
                    act.pc = PASS_ON if ins.c == NONE else ins.c
                else:
                    probe = ins.b == Port.PROBE
                    act.calling = NONE if probe else e
                    act.called_at = ctl.now
                    act.wait = ON_CALL
                    act.on_failure = PASS_ON if ins.c == NONE else ins.c
                    set_deadline(s, ins.e, a, ctl.now + slots[ins.d])
                    a = _send(s, a, e, label, IS_PROBE if probe else 0)
            elif op == Op.ANSWER:
                if ins.a == 1:
                    act.flags |= GIVES_TARGET
                ended = OK
            elif op == Op.FAIL:
                if act.blame == NONE:
                    act.blame = act.node
                ended = np.int64(act.cause if ins.a == NONE else ins.a)
            elif op == Op.LOOK_UP:
                key = act.key if ins.b == 0 else act.user
                at = stores.look_up(s.stores[ins.a], s.cells, s.buckets, slots, key, ctl.now)
                act.hit = at != NONE
                if at != NONE:
                    act.target = s.cells[at].value
            elif op == Op.PUT:
                key = act.key if ins.b == 0 else act.user
                stores.put(s.stores[ins.a], s.cells, s.buckets, slots, streams, key, act.target, ctl.now)
            elif op == Op.DROP:
                stores.drop(s.stores[ins.a], s.cells, s.buckets, act.key if ins.b == 0 else act.user)
            elif op == Op.ARRIVE:
                act.pc -= 1
                act.wait = ON_EVENT
                begun = act.hit
                act.hit = 1
                source = s.sources[ins.a]
                source.activity = a
                source.label = ins.b
                source.remaining = 1.0
                if slots[source.poisson_slot] != 0.0:
                    source.remaining = exponential(streams, source.stream)
                plan_arrival(s, ins.a)
                a = GOES_ON
                if begun:
                    a = _start_root(s, ins.a)
            elif op == Op.RELEASE:
                act.held_count -= 1
                give_back(s, act.held[act.held_count])
            elif op == Op.DELAY:
                d = _delay(s, act, ins)
                if d > 0.0:
                    act.wait = ON_EVENT
                    plan(heap, ctl, ctl.now + d, a, act.stamp)
                    stops = True
            elif op == Op.LOG:
                if ins.a == LogStep.APPEND and s.clusters[ins.b].primary != act.node:
                    act.blame = act.node
                    ended = REFUSED
                else:
                    replication.step(s, ins.a, ins.b, act)
            elif op == Op.FORK:
                stops = _fork(s, a, ins)
            elif op == Op.SPAWN:
                c = allot(activities, ctl)
                inherit(activities[c], act)
                activities[c].trace = NONE
                activities[c].pc = ins.a
                activities[c].node = ins.b
                activities[c].started = ctl.now
                wake(s.ready, ctl, activities[c], c)
            elif op == Op.ENQUEUE:
                if not queues.enqueue(s, ins.a, act):
                    act.blame = act.node
                    ended = QUEUE_FULL
            elif op == Op.DEQUEUE:
                stops = not queues.dequeue(s, ins.a, a, ins.b)
            elif op == Op.SETTLE:
                _settle_job(s, act, ins, a)
            elif op == Op.CHOOSE:
                act.target = pick(routes, ins.a, act.key, act.target)
            else:
                _report(s, ins)
            if ended != NONE:
                telling = finish(s, a, ended)
                if not telling:
                    break
            elif stops:
                break
