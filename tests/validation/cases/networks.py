"""Open networks of stations, and the choice among very many servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, pvariance

import numpy as np

from simcore.analysis.theory.networks import jackson
from simcore.analysis.theory.replicas import two_choices_sojourn_s, two_choices_tail
from tests.scenarios import Json, draw, start
from tests.theory.oracle import PATIENT, UNBOUNDED
from tests.validation.case import BATCHES, Case, Estimate, Expected, Observation, batches_of, steady
from tests.validation.cases import PUBLISHED
from tests.validation.measures import latency, wait

#: A server that only passes requests on, from one station to the next.
PASSER: Json = {
    "service_time_mean_s": 0.0, "worker_count": 100_000, "queue_capacity": UNBOUNDED, **PATIENT,
}  # fmt: skip


def station(mean_s: float, servers: int = 1, **more: object) -> tuple[str, Json]:
    """Return an exponential server with an unbounded queue."""
    return "web_server", {
        "worker_count": servers,
        "service_time_mean_s": mean_s,
        "service_time_distribution": "exponential",
        "queue_capacity": UNBOUNDED,
        **PATIENT,
        **more,
    }


def routes(rate_rps: float, stations: Mapping[str, tuple[str, Json]], ways: Sequence[Sequence[str]]) -> Json:
    """Return users whose requests take one of several ways at random, each through its stations in order of id.

    A way is a server that calls one station after the other and works on nothing itself, so that no station is held
    while the next one works.
    """
    passers = {f"way-{number}": ("web_server", PASSER) for number in range(len(ways))}
    balancer = {
        "routing_policy": "random", "forward_time_mean_s": 0.0, "connections_max": UNBOUNDED,
        "health_check_interval_s": 300.0, **PATIENT,
    }  # fmt: skip
    wires = ["users>balancer", *(f"balancer>{name}" for name in passers)]
    wires += [f"way-{number}>{name}" for number, way in enumerate(ways) for name in way]
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, **PATIENT}),
            "balancer": ("load_balancer", balancer),
            **passers,
            **stations,
        },
        " ".join(wires),
    )


def tandem(count: int, rate_rps: float) -> Json:
    """Return M/M/1 stations in a row, each with service times of 1 s."""
    return routes(
        rate_rps, {f"s-{number}": station(1.0) for number in range(count)}, [[f"s-{i}" for i in range(count)]]
    )


def departures(document: Json, count: int, warm_up: int, rate_rps: float) -> object:
    """Return the experiment that measures how irregularly answers leave: every request is traced."""

    def experiment(seed: int, effort: float) -> Observation:
        simulation = start(document, seed=seed)
        simulation.advance(warm_up / rate_rps)
        simulation._state.control["trace_every"] = 1
        simulation.advance(simulation.now_s + warm_up / rate_rps)
        wanted, gaps, last_s = round(count * effort), [0.0], simulation.now_s
        while len(gaps) <= wanted:
            simulation.advance(simulation.now_s + 200 / rate_rps)
            traces = simulation._state.traces
            ended = np.sort(traces["ended"][(traces["done"] == 1) & (traces["ended"] > last_s)])
            gaps += np.diff(ended, prepend=last_s).tolist()
            last_s = float(ended[-1])
        assert simulation._state.control["trace_skipped"][0] == 0
        assert simulation.check_state() == []
        gaps = gaps[2:]
        squares = batches_of([gap * gap for gap in gaps])
        means = batches_of(gaps)
        samples = tuple(square / mean**2 - 1 for square, mean in zip(squares, means, strict=True))
        value = pvariance(gaps) / fmean(gaps) ** 2
        return Observation({"departure_scv": Estimate(value, samples)}, len(gaps))

    return experiment


def tandem_case() -> Case:
    """Return ten stations in a row: as if each were alone (Burke)."""
    expected, _ = PUBLISHED["Tandem10"]
    return Case(
        "Tandem10", "10 × M/M/1 in a row, load 0.8", "M/M/1 10개를 직렬로, 부하 0.8", "Burke",
        {"latency_mean_s": Expected(expected, 0.02), "wait_mean_s:s-9": Expected(4.0, 0.04)},
        steady(
            tandem(10, 0.8), 3_000_000, {"latency_mean_s": latency, "wait_mean_s:s-9": wait("s-9")}
        ),
    )  # fmt: skip


def burke_case() -> Case:
    """Return how irregular the departures from ten stations in a row are: like the arrivals."""
    return Case(
        "Tandem10-SCV", "10 × M/M/1 in a row, load 0.8: departures", "M/M/1 10개를 직렬로, 부하 0.8: 출발 과정",
        "Burke: departures are Poisson",
        {"departure_scv": Expected(PUBLISHED["Tandem10"][1], 0.02)},
        departures(tandem(10, 0.8), 200_000, 5_000, 0.8),  # type: ignore[arg-type]
    )  # fmt: skip


def jackson_case() -> Case:
    """Return three ways through shared stations with several servers each."""
    stations = {"a": (0.02, 2), "b": (0.01, 1), "c": (0.03, 4), "d": (0.05, 6)}
    ways = [["a", "c"], ["b", "c", "d"], ["a", "b", "d"]]
    rate = 100.0
    visits = [[name in way for name in stations] for way in ways]
    external = [rate / len(ways) * sum(column) for column in zip(*visits, strict=True)]
    truth = jackson(
        external,
        [[0.0] * 4] * 4,
        [mean for mean, _ in stations.values()],
        [count for _, count in stations.values()],
    )
    latency_s = sum(load.rate_rps / rate * load.sojourn_mean_s for load in truth)
    measures = {f"wait_mean_s:{name}": wait(name) for name in stations}
    return Case(
        "Jackson", "four stations shared by three ways", "세 경로가 공유하는 스테이션 네 개", "Jackson, Kelly",
        {
            "latency_mean_s": Expected(latency_s, 0.02),
            **{
                f"wait_mean_s:{name}": Expected(load.wait_mean_s, 0.05)
                for name, load in zip(stations, truth, strict=True)
            },
        },
        steady(
            routes(rate, {name: station(*item) for name, item in stations.items()}, ways),
            3_000_000,
            {"latency_mean_s": latency, **measures},
        ),
        public=False,
    )  # fmt: skip


def feedback_case() -> Case:
    """Return a station that every request visits three times, with work elsewhere in between.

    Way 0 calls two ways that each call the stations again: `again-0` and `again-1`.
    """
    rate, inner, outer = 5.0, 0.05, 0.04
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": rate, **PATIENT}),
            "root": ("web_server", PASSER),
            "again-0": ("web_server", PASSER),
            "again-1": ("web_server", PASSER),
            "again-2": ("web_server", PASSER),
            "first": station(inner),
            "second": station(outer),
        },
        "users>root root>again-0 root>again-1 root>again-2 "
        + " ".join(f"again-{number}>{name}" for number in range(3) for name in ("first", "second")),
    )
    # Leaving goes back with probability 2/3: the same as three visits, as far as the means are concerned.
    first, second = jackson([rate, 0.0], [[0.0, 1.0], [2 / 3, 0.0]], [inner, outer], [1, 1])
    return Case(
        "Jackson-feedback", "two stations, every request comes back twice", "스테이션 두 개, 모든 요청이 두 번 되돌아옴",
        "Jackson, Kelly",
        {
            "latency_mean_s": Expected(3 * (first.sojourn_mean_s + second.sojourn_mean_s), 0.02),
            "wait_mean_s:first": Expected(first.wait_mean_s, 0.03),
            "wait_mean_s:second": Expected(second.wait_mean_s, 0.03),
        },
        steady(
            document, 2_000_000,
            {"latency_mean_s": latency, "wait_mean_s:first": wait("first"), "wait_mean_s:second": wait("second")},
        ),
        public=False,
    )  # fmt: skip


def farm(count: int, load: float, policy: str) -> Json:
    """Return single servers with service times of 1 s behind a balancer."""
    names = [f"s{number:03}" for number in range(count)]
    balancer = {
        "routing_policy": policy, "forward_time_mean_s": 0.0, "connections_max": UNBOUNDED,
        "health_check_interval_s": 300.0, **PATIENT,
    }  # fmt: skip
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": load * count, **PATIENT}),
            "balancer": ("load_balancer", balancer),
            **dict.fromkeys(names, station(1.0)),
        },
        "users>balancer " + " ".join(f"balancer>{name}" for name in names),
    )


def two_choices_case(load: float, count: int = 500) -> Case:
    """Return the power of two choices; servers with three requests or more are counted now and then."""

    def experiment(seed: int, effort: float) -> Observation:
        simulation = start(farm(count, load, "power_of_two"), seed=seed)
        simulation.advance(200.0)
        latencies, tails, requests = [], [], 0
        for _ in range(BATCHES):
            simulation.reset_statistics()
            shares = []
            for _ in range(max(round(100 * effort), 10)):
                simulation.advance(simulation.now_s + 1.0)
                counts = simulation.frame()["nodes"]["in_flight"]
                members = [
                    number
                    for name, number in zip(simulation.layout()["nodes"], counts, strict=True)
                    if name[0] == "s"
                ]
                shares.append(sum(number >= 3 for number in members) / count)
            summary = simulation.summary()
            latencies.append(latency(summary))
            tails.append(fmean(shares))
            requests += summary["totals"]["offered"]
        assert simulation.check_state() == []
        return Observation(
            {
                "latency_mean_s": Estimate(fmean(latencies), tuple(latencies)),
                "tail_ratio": Estimate(fmean(tails), tuple(tails)),
            },
            requests,
        )

    sojourn, tail = PUBLISHED.get(f"P2C-{load}") or (
        two_choices_sojourn_s(load, 1.0),
        two_choices_tail(load, 3),
    )
    return Case(
        f"P2C-{load}", f"power of two choices among {count} servers, load {load}",
        f"서버 {count}대 중 둘을 골라 더 짧은 쪽으로, 부하 {load}", "Mitzenmacher; Vvedenskaya et al. (N → ∞)",
        # What a finite number of servers adds to the limit is of the order of 1/N.
        {"latency_mean_s": Expected(sojourn, 0.03, bias=3 / count), "tail_ratio": Expected(tail, 0.03, bias=6 / count)},
        experiment,
        public=f"P2C-{load}" in PUBLISHED,
    )  # fmt: skip


CASES = (
    tandem_case(),
    burke_case(),
    jackson_case(),
    feedback_case(),
    two_choices_case(0.7),
    two_choices_case(0.9),
    two_choices_case(0.5),
)
