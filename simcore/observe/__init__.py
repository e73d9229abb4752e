"""Looking at a run without touching it: frames since the last look, and totals since the start."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import SLOW_PERIOD_S, TRACE_SLOTS, State
from simcore.metrics.events import Happening
from simcore.metrics.intervals import CONFIDENCE_RATIO
from simcore.observe.counts import Change, added_up, counts_of, rounded
from simcore.observe.details import bytes_of, costs_of, measures_of, resources_of
from simcore.observe.followed import Followed
from simcore.observe.frames import (
    Plan,
    class_columns,
    edge_columns,
    frame_counts,
    node_columns,
    plan_of,
    totals,
)
from simcore.observe.happenings import happenings_since
from simcore.observe.histograms import Histograms
from simcore.observe.parts import alike_in, parts_in
from simcore.observe.regions import RegionBooks
from simcore.observe.series import Series
from simcore.observe.traces import (
    TRACES_PER_FRAME,
    Places,
    TraceKind,
    chosen_traces,
    detailed_traces,
    found_trace,
    frame_traces,
    place_table,
)
from simcore.program import NONE, Program
from simcore.scenario.document import Scenario

#: Percentiles of a frame cover the present and the previous period; a period is this many frames.
FRAMES_PER_PERIOD = 10
#: Frames in which the window of every edge is taken in once: long before it could be full, at little cost for each.
EDGE_TURNS = 100
#: Nodes and classes whose percentiles one frame renews; of more than these, each has its turn every few frames.
PERCENTILE_ROWS = 256

Numbers = NDArray[Any]


class Observer:
    """Keeps what is needed to tell "since the last frame" from "since the start"."""

    def __init__(self) -> None:
        self.layout_version = 0
        self._nodes: Numbers = np.zeros(0, np.int64)
        self._edges: Numbers = np.zeros(0, np.int64)
        self._classes: tuple[str, ...] = ()
        self._entries: Numbers | None = None
        self._class_at: Numbers = np.zeros(0, np.int64)
        self._node_ids: tuple[str, ...] = ()
        self._edge_ids: tuple[str, ...] = ()
        self._drawn_edges: frozenset[int] = frozenset()
        self._histograms = Histograms()
        self._series = Series()
        self._regions = RegionBooks()
        nowhere = np.zeros(0, np.int64)
        self._places = Places(nowhere, nowhere, nowhere)
        self._plan: Plan
        self._tails_of: Plan | None = None
        self._tails: Numbers = np.zeros((0, 0))
        self._frames = 0
        self._period_began_s = [0.0, 0.0]
        self._last: dict[str, Any] = {}
        self._base: dict[str, Any] = {}
        self._noted: list[Happening] = []
        self.sent = Followed()
        self._happenings_seen = 0
        self._trace_seen = np.full(TRACE_SLOTS, NONE, np.int64)

    def follow(self, state: State, program: Program, scenario: Scenario) -> None:
        """Take in a new program: which rows are shown, in order of id."""
        classes = tuple(item.name for item in scenario.workload.classes)
        if program.entries is self._entries and classes == self._classes:
            return  # only numbers have changed
        self._entries = program.entries
        index = {node_id: row for row, node_id in enumerate(program.node_ids)}
        edge_index = {edge_id: row for row, edge_id in enumerate(program.edge_ids)}
        node_ids = tuple(node.id for node in scenario.sorted_nodes)
        edge_ids = tuple(edge.id for edge in scenario.sorted_edges)
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
        parts, alike = parts_in(program, node_ids), alike_in(program, edge_ids)
        self._places.nodes[parts[:, 1]], self._places.edges[alike[:, 1]] = parts[:, 0], alike[:, 0]
        self._plan = plan_of(state, self._nodes, self._edges, self._class_at, parts, alike)
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
        self._histograms.forget_totals(state)
        self._base = _totals_of(state)
        self._regions.forget(state, self._histograms)
        self._series.begin(state)

    # Snapshots -------------------------------------------------------------------------------------------------

    def memory(self, state: State) -> dict[str, Any]:
        """Return what the totals of a run that goes on from here depend on, as arrays."""
        return {
            **self._histograms.memory(state),
            **{f"base.{name}": value for name, value in self._base.items()},
            **{f"series.{name}": value for name, value in self._series.memory().items()},
            **{f"regions.{name}": value for name, value in self._regions.memory().items()},
        }

    def recall(self, memory: dict[str, Any], state: State) -> None:
        """Go on from what was remembered; the next frame's window begins now, with nothing from before."""
        self._entries = None
        self._histograms.recall(memory)
        parts = {
            part: {key.removeprefix(part): value for key, value in memory.items() if key.startswith(part)}
            for part in ("base.", "series.", "regions.")
        }
        self._base = {name: value[()] for name, value in parts["base."].items()}
        self._series.recall(parts["series."])
        self._regions.recall(parts["regions."])
        self._frames, self._noted, self.sent = 0, [], Followed()
        none, pairs = np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
        self._last = frame_counts(state, plan_of(state, none, none, none, pairs, pairs))
        self._period_began_s = [float(self._last["now"])] * 2
        self._happenings_seen = int(state.control["happening_count"][0])
        self._trace_seen = np.where(state.traces["done"] == 1, state.traces["id"], NONE).astype(np.int64)

    # Frames ----------------------------------------------------------------------------------------------------

    def frame(self, state: State, program: Program) -> dict[str, Any]:
        """Return the frame since the previous one."""
        self._frames += 1
        now_s = float(state.control["now"][0])
        if self._frames % FRAMES_PER_PERIOD == 1:
            self._period_began_s = [self._period_began_s[1], float(self._last["now"]) if self._last else 0.0]
        plan = self._plan
        counts = frame_counts(state, plan)
        window_s = now_s - (float(self._last["now"]) if self._last else 0.0)
        change = Change(counts, self._last, window_s)
        self._last = counts
        tails = self._percentiles(state, plan)
        self._begin_windows(state, plan)
        nodes = len(plan.nodes)
        return {
            "now_s": round(now_s, 6),
            "window_s": round(window_s, 6),
            "layout": self.layout_version,
            "totals": totals(state, plan, change, tails[-1], now_s - self._period_began_s[0]),
            "nodes": node_columns(state, plan, change, tails[:nodes]),
            "edges": edge_columns(state, plan, change),
            "classes": class_columns(plan, change, tails[nodes:-1]),
            "regions": self._regions.columns(state, change, self._histograms),
            "events": self._events(state, program),
            "traces": self._traces(state),
            "followed": self._told(state),
        }

    def _begin_windows(self, state: State, plan: Plan) -> None:
        """Begin a period if it is time; edges, which are many and show no percentiles, take their turns."""
        if self._frames % FRAMES_PER_PERIOD == 0:
            self._histograms.begin_period(state, plan.followed)
        self._histograms.take(state, plan.edge_meters[self._frames % EDGE_TURNS :: EDGE_TURNS])

    def _percentiles(self, state: State, plan: Plan) -> Numbers:
        """Return p50, p95, p99 of the recent past: one row per node, then per class, then of all classes together."""
        rows = np.concatenate([plan.node_meters, plan.class_meters])
        turns = -(-len(rows) // PERCENTILE_ROWS)
        if self._tails_of is not plan:
            self._tails_of, self._tails = plan, self._histograms.recent(state, rows)
        else:
            turn = slice(self._frames % turns, None, turns)
            self._tails[turn] = self._histograms.recent(state, rows[turn])
        for position in np.unique(plan.parted).tolist():
            self._tails[position] = self._histograms.recent_sum(state, self._meters_of(position))
        together = self._histograms.recent_sum(state, plan.every_class)
        return np.concatenate([self._tails, together[np.newaxis]])

    def _meters_of(self, position: int) -> Numbers:
        """Return the meters of a shown node and of its parts."""
        plan = self._plan
        return np.append(plan.node_meters[position], plan.part_meters[plan.parted == position])

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
        return frame_traces(state.traces[shown], state.spans, shown, self._places)

    def _told(self, state: State) -> list[dict[str, Any]]:
        """Return the request sent last, for a frame."""
        followed = self.trace(state, None)
        self.sent.told(followed)
        return followed

    def trace(self, state: State, trace_id: int | None) -> list[dict[str, Any]]:
        """Return one trace in full, see `Simulation.trace`."""
        found = self.sent.found(state) if trace_id is None else found_trace(state, trace_id)
        return detailed_traces(*found, self._places, self.layout())

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
        now_s = float(state.control["now"][0])
        counts = _totals_of(state)
        change = Change(counts, self._base, now_s - (float(self._base["now"]) if self._base else 0.0))
        class_rows = self._plan.class_meters
        every_class = list(range(len(state.classes)))
        whole = self._measures(state, change, self._plan.every_class)
        whole["retry_amplification_ratio"] = (
            rounded(1 + change.of("retries") / whole["offered"]) if whole["offered"] else None
        )
        whole["stale_reads"] = int(change.of("stale_reads").sum())
        whole["lost_writes"] = int(change.of("lost_writes").sum() + change.of("owed_lost").sum())
        whole["diverged_writes"] = int(change.of("diverged_writes").sum())
        whole["wasted"] = int(change.of("wasted").sum())
        whole |= costs_of(change, slice(None))
        whole |= self._series.measures(every_class)
        nodes = {}
        for position, (node_id, index) in enumerate(zip(self._node_ids, self._nodes, strict=True)):
            rows = self._meters_of(position)
            measures = self._measures(state, change, rows)
            waited_s = change.of("wait_sum")[rows].sum()
            measures["wait_time_mean_s"] = (
                rounded(waited_s / measures["completed"]) if measures["completed"] else None
            )
            nodes[node_id] = {**measures, **resources_of(state, index, change)}
        return {
            "now_s": round(now_s, 6),
            "measured_s": round(change.window_s, 6),
            "confidence_ratio": CONFIDENCE_RATIO,
            "settled_after_s": self._series.settled_after_s(every_class),
            "totals": whole,
            "nodes": nodes,
            "edges": {
                edge_id: {
                    **self._measures(state, change, np.array([state.edges[index].meter])),
                    **bytes_of(
                        state, change, np.append(index, self._plan.alike[self._plan.likened == position])
                    ),
                }
                for position, (edge_id, index) in enumerate(zip(self._edge_ids, self._edges, strict=True))
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
    return {**counts_of(state), **added_up(state, {"waits": state.waits.copy()})}
