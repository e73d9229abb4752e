"""What components say about themselves to those who reckon before a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simcore.program import Eviction


@dataclass(frozen=True, slots=True)
class Shard:
    """One of the independent clusters that have a caller's records: who answers its reads, who takes its writes.

    `asked` is the member that a question to all shards goes to.
    """

    readers: tuple[str, ...]
    writers: tuple[str, ...]
    asked: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What a component remembers by key, for the preview of its hit ratio. `ttl_s` is infinite without a time to live.

    With a capacity in bytes the sizes count; `operations` are those whose answers it keeps, and who `forgets_written`
    forgets what is written through it.
    """

    capacity_entries: float
    ttl_s: float
    sliding: bool = False
    eviction: Eviction = Eviction.LRU
    capacity_bytes: float = math.inf
    operations: tuple[str, ...] = ("read",)
    forgets_written: bool = False


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """Mean time in service (s), infinite for what never breaks, and mean time under repair (s)."""

    mtbf_s: float
    mttr_s: float

    @property
    def down_ratio(self) -> float:
        """Share of time under repair (renewal theory)."""
        return self.mttr_s / (self.mtbf_s + self.mttr_s) if math.isfinite(self.mtbf_s) else 0.0


#: What is assumed of machines of which nothing is set, as their parameters suggest.
USUAL_BREAKDOWNS = Breakdowns(4380 * 3600.0, 120.0)
