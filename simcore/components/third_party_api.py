"""The third-party API: somebody else's service, with limits, slow answers and outages that nobody here can mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.call_words import GateKind
from simcore.components._parts import SHAPE_LABELS, ShapeName, shape_of, stamp_probe, values_param, variation
from simcore.components._prices import PublicPriced, per_million
from simcore.components.base import Machine, Role
from simcore.params import Numbers, numbers_in, param
from simcore.program import Cause, Condition, Port

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class ThirdPartyApi(Machine, PublicPriced):
    """A service run by others: as many calls at once as one likes, but only so many per second, and each costs money."""

    title: ClassVar[str] = "Third-party API"
    summary: ClassVar[str] = (
        "Somebody else's service: payments, maps, mail. Slow at times, limited, and paid per call."
    )
    models: ClassVar[str] = (
        "Calls do not wait for each other. Each takes a time from a distribution with a heavy tail, so that a few take very "
        "long whatever the load. A token bucket refuses what exceeds the agreed rate (429); a share of the others fails with "
        "an error after having taken its time. The whole service has outages now and then, if told so, and every answer "
        "costs its price."
    )
    leaves_out: ClassVar[str] = (
        "Keys of several customers, idempotency keys, webhooks, and a limit on calls at a time."
    )
    group: ClassVar[str] = "compute"
    aliases: ClassVar[tuple[str, ...]] = (
        "payment gateway", "Stripe", "Twilio", "SendGrid", "Google Maps", "APNs", "FCM", "external service",
    )  # fmt: skip
    words: ClassVar[Mapping[str, str]] = {
        "external": "", "external api": "", "payment provider": "", "third party": "", "smtp": "",
        "mail provider": "",
    }  # fmt: skip
    reports: ClassVar[bool] = False
    role: ClassVar[Role] = Role.SERVICE

    service_time_mean_s: float = param(
        0.25,
        label="Answer time",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Mean time until it has answered, without the network.",
        source="Our suggestion: median 150 ms, one call in a hundred above 1.5 s",
        moves="latency up",
    )
    service_time_distribution: ShapeName = param(
        "lognormal",
        label="Answer time varies",
        group="processing",
        choices=SHAPE_LABELS,
        help="How that time varies from call to call.",
        source="Our suggestion",
        moves="latency_p99 changes",
    )
    service_time_cv: float = param(
        1.3,
        label="Variation",
        ge=0,
        le=20,
        group="processing",
        help="Standard deviation of that time divided by its mean, where the distribution leaves it open.",
        source="Our suggestion: sigma 1.0, which is a variation of 1.3",
        moves="latency_p99 up",
    )
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    limit_rps: float = param(
        200.0,
        label="Agreed rate",
        unit="1/s",
        gt=0,
        le=10_000_000,
        group="limit",
        help="Calls per second that it takes in the long run; more are refused.",
        source="Our suggestion",
        moves="failed down",
    )
    burst: int = param(
        200,
        label="Burst",
        ge=1,
        le=10_000_000,
        group="limit",
        help="Calls that it takes at once after a quiet time.",
        source="Our suggestion",
        moves="failed down",
    )
    error_ratio: float = param(
        0.0,
        label="Errors",
        unit="ratio",
        ge=0,
        le=1,
        group="reliability",
        help="Share of the calls that it takes which end with an error.",
        source="Our suggestion",
        moves="failed up",
    )
    price_million_usd: float = per_million(10_000.0, "Our suggestion: 0.01 USD per call")

    def lower(self, asm: NodeAssembler) -> None:
        """Refuse what is too much, take a while, then answer or fail."""
        calls = asm.pool("calls", capacity=float("inf"))
        limit = asm.limiter("limit", GateKind.TOKEN_BUCKET, rate_rps=self.limit_rps, burst=self.burst)
        time = asm.distribution(
            "service_time",
            self.service_time_mean_s,
            shape_of(self.service_time_distribution),
            self.service_time_cv,
            numbers_in(self.service_time_values),
        )
        errs = asm.label()
        asm.port(Port.REQUEST)
        asm.acquire(calls)
        asm.gate(limit)
        asm.hold(time)
        asm.branch(Condition.CHANCE, errs, asm.slot("error_ratio", self.error_ratio), asm.stream("errors"))
        asm.answer()
        asm.place(errs)
        asm.fail(Cause.REFUSED)
        stamp_probe(asm)

    def answer_s(self, operation: str, payload_bytes: float) -> float:
        """Return the mean time of an answer: calls do not wait for each other."""
        return self.service_time_mean_s

    def work_cv(self) -> float:
        """Return how that time varies."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def capacity_rps(self) -> float | None:
        """Return the agreed rate."""
        return self.limit_rps
