"""The scenario as a value: frozen, validated models of the document.

A `Scenario` can only be had from `simcore.scenario.parse`; whoever holds one need not check anything again. The order
of nodes and edges in the document is kept for writing it back and means nothing else: use `sorted_nodes` and
`sorted_edges` wherever order could matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny

from simcore.components.base import SHAPE_LABELS, Component, LinkParameters, ShapeName, values_param
from simcore.limits import (
    AVAILABILITY_TARGET_RATIO_LEAST,
    AVAILABILITY_TARGET_RATIO_MOST,
    FAULT_FACTOR_MAX,
    FAULT_TIME_S_MAX,
    ID_LENGTH_MAX,
    KEYS_MAX,
    NAME_LENGTH_MAX,
    NOTES_LENGTH_MAX,
    POSITION_MAX,
    SEED_MAX,
)
from simcore.params import Numbers, Parameters, param
from simcore.regions import RegionName
from simcore.scenario.estimates import Estimate
from simcore.scenario.group_kinds import GroupKind

VERSION: Literal[3] = 3

#: "Three nines", where most objectives of services on the web begin.
AVAILABILITY_TARGET_RATIO = 0.999

#: Python's `$` would let a final line feed pass.
ID_PATTERN = rf"^[A-Za-z0-9_-]{{1,{ID_LENGTH_MAX}}}\z"


class Frozen(BaseModel):
    """Base of the document's models: immutable, strict about types, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a component stands in: its zone with the way out of it (s), and the private networks around it."""

    zone: str | None = None
    zone_delay_s: float = 0.0
    networks: tuple[str, ...] = ()


class NodeHead(Frozen):
    """What every component has whatever its kind. Positions are canvas pixels.

    `group_id` is the group that it is in; a `gateway` can be reached from outside the private networks around it.
    """

    id: str = Field(pattern=ID_PATTERN)
    kind: str
    name: str = Field(default="", max_length=NAME_LENGTH_MAX)
    x: float = Field(default=0.0, ge=-POSITION_MAX, le=POSITION_MAX)
    y: float = Field(default=0.0, ge=-POSITION_MAX, le=POSITION_MAX)
    group_id: str | None = None
    gateway: bool = False


class Node(NodeHead):
    """A component on the canvas with its validated parameters.

    `component` has what its groups decide; `given` has what the document says instead.
    """

    component: SerializeAsAny[Component]
    given: dict[str, Any] = {}
    surroundings: Surroundings = Surroundings()

    @property
    def own_component(self) -> Component:
        """The component as the document says, whatever group it is in."""
        return self.component.model_copy(update=self.given) if self.given else self.component

    @property
    def label(self) -> str:
        """What people call it: its name, or its identifier when it has none."""
        return self.name or self.id

    def to_json(self) -> dict[str, Any]:
        """Return the node as a document has it, with only the parameters that differ from their default."""
        head = {"id": self.id, "kind": self.kind, "name": self.name, "x": self.x, "y": self.y}
        place = {"group_id": self.group_id} if self.group_id is not None else {}
        gateway = {"gateway": True} if self.gateway else {}
        return {**head, **place, **gateway, "parameters": changed_parameters(self.own_component)}


class EdgeHead(Frozen):
    """Where a connection leads."""

    id: str = Field(pattern=ID_PATTERN)
    source: str
    target: str


class Edge(EdgeHead):
    """A connection with the validated parameters of its network link."""

    link: LinkParameters = LinkParameters()

    def to_json(self) -> dict[str, Any]:
        """Return the edge as a document has it, with only the parameters that differ from their default."""
        head = {"id": self.id, "source": self.source, "target": self.target}
        return {**head, "parameters": changed_parameters(self.link)}


class GroupHead(Frozen):
    """What every group has whatever its kind; without members it is drawn at its position."""

    id: str = Field(pattern=ID_PATTERN)
    kind: str
    name: str = Field(default="", max_length=NAME_LENGTH_MAX)
    x: float = Field(default=0.0, ge=-POSITION_MAX, le=POSITION_MAX)
    y: float = Field(default=0.0, ge=-POSITION_MAX, le=POSITION_MAX)
    parent_id: str | None = None


class Group(GroupHead):
    """A region, a zone or a network, with its validated parameters and perhaps inside another one."""

    place: SerializeAsAny[GroupKind]

    @property
    def label(self) -> str:
        """What people call it: its name, or its identifier when it has none."""
        return self.name or self.id

    def to_json(self) -> dict[str, Any]:
        """Return the group as a document has it, with only the parameters that differ from their default."""
        head = {"id": self.id, "kind": self.kind, "name": self.name, "x": self.x, "y": self.y}
        parent = {"parent_id": self.parent_id} if self.parent_id is not None else {}
        return {**head, **parent, "parameters": changed_parameters(self.place)}


class RequestClass(Parameters):
    """One sort of request: how frequent it is, what it asks for, and which keys it touches."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    share: float = param(
        1.0,
        ge=0,
        le=1e6,
        group="traffic",
        help="How frequent this class is, relative to the shares of the others.",
        moves="offered up",
    )
    operation: Literal["read", "write", "job", "static"] = param(
        "read",
        group="traffic",
        choices={"read": "Read", "write": "Write", "job": "Background job", "static": "Static file"},
        help="What the request asks for: reading a record, changing one, work that may be done later, or a file that needs no "
        "database and that a content delivery network may keep.",
        moves="latency changes",
    )
    key_count: int = param(
        100_000,
        label="Keys",
        ge=1,
        le=KEYS_MAX,
        group="data",
        help="How many different records the requests of this class touch.",
        moves="hit_ratio down",
    )
    zipf_exponent: float = param(
        0.9,
        ge=0,
        le=3,
        group="data",
        help="How unequal the popularity of the records is: 0 makes all alike, about 1 is usual on the web.",
        source="Breslau et al. 1999, Web Caching and Zipf-like Distributions: 0.64 to 0.83; later services about 1",
        moves="hit_ratio up",
    )
    payload_bytes: int = param(
        1_000,
        unit="bytes",
        ge=0,
        le=1_000_000_000,
        group="data",
        help="Mean size of the answer to a read, or of the record that a write carries.",
        moves="latency up",
    )
    payload_distribution: ShapeName = param(
        "constant",
        label="Sizes vary",
        group="data",
        choices=SHAPE_LABELS,
        help="How that size varies from request to request.",
        moves="latency_p99 changes",
    )
    payload_cv: float = param(
        1.0,
        label="Size variation",
        ge=0,
        le=20,
        group="data",
        help="Standard deviation of that size divided by its mean, where the distribution leaves it open.",
        moves="latency_p99 up",
    )
    payload_values: Numbers = values_param(group="data", label="Size values")
    request_bytes: int = param(
        0,
        label="Request size",
        unit="bytes",
        ge=0,
        le=1_000_000_000,
        group="data",
        help="Size of the question itself, without the record that a write carries.",
        moves="latency up",
    )
    service_time_factor: float = param(
        1.0,
        label="Work factor",
        ge=0,
        le=1000,
        group="processing",
        help="How much longer than the usual request one of this class is worked on, everywhere.",
        moves="latency up",
    )
    priority: int = param(
        0,
        ge=0,
        le=15,
        group="processing",
        help="Who goes first where a component serves by priority: 0 is the most important.",
        moves="latency up",
    )
    deadline_s: float = param(
        0.0,
        label="Deadline",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Time after which nobody needs the answer any more; 0 sets none.",
        moves="failed down",
    )


class Workload(Frozen):
    """What the clients ask for. Nine reads for each write unless the document says otherwise."""

    classes: tuple[RequestClass, ...] = (
        RequestClass(name="read", share=0.9),
        RequestClass(name="write", share=0.1, operation="write"),
    )

    def to_json(self) -> dict[str, Any]:
        """Return the workload as a document has it, every class in full."""
        return {"classes": [request_class.model_dump() for request_class in self.classes]}


class ScheduledFault(Frozen):
    """A fault planned for a moment of simulated time; without a duration it stays.

    It strikes a component, a connection, all components of a region or a group, or what joins two regions.
    """

    at_s: float = Field(ge=0, le=FAULT_TIME_S_MAX)
    fault: str
    node_id: str | None = None
    edge_id: str | None = None
    region: RegionName | None = None
    other_region: RegionName | None = None
    group_id: str | None = None
    factor: float | None = Field(default=None, gt=0, le=FAULT_FACTOR_MAX)
    duration_s: float | None = Field(default=None, gt=0, le=FAULT_TIME_S_MAX)

    def to_json(self) -> dict[str, Any]:
        """Return the fault as a document has it, with regions and groups only if it strikes any."""
        regions = {"region", "other_region", "group_id"}
        return self.model_dump(exclude={name for name in regions if getattr(self, name) is None})


class Head(Frozen):
    """The single values of a scenario.

    Attributes
    ----------
    lesson : the scenario of the library that it was opened from.
    availability_target_ratio : share of the requests that are to be answered; its error budget is what this leaves.
    """

    version: Literal[3] = VERSION
    name: str = Field(default="", max_length=NAME_LENGTH_MAX)
    seed: int = Field(default=1, ge=0, le=SEED_MAX)
    notes: str = Field(default="", max_length=NOTES_LENGTH_MAX)
    lesson: str = Field(default="", max_length=ID_LENGTH_MAX)
    availability_target_ratio: float = Field(
        default=AVAILABILITY_TARGET_RATIO,
        ge=AVAILABILITY_TARGET_RATIO_LEAST,
        le=AVAILABILITY_TARGET_RATIO_MOST,
    )


class Scenario(Head):
    """A whole, sound scenario."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    workload: Workload = Workload()
    faults: tuple[ScheduledFault, ...] = ()
    estimate: Estimate | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the document; parsing it gives an equal scenario."""
        return {
            "version": self.version,
            "name": self.name,
            "seed": self.seed,
            "nodes": [node.to_json() for node in self.nodes],
            "edges": [edge.to_json() for edge in self.edges],
            "groups": [group.to_json() for group in self.groups],
            "workload": self.workload.to_json(),
            "faults": [fault.to_json() for fault in self.faults],
            "notes": self.notes,
            **({"lesson": self.lesson} if self.lesson else {}),
            **(
                {}
                if self.availability_target_ratio == AVAILABILITY_TARGET_RATIO
                else {"availability_target_ratio": self.availability_target_ratio}
            ),
            **({} if self.estimate is None else {"estimate": self.estimate.model_dump(mode="json")}),
        }

    @property
    def sorted_nodes(self) -> tuple[Node, ...]:
        """The nodes by identifier: the order in which anything may be computed from them."""
        return tuple(sorted(self.nodes, key=lambda node: node.id))

    @property
    def sorted_edges(self) -> tuple[Edge, ...]:
        """The edges by identifier."""
        return tuple(sorted(self.edges, key=lambda edge: edge.id))

    def node_by_id(self) -> Mapping[str, Node]:
        """Return the nodes by identifier."""
        return {node.id: node for node in self.sorted_nodes}


def changed_parameters(parameters: Parameters) -> dict[str, Any]:
    """Return the parameters that differ from their default, in order of declaration."""
    return {
        name: getattr(parameters, name)
        for name, declared in type(parameters).model_fields.items()
        if getattr(parameters, name) != declared.default
    }
