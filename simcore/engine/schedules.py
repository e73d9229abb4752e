"""Schedules: jobs that start by the clock. They are no requests of people: their node alone counts them."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.arrivals import key_of
from simcore.engine.heap import plan
from simcore.engine.jit import helper
from simcore.engine.meters import begin_span, begin_trace, end_span, end_trace, enter, happened, leave
from simcore.engine.rng import draw, uniform
from simcore.engine.routing import mix
from simcore.engine.tables import EVENT_LEFT_OUT, EVENT_MISSED, IS_TRACED, METERED, ON_EVENT, UP
from simcore.program import NONE, Cause
from simcore.source_words import ArriveStep, CatchUp

#: How often a schedule looks whether it was changed, or whether its node is back (s).
LOOK_S = 1.0
#: Pause between starts that are made up for (s), so that each finds room.
MAKE_UP_S = 0.001
#: Most starts that are made up for.
MAKE_UP_MAX = 100

OK = np.int64(Cause.OK)


@helper
def _first_from(now, interval_s, first_s):  # type: ignore[no-untyped-def]
    """Return the number of the first start that is not before a time."""
    number = max(math.ceil((now - first_s) / interval_s), 0.0)
    if number > 0.0 and first_s + (number - 1.0) * interval_s >= now:  # rounding
        number -= 1.0
    if first_s + number * interval_s < now:
        number += 1.0
    return np.int64(number)


@helper
def _wait_until(s, a, at):  # type: ignore[no-untyped-def]
    """Look at the schedule again at a time."""
    act = s.activities[a]
    act.pc -= 1
    act.wait = ON_EVENT
    plan(s.heap, s.control[0], at, a, act.stamp)
    return True


@helper
def _tick(s, a, first):  # type: ignore[no-untyped-def]
    """Wait until a start is due; returns whether the activity stops here. Its version register is one more than the next
    start's number; `called_at` and `called` are the schedule that this belongs to, and 1 as its number of attempts says
    that it makes up for a start. Whoever loops has a row of extras.
    """
    act = s.activities[a]
    now = s.control[0].now
    interval_s, first_s = s.slots[first], s.slots[first + 1]
    if act.version == 0 or act.called_at != interval_s or act.called != first_s:
        act.called_at = interval_s
        act.called = first_s
        s.extras[act.extra].attempt = 0
        act.version = _first_from(now, interval_s, first_s) + 1
    if s.nodes[act.node].state != UP:
        return _wait_until(s, a, now + LOOK_S)
    due_at = first_s + (act.version - 1) * interval_s
    if due_at > now:
        return _wait_until(s, a, min(due_at, now + LOOK_S))
    newest = _first_from(now, interval_s, first_s)
    punctual = first_s + newest * interval_s == now
    if not punctual:
        newest -= 1
    late = newest + 1 - (act.version - 1) - int(punctual)
    if late == 0:
        act.version += 1
        return False
    return _make_up(s, a, first, newest, late, punctual)


@helper
def _make_up(s, a, first, newest, late, punctual):  # type: ignore[no-untyped-def]
    """Decide about starts that were missed, all of those up to the newest."""
    act = s.activities[a]
    extra = s.extras[act.extra]
    mode = int(s.slots[first + 2])
    missed = late
    begins = punctual
    if mode == CatchUp.ALL:
        missed = max(late - MAKE_UP_MAX, 0)
        act.version += missed
        if extra.attempt == 0:
            extra.attempt = 1
            begins = False
        else:
            extra.attempt = 0
            act.version += 1
            begins = True
    else:
        act.version = newest + 2
        if mode == CatchUp.LATEST:
            missed = late if punctual else late - 1
            begins = True
    if missed > 0:
        happened(s, EVENT_MISSED, act.node, NONE, float(missed))
    if begins:
        return False
    return _wait_until(s, a, s.control[0].now + MAKE_UP_S)


@helper
def _begin(s, a, ins):  # type: ignore[no-untyped-def]
    """Make an activity a job of a request class: its key and size are drawn as those of people's requests are."""
    ctl = s.control[0]
    act = s.activities[a]
    class_id = np.int64(s.slots[ins.a])
    kind = s.classes[class_id]
    act.class_id = class_id
    act.key = key_of(s, kind, uniform(s.streams, ins.b) * kind.key_count)
    act.payload = draw(s.slots, kind.payload_slot, s.streams, ins.b + 1)
    act.user = 0
    if act.extra != NONE:
        s.extras[act.extra].attempt = 0
    act.started = ctl.now
    act.called = ctl.now
    act.marks |= METERED
    row = s.nodes[act.node].meter
    number = s.meters[row].arrivals
    enter(s.meters, row, ctl.now)
    if mix(number + 1) % ctl.trace_every == 0:
        begin_trace(s, a)
        if act.marks & IS_TRACED:
            begin_span(s, a, NONE)


@helper
def _end(s, a, cause):  # type: ignore[no-untyped-def]
    """Count the end of a job."""
    act = s.activities[a]
    now = s.control[0].now
    act.marks &= ~METERED
    row = s.nodes[act.node].meter
    leave(s.meters, s.window, row, cause, now - act.started, act.waited, now)
    if act.marks & IS_TRACED:
        end_span(s, a, cause)
        end_trace(s, a, cause, act.blame)
        act.marks &= ~IS_TRACED


@helper
def _leave_out(s, act, count):  # type: ignore[no-untyped-def]
    """Count jobs that were to begin and did not."""
    row = s.nodes[act.node].meter
    s.meters[row].arrivals += count
    s.meters[row].outcomes[Cause.QUEUE_FULL] += count
    happened(s, EVENT_LEFT_OUT, act.node, NONE, float(count))


@helper
def step(s, a, ins):  # type: ignore[no-untyped-def]
    """Do one step of a schedule or of one of its jobs. Returns whether the activity stops here."""
    if ins.c == ArriveStep.TICK:
        return _tick(s, a, ins.a)
    if ins.c == ArriveStep.JOB:
        _begin(s, a, ins)
    elif ins.c == ArriveStep.DONE:
        _end(s, a, OK if ins.b else np.int64(s.activities[a].cause))
    else:
        _leave_out(s, s.activities[a], np.int64(s.slots[ins.a]))
    return False
