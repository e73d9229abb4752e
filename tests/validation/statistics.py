"""Confidence intervals of means of a few independent samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import fmean, stdev


def student_t_probability(value: float, freedom: int) -> float:
    """Return P(|T| ≤ value) of Student's t: the finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan(value / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    term = cosine if freedom % 2 else 1.0
    total = 0.0 if freedom == 1 else term
    for number in range(2 + freedom % 2, freedom - 1, 2):
        term *= cosine * cosine * (number - 1) / number
        total += term
    return 2 / math.pi * (angle + sine * total) if freedom % 2 else sine * total


@cache
def student_t_quantile(confidence: float, freedom: int) -> float:
    """Return the half-width, in standard errors, of a two-sided interval of that confidence."""
    low, high = 0.0, 1.0
    while student_t_probability(high, freedom) < confidence:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if student_t_probability(middle, freedom) < confidence else (low, middle)
    return high


def half_width(samples: Sequence[float], confidence: float) -> float:
    """Return the half-width of the confidence interval of the samples' mean; zero for a single, certain one."""
    if len(samples) < 2:
        return 0.0
    return student_t_quantile(confidence, len(samples) - 1) * stdev(samples) / math.sqrt(len(samples))


__all__ = ["fmean", "half_width", "student_t_probability", "student_t_quantile"]
