"""The API gateway: one door in front of many services, which checks who comes in and sends each to the right one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.call_words import GateKind
from simcore.components._guards import GuardedCaller
from simcore.components._limits import UserLimited
from simcore.components._parts import HealthChecker, spread_by_class, stamp_by_class, stamp_probe
from simcore.components._prices import PublicPriced, per_million
from simcore.components.base import Callees, Role
from simcore.params import param
from simcore.program import Cause, Condition, Port, Routing, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target


class ApiGateway(HealthChecker, GuardedCaller, UserLimited, PublicPriced):
    """A door in front of services: credentials, limits, sizes, and the way that each request class takes."""

    title: ClassVar[str] = "API gateway"
    summary: ClassVar[str] = "One door for all services: checks, limits and routes requests."
    models: ClassVar[str] = (
        "Each request takes the gateway's own time, and a token of the limit for all and of its user's; some have bad "
        "credentials or carry too much and are refused. A request then goes to the services whose connections name its "
        "class, or else to those that name none, in turn among those that health checks believe alive. It can guard "
        "itself and them by retries with budgets, circuit breakers and a cap on calls at a time."
    )
    leaves_out: ClassVar[str] = (
        "Transformation of requests, caching of answers, and connections that stay open. Beyond 65,536 users some share a bucket."
    )
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = (
        "Amazon API Gateway", "Kong", "Apigee", "Tyk", "backend for frontend",
    )  # fmt: skip
    words: ClassVar[Mapping[str, str]] = {"gateway": "", "apisix": "", "krakend": ""}
    role: ClassVar[Role] = Role.SERVICE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "routes requests to"}

    gateway_time_mean_s: float = param(
        0.01,
        label="Gateway time",
        unit="s",
        ge=0,
        le=60,
        group="processing",
        help="Mean time that the gateway itself adds to a request: checking credentials, finding the way, logging.",
        source="Our suggestion: 10 ms, between 1 and 50",
        moves="latency up",
    )
    bad_credentials_ratio: float = param(
        0.0,
        label="Bad credentials",
        unit="ratio",
        ge=0,
        le=1,
        group="processing",
        help="Share of requests that it refuses because nobody knows who sent them; services never see these.",
        moves="failed up, calls down",
    )
    payload_max_bytes: int = param(
        10_000_000,
        label="Largest payload",
        unit="bytes",
        ge=0,
        le=1_000_000_000,
        group="limit",
        help="Requests that carry or ask for more than this are refused.",
        source="Amazon API Gateway guide: payload at most 10 MB",
        moves="failed down",
    )
    limit_rps: float = param(
        10_000.0,
        label="Limit",
        unit="1/s",
        gt=0,
        le=10_000_000,
        group="limit",
        help="Requests per second that may pass in the long run, by a token bucket.",
        source="Amazon API Gateway guide: 10,000 requests per second in a region",
        moves="failed down",
    )
    burst: int = param(
        5_000,
        label="Burst",
        ge=1,
        le=10_000_000,
        group="limit",
        help="Requests that the token bucket lets pass at once after a quiet time.",
        source="Amazon API Gateway guide: burst of 5,000 requests",
        moves="failed down",
    )
    timeout_s: float = param(
        29.0, label="Timeout", unit="s", gt=0, le=3600, group="calls", help="How long it waits for a service before it gives up.",
        source="Amazon API Gateway guide: integration timeout 29 s",
        moves="failed down",
    )  # fmt: skip
    price_million_usd: float = per_million(
        3.5, "AWS price list (Infracost): API Gateway, REST API, 3.5 USD per million; HTTP API 1.0"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Let in who may come in, then ask the service that the request's class leads to."""
        services = asm.targets.get(Role.SERVICE, ())
        open_requests = asm.pool("requests", capacity=float("inf"))
        own = asm.distribution("gateway_time", self.gateway_time_mean_s, Shape.EXPONENTIAL)
        limit = asm.limiter("limit", GateKind.TOKEN_BUCKET, rate_rps=self.limit_rps, burst=self.burst)
        refused = asm.label()
        asm.port(Port.REQUEST)
        asm.acquire(open_requests)
        asm.branch(Condition.LARGE, refused, asm.slot("payload_max", self.payload_max_bytes))
        self.stamp_user_limit(asm)
        asm.gate(limit)
        asm.hold(own)
        if self.bad_credentials_ratio:
            share = asm.slot("bad_credentials", self.bad_credentials_ratio)
            asm.branch(Condition.CHANCE, refused, share, asm.stream("credentials"))

        def call(name: str, targets: list[Target]) -> None:
            self.stamp_call(asm, asm.group(f"services of {name}", targets, Routing.ROUND_ROBIN), Port.REQUEST)

        stamp_by_class(asm, services, call)
        asm.answer()
        asm.place(refused)
        asm.fail(Cause.REFUSED)
        stamp_probe(asm)
        self.stamp_health_checks(asm, services)

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of its own work on a request."""
        return self.gateway_time_mean_s

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Each request that it lets through goes to one of the services for its class."""
        return spread_by_class(targets)

    def lets_through(self, offered_rps: float, people_count: int) -> float:
        """Return what is within the limits and has good credentials; payloads that are too large are not reckoned with."""
        within = self.within_limits(offered_rps, people_count, self.limit_rps)
        return within * (1.0 - self.bad_credentials_ratio)

    def capacity_rps(self) -> float | None:
        """Return the limit."""
        return self.limit_rps
