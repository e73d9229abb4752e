"""What befalls the messages of a whole queue: their time is over, their memory is gone, their lines are laid out anew."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.jit import helper
from simcore.engine.lanes import free_message, leave_lane, rearrange
from simcore.engine.queues import ABANDONED, abandon, arm, come_in, fade, give_back, serve_consumers
from simcore.engine.tables import IS_DAEMON
from simcore.program import NONE


@helper
def expire(s, index):  # type: ignore[no-untyped-def]
    """Deliver again what was not confirmed in time, and drop what has waited for too long."""
    queue = s.queues[index]
    now = s.control[0].now
    if queue.armed <= now:
        _call_back(s, queue, index)
    if queue.fades <= now:
        _drop_old(s, queue, index)
    serve_consumers(s, index)


@helper
def _call_back(s, queue, index):  # type: ignore[no-untyped-def]
    """Take back what is overdue, the newest first: each then stands at the head of its line at once."""
    last = np.int64(NONE)
    m = np.int64(queue.head)
    while m != NONE and s.messages[m].due <= s.control[0].now:
        last = m
        m = np.int64(s.messages[m].next)
    while last != NONE:
        due = last
        last = np.int64(s.messages[due].prev)
        give_back(s, queue, index, due)
    queue.armed = math.inf
    if queue.head != NONE:
        arm(s, queue, index, s.messages[queue.head].due)


@helper
def _drop_old(s, queue, index):  # type: ignore[no-untyped-def]
    """Drop the messages whose time is over: no line has an older one than its head."""
    retention = s.slots[queue.delivery_slot + 1]
    queue.fades = math.inf
    for p in range(queue.first, queue.first + queue.lanes):
        lane = s.partitions[p]
        while lane.head != NONE and s.messages[lane.head].enqueued_at + retention <= s.control[0].now:
            m = np.int64(lane.head)
            leave_lane(s, queue, m)
            queue.expired += 1
            free_message(s, m)
        if lane.head != NONE:
            fade(s, queue, index, s.messages[lane.head].enqueued_at + retention)


@helper
def lose_all(s, index):  # type: ignore[no-untyped-def]
    """Lose every message: the memory of a broker without a disk is gone, and what consumers confirm it has forgotten."""
    queue = s.queues[index]
    queue.wiped_at = s.control[0].now
    for a in range(s.activities.shape[0]):
        act = s.activities[a]
        if act.marks & IS_DAEMON == 0 or act.parent_stamp == 0 or act.edge == NONE:
            continue
        crew = s.extras[act.extra].crew
        if crew >= 0 and s.crews[crew].queue == index:
            abandon(s, index, a, ABANDONED)
    while queue.head != NONE:
        m = np.int64(queue.head)
        come_in(s, queue, m)
        free_message(s, m)
        queue.lost += 1
    for p in range(queue.first, queue.first + queue.lanes):
        while s.partitions[p].head != NONE:
            m = np.int64(s.partitions[p].head)
            leave_lane(s, queue, m)
            free_message(s, m)
            queue.lost += 1


@helper
def catch_up_queue(s, index):  # type: ignore[no-untyped-def]
    """After parameters changed: lay out the partitions anew, look again at what comes due, and serve."""
    queue = s.queues[index]
    if queue.room == 0:  # of a name that nobody has declared a queue for
        return
    rearrange(s, queue)
    queue.armed = s.control[0].now
    queue.fades = s.control[0].now
    expire(s, index)
