"""The shapes of what the HTTP API answers; catalog, analysis and library come from simcore as they are."""

from __future__ import annotations

from typing import Literal, NotRequired

from pydantic import JsonValue
from typing_extensions import TypedDict

from playground.differences import Difference
from playground.shapes import (
    Diagnostic,
    Document,
    DocumentChange,
    Estimate,
    ParameterValue,
    Permission,
    Workload,
)

# Catalog


class Move(TypedDict):
    """A figure of a run and the way it goes when a parameter grows; `choice` is that of a menu it is about, or empty."""

    figure: str
    direction: Literal["up", "down", "changes"]
    choice: str


class ParameterSpec(TypedDict):
    """One declared parameter: what the inspector draws and checks. Bounds are null when there is none."""

    name: str
    type: Literal["float", "int", "bool", "choice", "text", "numbers", "points", "weights"]
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
    moves: list[Move]


class Figure(TypedDict):
    """What is known of a product: a value, where it comes from, and how good that is, by a key of the catalog's letters."""

    value: ParameterValue
    source: str
    confidence: str


class Preset(TypedDict):
    """A product: the parameters of its kind that are known of it. Its name is the same in every language."""

    name: str
    figures: dict[str, Figure]


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
    presets: list[Preset]


class GroupKind(TypedDict):
    """A kind of group: a group may only be inside one of a lower rank; those without a rank may be anywhere."""

    kind: str
    title: str
    summary: str
    models: str
    leaves_out: str
    rank: int | None
    is_private: bool
    parameters: list[ParameterSpec]


class FaultSpec(TypedDict):
    """A fault that can be injected; `factor` is its default strength, null when it has none.

    `unit` is "x" (times), "s", "ratio" or "shard". One that does not last is over by itself.
    """

    title: str
    help: str
    target: Literal["node", "edge"]
    factor: float | None
    unit: str
    factor_max: float
    lasts: bool


class LatencyNumber(TypedDict):
    """How long something takes (s), by the book and as measured lately; null where nobody says."""

    title: str
    book_s: float | None
    measured_s: float | None
    source: str
    confidence: str


class Catalog(TypedDict):
    """Everything the browser knows about components; all texts are English message keys.

    `common_kinds` are those that scenarios are made of most often, the most frequent first.
    """

    kinds: list[Kind]
    common_kinds: list[str]
    edge_parameters: list[ParameterSpec]
    class_parameters: list[ParameterSpec]
    group_kinds: list[GroupKind]
    estimate_parameters: list[ParameterSpec]
    action_parameters: list[ParameterSpec]
    default_estimate: Estimate
    roles: dict[str, str]
    groups: list[str]
    group_titles: dict[str, str]
    faults: dict[str, FaultSpec]
    causes: dict[str, str]
    figures: dict[str, str]
    confidence: dict[str, str]
    latency_numbers: list[LatencyNumber]
    default_workload: Workload
    limits: dict[str, float]


# Analysis


class Bottleneck(TypedDict):
    """The node that saturates first."""

    node_id: str
    utilization_ratio: float
    capacity_rps: float
    offered_rps: float


class NodeAnalysis(TypedDict):
    """Expected load of one node before anything runs: with empty caches, and what a run in the steady state should show.

    `busy_ratio` counts places taken by those who wait for others, too; `hit_ratio` is null for what remembers nothing.
    """

    visit_ratio: float
    offered_rps: float
    capacity_rps: float | None
    utilization_ratio: float | None
    expected_rps: float
    busy_ratio: float | None
    hit_ratio: float | None
    cost_usd_per_h: float


class PathStep(TypedDict):
    """One component on the slowest way of a request, with its share of the request's time (s); null is without end."""

    node_id: str
    wait_s: float | None
    work_s: float
    network_s: float


class AvailabilityPrediction(TypedDict):
    """Shares of requests that can be answered although components break down and are mended.

    `connected_ratio` leaves out what is lost until a death is noticed; `enough_ratio` asks for enough capacity as well;
    `assumed` tells that nothing is set and all machines are taken for usual ones.
    """

    ratio: float
    connected_ratio: float
    enough_ratio: float
    assumed: bool
    downtime_s_per_year: float


class Cut(TypedDict):
    """The most that the components could carry if their traffic were divided in the best way, and who limits it."""

    rate_rps: float
    node_ids: list[str]


class Prediction(TypedDict):
    """What a run in the steady state should show; latencies are null when something on the way is overloaded."""

    offered_rps: float
    throughput_rps: float
    max_throughput_rps: float | None
    latency_mean_s: float | None
    latency_by_operation_s: dict[str, float | None]
    path: list[PathStep]
    availability: AvailabilityPrediction | None
    cost_usd_per_h: float
    cost_usd_per_month: float
    cut: Cut | None


class ActionFigures(TypedDict):
    """What follows from one action of an estimate."""

    name: str
    per_day: float
    rate_rps: float
    peak_rps: float
    deliveries_rps: float
    bytes_per_s: float
    stored_bytes_per_day: float
    stored_bytes: float
    records: float


class Sending(TypedDict):
    """Seconds for sending something as it is, and compressed."""

    plain_s: float
    compressed_s: float
    pays: bool


class EstimateFigures(TypedDict):
    """What follows from an estimate, and the changes that give the scenario its mean traffic or that of the peak."""

    actions: list[ActionFigures]
    daily_users: float
    rate_rps: float
    peak_rps: float
    read_rps: float
    write_rps: float
    inbound_bytes_per_s: float
    outbound_bytes_per_s: float
    stored_bytes_per_day: float
    stored_bytes: float
    records: float
    key_length: int
    cache_bytes: float
    servers: int
    sending: Sending
    changes_mean: list[DocumentChange]
    changes_peak: list[DocumentChange]


class Analysis(TypedDict):
    """What can be said about a scenario without running it."""

    diagnostics: list[Diagnostic]
    bottleneck: Bottleneck | None
    nodes: dict[str, NodeAnalysis]
    single_points_of_failure: list[str]
    max_throughput_rps: float | None
    prediction: Prediction
    estimate: EstimateFigures | None


# Answers of the API itself


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


class VersionEntry(TypedDict):
    """An earlier version of a scenario, or what is now; `difference` is from the version before it."""

    revision: int
    name: str
    editors: list[str]
    saved_at: str
    difference: Difference


class StoredVersion(TypedDict):
    """The document of a version, and what going back to it would change."""

    revision: int
    document: Document
    difference: Difference


class KeptVersion(TypedDict):
    """The version just kept."""

    revision: int


class Check(TypedDict):
    """What is wrong with a document and, when nothing is, what can be said before running it."""

    diagnostics: list[Diagnostic]
    analysis: Analysis | None
