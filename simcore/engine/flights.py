"""Fetching a key once for all who ask for it at the same time (single-flight, request coalescing).

A flight is held like a worker, so however its leader ends, with an answer, a failure, a crash or a cancellation, it is let go:
with a result everybody who waits goes on, without one the next in line asks in the leader's place.
"""

from __future__ import annotations

import numpy as np

from simcore.engine.data_tables import FLIGHT_BUCKETS
from simcore.engine.extras import expect_to_hold, let_newest_go, take_hold
from simcore.engine.jit import helper, part
from simcore.engine.pools import give_back, unlink, wake
from simcore.engine.tables import ON_FLIGHT
from simcore.program import NONE


@part
def _bucket(latch, key):  # type: ignore[no-untyped-def]
    return (((int(key) * 2654435761) ^ (int(latch) * 40503)) >> 7) & (FLIGHT_BUCKETS - 1)


@helper
def join(s, latch, a):  # type: ignore[no-untyped-def]
    """Lead the flight of the activity's key (True, hit 0), or wait for the one that is on its way (False)."""
    ctl = s.control[0]
    act = s.activities[a]
    act.hit = 0
    place = _bucket(latch, act.key)
    f = s.flight_buckets[place]
    while f != NONE and (s.flights[f].latch != latch or s.flights[f].key != act.key):
        f = s.flights[f].chain
    if f != NONE:
        flight = s.flights[f]
        act.prev = flight.tail
        act.next = NONE
        expect_to_hold(s, act)
        act.list = f
        act.wait = ON_FLIGHT
        if flight.tail == NONE:
            flight.head = a
        else:
            s.activities[flight.tail].next = a
        flight.tail = a
        return False
    f = ctl.free_flight
    take_hold(s, act, NONE if f == NONE else -2 - f)
    if f != NONE:
        flight = s.flights[f]
        ctl.free_flight = flight.chain
        flight.latch = latch
        flight.key = act.key
        flight.head = NONE
        flight.tail = NONE
        flight.chain = s.flight_buckets[place]
        s.flight_buckets[place] = f
    return True


@part
def _free(s, f):  # type: ignore[no-untyped-def]
    flight = s.flights[f]
    place = _bucket(flight.latch, flight.key)
    if s.flight_buckets[place] == f:
        s.flight_buckets[place] = flight.chain
    else:
        before = s.flight_buckets[place]
        while s.flights[before].chain != f:
            before = s.flights[before].chain
        s.flights[before].chain = flight.chain
    flight.latch = NONE
    flight.chain = s.control[0].free_flight
    s.control[0].free_flight = f


@helper
def land(s, held, version, shared):  # type: ignore[no-untyped-def]
    """Let a flight go. With a result to share, all who wait have it; without one the first of them leads."""
    if held == NONE:
        return
    ctl = s.control[0]
    f = -2 - held
    flight = s.flights[f]
    while flight.head != NONE:
        b = np.int64(flight.head)
        act = s.activities[b]
        unlink(s.activities, flight, b)
        act.hit = shared
        wake(s.ready, ctl, act, b)
        if not shared:
            take_hold(s, act, held)
            return
        if version > act.version:
            act.version = version
    _free(s, f)


@helper
def stop_waiting(s, a):  # type: ignore[no-untyped-def]
    """Take an activity out of those who wait for a flight."""
    unlink(s.activities, s.flights[s.activities[a].list], a)


@part
def let_go(s, a):  # type: ignore[no-untyped-def]
    """Give back everything an activity holds, newest first."""
    act = s.activities[a]
    while act.held_count > 0:
        held = let_newest_go(s, act)
        if held >= 0:
            give_back(s, held)
        else:
            land(s, held, np.int64(0), shared=False)
