"""Rows of what few activities have: taken when it is first needed, given back with the activity."""

from __future__ import annotations

import numpy as np

from simcore.engine.activity_tables import HELD_NEAR
from simcore.engine.jit import helper, part
from simcore.engine.tables import IS_TRACED
from simcore.program import NONE


@part
def need_extra(s, act):  # type: ignore[no-untyped-def]
    """Make sure that an activity has a row; the caller has made sure that there is a free one."""
    if act.extra == NONE:
        act.extra = _allot(s)


@helper
def _allot(s):  # type: ignore[no-untyped-def]
    ctl = s.control[0]
    row = np.int64(ctl.free_extra)
    extra = s.extras[row]
    ctl.free_extra = extra.next
    ctl.free_extra_count -= 1
    forget_request(extra)
    extra.deadline = 0.0
    extra.sibling = NONE
    extra.crew = NONE
    extra.pending = 0
    extra.need = 0
    return row


@part
def forget_request(extra):  # type: ignore[no-untyped-def]
    """Make what a row has of one request as it is at the beginning of the next."""
    extra.value = 0
    extra.trace_id = NONE
    extra.attempt = 0
    extra.span = NONE


@part
def give_extra_back(s, act):  # type: ignore[no-untyped-def]
    """Free an activity's row, if it has one."""
    if act.extra != NONE:
        ctl = s.control[0]
        s.extras[act.extra].next = ctl.free_extra
        ctl.free_extra = act.extra
        ctl.free_extra_count += 1
        act.extra = NONE


@part
def value_of(s, act):  # type: ignore[no-untyped-def]
    """Return the value register."""
    value = np.int64(0)
    if act.extra != NONE:
        value = np.int64(s.extras[act.extra].value)
    return value


@part
def set_value(s, act, value):  # type: ignore[no-untyped-def]
    """Set the value register."""
    if value != 0 or act.extra != NONE:
        need_extra(s, act)
        s.extras[act.extra].value = value


@part
def pending_of(s, act):  # type: ignore[no-untyped-def]
    """Return how many items or callees an activity has to do with."""
    pending = np.int64(0)
    if act.extra != NONE:
        pending = np.int64(s.extras[act.extra].pending)
    return pending


@helper
def hand_on(s, act, child):  # type: ignore[no-untyped-def]
    """Copy what a call hands on of an activity's row."""
    extra = s.extras[act.extra]
    traced = act.marks & IS_TRACED
    if traced or extra.value != 0:
        need_extra(s, child)
        own = s.extras[child.extra]
        own.value = extra.value
        if traced:
            child.marks |= IS_TRACED
            own.trace_id = extra.trace_id
            own.span = extra.span


@part
def hand_on_items(s, act, child):  # type: ignore[no-untyped-def]
    """Let an activity take over how many items another one has to do with; a call must not: a fork counts calls there."""
    count = pending_of(s, act)
    if count > 0:
        need_extra(s, child)
        s.extras[child.extra].pending = count


@part
def expect_to_hold(s, act):  # type: ignore[no-untyped-def]
    """Make room for one more resource, for somebody who waits: many may get theirs at the same instant."""
    if act.held_count >= HELD_NEAR:
        need_extra(s, act)


@part
def take_hold(s, act, what):  # type: ignore[no-untyped-def]
    """Note that an activity holds one more resource."""
    count = np.int64(act.held_count)
    if count < HELD_NEAR:
        act.held[count] = what
    else:
        need_extra(s, act)
        s.extras[act.extra].held[count - HELD_NEAR] = what
    act.held_count = count + 1


@part
def let_newest_go(s, act):  # type: ignore[no-untyped-def]
    """Take the newest resource from what an activity holds, and return it."""
    count = np.int64(act.held_count) - 1
    act.held_count = count
    if count < HELD_NEAR:
        what = np.int64(act.held[count])
    else:
        what = np.int64(s.extras[act.extra].held[count - HELD_NEAR])
    return what


@part
def held_at(s, act, i):  # type: ignore[no-untyped-def]
    """Return one of the resources that an activity holds, 0 the oldest."""
    if i < HELD_NEAR:
        what = np.int64(act.held[i])
    else:
        what = np.int64(s.extras[act.extra].held[i - HELD_NEAR])
    return what
