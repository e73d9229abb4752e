"""The future: a 4-ary heap of events ordered by (time, sequence)."""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import helper, part, prefetch

#: From this place on the grandchildren are beyond the nearest cache. The sixteen of them lie side by side.
_FAR = 85


@part
def plan(heap, ctl, t, what, stamp):  # type: ignore[no-untyped-def]
    """Plan an event at time `t`. The caller has made sure of room for it."""
    _plan(heap, ctl, t, np.int64(what), np.int64(stamp))


@helper
def _plan(heap, ctl, t, what, stamp):  # type: ignore[no-untyped-def]
    seq = ctl.seq
    ctl.seq = seq + 1
    i = ctl.heap_count
    ctl.heap_count = i + 1
    while i > 0:
        parent = (i - 1) >> 2
        above = heap[parent]
        if above.t <= t:  # an equal time was planned earlier, so it stays first
            break
        here = heap[i]
        here.t = above.t
        here.seq = above.seq
        here.what = above.what
        here.stamp = above.stamp
        i = parent
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
def drop_first(heap, ctl):  # type: ignore[no-untyped-def]
    """Remove the earliest event: the last one takes its place and sinks."""
    last = ctl.heap_count - 1
    ctl.heap_count = last
    i = 0
    child = 1
    sinking = _time(heap, last)
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
        if _is_before(heap, sinking, last, min(first, second), best):
            _move(heap, i, last)
            return
        _move(heap, i, best)
        i = best
        child = 4 * i + 1
    if child < last:  # a family of fewer than four
        best = child
        for other in range(child + 1, last):
            best += (other - best) * _is_before(heap, _time(heap, other), other, _time(heap, best), best)
        if _is_before(heap, _time(heap, best), best, sinking, last):
            _move(heap, i, best)
            i = best
    _move(heap, i, last)
