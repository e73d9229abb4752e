"""The load balancer: one address in front of many servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._guards import HedgingCaller
from simcore.components._parts import HealthChecker, spread, stamp_probe
from simcore.components._placement import PLACEMENT_LABELS, Placing
from simcore.components._prices import PublicPriced, hourly
from simcore.components.base import Callees, Role
from simcore.params import param
from simcore.program import Condition, Port, Routing, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class LoadBalancer(HealthChecker, HedgingCaller, Placing, PublicPriced):
    """A reverse proxy that spreads requests over the targets that its health checks find alive."""

    title: ClassVar[str] = "Load balancer"
    summary: ClassVar[str] = "Spreads requests over several servers."
    models: ClassVar[str] = (
        "Each request occupies a connection until it is answered. The next server is chosen by the policy among those "
        "that the health checks believe alive, so a dead server is noticed only after several failed checks. It may "
        "keep each user at one server, avoid a server whose requests fail in a row, and send slow requests twice."
    )
    leaves_out: ClassVar[str] = "Encryption, connection reuse and content rules."
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = (
        "nginx",
        "HAProxy",
        "Envoy",
        "ALB",
        "ELB",
        "reverse proxy",
        "Traefik",
    )
    role: ClassVar[Role] = Role.SERVICE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "forwards requests to"}

    routing_policy: Literal[
        "round_robin",
        "least_outstanding",
        "power_of_two",
        "random",
        "weighted",
        "key_hash",
        "modulo",
        "range",
        "ring",
        "ring_bounded",
    ] = param(
        "round_robin",
        group="routing",
        choices={
            "round_robin": "Round robin",
            "least_outstanding": "Least outstanding requests",
            "power_of_two": "Power of two choices",
            "random": "Random",
            "weighted": "Random by weight",
            **PLACEMENT_LABELS,
        },
        help="How the next server is chosen among the healthy ones.",
        source="AWS Application Load Balancer guide: default round robin",
        moves={
            "random": "latency up",
            "least_outstanding": "latency down",
            "power_of_two": "latency down",
            **dict.fromkeys(("weighted", *PLACEMENT_LABELS), "imbalance up"),
        },
    )
    forward_time_mean_s: float = param(
        0.00005,
        label="Forwarding time",
        unit="s",
        ge=0,
        le=1,
        group="processing",
        help="Time that forwarding one request costs.",
        source="napkin-math: 50 µs; uqSim measured 20.5 µs of CPU per pass of nginx",
        moves="latency up",
    )
    connections_max: int = param(
        10_000,
        label="Connections",
        ge=1,
        le=10_000_000,
        group="processing",
        help="Requests that it can have open at the same time; more are refused.",
        moves="failed down",
    )
    sticky_sessions: bool = param(
        False,
        group="routing",
        help="Whether a user stays with the same server as long as it is believed alive.",
        moves="imbalance up",
    )
    session_count_max: int = param(
        100_000,
        label="Sessions remembered",
        ge=1,
        le=1_000_000,
        group="routing",
        help="Users whose server it remembers; beyond, the one not seen for longest is forgotten.",
        advanced=True,
        moves="imbalance up",
    )
    ejection_failures: int = param(
        0,
        label="Failures until avoided",
        ge=0,
        le=10_000,
        group="health checks",
        help="Requests to a server that fail in a row before it gets none for a while, whatever the checks say. 0: never.",
        source="Envoy outlier detection: 5 where it is used",
        moves="failed up",
    )
    ejection_time_s: float = param(
        30.0,
        label="Time avoided",
        unit="s",
        ge=0,
        le=3600,
        group="health checks",
        help="How long such a server gets no requests; then good checks bring it back.",
        source="Envoy outlier detection: base_ejection_time 30 s",
        moves="imbalance up",
    )
    timeout_s: float = param(
        60.0, label="Timeout", unit="s", gt=0, le=3600, group="calls", help="How long it waits for a server before it gives up.",
        source="nginx documentation: proxy_read_timeout 60 s",
     moves="failed down",)  # fmt: skip
    price_hour_usd: float = hourly(
        0.0225, "AWS price list (Infracost): Application Load Balancer 16.43 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Occupy a connection, choose a server, wait for its answer."""
        servers = asm.targets.get(Role.SERVICE, ())
        connections = asm.pool("connections", capacity=self.connections_max, queue_capacity=0)
        forward = asm.distribution("forward_time", self.forward_time_mean_s)
        group = self.place(asm, "servers", servers, self.routing_policy)
        asm.port(Port.REQUEST)
        asm.acquire(connections)
        asm.hold(forward)
        self.stamp_call(asm, self._stamp_session(asm, group), Port.REQUEST)
        asm.answer()
        stamp_probe(asm)
        self.stamp_health_checks(asm, servers)

    def _stamp_session(self, asm: NodeAssembler, group: int) -> int:
        """Set the target register to the user's server, new or old; returns the group that goes by it."""
        if not self.sticky_sessions:
            return group
        servers = asm.targets.get(Role.SERVICE, ())
        sticky = asm.group("sessions", servers, Routing.CHOSEN)
        # A cookie tells the server, so that sessions outlive the balancer.
        sessions = asm.store("sessions", capacity=self.session_count_max, volatile=False)
        known, new = asm.label(), asm.label()
        asm.look_up(sessions, StoreKey.USER)
        asm.branch(Condition.MISS, new)
        asm.branch(Condition.TARGET_HEALTHY, known, sticky)
        asm.place(new)
        asm.choose(group)
        asm.put(sessions, StoreKey.USER)
        asm.place(known)
        return sticky

    def stamp_outcome(self, asm: NodeAssembler, group: int, *, answered: bool) -> None:
        """Keep count of the failures in a row of each server."""
        if self.ejection_failures:
            failures = asm.slot("ejection_failures", self.ejection_failures)
            away = asm.slot("ejection_time", self.ejection_time_s)
            asm.report_call(group, answered=answered, failures_slot=failures, away_slot=away)

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of forwarding."""
        return self.forward_time_mean_s

    def work_cv(self) -> float:
        """Forwarding takes always the same time."""
        return 0.0

    def place_count(self) -> float | None:
        """Return its connections."""
        return self.connections_max

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Each request goes to one server."""
        return spread(targets.of(Role.SERVICE))
