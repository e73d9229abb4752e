"""What breaks and mends nodes: people, between two slices, and programs of the run itself, during one."""

from __future__ import annotations

import numpy as np

from simcore.engine import overdue, quorums, stores
from simcore.engine.activities import allot
from simcore.engine.arrivals import replan_arrival
from simcore.engine.calls import deliver, finish
from simcore.engine.crews import detach, keep, revive, stop
from simcore.engine.extras import held_at, set_value, value_of
from simcore.engine.heap import plan
from simcore.engine.jit import helper, kernel
from simcore.engine.meters import end_span, end_trace, happened
from simcore.engine.pools import serve_next, wake
from simcore.engine.sharing import rate_of, retune, settle_share
from simcore.engine.tables import (
    ARRIVING,
    CRASHED,
    EVENT_BACK,
    EVENT_BROKE,
    FREE,
    HUNG,
    IN_QUEUE,
    IS_DAEMON,
    IS_PROBE,
    IS_ROOT,
    IS_TRACED,
    LINES,
    METERED,
    ON_EVENT,
    PARKED,
    REMOVED,
    RETURNING,
    UP,
)
from simcore.program import NONE, Cause, ControlStep

#: What `disturb` does.
CRASH, HANG, REMOVE, HEAL, KEEP, FLUSH, RESTART, CATCH_UP, CRASH_SHARD = range(9)
#: Label of the instructions that mend a node once; every program has them.
MEND_ONCE = 1

#: Events that the end of one activity may plan at most: that of its answer, and of those whom it makes way for.
EVENTS_PER_END = 3

CONNECTION_LOST, NODE_DOWN = np.int64(Cause.CONNECTION_LOST), np.int64(Cause.NODE_DOWN)


@helper
def _kill(s, a, cause):  # type: ignore[no-untyped-def]
    """End an activity badly because of its node; its caller learns of it as soon as the network allows."""
    detach(s, a)
    act = s.activities[a]
    act.blame = act.node
    if act.marks & IS_TRACED and act.marks & METERED and act.marks & IS_PROBE:
        end_span(s, a, cause)  # a job of a schedule begins its trace
        end_trace(s, a, cause, act.blame)
        act.marks &= ~IS_TRACED
    if finish(s, a, cause):
        p = deliver(s, a)
        if p != NONE:
            wake(s.ready, s.control[0], s.activities[p], p)


@helper
def _works_at(act, node):  # type: ignore[no-untyped-def]
    if act.wait == FREE or act.wait == RETURNING or act.wait == ARRIVING or act.node != node:
        return False
    return act.marks & (IS_DAEMON | IS_ROOT) == 0


@helper
def _goes_down(s, node, state):  # type: ignore[no-untyped-def]
    here = s.nodes[node]
    if here.state == UP:
        here.down_since = s.control[0].now
    here.state = state


@helper
def crash(s, node):  # type: ignore[no-untyped-def]
    """Stop a node at once: its work fails, its memory is gone; what is durable stays."""
    _goes_down(s, node, CRASHED)
    s.nodes[node].crash_count += 1
    keep(s)
    _fail_waiting(s, node)
    for a in range(s.activities.shape[0]):
        act = s.activities[a]
        if _works_at(act, node) and (act.held_count > 0 or act.wait == PARKED):
            _kill(s, a, CONNECTION_LOST)
    stores.flush(s, node)
    quorums.forget_copies(s, node)
    for i in range(s.queues.shape[0]):
        if s.queues[i].node == node and s.slots[s.queues[i].durable_slot] == 0.0:
            overdue.lose_all(s, i)


@helper
def _fail_waiting(s, node):  # type: ignore[no-untyped-def]
    """Those in line first, so that nobody is handed a worker of a dead node."""
    for a in range(s.activities.shape[0]):
        if s.activities[a].wait == IN_QUEUE and s.activities[a].node == node:
            _kill(s, a, NODE_DOWN)


@helper
def _pool_of_shard(s, node, shard):  # type: ignore[no-untyped-def]
    """Return the pool of a node's shard, NONE if it has no such; they are in order of their numbers."""
    for i in range(s.pools.shape[0]):
        if s.pools[i].node == node and s.pools[i].part_of != NONE:
            if shard == 0:
                return np.int64(i)
            shard -= 1
    return np.int64(NONE)


@helper
def _holds(s, act, pool):  # type: ignore[no-untyped-def]
    for i in range(act.held_count):
        if held_at(s, act, i) == pool:
            return True
    return False


@helper
def _crash_shard(s, node, shard):  # type: ignore[no-untyped-def]
    """Stop one shard of a node, whose others work on; its records are there when it comes back.

    False when the loops that move records need more room to begin anew.
    """
    pool = _pool_of_shard(s, node, shard)
    if pool == NONE:
        return True
    for i in range(s.shardings.shape[0]):
        if s.shardings[i].node == node:
            s.shardings[i].down |= np.int64(1) << shard
    for waiting in range(1, -1, -1):  # those in line first, so that nobody is handed one of its threads
        for a in range(s.activities.shape[0]):
            act = s.activities[a]
            in_line = act.wait == IN_QUEUE and act.list // LINES == pool
            if act.wait == FREE or act.node != node or not (in_line if waiting else _holds(s, act, pool)):
                continue
            if act.marks & IS_DAEMON:
                stop(s, a)
            elif waiting or _works_at(act, node):
                _kill(s, a, NODE_DOWN if waiting else CONNECTION_LOST)
    return keep(s)


@helper
def _mend_shards(s, node):  # type: ignore[no-untyped-def]
    for i in range(s.shardings.shape[0]):
        if s.shardings[i].node == node:
            s.shardings[i].down = 0


@helper
def _remove(s, node):  # type: ignore[no-untyped-def]
    """Take a node out of service: who waits there is turned away, who is being served is still answered."""
    if s.nodes[node].state == HUNG:
        crash(s, node)
    _goes_down(s, node, REMOVED)
    _fail_waiting(s, node)


@helper
def _heal(s, node):  # type: ignore[no-untyped-def]
    """Bring a node back with its looping activities; False when they need more room."""
    revive(s, node)
    return keep(s)


@helper
def _restart(s, node, down_s):  # type: ignore[no-untyped-def]
    """Crash a node and let it come back, with empty memory, after a time."""
    ctl = s.control[0]
    crash(s, node)
    a = allot(s.activities, ctl)
    act = s.activities[a]
    act.pc = MEND_ONCE
    act.node = node
    act.key = 0
    act.user = 0
    act.class_id = 0
    act.started = ctl.now
    act.hit = 1
    set_value(s, act, np.int64(s.nodes[node].crash_count))
    act.wait = ON_EVENT
    plan(s.heap, ctl, ctl.now + down_s, a, act.stamp)


@helper
def _can_fall(s, node):  # type: ignore[no-untyped-def]
    """Tell whether there is room for all that happens when everything at a node ends at once."""
    here = 0
    for a in range(s.activities.shape[0]):
        here += s.activities[a].wait != FREE and s.activities[a].node == node
    return s.heap.shape[0] - s.control[0].heap_count > EVENTS_PER_END * here


@helper
def break_or_mend(s, act, step):  # type: ignore[no-untyped-def]
    """Do one step of a program that breaks its own node; False when it has to be done again, with more room.

    The hit register says that this activity has broken the node, the value register which of the node's crashes it was:
    what people did in between is left alone.
    """
    node = np.int64(act.node)
    here = s.nodes[node]
    done = True
    if step == ControlStep.BREAK:
        if not _can_fall(s, node):
            return False
        act.hit = here.state == UP
        if act.hit:
            crash(s, node)
            set_value(s, act, np.int64(here.crash_count))
            happened(s, EVENT_BROKE, node, NONE, 0.0)
    elif act.hit and here.crash_count == value_of(s, act) and here.state != REMOVED and here.state != HUNG:
        if here.state == CRASHED:
            happened(s, EVENT_BACK, node, NONE, 0.0)
        done = _heal(s, node)
        act.hit = not done
    return done


@helper
def _catch_up(s):  # type: ignore[no-untyped-def]
    """After parameters changed: hand out new workers, and plan the next arrivals at the new rates."""
    now = s.control[0].now
    for i in range(s.pools.shape[0]):
        if s.nodes[s.pools[i].node].state == UP:
            serve_next(s, i)
    for i in range(s.queues.shape[0]):
        overdue.catch_up_queue(s, i)
    for i in range(s.shares.shape[0]):
        share = s.shares[i]
        if share.count > 0 and share.rate != rate_of(s, share):
            settle_share(share, now)
            retune(s, i)
    for i in range(s.sources.shape[0]):
        source = s.sources[i]
        if source.activity == NONE:
            continue
        daemon = s.activities[source.activity]
        population = s.slots[source.population_slot]
        if population == 0.0:
            replan_arrival(s, i)
        elif source.present < population and daemon.wait == ON_EVENT:
            wake(s.ready, s.control[0], daemon, source.activity)


@kernel
def disturb(s, deed, subject, value):  # type: ignore[no-untyped-def]
    """Do one deed to a node, or to all. One door to all, for doors are compiled too; 0 when it has to be done again, with more room."""
    done = True
    if deed == CRASH:
        crash(s, subject)
    elif deed == HANG:
        _goes_down(s, subject, HUNG)
    elif deed == REMOVE:
        _remove(s, subject)
    elif deed == CRASH_SHARD:
        done = _crash_shard(s, subject, np.int64(value) - 1)
    elif deed == HEAL:
        _mend_shards(s, subject)
        done = _heal(s, subject)
    elif deed == FLUSH:
        stores.flush(s, subject)
    elif deed == RESTART:
        _restart(s, subject, value)
    elif deed == CATCH_UP:
        _catch_up(s)
    else:
        done = keep(s)
    return 1 if done else 0
