"""The load balancer: one address in front of many servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import HealthChecker, spread, stamp_probe
from simcore.components._placement import PLACEMENT_LABELS, Placing
from simcore.components.base import Role
from simcore.params import param
from simcore.program import Port

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class LoadBalancer(HealthChecker, Placing):
    """A reverse proxy that spreads requests over the targets that its health checks find alive."""

    title: ClassVar[str] = "Load balancer"
    summary: ClassVar[str] = "Spreads requests over several servers."
    models: ClassVar[str] = (
        "Each request occupies a connection until it is answered. The next server is chosen by the policy among those "
        "that the health checks believe alive, so a dead server is noticed only after several failed checks."
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
    )
    connections_max: int = param(
        10_000,
        label="Connections",
        ge=1,
        le=10_000_000,
        group="processing",
        help="Requests that it can have open at the same time; more are refused.",
    )
    timeout_s: float = param(
        60.0, label="Timeout", unit="s", gt=0, le=3600, group="calls", help="How long it waits for a server before it gives up.",
        source="nginx documentation: proxy_read_timeout 60 s",
    )  # fmt: skip

    def lower(self, asm: NodeAssembler) -> None:
        """Occupy a connection, choose a server, wait for its answer."""
        servers = asm.targets.get(Role.SERVICE, ())
        connections = asm.pool("connections", capacity=self.connections_max, queue_capacity=0)
        forward = asm.distribution("forward_time", self.forward_time_mean_s)
        group = self.place(asm, "servers", servers, self.routing_policy)
        asm.port(Port.REQUEST)
        asm.acquire(connections)
        asm.hold(forward)
        self.stamp_call(asm, group, Port.REQUEST)
        asm.answer()
        stamp_probe(asm)
        self.stamp_health_checks(asm, servers)

    def split(self, targets: Mapping[Role, Sequence[str]], operation: str) -> Mapping[str, float]:
        """Each request goes to one server."""
        return spread(targets.get(Role.SERVICE, ()))
