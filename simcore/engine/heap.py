"""The future: a 4-ary heap of events ordered by (time, sequence)."""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import helper, part


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
def _earlier(heap, i, j):  # type: ignore[no-untyped-def]
    """Return 1 if the event at `j` is before the one at `i`, else 0: no branch, for nobody could guess it."""
    one = np.float64(heap[i].t).view(np.int64)  # no time is negative, so their bits are in their order
    other = np.float64(heap[j].t).view(np.int64)
    return int((other < one) | ((other == one) & (heap[j].seq < heap[i].seq)))


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
    while child + 3 < last:
        left = child + _earlier(heap, child, child + 1)
        right = child + 2 + _earlier(heap, child + 2, child + 3)
        best = left + (right - left) * _earlier(heap, left, right)
        if _earlier(heap, best, last):
            _move(heap, i, last)
            return
        _move(heap, i, best)
        i = best
        child = 4 * i + 1
    if child < last:  # a family of fewer than four
        best = child
        for other in range(child + 1, last):
            best += (other - best) * _earlier(heap, best, other)
        if _earlier(heap, last, best):
            _move(heap, i, best)
            i = best
    _move(heap, i, last)
