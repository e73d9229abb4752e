"""How sure a run may be of what it measured: batch means, and where the warm-up ends.

Both look at a run cut into windows of equal length. Neighbouring windows of a queueing system resemble each other, so
they are joined into batches that are long enough not to, or nothing is claimed (Law & Carson 1979, "A sequential
procedure for determining the length of a steady-state simulation").
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Share of such intervals that contain the truth.
CONFIDENCE_RATIO = 0.95
#: More batches than this narrow an interval by little; with fewer than the least, Student's t is too wide to be of use.
BATCHES_MAX = 32
BATCHES_MIN = 8
#: Batches whose residuals' correlation with the next is above this many standard errors (5 %, one-sided; Anderson 1942,
#: "Distribution of the serial correlation coefficient") are too short.
_CORRELATION_LIMIT = 1.645
_Z = 1.959963984540054
_FEW_DEGREES = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447)

#: Windows of which each point of the warm-up rule is the mean (White 1997, MSER-5), and the fewest points it needs.
MSER_GROUP = 5
MSER_POINTS_MIN = 10

Numbers = NDArray[Any]


def student_t(degrees: int) -> float:
    """Return the two-sided 95 % quantile of Student's t for at least one degree of freedom, to three digits.

    Up to six degrees from the table (Abramowitz & Stegun 1964, 26.10), then by the Cornish-Fisher expansion around the
    normal quantile (26.7.5).
    """
    if degrees <= len(_FEW_DEGREES):
        return _FEW_DEGREES[degrees - 1]
    z, n = _Z, float(degrees)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def ratio_half_width(sums: Numbers, weights: Numbers) -> float | None:
    """Return the half-width of the 95 % interval of total sum / total weight, or None when it is too short to say.

    sums, weights : (windows,), for example latencies and answers of each window. Ratio estimator over batches
    (Law 2015, Simulation Modeling and Analysis, section 9.5.3), so batches may hold different numbers of answers.
    """
    total = float(weights.sum())
    if len(weights) < BATCHES_MIN or total <= 0:
        return None
    ratio = float(sums.sum()) / total
    size = max(len(weights) // BATCHES_MAX, 1)
    while len(weights) // size >= BATCHES_MIN:
        count = len(weights) // size
        residuals = _joined(sums - ratio * weights, size)
        mean_weight = float(_joined(weights, size).mean())
        if mean_weight > 0 and not _is_correlated(residuals):
            variance = float((residuals**2).sum()) / (count * (count - 1)) / mean_weight**2
            return student_t(count - 1) * math.sqrt(variance)
        size *= 2
    return None


def _joined(values: Numbers, size: int) -> Numbers:
    """Return the sums of groups of windows; what does not fill a group is left out at the beginning."""
    count = len(values) // size
    return np.asarray(values[len(values) - count * size :].reshape(count, size).sum(axis=1))


def _is_correlated(residuals: Numbers) -> bool:
    centred = residuals - residuals.mean()
    power = float((centred**2).sum())
    if power == 0.0:
        return False
    correlation = float((centred[:-1] * centred[1:]).sum()) / power
    count = len(residuals)
    return correlation > (_CORRELATION_LIMIT * math.sqrt(count - 2) - 1) / (count - 1)


def transient_windows(values: Numbers) -> int | None:
    """Return how many leading windows belong to the warm-up; None when there is no telling yet.

    values : (windows,). MSER-5 (White 1997; White, Cobb & Spratt 2000): leave out what makes the standard error of the
    rest least. An optimum in the second half means that the run has not settled, or is too short to see it.
    """
    count = len(values) // MSER_GROUP
    if count < MSER_POINTS_MIN:
        return None
    points = values[: count * MSER_GROUP].reshape(count, MSER_GROUP).mean(axis=1)
    kept = np.arange(count, 0, -1)
    tail_sum, tail_square = points[::-1].cumsum()[::-1], (points**2)[::-1].cumsum()[::-1]
    error = np.maximum(tail_square - tail_sum**2 / kept, 0.0) / kept**2
    cut = int(np.argmin(error[: count // 2 + 1]))
    return None if cut == count // 2 else cut * MSER_GROUP
