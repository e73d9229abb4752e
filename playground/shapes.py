"""The shapes of what the server and the browser exchange: documents, changes, catalog, analysis, frames.

Every shape is a `TypedDict` of JSON values, so that the engine's plain dictionaries are what travels; the browser's
types are generated from here (see `playground.typescript`). Times are simulated seconds unless said otherwise.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, JsonValue
from typing_extensions import TypedDict

ParameterValue = float | int | bool | str

Permission = Literal["edit", "view"]
Severity = Literal["error", "warning", "info"]
NodeState = Literal["up", "crashed", "hung", "slow"]
EdgeState = Literal["up", "partitioned", "delayed"]
EventKind = Literal["fault", "heal", "detected", "recovered", "promoted", "lost_writes", "edit", "limit"]


class Diagnostic(TypedDict):
    """One problem or remark; `message` and `hint` are English templates, `text` and `hint_text` are filled in."""

    code: str
    severity: Severity
    node_id: str | None
    edge_id: str | None
    field: str | None
    message: str
    hint: str
    values: dict[str, JsonValue]
    text: str
    hint_text: str
    fix: list[Change]


# Documents


class DocumentNode(TypedDict):
    """A component on the canvas; `parameters` holds only values that differ from the kind's defaults."""

    id: str
    kind: str
    name: str
    x: float
    y: float
    parameters: NotRequired[dict[str, ParameterValue]]


class DocumentEdge(TypedDict):
    """A connection from the node that sends requests to the node that answers them."""

    id: str
    source: str
    target: str
    parameters: NotRequired[dict[str, ParameterValue]]


class RequestClass(TypedDict):
    """A kind of request: its share of the traffic, what it does to data, and its keys."""

    name: str
    share: float
    operation: Literal["read", "write", "job"]
    key_count: int
    zipf_exponent: float
    payload_bytes: float


class Workload(TypedDict):
    """What the users of the design ask for."""

    classes: list[RequestClass]


class ScheduledFault(TypedDict):
    """A fault that the run injects by itself at `at_s`, and heals after `duration_s` when that is given."""

    at_s: float
    fault: str
    node_id: str | None
    edge_id: str | None
    factor: float | None
    duration_s: float | None


class Document(TypedDict):
    """A whole scenario as it is stored and shared."""

    version: Literal[1]
    name: str
    seed: int
    nodes: list[DocumentNode]
    edges: list[DocumentEdge]
    groups: NotRequired[list[JsonValue]]
    workload: NotRequired[Workload]
    faults: NotRequired[list[ScheduledFault]]
    notes: NotRequired[str]


# Changes: one grammar for the editor's undoable edits and for live actions


class AddNode(TypedDict):
    """Put a node on the canvas."""

    type: Literal["add_node"]
    node: DocumentNode


class RemoveNode(TypedDict):
    """Remove a node and its edges."""

    type: Literal["remove_node"]
    node_id: str


class MoveNode(TypedDict):
    """Move a node on the canvas."""

    type: Literal["move_node"]
    node_id: str
    x: float
    y: float


class RenameNode(TypedDict):
    """Give a node another name."""

    type: Literal["rename_node"]
    node_id: str
    name: str


class SetParameter(TypedDict):
    """Set a parameter of a node; null returns it to its default."""

    type: Literal["set_parameter"]
    node_id: str
    name: str
    value: ParameterValue | None


class AddEdge(TypedDict):
    """Connect two nodes."""

    type: Literal["add_edge"]
    edge: DocumentEdge


class RemoveEdge(TypedDict):
    """Remove a connection."""

    type: Literal["remove_edge"]
    edge_id: str


class SetEdgeParameter(TypedDict):
    """Set a parameter of a connection; null returns it to its default."""

    type: Literal["set_edge_parameter"]
    edge_id: str
    name: str
    value: ParameterValue | None


class SetWorkload(TypedDict):
    """Replace the workload."""

    type: Literal["set_workload"]
    workload: Workload


class RenameScenario(TypedDict):
    """Give the scenario another name."""

    type: Literal["rename_scenario"]
    name: str


class SetSeed(TypedDict):
    """Choose the seed of the next run."""

    type: Literal["set_seed"]
    seed: int


class SetNotes(TypedDict):
    """Replace the free text kept with the scenario."""

    type: Literal["set_notes"]
    notes: str


class SetFaults(TypedDict):
    """Replace the scheduled faults."""

    type: Literal["set_faults"]
    faults: list[ScheduledFault]


class InjectFault(TypedDict):
    """Break a node or an edge of the run now."""

    type: Literal["fault"]
    fault: str
    node_id: NotRequired[str]
    edge_id: NotRequired[str]
    factor: NotRequired[float]


class Heal(TypedDict):
    """End whatever fault a node or an edge of the run has."""

    type: Literal["heal"]
    node_id: NotRequired[str]
    edge_id: NotRequired[str]


class InjectRequest(TypedDict):
    """Send one traced request from a node that makes traffic."""

    type: Literal["inject"]
    node_id: str


DocumentChange = Annotated[
    AddNode | RemoveNode | MoveNode | RenameNode | SetParameter | AddEdge | RemoveEdge | SetEdgeParameter
    | SetWorkload | RenameScenario | SetSeed | SetNotes | SetFaults,
    Field(discriminator="type"),
]  # fmt: skip
LiveChange = Annotated[InjectFault | Heal | InjectRequest, Field(discriminator="type")]
Change = Annotated[
    AddNode | RemoveNode | MoveNode | RenameNode | SetParameter | AddEdge | RemoveEdge | SetEdgeParameter
    | SetWorkload | RenameScenario | SetSeed | SetNotes | SetFaults | InjectFault | Heal | InjectRequest,
    Field(discriminator="type"),
]  # fmt: skip

#: Change types that touch only the run and are never stored in the document.
LIVE_CHANGE_TYPES = frozenset({"fault", "heal", "inject"})


# Catalog


class ParameterSpec(TypedDict):
    """One declared parameter: what the inspector draws and checks. Bounds are null when there is none."""

    name: str
    type: Literal["float", "int", "bool", "choice", "text"]
    default: ParameterValue
    unit: str
    label: str
    help: str
    group: str
    ge: float | None
    gt: float | None
    le: float | None
    choices: dict[str, str]
    source: str
    advanced: bool


class Kind(TypedDict):
    """A component kind as the palette and the inspector show it."""

    kind: str
    title: str
    summary: str
    models: str
    leaves_out: str
    group: str
    aliases: list[str]
    role: str
    connects_to: dict[str, str]
    faults: list[str]
    parameters: list[ParameterSpec]


class FaultSpec(TypedDict):
    """A fault that can be injected; `factor` is its default strength, null when it has none."""

    title: str
    help: str
    target: Literal["node", "edge"]
    factor: float | None


class Catalog(TypedDict):
    """Everything the browser knows about components; all texts are English message keys."""

    kinds: list[Kind]
    edge_parameters: list[ParameterSpec]
    class_parameters: list[ParameterSpec]
    roles: dict[str, str]
    groups: list[str]
    faults: dict[str, FaultSpec]
    causes: dict[str, str]
    limits: dict[str, float]


# Analysis


class Bottleneck(TypedDict):
    """The node that saturates first."""

    node_id: str
    utilization_ratio: float
    capacity_rps: float
    offered_rps: float


class NodeAnalysis(TypedDict):
    """Expected load of one node before anything runs."""

    visit_ratio: float
    offered_rps: float
    capacity_rps: float | None
    utilization_ratio: float | None


class Analysis(TypedDict):
    """What can be said about a scenario without running it."""

    diagnostics: list[Diagnostic]
    bottleneck: Bottleneck | None
    nodes: dict[str, NodeAnalysis]
    single_points_of_failure: list[str]
    max_throughput_rps: float | None


# Frames


class Layout(TypedDict):
    """The order in which frames list nodes, edges and classes."""

    version: int
    nodes: list[str]
    edges: list[str]
    classes: list[str]


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
    wasted_count: int


class NodeSeries(TypedDict):
    """One value per node of the layout; null where it does not apply."""

    arrival_rps: list[float]
    throughput_rps: list[float]
    failed_rps: list[float]
    in_flight: list[float]
    utilization_ratio: list[float | None]
    queue_length: list[float]
    latency_p50_s: list[float | None]
    latency_p99_s: list[float | None]
    hit_ratio: list[float | None]
    state: list[NodeState]
    mode: list[str]
    lag_s: list[float | None]


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


class Frame(TypedDict):
    """What happened in the window that ends at `now_s`; lists run parallel to the layout of version `layout`."""

    now_s: float
    window_s: float
    layout: int
    totals: Totals
    nodes: NodeSeries
    edges: EdgeSeries
    classes: ClassSeries
    events: list[RunEvent]
    traces: list[Trace]


# HTTP


class ErrorDetail(TypedDict):
    """Why a request was refused; `message` is an English template, `text` is in the asker's language."""

    code: str
    message: str
    values: dict[str, JsonValue]
    text: str


class ErrorBody(TypedDict):
    """The body of every answer with an error status.

    `diagnostics` come with a document that is at fault; `document` and `revision` with a conflict.
    """

    error: ErrorDetail
    diagnostics: NotRequired[list[Diagnostic]]
    document: NotRequired[Document]
    revision: NotRequired[int]


class ScenarioLinks(TypedDict):
    """The links of a scenario just stored; they are shown once and only their hashes are kept."""

    edit_token: str
    view_token: str
    edit_url: str
    view_url: str


class StoredScenario(TypedDict):
    """A scenario fetched through one of its links; `view_token` is a fresh one, for those who may edit."""

    document: Document
    revision: int
    permission: Permission
    diagnostics: list[Diagnostic]
    view_token: str | None


class Saved(TypedDict):
    """The answer to a stored document."""

    revision: int
    diagnostics: list[Diagnostic]


class NewLink(TypedDict):
    """A link just made."""

    token: str
    url: str
    permission: Permission


class LibraryEntry(TypedDict):
    """A starter scenario; texts are English message keys."""

    id: str
    title: str
    summary: str
    document: Document


class Check(TypedDict):
    """What is wrong with a document and, when nothing is, what can be said before running it."""

    diagnostics: list[Diagnostic]
    analysis: Analysis | None
