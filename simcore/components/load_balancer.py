"""The load balancer: one address in front of many servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._guards import HedgingCaller
from simcore.components._parts import (
    OTHERS,
    HealthChecker,
    spread,
    spread_by_class,
    stamp_by_class,
    stamp_probe,
    stand_by,
)
from simcore.components._placement import PLACEMENT_LABELS, Placing
from simcore.components._prices import PublicPriced, hourly
from simcore.components.base import Callees, Role
from simcore.params import param
from simcore.program import Condition, Port, Routing, StoreKey

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target


class LoadBalancer(HealthChecker, HedgingCaller, Placing, PublicPriced):
    """A reverse proxy that spreads requests over the targets that its health checks find alive."""

    title: ClassVar[str] = "Load balancer"
    summary: ClassVar[str] = "Spreads requests over several servers."
    models: ClassVar[str] = (
        "Each request occupies a connection until it is answered. The next server is chosen by the policy among those "
        "that the health checks believe alive and that are not out of rotation, so a dead server is noticed only after several "
        "failed checks. At layer 7 it reads requests: each class may have servers of its own, a user may stay at one server, "
        "a server whose requests fail in a row is avoided, failed requests are tried again and slow ones sent twice. At "
        "layer 4 it sees connections only: all requests of a user go where the connection once went, until it has been idle "
        "for long or its server is believed dead."
    )
    leaves_out: ClassVar[str] = (
        "Encryption, and the time that connections take to open. A user has one connection."
    )
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = (
        "nginx",
        "HAProxy",
        "Envoy",
        "ALB",
        "ELB",
        "NLB",
        "reverse proxy",
        "Traefik",
    )
    words: ClassVar[Mapping[str, str]] = {
        "lb": "", "balancer": "", "proxy": "", "ingress": "", "edge router": "", "caddy": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.SERVICE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "forwards requests to"}

    layer: Literal["l7", "l4"] = param(
        "l7",
        label="Layer",
        group="routing",
        choices={"l7": "7: requests (HTTP)", "l4": "4: connections (TCP)"},
        help="Whether it chooses a server for each request, or for each connection. Retries, second copies, avoided servers, "
        "classes and sticky sessions exist at layer 7 only.",
        source="Elastic Load Balancing guide: Application and Network Load Balancers",
        moves={"l4": "imbalance up"},
    )
    connection_idle_s: float = param(
        60.0,
        label="Idle connections",
        unit="s",
        gt=0,
        le=86_400,
        group="routing",
        help="A user's connection is closed after so long without a request; the next one chooses a server anew. Used at layer 4.",
        source="AWS Application Load Balancer guide: idle timeout 60 s",
        moves="imbalance up",
    )
    routing_policy: Literal[
        "round_robin",
        "least_outstanding",
        "power_of_two",
        "random",
        "weighted",
        "least_latency",
        "user_hash",
        "failover",
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
            "least_latency": "Least latency",
            "user_hash": "Hash of the user (IP hash)",
            "failover": "Greatest weight first, the others stand by",
            **PLACEMENT_LABELS,
        },
        help="How the next server is chosen among the healthy ones.",
        source="AWS Application Load Balancer guide: default round robin",
        moves={
            "random": "latency up",
            "least_outstanding": "latency down",
            "power_of_two": "latency down",
            "least_latency": "imbalance up",
            **dict.fromkeys(("weighted", "user_hash", "failover", *PLACEMENT_LABELS), "imbalance up"),
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
    latency_memory_s: float = param(
        10.0,
        label="Memory of latencies",
        unit="s",
        gt=0,
        le=3600,
        group="routing",
        help="Time constant with which older answers are forgotten. Used by least latency, which prefers the shortest mean of "
        "late answers, times the open requests and one more; a failed request counts as one that took the timeout.",
        source="Our suggestion; Finagle's peak-sensitive balancer forgets alike",
        advanced=True,
        moves="imbalance up",
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
        asm.port(Port.REQUEST)
        asm.acquire(connections)
        asm.hold(forward)
        if self.layer == "l4":
            self._stamp_connection(asm, servers)
        else:
            stamp_by_class(asm, servers, lambda name, targets: self._stamp_request(asm, name, targets))
        asm.answer()
        stamp_probe(asm)
        self.stamp_health_checks(asm, servers)

    def _stamp_connection(self, asm: NodeAssembler, servers: Sequence[Target]) -> None:
        """Send a user's request where the connection goes; who has none opens one. A crash of the balancer closes all."""
        connections = asm.store(
            "connections",
            capacity=self.connections_max,
            ttl_s=self.connection_idle_s,
            sliding=True,
        )
        group = self._stamp_affinity(asm, "connections", servers, connections)
        asm.call(group, Port.REQUEST, timeout_slot=asm.slot("timeout", self.timeout_s))

    def _stamp_request(self, asm: NodeAssembler, name: str, servers: Sequence[Target]) -> None:
        """Choose a server for a request, the one of the user's session where there is one."""
        if self.sticky_sessions:
            # A cookie tells the server, so that sessions outlive the balancer.
            sessions = asm.store(_named("sessions", name), capacity=self.session_count_max, volatile=False)
            group = self._stamp_affinity(asm, _named("sessions", name), servers, sessions, name)
        elif self.routing_policy == "user_hash":
            asm.choose(self._servers(asm, name, servers), by_user=True)
            group = asm.group(_named("chosen", name), servers, Routing.CHOSEN)
        else:
            group = self._servers(asm, name, servers)
        self.stamp_call(asm, group, Port.REQUEST)

    def _servers(self, asm: NodeAssembler, name: str, servers: Sequence[Target]) -> int:
        """Declare the servers that the policy chooses from; users are hashed as keys are."""
        policy = "key_hash" if self.routing_policy == "user_hash" else self.routing_policy
        return self.place(asm, _named("servers", name), servers, policy)

    def _stamp_affinity(
        self, asm: NodeAssembler, name: str, servers: Sequence[Target], memory: int, rule: str = OTHERS
    ) -> int:
        """Set the target register to the user's server, new or old; returns the group that goes by it."""
        sticky = asm.group(name, servers, Routing.CHOSEN)
        known, new = asm.label(), asm.label()
        asm.look_up(memory, StoreKey.USER)
        asm.branch(Condition.MISS, new)
        asm.branch(Condition.TARGET_HEALTHY, known, sticky)
        asm.place(new)
        asm.choose(self._servers(asm, rule, servers), by_user=self.routing_policy == "user_hash")
        asm.put(memory, StoreKey.USER)
        asm.place(known)
        return sticky

    def stamp_outcome(self, asm: NodeAssembler, group: int, *, answered: bool) -> None:
        """Keep count of the failures in a row of each server, and of how long its answers take."""
        if self.routing_policy == "least_latency":
            memory = asm.slot("latency_memory", self.latency_memory_s)
            penalty = asm.slot("timeout", self.timeout_s)
            asm.report_time(group, answered=answered, penalty_slot=penalty, memory_slot=memory)
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
        """Each request goes to one of the servers for its class: evenly, unless the weights decide."""

        def divide(servers: Sequence[str]) -> Mapping[str, float]:
            weights = {server: targets.weights.get(server, 1.0) for server in servers}
            if self.routing_policy == "failover" and servers:
                return stand_by(servers, {max(servers, key=lambda server: weights[server]): 1.0})
            total = sum(weights.values())
            if self.routing_policy == "weighted" and total:
                return {server: weight / total for server, weight in weights.items()}
            return spread(servers)

        if self.layer == "l4":
            everybody = {server for _, servers in targets.ways for server in servers}
            return divide([server for server in targets.of(Role.SERVICE) if server in everybody])
        return spread_by_class(targets, divide)


def _named(what: str, rule: str) -> str:
    """Return a name for what belongs to the servers of some request classes."""
    return what if rule == OTHERS else f"{what} of {rule}"
