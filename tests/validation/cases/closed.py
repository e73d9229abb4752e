"""Closed populations: people who send, wait for the answer, think, and send again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simcore.analysis.theory.networks import closed_network, closed_network_of_classes
from tests.scenarios import Json, draw
from tests.theory.oracle import PATIENT
from tests.validation.case import Case, Expected, Measure, steady
from tests.validation.cases import PUBLISHED
from tests.validation.cases.networks import PASSER, station
from tests.validation.measures import latency, population, throughput


def people(count: int, think_s: float, **more: object) -> tuple[str, Json]:
    """Return a closed population that thinks for exponential times."""
    return "users", {
        "workload_model": "closed",
        "user_count": count,
        "think_time_mean_s": think_s,
        **PATIENT,
        **more,
    }


def loop(count: int, think_s: float, stations: Mapping[str, tuple[str, Json]], **more: object) -> Json:
    """Return people whose requests visit the stations one after the other."""
    return draw(
        {"users": people(count, think_s, **more), "way": ("web_server", PASSER), **stations},
        "users>way " + " ".join(f"way>{name}" for name in stations),
    )


def one_class(
    case_id: str,
    count: int,
    think_s: float,
    demands_s: Sequence[float],
    servers: Sequence[int],
    **more: object,
) -> Case:
    """Return one population before several stations."""
    names = [f"s-{number}" for number in range(len(demands_s))]
    truth = closed_network(count, think_s, demands_s, servers)
    stations = {
        name: station(*item) for name, item in zip(names, zip(demands_s, servers, strict=True), strict=True)
    }
    measures: dict[str, Measure] = {"throughput_rps": throughput, "latency_mean_s": latency}
    expected = {
        "throughput_rps": Expected(truth.throughput_rps, 0.01),
        "latency_mean_s": Expected(truth.response_s, 0.015),
    }
    if case_id in PUBLISHED:
        rate, response, _ = PUBLISHED[case_id]
        expected = {"throughput_rps": Expected(rate, 0.01), "latency_mean_s": Expected(response, 0.01)}
    for name, value, count_of in zip(names, truth.populations, servers, strict=True):
        measures[f"population_mean:{name}"] = population(count_of, name)
        expected[f"population_mean:{name}"] = Expected(value, 0.02)
    shown = ", ".join(
        f"{1000 * demand:.3g} ms × {number}" for demand, number in zip(demands_s, servers, strict=True)
    )
    return Case(
        case_id,
        f"{count} people, think {think_s} s, stations {shown}",
        f"사용자 {count}명, 생각 시간 {think_s}초, 스테이션 {shown}",
        "mean-value analysis, convolution",
        expected,
        steady(loop(count, think_s, stations, **more), 2_000_000, measures, rate_rps=truth.throughput_rps),
        public=case_id in PUBLISHED,
    )


def two_classes() -> Case:
    """Return two populations that meet at one of three stations."""
    counts, thinks = [20, 8], [0.5, 0.2]
    demands = {"s-0": 0.012, "s-1": 0.02, "s-2": 0.015}
    ways = {"a": ("s-0", "s-1"), "b": ("s-1", "s-2")}
    throughputs, responses = closed_network_of_classes(
        counts,
        thinks,
        [[value if name in way else 0.0 for name, value in demands.items()] for way in ways.values()],
    )
    nodes = {
        f"users-{name}": people(*item)
        for name, item in zip(ways, zip(counts, thinks, strict=True), strict=True)
    }
    wires = " ".join(
        f"users-{name}>way-{name} " + " ".join(f"way-{name}>{stop}" for stop in way)
        for name, way in ways.items()
    )
    document = draw(
        {
            **nodes,
            **{f"way-{name}": ("web_server", PASSER) for name in ways},
            **{name: station(value) for name, value in demands.items()},
        },
        wires,
    )
    expected, measures = {}, {}
    for name, rate, response in zip(ways, throughputs, responses, strict=True):
        edge = f"users-{name}-way-{name}"
        expected[f"throughput_rps:{name}"] = Expected(rate, 0.01)
        expected[f"latency_mean_s:{name}"] = Expected(response, 0.02)
        measures[f"throughput_rps:{name}"] = of_edge(edge, "throughput_rps")
        measures[f"latency_mean_s:{name}"] = of_edge(edge, "latency_mean_s")
    return Case(
        "ClosedMVA-classes",
        "20 people thinking 0.5 s and 8 thinking 0.2 s meet at one station",
        "생각 시간 0.5초인 20명과 0.2초인 8명이 한 스테이션에서 만남",
        "mean-value analysis with two classes",
        expected,
        steady(document, 2_000_000, measures, rate_rps=sum(throughputs)),
        public=False,
    )


def of_edge(edge_id: str, name: str) -> Measure:
    """Return the measure of a figure of one edge."""
    return lambda summary: float(summary["edges"][edge_id][name])


CASES = (
    one_class("ClosedMVA", 50, 1.0, (0.005, 0.03, 0.02), (1, 1, 1)),
    one_class("ClosedMVA-servers", 60, 0.5, (0.02, 0.06), (1, 4)),
    # Only the mean of the thinking matters.
    one_class("ClosedMVA-thinking", 25, 0.4, (0.02, 0.01), (1, 1), think_time_distribution="constant"),
    two_classes(),
)
