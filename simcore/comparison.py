"""Two designs, or one with a change, on the same seeds: what differs, and how sure that is.

A seed fixes when people send requests and which keys they ask for, whatever the design behind them is like. Each seed
therefore gives a *pair* of runs, and what is left in the differences of pairs is what the designs do differently.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from simcore.metrics.intervals import student_t
from simcore.observe.counts import rounded
from simcore.scenario.document import Scenario
from simcore.simulation import Simulation

#: What is compared of the whole system, in this order, and the summary's field each is read from.
MEASURES = (
    "throughput_rps",
    "failed_ratio",
    "latency_mean_s",
    "latency_p50_s",
    "latency_p99_s",
    "cost_usd_per_h",
)
#: What is drawn over time.
SERIES = ("throughput_rps", "failed_rps", "latency_p99_s")
#: A run is cut into so many windows of equal length.
POINTS = 60

Number = float | None


@dataclass(frozen=True, slots=True)
class Replicate:
    """One run of one design.

    Attributes
    ----------
    offered : requests that people sent after the warm-up.
    measures : of the time after the warm-up, by the names of `MEASURES`; None where nothing was measured.
    utilization_ratios : of that time, by node.
    series : `POINTS` windows of the whole run, by the names of `SERIES`.
    """

    offered: int
    measures: Mapping[str, Number]
    utilization_ratios: Mapping[str, Number]
    series: Mapping[str, Sequence[Number]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one measure is in both designs, second less first; the interval holds the true difference in 95 of 100 cases.

    `half_width` is None when there are fewer than two pairs. `is_clear` tells whether the interval is on one side of zero.
    """

    measure: str
    first: Number
    second: Number
    difference: Number
    half_width: Number

    @property
    def is_clear(self) -> bool:
        """Tell whether chance alone hardly explains the difference."""
        if self.difference is None or self.half_width is None:
            return False
        return abs(self.difference) > self.half_width

    def to_json(self) -> dict[str, Any]:
        """Return the same with numbers of six significant digits."""
        numbers = (self.first, self.second, self.difference, self.half_width)
        names = ("first", "second", "difference", "half_width")
        return {
            "measure": self.measure,
            **{
                name: value if value is None else rounded(value)
                for name, value in zip(names, numbers, strict=True)
            },
            "is_clear": self.is_clear,
        }


class Run:
    """A run of one design that is advanced window by window, so that whoever waits can be told, and can give up.

    Parameters
    ----------
    duration_s, warm_up_s : simulated seconds of the whole run and of its beginning that no measure counts; the latter
        ends with a window.
    """

    def __init__(self, scenario: Scenario, *, seed: int, duration_s: float, warm_up_s: float) -> None:
        if not 0.0 <= warm_up_s <= duration_s * (1 - 1 / POINTS):
            raise ValueError("the warm-up must end before the run's last window")
        self._simulation = Simulation(scenario, seed=seed)
        self._duration_s = duration_s
        self._warm_up_windows = math.ceil(warm_up_s / duration_s * POINTS)
        self._frames: list[dict[str, Any]] = []

    def windows(self) -> Iterator[int]:
        """Advance; yields the number of windows done after each of the `POINTS`."""
        simulation = self._simulation
        for done in range(1, POINTS + 1):
            simulation.advance(self._duration_s * done / POINTS)
            self._frames.append(simulation.frame()["totals"])
            if done == self._warm_up_windows:
                simulation.reset_statistics()
            yield done

    def replicate(self) -> Replicate:
        """Return what was measured."""
        summary = self._simulation.summary()
        totals = summary["totals"]
        ended = totals["completed"] + totals["failed"]
        failed_ratio = totals["failed"] / ended if ended else None
        return Replicate(
            totals["offered"],
            {name: failed_ratio if name == "failed_ratio" else totals[name] for name in MEASURES},
            {name: node.get("utilization_ratio") for name, node in summary["nodes"].items()},
            {name: [frame[name] for frame in self._frames] for name in SERIES},
        )


def differences(first: Sequence[Replicate], second: Sequence[Replicate]) -> list[Difference]:
    """Return the differences of paired runs, `first[i]` and `second[i]` being of the same seed, for each of `MEASURES`."""
    return [
        _difference(name, [run.measures[name] for run in first], [run.measures[name] for run in second])
        for name in MEASURES
    ]


def utilizations(first: Sequence[Replicate], second: Sequence[Replicate]) -> list[Difference]:
    """Return the same for the utilisation of each node of either design; `measure` is the node."""
    nodes = dict.fromkeys([*first[0].utilization_ratios, *second[0].utilization_ratios])
    found = [
        _difference(
            node,
            [run.utilization_ratios.get(node) for run in first],
            [run.utilization_ratios.get(node) for run in second],
        )
        for node in nodes
    ]
    return [each for each in found if each.first is not None or each.second is not None]


def mean_series(runs: Sequence[Replicate]) -> dict[str, list[Number]]:
    """Return each series as the mean of the runs, window by window."""
    return {
        name: [_mean(window) for window in zip(*(run.series[name] for run in runs), strict=True)]
        for name in SERIES
    }


def _difference(measure: str, first: Sequence[Number], second: Sequence[Number]) -> Difference:
    pairs = [
        (one, other)
        for one, other in zip(first, second, strict=True)
        if one is not None and other is not None
    ]
    apart = [other - one for one, other in pairs]
    half_width = None
    if len(apart) > 1:
        half_width = student_t(len(apart) - 1) * stdev(apart) / math.sqrt(len(apart))
    return Difference(measure, _mean(first), _mean(second), _mean(apart), half_width)


def _mean(values: Sequence[Number]) -> Number:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


class Comparison:
    """Runs two designs on the same seeds, one window at a time.

    Parameters
    ----------
    designs : the first and the second.
    seeds : one pair of runs for each.
    duration_s, warm_up_s : see `Run`.
    """

    def __init__(self, *designs: Scenario, seeds: Sequence[int], duration_s: float, warm_up_s: float) -> None:
        self._first, self._second = designs
        self._seeds = seeds
        self._times = {"duration_s": duration_s, "warm_up_s": warm_up_s}
        self._done: tuple[list[Replicate], list[Replicate]] = ([], [])

    @property
    def steps(self) -> int:
        """How many steps there are in all."""
        return 2 * len(self._seeds) * POINTS

    def work(self) -> Iterator[int]:
        """Run everything; yields the number of steps done after each."""
        before = 0
        for seed in self._seeds:
            for design, done in zip((self._first, self._second), self._done, strict=True):
                run = Run(design, seed=seed, **self._times)
                for windows in run.windows():
                    yield before + windows
                before += POINTS
                done.append(run.replicate())

    def to_json(self) -> dict[str, Any]:
        """Return what was found, once all work is done; `offered` are the requests of each pair."""
        first, second = self._done
        return {
            "seeds": list(self._seeds),
            **self._times,
            "window_s": self._times["duration_s"] / POINTS,
            "offered": [[one.offered, other.offered] for one, other in zip(first, second, strict=True)],
            "measures": [difference.to_json() for difference in differences(first, second)],
            "utilizations": [difference.to_json() for difference in utilizations(first, second)],
            "series": [mean_series(first), mean_series(second)],
        }
