"""Making room: tables double when the kernel asks for more, up to a named limit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.activity_tables import aligned
from simcore.engine.faults import EVENTS_PER_END
from simcore.engine.kernel import ROOM
from simcore.engine.tables import FREE, State
from simcore.program import NONE

#: Activities (requests, their calls and the loops beside them) that one run may have at the same time.
ACTIVITIES_MAX = 8_000_000
_FIRST = 4 * ROOM


class OutOfRoomError(Exception):
    """The run has more calls in flight than any machine here can hold."""


def make_room(state: State, *, upheaval: bool = False) -> State:
    """Return the state with at least the kernel's need of every kind of place.

    In an upheaval, such as a crash, as many events may be planned at once as there are activities, and more.
    """
    ctl = state.control[0]
    if ctl.free_count < ROOM:
        state = _more_activities(state)
    if ctl.free_extra_count < ROOM:
        state = _more_extras(state)
    events = ROOM + EVENTS_PER_END * (len(state.activities) - int(ctl.free_count)) if upheaval else ROOM
    if len(state.heap) - ctl.heap_count < events:
        heap = np.zeros(max(2 * len(state.heap), ctl.heap_count + events, _FIRST), state.heap.dtype)
        heap[: len(state.heap)] = state.heap
        state = state._replace(heap=heap)
    if ctl.free_message_count < ROOM:
        state = _more_messages(state)
    return state


def _more_activities(state: State) -> State:
    ctl = state.control[0]
    old = len(state.activities)
    if max(2 * old, _FIRST) > ACTIVITIES_MAX:
        raise OutOfRoomError
    activities, more = _longer(state.activities, ctl.free_activity)
    activities["wait"][old:] = FREE
    activities["extra"][old:] = NONE
    ctl.free_activity = old
    ctl.free_count += more
    ready = np.zeros(len(activities), np.int64)
    ready[: ctl.ready_count] = np.roll(state.ready, -ctl.ready_head)[: ctl.ready_count]
    ctl.ready_head = 0
    return state._replace(activities=activities, ready=ready)


def _more_extras(state: State) -> State:
    """No activity has more than one row, so their limit is that of the activities."""
    ctl = state.control[0]
    extras, more = _longer(state.extras, ctl.free_extra)
    ctl.free_extra = len(state.extras)
    ctl.free_extra_count += more
    return state._replace(extras=extras)


def _more_messages(state: State) -> State:
    ctl = state.control[0]
    messages, more = _longer(state.messages, ctl.free_message)
    ctl.free_message = len(state.messages)
    ctl.free_message_count += more
    return state._replace(messages=messages)


def _longer(table: NDArray[Any], free: int) -> tuple[NDArray[Any], int]:
    """Return a table of twice as many places, and how many are new: linked by `next`, with the one free until now after them."""
    old = len(table)
    new = max(2 * old, _FIRST)
    longer = aligned(new, table.dtype)
    longer[:old] = table
    longer["next"][old:] = np.arange(old + 1, new + 1)
    longer["next"][new - 1] = free
    return longer, new - old
