"""From what the interpreter counted to what a frame shows: windows of histograms, and percentiles of them."""

from __future__ import annotations

import numpy as np

from simcore.engine.jit import kernel
from simcore.program import BIN_COUNT


@kernel
def fold(meters, window, total, recent):  # type: ignore[no-untyped-def]
    """Add the window to the totals and to the present period, and empty it. All three have shape (rows, bins).

    Only bins that were touched are visited: the meters say which.
    """
    for row in range(meters.shape[0]):
        meter = meters[row]
        for b in range(meter.lowest, meter.highest + 1):
            count = window[row, b]
            if count:
                total[row, b] += count
                recent[row, b] += count
                window[row, b] = 0
        meter.lowest = BIN_COUNT
        meter.highest = -1


@kernel
def percentiles(counts, levels, values, out):  # type: ignore[no-untyped-def]
    """Write the value (s) at each level of each row of a histogram; NaN for an empty row.

    counts : (rows, bins); levels : (k,) ascending in (0, 1]; values : (bins,) middle of each bin; out : (rows, k).
    """
    for row in range(counts.shape[0]):
        count = 0
        for b in range(counts.shape[1]):
            count += counts[row, b]
        seen = 0
        k = 0
        if count == 0:
            for k in range(levels.shape[0]):
                out[row, k] = np.nan
            continue
        for b in range(counts.shape[1]):
            seen += counts[row, b]
            while k < levels.shape[0] and seen >= levels[k] * count:
                out[row, k] = values[b]
                k += 1
            if k == levels.shape[0]:
                break
