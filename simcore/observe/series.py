"""The course of a run since measuring began, as counts at equally spaced moments of simulated time.

Their number is bounded: when there are too many, every other one goes and the spacing doubles. So the moments depend
on simulated time alone, never on pace, slices or viewers, and a run costs the same however long it is.
"""

from __future__ import annotations

import math

import numpy as np

from simcore.engine.tables import State
from simcore.metrics.intervals import MSER_GROUP, ratio_half_width, transient_windows
from simcore.observe.counts import Numbers, rounded
from simcore.program import Cause

#: Windows kept at most, and the length of one at first. With the least number the warm-up rule has 25 points.
WINDOWS_MAX = 256
WINDOW_FIRST_S = 1 / 32

#: Fewer answers than this say nothing about all the others, however they are cut.
ANSWERS_MIN = 50

#: What is counted, per request class.
_ANSWERS, _LATENCY, _PRESENT = range(3)


class Series:
    """Cumulative answers, their latencies (s), and the time integral of requests in flight (s), per request class."""

    def __init__(self) -> None:
        self.began_s = 0.0
        self.width_s = WINDOW_FIRST_S
        self.count = 0
        self._marks: Numbers = np.zeros((WINDOWS_MAX + 1, 3, 1))

    @property
    def due_s(self) -> float:
        """When the next moment comes."""
        return self.began_s + self.count * self.width_s

    def begin(self, state: State) -> None:
        """Forget what was; measuring begins now."""
        self.began_s, self.width_s, self.count = float(state.control["now"][0]), WINDOW_FIRST_S, 0
        self.mark(state)

    def mark(self, state: State) -> None:
        """Take the counts of a moment that is due."""
        rows = state.classes["meter"]
        meters = state.meters
        if len(rows) > self._marks.shape[2]:
            wider = np.zeros((WINDOWS_MAX + 1, 3, len(rows)))
            wider[:, :, : self._marks.shape[2]] = self._marks
            self._marks = wider
        here = self._marks[self.count]
        here[_ANSWERS, : len(rows)] = state.meters["outcomes"][rows, Cause.OK]
        here[_LATENCY, : len(rows)] = meters["latency_sum"][rows]
        present = meters["clock_sum"][rows] + float(state.control["now"][0]) * meters["in_flight"][rows]
        here[_PRESENT, : len(rows)] = present
        self.count += 1
        if self.count > WINDOWS_MAX:
            kept = self._marks[::2].copy()
            self.count = len(kept)
            self._marks[: self.count] = kept
            self.width_s *= 2

    def measures(self, classes: list[int]) -> dict[str, float | None]:
        """Return the half-widths (95 %) of what some classes together measured; None is "too short to say"."""
        windows = self._windows(classes)
        if windows[:, _ANSWERS].sum() < ANSWERS_MIN:
            windows = windows[:0]
        widths = np.full(len(windows), self.width_s)
        return {
            "latency_mean_half_width_s": rounded_or_none(
                ratio_half_width(windows[:, _LATENCY], windows[:, _ANSWERS])
            ),
            "throughput_half_width_rps": rounded_or_none(ratio_half_width(windows[:, _ANSWERS], widths)),
            "in_flight_half_width": rounded_or_none(ratio_half_width(windows[:, _PRESENT], widths)),
        }

    def settled_after_s(self, classes: list[int]) -> float | None:
        """Return how long the warm-up lasted, by latencies and requests in flight; None when there is no telling."""
        windows = self._windows(classes)
        answers = windows[:, _ANSWERS]
        latency = np.divide(
            windows[:, _LATENCY], answers, out=np.full(len(windows), np.nan), where=answers > 0
        )
        known = np.flatnonzero(answers > 0)
        if len(known) < 2 * MSER_GROUP:
            return None
        filled = latency[known[np.maximum(np.searchsorted(known, np.arange(len(windows)), "right") - 1, 0)]]
        cuts = [transient_windows(filled), transient_windows(windows[:, _PRESENT])]
        return None if None in cuts else max(cut for cut in cuts if cut is not None) * self.width_s

    def _windows(self, classes: list[int]) -> Numbers:
        """Return what each window added, over some classes: shape (windows, 3)."""
        known = [row for row in classes if row < self._marks.shape[2]]
        return np.diff(self._marks[: self.count, :, known].sum(axis=2), axis=0)

    # Snapshots -------------------------------------------------------------------------------------------------

    def memory(self) -> dict[str, Numbers]:
        """Return everything there is to remember, as arrays."""
        scalars = np.array([self.began_s, self.width_s, self.count], np.float64)
        return {"scalars": scalars, "marks": self._marks[: self.count].copy()}

    def recall(self, memory: dict[str, Numbers]) -> None:
        """Go on from what was remembered."""
        self.began_s, self.width_s = float(memory["scalars"][0]), float(memory["scalars"][1])
        self.count = int(memory["scalars"][2])
        self._marks = np.zeros((WINDOWS_MAX + 1, 3, memory["marks"].shape[2]))
        self._marks[: self.count] = memory["marks"]
        if not 0 < self.width_s < math.inf or not 0 < self.count <= WINDOWS_MAX:
            raise ValueError("the course of the run is not sound")


def rounded_or_none(value: float | None) -> float | None:
    """Round to six significant digits."""
    return None if value is None or not math.isfinite(value) else rounded(value)
