"""The models of changes: the one grammar of the editor, the socket and the action log, tagged by `type`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter

from simcore.limits import FAULT_FACTOR_MAX, FAULT_TIME_S_MAX, TRACE_DURATION_S_MAX
from simcore.regions import RegionName
from simcore.scenario.document import Frozen


class AddNode(Frozen):
    """Put a component on the canvas."""

    type: Literal["add_node"]
    node: dict[str, Any]


class RemoveNode(Frozen):
    """Remove a component, its connections, and the scheduled faults that would strike any of them."""

    type: Literal["remove_node"]
    node_id: str


class MoveNode(Frozen):
    """Put a component at another place of the canvas."""

    type: Literal["move_node"]
    node_id: str
    x: float
    y: float


class RenameNode(Frozen):
    """Give a component another name."""

    type: Literal["rename_node"]
    node_id: str
    name: str


class SetParameter(Frozen):
    """Set one parameter of a component; null means back to its default."""

    type: Literal["set_parameter"]
    node_id: str
    name: str
    value: Any


class AddEdge(Frozen):
    """Connect two components."""

    type: Literal["add_edge"]
    edge: dict[str, Any]


class RemoveEdge(Frozen):
    """Remove a connection and the scheduled faults that would strike it."""

    type: Literal["remove_edge"]
    edge_id: str


class SetEdgeParameter(Frozen):
    """Set one parameter of a connection; null means back to its default."""

    type: Literal["set_edge_parameter"]
    edge_id: str
    name: str
    value: Any


class SetWorkload(Frozen):
    """Replace the request classes."""

    type: Literal["set_workload"]
    workload: dict[str, Any]


class SetEstimate(Frozen):
    """Replace the estimate; null takes it away."""

    type: Literal["set_estimate"]
    estimate: dict[str, Any] | None


class RenameScenario(Frozen):
    """Give the scenario another name."""

    type: Literal["rename_scenario"]
    name: str


class SetSeed(Frozen):
    """Choose other random draws."""

    type: Literal["set_seed"]
    seed: int


class SetNotes(Frozen):
    """Replace the notes."""

    type: Literal["set_notes"]
    notes: str


class SetAvailabilityTarget(Frozen):
    """Choose the share of the requests that are to be answered."""

    type: Literal["set_availability_target"]
    availability_target_ratio: float


class SetFaults(Frozen):
    """Replace the scheduled faults."""

    type: Literal["set_faults"]
    faults: list[dict[str, Any]]


class AddGroup(Frozen):
    """Draw a region, a zone or a network."""

    type: Literal["add_group"]
    group: dict[str, Any]


class RemoveGroup(Frozen):
    """Remove a group; what was in it is then in the group around it, if there is one."""

    type: Literal["remove_group"]
    group_id: str


class MoveGroup(Frozen):
    """Put a group at another place of the canvas: where it is drawn while nothing is in it."""

    type: Literal["move_group"]
    group_id: str
    x: float
    y: float


class RenameGroup(Frozen):
    """Give a group another name."""

    type: Literal["rename_group"]
    group_id: str
    name: str


class SetGroupParameter(Frozen):
    """Set one parameter of a group; null means back to its default."""

    type: Literal["set_group_parameter"]
    group_id: str
    name: str
    value: Any


class SetGroupParent(Frozen):
    """Put a group into another one; null means into none."""

    type: Literal["set_group_parent"]
    group_id: str
    parent_id: str | None


class SetNodeGroup(Frozen):
    """Put a component into a group; null means into none."""

    type: Literal["set_node_group"]
    node_id: str
    group_id: str | None


class SetGateway(Frozen):
    """Let those outside the private networks around a component reach it, or not."""

    type: Literal["set_gateway"]
    node_id: str
    gateway: bool


class InjectFault(Frozen):
    """Live: make a component, a connection, all of a region or a group, or what joins two regions fail now.

    With a duration (s) it is healed after that, without it stays. The document stays as it is.
    """

    type: Literal["fault"]
    fault: str
    node_id: str | None = None
    edge_id: str | None = None
    region: RegionName | None = None
    other_region: RegionName | None = None
    group_id: str | None = None
    factor: float | None = Field(default=None, gt=0, le=FAULT_FACTOR_MAX)
    duration_s: float | None = Field(default=None, gt=0, le=FAULT_TIME_S_MAX)


class Heal(Frozen):
    """Live: end every fault of a component, a connection, all of a region or a group, or what cuts two regions apart."""

    type: Literal["heal"]
    node_id: str | None = None
    edge_id: str | None = None
    region: RegionName | None = None
    other_region: RegionName | None = None
    group_id: str | None = None


class InjectRequest(Frozen):
    """Live: send one request from a client and trace it."""

    type: Literal["inject"]
    node_id: str


class TraceMore(Frozen):
    """Live: trace every request for a while, as far as there is room for so many traces."""

    type: Literal["trace"]
    duration_s: float = Field(gt=0, le=TRACE_DURATION_S_MAX)


DocumentChange = (
    AddNode | RemoveNode | MoveNode | RenameNode | SetParameter | AddEdge | RemoveEdge | SetEdgeParameter
    | SetWorkload | SetEstimate | RenameScenario | SetSeed | SetNotes | SetFaults | AddGroup | RemoveGroup | MoveGroup | RenameGroup
    | SetGroupParameter | SetGroupParent | SetNodeGroup | SetGateway | SetAvailabilityTarget
)  # fmt: skip
LiveChange = InjectFault | Heal | InjectRequest | TraceMore
Change = Annotated[DocumentChange | LiveChange, Field(discriminator="type")]

#: Reads and describes changes; the JSON schema of the socket's messages comes from it.
CHANGE_ADAPTER: TypeAdapter[Any] = TypeAdapter(Change)

CHANGE_MODELS: Mapping[str, type[Frozen]] = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in (*get_args(DocumentChange), *get_args(LiveChange))
}
