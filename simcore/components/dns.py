"""The name server: it turns a name into an address that clients keep for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import HealthChecker, spread, stamp_probe, stand_by
from simcore.components._prices import PublicPriced, per_million
from simcore.components.base import Callees, Role
from simcore.params import param
from simcore.program import NONE, Port, Routing, Shape
from simcore.regions import ANYWHERE, REGIONS, delay_s

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler

_ROUTING = {
    "round_robin": Routing.ROUND_ROBIN,
    "random": Routing.RANDOM,
    "weighted": Routing.WEIGHTED,
    "latency": Routing.NEAREST,
    "geo": Routing.SAME_REGION,
    "failover": Routing.FAILOVER,
}


class Dns(HealthChecker, PublicPriced):
    """A name server with its resolvers: answers take time, and stay valid for their time to live."""

    title: ClassVar[str] = "DNS"
    summary: ClassVar[str] = "Turns the site's name into an address."
    models: ClassVar[str] = (
        "A look-up takes time once; the answer is then kept by the user, or by the resolver that all people of a component "
        "share, until its time to live ends. With several addresses behind it the policy chooses one for each question: in "
        "turn, at random, by weight, by the region of those who ask, or the first one that works. It may check the health of "
        "what it leads to; who has an answer keeps it nevertheless until it expires. When it is down, users with a valid "
        "answer go on."
    )
    leaves_out: ClassVar[str] = (
        "The hierarchy of servers, negative answers, resolvers that ignore the time to live or sit elsewhere than those who "
        "ask, and checks from several places at once. When all addresses fail their checks, it answers with each in turn."
    )
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = (
        "name server", "Route 53", "BIND", "CoreDNS", "domain", "geo DNS", "global server load balancing",
    )  # fmt: skip
    words: ClassVar[Mapping[str, str]] = {"resolver": ""}
    role: ClassVar[Role] = Role.RESOLVER
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "answers with the address of"}

    routing_policy: Literal["round_robin", "random", "weighted", "latency", "geo", "failover"] = param(
        "round_robin",
        label="Answers",
        group="answers",
        choices={
            "round_robin": "Each address in turn",
            "random": "Random",
            "weighted": "Random by weight",
            "latency": "The nearest region by round trip",
            "geo": "The region of those who ask, else the default",
            "failover": "The first that works",
        },
        help="Which of several addresses it answers with. Default and first is the one with the greatest weight on its connection.",
        source="Route 53 guide: simple, weighted, latency, geolocation, failover and multivalue policies",
        moves={
            "random": "imbalance up",
            "weighted": "imbalance changes",
            "latency": "latency down",
            "geo": "latency down",
            "failover": "imbalance up",
        },
    )
    ttl_s: float = param(
        300.0,
        label="Time to live",
        unit="s",
        ge=0,
        le=604_800,
        group="answers",
        help="How long the answer may be kept before asking again.",
        source="Our suggestion; the Route 53 guide advises 60 s or less for failover records",
        moves="latency down, failed down",
    )
    lookup_time_mean_s: float = param(
        0.13,
        label="Look-up time",
        unit="s",
        ge=0,
        le=60,
        group="answers",
        help="Mean time of a look-up that no resolver on the way has cached.",
        source="Google Public DNS: 130 ms on average when the servers answer",
        moves="latency up",
    )
    health_checks: bool = param(
        False,
        group="health checks",
        help="Whether it checks what it leads to, and leaves out of its answers what fails.",
        source="Route 53 guide: health checks are optional",
        moves="failed down",
    )
    health_check_interval_s: float = param(
        30.0, label="Check interval", unit="s", ge=0.05, le=300, group="health checks",
        help="Pause between two health checks of the same target.",
        source="Route 53 guide: 30 s, or 10 s as the fast option",
        moves="failed up",
    )  # fmt: skip
    health_check_timeout_s: float = param(
        4.0, label="Check timeout", unit="s", gt=0, le=120, group="health checks",
        help="A check that takes longer counts as failed.",
        source="Route 53 guide: 4 s to connect",
        moves="failed up",
    )  # fmt: skip
    unhealthy_threshold: int = param(
        3, ge=1, le=100, group="health checks", help="Failed checks in a row after which a target gets no more requests.",
        source="Our suggestion; Route 53: 3, at most 10",
        moves="failed up",
    )  # fmt: skip
    healthy_threshold: int = param(
        3, ge=1, le=100, group="health checks", help="Good checks in a row after which a target gets requests again.",
        source="Our suggestion; Route 53: as many as for unhealthy",
        moves="imbalance up",
    )  # fmt: skip
    price_million_usd: float = per_million(
        0.4, "AWS price list (Infracost): Route 53 standard queries 0.4 USD per million"
    )

    #: It sends nothing to other places: those who ask come to it, and go to the address themselves.
    price_region_usd: ClassVar[float] = 0.0  # type: ignore[misc]
    price_zone_usd: ClassVar[float] = 0.0  # type: ignore[misc]

    def lower(self, asm: NodeAssembler) -> None:
        """Take the time of a look-up and answer with an address."""
        asm.publish_ttl(self.ttl_s)
        lookup = asm.distribution("lookup_time", self.lookup_time_mean_s, Shape.EXPONENTIAL)
        lookups = asm.pool("lookups", capacity=float("inf"))
        addresses = asm.targets.get(Role.SERVICE, ())
        asm.port(Port.REQUEST)
        asm.acquire(lookups)
        asm.hold(lookup)
        if addresses:
            routing = _ROUTING[self.routing_policy]
            group = asm.group("addresses", addresses, routing)
            asm.choose(group, delays_slot=self._delays(asm, routing))
        asm.answer(with_target=True)
        stamp_probe(asm)
        if self.health_checks:
            self.stamp_health_checks(asm, addresses)

    def _delays(self, asm: NodeAssembler, routing: Routing) -> int:
        """Keep the delays between all regions where the policy needs them, see `simcore.engine.nearness`."""
        if routing not in (Routing.NEAREST, Routing.SAME_REGION):
            return NONE
        delays = [delay_s(one, other) for one in REGIONS for other in REGIONS]
        return asm.slots("delays", len(REGIONS), *delays)

    def address_ttl_s(self) -> float | None:
        """Return the time to live of its answers."""
        return self.ttl_s

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a look-up."""
        return self.lookup_time_mean_s

    def answers(self, region: str, addresses: Sequence[tuple[str, str, float]]) -> Mapping[str, float]:
        """Return what the policy says when all addresses work; several that are equally near get equal shares."""
        weights = {address: weight for address, _, weight in addresses}
        first = max(weights, key=lambda address: weights[address])
        total = sum(weights.values())
        if self.routing_policy == "weighted" and total:
            return {address: weight / total for address, weight in weights.items()}
        if self.routing_policy in ("latency", "geo"):
            near_s = {address: delay_s(region, place) for address, place, _ in addresses}
            nearest = [address for address in near_s if near_s[address] == min(near_s.values())]
            here = [address for address, place, _ in addresses if place == region != ANYWHERE]
            asked = nearest if self.routing_policy == "latency" else here or [first]
            return stand_by(list(weights), spread(asked))
        return (
            stand_by(list(weights), {first: 1.0})
            if self.routing_policy == "failover"
            else spread(list(weights))
        )

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """A name server sends no requests: users go to the address themselves."""
        return {}
