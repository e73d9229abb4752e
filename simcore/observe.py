"""Looking at a run without touching it: frames since the last look, and totals since the start."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.faults import settle_pools
from simcore.engine.fold import fold, percentiles
from simcore.engine.tables import CRASHED, HUNG, TRACE_SLOTS, State
from simcore.metrics.events import Happening
from simcore.metrics.histogram import bin_middles
from simcore.program import BIN_COUNT, NONE, Cause, Program
from simcore.scenario.document import Scenario

#: Percentiles of a frame cover the present and the previous period; a period is this many frames.
FRAMES_PER_PERIOD = 10
#: Traces that one frame carries at most.
TRACES_PER_FRAME = 40

_LEVELS = np.array([0.5, 0.95, 0.99])
_MIDDLES = bin_middles()
_CAUSES = tuple(cause.name.lower() for cause in Cause)
_HAPPENINGS = ("detected", "recovered", "promoted", "lost_writes", "limit")

Numbers = NDArray[Any]


class Observer:
    """Keeps what is needed to tell "since the last frame" from "since the start"."""

    def __init__(self) -> None:
        self.layout_version = 0
        self._nodes: Numbers = np.zeros(0, np.int64)
        self._edges: Numbers = np.zeros(0, np.int64)
        self._classes: tuple[str, ...] = ()
        self._node_ids: tuple[str, ...] = ()
        self._edge_ids: tuple[str, ...] = ()
        self._total: Numbers = np.zeros((0, BIN_COUNT), np.int64)
        self._before: Numbers = np.zeros((0, BIN_COUNT), np.int64)  # the period before the present one
        self._recent: Numbers = np.zeros((0, BIN_COUNT), np.int64)
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
        self._nodes = np.array([index[node_id] for node_id in node_ids], np.int64)
        self._edges = np.array([edge_index[edge_id] for edge_id in edge_ids], np.int64)
        rows = len(state.meters)
        if rows > len(self._total):
            more = np.zeros((rows - len(self._total), BIN_COUNT), np.int64)
            self._total = np.concatenate([self._total, more])
            self._before = np.concatenate([self._before, more])
            self._recent = np.concatenate([self._recent, more])

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
        self._fold(state)
        self._total[:] = 0
        self._base = _counts(state)

    # Frames ----------------------------------------------------------------------------------------------------

    def frame(self, state: State, program: Program) -> dict[str, Any]:
        """Return the frame since the previous one."""
        settle_pools(state)
        self._frames += 1
        rotate = self._frames % FRAMES_PER_PERIOD == 1
        now_s = float(state.control["now"][0])
        if rotate:
            self._before, self._recent = self._recent, self._before
            self._recent[:] = 0
            self._period_began_s = [self._period_began_s[1], float(self._last["now"]) if self._last else 0.0]
        self._fold(state)
        counts = _counts(state)
        window_s = now_s - (float(self._last["now"]) if self._last else 0.0)
        change = _Change(counts, self._last, window_s)
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

    def _fold(self, state: State) -> None:
        fold(state.meters, state.window, self._total, self._recent)

    def _percentiles(self, state: State) -> Numbers:
        """Return p50, p95, p99 of the recent past: one row per node, then per class, then of all classes together."""
        class_rows = self._class_rows(state)
        rows = np.concatenate([state.nodes["meter"][self._nodes], class_rows])
        counts = self._before[rows] + self._recent[rows]
        counts = np.concatenate([counts, counts[len(self._nodes) :].sum(axis=0, keepdims=True)])
        tails = np.empty((len(counts), len(_LEVELS)))
        percentiles(counts, _LEVELS, _MIDDLES, tails)
        return tails

    def _class_rows(self, state: State) -> Numbers:
        return state.classes["meter"][: len(self._classes)].astype(np.int64)

    def _totals(self, state: State, change: _Change, tails: Numbers, now_s: float) -> dict[str, Any]:
        rows = self._class_rows(state)
        ctl = state.control[0]
        outcomes = change.rate("outcomes")[rows].sum(axis=0)
        answered = change.of("outcomes")[rows, Cause.OK].sum()
        latency = change.of("latency_sum")[rows].sum()
        offered = change.of("arrivals")[rows].sum()
        hits, misses = change.of("hits").sum(), change.of("misses").sum()
        ended = state.outcomes[rows].sum(axis=0)
        return {
            "offered_rps": _round(change.rate("arrivals")[rows].sum()),
            "throughput_rps": _round(outcomes[Cause.OK]),
            "failed_rps": _round(outcomes[1:].sum()),
            "failed_by_cause": {
                _CAUSES[cause]: _round(rate) for cause, rate in enumerate(outcomes) if cause and rate > 0
            },
            "in_flight": int(ctl.roots_in_flight),
            "latency_mean_s": _round(latency / answered) if answered else None,
            "latency_p50_s": _round(tails[-1, 0]),
            "latency_p95_s": _round(tails[-1, 1]),
            "latency_p99_s": _round(tails[-1, 2]),
            "latency_window_s": _round(now_s - self._period_began_s[0]),
            "hit_ratio": _round(hits / (hits + misses)) if hits + misses else None,
            "retry_amplification_ratio": _round(1 + change.of("retries") / offered) if offered else None,
            "offered_count": int(state.meters["arrivals"][rows].sum()),
            "completed_count": int(ended[Cause.OK]),
            "failed_count": int(ended[1:].sum()),
            "stale_reads_count": int(state.clusters["stale_reads"].sum()),
            "lost_writes_count": int(state.clusters["lost_writes"].sum()),
            "wasted_count": int(state.meters["wasted"].sum()),
        }

    def _node_columns(self, state: State, change: _Change, tails: Numbers) -> dict[str, list[Any]]:
        nodes = state.nodes[self._nodes]
        rows = nodes["meter"].astype(np.int64)
        rates = change.rate("outcomes")[rows]
        pool, queue, store = nodes["main_pool"], nodes["queue"], nodes["store"]
        busy, capacity = change.of("busy"), change.of("capacity")
        waiting = np.zeros(len(nodes), np.int64)
        used: list[float | None] = [None] * len(nodes)
        hit: list[float | None] = [None] * len(nodes)
        for i in range(len(nodes)):
            if pool[i] != NONE:
                waiting[i] = state.pools[pool[i]].queued
                room = capacity[pool[i]]
                if 0 < room < math.inf:
                    used[i] = _round(min(busy[pool[i]] / room, 1.0))
            if queue[i] != NONE:
                waiting[i] = state.queues[queue[i]].length
                used[i] = None
            if store[i] != NONE:
                asked = change.of("hits")[store[i]] + change.of("misses")[store[i]]
                hit[i] = _round(change.of("hits")[store[i]] / asked) if asked else None
        return {
            "arrival_rps": _column(change.rate("arrivals")[rows]),
            "throughput_rps": _column(rates[:, Cause.OK]),
            "failed_rps": _column(rates[:, 1:].sum(axis=1)),
            "in_flight": state.meters["in_flight"][rows].tolist(),
            "utilization_ratio": used,
            "queue_length": waiting.tolist(),
            "latency_p50_s": _column(tails[: len(nodes), 0]),
            "latency_p99_s": _column(tails[: len(nodes), 2]),
            "hit_ratio": hit,
            "state": [_state_of(node) for node in nodes],
            "mode": [_mode_of(state, index) for index in self._nodes],
            "lag_s": [_lag_of(state, index) for index in self._nodes],
        }

    def _edge_columns(self, state: State, change: _Change) -> dict[str, list[Any]]:
        edges = state.edges[self._edges]
        rows = edges["meter"].astype(np.int64)
        states = [
            "partitioned" if edge.partitioned else "delayed" if edge.slowness != 1 else "up" for edge in edges
        ]
        return {
            "rate_rps": _column(change.rate("arrivals")[rows]),
            "failed_rps": _column(change.rate("outcomes")[rows, 1:].sum(axis=1)),
            "state": states,
            "believed_healthy": [bool(edge.healthy) for edge in edges],
        }

    def _class_columns(self, state: State, change: _Change, tails: Numbers) -> dict[str, list[Any]]:
        rows = self._class_rows(state)
        rates = change.rate("outcomes")[rows]
        first = len(self._nodes)
        return {
            "throughput_rps": _column(rates[:, Cause.OK]),
            "failed_rps": _column(rates[:, 1:].sum(axis=1)),
            "latency_p99_s": _column(tails[first : first + len(rows), 2]),
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
                    kind,
                    node_id=program.node_ids[row.node],
                    edge_id=program.edge_ids[row.edge]
                    if row.edge != NONE and row.edge in self._edges
                    else None,
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
        return [_trace(state, slot, node_at, edge_at) for slot in ended[-TRACES_PER_FRAME:]]

    # Totals ----------------------------------------------------------------------------------------------------

    def summary(self, state: State) -> dict[str, Any]:
        """Return totals since the start (or the end of the warm-up), for all requests, nodes, edges and classes."""
        settle_pools(state)
        self._fold(state)
        now_s = float(state.control["now"][0])
        counts = _counts(state)
        change = _Change(counts, self._base, now_s - (float(self._base["now"]) if self._base else 0.0))
        class_rows = self._class_rows(state)
        totals = self._measures(state, change, class_rows)
        totals["retry_amplification_ratio"] = (
            _round(1 + change.of("retries") / totals["offered"]) if totals["offered"] else None
        )
        totals["stale_reads"] = int(change.of("stale_reads").sum())
        totals["lost_writes"] = int(change.of("lost_writes").sum())
        totals["wasted"] = int(change.of("wasted").sum())
        nodes = {}
        for node_id, index in zip(self._node_ids, self._nodes, strict=True):
            measures = self._measures(state, change, np.array([state.nodes[index].meter]))
            nodes[node_id] = {**measures, **_resources(state, index, change)}
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

    def _measures(self, state: State, change: _Change, rows: Numbers) -> dict[str, Any]:
        rows = rows.astype(np.int64)
        outcomes = change.of("outcomes")[rows].sum(axis=0)
        completed = int(outcomes[Cause.OK])
        tails = np.empty((1, len(_LEVELS)))
        percentiles(self._total[rows].sum(axis=0, keepdims=True), _LEVELS, _MIDDLES, tails)
        seconds = change.window_s or math.inf
        return {
            "offered": int(change.of("arrivals")[rows].sum()),
            "completed": completed,
            "failed": int(outcomes[1:].sum()),
            "failed_by_cause": {
                _CAUSES[cause]: int(count) for cause, count in enumerate(outcomes) if cause and count
            },
            "in_flight": int(state.meters["in_flight"][rows].sum()),
            "throughput_rps": _round(completed / seconds),
            "latency_mean_s": _round(change.of("latency_sum")[rows].sum() / completed) if completed else None,
            "wait_time_mean_s": _round(change.of("wait_sum")[rows].sum() / completed) if completed else None,
            "latency_p50_s": _round(tails[0, 0]),
            "latency_p95_s": _round(tails[0, 1]),
            "latency_p99_s": _round(tails[0, 2]),
        }


class _Change:
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

    def rate(self, name: str) -> Any:
        """Return the growth per second; zero when no time has passed."""
        return self.of(name) / self.window_s if self.window_s > 0 else self.of(name) * 0.0


def _counts(state: State) -> dict[str, Any]:
    """Copy every count that differences are taken of."""
    return {
        "now": state.control["now"][0],
        "retries": int(state.control["retries"][0]),
        "outcomes": state.outcomes.copy(),
        **{name: state.meters[name].copy() for name in ("arrivals", "latency_sum", "wait_sum", "wasted")},
        "busy": state.pools["busy_integral"].copy(),
        "queued": state.pools["queue_integral"].copy(),
        "capacity": state.pools["capacity_integral"].copy(),
        **{name: state.stores[name].copy() for name in ("hits", "misses", "evictions", "expired")},
        **{name: state.clusters[name].copy() for name in ("stale_reads", "lost_writes")},
        **{
            name: state.queues[name].copy()
            for name in ("enqueued", "settled", "redelivered", "dead_letters", "lost")
        },
    }


def _resources(state: State, index: int, change: _Change) -> dict[str, Any]:
    """Return what a node's own pool, store and queue measured."""
    node = state.nodes[index]
    found: dict[str, Any] = {}
    if node.main_pool != NONE:
        room = change.of("capacity")[node.main_pool]
        found["utilization_ratio"] = (
            _round(change.of("busy")[node.main_pool] / room) if 0 < room < math.inf else None
        )
        found["queue_length_mean"] = _round(
            change.of("queued")[node.main_pool] / (change.window_s or math.inf)
        )
    if node.store != NONE:
        hits, misses = int(change.of("hits")[node.store]), int(change.of("misses")[node.store])
        found["hits"], found["misses"] = hits, misses
        found["hit_ratio"] = _round(hits / (hits + misses)) if hits + misses else None
        found["evictions"] = int(change.of("evictions")[node.store])
    if node.queue != NONE:
        for name in ("enqueued", "settled", "redelivered", "dead_letters", "lost"):
            found[name] = int(change.of(name)[node.queue])
        found["queue_length"] = int(state.queues[node.queue].length)
    return found


def _trace(state: State, slot: int, node_at: dict[int, int], edge_at: dict[int, int]) -> dict[str, Any]:
    trace = state.traces[slot]
    spans = []
    for number in range(trace.span_count):
        span = state.spans[slot, number]
        running = span.cause == NONE
        spans.append(
            [
                number,
                int(span.parent),
                node_at.get(int(span.node), -1),
                edge_at.get(int(span.edge), -1),
                round(float(span.started), 6),
                round(float(span.waited), 6),
                round(float(trace.ended if running else span.ended), 6),
                "running" if running else _CAUSES[span.cause],
            ]
        )
    return {
        "id": int(trace.id),
        "class": int(trace.class_id),
        "outcome": _CAUSES[trace.cause],
        "blame": node_at.get(int(trace.blame), -1),
        "started_s": round(float(trace.started), 6),
        "ended_s": round(float(trace.ended), 6),
        "spans": spans,
    }


def _state_of(node: Any) -> str:
    if node.state == CRASHED:
        return "crashed"
    if node.state == HUNG:
        return "hung"
    return "slow" if node.slowness != 1.0 else "up"


def _mode_of(state: State, index: int) -> str:
    cluster = state.nodes[index].cluster
    if cluster == NONE or state.clusters[cluster].count < 2:
        return ""
    return "primary" if state.clusters[cluster].primary == index else "replica"


def _lag_of(state: State, index: int) -> float | None:
    """Return for how long the newest write that the replica lacks has been known to the primary."""
    cluster_index = state.nodes[index].cluster
    if cluster_index == NONE or _mode_of(state, index) != "replica":
        return None
    cluster = state.clusters[cluster_index]
    missing = int(cluster.lsn - max(state.nodes[index].applied, cluster.void_to))
    if missing <= 0:
        return 0.0
    size = state.commit_times.shape[1]
    oldest = cluster.lsn - min(missing, size) + 1
    return _round(float(state.control["now"][0] - state.commit_times[cluster_index, oldest % size]))


def _round(value: float) -> float | None:
    """Round to six significant digits; what is not a number becomes null."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _column(values: Numbers) -> list[float | None]:
    return [_round(value) for value in values.tolist()]
