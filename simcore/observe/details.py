"""Single things of a state, as frames and summaries show them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.engine.tables import CRASHED, HUNG, State
from simcore.observe.counts import Change, Numbers, rounded
from simcore.program import NONE, Cause

#: What can be wrong with an edge; of several the gravest is shown.
_LINK_STATES = ("up", "delayed", "lossy", "cut_requests", "cut_answers", "partitioned")

CAUSES = tuple(cause.name.lower() for cause in Cause)


def resources_of(state: State, index: int, change: Change) -> dict[str, Any]:
    """Return what a node's own pool, store and queue measured."""
    node = state.nodes[index]
    found: dict[str, Any] = {}
    down_s = float(change.of("down")[index])
    found["availability_ratio"] = rounded(1.0 - down_s / change.window_s) if change.window_s > 0 else None
    if node.main_pool != NONE:
        room = change.of("capacity")[node.main_pool]
        found["utilization_ratio"] = (
            rounded(change.of("busy")[node.main_pool] / room) if 0 < room < math.inf else None
        )
        found["queue_length_mean"] = rounded(
            change.of("queued")[node.main_pool] / (change.window_s or math.inf)
        )
    if node.store != NONE:
        hits, misses = int(change.of("hits")[node.store]), int(change.of("misses")[node.store])
        found["hits"], found["misses"] = hits, misses
        found["hit_ratio"] = rounded(hits / (hits + misses)) if hits + misses else None
        found["evictions"] = int(change.of("evictions")[node.store])
    if node.queue != NONE:
        for name in ("enqueued", "settled", "redelivered", "dead_letters", "lost", "expired", "duplicates"):
            found[name] = int(change.of(name)[node.queue])
        queue = state.queues[node.queue]
        found["queue_length"] = int(queue.length)
        found["with_consumers"] = int(queue.unsettled)
        found["oldest_message_s"] = rounded(oldest_message_s(state, int(node.queue)))
        lanes = state.partitions[queue.first : queue.first + queue.lanes]
        found["partition_lengths"] = lanes["length"].tolist() if queue.parts > 0 else []
    return found


@dataclass(frozen=True, slots=True)
class Places:
    """Where each row of the engine's tables stands in a frame's arrays; what is no longer drawn stands nowhere."""

    nodes: dict[int, int]
    edges: dict[int, int]
    classes: dict[int, int]


def trace_of(state: State, slot: int, places: Places) -> dict[str, Any]:
    """Return one ended trace with its spans."""
    trace = state.traces[slot]
    spans = []
    for number in range(trace.span_count):
        span = state.spans[slot, number]
        running = span.cause == NONE
        spans.append(
            [
                number,
                int(span.parent),
                places.nodes.get(int(span.node), -1),
                places.edges.get(int(span.edge), -1),
                round(float(span.started), 6),
                round(float(span.waited), 6),
                round(float(trace.ended if running else span.ended), 6),
                "running" if running else CAUSES[span.cause],
            ]
        )
    return {
        "id": int(trace.id),
        "class": places.classes.get(int(trace.class_id), 0),
        "outcome": CAUSES[trace.cause],
        "blame": places.nodes.get(int(trace.blame), -1),
        "started_s": round(float(trace.started), 6),
        "ended_s": round(float(trace.ended), 6),
        "spans": spans,
    }


def states_of(nodes: Numbers) -> list[str]:
    """Return whether each node works, by the rows of the engine's table."""
    codes = np.where(nodes["slowness"] != 1.0, 3, 0)
    codes[nodes["state"] == HUNG] = 2
    codes[nodes["state"] == CRASHED] = 1
    return [("up", "crashed", "hung", "slow")[code] for code in codes.tolist()]


def link_states_of(edges: Numbers) -> list[str]:
    """Return whether each edge lets calls pass."""
    codes = np.where(edges["slowness"] != 1.0, 1, 0)
    codes[edges["loss"] > 0.0] = 2
    codes = np.where(edges["partitioned"] != 0, 2 + edges["partitioned"], codes)
    return [_LINK_STATES[code] for code in codes.tolist()]


def modes_of(state: State, rows: Numbers) -> list[str]:
    """Return "primary" or "replica" for each node in a replication cluster of several, "" for all others."""
    modes = [""] * len(rows)
    for position in np.flatnonzero(state.nodes["cluster"][rows] != NONE).tolist():
        cluster = state.clusters[state.nodes[rows[position]].cluster]
        if cluster.count > 1:
            second = NONE if cluster.fenced else cluster.second
            modes[position] = "primary" if rows[position] in (cluster.primary, second) else "replica"
    return modes


def lags_of(state: State, rows: Numbers, modes: list[str]) -> list[float | None]:
    """Return how far behind nodes are: replicas, for how long the newest write that they lack has been known; queues, for
    how long their oldest message has waited; None for others.
    """
    lags = [
        _lag_of(state, index) if mode == "replica" else None
        for index, mode in zip(rows.tolist(), modes, strict=True)
    ]
    for position in np.flatnonzero(state.nodes["queue"][rows] != NONE).tolist():
        lags[position] = rounded(oldest_message_s(state, int(state.nodes["queue"][rows[position]])))
    return lags


def oldest_message_s(state: State, index: int) -> float:
    """Return for how long the oldest message of a queue has waited; 0 when none waits."""
    queue = state.queues[index]
    heads = state.partitions["head"][queue.first : queue.first + queue.lanes]
    heads = heads[heads != NONE]
    if len(heads) == 0:
        return 0.0
    return float(state.control["now"][0] - state.messages["enqueued_at"][heads].min())


def _lag_of(state: State, index: int) -> float | None:
    cluster_index = state.nodes[index].cluster
    cluster = state.clusters[cluster_index]
    missing = int(cluster.lsn - max(state.nodes[index].applied, cluster.void_to))
    if missing <= 0:
        return 0.0
    size = state.commit_times.shape[1]
    oldest = cluster.lsn - min(missing, size) + 1
    return rounded(float(state.control["now"][0] - state.commit_times[cluster_index, oldest % size]))
