"""Looking at a run without touching it: frames since the last look, and totals since the start."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import SLOW_PERIOD_S, TRACE_SLOTS, State
from simcore.metrics.events import Happening
from simcore.metrics.intervals import CONFIDENCE_RATIO
from simcore.observe.counts import Change, added_up, columns, counts_of, ratios, rounded
from simcore.observe.details import (
    bytes_of,
    costs_of,
    hourly_costs,
    link_states_of,
    measures_of,
    replication_of,
    resources_of,
    shards_of,
    states_of,
)
from simcore.observe.happenings import happenings_since
from simcore.observe.histograms import Histograms
from simcore.observe.regions import RegionBooks
from simcore.observe.series import Series
from simcore.observe.traces import (
    CAUSES,
    TRACES_PER_FRAME,
    Places,
    TraceKind,
    chosen_traces,
    detailed_traces,
    frame_traces,
    place_table,
)
from simcore.program import NONE, Cause, Program
from simcore.scenario.document import Scenario

#: Percentiles of a frame cover the present and the previous period; a period is this many frames.
FRAMES_PER_PERIOD = 10

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
        self._drawn_edges: frozenset[int] = frozenset()
        self._histograms = Histograms()
        self._series = Series()
        self._regions = RegionBooks()
        nowhere = np.zeros(0, np.int64)
        self._places = Places(nowhere, nowhere, nowhere)
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
        self._histograms.grow(len(state.meters))
        regions = self._regions.names
        self._regions.follow(state, scenario, index, self._histograms)
        before = (self._node_ids, self._edge_ids, self._classes, regions)
        if (node_ids, edge_ids, classes, self._regions.names) != before:
            self.layout_version += 1
        self._node_ids, self._edge_ids, self._classes = node_ids, edge_ids, classes
        known = {kind.name: row for row, kind in enumerate(program.classes)}
        self._class_at = np.array([known[name] for name in classes], np.int64)
        self._nodes = np.array([index[node_id] for node_id in node_ids], np.int64)
        self._edges = np.array([edge_index[edge_id] for edge_id in edge_ids], np.int64)
        self._places = Places(
            place_table(self._nodes, len(state.nodes)),
            place_table(self._edges, len(state.edges)),
            place_table(self._class_at, len(state.classes)),
        )
        self._drawn_edges = frozenset(self._edges.tolist())
        if self._series.count == 0:
            self._series.begin(state)

    @property
    def due_s(self) -> float:
        """When the course of the run is to be noted next."""
        return self._series.due_s

    def mark(self, state: State) -> None:
        """Note the course of the run; the time for it has come."""
        self._series.mark(state)

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
            "regions": list(self._regions.names),
        }

    def reset(self, state: State) -> None:
        """Let totals begin now."""
        self._histograms.fetch(state)
        self._histograms.forget_totals()
        self._base = _totals_of(state)
        self._regions.forget(state, self._histograms)
        self._series.begin(state)

    # Snapshots -------------------------------------------------------------------------------------------------

    def memory(self, state: State) -> dict[str, Any]:
        """Return what the totals of a run that goes on from here depend on, as arrays."""
        self._histograms.fetch(state)
        return {
            **self._histograms.memory(),
            **{f"base.{name}": value for name, value in self._base.items()},
            **{f"series.{name}": value for name, value in self._series.memory().items()},
            **{f"regions.{name}": value for name, value in self._regions.memory().items()},
        }

    def recall(self, memory: dict[str, Any], state: State) -> None:
        """Go on from what was remembered; the next frame's window begins now, with nothing from before."""
        self._histograms.recall(memory)
        parts = {
            part: {key.removeprefix(part): value for key, value in memory.items() if key.startswith(part)}
            for part in ("base.", "series.", "regions.")
        }
        self._base = {name: value[()] for name, value in parts["base."].items()}
        self._series.recall(parts["series."])
        self._regions.recall(parts["regions."])
        self._frames, self._noted = 0, []
        self._last = counts_of(state)
        self._period_began_s = [float(self._last["now"])] * 2
        self._happenings_seen = int(state.control["happening_count"][0])
        self._trace_seen = np.where(state.traces["done"] == 1, state.traces["id"], NONE).astype(np.int64)

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
            "regions": self._regions.columns(state, change, self._histograms),
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
            "cost_usd": rounded(self._last["cost_usd"].sum()),
            "cost_usd_per_h": rounded(3600.0 * change.rate("cost_usd").sum()),
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
        waiting[pooled] = added_up(state, state.pools["queued"])[pool]
        waiting[queueing] = state.queues["length"][queue]
        used, hit, in_line, waited = (np.full(len(nodes), np.nan) for _ in range(4))
        used[pooled] = np.minimum(ratios(change.of("busy")[pool], change.of("capacity")[pool]), 1.0)
        used[queueing] = np.nan
        in_line[pooled] = change.rate("queued")[pool]
        waited[pooled] = ratios(change.of("pool_waits")[pool], change.of("acquired")[pool])
        hits = change.of("hits")[store]
        hit[storing] = ratios(hits, hits + change.of("misses")[store])
        modes, lags = replication_of(state, self._nodes)
        busiest, to_move = shards_of(state, self._nodes, change)
        numbers = columns(
            {
                "arrival_rps": change.rate("arrivals")[rows],
                "throughput_rps": rates[:, Cause.OK],
                "failed_rps": rates[:, 1:].sum(axis=1),
                "in_flight_mean": np.maximum(change.rate("present")[rows], 0.0),
                "utilization_ratio": used,
                "queue_length_mean": in_line,
                "wait_mean_s": waited,
                "latency_p50_s": tails[: len(nodes), 0],
                "latency_p99_s": tails[: len(nodes), 2],
                "hit_ratio": hit,
                "lag_s": lags,
                "busiest_ratio": busiest,
                "keys_to_move": to_move,
                "cost_usd_per_h": hourly_costs(state, self._nodes, change),
            }
        )
        return {
            **numbers,
            "in_flight": state.meters["in_flight"][rows].tolist(),
            "queue_length": waiting.tolist(),
            "state": states_of(nodes),
            "mode": modes,
        }

    def _edge_columns(self, state: State, change: Change) -> dict[str, list[Any]]:
        edges = state.edges[self._edges]
        rows = edges["meter"].astype(np.int64)
        failed = change.of("outcomes")[rows, 1:].sum(axis=1) / (change.window_s or math.inf)
        return {
            **columns({"rate_rps": change.rate("arrivals")[rows], "failed_rps": failed}),
            "state": link_states_of(edges),
            "believed_healthy": (edges["healthy"] != 0).tolist(),
        }

    def _class_columns(self, state: State, change: Change, tails: Numbers) -> dict[str, list[Any]]:
        rows = self._class_rows(state)
        rates = change.rate("outcomes")[rows]
        first = len(self._nodes)
        return dict(
            columns(
                {
                    "throughput_rps": rates[:, Cause.OK],
                    "failed_rps": rates[:, 1:].sum(axis=1),
                    "latency_p99_s": tails[first : first + len(rows), 2],
                }
            )
        )

    def _events(self, state: State, program: Program) -> list[dict[str, Any]]:
        noted, self._noted = self._noted, []
        noted += happenings_since(state, program, self._happenings_seen, self._drawn_edges)
        self._happenings_seen = int(state.control["happening_count"][0])
        return [item.to_json() for item in sorted(noted, key=lambda item: item.at_s)]

    def _traces(self, state: State) -> list[dict[str, Any]]:
        """Return the newest of the traces that ended since the last frame."""
        ended = np.flatnonzero((state.traces["done"] == 1) & (state.traces["id"] > self._trace_seen))
        ended = ended[np.argsort(state.traces["ended"][ended], kind="stable")]
        self._trace_seen[ended] = state.traces["id"][ended]
        shown = ended[-TRACES_PER_FRAME:]
        return frame_traces(state.traces[shown], state.spans[shown], self._places)

    def traces(self, state: State, kind: TraceKind, count: int) -> list[dict[str, Any]]:
        """Return ended traces of a sort in full; see `Simulation.traces`."""
        traces, spans = chosen_traces(state, kind, count)
        if kind == "slowest":
            recent = traces["ended"] >= state.control["now"][0] - 2 * SLOW_PERIOD_S
            traces, spans = traces[recent], spans[recent]
        return detailed_traces(traces, spans, self._places, self.layout())

    # Totals ----------------------------------------------------------------------------------------------------

    def summary(self, state: State) -> dict[str, Any]:
        """Return totals since the start (or the end of the warm-up), for all requests, nodes, edges and classes."""
        self._histograms.fetch(state)
        now_s = float(state.control["now"][0])
        counts = _totals_of(state)
        change = Change(counts, self._base, now_s - (float(self._base["now"]) if self._base else 0.0))
        class_rows = self._class_rows(state)
        every_class = list(range(len(state.classes)))
        totals = self._measures(state, change, self._all_class_rows(state))
        totals["retry_amplification_ratio"] = (
            rounded(1 + change.of("retries") / totals["offered"]) if totals["offered"] else None
        )
        totals["stale_reads"] = int(change.of("stale_reads").sum())
        totals["lost_writes"] = int(change.of("lost_writes").sum() + change.of("owed_lost").sum())
        totals["diverged_writes"] = int(change.of("diverged_writes").sum())
        totals["wasted"] = int(change.of("wasted").sum())
        totals |= costs_of(change, slice(None))
        totals |= self._series.measures(every_class)
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
            "confidence_ratio": CONFIDENCE_RATIO,
            "settled_after_s": self._series.settled_after_s(every_class),
            "totals": totals,
            "nodes": nodes,
            "edges": {
                edge_id: {
                    **self._measures(state, change, np.array([state.edges[index].meter])),
                    **bytes_of(state, change, index),
                }
                for edge_id, index in zip(self._edge_ids, self._edges, strict=True)
            },
            "classes": {
                name: {
                    **self._measures(state, change, class_rows[position : position + 1]),
                    **self._series.measures([int(self._class_at[position])]),
                }
                for position, name in enumerate(self._classes)
            },
            "regions": self._regions.totals(state, self._histograms, change.window_s or math.inf),
        }

    def _measures(self, state: State, change: Change, rows: Numbers) -> dict[str, Any]:
        return measures_of(state, change, rows.astype(np.int64), self._histograms)


def _totals_of(state: State) -> dict[str, Any]:
    """Return the counts that totals are differences of; frames do without the histograms of waits."""
    return {**counts_of(state), "waits": added_up(state, state.waits.copy())}
