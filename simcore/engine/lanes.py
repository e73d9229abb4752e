"""The lines that messages wait in: one for each partition of a queue, and those partitions in line to be served."""

from __future__ import annotations

import numpy as np

from simcore.engine.control_tables import MESSAGE_WAITS
from simcore.engine.jit import helper
from simcore.engine.routing import mix
from simcore.program import NONE


@helper
def allot_message(s):  # type: ignore[no-untyped-def]
    """Take a free place for a message; the caller has made sure that there is one."""
    ctl = s.control[0]
    m = np.int64(ctl.free_message)
    ctl.free_message = s.messages[m].next
    ctl.free_message_count -= 1
    return m


@helper
def free_message(s, m):  # type: ignore[no-untyped-def]
    """Return a message's place; receipts of it are void."""
    ctl = s.control[0]
    message = s.messages[m]
    message.stamp += 1
    message.stands = 0
    message.next = ctl.free_message
    ctl.free_message = m
    ctl.free_message_count += 1


@helper
def offer(s, queue, p):  # type: ignore[no-untyped-def]
    """Put a partition in line to be served, if it has messages and nobody works on it."""
    lane = s.partitions[queue.first + p]
    if lane.in_line or lane.length == 0 or (queue.parts > 0 and lane.out > 0):
        return
    lane.in_line = 1
    lane.next = NONE
    if queue.ready_tail == NONE:
        queue.ready_head = p
    else:
        s.partitions[queue.first + queue.ready_tail].next = p
    queue.ready_tail = p


@helper
def next_lane(s, queue):  # type: ignore[no-untyped-def]
    """Take the first partition in line that can still be served; NONE when there is none."""
    while queue.ready_head != NONE:
        p = np.int64(queue.ready_head)
        lane = s.partitions[queue.first + p]
        queue.ready_head = lane.next
        if queue.ready_head == NONE:
            queue.ready_tail = NONE
        lane.in_line = 0
        if lane.length > 0 and (queue.parts == 0 or lane.out == 0):
            return p
    return np.int64(NONE)


@helper
def insert(s, queue, m):  # type: ignore[no-untyped-def]
    """Let a message wait in its partition, in order of arrival."""
    message = s.messages[m]
    lane = s.partitions[queue.first + message.lane]
    message.stands = MESSAGE_WAITS
    message.prev = lane.tail
    message.next = NONE
    if lane.tail != NONE and s.messages[lane.tail].number > message.number:
        after = np.int64(lane.head)  # it was here before: those that came earlier are few
        while s.messages[after].number < message.number:
            after = np.int64(s.messages[after].next)
        message.next = after
        message.prev = s.messages[after].prev
    if message.prev == NONE:
        lane.head = m
    else:
        s.messages[message.prev].next = m
    if message.next == NONE:
        lane.tail = m
    else:
        s.messages[message.next].prev = m
    lane.length += 1
    queue.length += 1


@helper
def unlink_message(s, holder, m):  # type: ignore[no-untyped-def]
    """Take a message out of a list."""
    message = s.messages[m]
    if message.prev == NONE:
        holder.head = message.next
    else:
        s.messages[message.prev].next = message.next
    if message.next == NONE:
        holder.tail = message.prev
    else:
        s.messages[message.next].prev = message.prev


@helper
def leave_lane(s, queue, m):  # type: ignore[no-untyped-def]
    """Take a message out of its line."""
    lane = s.partitions[queue.first + s.messages[m].lane]
    unlink_message(s, lane, m)
    lane.length -= 1
    queue.length -= 1


@helper
def rearrange(s, queue):  # type: ignore[no-untyped-def]
    """Share the messages out among as many partitions as the queue is to have now.

    They keep their order of arrival, so that those of one key stay in order.
    """
    wanted = np.int64(s.slots[queue.delivery_slot + 2])
    if wanted == queue.parts:
        return
    first = np.int64(NONE)
    last = np.int64(NONE)
    while queue.length > 0:
        oldest = np.int64(NONE)
        for p in range(queue.first, queue.first + queue.lanes):
            m = np.int64(s.partitions[p].head)
            if m != NONE and (oldest == NONE or s.messages[m].number < s.messages[oldest].number):
                oldest = m
        leave_lane(s, queue, oldest)
        s.messages[oldest].next = NONE
        if last == NONE:
            first = oldest
        else:
            s.messages[last].next = oldest
        last = oldest
    _lay_out(s, queue, wanted)
    while first != NONE:
        m = first
        first = np.int64(s.messages[m].next)
        s.messages[m].lane = mix(s.messages[m].key + 1) % wanted if wanted > 0 else 0
        insert(s, queue, m)
    for p in range(queue.lanes):
        offer(s, queue, p)


@helper
def _lay_out(s, queue, wanted):  # type: ignore[no-untyped-def]
    """Make all partitions empty but for what consumers have; there are places for as many as wanted."""
    queue.parts = wanted
    queue.first = queue.fresh
    queue.lanes = max(wanted, 1)
    queue.ready_head = NONE
    queue.ready_tail = NONE
    for p in range(queue.first, queue.first + queue.lanes):
        lane = s.partitions[p]
        lane.head = NONE
        lane.tail = NONE
        lane.length = 0
        lane.out = 0
        lane.in_line = 0
    m = np.int64(queue.head)
    while m != NONE:
        message = s.messages[m]
        message.lane = mix(message.key + 1) % wanted if wanted > 0 else 0
        s.partitions[queue.first + message.lane].out += 1
        m = np.int64(message.next)
