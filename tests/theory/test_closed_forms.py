"""The closed forms against the reference table, textbook values, and one another."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simcore.analysis.theory.caches import fifo_hit_ratio, lfu_hit_ratio, lru_hit_ratio, ttl_hit_ratio, zipf
from simcore.analysis.theory.flows import drain_time_s, max_flow_rps, overload_backlog
from simcore.analysis.theory.networks import (
    closed_load_dependent_rps,
    closed_network,
    closed_network_of_classes,
    jackson,
    universal_scalability_rps,
    visit_rates_rps,
)
from simcore.analysis.theory.replicas import (
    attempts_mean,
    availability,
    chain_attempts,
    fan_out_slow_ratio,
    hedged_quantile_s,
    k_of_n,
    modulo_moved_ratio,
    quorum_mean_s,
    quorum_quantile_s,
    ring_moved_ratio,
    ring_share_cv,
    success_ratio,
    two_choices_sojourn_s,
    two_choices_tail,
)
from simcore.analysis.theory.stations import (
    erlang_b,
    erlang_c,
    gim1,
    mg1_ps_sojourn_s,
    mg1_wait_s,
    mm1_sojourn_quantile_s,
    mmc,
    mmck,
    priority_sojourns_s,
)
from tests.theory.oracle import EXPECTED


def close(found: Any, expected: Any, rel: float = 1e-9) -> None:
    assert found == pytest.approx(expected, rel=rel)


@pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
def test_one_server(load: float) -> None:
    station = mmc(load, 1.0)
    found = [station.sojourn_mean_s, station.wait_mean_s, mm1_sojourn_quantile_s(load, 1.0, 0.99)]
    close(found, EXPECTED[f"MM1-{load}"])
    close(station.wait_mean_s, mg1_wait_s(load, 1.0, 1.0))
    close(gim1(lambda rate: load / (load + rate), 1.0), (load, station.wait_mean_s), rel=1e-6)
    close(mg1_ps_sojourn_s(load, 1.0), station.sojourn_mean_s)


@pytest.mark.parametrize(
    ("case", "rate", "mean", "servers"),
    [("MM8", 7.2, 1, 8), ("MM2", 1.5, 1, 2), ("MM16", 1000 / 3, 0.04, 16)],
)
def test_many_servers(case: str, rate: float, mean: float, servers: int) -> None:
    station = mmc(rate, mean, servers)
    found = [station.wait_probability, station.wait_mean_s, station.wait_quantile_s(0.99)]
    close(found, EXPECTED[case], rel=2e-5)  # the table has 333.333 for 1000/3 in places
    assert station.wait_quantile_s(0.1) == 0.0


def test_bounded_stations() -> None:
    truth = mmck(0.8, 1.0, 1, 10)
    close([truth.blocked_ratio, truth.population_mean, truth.sojourn_mean_s], EXPECTED["MM1K-0.8"])
    truth = mmck(3.0, 0.25, 2, 3)
    close([truth.blocked_ratio, truth.population_mean], EXPECTED["MM2-3"])
    close(erlang_b(8, 7.2), EXPECTED["ErlB"])
    close(mmck(7.2, 1.0, 8, 8).blocked_ratio, erlang_b(8, 7.2))
    # Of printed Erlang B and C tables.
    close(erlang_b(10, 5.0), 0.018385, rel=1e-4)
    close(erlang_b(20, 13.18), 0.02, rel=2e-3)
    close(erlang_c(2, 1.0), 1 / 3)


def test_general_service() -> None:
    close(mg1_wait_s(0.8, 1.0, 0.0), EXPECTED["MD1"])
    close(mg1_wait_s(0.8, 1.0, math.sqrt(0.5)), EXPECTED["ME2-1"])
    close(mg1_wait_s(0.8, 1.0, 2.0), EXPECTED["MH2-1"])
    close(mg1_ps_sojourn_s(0.8, 1.0), EXPECTED["MD1PS"])
    close([mg1_ps_sojourn_s(rate, 1 / speed) for rate, speed in ((3, 5), (4, 5), (3, 6))], EXPECTED["MM1PS"])
    close(list(gim1(lambda rate: math.exp(-1.25 * rate), 1.0)), EXPECTED["DM1"])


def test_priorities() -> None:
    arguments = ((0.2, 0.6), (1.0, 1.0), (1.0, 1.0))
    close(priority_sojourns_s(*arguments, preemptive=False), EXPECTED["PrioNP"])
    close(priority_sojourns_s(*arguments, preemptive=True), EXPECTED["PrioPR"])
    # Conservation: whatever the order, the mean wait over all work is that of first come first served.
    rates = (0.1, 0.3, 0.4)
    for preemptive in (False, True):
        sojourns = priority_sojourns_s(rates, (1.0,) * 3, (1.0,) * 3, preemptive=preemptive)
        mean = sum(rate * sojourn for rate, sojourn in zip(rates, sojourns, strict=True)) / sum(rates)
        close(mean, mmc(0.8, 1.0).sojourn_mean_s)


def test_what_never_settles_is_refused() -> None:
    for hopeless in (
        lambda: erlang_c(2, 2.0),
        lambda: mmc(1.0, 1.0),
        lambda: mg1_wait_s(1.2, 1.0, 0.0),
        lambda: mg1_ps_sojourn_s(1.0, 1.0),
        lambda: mm1_sojourn_quantile_s(2.0, 1.0, 0.5),
        lambda: gim1(lambda rate: math.exp(-0.9 * rate), 1.0),
        lambda: priority_sojourns_s((0.5, 0.5), (1.0, 1.0), (1.0, 1.0), preemptive=False),
    ):
        with pytest.raises(ValueError, match="more arrives than can be served"):
            hopeless()


def test_open_networks() -> None:
    # Half of the requests come back: twice the visits.
    close(visit_rates_rps([1.0], [[0.5]]), [2.0])
    first, second = jackson([2.0, 0.0], [[0.0, 1.0], [0.0, 0.0]], [0.1, 0.2], [1, 2])
    close(first.sojourn_mean_s, mmc(2.0, 0.1).sojourn_mean_s)
    close(second.wait_mean_s, mmc(2.0, 0.2, 2).wait_mean_s)


def test_closed_networks() -> None:
    throughput, response, populations = EXPECTED["ClosedMVA"]
    found = closed_network(50, 1.0, (0.005, 0.03, 0.02))
    close([found.throughput_rps, found.response_s], [throughput, response])
    close(list(found.populations), populations)
    by_class = closed_network_of_classes([50], [1.0], [(0.005, 0.03, 0.02)])
    close([by_class[0][0], by_class[1][0]], [throughput, response])
    # Balanced stations without thinking: X = N / (D(N + M - 1)).
    close(closed_network(7, 0.0, [0.1] * 4).throughput_rps, 7 / (0.1 * 10))
    # As many servers as customers: nobody waits.
    close(closed_network(5, 1.0, [0.5], [5]).response_s, 0.5)
    # The machine repair model as a birth-death chain.
    rates = [min(count, 3) / 0.2 for count in range(31)]
    close(closed_network(30, 1.0, [0.2], [3]).throughput_rps, closed_load_dependent_rps(30, 1.0, rates))
    # Two classes that are alike are one.
    throughputs, _ = closed_network_of_classes([20, 30], [1.0, 1.0], [(0.005, 0.03, 0.02)] * 2)
    close(sum(throughputs), throughput)
    # A large population must not overflow.
    close(closed_network(3000, 1.0, (0.005, 0.03, 0.02)).throughput_rps, 1 / 0.03, rel=1e-6)


def test_contention() -> None:
    close(universal_scalability_rps(1, 100.0, 0.1, 0.001), 100.0)
    close(universal_scalability_rps(8, 100.0, 0.0, 0.0), 800.0)
    peak = max(range(1, 100), key=lambda count: universal_scalability_rps(count, 1.0, 0.1, 0.001))
    close(peak, math.sqrt((1 - 0.1) / 0.001), rel=0.02)
    close(closed_load_dependent_rps(4, 0.0, [0.0, 1.0, 1.5, 1.8, 2.0]), 2.0)


@pytest.mark.parametrize(
    ("key_count", "exponent", "capacity"),
    [(1000, 0.8, 100), (10_000, 0.8, 100), (10_000, 0.8, 1000), (10_000, 1.0, 1000)],
)
def test_replacement(key_count: int, exponent: float, capacity: int) -> None:
    popularity = zipf(key_count, exponent)
    found = [form(popularity, capacity) for form in (lru_hit_ratio, fifo_hit_ratio, lfu_hit_ratio)]
    close(found, EXPECTED[f"LRU-{key_count}-{exponent}-{capacity}"])
    assert lru_hit_ratio(popularity, key_count) == 1.0


def test_times_to_live() -> None:
    one = np.ones(1)
    close(ttl_hit_ratio(one, 0.2, 10.0, sliding=False), EXPECTED["TTL-fixed"])
    close(ttl_hit_ratio(one, 0.2, 10.0, sliding=True), EXPECTED["TTL-sliding"])


def test_retries_and_fan_out() -> None:
    for failure, attempts in ((0.5, 4), (0.1, 3)):
        found = [attempts_mean(failure, attempts), success_ratio(failure, attempts)]
        close(found, EXPECTED[f"Retry-{failure}-{attempts}"])
    assert chain_attempts([3] * 3) == EXPECTED["Retry-chain"]
    close([fan_out_slow_ratio(count, 0.01) for count in (1, 10, 100)], EXPECTED["FanoutTail"])


@pytest.mark.parametrize(("need", "count"), [(1, 2), (2, 3), (3, 3)])
def test_quorums(need: int, count: int) -> None:
    found = [quorum_mean_s(count, need, 10.0), quorum_quantile_s(count, need, 10.0, 0.99)]
    close(found, EXPECTED[f"Quorum-{need}of{count}"])


def test_availability() -> None:
    alone = availability(1000.0, 10.0)
    close(alone, EXPECTED["Avail-1"])
    close(k_of_n(3, 2, alone), EXPECTED["Avail-2of3"])
    close(0.9999 * k_of_n(3, 2, 0.99) * 0.999, EXPECTED["Avail-series"])


def test_placement() -> None:
    for virtual in (1, 100, 1000):
        found = [ring_share_cv(10, virtual), ring_moved_ratio(10, 11)]
        close(found, EXPECTED[f"CHash-10-{virtual}"])
    moved = sum(number % 5 != number % 6 for number in range(30)) / 30
    close(modulo_moved_ratio(5, 6), moved)
    moved = sum(number % 4 != number % 6 for number in range(12)) / 12
    close(modulo_moved_ratio(6, 4), moved)


def test_two_choices() -> None:
    for load in (0.7, 0.9):
        close([two_choices_sojourn_s(load, 1.0), two_choices_tail(load, 3)], EXPECTED[f"P2C-{load}"])


def test_hedging() -> None:
    """The tail beyond the delay falls twice as fast."""
    found = hedged_quantile_s(1.0, 2.0, 0.99)
    close(math.exp(-found) * math.exp(-(found - 2.0)), 0.01)
    close(hedged_quantile_s(1.0, 100.0, 0.99), -math.log(0.01))
    close(hedged_quantile_s(1.0, 0.0, 0.99), quorum_quantile_s(2, 1, 1.0, 0.99), rel=1e-6)


def test_fluid() -> None:
    backlog = overload_backlog(1200.0, 1000.0, 60.0)
    close([backlog, drain_time_s(backlog, 600.0, 1000.0)], EXPECTED["Fluid"])
    assert overload_backlog(5.0, 10.0, 60.0) == 0.0
    assert drain_time_s(1.0, 10.0, 10.0) == math.inf


def test_maximum_flow() -> None:
    edges = [("users", "balancer"), ("balancer", "a"), ("balancer", "b"), ("a", "db"), ("b", "db")]
    assert max_flow_rps({"a": 30.0, "b": 40.0, "db": 50.0}, edges, "users") == 50.0
    assert max_flow_rps({"a": 30.0, "b": 40.0, "db": 500.0}, edges, "users") == 70.0
    assert max_flow_rps({"a": 30.0, "b": 40.0, "db": 500.0, "balancer": 20.0}, edges, "users") == 20.0
