"""Gates: rate limits, retry budgets and circuit breakers. Each is one row of a table; its numbers are in slots.

The sliding window counts in two neighbouring windows and weighs the older by how much of it is still in sight, which
assumes that its requests came evenly; it needs two numbers instead of a log of all requests.
"""

from __future__ import annotations

import math

from simcore.call_words import GateKind, GateStep
from simcore.engine.gate_tables import CLOSED, HALF_OPEN, OPEN, USERS_APART
from simcore.engine.jit import helper
from simcore.program import Cause

#: What a gate that refuses returns instead of a pause.
REFUSED_S = -1.0


@helper
def _roll(gate, began, width, now):  # type: ignore[no-untyped-def]
    """Return when the window of `now` begins; the counts move on to it from the window that began at `began`."""
    begins = math.floor(now / width) * width
    if begins > began:
        next_one = begins - began < 1.5 * width
        gate.before = gate.count if next_one else 0.0
        gate.failed_before = gate.failed if next_one else 0.0
        gate.count = 0.0
        gate.failed = 0.0
        return begins
    return began


@helper
def _pass_limit(gate, slots, now):  # type: ignore[no-untyped-def]
    """Return for how long (s) a request must wait before it goes through, or REFUSED_S."""
    first = gate.first_slot
    kind = int(slots[first])
    rate = slots[first + 1]
    if kind == GateKind.TOKEN_BUCKET:
        gate.level = min(gate.level + rate * (now - gate.since), slots[first + 2])
        gate.since = now
        # Tokens add up in small steps: rounding must not cost one.
        if gate.level < 1.0 - 1e-9:
            return REFUSED_S
        gate.level = max(gate.level - 1.0, 0.0)
        return 0.0
    if kind == GateKind.LEAKY_BUCKET:
        goes = max(now, gate.since)
        if (goes - now) * rate > slots[first + 4]:
            return REFUSED_S
        gate.since = goes + 1.0 / rate
        return goes - now
    width = slots[first + 3]
    gate.since = _roll(gate, gate.since, width, now)
    seen = gate.count
    if kind == GateKind.SLIDING_WINDOW:
        seen += gate.before * (1.0 - (now - gate.since) / width)
    if seen + 1.0 > rate * width:
        return REFUSED_S
    gate.count += 1.0
    return 0.0


@helper
def _turn(gate, state, now):  # type: ignore[no-untyped-def]
    """Bring a breaker into another state."""
    gate.state = state
    gate.news = 1
    gate.since = now
    gate.began = now
    gate.count = 0.0
    gate.before = 0.0
    gate.failed = 0.0
    gate.failed_before = 0.0
    gate.streak = 0
    gate.probes = 0


@helper
def _pass_breaker(gate, slots, now):  # type: ignore[no-untyped-def]
    """Return 0 for a call that may go out, or REFUSED_S."""
    open_s = slots[gate.first_slot + 5]
    if gate.state == CLOSED:
        return 0.0
    if gate.state == OPEN:
        if now - gate.since < open_s:
            return REFUSED_S
        _turn(gate, HALF_OPEN, now)
    if gate.probes >= slots[gate.first_slot + 6]:
        if now - gate.since < open_s:
            return REFUSED_S
        # Probes whose caller died never report: try anew.
        gate.since = now
        gate.probes = 0
        gate.streak = 0
    gate.probes += 1
    return 0.0


@helper
def _report(gate, slots, failed, called_at, now):  # type: ignore[no-untyped-def]
    """Take in how a call ended; what was called before the present state began says nothing about it."""
    first = gate.first_slot
    if called_at < gate.since or gate.state == OPEN:
        return
    if gate.state == HALF_OPEN:
        gate.streak += 1
        if failed:
            _turn(gate, OPEN, now)
        elif gate.streak >= slots[first + 6]:
            _turn(gate, CLOSED, now)
        return
    gate.streak = gate.streak + 1 if failed else 0
    if int(slots[first]) == GateKind.BREAKER_STREAK:
        if gate.streak >= slots[first + 2]:
            _turn(gate, OPEN, now)
        return
    width = slots[first + 3]
    gate.began = _roll(gate, gate.began, width, now)
    gate.count += 1.0
    gate.failed += failed
    old = max(1.0 - (now - gate.began) / width, 0.0)
    calls = gate.count + gate.before * old
    failures = gate.failed + gate.failed_before * old
    if failed and calls >= slots[first + 2] and failures >= slots[first + 1] * calls:
        _turn(gate, OPEN, now)


@helper
def step(gate, slots, what, called_at, now):  # type: ignore[no-untyped-def]
    """Do one step; returns the pause (s) before the activity goes on, or REFUSED_S."""
    if what == GateStep.PASS:
        limits = int(slots[gate.first_slot]) < GateKind.BREAKER_RATIO
        pause = _pass_limit(gate, slots, now) if limits else _pass_breaker(gate, slots, now)
        if pause < 0.0:
            gate.refused += 1
        else:
            gate.allowed += 1
        return pause
    if what == GateStep.DEPOSIT:
        gate.level = min(gate.level + slots[gate.first_slot + 5], slots[gate.first_slot + 2])
    else:
        _report(gate, slots, what == GateStep.FAILED, called_at, now)
    return 0.0


@helper
def pass_user(s, index, user, now):  # type: ignore[no-untyped-def]
    """Return 0 when a user's bucket has a token, else REFUSED_S. What is kept are the tokens that are missing."""
    gate = s.gates[index]
    first = gate.first_slot
    place = 2 * (user % USERS_APART)
    row = gate.user_row
    missing = s.user_buckets[row, place] - s.slots[first + 1] * (now - s.user_buckets[row, place + 1])
    missing = max(missing, 0.0)
    # Tokens add up in small steps: rounding must not cost one.
    refused = missing > s.slots[first + 2] - 1.0 + 1e-9
    if refused:
        gate.refused += 1
    else:
        gate.allowed += 1
        missing += 1.0
    s.user_buckets[row, place] = missing
    s.user_buckets[row, place + 1] = now
    return REFUSED_S if refused else 0.0


@helper
def cause_of(gate, slots):  # type: ignore[no-untyped-def]
    """Return why a request failed that this gate refused."""
    return Cause.RATE_LIMITED if int(slots[gate.first_slot]) < GateKind.BREAKER_RATIO else Cause.BREAKER_OPEN
