"""How keys are placed on several targets: choices and parameters that several kinds have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simcore.components.base import Component
from simcore.params import param
from simcore.program import Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target

PLACEMENT_LABELS = {
    "key_hash": "Hash of the key (rendezvous)",
    "modulo": "Hash modulo the number of targets",
    "range": "Key ranges",
    "ring": "Hash ring",
    "ring_bounded": "Hash ring with bounded loads",
}


class Placing(Component):
    """A component that sends each key to the target where it belongs."""

    virtual_node_count: int = param(
        100,
        label="Virtual nodes",
        ge=1,
        le=1000,
        group="placement",
        help="Places on the hash ring of a target with weight 1; the more, the more even the shares. Used by the hash ring.",
        source="Karger et al. 1997: shares vary by 1 / sqrt(virtual nodes); Ketama places 100 to 200 per server",
        moves="imbalance down",
    )
    load_bound_factor: float = param(
        1.25,
        label="Load bound",
        ge=1,
        le=100,
        group="placement",
        help="A target with more than this multiple of the mean number of open requests is passed over. Used by bounded loads.",
        source="HAProxy configuration manual: hash-balance-factor, recommended 125 to 200 %",
        moves="imbalance up",
    )

    def place(
        self, asm: NodeAssembler, name: str, targets: Sequence[Target], policy: str, *, cluster: int = -1
    ) -> int:
        """Declare a group of targets that calls choose from by any routing policy, those that place keys included."""
        ring = (self.virtual_node_count, self.load_bound_factor)
        return asm.group(name, targets, Routing[policy.upper()], cluster=cluster, ring=ring)
