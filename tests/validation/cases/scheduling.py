"""Who is served next, all at once, or one in spite of the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simcore.analysis.theory.networks import universal_scalability_rps
from simcore.analysis.theory.stations import mg1_ps_sojourn_s, mmc, priority_sojourns_s
from tests.scenarios import Json, draw, request_class
from tests.theory.oracle import PATIENT, single_station
from tests.validation.case import Case, Expected, steady
from tests.validation.cases import PUBLISHED
from tests.validation.cases.networks import station
from tests.validation.measures import class_latency, latency, throughput

#: A processor of one core that every request gets into at once.
SHARED: Json = {"core_count": 1, "core_scheduling": "sharing"}


def priorities(
    case_id: str,
    rates_rps: Sequence[float],
    server: Json,
    texts: tuple[str, str],
    *,
    preemptive: bool = False,
    cv: float = 1.0,
) -> Case:
    """Return a server with one class of requests for each rate, the first being the most important."""
    names = [f"class {level}" for level in range(len(rates_rps))]
    classes = [
        {**request_class(share=rate), "name": name, "priority": level}
        for level, (name, rate) in enumerate(zip(names, rates_rps, strict=True))
    ]
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": sum(rates_rps), **PATIENT}),
            "station": station(1.0, **{"service_time_cv": cv, **server}),
        },
        "users>station",
        classes=classes,
    )
    ones = [1.0] * len(rates_rps)
    truth = PUBLISHED.get(case_id) or priority_sojourns_s(
        rates_rps, ones, [cv] * len(ones), preemptive=preemptive
    )
    return Case(
        case_id,
        *texts,
        "Kleinrock: preemptive resume" if preemptive else "Cobham",
        {f"latency_mean_s:{name}": Expected(value, 0.03) for name, value in zip(names, truth, strict=True)},
        steady(document, 4_000_000, {f"latency_mean_s:{name}": class_latency(name) for name in names}),
        public=case_id in PUBLISHED,
    )


def sharing(
    case_id: str, rate_rps: float, mean_s: float, service: Json, law: str, *, public: bool = True
) -> Case:
    """Return M/G/1 with processor sharing, which does not mind the law of the service time."""
    document = single_station(rate_rps, servers=100_000, mean_s=mean_s, **SHARED, **service)
    return Case(
        case_id,
        f"M/{law}/1-PS, λ = {rate_rps}, μ = {1 / mean_s:.3g}",
        f"M/{law}/1-PS(프로세서 공유), λ = {rate_rps}, μ = {1 / mean_s:.3g}",
        "E[T | x] = x/(1 - ρ)",
        {"latency_mean_s": Expected(mg1_ps_sojourn_s(rate_rps, mean_s), 0.02)},
        steady(document, 3_000_000, {"latency_mean_s": latency}),
        public=public,
    )


def shared_cores() -> Case:
    """Return M/M/2 with processor sharing, whose mean is that of M/M/2 in order of arrival."""
    truth = mmc(1.5, 1.0, 2).sojourn_mean_s
    return Case(
        "MM2PS",
        "M/M/2-PS, load 0.75",
        "M/M/2-PS, 부하 0.75",
        "Erlang C",
        {"latency_mean_s": Expected(truth, 0.02)},
        steady(
            single_station(1.5, servers=100_000, core_count=2, core_scheduling="sharing"),
            2_000_000,
            {"latency_mean_s": latency},
        ),
        public=False,
    )


def last_in_first_out() -> Case:
    """Return M/M/1 in the opposite order, which leaves the mean alone."""
    return Case(
        "MM1-LIFO",
        "M/M/1, last come, first served, load 0.8",
        "M/M/1, 후입선출, 부하 0.8",
        "conservation",
        {"latency_mean_s": Expected(5.0, 0.03)},
        steady(single_station(0.8, queue_discipline="lifo"), 4_000_000, {"latency_mean_s": latency}),
        public=False,
    )


def contention(crowd: int) -> Case:
    """Return a station that never idles, whose workers slow each other down."""
    alpha, beta, service_s = 0.08, 0.001, 0.01
    document = single_station(
        2_000.0, servers=crowd, mean_s=service_s, queue=crowd, service_time_distribution="constant",
        contention_ratio=alpha, coherency_ratio=beta,
    )  # fmt: skip
    return Case(
        f"USL-{crowd}",
        f"{crowd} at work at once, α {alpha}, β {beta}",
        f"동시에 {crowd}건 처리, α {alpha}, β {beta}",
        "Gunther: universal scalability law",
        {
            "throughput_rps": Expected(
                universal_scalability_rps(crowd, 1 / service_s, alpha, beta), 0.02, bias=0.001
            )
        },
        steady(document, 200_000, {"throughput_rps": throughput}),
        public=False,
    )


_NP: Json = {"worker_count": 1, "queue_discipline": "priority"}
_CORE: Json = {"worker_count": 100_000, "core_count": 1}
_TWO = ("M/M/1, two classes (0.2, 0.6)", "M/M/1, 두 등급(0.2, 0.6)")
_THREE = ("three classes (0.1, 0.3, 0.4)", "세 등급(0.1, 0.3, 0.4)")

CASES = (
    priorities("PrioNP", (0.2, 0.6), _NP, (f"{_TWO[0]}, not preemptive", f"{_TWO[1]}, 비선점 우선순위")),
    priorities(
        "PrioPR",
        (0.2, 0.6),
        {**_CORE, "core_scheduling": "preemptive"},
        (f"{_TWO[0]}, preemptive resume", f"{_TWO[1]}, 선점 우선순위(이어서 처리)"),
        preemptive=True,
    ),
    priorities(
        "Prio3-core",
        (0.1, 0.3, 0.4),
        {**_CORE, "core_scheduling": "priority"},
        (f"M/M/1, {_THREE[0]}, not preemptive, on a core", f"M/M/1, {_THREE[1]}, 비선점, 코어에서"),
    ),
    priorities(
        "Prio3-PR",
        (0.1, 0.3, 0.4),
        {**_CORE, "core_scheduling": "preemptive"},
        (f"M/M/1, {_THREE[0]}, preemptive resume", f"M/M/1, {_THREE[1]}, 선점(이어서 처리)"),
        preemptive=True,
    ),
    priorities(
        "Prio3-D",
        (0.1, 0.3, 0.4),
        {**_NP, "service_time_distribution": "constant"},
        (f"M/D/1, {_THREE[0]}, not preemptive", f"M/D/1, {_THREE[1]}, 비선점"),
        cv=0.0,
    ),
    sharing("MM1PS-3-5", 3.0, 1 / 5, {}, "M"),
    sharing("MM1PS-4-5", 4.0, 1 / 5, {}, "M"),
    sharing("MM1PS-3-6", 3.0, 1 / 6, {}, "M"),
    sharing("MD1PS", 0.8, 1.0, {"service_time_distribution": "constant"}, "D"),
    sharing(
        "MH2-1PS",
        0.8,
        1.0,
        {"service_time_distribution": "hyperexponential", "service_time_cv": 2.0},
        "H2",
        public=False,
    ),
    sharing(
        "MG1PS-gamma",
        0.7,
        1.0,
        {"service_time_distribution": "gamma", "service_time_cv": math.sqrt(0.2)},
        "E5",
        public=False,
    ),
    shared_cores(),
    last_in_first_out(),
    contention(1),
    contention(8),
    contention(40),
)
