"""The shapes of what a run publishes: layouts and frames, as `simcore.Simulation` makes them."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue
from typing_extensions import TypedDict

NodeState = Literal["up", "crashed", "hung", "slow", "shard_down"]
EdgeState = Literal["up", "partitioned", "delayed", "cut_requests", "cut_answers", "lossy"]
EventKind = Literal[
    "fault", "heal", "detected", "recovered", "promoted", "lost_writes", "edit", "limit",
    "breaker_opened", "breaker_half_open", "breaker_closed", "scaled", "diverged", "resharding", "resharded",
    "alarm", "alarm_over", "left_out", "missed_starts",
]  # fmt: skip


class Layout(TypedDict):
    """The order in which frames list nodes, edges, classes and regions; there are regions only if people are in any."""

    version: int
    nodes: list[str]
    edges: list[str]
    classes: list[str]
    regions: list[str]


class Totals(TypedDict):
    """The whole system over the frame's window; `*_count` are cumulative since the start of the run."""

    offered_rps: float
    throughput_rps: float
    failed_rps: float
    in_flight: float
    latency_mean_s: float | None
    latency_p50_s: float | None
    latency_p95_s: float | None
    latency_p99_s: float | None
    latency_window_s: float
    hit_ratio: float | None
    retry_amplification_ratio: float | None
    failed_by_cause: dict[str, float]
    offered_count: int
    completed_count: int
    failed_count: int
    stale_reads_count: int
    lost_writes_count: int
    moved_keys_count: int
    diverged_writes_count: int
    lost_messages_count: int
    redelivered_count: int
    dead_letters_count: int
    duplicates_count: int
    wasted_count: int
    cost_usd: float
    cost_usd_per_h: float


class NodeSeries(TypedDict):
    """One value per node of the layout; null where it does not apply."""

    arrival_rps: list[float]
    throughput_rps: list[float]
    failed_rps: list[float]
    in_flight: list[float]
    in_flight_mean: list[float]
    utilization_ratio: list[float | None]
    queue_length: list[float]
    queue_length_mean: list[float | None]
    wait_mean_s: list[float | None]
    latency_p50_s: list[float | None]
    latency_p99_s: list[float | None]
    hit_ratio: list[float | None]
    state: list[NodeState]
    mode: list[str]
    lag_s: list[float | None]
    busiest_ratio: list[float | None]
    keys_to_move: list[float | None]
    degraded_rps: list[float | None]
    stale_rps: list[float | None]
    cost_usd_per_h: list[float | None]
    instances: list[float | None]


class EdgeSeries(TypedDict):
    """One value per edge of the layout."""

    rate_rps: list[float]
    failed_rps: list[float]
    state: list[EdgeState]
    believed_healthy: list[bool]


class ClassSeries(TypedDict):
    """One value per request class of the layout."""

    throughput_rps: list[float]
    failed_rps: list[float]
    latency_p50_s: list[float | None]
    latency_p99_s: list[float | None]


class RegionSeries(TypedDict):
    """One value per region of the layout: what became of the requests of the people there."""

    offered_rps: list[float]
    throughput_rps: list[float]
    failed_rps: list[float]
    latency_p99_s: list[float | None]


class RunEvent(TypedDict):
    """Something that happened in the run; `message` is an English template."""

    at_s: float
    kind: EventKind
    node_id: str | None
    edge_id: str | None
    message: str
    values: dict[str, JsonValue]


Span = tuple[int, int, int, int, float, float, float, str]


class _TraceSpans(TypedDict):
    id: int
    outcome: str
    blame: int
    started_s: float
    ended_s: float
    spans: list[Span]


# Written as a call because `class` is a word of Python.
_TraceClass = TypedDict("_TraceClass", {"class": int})


class Trace(_TraceSpans, _TraceClass):
    """One sampled request.

    `class` indexes the layout's classes, `blame` its nodes (-1 for nobody); `outcome` is "ok" or a cause. A span is
    `[span index, parent span index or -1, node index, edge index or -1, start_s, wait_s, end_s, outcome]`.
    """


class DetailedSpan(TypedDict):
    """One visit of a traced request to a node. `outcome` is "running" for what has not ended; `parent` is a position, or -1."""

    parent: int
    node_id: str | None
    edge_id: str | None
    called_s: float
    arrived_s: float
    wait_s: float
    service_s: float
    ended_s: float
    outcome: str
    blame: str | None


class _DetailedTraceSpans(TypedDict):
    id: int
    outcome: str
    blame: str | None
    started_s: float
    ended_s: float
    spans: list[DetailedSpan]


_DetailedTraceClass = TypedDict("_DetailedTraceClass", {"class": str})


class DetailedTrace(_DetailedTraceSpans, _DetailedTraceClass):
    """One traced request in full, with names; `outcome` is "ok", "running" or a cause."""


class Frame(TypedDict):
    """What happened in the window that ends at `now_s`; lists run parallel to the layout of version `layout`.

    `followed` is the request that somebody sent last, as far as it has come.
    """

    now_s: float
    window_s: float
    layout: int
    totals: Totals
    nodes: NodeSeries
    edges: EdgeSeries
    classes: ClassSeries
    regions: RegionSeries
    events: list[RunEvent]
    traces: list[Trace]
    followed: list[DetailedTrace]
