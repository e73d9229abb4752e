"""Linear programs whose origin is allowed, small enough for a dense table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TINY = 1e-9
#: After so many steps per row the careful rule is used, which is slow but never goes in a circle.
_BOLD_STEPS_PER_ROW = 4
_STEPS_PER_ROW_MAX = 200


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best point of a linear program, and the price of each limit: what one more unit of it would be worth."""

    value: float
    point: Floats
    prices: Floats


def maximize(gains: Floats, uses: Floats, limits: Floats) -> Optimum | None:
    """Return the largest gain·x with uses x ≤ limits and x ≥ 0, or None when there is no largest.

    Parameters
    ----------
    gains : shape (variables,).
    uses : shape (limits, variables).
    limits : shape (limits,), none of them negative.

    Notes
    -----
    Simplex method (Dantzig 1947); rule against circles by Bland 1977.
    """
    rows, columns = uses.shape
    table = np.zeros((rows + 1, columns + rows + 1))
    table[:rows, :columns] = uses
    table[:rows, columns : columns + rows] = np.eye(rows)
    table[:rows, -1] = limits
    table[rows, :columns] = -gains
    basis = np.arange(columns, columns + rows)
    for step in range(_STEPS_PER_ROW_MAX * (rows + 1)):
        improving = np.flatnonzero(table[rows, :-1] < -_TINY)
        if len(improving) == 0:
            break
        bold = step < _BOLD_STEPS_PER_ROW * rows
        column = int(np.argmin(table[rows, :-1])) if bold else int(improving[0])
        rising = table[:rows, column] > _TINY
        if not rising.any():
            return None
        ratios = np.full(rows, np.inf)
        ratios[rising] = table[:rows, -1][rising] / table[:rows, column][rising]
        tight = np.flatnonzero(ratios <= ratios.min() + _TINY)
        row = int(tight[np.argmin(basis[tight])])
        table[row] /= table[row, column]
        others = np.arange(rows + 1) != row
        table[others] -= np.outer(table[others, column], table[row])
        basis[row] = column
    else:
        return None
    point = np.zeros(columns + rows)
    point[basis] = table[:rows, -1]
    return Optimum(float(table[rows, -1]), point[:columns], table[rows, columns:-1].copy())
