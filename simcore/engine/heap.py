"""The future: a 4-ary heap of events ordered by (time, sequence)."""

from __future__ import annotations

from simcore.engine.jit import helper


@helper
def plan(heap, ctl, t, what, stamp):  # type: ignore[no-untyped-def]
    """Plan an event at time `t`. The caller has made sure of room for it."""
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


@helper
def drop_first(heap, ctl):  # type: ignore[no-untyped-def]
    """Remove the earliest event."""
    count = ctl.heap_count - 1
    ctl.heap_count = count
    if count == 0:
        return
    last = heap[count]
    t = last.t
    seq = last.seq
    what = last.what
    stamp = last.stamp
    i = 0
    child = 1
    while child < count:
        best = child
        best_t = heap[child].t
        best_seq = heap[child].seq
        for j in range(child + 1, min(child + 4, count)):
            other = heap[j]
            if other.t < best_t or (other.t == best_t and other.seq < best_seq):
                best = j
                best_t = other.t
                best_seq = other.seq
        if t < best_t or (t == best_t and seq < best_seq):
            break
        here = heap[i]
        below = heap[best]
        here.t = best_t
        here.seq = best_seq
        here.what = below.what
        here.stamp = below.stamp
        i = best
        child = 4 * i + 1
    here = heap[i]
    here.t = t
    here.seq = seq
    here.what = what
    here.stamp = stamp
