"""Looking at a run without touching it: frames since the last look, and totals since the start."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import TRACE_SLOTS, State
from simcore.metrics.events import Happening
from simcore.observe.counts import Change, column, counts_of, ratios, rounded
from simcore.observe.details import (
    CAUSES,
    Places,
    lags_of,
    link_states_of,
    modes_of,
    resources_of,
    states_of,
    trace_of,
)
from simcore.observe.histograms import Histograms
from simcore.program import NONE, Cause, Program
from simcore.scenario.document import Scenario

#: Percentiles of a frame cover the present and the previous period; a period is this many frames.
FRAMES_PER_PERIOD = 10
#: Traces that one frame carries at most.
TRACES_PER_FRAME = 40

_HAPPENINGS = (
    "detected", "recovered", "promoted", "lost_writes", "limit", "broke", "back", "diverged",
    "breaker_closed", "breaker_opened", "breaker_half_open",
)  # fmt: skip
#: Happenings that are shown like what people do.
_LIKE_DEEDS = {"broke": "fault", "back": "heal"}

Numbers = NDArray[Any]


class Observer:
    """Keeps what is needed to tell "since the last frame" from "since the start"."""

    def __init__(self) -> None:
        self.layout_version = 0
        self._nodes: Numbers = np.zeros(0, np.int64)
        self._edges: Numbers = np.zeros(0, np.int64)
        self._classes: tuple[str, ...] = ()
        self._class_at: Numbers = np.zeros(0, np.int64)
        self._node_ids: tuple[str, ...] = ()
        self._edge_ids: tuple[str, ...] = ()
        self._histograms = Histograms()
        self._frames = 0
        self._period_began_s = [0.0, 0.0]
        self._last: dict[str, Any] = {}
        self._base: dict[str, Any] = {}
        self._noted: list[Happening] = []
        self._happenings_seen = 0
        self._trace_seen = np.full(TRACE_SLOTS, NONE, np.int64)

    def follow(self, state: State, program: Program, scenario: Scenario) -> None:
        """Take in a new program: which rows are shown, in order of id."""
        index = {node_id: row for row, node_id in enumerate(program.node_ids)}
        edge_index = {edge_id: row for row, edge_id in enumerate(program.edge_ids)}
        node_ids = tuple(node.id for node in scenario.sorted_nodes)
        edge_ids = tuple(edge.id for edge in scenario.sorted_edges)
        classes = tuple(item.name for item in scenario.workload.classes)
        if (node_ids, edge_ids, classes) != (self._node_ids, self._edge_ids, self._classes):
            self.layout_version += 1
        self._node_ids, self._edge_ids, self._classes = node_ids, edge_ids, classes
        known = {kind.name: row for row, kind in enumerate(program.classes)}
        self._class_at = np.array([known[name] for name in classes], np.int64)
        self._nodes = np.array([index[node_id] for node_id in node_ids], np.int64)
        self._edges = np.array([edge_index[edge_id] for edge_id in edge_ids], np.int64)
        self._histograms.grow(len(state.meters))

    def note(self, happening: Happening) -> None:
        """Remember something that a person did, for the next frame."""
        self._noted.append(happening)

    def layout(self) -> dict[str, Any]:
        """Return what each position of a frame's arrays stands for."""
        return {
            "version": self.layout_version,
            "nodes": list(self._node_ids),
            "edges": list(self._edge_ids),
            "classes": list(self._classes),
        }

    def reset(self, state: State) -> None:
        """Let totals begin now."""
        self._histograms.fetch(state)
        self._histograms.forget_totals()
        self._base = counts_of(state)

    # Frames ----------------------------------------------------------------------------------------------------

    def frame(self, state: State, program: Program) -> dict[str, Any]:
        """Return the frame since the previous one."""
        self._frames += 1
        rotate = self._frames % FRAMES_PER_PERIOD == 1
        now_s = float(state.control["now"][0])
        if rotate:
            self._period_began_s = [self._period_began_s[1], float(self._last["now"]) if self._last else 0.0]
        self._histograms.fetch(state, begin_period=rotate)
        counts = counts_of(state)
        window_s = now_s - (float(self._last["now"]) if self._last else 0.0)
        change = Change(counts, self._last, window_s)
        self._last = counts
        tails = self._percentiles(state)
        return {
            "now_s": round(now_s, 6),
            "window_s": round(window_s, 6),
            "layout": self.layout_version,
            "totals": self._totals(state, change, tails, now_s),
            "nodes": self._node_columns(state, change, tails),
            "edges": self._edge_columns(state, change),
            "classes": self._class_columns(state, change, tails),
            "events": self._events(state, program),
            "traces": self._traces(state),
        }

    def _percentiles(self, state: State) -> Numbers:
        """Return p50, p95, p99 of the recent past: one row per node, then per class, then of all classes together."""
        class_rows = self._class_rows(state)
        rows = np.concatenate([state.nodes["meter"][self._nodes], class_rows]).astype(np.int64)
        together = self._histograms.recent_sum(self._all_class_rows(state))
        return np.concatenate([self._histograms.recent(rows), together[np.newaxis]])

    def _class_rows(self, state: State) -> Numbers:
        """Return the meters of the present classes."""
        return state.classes["meter"][self._class_at].astype(np.int64)

    def _all_class_rows(self, state: State) -> Numbers:
        """Return the meters of all classes that ever were: totals never shrink."""
        return state.classes["meter"].astype(np.int64)

    def _totals(self, state: State, change: Change, tails: Numbers, now_s: float) -> dict[str, Any]:
        rows = self._all_class_rows(state)
        ctl = state.control[0]
        outcomes = change.rate("outcomes")[rows].sum(axis=0)
        answered = change.of("outcomes")[rows, Cause.OK].sum()
        latency = change.of("latency_sum")[rows].sum()
        offered = change.of("arrivals")[rows].sum()
        caches = state.stores["node"] != NONE  # not the addresses that people remember
        hits, misses = change.of("hits")[caches].sum(), change.of("misses")[caches].sum()
        ended = state.outcomes[rows].sum(axis=0)
        return {
            "offered_rps": rounded(change.rate("arrivals")[rows].sum()),
            "throughput_rps": rounded(outcomes[Cause.OK]),
            "failed_rps": rounded(outcomes[1:].sum()),
            "failed_by_cause": {
                CAUSES[cause]: rounded(rate) for cause, rate in enumerate(outcomes) if cause and rate > 0
            },
            "in_flight": int(ctl.roots_in_flight),
            "latency_mean_s": rounded(latency / answered) if answered else None,
            "latency_p50_s": rounded(tails[-1, 0]),
            "latency_p95_s": rounded(tails[-1, 1]),
            "latency_p99_s": rounded(tails[-1, 2]),
            "latency_window_s": rounded(now_s - self._period_began_s[0]),
            "hit_ratio": rounded(hits / (hits + misses)) if hits + misses else None,
            "retry_amplification_ratio": rounded(1 + change.of("retries") / offered) if offered else None,
            "offered_count": int(state.meters["arrivals"][rows].sum()),
            "completed_count": int(ended[Cause.OK]),
            "failed_count": int(ended[1:].sum()),
            "stale_reads_count": int(state.clusters["stale_reads"].sum()),
            "lost_writes_count": int(state.clusters["lost_writes"].sum() + state.stores["owed_lost"].sum()),
            "wasted_count": int(state.meters["wasted"].sum()),
        }

    def _node_columns(self, state: State, change: Change, tails: Numbers) -> dict[str, list[Any]]:
        nodes = state.nodes[self._nodes]
        rows = nodes["meter"].astype(np.int64)
        rates = change.rate("outcomes")[rows]
        pooled, queueing, storing = (
            np.flatnonzero(nodes[name] != NONE) for name in ("main_pool", "queue", "store")
        )
        pool, queue, store = nodes["main_pool"][pooled], nodes["queue"][queueing], nodes["store"][storing]
        waiting = np.zeros(len(nodes), np.int64)
        waiting[pooled] = state.pools["queued"][pool]
        waiting[queueing] = state.queues["length"][queue]
        used = np.full(len(nodes), np.nan)
        used[pooled] = np.minimum(ratios(change.of("busy")[pool], change.of("capacity")[pool]), 1.0)
        used[queueing] = np.nan
        hit = np.full(len(nodes), np.nan)
        hits = change.of("hits")[store]
        hit[storing] = ratios(hits, hits + change.of("misses")[store])
        modes = modes_of(state, self._nodes)
        return {
            "arrival_rps": column(change.rate("arrivals")[rows]),
            "throughput_rps": column(rates[:, Cause.OK]),
            "failed_rps": column(rates[:, 1:].sum(axis=1)),
            "in_flight": state.meters["in_flight"][rows].tolist(),
            "utilization_ratio": column(used),
            "queue_length": waiting.tolist(),
            "latency_p50_s": column(tails[: len(nodes), 0]),
            "latency_p99_s": column(tails[: len(nodes), 2]),
            "hit_ratio": column(hit),
            "state": states_of(nodes),
            "mode": modes,
            "lag_s": lags_of(state, self._nodes, modes),
        }

    def _edge_columns(self, state: State, change: Change) -> dict[str, list[Any]]:
        edges = state.edges[self._edges]
        rows = edges["meter"].astype(np.int64)
        return {
            "rate_rps": column(change.rate("arrivals")[rows]),
            "failed_rps": column(change.rate("outcomes")[rows, 1:].sum(axis=1)),
            "state": link_states_of(edges),
            "believed_healthy": (edges["healthy"] != 0).tolist(),
        }

    def _class_columns(self, state: State, change: Change, tails: Numbers) -> dict[str, list[Any]]:
        rows = self._class_rows(state)
        rates = change.rate("outcomes")[rows]
        first = len(self._nodes)
        return {
            "throughput_rps": column(rates[:, Cause.OK]),
            "failed_rps": column(rates[:, 1:].sum(axis=1)),
            "latency_p99_s": column(tails[first : first + len(rows), 2]),
        }

    def _events(self, state: State, program: Program) -> list[dict[str, Any]]:
        happenings, self._noted = self._noted, []
        count = int(state.control["happening_count"][0])
        size = len(state.happenings)
        for number in range(max(self._happenings_seen, count - size), count):
            row = state.happenings[number % size]
            kind = _HAPPENINGS[row.kind]
            is_link = kind in ("detected", "recovered", "promoted")
            happenings.append(
                Happening(
                    float(row.t),
                    _LIKE_DEEDS.get(kind, kind),
                    node_id=program.node_ids[row.node],
                    edge_id=program.edge_ids[row.edge]
                    if row.edge != NONE and row.edge in self._edges
                    else None,
                    fault=kind if kind in _LIKE_DEEDS else None,
                    source_id=program.node_ids[int(row.value)] if is_link else None,
                    count=None if is_link else int(row.value),
                )
            )
        self._happenings_seen = count
        return [item.to_json() for item in sorted(happenings, key=lambda item: item.at_s)]

    def _traces(self, state: State) -> list[dict[str, Any]]:
        """Return newly ended traces, and set how many requests are traced so that a frame is full but not overfull."""
        ended = np.flatnonzero((state.traces["done"] == 1) & (state.traces["id"] > self._trace_seen))
        ended = ended[np.argsort(state.traces["ended"][ended], kind="stable")]
        self._trace_seen[ended] = state.traces["id"][ended]
        node_at = {int(row): position for position, row in enumerate(self._nodes)}
        edge_at = {int(row): position for position, row in enumerate(self._edges)}
        class_at = {int(row): position for position, row in enumerate(self._class_at)}
        places = Places(node_at, edge_at, class_at)
        return [trace_of(state, slot, places) for slot in ended[-TRACES_PER_FRAME:]]

    # Totals ----------------------------------------------------------------------------------------------------

    def summary(self, state: State) -> dict[str, Any]:
        """Return totals since the start (or the end of the warm-up), for all requests, nodes, edges and classes."""
        self._histograms.fetch(state)
        now_s = float(state.control["now"][0])
        counts = counts_of(state)
        change = Change(counts, self._base, now_s - (float(self._base["now"]) if self._base else 0.0))
        class_rows = self._class_rows(state)
        totals = self._measures(state, change, self._all_class_rows(state))
        totals["retry_amplification_ratio"] = (
            rounded(1 + change.of("retries") / totals["offered"]) if totals["offered"] else None
        )
        totals["stale_reads"] = int(change.of("stale_reads").sum())
        totals["lost_writes"] = int(change.of("lost_writes").sum() + change.of("owed_lost").sum())
        totals["diverged_writes"] = int(change.of("diverged_writes").sum())
        totals["wasted"] = int(change.of("wasted").sum())
        nodes = {}
        for node_id, index in zip(self._node_ids, self._nodes, strict=True):
            row = state.nodes[index].meter
            measures = self._measures(state, change, np.array([row]))
            waited_s = change.of("wait_sum")[row]
            measures["wait_time_mean_s"] = (
                rounded(waited_s / measures["completed"]) if measures["completed"] else None
            )
            nodes[node_id] = {**measures, **resources_of(state, index, change)}
        return {
            "now_s": round(now_s, 6),
            "measured_s": round(change.window_s, 6),
            "totals": totals,
            "nodes": nodes,
            "edges": {
                edge_id: self._measures(state, change, np.array([state.edges[index].meter]))
                for edge_id, index in zip(self._edge_ids, self._edges, strict=True)
            },
            "classes": {
                name: self._measures(state, change, class_rows[position : position + 1])
                for position, name in enumerate(self._classes)
            },
        }

    def _measures(self, state: State, change: Change, rows: Numbers) -> dict[str, Any]:
        rows = rows.astype(np.int64)
        outcomes = change.of("outcomes")[rows].sum(axis=0)
        completed = int(outcomes[Cause.OK])
        tails = self._histograms.total_sum(rows)
        seconds = change.window_s or math.inf
        return {
            "offered": int(change.of("arrivals")[rows].sum()),
            "completed": completed,
            "failed": int(outcomes[1:].sum()),
            "failed_by_cause": {
                CAUSES[cause]: int(count) for cause, count in enumerate(outcomes) if cause and count
            },
            "in_flight": int(state.meters["in_flight"][rows].sum()),
            "throughput_rps": rounded(completed / seconds),
            "latency_mean_s": rounded(change.of("latency_sum")[rows].sum() / completed)
            if completed
            else None,
            "latency_p50_s": rounded(tails[0]),
            "latency_p95_s": rounded(tails[1]),
            "latency_p99_s": rounded(tails[2]),
        }
