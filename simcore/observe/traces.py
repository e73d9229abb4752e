"""Traces as people read them: a few in every frame, and those worth a closer look on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simcore.engine.tables import SPANS_PER_TRACE, State
from simcore.observe.counts import Numbers
from simcore.program import NONE, Cause

#: Traces that one frame carries at most.
TRACES_PER_FRAME = 40

CAUSES = tuple(cause.name.lower() for cause in Cause)
#: The outcome of what has not ended yet.
RUNNING = "running"

TraceKind = Literal["recent", "slowest", "failed"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where each row of the engine's tables stands in a frame's arrays: -1 for what is no longer drawn."""

    nodes: Numbers
    edges: Numbers
    classes: Numbers


def place_table(rows: Numbers, count: int) -> Numbers:
    """Return the position of each of `count` rows in a list of rows, -1 for those that are not in it; then one more -1.

    So that NONE, as an index, finds -1 too.
    """
    table = np.full(count + 1, -1, np.int64)
    table[rows] = np.arange(len(rows))
    return table


def frame_traces(traces: Numbers, spans: Numbers, rows: Numbers, places: Places) -> list[dict[str, Any]]:
    """Return traces as a frame has them. traces : (n,); spans : (all, SPANS_PER_TRACE), of which `rows` (n,) are theirs."""
    names = ("number", "parent", "node", "edge", "started", "waited", "ended", "outcome")
    cells = list(map(list, zip(*_columns(traces, spans, rows, places, names), strict=True)))
    heads = _heads(traces, places)
    ends = np.cumsum(traces["span_count"]).tolist()
    starts = [0, *ends][: len(ends)]
    return [{**head, "spans": cells[first:end]} for head, first, end in zip(heads, starts, ends, strict=True)]


def _heads(traces: Numbers, places: Places) -> list[dict[str, Any]]:
    values = zip(
        traces["id"].tolist(),
        places.classes[traces["class_id"]].tolist(),
        _OUTCOMES[traces["cause"]].tolist(),
        places.nodes[traces["blame"]].tolist(),
        np.round(traces["started"], 6).tolist(),
        np.round(traces["ended"], 6).tolist(),
        strict=True,
    )
    names = ("id", "class", "outcome", "blame", "started_s", "ended_s")
    return [dict(zip(names, (row[0], max(row[1], 0), *row[2:]), strict=True)) for row in values]


#: What became of a request or a span, by cause; NONE, as an index, finds the last.
_OUTCOMES = np.array([*CAUSES, RUNNING], object)
#: Everything that is known of a span.
_ALL = (
    "number", "parent", "node", "edge", "called", "started", "waited", "served", "ended", "outcome", "blame",
)  # fmt: skip


def _columns(
    traces: Numbers, spans: Numbers, rows: Numbers, places: Places, names: tuple[str, ...]
) -> list[list[Any]]:
    """Return some fields of all spans of some traces, one trace after another; `rows` are those of their spans."""
    counts = traces["span_count"]
    numbers = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    flat = spans.reshape(-1)[np.repeat(rows * SPANS_PER_TRACE, counts) + numbers]
    return [_column(name, flat, traces, places, numbers).tolist() for name in names]


def _column(name: str, flat: Numbers, traces: Numbers, places: Places, numbers: Numbers) -> Numbers:
    if name == "number":
        return numbers
    if name == "parent":
        return np.asarray(flat["parent"])
    if name in ("node", "blame"):
        return np.asarray(places.nodes[flat[name]])
    if name == "edge":
        return np.asarray(places.edges[flat["edge"]])
    if name == "outcome":
        return np.asarray(_OUTCOMES[flat["cause"]])
    values = flat[name]
    if name == "ended":
        values = np.where(flat["cause"] == NONE, np.repeat(traces["ended"], traces["span_count"]), values)
    return np.round(values, 6)


def chosen_traces(state: State, kind: TraceKind, count: int) -> tuple[Numbers, Numbers]:
    """Return up to `count` ended traces of a sort with their spans: the slowest, or the latest, first."""
    if kind == "recent":
        found = np.flatnonzero((state.traces["done"] == 1) & (state.traces["id"] != NONE))
        traces, spans = state.traces[found], state.spans[found]
    else:
        sorts = slice(0, 2) if kind == "slowest" else slice(2, None)
        traces = state.kept[sorts].reshape(-1)
        known = traces["id"] != NONE
        traces, spans = traces[known], state.kept_spans[sorts].reshape(-1, SPANS_PER_TRACE)[known]
    rank = traces["ended"] - traces["started"] if kind == "slowest" else traces["ended"]
    order = np.lexsort((traces["id"], -rank))[: max(count, 0)]
    return traces[order], spans[order]


def found_trace(state: State, trace_id: int) -> tuple[Numbers, Numbers]:
    """Return one trace with its spans, while it runs or as long as it is kept; else none."""
    traces, spans = state.traces, state.spans
    row = np.flatnonzero((traces["id"] == trace_id) & (trace_id != NONE))[:1]
    if not len(row):
        traces, spans = state.kept.reshape(-1), state.kept_spans.reshape(-1, SPANS_PER_TRACE)
        row = np.flatnonzero((traces["id"] == trace_id) & (trace_id != NONE))[:1]
    found = traces[row].copy()
    found["ended"] = np.where(found["done"] == 0, state.control["now"][0], found["ended"])
    return found, spans[row]


def detailed_traces(
    traces: Numbers, spans: Numbers, places: Places, layout: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return traces with everything that is known of each span; nodes, edges and classes by name, None if gone."""
    columns = _columns(traces, spans, np.arange(len(traces)), places, _ALL)
    nodes, edges = [*layout["nodes"], None], [*layout["edges"], None]
    rows = [
        {
            "parent": parent,
            "node_id": nodes[node],
            "edge_id": edges[edge],
            "called_s": called,
            "arrived_s": started,
            "wait_s": waited,
            "service_s": served,
            "ended_s": ended,
            "outcome": outcome,
            "blame": nodes[blame],
        }
        for _, parent, node, edge, called, started, waited, served, ended, outcome, blame in zip(
            *columns, strict=True
        )
    ]
    ends = np.cumsum(traces["span_count"]).tolist()
    return [
        {
            **head,
            "class": layout["classes"][head["class"]],
            "blame": nodes[head["blame"]],
            "spans": rows[end - count : end],
        }
        for head, count, end in zip(_heads(traces, places), traces["span_count"].tolist(), ends, strict=True)
    ]
