"""Counting: outcomes, latency histograms and traces, written by the interpreter as things happen."""

from __future__ import annotations

import numpy as np

from simcore.engine.extras import need_extra
from simcore.engine.jit import helper, part
from simcore.engine.tables import (
    IS_TRACED,
    KEPT_EACH,
    RECENT,
    SLOW_PERIOD_S,
    SPANS_PER_TRACE,
    TRACE_SLOTS,
    TRACE_TRIES,
)
from simcore.program import BIN_COUNT, BINS_PER_OCTAVE_LOG2, LOWEST_OCTAVE, NONE, Cause

_SHIFT = 52 - BINS_PER_OCTAVE_LOG2
_FIRST = (1023 + LOWEST_OCTAVE) << BINS_PER_OCTAVE_LOG2


@helper
def bin_of(value_s):  # type: ignore[no-untyped-def]
    """Return the histogram bin of a time: exponent and leading bits of its float64, so equal widths per octave."""
    index = (np.float64(value_s).view(np.int64) >> _SHIFT) - _FIRST
    return min(max(index, 0), BIN_COUNT - 1)


@part
def enter(meters, row, now):  # type: ignore[no-untyped-def]
    """Count something that begins."""
    meter = meters[row]
    meter.arrivals += 1
    meter.clock_sum -= now
    meter.in_flight += 1


@helper
def take_in(meters, window, row):  # type: ignore[no-untyped-def]
    """Take the newest latencies of a meter into its histogram: many at once wait for memory together."""
    meter = meters[row]
    lowest = np.int64(meter.lowest)
    highest = np.int64(meter.highest)
    for i in range(np.int64(meter.recent_count)):
        index = np.int64(meter.recent[i])
        window[row, index] += np.uint32(1)
        lowest = min(lowest, index)
        highest = max(highest, index)
    meter.lowest = lowest
    meter.highest = highest
    meter.recent_count = 0


@part
def leave(meters, window, row, cause, latency_s, waited_s, now):  # type: ignore[no-untyped-def]
    """Count something that ends; only answers enter the latency histogram."""
    meter = meters[row]
    meter.in_flight -= 1
    meter.sojourn_sum += latency_s
    meter.clock_sum += now
    meter.outcomes[cause] += 1
    if cause == Cause.OK:
        meter.latency_sum += latency_s
        meter.wait_sum += waited_s
        newest = np.int64(meter.recent_count)
        meter.recent[newest] = bin_of(latency_s)
        meter.recent_count = newest + 1
        if newest + 1 == RECENT:
            take_in(meters, window, np.int64(row))


@part
def leave_edge(s, e, cause, latency_s):  # type: ignore[no-untyped-def]
    """Count the end of a call over an edge, as its caller sees it."""
    s.edges[e].outstanding -= 1
    leave(s.meters, s.window, s.edges[e].meter, cause, latency_s, 0.0, s.control[0].now)


@helper
def happened(s, kind, node, edge, value):  # type: ignore[no-untyped-def]
    """Note something for the log that people read; the oldest is overwritten when nobody fetches them."""
    ctl = s.control[0]
    row = s.happenings[ctl.happening_count % s.happenings.shape[0]]
    row.t = ctl.now
    row.kind = kind
    row.node = node
    row.edge = edge
    row.value = value
    ctl.happening_count += 1


@helper
def begin_trace(s, a):  # type: ignore[no-untyped-def]
    """Record this activity and everything it causes, if one of the next few places is free.

    A place is busy until its request has ended, so that slow requests are not lost in favour of quick ones.
    """
    ctl = s.control[0]
    number = ctl.trace_next
    while s.traces[number % TRACE_SLOTS].done == 0:
        number += 1
        if number - ctl.trace_next == TRACE_TRIES:
            ctl.trace_skipped += 1
            ctl.trace_next = number
            return
    ctl.trace_next = number + 1
    trace = s.traces[number % TRACE_SLOTS]
    act = s.activities[a]
    trace.id = number
    trace.class_id = act.class_id
    trace.cause = NONE
    trace.blame = NONE
    trace.span_count = 0
    trace.done = 0
    trace.started = act.started
    trace.ended = act.started
    need_extra(s, act)
    act.marks |= IS_TRACED
    s.extras[act.extra].trace_id = number
    s.extras[act.extra].span = NONE


@helper
def begin_span(s, a, parent_span):  # type: ignore[no-untyped-def]
    """Open a span for an activity that has just reached its node."""
    act = s.activities[a]
    extra = s.extras[act.extra]
    extra.span = _open_span(s, np.int64(extra.trace_id), parent_span, act.node, act.edge, act.called)


@helper
def _open_span(s, number, parent_span, node, edge, called):  # type: ignore[no-untyped-def]
    """Add a span to a trace. Returns its position, NONE when the trace is full or has been overwritten."""
    slot = number % TRACE_SLOTS
    trace = s.traces[slot]
    at = np.int64(trace.span_count)
    if trace.id != number or at >= SPANS_PER_TRACE:
        return np.int64(NONE)
    trace.span_count += 1
    span = s.spans[slot, at]
    span.parent = parent_span
    span.node = node
    span.edge = edge
    span.cause = NONE
    span.blame = NONE
    span.called = called
    span.started = s.control[0].now
    span.waited = 0.0
    span.served = 0.0
    span.ended = span.started
    return at


@helper
def serve_span(s, a, service_s):  # type: ignore[no-untyped-def]
    """Note the service that a traced activity begins."""
    extra = s.extras[s.activities[a].extra]
    if extra.span >= 0 and s.traces[extra.trace_id % TRACE_SLOTS].id == extra.trace_id:
        s.spans[extra.trace_id % TRACE_SLOTS, extra.span].served += service_s


@helper
def lost_span(s, a, e):  # type: ignore[no-untyped-def]
    """Record an attempt that never reaches its node."""
    extra = s.extras[s.activities[a].extra]
    edge = s.edges[e]
    now = s.control[0].now
    at = _open_span(s, np.int64(extra.trace_id), np.int64(extra.span), edge.target, np.int32(e), now)
    if at != NONE:
        span = s.spans[extra.trace_id % TRACE_SLOTS, at]
        span.cause = Cause.PARTITIONED if edge.partitioned else Cause.PACKET_LOST
        span.blame = edge.target


@helper
def end_span(s, a, cause):  # type: ignore[no-untyped-def]
    """Close the span of an activity, unless its trace has been overwritten."""
    act = s.activities[a]
    extra = s.extras[act.extra]
    if extra.span < 0 or s.traces[extra.trace_id % TRACE_SLOTS].id != extra.trace_id:
        return
    span = s.spans[extra.trace_id % TRACE_SLOTS, extra.span]
    span.cause = cause
    span.blame = NONE if cause == Cause.OK else act.blame
    span.waited = act.waited
    span.ended = s.control[0].now
    span.served = min(span.served, span.ended - span.started)


@helper
def end_trace(s, a, cause, blame):  # type: ignore[no-untyped-def]
    """Close the trace of a root."""
    number = np.int64(s.extras[s.activities[a].extra].trace_id)
    slot = number % TRACE_SLOTS
    trace = s.traces[slot]
    if trace.id != number:
        return
    trace.cause = cause
    trace.blame = blame
    trace.ended = s.control[0].now
    trace.done = 1
    _keep_slow(s, slot)
    if cause != Cause.OK:
        _keep(s, slot, np.int64(cause + 1), s.kept_counts[cause + 1] % KEPT_EACH)


@helper
def _keep(s, slot, sort, place):  # type: ignore[no-untyped-def]
    """Copy an ended trace to where later ones do not overwrite it."""
    s.kept_counts[sort] += 1
    s.kept[sort, place] = s.traces[slot]
    for i in range(s.traces[slot].span_count):
        s.kept_spans[sort, place, i] = s.spans[slot, i]


@helper
def _keep_slow(s, slot):  # type: ignore[no-untyped-def]
    """Keep a trace if it is among the slowest of this period. Sorts 0 and 1 are the periods, present and last by turns;
    sort `1 + cause` has the last failures of a cause.
    """
    ctl = s.control[0]
    period = np.int64(ctl.now / SLOW_PERIOD_S)
    sort = period % 2
    if period != ctl.slow_period:
        for i in range(KEPT_EACH):
            s.kept[sort, i].id = NONE
            if period > ctl.slow_period + 1:
                s.kept[1 - sort, i].id = NONE
        ctl.slow_period = period
    trace = s.traces[slot]
    least = trace.ended - trace.started
    place = np.int64(NONE)
    for i in range(KEPT_EACH):
        other = s.kept[sort, i]
        took = -1.0 if other.id == NONE else other.ended - other.started
        if took < least:
            least = took
            place = np.int64(i)
    if place != NONE:
        _keep(s, slot, sort, place)
