"""The shapes of documents, of changes to them and of what is wrong with them.

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
    group_id: NotRequired[str | None]
    gateway: NotRequired[bool]
    parameters: NotRequired[dict[str, ParameterValue]]


class DocumentGroup(TypedDict):
    """A region, zone or network around components and other groups; at its position when nothing is in it."""

    id: str
    kind: str
    name: str
    x: float
    y: float
    parent_id: NotRequired[str | None]
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
    operation: Literal["read", "write", "job", "static"]
    key_count: int
    zipf_exponent: float
    payload_bytes: float
    payload_distribution: NotRequired[str]
    payload_cv: NotRequired[float]
    payload_values: NotRequired[str]
    request_bytes: NotRequired[int]
    service_time_factor: NotRequired[float]
    priority: NotRequired[int]
    deadline_s: NotRequired[float]


class Workload(TypedDict):
    """What the users of the design ask for."""

    classes: list[RequestClass]


class EstimateAction(TypedDict):
    """One thing that people do, in an estimate."""

    name: str
    operation: Literal["read", "write", "job"]
    count: float
    per: Literal["user_day", "day", "month", "second"]
    share_ratio: float
    delivery_count: float
    size_bytes: float
    kept: bool


class Estimate(TypedDict):
    """An estimate on the back of an envelope."""

    user_count: float
    active_ratio: float
    peak_factor: float
    calendar: Literal["exact", "round_day", "round_month"]
    retention_days: float
    copy_count: int
    cache_ratio: float
    server_rps: float
    server_busy_ratio: float
    transfer_bytes: float
    bandwidth_bps: float
    round_trip_s: float
    compression_factor: float
    compression_bytes_per_s: float
    decompression_bytes_per_s: float
    actions: list[EstimateAction]


class ScheduledFault(TypedDict):
    """A fault that the run injects by itself at `at_s`, and heals after `duration_s` when that is given."""

    at_s: float
    fault: str
    node_id: str | None
    edge_id: str | None
    region: NotRequired[str]
    other_region: NotRequired[str]
    group_id: NotRequired[str]
    factor: float | None
    duration_s: float | None


class Document(TypedDict):
    """A whole scenario as it is stored and shared."""

    version: Literal[3]
    name: str
    seed: int
    nodes: list[DocumentNode]
    edges: list[DocumentEdge]
    groups: NotRequired[list[DocumentGroup]]
    workload: NotRequired[Workload]
    faults: NotRequired[list[ScheduledFault]]
    notes: NotRequired[str]
    lesson: NotRequired[str]
    availability_target_ratio: NotRequired[float]
    estimate: NotRequired[Estimate | None]


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


class SetEstimate(TypedDict):
    """Replace the estimate; null takes it away."""

    type: Literal["set_estimate"]
    estimate: Estimate | None


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


class SetAvailabilityTarget(TypedDict):
    """Choose the share of the requests that are to be answered."""

    type: Literal["set_availability_target"]
    availability_target_ratio: float


class SetFaults(TypedDict):
    """Replace the scheduled faults."""

    type: Literal["set_faults"]
    faults: list[ScheduledFault]


class AddGroup(TypedDict):
    """Draw a region, a zone or a network."""

    type: Literal["add_group"]
    group: DocumentGroup


class RemoveGroup(TypedDict):
    """Remove a group; what was in it is then in the group around it, if there is one."""

    type: Literal["remove_group"]
    group_id: str


class MoveGroup(TypedDict):
    """Put a group at another place of the canvas: where it is drawn while nothing is in it."""

    type: Literal["move_group"]
    group_id: str
    x: float
    y: float


class RenameGroup(TypedDict):
    """Give a group another name."""

    type: Literal["rename_group"]
    group_id: str
    name: str


class SetGroupParameter(TypedDict):
    """Set a parameter of a group; null returns it to its default."""

    type: Literal["set_group_parameter"]
    group_id: str
    name: str
    value: ParameterValue | None


class SetGroupParent(TypedDict):
    """Put a group into another one; null means into none."""

    type: Literal["set_group_parent"]
    group_id: str
    parent_id: str | None


class SetNodeGroup(TypedDict):
    """Put a node into a group; null means into none."""

    type: Literal["set_node_group"]
    node_id: str
    group_id: str | None


class SetGateway(TypedDict):
    """Let those outside the private networks around a node reach it, or not."""

    type: Literal["set_gateway"]
    node_id: str
    gateway: bool


class InjectFault(TypedDict):
    """Break a node or an edge of the run now, all of a region or a group, or what joins two regions; for a time if one is given."""

    type: Literal["fault"]
    fault: str
    node_id: NotRequired[str]
    edge_id: NotRequired[str]
    region: NotRequired[str]
    other_region: NotRequired[str]
    group_id: NotRequired[str]
    factor: NotRequired[float]
    duration_s: NotRequired[float]


class Heal(TypedDict):
    """End whatever fault a node, an edge, a region, a group or a pair of regions of the run has."""

    type: Literal["heal"]
    node_id: NotRequired[str]
    edge_id: NotRequired[str]
    region: NotRequired[str]
    other_region: NotRequired[str]
    group_id: NotRequired[str]


class InjectRequest(TypedDict):
    """Send one traced request from a node that makes traffic."""

    type: Literal["inject"]
    node_id: str


class TraceMore(TypedDict):
    """Trace every request of the run for a while, as far as there is room for so many traces."""

    type: Literal["trace"]
    duration_s: float


DocumentChange = Annotated[
    AddNode | RemoveNode | MoveNode | RenameNode | SetParameter | AddEdge | RemoveEdge | SetEdgeParameter
    | SetWorkload | SetEstimate | RenameScenario | SetSeed | SetNotes | SetFaults | AddGroup | RemoveGroup | MoveGroup | RenameGroup
    | SetGroupParameter | SetGroupParent | SetNodeGroup | SetGateway | SetAvailabilityTarget,
    Field(discriminator="type"),
]  # fmt: skip
LiveChange = Annotated[InjectFault | Heal | InjectRequest | TraceMore, Field(discriminator="type")]
Change = Annotated[
    AddNode | RemoveNode | MoveNode | RenameNode | SetParameter | AddEdge | RemoveEdge | SetEdgeParameter
    | SetWorkload | SetEstimate | RenameScenario | SetSeed | SetNotes | SetFaults | AddGroup | RemoveGroup | MoveGroup | RenameGroup
    | SetGroupParameter | SetGroupParent | SetNodeGroup | SetGateway | SetAvailabilityTarget | InjectFault | Heal | InjectRequest | TraceMore,
    Field(discriminator="type"),
]  # fmt: skip

#: Change types that touch only the run and are never stored in the document.
LIVE_CHANGE_TYPES = frozenset({"fault", "heal", "inject", "trace"})
