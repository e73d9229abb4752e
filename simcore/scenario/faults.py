"""The faults that can be injected, live or on schedule: what they strike and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One fault: English title and help, what it strikes, and its factor's default (None when it has none)."""

    title: str
    help: str
    target: Literal["node", "edge"]
    factor: float | None = None


FAULTS: Mapping[str, FaultSpec] = {
    "crash": FaultSpec(
        "Crash",
        "Refuses at once; requests in service fail, and whatever was only in memory is lost.",
        "node",
    ),
    "hang": FaultSpec(
        "Hang",
        "Accepts requests and never answers until healed, so that callers wait for their own timeout.",
        "node",
    ),
    "slow": FaultSpec("Slow down", "Serves every request slower by a factor.", "node", factor=10.0),
    "partition": FaultSpec(
        "Cut", "Nothing passes this connection; callers wait for their own timeout.", "edge"
    ),
    "delay": FaultSpec(
        "Delay", "The network delay of this connection grows by a factor.", "edge", factor=10.0
    ),
}
