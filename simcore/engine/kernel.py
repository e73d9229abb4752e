"""The event loop: it takes the earliest event and walks the operations of the activity it wakes."""

from __future__ import annotations

import numpy as np

from simcore.call_words import PORT_BITS, GateStep
from simcore.engine import closed, crews, flights, gates, overdue, queues, replication, shards, stores
from simcore.engine.activities import allot, frozen, inherit, set_deadline
from simcore.engine.arrivals import end_stretch, plan_arrival, start_root
from simcore.engine.calls import ELSEWHERE, begin, delay, deliver, due_of, finish, marks_of, send
from simcore.engine.decisions import holds, note_breaker, report, settle_job
from simcore.engine.extras import hand_on_items, let_newest_go, pending_of, take_hold
from simcore.engine.foresight import (
    NEAR_ACTIVITIES,
    NEAR_ENTRIES,
    NEAR_NODES,
    foresee_answer,
    foresee_arrival,
    foresee_next,
    foresee_request,
)
from simcore.engine.forks import expire, fork
from simcore.engine.giving_up import heed
from simcore.engine.heap import close_up, plan, second, take_first
from simcore.engine.jit import kernel, prefetch
from simcore.engine.links import serve_share
from simcore.engine.meters import enter, serve_span
from simcore.engine.nearness import choose
from simcore.engine.pools import (
    PASS_ON,
    be_served,
    give_back,
    leave_line,
    make_way,
    wait_in_line,
    wake,
)
from simcore.engine.rng import draw, exponential
from simcore.engine.routing import Routes, pick
from simcore.engine.scaling import control
from simcore.engine.sharing import SHARE_EVENT, join
from simcore.engine.tables import (
    ARRIVING,
    COUNTS_EDGE,
    GIVES_TARGET,
    HUNG,
    IS_PROBE,
    IS_TRACED,
    ON_CALL,
    ON_EVENT,
    PARKED,
    RETURNING,
    RUNNING,
    SERVED,
    SHARING,
    STOPPABLE,
    UP,
)
from simcore.program import (
    NONE,
    Cause,
    Condition,
    Discipline,
    HoldMode,
    Keep,
    LogStep,
    Op,
    Port,
    Shape,
    StoreKey,
)
from simcore.source_words import ArriveStep

#: Causes as 64-bit integers: each type of argument would compile its own copy of the functions that take them.
OK = np.int64(Cause.OK)
REFUSED = np.int64(Cause.REFUSED)
QUEUE_FULL = np.int64(Cause.QUEUE_FULL)
NODE_DOWN = np.int64(Cause.NODE_DOWN)
GOES_ON = np.int64(NONE)

#: Why `run` came back.
DONE, PAUSED, NEEDS_ROOM, NEEDS_MUCH_ROOM = range(4)
#: Places that one instruction may need: a fork calls every member of a group, and no group has more.
ROOM = 1100


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
    shelves = stores.Shelves(s.stores, s.cells, s.order, s.buckets, s.ranks, slots, streams)
    stop_at = ctl.events_done + events_max
    far = activities.shape[0] > NEAR_ACTIVITIES or nodes.shape[0] > NEAR_NODES
    keys_far = far or s.cells.shape[0] > NEAR_ENTRIES
    while True:
        if ctl.ready_count == 0:
            close_up(heap, ctl)
        if (
            ctl.free_count < ROOM
            or ctl.free_extra_count < ROOM
            or heap.shape[0] - ctl.heap_count < ROOM
            or ctl.free_message_count < ROOM
        ):
            close_up(heap, ctl)
            return NEEDS_ROOM
        telling = False
        if ctl.ready_count > 0:
            a = s.ready[ctl.ready_head] & 0xFFFFFFFF
            stamp = s.ready[ctl.ready_head] >> 32
            ctl.ready_head = ctl.ready_head + 1 if ctl.ready_head + 1 < s.ready.shape[0] else 0
            ctl.ready_count -= 1
            if activities[a].stamp != stamp:
                continue
        else:
            if ctl.heap_count == 0 or heap[0].t > until_s:
                ctl.now = max(until_s, ctl.now)
                return DONE
            if ctl.events_done >= stop_at:
                return PAUSED
            ctl.events_done += 1
            ctl.now = heap[0].t
            a = np.int64(heap[0].what)
            stamp = np.int64(heap[0].stamp)
            take_first(ctl)
            ahead = np.int64(heap[second(heap)].what)
            prefetch(activities, ahead, 0)
            prefetch(activities, ahead, 64)
            if far:
                foresee_next(s, ahead)
            if a < NONE:
                if a <= queues.QUEUE_EVENT:
                    overdue.expire(s, queues.QUEUE_EVENT - a)
                elif a <= SHARE_EVENT:
                    serve_share(s, SHARE_EVENT - a)
                elif s.timers[-2 - a].armed <= ctl.now:
                    expire(s, -2 - a)
                continue
            act = activities[a]
            if act.stamp != stamp:
                continue
            if act.wait == RETURNING:
                telling = True
            elif act.wait == SERVED:
                leave_line(s, a)
                act.wait = RUNNING
                if frozen(s, act):
                    act.wait = PARKED
                    continue
            elif frozen(s, act):
                act.wait = PARKED
                continue
        if activities[a].marks & STOPPABLE and not telling:
            heed(s, a)
        while a != NONE:
            if telling:
                telling = False
                a = deliver(s, a)
                if a == NONE:
                    break
            act = activities[a]
            if act.wait == ARRIVING:
                begin(s, a)
            ins = code[act.pc]
            op = ins.op
            act.pc += 1
            ended = GOES_ON
            stops = False
            if op == Op.HOLD:
                d = slots[ins.a] * nodes[ins.c].slowness
                if int(slots[ins.a + 1]) != Shape.CONSTANT:
                    d = draw(slots, ins.a, streams, ins.b) * nodes[ins.c].slowness
                if ins.d == HoldMode.PER_ITEM:
                    d *= pending_of(s, act)
                elif ins.d == HoldMode.PER_BYTE:
                    d *= act.payload
                elif ctl.classes_scale:
                    d *= s.classes[act.class_id].service_time_factor
                if act.marks & IS_TRACED:
                    serve_span(s, a, d)
                if d > 0.0:
                    act.wait = ON_EVENT
                    if ins.e >= 0:
                        d = be_served(s, np.int64(ins.e), a, d)
                    if ins.e < NONE:
                        act.wait = SHARING
                        join(s, np.int64(-2 - ins.e), a, d)
                    else:
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
                elif pool.in_use < pool.capacity:
                    pool.in_use += 1
                    pool.busy_clock -= ctl.now
                    pool.acquired += 1
                    take_hold(s, act, ins.a)
                elif int(slots[pool.discipline_slot]) == Discipline.PREEMPTIVE and make_way(
                    s, np.int64(ins.a), a
                ):
                    pass
                elif pool.queued >= slots[pool.queue_capacity_slot]:
                    pool.rejected += 1
                    act.blame = pool.node
                    act.cause = Cause.QUEUE_FULL
                    if ins.b == NONE:
                        ended = QUEUE_FULL
                    else:
                        act.pc = ins.b
                else:
                    wait_in_line(s, np.int64(ins.a), a)
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
                elif not jumps:
                    jumps = holds(s, act, ins)
                if jumps:
                    act.pc = ins.c
            elif op == Op.CALL:
                port = ins.b & PORT_BITS
                e = np.int64(pick(routes, ins.a, act.key, act.target))
                label = GOES_ON if e == NONE else np.int64(s.entries[s.edges[e].target, port])
                if label == NONE:
                    act.cause = Cause.NO_HEALTHY_TARGET if s.groups[ins.a].count > 0 else Cause.NO_TARGET
                    act.blame = act.node
                    act.calling = NONE
                    act.pc = PASS_ON if ins.c == NONE else ins.c
                else:
                    probe = port == Port.PROBE
                    act.calling = NONE if probe else e
                    act.called_at = ctl.now
                    act.wait = ON_CALL
                    act.child = NONE
                    set_deadline(s, ins.e, a, due_of(s, act, ctl.now, ins.d))
                    a = send(s, a, e, label, marks_of(ins.b) | IS_PROBE if probe else marks_of(ins.b))
                    if keys_far:
                        foresee_arrival(s, e, label, act)
            elif op == Op.ANSWER:
                if ins.a == 1:
                    act.marks |= GIVES_TARGET
                ended = OK
            elif op == Op.FAIL:
                if act.blame == NONE:
                    act.blame = act.node
                ended = np.int64(act.cause if ins.a == NONE else ins.a)
            elif op == Op.LOOK_UP:
                if ins.b == StoreKey.OLDEST:
                    stores.take_oldest(shelves, ins.a, act, slots[ins.c], ctl.now)
                else:
                    key = act.key if ins.b == 0 else stores.other_key(act, ins.b)
                    store = s.stores[ins.a]
                    at = stores.look_up(store, s.cells, s.order, s.buckets, slots, key, ctl.now)
                    if stores.needs_attention(store, s.cells, slots, at):
                        at = stores.attend(shelves, ins.a, key, at, ctl.now)
                    act.hit = at != NONE
                    if at != NONE:
                        act.target = s.cells[at].value
                        act.version = s.cells[at].version
            elif op == Op.PUT:
                key = act.key if ins.b == 0 else stores.other_key(act, ins.b)
                if ins.c == Keep.VALUE:
                    stores.put(shelves, ins.a, key, act.target, act.version, ctl.now)
                else:
                    stores.keep(shelves, ins.a, act, ins, ctl.now)
            elif op == Op.DROP:
                if ins.b == StoreKey.OLDEST:
                    stores.settle_oldest(shelves, ins.a, act)
                else:
                    stores.drop(shelves, ins.a, act.key if ins.b == 0 else act.user)
            elif op == Op.JOIN:
                stops = not flights.join(s, ins.a, a)
            elif op == Op.ARRIVE and ins.c == ArriveStep.OPEN:
                act.pc -= 1
                act.wait = ON_EVENT
                begun = act.hit
                act.hit = 1
                source = s.sources[ins.a]
                if begun and source.due > ctl.now:  # nobody comes, but the rate takes another course
                    begun = 0
                    end_stretch(s, ins.a)
                else:
                    source.activity = a
                    source.label = ins.b
                    source.remaining = 1.0
                    if slots[source.poisson_slot] != 0.0:
                        source.remaining = exponential(streams, source.stream)
                plan_arrival(s, ins.a)
                a = GOES_ON
                if begun:
                    a = start_root(s, ins.a)
                    if keys_far:
                        foresee_request(s, ins.a)
            elif op == Op.ARRIVE:
                stops = closed.step(s, a, ins)
            elif op == Op.RELEASE:
                held = let_newest_go(s, act)
                if held >= 0:
                    give_back(s, held)
                else:
                    flights.land(s, held, act.version, ins.b == 1)
            elif op == Op.DELAY:
                d = delay(s, a, act, ins)
                if d == ELSEWHERE:
                    stops = True
                elif d > 0.0:
                    act.wait = ON_EVENT
                    plan(heap, ctl, ctl.now + d, a, act.stamp)
                    stops = True
            elif op == Op.LOG:
                if ins.a == LogStep.READ or ins.a == LogStep.CHECK:
                    replication.see(s, ins.a, ins.b, act)
                elif ins.a != LogStep.APPEND or s.clusters[ins.b].primary == act.node:
                    replication.step(s, ins, act)
                elif not replication.append_apart(s, ins.b, act):
                    act.blame = act.node
                    ended = REFUSED
            elif op == Op.FORK:
                stops = fork(s, a, ins)
            elif op == Op.SPAWN:
                c = allot(activities, ctl)
                inherit(s, act, activities[c])
                hand_on_items(s, act, activities[c])
                activities[c].marks &= ~IS_TRACED
                activities[c].pc = ins.a
                activities[c].node = ins.b
                activities[c].started = ctl.now
                if ins.c == 1:
                    activities[c].edge = act.target
                    activities[c].called = ctl.now
                    activities[c].marks |= COUNTS_EDGE
                    s.edges[act.target].outstanding += 1
                    enter(s.meters, s.edges[act.target].meter, ctl.now)
                wake(s.ready, ctl, activities[c], c)
            elif op == Op.ENQUEUE:
                if not queues.enqueue(s, np.int64(ins.a), act):
                    act.blame = act.node
                    ended = QUEUE_FULL
            elif op == Op.DEQUEUE:
                stops = crews.leaves(s, a) or not queues.dequeue(s, np.int64(ins.a), a, ins.b)
            elif op == Op.SETTLE:
                settle_job(s, act, ins, a)
            elif op == Op.CHOOSE:
                act.target = choose(s, routes, act, ins)
            elif op == Op.CONTROL:
                if not control(s, act, ins.a, ins.b):  # again, when there is more room
                    act.pc -= 1
                    wake(s.ready, ctl, act, a)
                    close_up(heap, ctl)
                    return NEEDS_MUCH_ROOM
            elif op == Op.GATE:
                if ins.b == GateStep.PASS_USER:
                    d = gates.pass_user(s, ins.a, act.user, ctl.now)
                else:
                    d = gates.step(s.gates[ins.a], slots, np.int64(ins.b), act.called_at, ctl.now)
                if s.gates[ins.a].news:
                    note_breaker(s, ins.a, act)
                if d < 0.0:
                    act.cause = gates.cause_of(s.gates[ins.a], slots)
                    act.blame = act.node
                    act.pc = PASS_ON if ins.c == NONE else ins.c
                elif d > 0.0:
                    act.wait = ON_EVENT
                    plan(heap, ctl, ctl.now + d, a, act.stamp)
                    stops = True
            elif op == Op.SHARD:
                shards.step(s, ins, act)
            else:
                report(s, ins, act)
            if ended != NONE:
                telling = finish(s, a, ended)
                if not telling:
                    if far and activities[a].wait == RETURNING:
                        foresee_answer(s, a)
                    break
            elif stops:
                break
