"""Random systems against what theory says of them.

The same few examples on every run; `--hypothesis-profile=explore` draws many others.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, note, settings
from hypothesis import strategies as st

from simcore.analysis.theory.caches import fifo_hit_ratio, lfu_hit_ratio, lru_hit_ratio, zipf
from simcore.analysis.theory.flows import max_flow_rps
from simcore.analysis.theory.networks import closed_network, jackson
from simcore.analysis.theory.stations import mmck
from tests.scenarios import Json, draw
from tests.theory.oracle import PATIENT, UNBOUNDED, single_station
from tests.validation.case import Case, Expected, Measure, Steady, judge, steady
from tests.validation.cases.caches import cache_aside
from tests.validation.cases.closed import loop
from tests.validation.cases.networks import PASSER, routes, station
from tests.validation.measures import blocked, hit_ratio, latency, population, throughput, wait

#: Eight when nothing else is said.
EXAMPLES = settings().max_examples // 12
REQUESTS = 200_000


def hold(experiment: Steady, expected: dict[str, Expected]) -> None:
    """Run an experiment and hold what it measured to the truth, within its own interval."""
    wrong = [
        item.reason for item in judge(Case("random", "", "", "", expected, experiment), 1) if not item.passed
    ]
    note(str(experiment.document))
    assert wrong == []


@st.composite
def open_networks(draw_one: st.DrawFn) -> tuple[list[tuple[float, int]], list[list[int]], float]:
    """Draw stations (mean time, servers), the ways through them, and how busy the busiest is."""
    count = draw_one(st.integers(1, 5))
    stations = [
        (draw_one(st.sampled_from([0.004, 0.01, 0.03, 0.1])), draw_one(st.integers(1, 6)))
        for _ in range(count)
    ]
    ways = draw_one(
        st.lists(
            st.lists(st.integers(0, count - 1), min_size=1, unique=True).map(sorted), min_size=1, max_size=3
        )
    )
    return stations, ways, draw_one(st.sampled_from([0.3, 0.6, 0.8]))


@settings(max_examples=EXAMPLES)
@given(open_networks())
def test_open_networks_are_jackson_networks(
    network: tuple[list[tuple[float, int]], list[list[int]], float],
) -> None:
    stations, ways, busiest = network
    shares = [sum(number in way for way in ways) / len(ways) for number in range(len(stations))]
    rate = busiest / max(
        share * mean / servers for share, (mean, servers) in zip(shares, stations, strict=True)
    )
    truth = jackson(
        [rate * share for share in shares],
        [[0.0] * len(stations)] * len(stations),
        [mean for mean, _ in stations],
        [servers for _, servers in stations],
    )
    expected = {
        "latency_mean_s": Expected(
            sum(share * item.sojourn_mean_s for share, item in zip(shares, truth, strict=True)), 0.1
        )
    }
    measures: dict[str, Measure] = {"latency_mean_s": latency}
    for number, item in enumerate(truth):
        if item.utilization_ratio > 0.3:  # hardly anybody waits elsewhere
            expected[f"wait_mean_s:s-{number}"] = Expected(item.wait_mean_s, 0.4)
            measures[f"wait_mean_s:s-{number}"] = wait(f"s-{number}")
    nodes = {f"s-{number}": station(mean, servers) for number, (mean, servers) in enumerate(stations)}
    document = routes(rate, nodes, [[f"s-{number}" for number in way] for way in ways])
    hold(steady(document, REQUESTS, measures), expected)


def behind_balancer(rate_rps: float, servers: Sequence[int], connections: int, mean_s: float) -> Json:
    """Return users, a random balancer, servers and one database that all of them read from.

    A server works on nothing itself, so that it is no station; the database is.
    """
    names = [f"server-{number}" for number in range(len(servers))]
    database = {
        "connection_count": connections, "read_time_mean_s": mean_s, "service_time_distribution": "exponential",
        "queue_capacity": UNBOUNDED,
    }  # fmt: skip
    balancer = {
        "routing_policy": "random", "forward_time_mean_s": 0.0, "connections_max": UNBOUNDED,
        "health_check_interval_s": 300.0, **PATIENT,
    }  # fmt: skip
    stations = {f"own-{number}": station(mean_s, count) for number, count in enumerate(servers)}
    wires = [f"balancer>{name} {name}>own-{number} {name}>database" for number, name in enumerate(names)]
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, **PATIENT}),
            "balancer": ("load_balancer", balancer),
            **dict.fromkeys(names, ("web_server", {**PASSER, "health_check_interval_s": 300.0})),
            **stations,
            "database": ("database", database),
        },
        "users>balancer " + " ".join(wires),
    )


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 12), st.sampled_from([0.4, 0.7, 0.8])
)
def test_servers_before_a_database_are_jackson_networks(
    servers: list[int], connections: int, busiest: float
) -> None:
    mean_s = 0.02
    share = 1 / len(servers)
    rate = busiest / mean_s / max(share / min(servers), 1 / connections)
    truth = jackson(
        [rate * share] * len(servers) + [rate],
        [[0.0] * (len(servers) + 1)] * (len(servers) + 1),
        [mean_s] * (len(servers) + 1),
        [*servers, connections],
    )
    expected = sum(share * item.sojourn_mean_s for item in truth[:-1]) + truth[-1].sojourn_mean_s
    hold(
        steady(behind_balancer(rate, servers, connections, mean_s), REQUESTS, {"latency_mean_s": latency}),
        {"latency_mean_s": Expected(expected, 0.1)},
    )


@settings(max_examples=EXAMPLES)
@given(st.integers(1, 12), st.integers(0, 20), st.sampled_from([0.5, 0.9, 1.1, 3.0]))
def test_bounded_stations_are_birth_death_processes(servers: int, waiting: int, load: float) -> None:
    rate = load * servers
    truth = mmck(rate, 1.0, servers, servers + waiting)
    hold(
        steady(
            single_station(rate, servers=servers, queue=waiting),
            REQUESTS,
            {"latency_mean_s": latency, "population_mean": population(servers), "blocked_ratio": blocked},
        ),
        {
            "latency_mean_s": Expected(truth.sojourn_mean_s, 0.1),
            "population_mean": Expected(truth.population_mean, 0.1),
            # Hardly any, in a short run, are none.
            "blocked_ratio": Expected(truth.blocked_ratio, 0.02, bias=5e-4, absolute=True),
        },
    )


@settings(max_examples=EXAMPLES)
@given(
    st.sampled_from([500, 2_000, 10_000]),
    st.sampled_from([0.0, 0.5, 0.8, 1.0, 1.2]),
    st.sampled_from([0.02, 0.1, 0.4]),
    st.sampled_from(["lru", "fifo", "random", "lfu"]),
)
def test_caches_hit_as_often_as_che_says(key_count: int, exponent: float, share: float, policy: str) -> None:
    popularity, capacity = zipf(key_count, exponent), max(round(share * key_count), 50)
    forms = {"lru": lru_hit_ratio, "fifo": fifo_hit_ratio, "random": fifo_hit_ratio, "lfu": lfu_hit_ratio}
    cache = {"capacity_entries": capacity, "eviction_policy": policy}
    document = cache_aside(cache, key_count=key_count, zipf_exponent=exponent)
    # Frequencies have to be learned; the approximations need caches that are not small.
    hold(
        steady(document, REQUESTS, {"hit_ratio": hit_ratio()}, warm_up=1.0),
        {"hit_ratio": Expected(forms[policy](popularity, capacity), 0.02, bias=0.005, absolute=True)},
    )


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.lists(st.integers(10, 60), min_size=1, max_size=3), min_size=1, max_size=4),
    st.integers(10, 150),
)
def test_saturated_networks_carry_their_maximum_flow(zones: list[list[int]], shared: int) -> None:
    """Every way has stations of its own and ends at one that all share; far too much is sent down each."""
    capacities = {
        f"s-{way}{place}": float(capacity)
        for way, stations in enumerate(zones)
        for place, capacity in enumerate(stations)
    }
    ways = [[*(name for name in capacities if name.startswith(f"s-{way}")), "z"] for way in range(len(zones))]
    edges = [(before, after) for way in ways for before, after in zip(["users", *way[:-1]], way, strict=True)]
    capacities["z"] = float(shared)
    expected = max_flow_rps(capacities, edges, "users")
    nodes = {name: station(1 / capacity, queue_capacity=300) for name, capacity in capacities.items()}
    rate_rps = 100.0 * len(zones)
    document = routes(rate_rps, nodes, ways)
    requests = round(20_000 * rate_rps / expected)  # so many are answered
    hold(
        steady(document, requests, {"throughput_rps": throughput}),
        {"throughput_rps": Expected(expected, 0.03, bias=0.01)},
    )


@settings(max_examples=EXAMPLES)
@given(
    st.integers(1, 60),
    st.sampled_from([0.05, 0.3, 1.0]),
    st.lists(st.tuples(st.sampled_from([0.004, 0.01, 0.03]), st.integers(1, 4)), min_size=1, max_size=4),
)
def test_closed_networks_agree_with_mean_value_analysis(
    count: int, think_s: float, stations: list[tuple[float, int]]
) -> None:
    truth = closed_network(
        count, think_s, [mean for mean, _ in stations], [servers for _, servers in stations]
    )
    nodes = {f"s-{number}": station(mean, servers) for number, (mean, servers) in enumerate(stations)}
    hold(
        steady(
            loop(count, think_s, nodes),
            REQUESTS,
            {"throughput_rps": throughput, "latency_mean_s": latency},
            rate_rps=truth.throughput_rps,
        ),
        {
            "throughput_rps": Expected(truth.throughput_rps, 0.05),
            "latency_mean_s": Expected(truth.response_s, 0.1),
        },
    )
