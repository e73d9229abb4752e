"""The name server: it turns a name into an address that clients keep for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.components._parts import stamp_probe
from simcore.components._prices import PublicPriced, per_million
from simcore.components.base import Callees, Machine, Role
from simcore.params import param
from simcore.program import Port, Routing, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class Dns(Machine, PublicPriced):
    """A name server with its resolvers: answers take time, and stay valid for their time to live."""

    title: ClassVar[str] = "DNS"
    summary: ClassVar[str] = "Turns the site's name into an address."
    models: ClassVar[str] = (
        "A look-up takes time once; the answer is then kept by the user until its time to live ends. With several "
        "addresses behind it the server answers with each in turn. When it is down, users with a valid answer go on."
    )
    leaves_out: ClassVar[str] = (
        "The hierarchy of servers, negative answers, and resolvers that ignore the time to live."
    )
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = ("name server", "Route 53", "BIND", "CoreDNS", "domain")
    role: ClassVar[Role] = Role.RESOLVER
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "answers with the address of"}

    ttl_s: float = param(
        300.0,
        label="Time to live",
        unit="s",
        ge=0,
        le=604_800,
        group="answers",
        help="How long a user may keep the answer before asking again.",
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
    price_million_usd: float = per_million(
        0.4, "AWS price list (Infracost): Route 53 standard queries 0.4 USD per million"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Take the time of a look-up and answer with the next address."""
        asm.publish_ttl(self.ttl_s)
        lookup = asm.distribution("lookup_time", self.lookup_time_mean_s, Shape.EXPONENTIAL)
        lookups = asm.pool("lookups", capacity=float("inf"))
        addresses = asm.targets.get(Role.SERVICE, ())
        asm.port(Port.REQUEST)
        asm.acquire(lookups)
        asm.hold(lookup)
        if addresses:
            asm.choose(asm.group("addresses", addresses, Routing.ROUND_ROBIN))
        asm.answer(with_target=True)
        stamp_probe(asm)

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """A name server sends no requests: users go to the address themselves."""
        return {}
