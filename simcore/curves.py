"""Curves of a rate over time: straight lines between points, repeated or held."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Straight pieces of a drawn day: the sine is met within 0.3 %.
DAY_PIECES = 48
#: Straight pieces of a decay, and how many time constants they cover: 1 % is left at the end, which is then 0.
DECAY_PIECES, DECAY_CONSTANTS = 18, 4.6

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of time (s) and factor, in order of time; no points is a factor of 1. A period of 0 holds the last one."""

    points: Points = ()
    period_s: float = 0.0


def daily(period_s: float, trough_ratio: float, values: Sequence[float] = ()) -> Curve:
    """Return a period of mean 1: a sine from trough to peak and back, or one that meets the given values.

    `trough_ratio` is the least rate divided by the greatest. Values stand at equal steps from the beginning.
    """
    if not values:
        swing = (1.0 - trough_ratio) / (1.0 + trough_ratio)
        turns = (2.0 * math.pi * piece / DAY_PIECES for piece in range(DAY_PIECES))
        values = [1.0 - swing * math.cos(turn) for turn in turns]
    mean = sum(values) / len(values)
    if mean <= 0.0:
        return Curve()
    step_s = period_s / len(values)
    around = [*values, values[0]]
    return Curve(tuple((step_s * at, value / mean) for at, value in enumerate(around)), period_s)


def ramp(at_s: float, duration_s: float, first: float, last: float) -> Curve:
    """Return a factor that goes from `first` to `last` in a straight line, and stays there."""
    return Curve(((at_s, first), (at_s + duration_s, last)))


def spike(at_s: float, height: float, rise_s: float, decay_s: float) -> Curve:
    """Return a factor that leaves 1 for `height` in a straight line and decays exponentially back to 1."""
    pieces = [DECAY_CONSTANTS * piece / DECAY_PIECES for piece in range(DECAY_PIECES)]
    top_s = at_s + rise_s
    decay = [(top_s + decay_s * piece, 1.0 + (height - 1.0) * math.exp(-piece)) for piece in pieces]
    return Curve(((at_s, 1.0), *decay, (top_s + decay_s * DECAY_CONSTANTS, 1.0)))


def value_at(curve: Curve, at_s: float) -> float:
    """Return the factor at a time (s)."""
    points = curve.points
    if not points:
        return 1.0
    if curve.period_s > 0.0:
        at_s = math.fmod(at_s, curve.period_s)
        points = (*points, (curve.period_s, points[-1][1]))
    if at_s <= points[0][0]:
        return points[0][1]
    for (before_s, before), (after_s, after) in pairwise(points):
        if before_s <= at_s <= after_s and after_s > before_s:
            return before + (after - before) * (at_s - before_s) / (after_s - before_s)
    return points[-1][1]


def growth_within(curve: Curve, window_s: float) -> float:
    """Return the factor by which the rate grows most within a window of time, at least 1; from nothing does not count.

    Along straight pieces the quotient of two lines has no peak inside, so that it is enough to look at the bends.
    """
    starts = [at_s - back_s for at_s, _ in curve.points for back_s in (0.0, window_s) if at_s >= back_s]
    pairs = [(value_at(curve, start_s), value_at(curve, start_s + window_s)) for start_s in starts]
    return max((after / before for before, after in pairs if before > 0.0), default=1.0)


def bursts(factor: float, burst_s: float, lull_s: float) -> tuple[float, float, float, float]:
    """Return the rate's factor during bursts and between them, and the mean lengths of both (s).

    The mean factor is 1; where bursts of that size would need more than all, nothing comes between them.
    """
    share = burst_s / (burst_s + lull_s)
    during = min(factor, 1.0 / share)
    return during, (1.0 - during * share) / (1.0 - share), burst_s, lull_s


def level_of(points: Points) -> float:
    """Return the mean of the straight lines between points, over time; the greatest value where they enclose nothing."""
    area = sum((right[0] - left[0]) * (left[1] + right[1]) / 2.0 for left, right in pairwise(points))
    if area > 0.0:
        return area / (points[-1][0] - points[0][0])
    return max((value for _, value in points), default=0.0)


def trace(points: Points, *, repeats: bool) -> Curve:
    """Return the factors of `level_of` that follow given rates."""
    level = level_of(points)
    if level <= 0.0:
        return Curve()
    return Curve(tuple((at, rate / level) for at, rate in points), points[-1][0] if repeats else 0.0)
