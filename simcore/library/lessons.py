"""What a scenario of the library teaches: techniques that a person applies by one click each, and what they change.

Every claim is an experiment: the same seeds run without and with only its technique, and each run's measure has to be in
the range that the claim names. What a person reads as "before" and "after" are the means of those runs, never typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from simcore.limits import FAULT_TIME_S_MAX
from simcore.scenario.document import Frozen

#: Seeds that every claim has to hold for.
SEEDS = (1, 2, 3, 4, 5)

MeasureName = Literal[
    "failed_ratio",
    "latency_p50_s",
    "latency_mean_s",
    "latency_p99_s",
    "throughput_rps",
    "arrival_rate_rps",
    "tries_ratio",
    "stale_reads",
    "lost_writes",
    "diverged_writes",
    "cost_usd_per_h",
    "utilization_ratio",
    "busiest_shard_ratio",
    "hit_ratio",
    "queue_length",
    "lost_messages",
    "redelivered",
    "dead_letters",
    "duplicates",
    "instances",
    "moved_keys",
]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that claims are about: its English name, its unit, and the summary's field it is read from."""

    title: str
    unit: Literal["ratio", "s", "1/s", "count", "USD/h"]
    field: str


MEASURES: Mapping[str, Measure] = {
    "failed_ratio": Measure("Failed requests", "ratio", "failed"),
    "latency_p50_s": Measure("Median response time", "s", "latency_p50_s"),
    "latency_mean_s": Measure("Mean response time", "s", "latency_mean_s"),
    "latency_p99_s": Measure("Response time p99", "s", "latency_p99_s"),
    "throughput_rps": Measure("Answered requests", "1/s", "throughput_rps"),
    "arrival_rate_rps": Measure("Requests received", "1/s", "offered"),
    "tries_ratio": Measure("Tries per request", "count", "retry_amplification_ratio"),
    "stale_reads": Measure("Stale reads", "count", "stale_reads"),
    "lost_writes": Measure("Lost writes", "count", "lost_writes"),
    "diverged_writes": Measure("Diverged writes", "count", "diverged_writes"),
    "cost_usd_per_h": Measure("Cost", "USD/h", "cost_usd_per_h"),
    "utilization_ratio": Measure("Utilisation", "ratio", "utilization_ratio"),
    "busiest_shard_ratio": Measure("Utilisation of the busiest shard", "ratio", "shard_utilization_ratios"),
    "hit_ratio": Measure("Hit ratio", "ratio", "hit_ratio"),
    "queue_length": Measure("Waiting messages", "count", "queue_length"),
    "lost_messages": Measure("Lost messages", "count", "lost"),
    "redelivered": Measure("Messages delivered again", "count", "redelivered"),
    "dead_letters": Measure("Dead letters", "count", "dead_letters"),
    "duplicates": Measure("Jobs done twice", "count", "duplicates"),
    "instances": Measure("Instances", "count", "instances"),
    "moved_keys": Measure("Records moved", "count", "keys_moved"),
}

Bound = float | None

#: For each technique, for each of its claims: the means without and with it.
Measured = tuple[tuple[tuple[float, float], ...], ...]


class Published(Frozen):
    """A figure that was published about the real incident."""

    value: float
    source: str


class Claim(Frozen):
    """What one measure is without and with the technique, in a window of simulated time.

    Attributes
    ----------
    node_id, request_class : whose measure it is; of the whole run when neither is given.
    without, technique : least and greatest value, inclusive; null leaves an end open.
    """

    measure: MeasureName
    node_id: str | None = None
    request_class: str | None = None
    from_s: float = Field(ge=0, le=FAULT_TIME_S_MAX)
    until_s: float = Field(gt=0, le=FAULT_TIME_S_MAX)
    without: tuple[Bound, Bound]
    technique: tuple[Bound, Bound]
    published: Published | None = None

    def read(self, summary: Mapping[str, Any]) -> float:
        """Return the measure from the summary of the window; NaN when it is not defined there."""
        if self.node_id is not None:
            counts = summary["nodes"][self.node_id]
        else:
            counts = summary["classes"][self.request_class] if self.request_class else summary["totals"]
        value = counts[MEASURES[self.measure].field]
        if self.measure == "failed_ratio":
            ended = counts["failed"] + counts["completed"]
            return float(value / ended) if ended else float("nan")
        if self.measure == "arrival_rate_rps":
            return float(value / summary["measured_s"])
        if self.measure == "busiest_shard_ratio":
            return float(max(value))
        return float("nan") if value is None else float(value)


class Technique(Frozen):
    """What a person may do about the problem: changes of a running scenario, under an English name."""

    title: str
    changes: tuple[dict[str, Any], ...]
    claims: tuple[Claim, ...] = Field(min_length=1)
    at_s: float = Field(default=0.0, ge=0, le=FAULT_TIME_S_MAX)

    def windows(self) -> list[tuple[float, float]]:
        """Return the windows that are measured, in order of time; no two overlap."""
        return sorted({(claim.from_s, claim.until_s) for claim in self.claims})

    def to_json(self, measured: Sequence[tuple[float, float]]) -> dict[str, Any]:
        """Return the technique as the browser gets it, each claim with what was measured."""
        return {
            "title": self.title,
            "changes": [dict(change) for change in self.changes],
            "claims": [
                {
                    "measure": claim.measure,
                    "title": MEASURES[claim.measure].title,
                    "unit": MEASURES[claim.measure].unit,
                    "node_id": claim.node_id,
                    "request_class": claim.request_class,
                    "from_s": claim.from_s,
                    "until_s": claim.until_s,
                    "without": without,
                    "technique": technique,
                    "published": claim.published and claim.published.value,
                    "published_source": claim.published and claim.published.source,
                }
                for claim, (without, technique) in zip(self.claims, measured, strict=True)
            ],
        }


class Happening(Frozen):
    """What comes about in every run of the story: changes of the drawing at a time, under an English name."""

    title: str
    changes: tuple[dict[str, Any], ...]
    at_s: float = Field(ge=0, le=FAULT_TIME_S_MAX)

    def to_json(self) -> dict[str, Any]:
        """Return it as the browser gets it."""
        return {"title": self.title, "changes": [dict(change) for change in self.changes], "at_s": self.at_s}


class Source(Frozen):
    """Where a story can be read."""

    title: str
    url: str


class Lesson(Frozen):
    """The teaching part of a scenario.

    Attributes
    ----------
    topic : row of the notes that it belongs to, such as "4b"; empty for others.
    happening : what is changed in the runs without a technique, too; a planned fault is part of the document instead.
    techniques : each of them cures the problem by itself; the first is the one that the story is about.
    """

    topic: str = ""
    happening: Happening | None = None
    techniques: tuple[Technique, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = ()

    def to_json(self, measured: Measured) -> dict[str, Any]:
        """Return the lesson as the browser gets it, with what was measured for each technique."""
        return {
            "topic": self.topic,
            "happening": self.happening and self.happening.to_json(),
            "techniques": [
                technique.to_json(pairs) for technique, pairs in zip(self.techniques, measured, strict=True)
            ],
            "sources": [source.model_dump() for source in self.sources],
        }


def is_within(value: float, bounds: tuple[float | None, float | None]) -> bool:
    """Tell whether a measured value is inside a claim's range; what is not a number never is."""
    least, greatest = bounds
    return (least is None or value >= least) and (greatest is None or value <= greatest) and value == value
