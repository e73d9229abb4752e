"""Latency histograms: the value that stands for each bin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcore.program import BIN_COUNT, BINS_PER_OCTAVE_LOG2, LOWEST_OCTAVE


def bin_middles() -> NDArray[np.float64]:
    """Return the middle (s) of every bin, shape (BIN_COUNT,)."""
    per_octave = 1 << BINS_PER_OCTAVE_LOG2
    index = np.arange(BIN_COUNT)
    octave = 2.0 ** (LOWEST_OCTAVE + index // per_octave)
    return octave * (1.0 + (index % per_octave + 0.5) / per_octave)


def bin_edges() -> NDArray[np.float64]:
    """Return the lower end (s) of every bin, and the upper end of the last, shape (BIN_COUNT + 1,)."""
    per_octave = 1 << BINS_PER_OCTAVE_LOG2
    index = np.arange(BIN_COUNT + 1)
    return 2.0 ** (LOWEST_OCTAVE + index // per_octave) * (1.0 + (index % per_octave) / per_octave)
