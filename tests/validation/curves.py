"""Whole curves instead of single figures: what a system does as its load, its size or time goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simcore.analysis.theory.caches import fifo_hit_ratio, lru_hit_ratio, zipf
from simcore.analysis.theory.stations import mmc
from tests.theory.oracle import single_station
from tests.validation.case import Steady, steady
from tests.validation.cases.caches import cache_aside
from tests.validation.measures import hit_ratio, wait
from tests.validation.plots import Axis, Series, plot

#: English and Korean.
Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One series of a figure in both languages."""

    name: Texts
    points: Sequence[tuple[float, float]]
    errors: Sequence[float] = ()
    marks: bool = False
    color: int = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One plot with its explanation."""

    name: str
    title: Texts
    text: Texts
    x: tuple[Texts, float, float, bool]
    y: tuple[Texts, float, float, bool]
    lines: Sequence[Line]

    def draw(self, *, korean: bool) -> str:
        """Return the plot as SVG text."""
        series = [
            Series(line.name[korean], line.points, line.errors, line.marks, line.color, line.dashed)
            for line in self.lines
        ]
        x, y = (Axis(texts[korean], low, high, log) for texts, low, high, log in (self.x, self.y))
        return plot(self.title[korean], x, y, series)


def waiting(effort: float) -> Figure:
    """Return the mean wait of M/M/c over the load, in service times."""
    lines = []
    for color, servers in enumerate((1, 4, 16)):
        loads = np.linspace(0.1, 0.96, 44)
        curve = [(float(load), mmc(load * servers, 1.0, servers).wait_mean_s) for load in loads]
        points, errors = [], []
        for load in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
            experiment = steady(
                single_station(load * servers, servers=servers), 2_000_000, {"wait_mean_s": wait()}
            )
            estimate = experiment(1, effort).estimates["wait_mean_s"]
            points.append((load, estimate.value))
            errors.append(estimate.half_width())
        lines += [
            Line((f"Erlang C, c = {servers}", f"얼랑 C, c = {servers}"), curve, color=color),
            Line(
                (f"simulated, c = {servers}", f"시뮬레이션, c = {servers}"),
                points,
                errors,
                marks=True,
                color=color,
            ),
        ]
    return Figure(
        "waiting",
        ("M/M/c: mean wait over load", "M/M/c: 부하에 따른 평균 대기 시간"),
        (
            "Waiting time against load: the queue explodes near saturation, later with more servers.",
            "부하에 따른 대기 시간: 포화에 가까워지면 대기열이 폭발하며, 서버가 많을수록 늦게 시작됩니다.",
        ),
        (("load", "부하"), 0.0, 1.0, False),
        (("mean wait / service time", "평균 대기 시간 ÷ 서비스 시간"), 0.001, 100.0, True),
        lines,
    )


def hits(effort: float) -> Figure:
    """Return the hit ratio of LRU and FIFO caches over their size."""
    popularity = zipf(10_000, 0.9)
    lines = []
    forms = {"lru": (0, lru_hit_ratio), "fifo": (1, fifo_hit_ratio)}
    for policy, (color, form) in forms.items():
        sizes = [round(10 ** (1 + 0.1 * step)) for step in range(30)]
        curve = [(float(size), form(popularity, size)) for size in sizes]
        points, errors = [], []
        for size in (10, 30, 100, 300, 1000, 3000, 6000):
            cache = {"capacity_entries": size, "eviction_policy": policy}
            experiment: Steady = steady(
                cache_aside(cache, key_count=10_000, zipf_exponent=0.9),
                500_000,
                {"hit_ratio": hit_ratio()},
                warm_up=0.3,
            )
            estimate = experiment(1, effort).estimates["hit_ratio"]
            points.append((float(size), estimate.value))
            errors.append(estimate.half_width())
        name = policy.upper()
        lines += [
            Line((f"Che, {name}", f"Che 근사, {name}"), curve, color=color),
            Line((f"simulated, {name}", f"시뮬레이션, {name}"), points, errors, marks=True, color=color),
        ]
    return Figure(
        "hits",
        (
            "Hit ratio over cache size, 10,000 keys, Zipf 0.9",
            "캐시 크기에 따른 적중률, 키 10,000개, Zipf 0.9",
        ),
        (
            "Hit ratios come from real keys in a real replacement policy; Che's approximation only has the popularity.",
            "적중률은 실제 교체 정책이 실제 키를 다룬 결과이고, Che 근사는 키의 인기만으로 계산한 값입니다.",
        ),
        (("entries", "항목 수"), 10.0, 10_000.0, True),
        (("hit ratio", "적중률"), 0.0, 1.0, False),
        lines,
    )


FIGURES: tuple[Callable[[float], Figure], ...] = (waiting, hits)
