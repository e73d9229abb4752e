"""What a person does to a run from outside: break, mend, remove; always between two slices, never during one."""

from __future__ import annotations

import numpy as np

from simcore.engine import flights, queues, stores
from simcore.engine.activities import allot, give_up
from simcore.engine.arrivals import plan_arrival
from simcore.engine.calls import deliver, finish
from simcore.engine.flights import let_go
from simcore.engine.jit import helper, kernel
from simcore.engine.meters import leave, leave_edge
from simcore.engine.pools import serve_next, settle, unlink, wake
from simcore.engine.sharing import leave_share, rate_of, retune, settle_share
from simcore.engine.tables import (
    ARRIVING,
    CRASHED,
    FREE,
    HUNG,
    IN_QUEUE,
    IS_DAEMON,
    IS_ROOT,
    METERED,
    ON_CALL,
    ON_FLIGHT,
    ON_FORK,
    ON_MESSAGE,
    PARKED,
    REMOVED,
    RETURNING,
    SHARING,
    UP,
)
from simcore.program import NONE, Cause

#: What `disturb` does.
CRASH, REMOVE, HEAL, STOP, START = range(5)

CONNECTION_LOST, NODE_DOWN = np.int64(Cause.CONNECTION_LOST), np.int64(Cause.NODE_DOWN)


@helper
def _detach(s, a):  # type: ignore[no-untyped-def]
    """Take an activity out of whatever it waits in."""
    act = s.activities[a]
    if act.wait == IN_QUEUE:
        pool = s.pools[act.list]
        settle(pool, s.slots, s.control[0].now)
        unlink(s.activities, pool, a)
        pool.queued -= 1
    elif act.wait == ON_CALL or act.wait == ON_FORK:
        unlink(s.activities, s.timers[act.list], a)
        if act.calling != NONE:
            leave_edge(s, np.int64(act.calling), CONNECTION_LOST, s.control[0].now - act.called_at)
            act.calling = NONE
    elif act.wait == ON_MESSAGE:
        queues.stop_waiting(s, a)
    elif act.wait == ON_FLIGHT:
        flights.stop_waiting(s, a)
    elif act.wait == SHARING:
        leave_share(s, a)
    act.stamp += 1


@helper
def _kill(s, a, cause):  # type: ignore[no-untyped-def]
    """End an activity badly because of its node; its caller learns of it as soon as the network allows."""
    _detach(s, a)
    act = s.activities[a]
    act.blame = act.node
    if finish(s, a, cause):
        p = deliver(s, a)
        if p != NONE:
            wake(s.ready, s.control[0], s.activities[p], p)


@helper
def _stop_daemon(s, a):  # type: ignore[no-untyped-def]
    """End a looping activity; a message that it was working on goes back to its queue."""
    _detach(s, a)
    let_go(s, a)
    act = s.activities[a]
    now = s.control[0].now
    if act.marks & METERED:
        act.marks &= ~METERED
        leave(
            s.meters,
            s.outcomes,
            s.window,
            s.nodes[act.node].meter,
            CONNECTION_LOST,
            now - act.started,
            0.0,
            now,
        )
        leave_edge(s, np.int64(act.edge), CONNECTION_LOST, now - act.called)
        queues.settle(s, s.nodes[s.edges[act.edge].source].queue, act.value, 0)
    give_up(s.activities, s.control[0], a)


@helper
def _start_daemon(s, node, label):  # type: ignore[no-untyped-def]
    """Start a looping activity of a node; returns it."""
    ctl = s.control[0]
    a = allot(s.activities, ctl)
    act = s.activities[a]
    act.pc = label
    act.node = node
    act.marks = IS_DAEMON
    act.key = 0
    act.user = 0
    act.class_id = 0
    act.started = ctl.now
    wake(s.ready, ctl, act, a)
    return a


@helper
def _works_at(act, node):  # type: ignore[no-untyped-def]
    if act.wait == FREE or act.wait == RETURNING or act.wait == ARRIVING or act.node != node:
        return False
    return act.marks & (IS_DAEMON | IS_ROOT) == 0


@helper
def _crash(s, node):  # type: ignore[no-untyped-def]
    """Stop a node at once: its work fails, its memory is gone; what is durable stays."""
    s.nodes[node].state = CRASHED
    _fail_waiting(s, node)
    for a in range(s.activities.shape[0]):
        act = s.activities[a]
        if _works_at(act, node) and (act.held_count > 0 or act.wait == PARKED):
            _kill(s, a, CONNECTION_LOST)
    stores.flush(s, node)
    for i in range(s.queues.shape[0]):
        if s.queues[i].node == node and s.slots[s.queues[i].durable_slot] == 0.0:
            queues.lose_all(s, i)


@helper
def _fail_waiting(s, node):  # type: ignore[no-untyped-def]
    """Those in line first, so that nobody is handed a worker of a dead node."""
    for a in range(s.activities.shape[0]):
        if s.activities[a].wait == IN_QUEUE and s.activities[a].node == node:
            _kill(s, a, NODE_DOWN)


@helper
def _remove(s, node):  # type: ignore[no-untyped-def]
    """Take a node out of service: who waits there is turned away, who is being served is still answered."""
    if s.nodes[node].state == HUNG:
        _crash(s, node)
    s.nodes[node].state = REMOVED
    _fail_waiting(s, node)


@helper
def _heal(s, node):  # type: ignore[no-untyped-def]
    """Bring a node back; what was frozen goes on, what was lost stays lost."""
    here = s.nodes[node]
    here.state = UP
    here.polled = here.applied
    for a in range(s.activities.shape[0]):
        act = s.activities[a]
        if act.wait == PARKED and act.node == node:
            wake(s.ready, s.control[0], act, a)
    for i in range(s.pools.shape[0]):
        if s.pools[i].node == node:
            serve_next(s, i)
    for i in range(s.queues.shape[0]):
        if s.queues[i].node == node:
            queues.serve_consumers(s, i)


@kernel
def disturb(s, deed, subject, label):  # type: ignore[no-untyped-def]
    """Do one deed to a node, or stop an activity; starting one returns it. One door to all, for doors are compiled too."""
    if deed == CRASH:
        _crash(s, subject)
    elif deed == REMOVE:
        _remove(s, subject)
    elif deed == HEAL:
        _heal(s, subject)
    elif deed == STOP:
        _stop_daemon(s, subject)
    else:
        return _start_daemon(s, subject, label)
    return subject


@kernel
def catch_up(s):  # type: ignore[no-untyped-def]
    """After parameters changed: hand out new workers, and plan the next arrivals at the new rates."""
    now = s.control[0].now
    for i in range(s.pools.shape[0]):
        if s.nodes[s.pools[i].node].state == UP:
            serve_next(s, i)
    for i in range(s.shares.shape[0]):
        share = s.shares[i]
        if share.count > 0 and share.rate != rate_of(s, share):
            settle_share(share, now)
            retune(s, i)
    for i in range(s.sources.shape[0]):
        source = s.sources[i]
        if source.activity == NONE or source.rate == s.slots[source.rate_slot]:
            continue
        if source.rate > 0.0:
            source.remaining = (source.due - now) * source.rate
        plan_arrival(s, i)
