"""The future: a 4-ary heap of events ordered by (time, sequence)."""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import helper, part, prefetch

#: From this place on the grandchildren are beyond the nearest cache. The sixteen of them lie side by side.
_FAR = 341


@part
def plan(heap, ctl, t, what, stamp):  # type: ignore[no-untyped-def]
    """Plan an event at time `t`. The caller has made sure of room for it."""
    _plan(heap, ctl, t, np.int64(what), np.int64(stamp))


@helper
def _plan(heap, ctl, t, what, stamp):  # type: ignore[no-untyped-def]
    seq = ctl.seq
    ctl.seq = seq + 1
    if ctl.taken:
        ctl.taken = 0
        _sink(heap, np.int64(ctl.heap_count), t, seq, what, stamp)
        return
    i = ctl.heap_count
    ctl.heap_count = i + 1
    while i > 0:
        parent = (i - 1) >> 2
        if heap[parent].t <= t:  # an equal time was planned earlier, so it stays first
            break
        _move(heap, i, parent)
        i = parent
    _put(heap, i, t, seq, what, stamp)


@part
def take_first(ctl):  # type: ignore[no-untyped-def]
    """Leave the place of the earliest event to whatever is planned next: mostly one event leads to one other."""
    ctl.taken = 1


@part
def close_up(heap, ctl):  # type: ignore[no-untyped-def]
    """Fill the place of an event that was taken, if nothing was planned instead: the last one takes it."""
    if ctl.taken:
        _drop_first(heap, ctl)


@helper
def _drop_first(heap, ctl):  # type: ignore[no-untyped-def]
    last = np.int64(ctl.heap_count) - 1
    ctl.heap_count = last
    ctl.taken = 0
    moved = heap[last]
    _sink(heap, last, moved.t, moved.seq, np.int64(moved.what), np.int64(moved.stamp))


@part
def second(heap):  # type: ignore[no-untyped-def]
    """Return the place of the event that comes after the first, if there are five and no two at the same time."""
    left = 1 + np.int64(_time(heap, 2) < _time(heap, 1))
    right = 3 + np.int64(_time(heap, 4) < _time(heap, 3))
    return left + ((right - left) & -np.int64(_time(heap, right) < _time(heap, left)))


@part
def _put(heap, i, t, seq, what, stamp):  # type: ignore[no-untyped-def]
    here = heap[i]
    here.t = t
    here.seq = seq
    here.what = what
    here.stamp = stamp


@part
def _time(heap, i):  # type: ignore[no-untyped-def]
    """Return the bits of an event's time: no time is negative, so they are in its order."""
    return np.float64(heap[i].t).view(np.int64)


@part
def _is_before(heap, time, i, other_time, j):  # type: ignore[no-untyped-def]
    """Return 1 if the event at `i` is before the one at `j`, else 0, without a branch that nobody could guess."""
    before = np.int64(time < other_time)
    if time == other_time:
        before = np.int64(heap[i].seq < heap[j].seq)
    return before


@part
def _move(heap, i, j):  # type: ignore[no-untyped-def]
    here = heap[i]
    there = heap[j]
    here.t = there.t
    here.seq = there.seq
    here.what = there.what
    here.stamp = there.stamp


@helper
def _sink(heap, last, t, seq, what, stamp):  # type: ignore[no-untyped-def]
    """Put an event where the first was, and let it sink to its place among those before `last`."""
    i = np.int64(0)
    child = np.int64(1)
    sinking = np.float64(t).view(np.int64)
    while child + 3 < last:
        a = _time(heap, child)
        b = _time(heap, child + 1)
        c = _time(heap, child + 2)
        d = _time(heap, child + 3)
        below = 4 * child + 1
        if child >= _FAR and below < last:
            for line in range(0, 384, 64):
                prefetch(heap, below, line)
        left = child + _is_before(heap, b, child + 1, a, child)
        right = child + 2 + _is_before(heap, d, child + 3, c, child + 2)
        first = min(a, b)  # rather than the time at `left`, for which one would have to wait
        second = min(c, d)
        best = left + ((right - left) & -_is_before(heap, second, right, first, left))
        earliest = min(first, second)
        if sinking < earliest or (sinking == earliest and seq < heap[best].seq):
            _put(heap, i, t, seq, what, stamp)
            return
        _move(heap, i, best)
        i = best
        child = 4 * i + 1
    if child < last:  # a family of fewer than four
        best = child
        for other in range(child + 1, last):
            best += (other - best) * _is_before(heap, _time(heap, other), other, _time(heap, best), best)
        earliest = _time(heap, best)
        if earliest < sinking or (earliest == sinking and heap[best].seq < seq):
            _move(heap, i, best)
            i = best
    _put(heap, i, t, seq, what, stamp)
