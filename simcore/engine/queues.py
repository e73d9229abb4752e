"""Message queues: leaving a message, fetching one, confirming it, and what happens when nobody does.

A message waits in a partition, in order of arrival, and is out while a consumer has it. A receipt names one delivery of
one message (its place and that place's stamp): what was delivered again since is no longer confirmed by it.
"""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.control_tables import MESSAGE_HELD, MESSAGE_OUT
from simcore.engine.extras import set_value
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.lanes import (
    allot_message,
    free_message,
    insert,
    leave_lane,
    next_lane,
    offer,
    unlink_message,
)
from simcore.engine.meters import begin_span, begin_trace, enter
from simcore.engine.pools import wake
from simcore.engine.routing import mix
from simcore.engine.tables import CRASHED, CUT_REQUESTS, IS_TRACED, METERED, ON_MESSAGE, UP
from simcore.program import NONE

#: A heap event of queue i is written as this minus i.
QUEUE_EVENT = -1_500_000_000
#: How a delivery ended: given back by its consumer, confirmed, lost with its consumer, confirmed but not heard, given
#: back by a consumer that ended in good order but whom queues with a timeout of their own do not listen to.
FAILED, DONE, ABANDONED, UNHEARD, LEFT = range(5)
#: Message places that fetching ahead leaves free: everything else at the same instant may need some.
_SPARE = 128
#: Deliveries of one message that are told apart: more than any limit of them, and what the field holds.
_COUNTED_MAX = 32_000


@helper
def _send_out(s, queue, index, m):  # type: ignore[no-untyped-def]
    """Note that a message is with a consumer, until its time to be confirmed is over; returns the receipt."""
    ctl = s.control[0]
    message = s.messages[m]
    leave_lane(s, queue, m)
    message.stands = MESSAGE_OUT
    message.stamp += 1
    message.deliveries = min(message.deliveries + 1, _COUNTED_MAX)
    visibility = s.slots[queue.delivery_slot]
    _expect(s, queue, m, ctl.now + visibility if s.slots[queue.delivery_slot + 4] == 0.0 else math.inf)
    s.partitions[queue.first + message.lane].out += 1
    queue.unsettled += 1
    queue.wait_sum += ctl.now - message.enqueued_at
    arm(s, queue, index, message.due)
    return (np.int64(message.stamp) << 32) | m


@helper
def _expect(s, queue, m, due):  # type: ignore[no-untyped-def]
    """Put a message into the list of those that are to be confirmed, which is in order of time."""
    message = s.messages[m]
    message.due = due
    after = np.int64(queue.tail)
    while after != NONE and s.messages[after].due > due:  # only where some are due sooner than others
        after = np.int64(s.messages[after].prev)
    message.prev = after
    message.next = queue.head if after == NONE else s.messages[after].next
    if after == NONE:
        queue.head = m
    else:
        s.messages[after].next = m
    if message.next == NONE:
        queue.tail = m
    else:
        s.messages[message.next].prev = m


@helper
def come_in(s, queue, m):  # type: ignore[no-untyped-def]
    """Note that a message is no longer with a consumer."""
    unlink_message(s, queue, m)
    s.partitions[queue.first + s.messages[m].lane].out -= 1
    queue.unsettled -= 1


@helper
def give_back(s, queue, index, m):  # type: ignore[no-untyped-def]
    """Let a message wait again; after too many deliveries it is a dead letter, in a broken memory it is lost."""
    come_in(s, queue, m)
    message = s.messages[m]
    p = np.int64(message.lane)
    if s.nodes[queue.node].state == CRASHED and s.slots[queue.durable_slot] == 0.0:
        queue.lost += 1
        free_message(s, m)
    elif message.deliveries >= s.slots[queue.deliveries_max_slot]:
        queue.dead_letters += 1
        _bury(s, queue, m)
    else:
        queue.redelivered += 1
        insert(s, queue, m)
        fade(s, queue, index, message.enqueued_at + s.slots[queue.delivery_slot + 1])
    offer(s, queue, p)


@helper
def _bury(s, queue, m):  # type: ignore[no-untyped-def]
    """Let a dead letter wait in the queue for them, as a new message; without one it is gone."""
    if queue.dead_queue == NONE:
        free_message(s, m)
        return
    graves = s.queues[queue.dead_queue]
    message = s.messages[m]
    message.stamp += 1
    message.deliveries = 0
    message.lane = 0
    message.number = graves.enqueued
    message.enqueued_at = s.control[0].now
    graves.enqueued += 1
    insert(s, graves, m)
    offer(s, graves, np.int64(0))
    serve_consumers(s, np.int64(queue.dead_queue))


@helper
def arm(s, queue, index, due):  # type: ignore[no-untyped-def]
    """Make sure that the queue is looked at when the next message is to be confirmed."""
    if due < queue.armed:
        queue.armed = due
        plan(s.heap, s.control[0], float(due), QUEUE_EVENT - index, 0)


@helper
def fade(s, queue, index, due):  # type: ignore[no-untyped-def]
    """Make sure that the queue is looked at when the next message has waited for too long.

    One that comes back after its time has been over for long is looked at now: events lie never in the past.
    """
    due = max(due, s.control[0].now)
    if due < queue.fades:
        queue.fades = due
        plan(s.heap, s.control[0], float(due), QUEUE_EVENT - index, 0)


@helper
def _begin(s, a, m, receipt):  # type: ignore[no-untyped-def]
    """Let a message become a job of its consumer's node."""
    ctl = s.control[0]
    message = s.messages[m]
    act = s.activities[a]
    set_value(s, act, receipt)
    act.key = message.key
    act.user = message.user
    act.class_id = message.class_id
    act.payload = message.payload
    act.started = ctl.now
    act.called = ctl.now
    act.waited = 0.0
    act.marks &= ~IS_TRACED
    if act.edge == NONE:
        return
    act.marks |= METERED
    enter(s.meters, s.nodes[act.node].meter, ctl.now)
    enter(s.meters, s.edges[act.edge].meter, ctl.now)
    s.edges[act.edge].outstanding += 1
    if message.trace_id != NONE:
        begin_trace(s, a)
        if act.marks & IS_TRACED:
            begin_span(s, a, NONE)


@helper
def _fetch(s, index, a, p):  # type: ignore[no-untyped-def]
    """Give a consumer the oldest message of a partition, and some more to keep.

    What it keeps is a copy with its receipt: it works on it even if the queue has given up waiting meanwhile.
    """
    queue = s.queues[index]
    act = s.activities[a]
    lane = s.partitions[queue.first + p]
    m = np.int64(lane.head)
    _begin(s, a, m, _send_out(s, queue, index, m))
    last = np.int64(NONE)
    more = int(s.slots[queue.delivery_slot + 3]) - 1
    while more > 0 and lane.length > 0 and s.control[0].free_message_count > _SPARE:
        more -= 1
        m = np.int64(lane.head)
        c = allot_message(s)
        copy = s.messages[c]
        origin = s.messages[m]
        copy.key = origin.key
        copy.user = origin.user
        copy.class_id = origin.class_id
        copy.payload = origin.payload
        copy.trace_id = origin.trace_id
        copy.number = _send_out(s, queue, index, m)
        copy.stands = MESSAGE_HELD
        copy.next = NONE
        if last == NONE:
            act.parent_stamp = c + 1
        else:
            s.messages[last].next = c
        last = c
    offer(s, queue, p)


@helper
def _open_consumer(s, queue):  # type: ignore[no-untyped-def]
    """Return the first waiting consumer that messages can reach."""
    a = np.int64(queue.consumer_head)
    while a != NONE and not _is_open(s, s.activities[a].edge):
        a = np.int64(s.activities[a].next)
    return a


@helper
def _is_open(s, edge):  # type: ignore[no-untyped-def]
    """Tell whether messages pass an edge; a broker's own consumers need none."""
    return edge == NONE or s.edges[edge].partitioned & CUT_REQUESTS == 0


@helper
def serve_consumers(s, index):  # type: ignore[no-untyped-def]
    """Match waiting consumers with waiting messages, both in order."""
    queue = s.queues[index]
    if s.nodes[queue.node].state != UP:
        return
    while queue.ready_head != NONE:
        a = _open_consumer(s, queue)
        p = next_lane(s, queue) if a != NONE else np.int64(NONE)
        if p == NONE:
            return
        _unlink_consumer(s, queue, a)
        _fetch(s, index, a, p)
        wake(s.ready, s.control[0], s.activities[a], a)


@part
def _unlink_consumer(s, queue, a):  # type: ignore[no-untyped-def]
    act = s.activities[a]
    if act.prev == NONE:
        queue.consumer_head = act.next
    else:
        s.activities[act.prev].next = act.next
    if act.next == NONE:
        queue.consumer_tail = act.prev
    else:
        s.activities[act.next].prev = act.prev


@helper
def stop_waiting(s, a):  # type: ignore[no-untyped-def]
    """Take a consumer out of the line."""
    _unlink_consumer(s, s.queues[s.activities[a].list], a)


@helper
def _stand_in_line(s, index, a):  # type: ignore[no-untyped-def]
    queue = s.queues[index]
    act = s.activities[a]
    act.list = index
    act.wait = ON_MESSAGE
    act.prev = queue.consumer_tail
    act.next = NONE
    if queue.consumer_tail == NONE:
        queue.consumer_head = a
    else:
        s.activities[queue.consumer_tail].next = a
    queue.consumer_tail = a


@helper
def enqueue(s, index, act):  # type: ignore[no-untyped-def]
    """Keep a message made from the activity's registers; False when the queue is full.

    What only one reader gets is never refused: of more than its partition keeps, the oldest is lost to that reader.
    """
    queue = s.queues[index]
    ctl = s.control[0]
    p = mix(act.key + 1) % queue.parts if queue.parts > 0 else 0
    if queue.reader != NONE:
        lane = s.partitions[queue.first + p]
        if lane.length >= s.slots[queue.capacity_slot]:
            oldest = np.int64(lane.head)
            leave_lane(s, queue, oldest)
            queue.expired += 1
            free_message(s, oldest)
    elif queue.length >= s.slots[queue.capacity_slot]:
        return False
    m = allot_message(s)
    message = s.messages[m]
    message.key = act.key
    message.user = act.user
    message.class_id = act.class_id
    message.payload = act.payload
    message.deliveries = 0
    message.trace_id = s.extras[act.extra].trace_id if act.marks & IS_TRACED else NONE
    message.enqueued_at = ctl.now
    message.number = queue.enqueued
    message.lane = p
    queue.enqueued += 1
    insert(s, queue, m)
    offer(s, queue, np.int64(message.lane))
    fade(s, queue, index, ctl.now + s.slots[queue.delivery_slot + 1])
    serve_consumers(s, index)
    return True


@helper
def dequeue(s, index, a, edge):  # type: ignore[no-untyped-def]
    """Fetch a message now (True) or stand in line for one (False); what was fetched ahead comes first."""
    queue = s.queues[index]
    act = s.activities[a]
    act.edge = edge
    if act.parent_stamp > 0:
        c = np.int64(act.parent_stamp) - 1
        act.parent_stamp = s.messages[c].next + 1
        _begin(s, a, c, np.int64(s.messages[c].number))
        free_message(s, c)
        return True
    p = np.int64(NONE)
    if s.nodes[queue.node].state == UP and _is_open(s, act.edge):
        p = next_lane(s, queue)
    if p == NONE:
        _stand_in_line(s, index, a)
        return False
    _fetch(s, index, a, p)
    return True


@helper
def settle(s, index, receipt, how, since):  # type: ignore[no-untyped-def]
    """End one delivery of a message, of which work began at `since`; `how` is FAILED, DONE, and so on.

    What a broker has forgotten it does not hear of: it is done, and nobody else does it.
    """
    queue = s.queues[index]
    m = receipt & 0xFFFFFFFF
    message = s.messages[m]
    if message.stamp != receipt >> 32:
        queue.duplicates += (
            how == DONE or how == UNHEARD
        ) and since >= queue.wiped_at  # somebody else has it, or had it
        return
    p = np.int64(message.lane)
    once = s.slots[queue.delivery_slot + 4] != 0.0
    if how == DONE or once:
        if message.stands == MESSAGE_OUT:
            come_in(s, queue, m)
        else:
            leave_lane(s, queue, m)
        if how == DONE or how == UNHEARD:
            queue.settled += 1
        else:
            queue.lost += 1
        free_message(s, m)
        offer(s, queue, p)
    else:
        queue.duplicates += how == UNHEARD
        if message.stands == MESSAGE_OUT:
            _miss(s, queue, index, m, how)
    serve_consumers(s, index)


@helper
def _miss(s, queue, index, m, how):  # type: ignore[no-untyped-def]
    """Take back a message that was not confirmed, now or when its consumer is noticed to be gone."""
    due = s.messages[m].due
    notice = s.slots[queue.delivery_slot + 5]
    if how == FAILED or (how == LEFT and notice < math.inf) or (due == math.inf and notice == math.inf):
        give_back(s, queue, index, m)
    elif s.control[0].now + notice < due:
        unlink_message(s, queue, m)
        _expect(s, queue, m, s.control[0].now + notice)
        arm(s, queue, index, s.messages[m].due)


@helper
def abandon(s, index, a, how):  # type: ignore[no-untyped-def]
    """Let go of what a consumer had fetched ahead."""
    act = s.activities[a]
    while act.parent_stamp > 0:
        c = np.int64(act.parent_stamp) - 1
        act.parent_stamp = s.messages[c].next + 1
        settle(s, index, np.int64(s.messages[c].number), how, s.control[0].now)
        free_message(s, c)
