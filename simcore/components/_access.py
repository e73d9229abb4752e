"""How people reach a site: the resolver that they ask for names, and the network between them and everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simcore.components._parts import spread
from simcore.components.base import Callees, Component, Role
from simcore.params import param
from simcore.program import HoldMode, Operation, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler

_BITS_PER_BYTE = 8
#: Operations whose payload comes with the answer; that of the others goes with the request.
_FETCHED = ("read", "static")


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

    access_download_bps: float = param(
        0.0,
        label="Access network, download",
        unit="bit/s",
        ge=0,
        le=1_000_000_000_000,
        group="devices",
        help="Bits per second that each person gets; what is read takes as long as that. 0 sets no limit.",
        source="Our suggestion: 0 in a data centre; WebPageTest profiles: 1.6 to 20 Mbit/s",
        moves="latency down",
    )
    access_upload_bps: float = param(
        0.0,
        label="Access network, upload",
        unit="bit/s",
        ge=0,
        le=1_000_000_000_000,
        group="devices",
        help="Bits per second that each person can send; what is written takes as long as that. 0 sets no limit.",
        source="Our suggestion: 0 in a data centre; WebPageTest profiles: 0.768 to 12 Mbit/s",
        moves="latency down",
    )

    def look_ups(self, targets: Callees, rate_rps: float, people_count: int) -> dict[str, float]:
        """Return the questions to name servers per request.

        Requests at random with a rate of λ find an answer that lives for T expired once in 1 + λT times.
        """
        if targets.address_ttl_s is None:
            return {}
        sharing = 1 if self.resolver == "shared" else people_count
        expired = 1.0 / (1.0 + rate_rps / sharing * targets.address_ttl_s)
        return spread(targets.of(Role.RESOLVER), expired)

    def access_s(self, operation: str, payload_bytes: float) -> float:
        """Return the mean time that a request and its answer spend in the access network."""
        rate_bps = self.access_download_bps if operation in _FETCHED else self.access_upload_bps
        return 2 * self.access_delay_mean_s + (payload_bytes * _BITS_PER_BYTE / rate_bps if rate_bps else 0.0)

    def stamp_way_out(self, asm: NodeAssembler) -> None:
        """Let pass what a request takes to leave: what is written goes at the upload rate."""
        if self.access_upload_bps:
            sent = asm.label()
            for operation in (Operation.READ, Operation.STATIC):
                asm.branch_operation(operation, sent)
            asm.hold(
                asm.distribution("upload", _BITS_PER_BYTE / self.access_upload_bps),
                "upload",
                HoldMode.PER_BYTE,
            )
            asm.place(sent)
        self._stamp_delay(asm)

    def stamp_way_back(self, asm: NodeAssembler) -> None:
        """Let pass what an answer takes to come in: what is read comes at the download rate."""
        if self.access_download_bps:
            loads, here = asm.label(), asm.label()
            for operation in (Operation.READ, Operation.STATIC):
                asm.branch_operation(operation, loads)
            asm.jump(here)
            asm.place(loads)
            asm.hold(
                asm.distribution("download", _BITS_PER_BYTE / self.access_download_bps),
                "download",
                HoldMode.PER_BYTE,
            )
            asm.place(here)
        self._stamp_delay(asm)

    def _stamp_delay(self, asm: NodeAssembler) -> None:
        if self.access_delay_mean_s:
            shape = Shape.LOGNORMAL if self.access_delay_cv else Shape.CONSTANT
            delay = asm.distribution("access_delay", self.access_delay_mean_s, shape, self.access_delay_cv)
            asm.delay(delay, "access network")
