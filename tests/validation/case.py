"""What a case is: a system, what theory says of it, how to measure it, and how far off it may be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

import numpy as np

from simcore import Simulation
from simcore.metrics.histogram import bin_edges
from tests.scenarios import Json, start
from tests.validation.statistics import half_width

#: Every case is run with each of these.
SEEDS = (1, 2, 3)
BATCHES = 20
#: What is shown.
CONFIDENCE = 0.99
#: What decides: so many figures are compared that, of 99 % intervals, several must miss the truth. With this
#: confidence (Bonferroni's correction for a thousand comparisons) a page without any miss has a probability of 99 %.
DECIDING_CONFIDENCE = 1 - 0.01 / 1000

#: However short a run is, it starts with this share of the full warm-up.
SHORTEST_WARM_UP = 0.3

Measure = Callable[[Json], float]


def left_alone(simulation: Simulation) -> None:
    """Change nothing before a run."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """A percentile of the time from arrival to answer, over all batches together: those of short batches are too low."""

    level: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that a run gave, and independent samples of it; a single sample is certain."""

    value: float
    samples: tuple[float, ...] = ()

    def half_width(self, confidence: float = CONFIDENCE) -> float:
        """Return the half-width of the confidence interval."""
        return half_width(self.samples, confidence)


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run of a case gave, by measure, and how many requests that took."""

    estimates: Mapping[str, Estimate]
    requests: int


#: (seed, effort) -> what was seen. The effort is 1 on the page and less in quick checks; it scales the length of runs.
Experiment = Callable[[int, float], Observation]


@dataclass(frozen=True, slots=True)
class Expected:
    """What theory says of one measure.

    Attributes
    ----------
    within : the greatest error that is accepted of a run of full length, as a share of the value.
    bias : how far off theory itself may be (an approximation, a limit that a finite system only approaches), likewise.
    absolute : the two are in the unit of the value itself instead, as is usual for hit ratios.
    """

    value: float
    within: float
    bias: float = 0.0
    absolute: bool = False

    @property
    def scale(self) -> float:
        """What `within` and `bias` are multiples of."""
        return 1.0 if self.absolute else abs(self.value)


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table; `public` ones come from cases.json, the others are our own."""

    id: str
    system: str
    korean: str
    source: str
    expected: Mapping[str, Expected]
    experiment: Experiment
    public: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """One measure of one run, held to the truth."""

    case: Case
    measure: str
    seed: int
    requests: int
    estimate: Estimate
    effort: float = 1.0

    @property
    def expected(self) -> Expected:
        """What theory says."""
        return self.case.expected[self.measure]

    @property
    def error_ratio(self) -> float:
        """Simulated over expected, minus one; the difference where the expected value is zero."""
        difference = self.estimate.value - self.expected.value
        return difference / abs(self.expected.value) if self.expected.value else difference

    @property
    def is_inside(self) -> bool:
        """Whether the 99 % interval, widened by theory's own error, has the truth in it."""
        return self._misses_by(CONFIDENCE) <= 0

    @property
    def passed(self) -> bool:
        """Whether the figure is compatible with theory, and precise enough to mean anything."""
        return self.reason == ""

    @property
    def reason(self) -> str:
        """Why it did not pass."""
        expected = self.expected
        limit = expected.within * expected.scale / math.sqrt(min(self.effort, 1.0))
        found = f"{self.measure} = {self.estimate.value:.6g} ± {self.estimate.half_width():.2g}"
        if not math.isfinite(self.estimate.value):
            return f"{found} is no number"
        if self._misses_by(DECIDING_CONFIDENCE) > 0:
            return f"{found} is not {expected.value:.6g}"
        if abs(self.estimate.value - expected.value) > limit:
            return f"{found} is further than {limit:.2g} from {expected.value:.6g}"
        return ""

    def _misses_by(self, confidence: float) -> float:
        expected = self.expected
        margin = self.estimate.half_width(confidence) + expected.bias * expected.scale
        # Figures are rounded to six digits before they get here.
        return abs(self.estimate.value - expected.value) - margin - 1e-6 * abs(expected.value)


def judge(case: Case, seed: int, effort: float = 1.0) -> list[Verdict]:
    """Run a case once and hold each of its measures to the truth."""
    observation = case.experiment(seed, effort)
    missing = set(case.expected) - set(observation.estimates)
    assert not missing, f"{case.id} does not measure {missing}"
    return [
        Verdict(case, measure, seed, observation.requests, observation.estimates[measure], effort)
        for measure in case.expected
    ]


@dataclass(frozen=True, slots=True)
class Steady:
    """An experiment on a system in its steady state: a warm-up, then batches one after the other."""

    document: Json
    duration_s: float
    measures: Mapping[str, Measure | Quantile]
    warm_up_s: float
    #: Changes that are made at the start, such as faults.
    prepare: Callable[[Simulation], object] = field(default=left_alone)

    def __call__(self, seed: int, effort: float) -> Observation:
        """Run it: BATCHES batches in `duration_s` × effort."""
        simulation = start(self.document, seed=seed)
        self.prepare(simulation)
        warm_up_s = self.warm_up_s * min(max(effort, SHORTEST_WARM_UP), 1.0)
        simulation.advance(warm_up_s)
        samples: dict[str, list[float]] = {name: [] for name in self.measures}
        counts = np.zeros(len(bin_edges()) - 1)
        requests = 0
        for number in range(1, BATCHES + 1):
            simulation.reset_statistics()
            simulation.advance(warm_up_s + self.duration_s * effort * number / BATCHES)
            summary = simulation.summary()
            batch = latency_counts(simulation)
            counts += batch
            requests += summary["totals"]["offered"]
            for name, measure in self.measures.items():
                samples[name].append(
                    quantile(batch, measure.level) if isinstance(measure, Quantile) else measure(summary)
                )
        assert simulation.check_state() == []
        return Observation(
            {
                name: Estimate(
                    quantile(counts, measure.level)
                    if isinstance(measure, Quantile)
                    else fmean(samples[name]),
                    tuple(samples[name]),
                )
                for name, measure in self.measures.items()
            },
            requests,
        )


def steady(
    document: Json,
    requests: int,
    measures: Mapping[str, Measure | Quantile],
    *,
    rate_rps: float | None = None,
    warm_up: float = 0.1,
    prepare: Callable[[Simulation], object] = left_alone,
) -> Steady:
    """Return the experiment that measures about so many requests, after a share of them as warm-up."""
    rate = rate_rps or sum(
        node["parameters"]["arrival_rate_rps"]
        for node in document["nodes"]
        if "arrival_rate_rps" in node["parameters"]
    )
    return Steady(document, requests / rate, measures, warm_up * requests / rate, prepare)


def replicated(run_once: Callable[[int], Mapping[str, float]], count: int, requests: int) -> Experiment:
    """Return the experiment that repeats a whole run with other seeds: for what happens once per run."""

    def experiment(seed: int, effort: float) -> Observation:
        repeats = max(round(count * effort), 2)
        runs = [run_once(1000 * seed + number) for number in range(repeats)]
        columns = {name: tuple(float(run[name]) for run in runs) for name in runs[0]}
        return Observation(
            {name: Estimate(fmean(column), column) for name, column in columns.items()}, requests * repeats
        )

    return experiment


def certain(values: Mapping[str, float]) -> Mapping[str, Estimate]:
    """Return figures that have no chance in them."""
    return {name: Estimate(float(value)) for name, value in values.items()}


def latency_counts(simulation: Simulation) -> Any:
    """Return how many answers since the last reset took how long, by bin of the histogram, for all classes."""
    rows = simulation._state.classes["meter"].astype(np.int64)
    return simulation._observer._histograms.total(simulation._state, rows)


def quantile(counts: Any, level: float) -> float:
    """Return a percentile of a histogram, on the straight line through its bin."""
    below = np.concatenate([[0.0], np.cumsum(counts)])
    return float(np.interp(level * below[-1], below, bin_edges()))


def batches_of(values: Sequence[float]) -> tuple[float, ...]:
    """Return the means of BATCHES equal runs of consecutive values: nearly independent samples."""
    size = len(values) // BATCHES
    return tuple(fmean(values[number * size : (number + 1) * size]) for number in range(BATCHES))
