"""Two designs on the same seeds."""

import math

import pytest

from simcore import comparison, parse
from simcore.comparison import Replicate
from simcore.metrics.intervals import student_t
from tests.scenarios import Json, draw
from tests.validation.statistics import student_t_quantile

SEEDS = (1, 2, 3, 4, 5)


def servers(count: int) -> Json:
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 90.0}),
            "web": (
                "web_server",
                {
                    "instance_count": count,
                    "worker_count": 1,
                    "service_time_mean_s": 0.01,
                    "queue_capacity": 10_000,
                },
            ),
        },
        "users>web",
    )


def replicates(document: Json, *, duration_s: float = 20.0) -> list[Replicate]:
    scenario = parse(document).scenario
    assert scenario is not None
    found = []
    for seed in SEEDS:
        run = comparison.Run(scenario, seed=seed, duration_s=duration_s, warm_up_s=duration_s / 10)
        assert list(run.windows()) == list(range(1, comparison.POINTS + 1))
        found.append(run.replicate())
    return found


def test_the_same_design_differs_in_nothing() -> None:
    runs = replicates(servers(1))
    for difference in [*comparison.differences(runs, runs), *comparison.utilizations(runs, runs)]:
        assert difference.difference == 0.0
        assert difference.half_width == 0.0
        assert not difference.is_clear


def test_both_designs_meet_the_same_requests_and_the_better_one_is_clearly_better() -> None:
    one, two = replicates(servers(1)), replicates(servers(2))
    assert [run.offered for run in one] == [run.offered for run in two]
    found = {difference.measure: difference for difference in comparison.differences(one, two)}
    tail, throughput = found["latency_p99_s"], found["throughput_rps"]
    assert tail.is_clear
    assert tail.difference is not None
    assert tail.difference < 0
    # The lone server is busy for 0.9 of the time and keeps up all the same.
    assert throughput.difference == pytest.approx(0.0, abs=0.5)
    busy = next(item for item in comparison.utilizations(one, two) if item.measure == "web")
    assert busy.first == pytest.approx(0.9, abs=0.05)
    assert busy.second == pytest.approx(0.45, abs=0.03)


def test_the_interval_is_that_of_paired_differences() -> None:
    first = [_with_p99(value) for value in (1.0, 2.0, 3.0)]
    second = [_with_p99(value) for value in (1.5, 2.4, 3.6)]
    tail = next(item for item in comparison.differences(first, second) if item.measure == "latency_p99_s")
    assert tail.difference == pytest.approx(0.5)
    # The runs differ by 1 from seed to seed, the pairs by 0.1: t(2) x 0.1 / sqrt(3).
    assert tail.half_width == pytest.approx(4.303 * 0.1 / math.sqrt(3), rel=1e-3)
    assert tail.is_clear


def test_one_pair_has_no_interval_and_a_missing_value_no_difference() -> None:
    lone = comparison.differences([_with_p99(1.0)], [_with_p99(2.0)])
    assert all(item.half_width is None and not item.is_clear for item in lone)
    missing = comparison.differences([_with_p99(None)] * 2, [_with_p99(2.0)] * 2)
    tail = next(item for item in missing if item.measure == "latency_p99_s")
    assert (tail.first, tail.second, tail.difference) == (None, 2.0, None)


def test_series_cover_the_whole_run() -> None:
    runs = replicates(servers(1))
    series = comparison.mean_series(runs)
    assert {name: len(values) for name, values in series.items()} == dict.fromkeys(
        comparison.SERIES, comparison.POINTS
    )
    mean = sum(value for value in series["throughput_rps"] if value is not None) / comparison.POINTS
    assert mean == pytest.approx(90.0, rel=0.05)


def test_a_warm_up_leaves_something_to_measure() -> None:
    scenario = parse(servers(1)).scenario
    assert scenario is not None
    with pytest.raises(ValueError, match="warm-up"):
        comparison.Run(scenario, seed=1, duration_s=10.0, warm_up_s=10.0)


@pytest.mark.parametrize("degrees", range(1, 12))
def test_students_quantile(degrees: int) -> None:
    assert student_t(degrees) == pytest.approx(student_t_quantile(0.95, degrees), rel=2e-3)


def _with_p99(value: float | None) -> Replicate:
    measures: dict[str, float | None] = dict.fromkeys(comparison.MEASURES, 1.0)
    return Replicate(1, measures | {"latency_p99_s": value}, {}, {})
