"""Counts of a state at one moment, and the difference of two moments."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.costs import instance_seconds, spent_usd
from simcore.engine.fold import round_all
from simcore.engine.tables import CRASHED, HUNG, State
from simcore.program import NONE

Numbers = NDArray[Any]

#: What is counted, by the engine's table.
_COUNTS = {
    "meters": ("arrivals", "latency_sum", "wait_sum", "wasted", "sojourn_sum"),
    "stores": ("hits", "misses", "evictions", "owed_lost"),
    "clusters": ("stale_reads", "lost_writes", "diverged_writes"),
    "queues": ("enqueued", "settled", "redelivered", "dead_letters", "lost", "expired", "duplicates"),
    "pools": ("acquired", "waited"),
    "shardings": ("moved", "redirected"),
    "nodes": ("degraded", "stale", "alarms"),
    "edges": ("recorded",),
}
#: What a pool that stands for several has of all its parts together.
_ADDED_UP = ("acquired", "waited", "pool_waits", "busy", "queued")
#: Powers of ten that float64 holds exactly.
_POWERS = 10.0 ** np.arange(23)


class Change:
    """The difference of two sets of counts; tables that have grown in between count from zero."""

    def __init__(self, after: dict[str, Any], before: dict[str, Any], window_s: float) -> None:
        self._after = after
        self._before = before
        self.window_s = window_s
        self._known: dict[str, Any] = {}

    def of(self, name: str) -> Any:
        """Return by how much a count grew."""
        if name not in self._known:
            after, before = self._after[name], self._before.get(name)
            if before is None:
                self._known[name] = after
            elif np.ndim(after) == 0 or len(after) == len(before):
                self._known[name] = after - before
            else:
                grown = after.copy()
                grown[: len(before)] -= before
                self._known[name] = grown
        return self._known[name]

    def after(self, name: str) -> Any:
        """Return a count at the end."""
        return self._after[name]

    def rate(self, name: str) -> Any:
        """Return the growth per second; zero when no time has passed."""
        return self.per_s(self.of(name))

    def per_s(self, growth: Numbers) -> Any:
        """Return a growth per second; zero when no time has passed."""
        return growth / self.window_s if self.window_s > 0 else growth * 0.0


def counts_of(state: State) -> dict[str, Any]:
    """Copy every count that differences are taken of."""
    now = state.control["now"][0]
    meters = state.meters
    counts = {
        "now": now,
        "retries": int(state.control["retries"][0]),
        "outcomes": state.meters["outcomes"].copy(),
        "present": meters["clock_sum"] + now * meters["in_flight"],
        **{name: getattr(state, table)[name].copy() for table, names in _COUNTS.items() for name in names},
        "pool_waits": state.pools["wait_sum"].copy(),
        **integrals(state),
        "down": _down(state),
        "instance_seconds": instance_seconds(state),
        "cost_usd": spent_usd(state),
        "bytes_out": state.edges["bytes_out"].copy(),
        "bytes_back": state.edges["bytes_back"].copy(),
    }
    return counts | added_up(state, {name: counts[name] for name in _ADDED_UP})


def added_up(state: State, named: dict[str, Numbers]) -> dict[str, Numbers]:
    """Return rows per pool, where a pool that stands for several has the sum of its parts."""
    parts = np.flatnonzero(state.pools["part_of"] != NONE)
    if len(parts) == 0:
        return named
    named = {name: per_pool.copy() for name, per_pool in named.items()}
    for per_pool in named.values():
        np.add.at(per_pool, state.pools["part_of"][parts], per_pool[parts])
    return named


def integrals(state: State) -> dict[str, Any]:
    """Return the pools' time integrals up to now; the state's own are left as they are, for looking changes nothing."""
    pools = state.pools
    now = state.control["now"][0]
    capacity = state.slots[pools["capacity_slot"]]
    capacity = np.where(np.isfinite(capacity), capacity, 0.0)
    return {
        "busy": pools["busy_clock"] + now * pools["in_use"],
        "queued": pools["queue_clock"] + now * pools["queued"],
        "capacity": pools["capacity_integral"] + (now - pools["capacity_since"]) * capacity,
    }


def _down(state: State) -> Numbers:
    """Return for how long each node has been crashed or hung, up to now."""
    nodes = state.nodes
    running = (nodes["state"] == CRASHED) | (nodes["state"] == HUNG)
    elapsed = state.control["now"][0] - nodes["down_since"]
    return np.asarray(nodes["down_integral"] + np.where(running, elapsed, 0.0))


def rounded(value: float) -> float | None:
    """Round to six significant digits; what is not a number becomes null."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def rounded_all(values: Numbers) -> Numbers:
    """Return float64 numbers rounded to six significant digits; what is not finite becomes NaN."""
    table = np.array(values, np.float64)
    round_all(table.reshape(-1), _POWERS)
    return table


def ratios(parts: Numbers, wholes: Numbers) -> Numbers:
    """Divide; where there is no whole the ratio is NaN, which a frame shows as null."""
    return np.asarray(np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0))


def columns(named: dict[str, Numbers]) -> dict[str, list[float | None]]:
    """Return columns of equal length as rounded lists, with null for what is not a number."""
    table = rounded_all(np.array(list(named.values())))
    return dict(zip(named, map(_listed, table, np.isnan(table)), strict=True))


def _listed(values: Numbers, missing: Numbers) -> list[float | None]:
    """Return numbers as a list. Making them one by one is most of a frame's cost, so what is all alike is not."""
    if not values.any():  # which is true of NaN
        return [0.0] * len(values)
    there = np.flatnonzero(~missing)
    if 2 * len(there) < len(values):
        few: list[float | None] = [None] * len(values)
        for place, value in zip(there.tolist(), values[there].tolist(), strict=True):
            few[place] = value
        return few
    most: list[float | None] = values.tolist()
    for place in np.flatnonzero(missing).tolist():
        most[place] = None
    return most
