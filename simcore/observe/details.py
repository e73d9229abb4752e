"""Single things of a state, as frames and summaries show them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simcore.engine.tables import State
from simcore.observe.counts import Change, Numbers, ratios, rounded
from simcore.observe.histograms import Histograms, wait_levels
from simcore.observe.traces import CAUSES
from simcore.program import NONE, Cause


def measures_of(state: State, change: Change, rows: Numbers, histograms: Histograms) -> dict[str, Any]:
    """Return what some meters together counted and how long it took, since totals began."""
    outcomes = change.of("outcomes")[rows].sum(axis=0)
    completed = int(outcomes[Cause.OK])
    tails = histograms.total_sum(state, rows)
    seconds = change.window_s or math.inf
    present_s, spent_s = change.of("present")[rows].sum(), change.of("sojourn_sum")[rows].sum()
    return {
        "offered": int(change.of("arrivals")[rows].sum()),
        "completed": completed,
        "failed": int(outcomes[1:].sum()),
        "failed_by_cause": {
            CAUSES[cause]: int(count) for cause, count in enumerate(outcomes) if cause and count
        },
        "in_flight": int(state.meters["in_flight"][rows].sum()),
        "in_flight_mean": rounded(max(present_s, 0.0) / seconds),
        # Little's law: throughput times mean time spent, over the mean number present. Near 1 but at the edges.
        "little_ratio": rounded(spent_s / present_s) if present_s > 0 else None,
        "throughput_rps": rounded(completed / seconds),
        "latency_mean_s": rounded(change.of("latency_sum")[rows].sum() / completed) if completed else None,
        "latency_p50_s": rounded(tails[0]),
        "latency_p95_s": rounded(tails[1]),
        "latency_p99_s": rounded(tails[2]),
    }


def resources_of(state: State, index: int, change: Change) -> dict[str, Any]:
    """Return what a node's own pool, store and queue measured."""
    node = state.nodes[index]
    found: dict[str, Any] = {}
    down_s = float(change.of("down")[index])
    found["availability_ratio"] = rounded(1.0 - down_s / change.window_s) if change.window_s > 0 else None
    found["instances"] = int(node.instances)
    found["instance_seconds"] = rounded(float(change.of("instance_seconds")[index]))
    found |= costs_of(change, slice(index, index + 1))
    found["booting"] = int(state.scalers["booting"][state.scalers["target"] == index].sum())
    if node.main_pool != NONE:
        room = change.of("capacity")[node.main_pool]
        found["utilization_ratio"] = (
            rounded(change.of("busy")[node.main_pool] / room) if 0 < room < math.inf else None
        )
        found["queue_length_mean"] = rounded(
            change.of("queued")[node.main_pool] / (change.window_s or math.inf)
        )
        found |= _waits_of(change, node.main_pool)
    if node.store != NONE:
        hits, misses = int(change.of("hits")[node.store]), int(change.of("misses")[node.store])
        found["hits"], found["misses"] = hits, misses
        found["hit_ratio"] = rounded(hits / (hits + misses)) if hits + misses else None
        found["evictions"] = int(change.of("evictions")[node.store])
    shown = state.queues["shown"] != 0
    queues = np.flatnonzero(shown & (state.queues["node"] == index))
    if len(queues):
        found |= _messages_of(state, queues, change)
    read = np.flatnonzero(shown & (state.queues["reader"] == index))
    if len(read):
        found["lag"] = int(state.queues["length"][read].sum())
        found["lag_s"] = rounded(float(oldest_messages_s(state, read).max()))
    found["degraded"] = int(change.of("degraded")[index])
    found["stale_answers"] = int(change.of("stale")[index])
    found["alarms"] = int(change.of("alarms")[index])
    found["recorded_failures"] = int(change.of("recorded")[state.edges["target"] == index].sum())
    for row in np.flatnonzero(state.stores["hints_of"] == index):
        found["hints"] = int(state.stores["count"][row])
        found["hints_forgotten"] = int(change.of("evictions")[row])
    for row in np.flatnonzero(state.shardings["node"] == index):
        found |= _shards_of(state, int(row), node.main_pool, change)
    return found


def _messages_of(state: State, rows: Numbers, change: Change) -> dict[str, Any]:
    """Return what the queues of one node have and did together; partitions of several add up."""
    names = ("enqueued", "settled", "redelivered", "dead_letters", "lost", "expired", "duplicates")
    queues = state.queues[rows]
    per_part = np.zeros(max(int(queues["parts"].max()), 0), np.int64)
    for queue in queues[queues["parts"] > 0]:
        lanes = state.partitions["length"][queue["first"] : queue["first"] + queue["lanes"]]
        per_part[: len(lanes)] += lanes
    return {
        **{name: int(change.of(name)[rows].sum()) for name in names},
        "queue_length": int(queues["length"].sum()),
        "with_consumers": int(queues["unsettled"].sum()),
        "oldest_message_s": rounded(float(oldest_messages_s(state, rows).max())),
        "partition_lengths": per_part.tolist(),
    }


def _shards_of(state: State, row: int, together: int, change: Change) -> dict[str, Any]:
    """Return what the shards of a node have and do, and how far a move of keys has come."""
    pools = np.flatnonzero(state.pools["part_of"] == together)
    busy, room = change.of("busy")[pools], change.of("capacity")[pools]
    return {
        "shard_keys": np.bincount(state.homes[row], minlength=len(pools)).tolist(),
        "shard_utilization_ratios": [rounded(ratio) for ratio in ratios(busy, room).tolist()],
        "shard_acquired": change.of("acquired")[pools].tolist(),
        "keys_to_move": int(state.shardings["left"][row]),
        "keys_moved": int(change.of("moved")[row]),
        "shards_down": [
            shard + 1 for shard in range(len(pools)) if (int(state.shardings["down"][row]) >> shard) & 1
        ],
        "redirected": int(change.of("redirected")[row]),
    }


def shards_of(state: State, rows: Numbers, change: Change) -> tuple[Numbers, Numbers]:
    """Return for each node with shards the utilisation of the busiest and the keys still to be moved; NaN for all others."""
    busiest = np.full(len(rows), np.nan)
    if len(state.shardings) == 0:
        return busiest, busiest
    per_pool, to_move = np.full(len(state.pools), np.nan), np.full(len(state.nodes), np.nan)
    parts = np.flatnonzero(state.pools["part_of"] != NONE)
    used = np.minimum(ratios(change.of("busy")[parts], change.of("capacity")[parts]), 1.0)
    np.fmax.at(per_pool, state.pools["part_of"][parts], used)
    to_move[state.shardings["node"]] = state.shardings["left"]
    main = state.nodes["main_pool"][rows]
    busiest[main != NONE] = per_pool[main[main != NONE]]
    return busiest, to_move[rows]


def costs_of(change: Change, rows: slice) -> dict[str, Any]:
    """Return what some nodes have cost together (USD), in all, for what, and per hour."""
    parts = change.of("cost_usd")[rows].sum(axis=0)
    hours = change.window_s / 3600.0
    return {
        "cost_usd": rounded(parts.sum()),
        **{
            f"cost_{name}_usd": rounded(part)
            for name, part in zip(("instances", "requests", "bytes"), parts, strict=True)
        },
        "cost_usd_per_h": rounded(parts.sum() / hours) if hours > 0 else None,
    }


def hourly_costs(state: State, rows: Numbers, change: Change) -> Numbers:
    """Return what each node cost per hour (USD) in a window; NaN for those that have no prices."""
    hourly = 3600.0 * change.rate("cost_usd")[rows].sum(axis=1)
    return np.where(state.costs["price_slot"][rows] != NONE, hourly, np.nan)


def bytes_of(state: State, change: Change, edges: Numbers) -> dict[str, Any]:
    """Return what was sent over some edges where somebody pays for it, there and back; null where nobody does."""
    counted = bool(state.edges["tariff"][edges].any())
    return {
        "sent_bytes": rounded(change.of("bytes_out")[edges].sum()) if counted else None,
        "answered_bytes": rounded(change.of("bytes_back")[edges].sum()) if counted else None,
    }


def _waits_of(change: Change, pool: int) -> dict[str, Any]:
    """Return how long those who took a worker waited for it; most wait not at all, so levels may be zero."""
    acquired, waited = int(change.of("acquired")[pool]), int(change.of("waited")[pool])
    levels = wait_levels(change.of("waits")[pool], acquired)
    return {
        "acquired": acquired,
        "waited_ratio": rounded(waited / acquired) if acquired else None,
        "pool_wait_mean_s": rounded(change.of("pool_waits")[pool] / acquired) if acquired else None,
        **{f"pool_wait_{name}_s": rounded(level) for name, level in levels.items()},
    }


def oldest_messages_s(state: State, rows: Numbers) -> Numbers:
    """Return for how long the oldest message of each queue has waited; 0 where none waits."""
    if len(rows) == 0:
        return np.zeros(0)
    first, lanes = state.queues["first"][rows], state.queues["lanes"][rows]
    starts = np.cumsum(lanes) - lanes
    heads = state.partitions["head"][np.arange(lanes.sum()) - np.repeat(starts - first, lanes)]
    since = np.where(heads != NONE, state.messages["enqueued_at"][heads], np.inf)
    return np.asarray(np.maximum(state.control["now"][0] - np.minimum.reduceat(since, starts), 0.0))
