"""From what the interpreter counted to what a frame shows: windows of histograms, percentiles of them, rounded numbers."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.jit import kernel
from simcore.engine.meters import take_in
from simcore.program import BIN_COUNT, CAUSE_COUNT, Cause

#: Bins that are skipped together while a percentile is still far.
_BLOCK = 32
BLOCK_COUNT = BIN_COUNT // _BLOCK + 1
#: Columns of `tally`.
ARRIVALS, ANSWERS, FAILURES, PRESENT, WASTED = range(5)


@kernel
def take_in_rows(meters, window, rows):  # type: ignore[no-untyped-def]
    """Take the newest latencies of some meters into their windows. rows : (n,) int64."""
    for i in range(rows.shape[0]):
        take_in(meters, window, rows[i])


@kernel
def turn(meters, window, total, rows, before, ranges):  # type: ignore[no-untyped-def]
    """Let the window of some rows become their period before, add it to the totals, and begin an empty one.

    window, total : (all rows, bins). Only bins that were touched are visited; the meters have the first and the last of
    them. before : (n,) counts of the touched bins, one row after another; ranges : (all rows, 4) first and last touched
    bin of that period, its count, and where it begins in `before`. Both may be
    empty: then only the totals are kept.
    """
    place = 0
    for i in range(rows.shape[0]):
        row = rows[i]
        take_in(meters, window, row)
        meter = meters[row]
        count = 0
        for b in range(meter.lowest, meter.highest + 1):
            here = window[row, b]
            count += here
            total[row, b] += here
            window[row, b] = 0
            if ranges.shape[0] > 0:
                before[place + b - meter.lowest] = here
        if ranges.shape[0] > 0:
            ranges[row, 0] = meter.lowest
            ranges[row, 1] = meter.highest
            ranges[row, 2] = count
            ranges[row, 3] = place
            place += max(meter.highest - meter.lowest + 1, 0)
        meter.lowest = BIN_COUNT
        meter.highest = -1


@kernel
def percentiles(meters, window, before, ranges, rows, levels, values, blocks, out):  # type: ignore[no-untyped-def]
    """Write the value (s) at each level of the window and the period before, together; NaN for an empty row.

    rows : (m,) which to look at; levels : (k,) ascending in (0, 1]; values : (bins,) middle of each bin; blocks :
    (`BLOCK_COUNT`,) int64 scratch; out : (m, k). The other arguments are those of `turn`.
    """
    for i in range(rows.shape[0]):
        row = rows[i]
        take_in(meters, window, row)
        low = int(meters[row].lowest)
        high = int(meters[row].highest)
        first = int(ranges[row, 0])
        last = int(ranges[row, 1])
        place = ranges[row, 3] - first
        begin = int(min(first, low))
        stop = int(max(last, high)) + 1
        count = 0
        for b in range(begin, stop, _BLOCK):
            end = b + _BLOCK
            here = 0
            for c in range(max(b, low), min(end, high + 1)):
                here += window[row, c]
            for c in range(max(b, first), min(end, last + 1)):
                here += before[place + c]
            blocks[(b - begin) // _BLOCK] = here
            count += here
        k = 0
        if count == 0:
            while k < levels.shape[0]:
                out[i, k] = np.nan
                k += 1
        seen = 0
        b = begin
        while k < levels.shape[0] and b < stop:
            end = b + _BLOCK
            here = blocks[(b - begin) // _BLOCK]
            if seen + here < levels[k] * count:
                seen += here
                b = end
                continue
            while b < end and k < levels.shape[0]:
                if low <= b <= high:
                    seen += int(window[row, b])
                if first <= b <= last:
                    seen += int(before[place + b])
                while k < levels.shape[0] and seen >= levels[k] * count:
                    out[i, k] = values[b]
                    k += 1
                b += 1


@kernel
def tally(meters, now, out):  # type: ignore[no-untyped-def]
    """Write what every meter has counted so far: arrivals, answers, failures, the time integral of its presence (s),
    and answers that nobody waited for.

    out : (rows, 5).
    """
    for row in range(meters.shape[0]):
        meter = meters[row]
        failures = 0
        for cause in range(CAUSE_COUNT):
            failures += meter.outcomes[cause]
        answers = meter.outcomes[Cause.OK]
        out[row, ARRIVALS] = meter.arrivals
        out[row, ANSWERS] = answers
        out[row, FAILURES] = failures - answers
        out[row, PRESENT] = meter.clock_sum + now * meter.in_flight
        out[row, WASTED] = meter.wasted


@kernel
def round_all(values, powers):  # type: ignore[no-untyped-def]
    """Round numbers in place to six significant digits; what is not finite becomes NaN.

    values : (n,); powers : (23,) of ten, which float64 holds exactly. What is very small or very large stays as it is.
    """
    for i in range(values.shape[0]):
        value = values[i]
        size = abs(value)
        if not size < math.inf:
            values[i] = np.nan
        elif size >= 1e-16 and size < 1e21:
            octave = (np.float64(size).view(np.int64) >> 52) - 1023
            decade = (octave * 1233) >> 12  # log10 of 2 is 1233 / 4096; either this decade or the next
            above = decade + 1
            if size >= powers[above] if above >= 0 else size * powers[-above] >= 1.0:
                decade += 1
            up = powers[min(max(5 - decade, 0), 22)]
            down = powers[min(max(decade - 5, 0), 22)]
            values[i] = np.rint(value * up / down) * down / up
