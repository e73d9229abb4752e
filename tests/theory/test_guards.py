"""Rate limits, retry budgets, hedging and what saves a system from its own retries, against closed forms."""

from __future__ import annotations

import math
from statistics import fmean

import pytest

from tests.scenarios import Json, do, draw, fault, measured, run, set_parameter, start
from tests.theory.oracle import UNBOUNDED

IDLE: Json = {"service_time_mean_s": 0.0, "worker_count": 100_000}


def limited(rate_rps: float, **limiter: object) -> Json:
    """Return users behind a rate limiter in front of a server that answers at once."""
    return draw(
        {
            "users": (
                "users",
                {"arrival_rate_rps": rate_rps, "arrival_process": "constant", "timeout_s": 100.0},
            ),
            "limiter": ("rate_limiter", {"forward_time_mean_s": 0.0, **limiter}),
            "server": ("web_server", IDLE),
        },
        "users>limiter limiter>server",
    )


@pytest.mark.parametrize(("limit_rps", "burst"), [(100.0, 50), (30.0, 5), (250.0, 400)])
def test_a_token_bucket_admits_its_burst_and_then_its_rate(limit_rps: float, burst: int) -> None:
    duration_s = 20.0
    document = limited(1000.0, algorithm="token_bucket", limit_rps=limit_rps, burst=burst)
    totals = run(document, duration_s).summary()["totals"]
    assert totals["completed"] == pytest.approx(burst + limit_rps * duration_s, abs=2)
    assert totals["failed_by_cause"] == {"rate_limited": totals["offered"] - totals["completed"]}


def test_a_bucket_saves_no_more_than_its_burst() -> None:
    simulation = start(limited(1000.0, algorithm="token_bucket", limit_rps=100.0, burst=50))
    simulation.advance(5.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 0.0))
    simulation.advance(60.0)
    do(simulation, set_parameter("users", "arrival_rate_rps", 1000.0))
    totals = measured(simulation, 10.0)["totals"]
    assert totals["completed"] == pytest.approx(50 + 100 * 10, abs=2)


def test_a_leaky_bucket_lets_requests_out_one_by_one() -> None:
    """Twice the rate comes in: the queue fills, and then every request waits for all its places."""
    document = limited(200.0, algorithm="leaky_bucket", limit_rps=100.0, queue_capacity=20)
    simulation = run(document, 5.0)
    summary = measured(simulation, 20.0)
    assert summary["totals"]["completed"] == pytest.approx(2000, abs=2)
    assert summary["totals"]["latency_mean_s"] == pytest.approx(20 / 100, rel=0.05)
    assert summary["totals"]["failed_by_cause"].keys() == {"rate_limited"}


def passed_around_an_edge(algorithm: str) -> float:
    """Return how many requests passed within one window around the edge of two, at a limit of 100 per window."""
    simulation = start(limited(0.0, algorithm=algorithm, limit_rps=100.0, window_s=1.0))
    simulation.advance(10.5)
    do(simulation, set_parameter("users", "arrival_rate_rps", 1000.0))
    return float(measured(simulation, 0.999)["totals"]["completed"])


def test_twice_the_limit_passes_around_the_edge_of_a_fixed_window_only() -> None:
    assert passed_around_an_edge("fixed_window") == pytest.approx(200, abs=2)
    assert passed_around_an_edge("sliding_window") <= 152  # half of the window before is still in sight


@pytest.mark.parametrize("algorithm", ["fixed_window", "sliding_window"])
def test_windows_admit_their_rate_in_the_long_run(algorithm: str) -> None:
    document = limited(1000.0, algorithm=algorithm, limit_rps=100.0, window_s=2.0)
    assert run(document, 40.0).summary()["totals"]["completed"] == pytest.approx(4000, rel=0.1)


@pytest.mark.parametrize("ratio", [0.1, 0.2, 0.5])
def test_a_retry_budget_bounds_the_amplification(ratio: float) -> None:
    """When everything fails, each request is tried 1 + ratio times on average instead of ten times."""
    users = {
        "arrival_rate_rps": 200.0,
        "attempts_max": 10,
        "retry_backoff": "none",
        "retry_budget_ratio": ratio,
    }
    simulation = start(
        draw({"users": ("users", users), "server": ("web_server", IDLE)}, "users>server"),
    )
    do(simulation, fault("crash", "server"))
    simulation.advance(50.0)
    summary = simulation.summary()
    sent = summary["edges"]["users-server"]["offered"]
    assert sent / summary["totals"]["offered"] == pytest.approx(1 + ratio, rel=0.01)
    assert summary["totals"]["retry_amplification_ratio"] == pytest.approx(1 + ratio, rel=0.01)


def hedged(**users: object) -> Json:
    """Return users in front of a balancer that may send slow requests twice, with servers that are never busy."""
    server = {
        "worker_count": 100_000,
        "service_time_mean_s": 0.1,
        "service_time_distribution": "exponential",
    }
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 500.0}),
            "balancer": ("load_balancer", {"forward_time_mean_s": 0.0, **users}),
            "one": ("web_server", server),
            "two": ("web_server", server),
        },
        "users>balancer balancer>one balancer>two",
    )


@pytest.mark.parametrize("delay_s", [0.0, 0.05, 0.2])
def test_hedging_takes_the_faster_of_two(delay_s: float) -> None:
    """T = min(X, d + Y): beyond the delay the tail falls twice as fast."""
    rate = 10.0
    summary = run(hedged(hedging=True, hedge_delay_s=delay_s), 200.0).summary()
    totals = summary["totals"]
    tail = math.exp(-rate * delay_s)
    mean_s = (1 - tail) / rate + tail / (2 * rate)
    p99_s = delay_s + (math.log(100) - rate * delay_s) / (2 * rate)
    assert totals["latency_mean_s"] == pytest.approx(mean_s, rel=0.015)
    assert totals["latency_p99_s"] == pytest.approx(p99_s, rel=0.03)
    copies = sum(summary["edges"][name]["offered"] for name in ("balancer-one", "balancer-two"))
    assert copies / totals["offered"] == pytest.approx(1 + tail, rel=0.01)
    assert totals["failed"] == 0


def test_without_hedging_the_tail_is_the_server_s() -> None:
    totals = run(hedged(), 200.0).summary()["totals"]
    assert totals["latency_p99_s"] == pytest.approx(math.log(100) / 10, rel=0.03)


def goodput(users: Json, servers: Json, seed: int) -> float:
    """Return the goodput (requests/s) long after one of two servers was away for five seconds at 70 % load."""
    server = {
        "worker_count": 5,
        "service_time_mean_s": 0.1,
        "service_time_distribution": "exponential",
        "queue_capacity": UNBOUNDED,
        **servers,
    }
    balancer = {
        "routing_policy": "least_outstanding",
        "health_check_interval_s": 0.1,
        "unhealthy_threshold": 1,
        "connections_max": 1_000_000,
    }
    document = draw(
        {
            "users": (
                "users",
                {"arrival_rate_rps": 70.0, "timeout_s": 1.0, "retry_backoff": "none", **users},
            ),
            "balancer": ("load_balancer", balancer),
            "one": ("web_server", server),
            "two": ("web_server", server),
        },
        "users>balancer balancer>one balancer>two",
        faults=[{"at_s": 5.0, "fault": "crash", "node_id": "two", "duration_s": 5.0}],
    )
    simulation = run(document, 60.0, seed=seed)
    return float(measured(simulation, 20.0)["totals"]["throughput_rps"])


STORM: Json = {"attempts_max": 4}
BREAKER: Json = {**STORM, "breaker": "failure_ratio", "breaker_window_s": 1.0, "breaker_calls_min": 10}
CURES: dict[str, tuple[Json, Json]] = {
    "no retries": ({"attempts_max": 1}, {}),
    "retry budget": ({**STORM, "retry_budget_ratio": 0.1}, {}),
    "circuit breaker": ({**BREAKER, "breaker_open_s": 10.0}, {}),
    "short queue": (STORM, {"queue_capacity": 20}),
    "shedding": (STORM, {"queue_wait_max_s": 0.3}),
}


def test_retries_keep_an_overload_alive_on_every_seed() -> None:
    assert fmean(goodput(STORM, {}, seed) for seed in range(1, 6)) < 15


@pytest.mark.parametrize("cure", CURES)
def test_every_cure_ends_a_retry_storm_on_every_seed(cure: str) -> None:
    for seed in range(1, 6):
        assert goodput(*CURES[cure], seed) > 60, seed
