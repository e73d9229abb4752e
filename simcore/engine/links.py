"""Links whose delay varies from packet to packet, or whose bandwidth is shared among the transfers on them.

Plain links, with one constant delay, never come here. A transfer lasts until its bytes have gone over the link, and the
delay of the last byte comes on top. Each direction has its own bandwidth.
"""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.rng import draw
from simcore.engine.sharing import join, next_done
from simcore.engine.tables import ANSWER_CARRIES, IS_PROBE, MAY_MISS, ON_EVENT, SHARING
from simcore.program import NONE, Cause, Operation, Port

OUT, BACK = range(2)


@helper
def varied_latency(s, e):  # type: ignore[no-untyped-def]
    """Draw the delay (s) of a link."""
    edge = s.edges[e]
    drawn = draw(s.slots, edge.latency_slot, s.streams, edge.stream)
    return (drawn + s.slots[edge.distance_slot]) * edge.slowness


@part
def _travel(s, a, e, direction, size_bytes):  # type: ignore[no-untyped-def]
    """Bring an activity to the other end of a link: its bytes first, then the delay."""
    edge = s.edges[e]
    ctl = s.control[0]
    share = np.int64(edge.share + direction)
    if size_bytes > 0.0 and s.slots[s.shares[share].capacity_slot] < math.inf:
        join(s, share, a, size_bytes)
    else:
        plan(s.heap, ctl, ctl.now + varied_latency(s, e), a, s.activities[a].stamp)


@helper
def _weigh(s, c, label):  # type: ignore[no-untyped-def]
    """Return the bytes that a call sends out: what is written goes with the request, what is read with the answer."""
    child = s.activities[c]
    size = 0.0
    if child.marks & IS_PROBE == 0:
        kind = s.classes[child.class_id]
        size = kind.request_bytes
        port = 0
        while s.entries[child.node, port] != label:
            port += 1
        reads = port == Port.GET or port == Port.READ
        writes = port == Port.PUT or port == Port.WRITE or port == Port.REPLICATE
        if port == Port.REPORT:
            writes = True
            size = 0.0
        if port == Port.REQUEST:
            reads = kind.operation == Operation.READ or kind.operation == Operation.STATIC
            writes = not reads
        if reads:
            child.marks |= ANSWER_CARRIES
            if port == Port.GET:
                child.marks |= MAY_MISS
        elif writes:
            size += child.payload
    return size


@part
def _answer_size(act, cause):  # type: ignore[no-untyped-def]
    """Return the bytes of an answer. A failure and a memory's "not here" have none to speak of."""
    missed = act.marks & MAY_MISS != 0 and act.hit == 0
    size = 0.0
    if act.marks & ANSWER_CARRIES and cause == Cause.OK and not missed:
        size = float(act.payload)
    return size


@helper
def bill_out(s, c, e, label):  # type: ignore[no-untyped-def]
    """Count the bytes of a request on an edge where somebody pays, and note whether its answer carries any."""
    s.edges[e].bytes_out += _weigh(s, c, label)


@helper
def bill_back(s, a, cause):  # type: ignore[no-untyped-def]
    """Count the bytes of an answer, whether or not somebody still waits for it."""
    act = s.activities[a]
    if s.edges[act.edge].tariff:
        s.edges[act.edge].bytes_back += _answer_size(act, cause)


@helper
def depart(s, c, e, label):  # type: ignore[no-untyped-def]
    """Send a callee: what is written travels with the request, what is read with the answer."""
    _travel(s, c, e, OUT, _weigh(s, c, label))


@helper
def come_back(s, a):  # type: ignore[no-untyped-def]
    """Send an answer or a failure."""
    act = s.activities[a]
    _travel(s, a, np.int64(act.edge), BACK, _answer_size(act, np.int64(act.cause)))


@helper
def fetch(s, a, e):  # type: ignore[no-untyped-def]
    """Bring what the activity carries over a link to the activity itself."""
    act = s.activities[a]
    act.wait = SHARING
    share = np.int64(s.edges[e].share)
    if act.payload > 0.0 and s.slots[s.shares[share].capacity_slot] < math.inf:
        join(s, share, a, float(act.payload))
    else:
        act.wait = ON_EVENT
        plan(s.heap, s.control[0], s.control[0].now + varied_latency(s, e), a, act.stamp)


@helper
def serve_share(s, index):  # type: ignore[no-untyped-def]
    """Let those go on whose work is done; over a link, after its delay."""
    ctl = s.control[0]
    edge = np.int64(s.shares[index].edge)
    a = next_done(s, index)
    while a != NONE:
        act = s.activities[a]
        if act.wait == SHARING:
            act.wait = ON_EVENT
        rest = 0.0
        if edge != NONE:
            rest = varied_latency(s, edge)
        plan(s.heap, ctl, ctl.now + rest, a, act.stamp)
        a = next_done(s, index)
