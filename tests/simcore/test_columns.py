"""Columns of a frame: plain rounded numbers, and null where there is none."""

from __future__ import annotations

import math

import numpy as np

from simcore.observe.counts import columns

NAN, INFINITE = math.nan, math.inf


def test_columns_are_plain_numbers_and_null() -> None:
    named = {
        "full": [1.23456789, 2.0, 3.0],
        "mostly": [1.0, NAN, 0.0],
        "hardly": [NAN, INFINITE, 0.1234567],
        "nothing": [NAN, NAN, -INFINITE],
        "zero": [0.0, 0.0, 0.0],
    }
    shown = columns({name: np.array(values) for name, values in named.items()})
    assert shown == {
        "full": [1.23457, 2.0, 3.0],
        "mostly": [1.0, None, 0.0],
        "hardly": [None, None, 0.123457],
        "nothing": [None, None, None],
        "zero": [0.0, 0.0, 0.0],
    }
    assert {type(value) for column in shown.values() for value in column} == {float, type(None)}
