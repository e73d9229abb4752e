"""The rate limiter: it lets only so many requests through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.call_words import GateKind
from simcore.components._limits import UserLimited
from simcore.components._parts import Caller, spread, stamp_probe
from simcore.components._prices import PublicPriced, per_million
from simcore.components.base import Callees, Role
from simcore.params import param
from simcore.program import Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class RateLimiter(Caller, UserLimited, PublicPriced):
    """A gateway that refuses or delays what exceeds a rate, and passes the rest on."""

    title: ClassVar[str] = "Rate limiter"
    summary: ClassVar[str] = "Lets only so many requests per second through."
    models: ClassVar[str] = (
        "A token bucket lets bursts through up to its size; a leaky bucket lets requests through one by one and makes "
        "the others wait, up to a number; a fixed window counts from the start of each window, so that twice the limit "
        "may pass around its edge; a sliding window also counts the part of the window before that is still in sight "
        "(two counters, no log). Besides, each user may have a token bucket. What exceeds a limit fails at once. Several "
        "targets get requests in turn."
    )
    leaves_out: ClassVar[str] = (
        "Counters shared by several gateways, and health checks. Beyond 65,536 users some share a bucket."
    )
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = ("throttle", "quota", "token bucket", "leaky bucket")
    words: ClassVar[Mapping[str, str]] = {"limiter": ""}
    role: ClassVar[Role] = Role.SERVICE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "lets requests through to"}

    algorithm: Literal["token_bucket", "leaky_bucket", "fixed_window", "sliding_window"] = param(
        "token_bucket",
        group="limit",
        choices={
            "token_bucket": "Token bucket",
            "leaky_bucket": "Leaky bucket",
            "fixed_window": "Fixed window",
            "sliding_window": "Sliding window",
        },
        help="How it decides whether a request exceeds the rate.",
        source="Amazon API Gateway guide: token bucket",
        moves="failed changes",
    )
    limit_rps: float = param(
        1_000.0,
        label="Limit",
        unit="1/s",
        gt=0,
        le=10_000_000,
        group="limit",
        help="Requests per second that may pass in the long run.",
        source="Our suggestion; Amazon API Gateway: 10,000 requests/s per region",
        moves="failed down",
    )
    burst: int = param(
        500,
        label="Burst",
        ge=1,
        le=10_000_000,
        group="limit",
        help="Requests that the token bucket lets pass at once after a quiet time.",
        source="Our suggestion; Amazon API Gateway: half of the requests per second",
        moves="failed down",
    )
    window_s: float = param(
        1.0,
        label="Window",
        unit="s",
        ge=0.001,
        le=86_400,
        group="limit",
        help="Time over which the fixed and the sliding window count.",
        moves="failed changes",
    )
    queue_capacity: int = param(
        100,
        label="Waiting places",
        ge=0,
        le=10_000_000,
        group="limit",
        help="Requests that may wait in the leaky bucket; more are refused.",
        moves="failed down, latency up",
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
    price_million_usd: float = per_million(
        1.0, "AWS price list (Infracost): API Gateway, HTTP API, 1.0 USD per million"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Ask the gate, then pass the request on and wait for its answer."""
        servers = asm.targets.get(Role.SERVICE, ())
        open_requests = asm.pool("requests", capacity=float("inf"))
        forward = asm.distribution("forward_time", self.forward_time_mean_s)
        group = asm.group("servers", servers, Routing.ROUND_ROBIN)
        gate = asm.limiter(
            "limit",
            GateKind[self.algorithm.upper()],
            rate_rps=self.limit_rps,
            burst=self.burst,
            window_s=self.window_s,
            queue=self.queue_capacity,
        )
        asm.port(Port.REQUEST)
        asm.acquire(open_requests)
        self.stamp_user_limit(asm)
        asm.gate(gate)
        asm.hold(forward)
        self.stamp_call(asm, group, Port.REQUEST)
        asm.answer()
        stamp_probe(asm)

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of forwarding."""
        return self.forward_time_mean_s

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Each request goes to one server."""
        return spread(targets.of(Role.SERVICE))

    def capacity_rps(self) -> float | None:
        """Return the limit."""
        return self.limit_rps

    def lets_through(self, offered_rps: float, people_count: int) -> float:
        """Return what is within the limits in the long run."""
        return self.within_limits(offered_rps, people_count, self.limit_rps)
