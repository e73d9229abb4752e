"""Where keys are placed: how even the shares are, and how many keys move when the number of members changes."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean, pstdev

import numpy as np
import pytest

from simcore import Simulation
from simcore.engine.rings import build_ring
from tests.scenarios import Json, do, draw, edge, fault, measured, request_class, run, set_parameter
from tests.theory.oracle import EXPECTED, PATIENT

CIRCLE = 2.0**31
RINGS = 200


def shares(ids: list[str], virtual_node_count: int) -> list[float]:
    """Return the share of the circle that each member owns: the arcs that end at its virtual nodes."""
    positions, owners = build_ring(ids, [1.0] * len(ids), virtual_node_count)
    arcs = np.diff(positions.astype(np.float64), prepend=positions[-1] - CIRCLE)
    return [float(arcs[owners == number].sum() / CIRCLE) for number in range(len(ids))]


@pytest.mark.parametrize("virtual_node_count", [1, 100, 1000])
def test_shares_of_a_ring(virtual_node_count: int) -> None:
    cv, moved = EXPECTED[f"CHash-10-{virtual_node_count}"]
    squares, gained = [], []
    for ring in range(RINGS):
        ids = [f"ring-{ring}-node-{number}" for number in range(11)]
        ten, eleven = shares(ids[:10], virtual_node_count), shares(ids, virtual_node_count)
        assert sum(ten) == pytest.approx(1.0)
        squares.append((pstdev(ten) / fmean(ten)) ** 2)
        gained.append(eleven[10])
        assert all(after <= before + 1e-12 for before, after in zip(ten, eleven[:10], strict=True))
    # The law is for the share of one member over rings; the spread within a ring is taken about a known mean.
    assert (fmean(squares)) ** 0.5 == pytest.approx(cv, rel=0.1)
    assert fmean(gained) == pytest.approx(moved, rel=0.15)


def caches(
    placement: str,
    count: int,
    *,
    key_count: int = 6000,
    zipf_exponent: float = 0.0,
    links: Mapping[str, Json] | None = None,
) -> Json:
    """Return a server in front of five caches (of six) that never forget anything."""
    memory = {"service_time_mean_s": 0.0, "ttl_s": 0.0, "capacity_entries": key_count}
    server = {
        "service_time_mean_s": 0.0,
        "cache_placement": placement,
        "virtual_node_count": 1000,
        "worker_count": 1000,
    }
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 1000.0, **PATIENT}),
            "server": ("web_server", server),
            **{f"cache-{number}": ("cache", memory) for number in range(6)},
        },
        "users>server " + " ".join(f"server>cache-{number}" for number in range(count)),
        classes=[request_class(key_count=key_count, zipf_exponent=zipf_exponent)],
        links=links,
    )


def shares_of(simulation: Simulation, seconds: float) -> list[float]:
    summary = measured(simulation, seconds)
    offered = [summary["nodes"][f"cache-{number}"]["offered"] for number in range(6)]
    return [count / sum(offered) for count in offered]


@pytest.mark.parametrize(
    ("placement", "moved"), [("modulo", 5 / 6), ("ring", 1 / 6), ("key_hash", 1 / 6), ("range", 0.5)]
)
def test_a_sixth_cache(placement: str, moved: float) -> None:
    """Of five ranges made six, 1/6 + 2/6 + ... of a sixth leave: half of all keys."""
    simulation = run(caches(placement, 5), 100.0)
    do(simulation, {"type": "add_edge", "edge": edge("server", "cache-5", latency_mean_s=0.0)})
    summary = measured(simulation, 100.0)
    misses = sum(summary["nodes"][f"cache-{number}"]["misses"] for number in range(6))
    assert misses / 6000 == pytest.approx(moved, abs=0.03)
    assert simulation.check_state() == []


@pytest.mark.parametrize("placement", ["modulo", "ring", "range"])
def test_the_keys_of_a_dead_cache_go_elsewhere(placement: str) -> None:
    simulation = run(caches(placement, 5), 60.0)
    assert max(shares_of(simulation, 20.0)) < 0.25
    do(simulation, fault("crash", "cache-2"))
    simulation.advance(simulation.now_s + 20.0)
    after = shares_of(simulation, 20.0)
    assert after[2] == 0.0
    assert sum(share > 0.1 for share in after) == 4
    if placement == "range":  # the neighbour takes all of it
        assert after[3] == pytest.approx(0.4, abs=0.02)


def test_ranges_follow_weights_and_are_hot_where_the_keys_are() -> None:
    weighted = caches("range", 2, links={"server-cache-0": {"latency_mean_s": 0.0, "weight": 3.0}})
    assert shares_of(run(weighted, 1.0), 20.0)[0] == pytest.approx(0.75, abs=0.02)
    assert shares_of(run(caches("range", 5, zipf_exponent=1.0), 1.0), 20.0)[0] > 0.75
    assert max(shares_of(run(caches("modulo", 5, zipf_exponent=1.0), 1.0), 20.0)) < 0.45


def test_a_ring_follows_weights() -> None:
    weighted = caches("ring", 2, links={"server-cache-0": {"latency_mean_s": 0.0, "weight": 3.0}})
    assert shares_of(run(weighted, 1.0), 20.0)[0] == pytest.approx(0.75, abs=0.04)


@pytest.mark.parametrize("factor", [1.25, 2.0])
def test_a_bounded_ring_bounds_the_load_of_a_hot_key(factor: float) -> None:
    """Four servers and one key: without the bound all requests go to one, with it none has more than its multiple."""
    station = {"service_time_mean_s": 0.1, "service_time_distribution": "constant", "worker_count": 1000}
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 1000.0, **PATIENT}),
            "balancer": ("load_balancer", {"routing_policy": "ring", "forward_time_mean_s": 0.0}),
            **{f"s{number}": ("web_server", station) for number in range(4)},
        },
        "users>balancer " + " ".join(f"balancer>s{number}" for number in range(4)),
        classes=[request_class(key_count=1)],
    )
    simulation = run(document, 1.0)
    assert sorted(simulation.frame()["nodes"]["in_flight"][1:5])[:3] == [0, 0, 0]
    do(
        simulation,
        set_parameter("balancer", "routing_policy", "ring_bounded"),
        set_parameter("balancer", "load_bound_factor", factor),
    )
    simulation.advance(2.0)
    loads = []
    for tick in range(20):
        simulation.advance(2.0 + 0.1 * tick)
        loads = simulation.frame()["nodes"]["in_flight"][1:5]
        assert max(loads) <= 1.1 * factor * sum(loads) / 4 + 1
    assert max(loads) > 0.9 * factor * sum(loads) / 4
