"""The contract of a component kind.

A kind is one module of this folder (its file name is the kind's name) with one subclass of `Component`, and one icon
`static/icons/<kind>.svg`. Everything else (palette, inspector, reference page, tests, list of texts to translate) is
derived from the class.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from simcore.components._preview import Breakdowns, Memory, Shard
from simcore.components._roles import DATA_ROLES as DATA_ROLES  # noqa: PLC0414 - part of the contract like all the others
from simcore.components._roles import ROLE_TITLES as ROLE_TITLES  # noqa: PLC0414
from simcore.components._roles import Role as Role  # noqa: PLC0414
from simcore.params import Names, Numbers, Parameters, param
from simcore.program import ControlStep, Shape
from simcore.regions import REGION_TITLES, ROUND_TRIP_SOURCE, RegionName

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler

#: Share of the calls of those that stand by: as good as none, but they are there if others go.
STAND_BY = 1e-6
#: Least mean time between failures (s).
MTBF_MIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Callees:
    """Whom one node may call, as the preview sees it.

    Attributes
    ----------
    by_role : node ids by role, those of databases with the primary first.
    shards : the clusters of records; each has an equal share of the keys.
    hit_ratio : share of the reads that the caches which it asks can answer.
    own_hit_ratio : the same of what it keeps itself.
    weights : of the connections to those it calls.
    ways : shares of the requests, by class, each with the services that take it, those out of rotation left out.
    chosen : share of the requests for each service that name servers lead to; empty where none does.
    address_ttl_s : how long the addresses are valid that it asks for, None when it asks for none.
    """

    by_role: Mapping[Role, Sequence[str]]
    shards: tuple[Shard, ...] = ()
    hit_ratio: float = 0.0
    own_hit_ratio: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    ways: tuple[tuple[float, tuple[str, ...]], ...] = ()
    chosen: Mapping[str, float] = field(default_factory=dict)
    address_ttl_s: float | None = None

    def of(self, role: Role) -> Sequence[str]:
        """Return those of one role."""
        return self.by_role.get(role, ())


class Component(Parameters):
    """Base of every kind: declared parameters plus a `lower` that stamps request operations.

    Class attributes
    ----------------
    title, summary : English name and one sentence for the palette.
    models, leaves_out : what the component simulates and what it leaves out, with sources, for its help page.
    group : palette heading ("traffic", "network", "compute", "data", "messaging").
    aliases : product names and synonyms that a person may type instead ("nginx").
    words : what else it is called in drawings and images of containers ("postgres"), with the product that is meant, or "".
    role : what it offers to callers.
    connects_to : role of the target -> what the edge means, in a few English words ("sends requests to").
    faults : what can be injected here; names of `simcore.program.Fault`.
    broadcasts : of a queue, whether each consumer that is connected gets every message.
    calls_itself : whether it divides requests into parts, or has a part of what it calls.
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    models: ClassVar[str]
    leaves_out: ClassVar[str]
    group: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[Mapping[str, str]] = {}
    role: ClassVar[Role]
    connects_to: ClassVar[Mapping[Role, str]] = {}
    faults: ClassVar[tuple[str, ...]] = ("crash", "hang", "slow", "restart")
    broadcasts: ClassVar[bool] = False
    calls_itself: ClassVar[bool] = False

    region: RegionName = param(
        "anywhere",
        label="Region",
        group="place",
        choices=dict(REGION_TITLES),
        help="Where it is. Half a round trip between two regions is added to the delay of each connection between them; "
        "anywhere is near everything.",
        source=ROUND_TRIP_SOURCE,
        moves="latency changes",
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Stamp this node's resources, stores and operations through `asm`."""
        raise NotImplementedError

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Return the expected calls to each target per request received, for the preview before running.

        `operation` is that of the class.
        """
        return {}

    def lets_through(self, offered_rps: float, people_count: int) -> float:
        """Return the share of the requests that it does not refuse by its rules, of so many people together."""
        return 1.0

    def answers(self, region: str, addresses: Sequence[tuple[str, str, float]]) -> Mapping[str, float]:
        """Return how often it leads people of a region to each address, if it gives out any: shares that add up to 1.

        `addresses` are node ids with the region and the weight of the connection.
        """
        return {}

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return how long a request holds the narrowest resource by this node's own work, for the preview."""
        return 0.0

    def work_cv(self) -> float:
        """Return the standard deviation of that time divided by its mean."""
        return 1.0

    def answer_s(self, operation: str, payload_bytes: float) -> float:
        """Return the mean time of its own work that the caller waits for; another only where copies work side by side."""
        return self.work_s(operation, payload_bytes)

    def place_count(self) -> float | None:
        """Return how many requests it can have begun, those that wait for others included; None when it does not matter."""
        return None

    def memory(self) -> Memory | None:
        """Return what it remembers of reads, for the preview of its hit ratio."""
        return None

    def drops_written(self) -> bool:
        """Tell whether a write makes the caches that it asks forget the record."""
        return False

    def confirmations(self, operation: str, peer_count: int) -> int:
        """Return how many of its peers in the cluster must have answered before it answers."""
        return 0

    def tries(self) -> float:
        """Return how often it tries a call in all, as far as it may when everybody fails."""
        return 1.0

    def patience_s(self) -> float | None:
        """Return how long it may wait for an answer, all its attempts together, None when it waits for nobody."""
        return None

    def line_length(self) -> float | None:
        """Return how many requests may wait here for their turn, None when it does not matter."""
        return getattr(self, "queue_capacity", None)

    def part_count(self) -> int:
        """Return among how many parts of equal capacity its records are divided."""
        return 1

    def copy_count(self) -> int:
        """Return how many members of its cluster have a copy of each key."""
        return 1

    def takeover_s(self) -> float | None:
        """Return how long it takes to replace a lost primary by itself, None when it never does."""
        return None

    def detection_s(self) -> float | None:
        """Return how long a target may be dead before it gets no more requests, None when nobody looks."""
        return None

    def breakdowns(self) -> Breakdowns | None:
        """Return how often it breaks down by itself, None when it is nothing that can."""
        return None

    def usd_per_hour(self) -> float:
        """Return what it costs per hour by being there."""
        return 0.0

    def parts(self) -> Mapping[str, Component]:
        """Return the components that this one stands for, each under a name; nothing when it is one itself."""
        return {}

    def places(self) -> Mapping[str, float]:
        """Return the regions that it is in, with the share of its requests that come from each."""
        return {self.region: 1.0}

    def population(self) -> tuple[int, float] | None:
        """Return how many people send requests here, each after the answer and a pause (s); None when a rate is given."""
        return None

    def offered_rps(self) -> float:
        """Return the mean rate of requests that this node sends of its own accord, for the preview."""
        return 0.0

    def sent_bytes_per_s(self) -> float:
        """Return how many bytes of answers it can send per second, infinite when nothing limits that."""
        return math.inf

    def wait_max_s(self) -> float | None:
        """Return how long one attempt of a call waits for the answer, None when it waits for nobody."""
        return None

    def address_ttl_s(self) -> float | None:
        """Return how long the addresses that it gives out stay valid, None when it gives out none."""
        return None

    def growth_within(self, window_s: float) -> float:
        """Return the factor by which what it sends of its own accord grows most within a time (s)."""
        return 1.0

    def reaction_s(self) -> float | None:
        """Return the longest time from more load to more capacity for it, None when it changes nobody's capacity."""
        return None

    def spare_factor(self) -> float:
        """Return by how much the load of those that it scales may grow until they are full."""
        return math.inf

    def report_bytes(self) -> float | None:
        """Return the bytes that it is told of each request of others, None when it is asked for something itself."""
        return None

    def sent_class(self) -> str | None:
        """Return the name of the only class of what it sends of its own accord, "" for the first; None for people's mixture."""
        return None

    def capacity_rps(self) -> float | None:
        """Requests per second that this node alone can serve, for the preview; None when it has no limit of its own."""
        return None


ShapeName = Literal[
    "constant", "exponential", "lognormal", "hyperexponential", "gamma", "pareto", "empirical"
]

SHAPE_LABELS = {
    "constant": "Constant",
    "exponential": "Exponential",
    "lognormal": "Lognormal",
    "hyperexponential": "Hyperexponential",
    "gamma": "Gamma (Erlang)",
    "pareto": "Pareto (heavy tail)",
    "empirical": "Like a list of values",
}


def values_param(*, group: str, label: str, moves: str = "latency_p99 changes") -> str:
    """Declare the list that an empirical distribution follows."""
    return cast("str", param("", label=label, group=group, advanced=True, help=VALUES_HELP, moves=moves))


VALUES_HELP = (
    "Equally probable values for a distribution like a list, joined by straight lines; only their proportions count, "
    "for the mean is set by itself."
)


def shape_of(name: ShapeName) -> Shape:
    """Return the engine's word for a distribution's shape."""
    return Shape[name.upper()]


class Machine(Component):
    """A component that runs on machines: it breaks down now and then, if told so.

    Class attributes
    ----------------
    reports : whether it can tell a collector of its requests; then it may connect to one, whatever else it connects to.
    """

    reports: ClassVar[bool] = True

    def __init_subclass__(cls, **settings: Any) -> None:
        """Add the connection that all machines have in common."""
        super().__init_subclass__(**settings)
        if cls.reports:
            cls.connects_to = {**cls.connects_to, Role.OBSERVER: "reports to"}

    mtbf_s: float = param(
        0.0,
        label="Time between failures",
        unit="s",
        ge=0,
        le=1e9,
        group="reliability",
        help="Mean time from a repair to the next crash by itself, drawn at random, at least 1 s; 0 means never.",
        source="Our suggestion for a virtual machine: 4,380 h",
        advanced=True,
        moves="availability up",
    )
    mttr_s: float = param(
        120.0,
        label="Time to repair",
        unit="s",
        ge=0,
        le=1e7,
        group="reliability",
        help="Mean time from such a crash until it is back, drawn at random.",
        source="Our suggestion for a virtual machine: 120 s",
        advanced=True,
        moves="availability down",
    )

    def breakdowns(self) -> Breakdowns | None:
        """Return what is set about breaking down and repair."""
        return Breakdowns(max(self.mtbf_s, MTBF_MIN_S) if self.mtbf_s else math.inf, self.mttr_s)

    def stamp_breakdowns(self, asm: NodeAssembler) -> None:
        """Stamp a loop that breaks the node and mends it, in service and under repair for exponential times."""
        if self.mtbf_s == 0:
            return
        mtbf = asm.distribution("mtbf", max(self.mtbf_s, MTBF_MIN_S), Shape.EXPONENTIAL)
        mttr = asm.distribution("mttr", self.mttr_s, Shape.EXPONENTIAL)
        asm.daemon("breakdowns", outlives=True)
        loop = asm.here()
        asm.delay(mtbf, "breakdowns")
        asm.control(ControlStep.BREAK)
        asm.delay(mttr, "breakdowns")
        asm.control(ControlStep.MEND)
        asm.jump(loop)


class LinkParameters(Parameters):
    """Parameters of an edge: the network between two nodes."""

    latency_mean_s: float = param(
        0.00025,
        label="Latency",
        unit="s",
        ge=0,
        le=10,
        group="network",
        help="One-way network delay. Half of the 0.5 ms round trip inside one data centre.",
        source="Latency numbers every programmer should know (Dean): round trip within the same data centre 500 µs",
        moves="latency up",
    )
    latency_distribution: ShapeName = param(
        "constant",
        label="Latency varies",
        group="network",
        choices=SHAPE_LABELS,
        help="How the delay varies from packet to packet.",
        moves="latency_p99 changes",
    )
    latency_cv: float = param(
        0.5, label="Latency variation", ge=0, le=20, group="network", moves="latency_p99 up",
        help="Standard deviation of the delay divided by its mean, where the distribution leaves it open.",
    )  # fmt: skip
    latency_values: Numbers = values_param(group="network", label="Latency values")
    bandwidth_bps: float = param(
        0.0,
        label="Bandwidth",
        unit="bit/s",
        ge=0,
        le=1_000_000_000_000,
        group="network",
        help="Bits per second in each direction, shared equally by the transfers on the link; 0 sets no limit.",
        moves="latency down",
    )
    loss_ratio: float = param(
        0.0,
        label="Packet loss",
        unit="ratio",
        ge=0,
        le=1,
        group="network",
        help="Share of calls whose packets are lost; the caller then waits for its own timeout.",
        moves="failed up",
    )
    weight: float = param(
        1.0, ge=0, le=1000, group="routing", moves="offered up",
        help="Share of this edge when the sender chooses by weight, and its rank when the sender prefers one target.",
    )  # fmt: skip
    drained: bool = param(
        False, label="Out of rotation", group="routing", moves="imbalance up",
        help="Whether a sender that chooses among several targets sends no more new requests here; open ones are finished.",
        source="HAProxy management guide: set server … state drain; AWS: deregistration waits up to 300 s for open requests",
    )  # fmt: skip
    request_classes: Names = param(
        "", label="Only for classes", group="routing", moves="imbalance changes",
        help="Names of the request classes that take this way, separated by commas; empty: all that no other way names. Used by "
        "API gateways, and by load balancers that read requests.",
    )  # fmt: skip
