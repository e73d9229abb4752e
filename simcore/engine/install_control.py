"""Putting what decouples and controls into a state: partitions of queues, crews, autoscalers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.control_tables import SCALED
from simcore.engine.tables import State
from simcore.program import NONE, PRICE_COUNT, Program


def grown(table: NDArray[Any], rows: int, **initial: Any) -> NDArray[Any]:
    """Return the table with at least `rows` rows, new ones zero but for the named fields."""
    if rows <= len(table):
        return table
    new = np.zeros((rows, *table.shape[1:]), table.dtype)
    new[: len(table)] = table
    for name, value in initial.items():
        new[name][len(table) :] = value
    return new


def roomy(table: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return the table with at least `rows` rows, and with some to spare when it is long and has to grow.

    For tables of wide rows: copying them, at every edit of a large drawing, would take longer than all the rest.
    """
    return table if rows <= len(table) else grown(table, rows + len(table) // 8)


def rows_of(declared: dict[int, Any], before: dict[int, Any]) -> int:
    """Return how many rows a table needs for what was declared, if that is not there from before."""
    return 0 if declared is before else max(declared, default=-1) + 1


def declare(
    table: NDArray[Any], declared: dict[int, Any], before: dict[int, Any], names: tuple[str, ...]
) -> None:
    """Write declarations into their rows, but for those that are there from before."""
    if declared is before:
        return
    rows = [index for index, item in declared.items() if before.get(index) is not item]
    if rows:
        for name in names:
            table[name][rows] = [getattr(declared[index], name) for index in rows]


def with_partitions(state: State, program: Program) -> NDArray[Any]:
    """Return the partitions with room for as many as each queue is to have; the old room is not used again."""
    partitions = state.partitions
    state.queues["fresh"][list(program.queues)] = state.queues["first"][list(program.queues)]
    for index in program.queues:
        queue = state.queues[index]
        wanted = max(int(state.slots[queue.delivery_slot + 2]), 1)
        if wanted > queue.room:
            queue.fresh, queue.room = len(partitions), wanted
            partitions = grown(partitions, len(partitions) + wanted)
    return partitions


def install_control(state: State, program: Program, before: Program) -> State:
    """Return the state with the crews and autoscalers of a program."""
    crews = grown(state.crews, rows_of(program.daemons, before.daemons), begun=NONE, queue=NONE)
    gone = [index for index in before.daemons if index not in program.daemons]
    crews["label"][gone] = NONE  # they end when the crews are next kept
    declare(crews, program.daemons, before.daemons, ("node", "label", "count_slot", "outlives", "queue"))
    return _install_scalers(state._replace(crews=crews), program, before)


def _install_scalers(state: State, program: Program, before: Program) -> State:
    """Let scaled targets keep their number of instances; a target that is no longer scaled has what was drawn."""
    now = float(state.control["now"][0])
    scalers = grown(
        state.scalers, rows_of(program.scalers, before.scalers), since=now, out_at=-math.inf, in_at=-math.inf
    )
    scalers["declared"] = 0
    declare(scalers, program.scalers, before.scalers, ("node", "target", "slot", "group"))
    scaled = np.zeros(len(program.scaled), SCALED)
    items = [item for _, item in sorted(program.scaled.items())]
    for name in ("node", "slot", "unit_slot"):
        scaled[name] = [getattr(item, name) for item in items]
    for index, scaler in sorted(program.scalers.items()):
        row = scalers[index]
        row.declared = 1
        lowest, highest = (int(state.slots[row.slot + place]) for place in (2, 3))
        prices = program.prices.get(scaler.target)
        bought = 0 if prices is None else int(state.slots[prices + PRICE_COUNT - 1])
        highest = min(highest, bought) if bought else highest
        drawn = int(state.slots[scaler.instances_slot])
        row.running = min(max(int(row.running) or drawn, lowest), highest)
        for share in scaled[scaled["node"] == row.target]:
            state.slots[share["slot"]] = row.running * state.slots[share["unit_slot"]]
    _count_instances(state, program)
    return state._replace(scalers=scalers, scaled=scaled)


def _count_instances(state: State, program: Program) -> None:
    """Bring the instance-seconds up to now, and note how many instances run from now on."""
    now = float(state.control["now"][0])
    nodes = state.nodes
    nodes["instance_integral"] += nodes["instances"] * (now - nodes["instances_since"])
    nodes["instances_since"] = now
    nodes["instances"] = 0
    nodes["instances"][list(program.live_nodes)] = 1
    counts = [item for item in program.scaled.values() if item.counts]
    nodes["instances"][[item.node for item in counts]] = state.slots[[item.slot for item in counts]]
