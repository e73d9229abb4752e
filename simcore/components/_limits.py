"""Limits of what each user may ask for, which several kinds have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.call_words import GateKind
from simcore.components.base import Component
from simcore.params import param

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class UserLimited(Component):
    """A component that lets each user have only so many requests per second."""

    user_limit_rps: float = param(
        0.0,
        label="Limit of each user",
        unit="1/s",
        ge=0,
        le=1_000_000,
        group="limit",
        help="Requests per second that each user may send in the long run, by a token bucket for everybody. 0 sets no limit.",
        source="Our suggestion; Amazon API Gateway: usage plans set a rate and a burst for each client",
        moves="failed down",
    )
    user_burst: int = param(
        10,
        label="Burst of each user",
        ge=1,
        le=1_000_000,
        group="limit",
        help="Requests that a user may send at once after a quiet time.",
        source="Our suggestion; Amazon API Gateway: usage plans set a rate and a burst for each client",
        moves="failed down",
    )

    def within_limits(self, offered_rps: float, people_count: int, limit_rps: float) -> float:
        """Return the share of the requests that is within the limit of all and of each user, all alike, in the long run."""
        allowed_rps = self.user_limit_rps * people_count or limit_rps
        return min(1.0, min(allowed_rps, limit_rps) / offered_rps) if offered_rps else 1.0

    def stamp_user_limit(self, asm: NodeAssembler) -> None:
        """Let a request through if its user has a token left; otherwise it fails."""
        if self.user_limit_rps:
            asm.gate_of_user(
                asm.limiter(
                    "user limit",
                    GateKind.TOKEN_BUCKET,
                    rate_rps=self.user_limit_rps,
                    burst=self.user_burst,
                    of_each_user=True,
                )
            )
