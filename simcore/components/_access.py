"""How people reach a site: the resolver that they ask for names, and the network between them and everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simcore.components.base import Component
from simcore.params import param
from simcore.program import Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class AccessNetwork(Component):
    """People behind a network of their own, which delays what they send and get, and may have a resolver for all."""

    resolver: Literal["own", "shared"] = param(
        "own",
        group="name look-ups",
        choices={
            "own": "Each person asks the name server",
            "shared": "All share one, as in one access network",
        },
        help="Who keeps the answers of name servers. What a shared resolver has, its people get at once, for the time that it has left.",
        source="Our suggestion; PowerDNS: a resolver with R look-ups per second hits with 1 - 1/(R · TTL)",
        moves={"shared": "calls down"},
    )
    resolver_time_s: float = param(
        0.001,
        label="Resolver time",
        unit="s",
        ge=0,
        le=10,
        group="name look-ups",
        help="Time of an answer of the shared resolver, besides what the name server takes.",
        source="Our suggestion: 1 ms, between 0.5 and 30",
        moves="latency up",
    )
    access_delay_mean_s: float = param(
        0.0,
        label="Access network delay",
        unit="s",
        ge=0,
        le=10,
        group="devices",
        help="Mean one-way delay of the last mile (Wi-Fi, cable, mobile network), on top of all connections.",
        source="Our suggestion: 0 in a data centre, 5 ms on a fixed line, 25 ms in a mobile network",
        moves="latency up",
    )
    access_delay_cv: float = param(
        0.5,
        label="Variation",
        ge=0,
        le=20,
        group="devices",
        help="Standard deviation of that delay divided by its mean (lognormal).",
        moves="latency_p99 up",
    )

    def stamp_access(self, asm: NodeAssembler) -> None:
        """Let the delay of the access network pass, one way."""
        if self.access_delay_mean_s:
            shape = Shape.LOGNORMAL if self.access_delay_cv else Shape.CONSTANT
            delay = asm.distribution("access_delay", self.access_delay_mean_s, shape, self.access_delay_cv)
            asm.delay(delay, "access network")
