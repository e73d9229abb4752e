"""Certificates of the rows that few activities have. See `simcore.engine.check`."""

from __future__ import annotations

import numpy as np

from simcore.engine.activity_tables import HELD_NEAR
from simcore.engine.chains import chain_length
from simcore.engine.tables import FREE, HAS_DEADLINE, IS_DAEMON, IS_TRACED, ON_FORK, State
from simcore.program import NONE


def extras(state: State) -> list[str]:
    """Every row is free or belongs to one activity, and whoever must have a row has one."""
    ctl, activities = state.control[0], state.activities
    found = []
    free = chain_length(state.extras["next"], ctl.free_extra)
    if free != ctl.free_extra_count:
        found.append(f"{free} rows of extras are free, {ctl.free_extra_count} are counted")
    owned = activities["extra"][activities["extra"] != NONE]
    if free + len(owned) != len(state.extras) or len(np.unique(owned)) != len(owned):
        found.append(f"{free} rows of extras are free and {len(owned)} owned of {len(state.extras)}")
    if (activities["extra"][activities["wait"] == FREE] != NONE).any():
        found.append("a free activity has a row of extras")
    marked = activities["marks"] & (IS_DAEMON | HAS_DEADLINE | IS_TRACED) != 0
    needs = marked | (activities["wait"] == ON_FORK) | (activities["held_count"] > HELD_NEAR)
    lacking = np.flatnonzero((activities["wait"] != FREE) & needs & (activities["extra"] == NONE))
    return [*found, *(f"activity {a} has no row of extras" for a in lacking)]
