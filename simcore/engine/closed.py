"""Closed sources: users who wait for their answer, pause, and ask again. Each user is one activity that never ends."""

from __future__ import annotations

from simcore.engine import schedules
from simcore.engine.activities import allot, begin_anew, give_up
from simcore.engine.arrivals import ask, go_home
from simcore.engine.extras import forget_request, need_extra
from simcore.engine.heap import plan
from simcore.engine.jit import helper, part
from simcore.engine.pools import wake
from simcore.engine.rng import draw
from simcore.engine.tables import IS_DAEMON, ON_EVENT, UP
from simcore.source_words import ArriveStep

#: Users that begin in one go, few enough for the places that one operation may need.
USERS_AT_ONCE = 500


@part
def _pause(s, source, a):  # type: ignore[no-untyped-def]
    """Let a user think before the next request."""
    ctl = s.control[0]
    act = s.activities[a]
    act.node = source.node
    act.pc = source.label
    act.wait = ON_EVENT
    pause = draw(s.slots, source.think_slot, s.streams, source.stream)
    plan(s.heap, ctl, ctl.now + pause, a, act.stamp)


@part
def _is_wanted(s, source):  # type: ignore[no-untyped-def]
    return source.present <= s.slots[source.population_slot] and s.nodes[source.node].state == UP


@part
def _populate(s, index, a, label):  # type: ignore[no-untyped-def]
    """Start the users that are missing, a number at a time; then sleep until somebody asks for more."""
    ctl = s.control[0]
    source = s.sources[index]
    source.activity = a
    source.label = label
    act = s.activities[a]
    act.pc -= 1
    room = USERS_AT_ONCE
    while source.present < s.slots[source.population_slot] and room > 0:
        room -= 1
        c = allot(s.activities, ctl)
        user = s.activities[c]
        user.user = source.present
        user.key = 0
        user.class_id = 0
        user.payload = 0.0
        user.started = ctl.now
        user.marks = IS_DAEMON
        need_extra(s, user)
        s.extras[user.extra].crew = -2 - index
        source.present += 1
        _pause(s, source, c)
    if source.present < s.slots[source.population_slot]:
        wake(s.ready, ctl, act, a)
    else:
        act.wait = ON_EVENT


@helper
def rest(s, a):  # type: ignore[no-untyped-def]
    """Let a person whose request has ended think, or leave if there are to be fewer."""
    act = s.activities[a]
    source = s.sources[-2 - s.extras[act.extra].crew]
    act.stamp += 1
    act.marks = IS_DAEMON
    if _is_wanted(s, source):
        _pause(s, source, a)
    else:
        _leave(s, source, a)


@part
def _leave(s, source, a):  # type: ignore[no-untyped-def]
    source.present -= 1
    give_up(s, a)


@helper
def step(s, a, ins):  # type: ignore[no-untyped-def]
    """Do one step of a closed source or of a schedule. Returns whether the activity stops here."""
    if ins.c >= ArriveStep.TICK:
        return schedules.step(s, a, ins)
    source = s.sources[ins.a]
    act = s.activities[a]
    if ins.c == ArriveStep.POPULATE:
        _populate(s, ins.a, a, ins.b)
        return True
    if not _is_wanted(s, source):
        _leave(s, source, a)
        return True
    if act.pc - 1 != source.label:  # the drawing was changed meanwhile: go the new way
        act.pc = source.label
        return False
    forget_request(s.extras[act.extra])
    begin_anew(act)
    go_home(s, source, act)
    if ask(s, ins.a, a):
        return False
    _pause(s, source, a)
    return True
