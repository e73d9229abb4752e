"""The future: events come in the order of their times, and of equal times in the order in which they were planned."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.engine.heap import close_up, plan, take_first
from simcore.engine.tables import empty_state

#: What each event plans when its turn comes: delays, many of them equal.
DEEDS = st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=120)


def order_of(begin: list[int], deeds: list[list[int]]) -> list[tuple[float, int]]:
    """Return time and number of every event, as the interpreter takes them."""
    state = empty_state()
    heap = np.zeros(1024, state.heap.dtype)
    ctl = state.control[0]
    for number, delay in enumerate(begin):
        plan(heap, ctl, float(delay), number, 0)
    seen: list[tuple[float, int]] = []
    planned = len(begin)
    while True:
        close_up(heap, ctl)
        if not ctl.heap_count:
            return seen
        now, what = float(heap[0].t), int(heap[0].what)
        seen.append((now, what))
        take_first(ctl)
        for delay in deeds[what] if what < len(deeds) else ():
            plan(heap, ctl, now + delay, planned, 0)
            planned += 1


def order_wanted(begin: list[int], deeds: list[list[int]]) -> list[tuple[float, int]]:
    ahead = [(float(delay), number) for number, delay in enumerate(begin)]
    heapq.heapify(ahead)
    seen: list[tuple[float, int]] = []
    planned = len(begin)
    while ahead:
        now, what = heapq.heappop(ahead)
        seen.append((now, what))
        for delay in deeds[what] if what < len(deeds) else ():
            heapq.heappush(ahead, (now + delay, planned))
            planned += 1
    return seen


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), DEEDS)
@settings(max_examples=150, deadline=None)
def test_events_come_in_the_order_of_times_and_of_planning(begin: list[int], deeds: list[list[int]]) -> None:
    assert order_of(begin, deeds) == order_wanted(begin, deeds)
