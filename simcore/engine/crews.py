"""Crews: the looping activities of nodes. They are started, stopped and kept at the number that they should have."""

from __future__ import annotations

import numpy as np

from simcore.engine import flights, queues
from simcore.engine.activities import allot, give_up
from simcore.engine.extras import need_extra, value_of
from simcore.engine.flights import let_go
from simcore.engine.jit import helper
from simcore.engine.meters import leave, leave_edge
from simcore.engine.pools import leave_line, serve_next, unlink, wake
from simcore.engine.sharing import leave_share
from simcore.engine.tables import (
    CRASHED,
    FREE,
    IN_QUEUE,
    IS_DAEMON,
    METERED,
    ON_CALL,
    ON_FLIGHT,
    ON_FORK,
    ON_MESSAGE,
    PARKED,
    REMOVED,
    SERVED,
    SHARING,
    UP,
)
from simcore.program import NONE, Cause

#: Places that starting a crew leaves for what else happens at the same instant.
_SPARE = 64

CONNECTION_LOST = np.int64(Cause.CONNECTION_LOST)


@helper
def detach(s, a):  # type: ignore[no-untyped-def]
    """Take an activity out of whatever it waits in."""
    act = s.activities[a]
    if act.wait == IN_QUEUE or act.wait == SERVED:
        leave_line(s, a)
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
def _wanted(s, crew):  # type: ignore[no-untyped-def]
    """Return how many members a crew should have now."""
    state = s.nodes[crew.node].state
    if crew.label == NONE or state == REMOVED or (state == CRASHED and crew.outlives == 0):
        return 0
    return 1 if crew.count_slot == NONE else int(s.slots[crew.count_slot])


@helper
def stop(s, a):  # type: ignore[no-untyped-def]
    """End a member; a message that it was working on goes back to its queue."""
    detach(s, a)
    let_go(s, a)
    act = s.activities[a]
    now = s.control[0].now
    queue = np.int64(s.crews[s.extras[act.extra].crew].queue)
    how = queues.ABANDONED if s.nodes[act.node].state == CRASHED else queues.LEFT
    if act.marks & METERED:
        act.marks &= ~METERED
        meter = s.nodes[act.node].meter
        leave(s.meters, s.window, meter, CONNECTION_LOST, now - act.started, 0.0, now)
        leave_edge(s, np.int64(act.edge), CONNECTION_LOST, now - act.called)
        queues.settle(s, queue, value_of(s, act), how, act.started)
    elif queue != NONE and value_of(s, act) > 0:
        queues.settle(s, queue, value_of(s, act), how, act.started)
    if act.parent_stamp > 0:
        queues.abandon(s, queue, a, how)
    s.crews[s.extras[act.extra].crew].running -= 1
    for i in range(s.sources.shape[0]):
        if s.sources[i].activity == a:
            s.sources[i].activity = NONE
    give_up(s, a)


@helper
def _stop_some(s, index, excess, idle_only):  # type: ignore[no-untyped-def]
    """End up to so many members of a crew."""
    for a in range(s.activities.shape[0]):
        if excess <= 0:
            break
        act = s.activities[a]
        if act.wait == FREE or act.marks & IS_DAEMON == 0 or s.extras[act.extra].crew != index:
            continue
        if act.wait == ON_MESSAGE or not idle_only:
            here = s.nodes[act.node]
            if (
                s.crews[index].outlives
                and act.hit
                and here.state == CRASHED
                and here.crash_count == value_of(s, act)
            ):
                revive(s, np.int64(act.node))  # who would have mended the node is no more
            stop(s, a)
            excess -= 1


@helper
def _start(s, index):  # type: ignore[no-untyped-def]
    """Start one more member of a crew."""
    ctl = s.control[0]
    crew = s.crews[index]
    a = allot(s.activities, ctl)
    act = s.activities[a]
    act.pc = crew.label
    act.node = crew.node
    act.marks = IS_DAEMON
    need_extra(s, act)
    s.extras[act.extra].crew = index
    act.parent_stamp = 0
    act.key = 0
    act.user = 0
    act.class_id = 0
    act.started = ctl.now
    crew.begun = crew.label
    crew.running += 1
    wake(s.ready, ctl, act, a)


@helper
def keep(s):  # type: ignore[no-untyped-def]
    """Give every crew the number of members that it should have; False when room for more of them is needed.

    Idle consumers are stopped before busy ones, lest they be handed what the busy ones give back. Of a crew that only
    became smaller no busy member is stopped: it ends when its work is done.
    """
    for idle_only in range(1, -1, -1):
        for i in range(s.crews.shape[0]):
            crew = s.crews[i]
            wanted = _wanted(s, crew)
            whole = wanted == 0 or crew.begun != crew.label
            if crew.running > 0 and whole:
                _stop_some(s, i, np.int64(crew.running), idle_only == 1)
            elif crew.running > wanted and idle_only:
                _stop_some(s, i, np.int64(crew.running - wanted), idle_only == 1)
    for i in range(s.crews.shape[0]):
        crew = s.crews[i]
        wanted = _wanted(s, crew)
        crew.leaving = max(crew.running - wanted, 0)
        while crew.running < wanted:
            if s.control[0].free_count <= _SPARE or s.control[0].free_extra_count <= _SPARE:
                return False
            _start(s, i)
    return True


@helper
def leaves(s, a):  # type: ignore[no-untyped-def]
    """End a consumer that has nothing to do if its crew has become smaller; tells whether it did."""
    act = s.activities[a]
    crew = s.crews[s.extras[act.extra].crew]
    if crew.leaving <= 0 or act.parent_stamp > 0:
        return False
    crew.leaving -= 1
    stop(s, a)
    return True


@helper
def revive(s, node):  # type: ignore[no-untyped-def]
    """Let a node work again; what was frozen goes on, what was lost stays lost."""
    here = s.nodes[node]
    if here.state != UP:
        here.down_integral += s.control[0].now - here.down_since
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
