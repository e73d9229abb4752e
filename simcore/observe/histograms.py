"""Latency histograms of everything that is measured: since the start, and of the recent past."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.fold import fold, percentiles
from simcore.engine.tables import State
from simcore.metrics.histogram import bin_middles
from simcore.observe.counts import Numbers
from simcore.program import BIN_COUNT

#: What percentiles are taken of latencies.
LEVELS = np.array([0.5, 0.95, 0.99])

#: What percentiles are taken of waits.
WAIT_LEVELS = {"p50": 0.5, "p90": 0.9, "p99": 0.99}

_MIDDLES = bin_middles()


class Histograms:
    """Totals, and two periods of the recent past: the one before and the present one."""

    def __init__(self) -> None:
        self._total: Numbers = np.zeros((0, BIN_COUNT), np.int64)
        self._periods: Numbers = np.zeros((2, 0, BIN_COUNT), np.uint32)
        self._ranges: Numbers = np.zeros((2, 0, 3), np.int64)
        self._present = 0

    def grow(self, rows: int) -> None:
        """Make sure that there are at least so many rows."""
        more = rows - len(self._total)
        if more > 0:
            self._total = np.concatenate([self._total, np.zeros((more, BIN_COUNT), np.int64)])
            self._periods = np.concatenate([self._periods, np.zeros((2, more, BIN_COUNT), np.uint32)], axis=1)
            untouched = np.broadcast_to(np.array([BIN_COUNT, -1, 0]), (2, more, 3))
            self._ranges = np.concatenate([self._ranges, untouched], axis=1)

    def fetch(self, state: State, *, begin_period: bool = False) -> None:
        """Take in what the engine has counted since the last time."""
        if begin_period:
            self._present = 1 - self._present
        now = self._present
        fold(state.meters, state.window, self._total, self._periods[now], self._ranges[now], begin_period)

    def memory(self) -> dict[str, Numbers]:
        """Return the totals, the only thing that a run which goes on elsewhere has to know."""
        return {"latencies": self._total}

    def recall(self, memory: dict[str, Numbers]) -> None:
        """Begin again with totals that were remembered."""
        self.__init__()  # type: ignore[misc]
        self.grow(len(memory["latencies"]))
        self._total[:] = memory["latencies"]

    def forget_totals(self) -> None:
        """Let the totals begin again."""
        self._total[:] = 0

    def total(self, row: int) -> Numbers:
        """Return the histogram of one row since the start."""
        counts: Numbers = self._total[row]
        return counts

    def recent(self, rows: Numbers) -> Numbers:
        """Return the percentiles (s) of each row's recent past, shape (rows, levels)."""
        out = np.empty((len(rows), len(LEVELS)))
        percentiles(self._periods, self._ranges, rows, LEVELS, _MIDDLES, out)
        return out

    def recent_sum(self, rows: Numbers) -> Numbers:
        """Return the percentiles (s) of the recent past of several rows together, shape (levels,)."""
        return levels_of(self._periods[:, rows].sum(axis=(0, 1)))

    def total_sum(self, rows: Numbers) -> Numbers:
        """Return the percentiles (s) since the start of several rows together, shape (levels,)."""
        return levels_of(self._total[rows].sum(axis=0))


def wait_levels(counts: Numbers, acquired: int) -> dict[str, float]:
    """Return percentiles (s) of all waits, those of nobody included: `counts` has only those who had to, by bin."""
    reached = np.cumsum(counts) + (acquired - counts.sum())
    found = {}
    for name, level in WAIT_LEVELS.items():
        at = int(np.searchsorted(reached, level * acquired))
        nobody = reached[0] - counts[0] >= level * acquired
        found[name] = math.nan if not acquired else 0.0 if nobody else float(_MIDDLES[min(at, BIN_COUNT - 1)])
    return found


def levels_of(counts: Numbers) -> Numbers:
    """Return the percentiles (s) of a histogram, shape (levels,)."""
    reached = np.cumsum(counts)
    if reached[-1] == 0:
        return np.full(len(LEVELS), np.nan)
    return np.asarray(_MIDDLES[np.searchsorted(reached, LEVELS * reached[-1])])
