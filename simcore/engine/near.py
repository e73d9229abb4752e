"""Numbers from slots beside what every event touches anyway, so that a line of memory less is waited for.

A slot is what a component's number is written to; a copy of it is in the row of whoever needs it at every step. Slots change
when a program is put in, and when an autoscaler does its work: both write the copies.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import State

#: Table, copy in its rows, slot that it is copied from.
COPIES = (
    ("edges", "latency_s", "latency_slot"),
    ("edges", "loss_ratio", "loss_slot"),
    ("pools", "capacity", "capacity_slot"),
    ("groups", "routing", "routing_slot"),
)


def bring_near(state: State) -> None:
    """Copy every such number anew."""
    for table, copy, slot in COPIES:
        rows: NDArray[Any] = getattr(state, table)
        rows[copy] = state.slots[rows[slot]]


def strayed(state: State) -> list[str]:
    """Check that every copy is what its slot has."""
    found = []
    for table, copy, slot in COPIES:
        rows: NDArray[Any] = getattr(state, table)
        wrong = np.flatnonzero(rows[copy] != state.slots[rows[slot]])
        found += [f"{table} {row}: its {copy} is not what its slot has" for row in wrong]
    return found
