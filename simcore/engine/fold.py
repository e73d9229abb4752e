"""From what the interpreter counted to what a frame shows: windows of histograms, and percentiles of them."""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import kernel
from simcore.program import BIN_COUNT


@kernel
def fold(meters, window, total, recent, ranges, fresh):  # type: ignore[no-untyped-def]
    """Add the window to the totals and to the present period, and empty it. All three have shape (rows, bins).

    Only bins that were touched are visited: `ranges` (rows, 3) has the first and last touched bin of the period and its
    count, the meters have the bins of the window. `fresh` empties the period first.
    """
    for row in range(meters.shape[0]):
        meter = meters[row]
        if fresh:
            for b in range(ranges[row, 0], ranges[row, 1] + 1):
                recent[row, b] = 0
            ranges[row, 0] = BIN_COUNT
            ranges[row, 1] = -1
            ranges[row, 2] = 0
        ranges[row, 0] = min(ranges[row, 0], meter.lowest)
        ranges[row, 1] = max(ranges[row, 1], meter.highest)
        for b in range(meter.lowest, meter.highest + 1):
            count = window[row, b]
            if count:
                total[row, b] += count
                recent[row, b] += count
                ranges[row, 2] += count
                window[row, b] = 0
        meter.lowest = BIN_COUNT
        meter.highest = -1


@kernel
def percentiles(counts, ranges, rows, levels, values, out):  # type: ignore[no-untyped-def]
    """Write the value (s) at each level of the summed histograms of one row; NaN for an empty row.

    counts : (periods, rows, bins), added over the periods; ranges : (periods, rows, 3) touched bins and count; rows :
    (m,) which to look at; levels : (k,) ascending in (0, 1]; values : (bins,) middle of each bin; out : (m, k).
    """
    periods = counts.shape[0]
    for i in range(rows.shape[0]):
        row = rows[i]
        first = BIN_COUNT
        last = -1
        count = 0
        for p in range(periods):
            first = min(first, ranges[p, row, 0])
            last = max(last, ranges[p, row, 1])
            count += ranges[p, row, 2]
        k = 0
        if count == 0:
            while k < levels.shape[0]:
                out[i, k] = np.nan
                k += 1
        seen = 0
        b = first
        while k < levels.shape[0] and b <= last:
            for p in range(periods):
                seen += int(counts[p, row, b])
            while k < levels.shape[0] and seen >= levels[k] * count:
                out[i, k] = values[b]
                k += 1
            b += 1
