"""Arrivals: when the next request comes, and what it asks for."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.activities import allot
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.meters import begin_span, begin_trace, enter, happened, leave
from simcore.engine.rng import draw, uniform
from simcore.engine.routing import mix
from simcore.engine.tables import EVENT_LIMIT, IS_ROOT, METERED
from simcore.program import NONE, Cause, Shape

LIMIT_REACHED = np.int64(Cause.LIMIT_REACHED)
NOBODY = np.int64(NONE)


@part
def start_root(s, index):  # type: ignore[no-untyped-def]
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
    enter(s.meters, kind.meter, ctl.now)
    enter(s.meters, s.nodes[source.node].meter, ctl.now)
    a = NOBODY
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
        if int(s.slots[kind.payload_slot + 1]) != Shape.CONSTANT:
            act.payload = draw(s.slots, kind.payload_slot, s.streams, source.stream + 4)
        act.marks = IS_ROOT | METERED
        act.started = ctl.now
        act.called = ctl.now
        if ctl.inject == index or mix(number + 1) % ctl.trace_every == 0:
            ctl.inject = NONE
            begin_trace(s, a)
            if act.trace_id != NONE:
                begin_span(s, a, NONE)
    return a


@helper
def _refuse_root(s, node, meter):  # type: ignore[no-untyped-def]
    ctl = s.control[0]
    leave(s.meters, s.outcomes, s.window, meter, LIMIT_REACHED, 0.0, 0.0, ctl.now)
    leave(s.meters, s.outcomes, s.window, s.nodes[node].meter, LIMIT_REACHED, 0.0, 0.0, ctl.now)
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
