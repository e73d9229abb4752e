"""The shapes of what a comparison of two designs answers."""

from __future__ import annotations

from typing_extensions import TypedDict

from playground.bodies import ErrorBody


class MeasuredDifference(TypedDict):
    """One measure in both designs, second less first, with the half width of its 95 % interval."""

    measure: str
    first: float | None
    second: float | None
    difference: float | None
    half_width: float | None
    is_clear: bool


class ComparisonSeries(TypedDict):
    """Means over the runs, one per window."""

    throughput_rps: list[float | None]
    failed_rps: list[float | None]
    latency_p99_s: list[float | None]


class ComparisonResult(TypedDict):
    """What two designs did on the same seeds; `utilizations` are by node, `series` those of the first and the second."""

    seeds: list[int]
    duration_s: float
    warm_up_s: float
    window_s: float
    offered: list[tuple[int, int]]
    measures: list[MeasuredDifference]
    utilizations: list[MeasuredDifference]
    series: tuple[ComparisonSeries, ComparisonSeries]


class ComparisonProgress(TypedDict):
    """How much of a comparison is done."""

    done_ratio: float


class ComparisonDone(TypedDict):
    """What a comparison found."""

    result: ComparisonResult


#: One line of the answer to a comparison; an error ends it.
ComparisonLine = ComparisonProgress | ComparisonDone | ErrorBody
