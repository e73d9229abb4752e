"""Latency histograms of everything that is measured: since the start, and of the recent past."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.fold import BLOCK_COUNT, percentiles, take_in_rows, turn
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
    """Totals but for the engine's own window, and the period before that window; both together are the recent past."""

    def __init__(self) -> None:
        self._total: Numbers = np.zeros((0, BIN_COUNT), np.int64)
        self._before: Numbers = np.zeros(0, np.uint32)
        self._ranges: Numbers = np.zeros((0, 4), np.int64)
        self._blocks: Numbers = np.zeros(BLOCK_COUNT, np.int64)

    def grow(self, rows: int) -> None:
        """Make sure that there are at least so many rows."""
        if rows > len(self._total):
            more = rows + len(self._total) // 8 - len(self._total)
            self._total = np.concatenate([self._total, np.zeros((more, BIN_COUNT), np.int64)])
            self._ranges = np.concatenate([self._ranges, np.tile([BIN_COUNT, -1, 0, 0], (more, 1))])

    def begin_period(self, state: State, rows: Numbers) -> None:
        """Let the window of these rows, of which percentiles will be asked, become the period before."""
        take_in_rows(state.meters, state.window, rows)  # before anybody asks for the ranges
        widths = state.meters["highest"][rows] - state.meters["lowest"][rows] + 1
        self._before = np.empty(np.maximum(widths, 0).sum(), np.uint32)
        turn(state.meters, state.window, self._total, rows, self._before, self._ranges)

    def take(self, state: State, rows: Numbers) -> None:
        """Take the window of rows without percentiles into the totals, before it is full."""
        turn(state.meters, state.window, self._total, _plain(rows), self._before[:0], self._ranges[:0])

    def memory(self, state: State) -> dict[str, Numbers]:
        """Return the totals, the only thing that a run which goes on elsewhere has to know."""
        rows = len(state.meters)
        take_in_rows(state.meters, state.window, np.arange(rows))
        return {"latencies": self._total[:rows] + state.window[:rows]}

    def recall(self, memory: dict[str, Numbers]) -> None:
        """Begin again with totals that were remembered, and an empty window."""
        self.__init__()  # type: ignore[misc]
        self.grow(len(memory["latencies"]))
        self._total[:] = memory["latencies"]

    def forget_totals(self, state: State) -> None:
        """Let the totals begin again: what the window has already will be taken off."""
        rows = len(state.meters)
        take_in_rows(state.meters, state.window, np.arange(rows))
        np.negative(state.window[:rows], out=self._total[:rows], dtype=np.int64)

    def recent(self, state: State, rows: Numbers) -> Numbers:
        """Return the percentiles (s) of each row's recent past, shape (rows, levels)."""
        out = np.empty((len(rows), len(LEVELS)))
        at = _plain(rows)
        percentiles(
            state.meters, state.window, self._before, self._ranges, at, LEVELS, _MIDDLES, self._blocks, out
        )
        return out

    def recent_sum(self, state: State, rows: Numbers) -> Numbers:
        """Return the percentiles (s) of the recent past of several rows together, shape (levels,)."""
        take_in_rows(state.meters, state.window, _plain(rows))
        counts = state.window[rows].sum(axis=0, dtype=np.int64)
        for first, last, _, place in self._ranges[rows].tolist():
            if last >= first:  # a row without answers has a range that ends before it begins
                counts[first : last + 1] += self._before[place : place + last + 1 - first]
        return levels_of(counts)

    def total(self, state: State, rows: Numbers) -> Numbers:
        """Return how many answers since the start took how long, of several rows together, shape (bins,)."""
        take_in_rows(state.meters, state.window, _plain(rows))
        return np.asarray(self._total[rows].sum(axis=0) + state.window[rows].sum(axis=0, dtype=np.int64))

    def total_sum(self, state: State, rows: Numbers) -> Numbers:
        """Return the percentiles (s) since the start of several rows together, shape (levels,)."""
        return levels_of(self.total(state, rows))


def _plain(rows: Numbers) -> Numbers:
    """Return row numbers as the one type that kernels are compiled for: every other one would be compiled while people wait."""
    return np.ascontiguousarray(rows, np.int64)


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
