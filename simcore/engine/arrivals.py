"""Arrivals: when the next request comes, and what it asks for."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.activities import allot, give_up
from simcore.engine.extras import need_extra
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.meters import begin_span, begin_trace, enter, happened, leave
from simcore.engine.rng import draw, exponential, uniform
from simcore.engine.routing import mix
from simcore.engine.tables import EVENT_LIMIT, HAS_DEADLINE, IS_ROOT, IS_TRACED, METERED
from simcore.program import NONE, Cause, Port, Shape

LIMIT_REACHED = np.int64(Cause.LIMIT_REACHED)
NOBODY = np.int64(NONE)


@part
def key_of(s, kind, place):  # type: ignore[no-untyped-def]
    """Return a class's key for a place drawn evenly from its key space."""
    key = int(place)
    alias = s.aliases[kind.alias_first + key]
    return key + (alias.key - key) * int(
        place - key >= alias.share
    )  # no branch, which would wait for the memory


@part
def class_at(s, share):  # type: ignore[no-untyped-def]
    """Return the class whose part of all requests a number in [0, 1) falls into."""
    class_id = 0
    while class_id < s.control[0].class_count - 1 and share >= s.classes[class_id].cumulative:
        class_id += 1
    return class_id


@part
def ask(s, index, a):  # type: ignore[no-untyped-def]
    """Make an activity of a source a request: its class, key and size. False when the run is at its limit of requests."""
    ctl = s.control[0]
    source = s.sources[index]
    act = s.activities[a]
    share = uniform(s.streams, source.stream + 1)
    class_id = class_at(s, share)
    kind = s.classes[class_id]
    key = key_of(s, kind, uniform(s.streams, source.stream + 2) * kind.key_count)
    payload = kind.payload
    if int(s.slots[kind.payload_slot + 1]) != Shape.CONSTANT:
        payload = draw(s.slots, kind.payload_slot, s.streams, source.stream + 4)
    number = ctl.roots_started
    ctl.roots_started += 1
    enter(s.meters, kind.meter, ctl.now)
    enter(s.meters, s.nodes[act.node].meter, ctl.now)
    allowed = ctl.roots_in_flight < ctl.in_flight_max
    if allowed:
        ctl.roots_in_flight += 1
        act.key = key
        act.class_id = class_id
        act.payload = payload
        act.marks |= IS_ROOT | METERED
        act.started = ctl.now
        act.called = ctl.now
        if kind.deadline > 0.0:
            need_extra(s, act)
            s.extras[act.extra].deadline = ctl.now + kind.deadline
            act.marks |= HAS_DEADLINE
        if ctl.inject == index or mix(number + 1) % ctl.trace_every == 0:
            begin_trace(s, a)
            if act.marks & IS_TRACED:
                begin_span(s, a, NONE)
                if ctl.inject == index:
                    ctl.inject = NONE
    else:
        _refuse_root(s, act.node, kind.meter)
    return allowed


@part
def go_home(s, source, act):  # type: ignore[no-untyped-def]
    """Let a request begin at the part of a population that its person belongs to, if there are parts."""
    if source.parts_slot != NONE:
        at = np.int64(source.parts_slot + 1)
        last = at + 2 * int(s.slots[source.parts_slot]) - 2
        while at < last and act.user >= s.slots[at + 1]:
            at += 2
        act.node = int(s.slots[at])
        act.pc = s.entries[act.node, Port.REQUEST]


@part
def start_root(s, index):  # type: ignore[no-untyped-def]
    """Create the request of an arrival. Returns it, or NONE when the run is at its limit of requests in flight."""
    ctl = s.control[0]
    source = s.sources[index]
    a = allot(s.activities, ctl)
    act = s.activities[a]
    act.pc = source.label
    act.node = source.node
    act.user = int(uniform(s.streams, source.stream + 3) * s.slots[source.user_count_slot])
    go_home(s, source, act)
    if not ask(s, index, a):
        give_up(s, a)
        a = NOBODY
    return a


@helper
def _refuse_root(s, node, meter):  # type: ignore[no-untyped-def]
    ctl = s.control[0]
    leave(s.meters, s.window, meter, LIMIT_REACHED, 0.0, 0.0, ctl.now)
    leave(s.meters, s.window, s.nodes[node].meter, LIMIT_REACHED, 0.0, 0.0, ctl.now)
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
    source.due = math.inf
    if source.uneven:
        _plan_stretch(s, index)
    else:
        source.stretched = 0
        source.rate = s.slots[source.rate_slot]
        if source.rate > 0.0:
            source.due = ctl.now + source.remaining / source.rate
            plan(s.heap, ctl, source.due, source.activity, act.stamp)


@helper
def _plan_stretch(s, index):  # type: ignore[no-untyped-def]
    """Plan the next arrival, or the end of the stretch in which the rate is one straight line, whichever is first."""
    ctl = s.control[0]
    source = s.sources[index]
    _keep_bursts(s, source)
    source.since = ctl.now
    source.stretched = 1
    lay_stretch(s, source)
    root = source.rate * source.rate + 2.0 * source.slope * source.remaining
    wait = math.inf
    if root >= 0.0 and source.rate + math.sqrt(root) > 0.0:
        wait = 2.0 * source.remaining / (source.rate + math.sqrt(root))
    at = source.until
    if ctl.now + wait <= at:
        at = ctl.now + wait
        source.due = at
    if at < math.inf:
        plan(s.heap, ctl, at, source.activity, s.activities[source.activity].stamp)


@part
def _keep_bursts(s, source):  # type: ignore[no-untyped-def]
    """Begin with bursts, in either state as probable as it is in the long run, or leave off with them."""
    first = source.burst_slot
    burst_s = s.slots[first + 2]
    if burst_s == 0.0:
        source.switch_at = 0.0
        source.bursting = 0
    elif source.switch_at <= s.control[0].now:  # also one that is left from earlier bursts
        together_s = burst_s + s.slots[first + 3]
        source.bursting = uniform(s.streams, source.stream) * together_s < burst_s
        _set_switch(s, source)


@part
def _set_switch(s, source):  # type: ignore[no-untyped-def]
    length_s = s.slots[source.burst_slot + (2 if source.bursting else 3)]
    source.switch_at = s.control[0].now + length_s * exponential(s.streams, source.stream)


@helper
def lay_stretch(s, source):  # type: ignore[no-untyped-def]
    """Set rate, slope and end of the straight line on which the rate is at `since`."""
    at = source.since
    rate = s.slots[source.rate_slot]
    source.until = math.inf
    if source.switch_at > 0.0:
        rate *= s.slots[source.burst_slot + (0 if source.bursting else 1)]
        source.until = source.switch_at
    factor = 1.0
    steepness = 0.0
    if source.curve_count > 0:
        first = source.curve_slot + 1
        period = s.slots[source.curve_slot]
        base = 0.0
        if period > 0.0:
            base = math.floor(at / period) * period
            if base + period <= at:  # rounding put the end of a period into it
                base += period
        i = -1  # last point that has been passed
        while i + 1 < source.curve_count and base + s.slots[first + 2 * (i + 1)] <= at:
            i += 1
        end = base + period if period > 0.0 else math.inf
        if i + 1 < source.curve_count:
            end = base + s.slots[first + 2 * (i + 1)]
        factor = s.slots[first + 2 * max(i, 0) + 1]
        if 0 <= i < source.curve_count - 1:
            start = base + s.slots[first + 2 * i]
            steepness = (s.slots[first + 2 * i + 3] - factor) / (end - start)
            factor += steepness * (at - start)
        source.until = min(source.until, end)
    source.rate = max(rate * factor, 0.0)
    source.slope = rate * steepness


@part
def come(source, now):  # type: ignore[no-untyped-def]
    """Return the arrivals expected from the beginning of the stretch until now."""
    passed = now - source.since
    return passed * (source.rate + 0.5 * source.slope * passed)


@helper
def end_stretch(s, index):  # type: ignore[no-untyped-def]
    """Take in that the rate is at a bend, or that a burst begins or ends."""
    now = s.control[0].now
    source = s.sources[index]
    source.remaining = max(source.remaining - come(source, now), 0.0)
    if 0.0 < source.switch_at <= now:
        source.bursting = 1 - source.bursting
        _set_switch(s, source)


@helper
def replan_arrival(s, index):  # type: ignore[no-untyped-def]
    """After parameters changed: plan the next arrival anew if that changes anything."""
    now = s.control[0].now
    source = s.sources[index]
    if source.stretched:
        rate, slope, until = source.rate, source.slope, source.until
        left = max(source.remaining - come(source, now), 0.0)
        if source.uneven and (s.slots[source.burst_slot + 2] > 0.0) == (source.switch_at > 0.0):
            lay_stretch(s, source)
            if rate == source.rate and slope == source.slope and until == source.until:
                return
        source.remaining = left
    elif source.uneven == 0 and source.rate == s.slots[source.rate_slot]:
        return
    elif source.rate > 0.0:
        source.remaining = (source.due - now) * source.rate
    plan_arrival(s, index)
