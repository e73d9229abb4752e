"""Message queues: leaving a message, fetching one, confirming it or giving it back."""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import helper, part
from simcore.engine.meters import begin_span, begin_trace, enter
from simcore.engine.pools import wake
from simcore.engine.tables import METERED, ON_MESSAGE, UP
from simcore.program import NONE


@part
def _take_first(s, queue, a):  # type: ignore[no-untyped-def]
    """Give the oldest message to a consumer: it becomes a job of the consumer's node."""
    ctl = s.control[0]
    m = np.int64(queue.head)
    message = s.messages[m]
    queue.head = message.next
    if queue.head == NONE:
        queue.tail = NONE
    queue.length -= 1
    queue.unsettled += 1
    queue.wait_sum += ctl.now - message.enqueued_at
    message.deliveries += 1
    act = s.activities[a]
    act.value = m
    act.key = message.key
    act.user = message.user
    act.class_id = message.class_id
    act.payload = message.payload
    act.started = ctl.now
    act.called = ctl.now
    act.waited = 0.0
    act.marks |= METERED
    enter(s.meters, s.nodes[act.node].meter, ctl.now)
    enter(s.meters, s.edges[act.edge].meter, ctl.now)
    s.edges[act.edge].outstanding += 1
    act.trace_id = NONE
    if message.trace_id != NONE:
        begin_trace(s, a)
        if act.trace_id != NONE:
            begin_span(s, a, NONE)


@part
def serve_consumers(s, index):  # type: ignore[no-untyped-def]
    """Match waiting consumers with waiting messages, both in order."""
    queue = s.queues[index]
    if s.nodes[queue.node].state != UP:
        return
    while queue.head != NONE and queue.consumer_head != NONE:
        a = np.int64(queue.consumer_head)
        _unlink_consumer(s, queue, a)
        _take_first(s, queue, a)
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
def enqueue(s, index, act):  # type: ignore[no-untyped-def]
    """Keep a message made from the activity's registers; False when the queue is full."""
    queue = s.queues[index]
    ctl = s.control[0]
    if queue.length >= s.slots[queue.capacity_slot]:
        return False
    m = np.int64(ctl.free_message)
    message = s.messages[m]
    ctl.free_message = message.next
    ctl.free_message_count -= 1
    message.key = act.key
    message.user = act.user
    message.class_id = act.class_id
    message.payload = act.payload
    message.deliveries = 0
    message.trace_id = act.trace_id
    message.enqueued_at = ctl.now
    queue.enqueued += 1
    _append(s, queue, m)
    serve_consumers(s, index)
    return True


@part
def _append(s, queue, m):  # type: ignore[no-untyped-def]
    s.messages[m].next = NONE
    if queue.tail == NONE:
        queue.head = m
    else:
        s.messages[queue.tail].next = m
    queue.tail = m
    queue.length += 1


@helper
def dequeue(s, index, a, edge):  # type: ignore[no-untyped-def]
    """Fetch a message now (True) or stand in line for one (False)."""
    queue = s.queues[index]
    act = s.activities[a]
    act.edge = edge
    if queue.head != NONE and s.nodes[queue.node].state == UP:
        _take_first(s, queue, a)
        return True
    act.list = index
    act.wait = ON_MESSAGE
    act.prev = queue.consumer_tail
    act.next = NONE
    if queue.consumer_tail == NONE:
        queue.consumer_head = a
    else:
        s.activities[queue.consumer_tail].next = a
    queue.consumer_tail = a
    return False


@part
def free_message(s, m):  # type: ignore[no-untyped-def]
    """Return a message's place."""
    ctl = s.control[0]
    s.messages[m].next = ctl.free_message
    ctl.free_message = m
    ctl.free_message_count += 1


@helper
def settle(s, index, m, done):  # type: ignore[no-untyped-def]
    """Confirm a message, or give it back to the head of the queue; after too many deliveries it is a dead letter."""
    queue = s.queues[index]
    queue.unsettled -= 1
    if done:
        queue.settled += 1
        free_message(s, m)
        return
    message = s.messages[m]
    if message.deliveries >= s.slots[queue.deliveries_max_slot]:
        queue.dead_letters += 1
        free_message(s, m)
        return
    queue.redelivered += 1
    message.next = queue.head
    queue.head = m
    if queue.tail == NONE:
        queue.tail = m
    queue.length += 1
    serve_consumers(s, index)


@helper
def lose_all(s, index):  # type: ignore[no-untyped-def]
    """Lose every waiting message: the memory of a broker without a disk is gone."""
    queue = s.queues[index]
    while queue.head != NONE:
        m = np.int64(queue.head)
        queue.head = s.messages[m].next
        free_message(s, m)
        queue.lost += 1
    queue.tail = NONE
    queue.length = 0
