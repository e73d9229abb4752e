"""Distributions: from a mean, a variation and perhaps some values to the numbers that the engine draws with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simcore.program import Shape
from simcore.symbols import Symbols


def distribution_slots(mean: float, shape: Shape, cv: float) -> tuple[float, float, float, float]:
    """Return the four slots of a distribution with the given mean and coefficient of variation.

    The last two are
    lognormal : log-mean and log-sigma at unit mean;
    hyperexponential : probability of the first branch and its mean at unit mean, the branches' shares of the mean
    being equal (it needs a `cv` of at least 1);
    gamma : shape, and scale at unit mean;
    Pareto : minus one over the tail index, and the least value at unit mean (the index is above 2 for any `cv`).
    A gamma or Pareto without variation is a constant.
    """
    if shape is Shape.LOGNORMAL:
        variance = math.log1p(cv * cv)
        return mean, float(shape), -variance / 2.0, math.sqrt(variance)
    if shape is Shape.HYPEREXPONENTIAL:
        squared = max(cv * cv, 1.0)
        first = (1.0 + math.sqrt((squared - 1.0) / (squared + 1.0))) / 2.0
        return mean, float(shape), first, 1.0 / (2.0 * first)
    if shape in (Shape.GAMMA, Shape.PARETO) and cv < CV_LEAST:
        return mean, float(Shape.CONSTANT), 0.0, 0.0
    if shape is Shape.GAMMA:
        return mean, float(shape), 1.0 / (cv * cv), cv * cv
    if shape is Shape.PARETO:
        index = 1.0 + math.sqrt(1.0 + 1.0 / (cv * cv))
        return mean, float(shape), -1.0 / index, (index - 1.0) / index
    return mean, float(shape), 0.0, 0.0


#: Below this variation a distribution is as good as constant, and its parameters would overflow.
CV_LEAST = 1e-6


def keep_distribution(
    symbols: Symbols, key: str, *, mean: float, shape: Shape, cv: float = 1.0, values: Sequence[float] = ()
) -> int:
    """Keep a live distribution in slots under a key; return the first.

    An empirical one has its values, in ascending order and scaled to unit mean, in further slots: its last two numbers
    are the first of these and their count. Neighbours are joined by straight lines, each stretch equally probable.
    """
    if shape is not Shape.EMPIRICAL:
        return symbols.slots(key, distribution_slots(mean, shape, cv))
    points = sorted(values) or [1.0]
    unit = (
        (sum(points) - (points[0] + points[-1]) / 2.0) / (len(points) - 1) if len(points) > 1 else points[0]
    )
    if unit <= 0.0:
        return symbols.slots(key, distribution_slots(0.0, Shape.CONSTANT, 0.0))
    first = symbols.slots(f"{key}/{len(points)} values", [point / unit for point in points])
    return symbols.slots(key, (mean, float(shape), float(first), float(len(points))))
