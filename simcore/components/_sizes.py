"""The ladder of machines: how large one can be, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from simcore.components._prices import Priced
from simcore.components._processing import Cored
from simcore.limits import KEYS_MAX
from simcore.params import param

_GIB = 2.0**30


@dataclass(frozen=True, slots=True)
class Size:
    """A rung of the ladder: its name in the price list, cores, memory (GiB), and USD per hour."""

    name: str
    core_count: int
    memory_gib: int
    hour_usd: float

    @property
    def label(self) -> str:
        """What a menu shows."""
        return f"{self.name} ({self.core_count} vCPU, {self.memory_gib} GiB, {self.hour_usd:g} USD/h)"


SizeName = Literal[
    "custom", "t3_micro", "t3_medium", "m7g_large", "m7g_xlarge", "m7g_2xlarge", "c7g_4xlarge", "c7g_16xlarge",
    "r7i_48xlarge", "u_24tb1",
]  # fmt: skip

#: From the smallest to the largest that can be had: then the ladder ends.
LADDER: Mapping[str, Size] = {
    "t3_micro": Size("t3.micro", 2, 1, 0.0104),
    "t3_medium": Size("t3.medium", 2, 4, 0.0416),
    "m7g_large": Size("m7g.large", 2, 8, 0.0816),
    "m7g_xlarge": Size("m7g.xlarge", 4, 16, 0.1632),
    "m7g_2xlarge": Size("m7g.2xlarge", 8, 32, 0.3264),
    "c7g_4xlarge": Size("c7g.4xlarge", 16, 32, 0.58),
    "c7g_16xlarge": Size("c7g.16xlarge", 64, 128, 2.32),
    "r7i_48xlarge": Size("r7i.48xlarge", 192, 1536, 12.7008),
    "u_24tb1": Size("u-24tb1.112xlarge", 448, 24_576, 218.4),
}


class Rented(Priced):
    """A component on a machine that can be exchanged for a larger one (vertical scaling)."""

    instance_size: SizeName = param(
        "custom",
        label="Machine",
        group="processor",
        choices={"custom": "As set below", **{name: size.label for name, size in LADDER.items()}},
        help="A rented machine: its cores do the work, its memory bounds what is kept in memory, and its price counts, instead of "
        "what is set for these. Workers and threads stay as many as they are, so that beyond as many cores as these a larger machine brings nothing.",
        source="AWS price list, July 2026: EC2 on demand, us-east-1",
        moves={
            **dict.fromkeys(("t3_micro", "t3_medium"), "latency up, cost down"),
            "m7g_large": "latency up",
            **dict.fromkeys(("m7g_xlarge", "m7g_2xlarge"), "latency up, cost up"),
            **dict.fromkeys(("c7g_4xlarge", "c7g_16xlarge", "r7i_48xlarge", "u_24tb1"), "cost up"),
        },
    )

    @property
    def machine(self) -> Size | None:
        """The rented machine, None where its parts are set one by one."""
        return LADDER.get(self.instance_size)

    def hour_usd(self) -> float:
        """Return the price of the machine; one that was bought costs what is set."""
        machine = None if self.bought_count else self.machine
        return machine.hour_usd if machine else self.price_hour_usd


class Sized(Cored, Rented):
    """A component whose work needs the cores of its machine."""

    def cores(self) -> int:
        """Return the cores of the machine, or those that are set; 0 means as many as workers."""
        return self.machine.core_count if self.machine else self.core_count


class Remembering(Rented):
    """A component that keeps entries in the memory of its machine, each command on one of its cores."""

    moves_here: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "instance_size": {
            **dict.fromkeys(("t3_micro", "t3_medium", "m7g_large"), "hit_ratio up, cost down"),
            **dict.fromkeys(
                ("m7g_xlarge", "m7g_2xlarge", "c7g_4xlarge", "c7g_16xlarge", "r7i_48xlarge", "u_24tb1"),
                "hit_ratio up, cost up",
            ),
        },
    }

    entry_bytes: float = param(
        10_000.0,
        label="Size of an entry",
        unit="bytes",
        ge=1,
        le=1e12,
        group="memory",
        help="What each entry takes of the memory of a rented machine, with all that comes with it. So many fit in as the memory "
        "divided by this, instead of what is set. Without a rented machine it changes nothing.",
        source="Our suggestion",
        advanced=True,
        moves="hit_ratio down",
    )

    def room_for(self, entry_count: int) -> int:
        """Return how many entries there is room for; beyond the keys that a scenario may have more of it says nothing."""
        if self.machine is None:
            return entry_count
        return min(int(self.machine.memory_gib * _GIB / self.entry_bytes), KEYS_MAX)

    def running_threads(self, thread_count: int) -> int:
        """Return how many of its threads can run at once."""
        return min(thread_count, self.machine.core_count) if self.machine else thread_count
