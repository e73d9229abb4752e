"""Single stations."""

from __future__ import annotations

import math

from simcore.analysis.theory.stations import erlang_b, gim1, mg1_wait_s, mmc, mmck
from tests.scenarios import Json
from tests.theory.oracle import single_station
from tests.validation.case import Case, Expected, Quantile, steady
from tests.validation.cases import PUBLISHED
from tests.validation.measures import (
    blocked,
    latency,
    population,
    throughput,
    utilization,
    wait,
    wait_p99,
    waited,
)


def mm1(load: float, requests: int, within: float) -> Case:
    """Return M/M/1 with service times of 1 s."""
    sojourn, waited, p99 = PUBLISHED[f"MM1-{load}"]
    return Case(
        f"MM1-{load}",
        f"M/M/1, load {load}",
        f"M/M/1, 부하 {load}",
        "W = 1/(μ - λ); the sojourn is exponential",
        {
            "latency_mean_s": Expected(sojourn, within),
            "wait_mean_s": Expected(waited, 1.3 * within),
            # The percentile is read off a histogram, straight through its bin.
            "latency_p99_s": Expected(p99, 1.5 * within, bias=0.001),
            "utilization_ratio": Expected(load, 0.01),
        },
        steady(
            single_station(load),
            requests,
            {
                "latency_mean_s": latency,
                "wait_mean_s": wait(),
                "latency_p99_s": Quantile(0.99),
                "utilization_ratio": utilization(),
            },
        ),
    )


def many_servers(case_id: str, rate_rps: float, mean_s: float, servers: int, requests: int) -> Case:
    """Return M/M/c."""
    station = mmc(rate_rps, mean_s, servers)
    public = case_id in PUBLISHED
    probability, waits, p99 = (
        PUBLISHED[case_id]
        if public
        else (station.wait_probability, station.wait_mean_s, station.wait_quantile_s(0.99))
    )
    return Case(
        case_id,
        f"M/M/{servers}, load {station.utilization_ratio:.3g}",
        f"M/M/{servers}, 부하 {station.utilization_ratio:.3g}",
        "Erlang C",
        {
            "wait_probability": Expected(probability, 0.01 if public else 0.02),
            "wait_mean_s": Expected(waits, 0.04),
            # Batch by batch, and read off a histogram of bins one to two percent wide.
            "wait_p99_s": Expected(p99, 0.06, bias=0.01),
            "latency_mean_s": Expected(waits + mean_s, 0.03),
            "utilization_ratio": Expected(station.utilization_ratio, 0.01),
        },
        steady(
            single_station(rate_rps, servers=servers, mean_s=mean_s),
            requests,
            {
                "wait_probability": waited(),
                "wait_mean_s": wait(),
                "wait_p99_s": wait_p99(),
                "latency_mean_s": latency,
                "utilization_ratio": utilization(),
            },
        ),
        public=public,
    )


def bounded(case_id: str, rate_rps: float, mean_s: float, servers: int, places: int, requests: int) -> Case:
    """Return M/M/c/K."""
    truth = mmck(rate_rps, mean_s, servers, places)
    return Case(
        case_id,
        f"M/M/{servers}/{places}, offered load {rate_rps * mean_s / servers:.3g}",
        f"M/M/{servers}/{places}, 인가 부하 {rate_rps * mean_s / servers:.3g}",
        "birth and death",
        {
            "blocked_ratio": Expected(truth.blocked_ratio, 0.02),
            "population_mean": Expected(truth.population_mean, 0.01),
            "latency_mean_s": Expected(truth.sojourn_mean_s, 0.01),
        },
        steady(
            single_station(rate_rps, servers=servers, mean_s=mean_s, queue=places - servers),
            requests,
            {"blocked_ratio": blocked, "population_mean": population(servers), "latency_mean_s": latency},
        ),
        public=case_id in PUBLISHED,
    )


def erlang(name: str, service: Json, *, servers: int = 8, offered: float = 7.2) -> Case:
    """Return M/G/c/c, which blocks alike whatever the law of the service time."""
    public = (servers, offered) == (8, 7.2)
    truth = PUBLISHED["ErlB"] if public else erlang_b(servers, offered)
    law = " ".join(value if isinstance(value, str) else f"{value:.3g}" for value in service.values())
    return Case(
        f"ErlB-{name}",
        f"M/G/{servers}/{servers}, {offered} erlangs, service {law}",
        f"M/G/{servers}/{servers}, {offered} 얼랑, 서비스 시간 {law}",
        "Erlang B, insensitive to the service law",
        {"blocked_ratio": Expected(truth, 0.01 if public else 0.04)},
        steady(
            single_station(offered, servers=servers, queue=0, **service),
            2_000_000,
            {"blocked_ratio": blocked},
        ),
        public=public,
    )


def one_server(
    case_id: str, name: str, cv: float, service: Json, within: float, *, load: float = 0.8
) -> Case:
    """Return M/G/1, of whose service time only the first two moments matter."""
    public = case_id in PUBLISHED
    truth = PUBLISHED[case_id] if public else mg1_wait_s(load, 1.0, cv)
    return Case(
        case_id,
        f"M/{name}/1, load {load}, cv {cv:.3g}",
        f"M/{name}/1, 부하 {load}, 변동계수 {cv:.3g}",
        "Pollaczek–Khinchine",
        {"wait_mean_s": Expected(truth, within), "utilization_ratio": Expected(load, 0.01)},
        steady(
            single_station(load, **service),
            4_000_000 if cv <= 1 else 8_000_000,
            {"wait_mean_s": wait(), "utilization_ratio": utilization()},
        ),
        public=public,
    )


def regular_arrivals(case_id: str, interval_s: float) -> Case:
    """Return D/M/1."""
    _, truth = gim1(lambda rate: math.exp(-interval_s * rate), 1.0)
    return Case(
        case_id,
        f"D/M/1, an arrival every {interval_s} s",
        f"D/M/1, {interval_s}초마다 도착",
        "root of σ = A*(μ(1 - σ))",
        {"wait_mean_s": Expected(PUBLISHED[case_id][1] if case_id in PUBLISHED else truth, 0.02)},
        steady(
            single_station(1 / interval_s, arrival_process="constant"), 2_000_000, {"wait_mean_s": wait()}
        ),
        public=case_id in PUBLISHED,
    )


def endless_servers() -> Case:
    """Return M/G/∞: nobody waits, and the number in service is Poisson distributed."""
    service: Json = {"service_time_distribution": "lognormal", "service_time_cv": 2.0}
    document = single_station(100.0, servers=100_000, mean_s=0.5, **service)
    return Case(
        "MGinf",
        "M/G/∞, 50 erlangs, lognormal with cv 2",
        "M/G/∞, 50 얼랑, 로그정규(변동계수 2)",
        "L = λE[S]",
        {"population_mean": Expected(50.0, 0.01), "latency_mean_s": Expected(0.5, 0.01)},
        steady(document, 2_000_000, {"population_mean": population(100_000), "latency_mean_s": latency}),
        public=False,
    )


def overloaded() -> Case:
    """Return M/M/4 offered three times what it can do: it does what it can."""
    document = single_station(120.0, servers=4, mean_s=0.1, queue=50)
    return Case(
        "Overload",
        "M/M/4/54, offered load 3",
        "M/M/4/54, 인가 부하 3",
        "c·μ",
        {"throughput_rps": Expected(40.0, 0.01), "utilization_ratio": Expected(1.0, 0.001)},
        steady(document, 1_000_000, {"throughput_rps": throughput, "utilization_ratio": utilization()}),
        public=False,
    )


_SHAPES = {"const": "constant", "exp": "exponential"}

CASES = (
    mm1(0.5, 1_000_000, 0.02),
    mm1(0.8, 3_000_000, 0.02),
    mm1(0.9, 8_000_000, 0.03),
    many_servers("MM2", 1.5, 1.0, 2, 2_000_000),
    many_servers("MM8", 7.2, 1.0, 8, 6_000_000),
    many_servers("MM16", 333.333, 0.04, 16, 3_000_000),
    many_servers("MM64", 57.6, 1.0, 64, 24_000_000),
    bounded("MM1K-0.8", 0.8, 1.0, 1, 10, 4_000_000),
    bounded("MM2-3", 3.0, 0.25, 2, 3, 2_000_000),
    bounded("MM5-20", 6.0, 1.0, 5, 20, 2_000_000),
    *(erlang(name, {"service_time_distribution": shape}) for name, shape in _SHAPES.items()),
    erlang("lognormal", {"service_time_distribution": "lognormal", "service_time_cv": 0.8}),
    erlang("h2", {"service_time_distribution": "hyperexponential", "service_time_cv": 2.0}),
    *(
        erlang(
            f"gamma-{shape}",
            {"service_time_distribution": "gamma", "service_time_cv": 1 / math.sqrt(shape)},
        )
        for shape in (5, 9, 14)
    ),
    erlang("pareto", {"service_time_distribution": "pareto", "service_time_cv": 1.0}),
    erlang("100", {"service_time_distribution": "exponential"}, servers=100, offered=95.0),
    one_server("MD1", "D", 0.0, {"service_time_distribution": "constant"}, 0.02),
    one_server(
        "ME2-1",
        "E2",
        math.sqrt(0.5),
        {"service_time_distribution": "gamma", "service_time_cv": math.sqrt(0.5)},
        0.02,
    ),
    one_server(
        "MG1-gamma", "Γ", 1.6, {"service_time_distribution": "gamma", "service_time_cv": 1.6}, 0.04, load=0.7
    ),
    one_server(
        "MH2-1", "H2", 2.0, {"service_time_distribution": "hyperexponential", "service_time_cv": 2.0}, 0.05
    ),
    one_server(
        "MG1-lognormal", "LN", 0.8, {"service_time_distribution": "lognormal", "service_time_cv": 0.8}, 0.03
    ),
    one_server(
        "MG1-lognormal-1.5",
        "LN",
        1.5,
        {"service_time_distribution": "lognormal", "service_time_cv": 1.5},
        0.03,
        load=0.6,
    ),
    regular_arrivals("DM1", 1.25),
    regular_arrivals("DM1-2", 2.0),
    endless_servers(),
    overloaded(),
)
