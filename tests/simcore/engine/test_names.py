"""Name servers: which address they answer with, whom they ask about, and how long answers are kept by whom."""

from __future__ import annotations

import pytest

from tests.scenarios import Json, do, draw, fault, measured, run, set_parameter
from tests.simcore.engine.systems import IDLE

FAST: Json = {"ttl_s": 10.0, "lookup_time_mean_s": 0.01}
CHECKED: Json = {"health_checks": True, "health_check_interval_s": 2.0, "health_check_timeout_s": 1.0}


def world(policy: str, *, weights: tuple[float, float] = (1.0, 1.0), **dns: object) -> Json:
    """Return people in Seoul, Virginia and Mumbai, a name server, and servers in Seoul and Virginia."""
    people: Json = {"arrival_rate_rps": 10.0, "user_count": 20, "attempts_max": 1}
    return draw(
        {
            "kr": ("users", {"region": "seoul", **people}),
            "us": ("users", {"region": "virginia", **people}),
            "in": ("users", {"region": "mumbai", **people}),
            "dns": ("dns", {"routing_policy": policy, **FAST, **dns}),
            "east": ("web_server", {"region": "seoul", **IDLE}),
            "west": ("web_server", {"region": "virginia", **IDLE}),
        },
        "kr>dns us>dns in>dns dns>east dns>west",
        links={f"dns-{name}": {"latency_mean_s": 0.0, "weight": weight} for name, weight in zip(("east", "west"), weights, strict=True)},
    )  # fmt: skip


def sent_to(summary: Json) -> dict[str, float]:
    """Return each server's share of the requests."""
    counts = {name: summary["nodes"][name]["offered"] for name in ("east", "west")}
    return {name: count / sum(counts.values()) for name, count in counts.items()}


def test_by_latency_everybody_gets_the_nearest_address_and_pays_the_way_to_it() -> None:
    regions = measured(run(world("latency"), 20.0), 60.0)["regions"]
    assert regions["seoul"]["latency_p50_s"] < 0.001
    assert regions["virginia"]["latency_p50_s"] < 0.001
    # From Mumbai to Seoul and back: 126.5 ms; to Virginia 216 ms.
    assert regions["mumbai"]["latency_p50_s"] == pytest.approx(0.1265, rel=0.01)


def test_by_region_those_of_other_regions_get_the_default() -> None:
    regions = measured(run(world("geo", weights=(1.0, 2.0)), 20.0), 60.0)["regions"]
    assert regions["seoul"]["latency_p50_s"] < 0.001
    assert regions["mumbai"]["latency_p50_s"] == pytest.approx(0.216, rel=0.01)


def test_failover_uses_one_address_until_its_checks_fail() -> None:
    simulation = run(world("failover", weights=(2.0, 1.0), **CHECKED), 20.0)
    assert sent_to(measured(simulation, 30.0))["east"] == 1.0
    do(simulation, fault("crash", "east"))
    # Three failed checks, 2 s apart, then answers of up to 10 s expire.
    simulation.advance(simulation.now_s + 20.0)
    after = measured(simulation, 30.0)
    assert after["edges"]["dns-east"]["offered"] == 0
    assert after["totals"]["completed"] == pytest.approx(900, rel=0.1)
    assert after["totals"]["failed"] == 0


def test_without_checks_a_dead_address_is_given_for_ever() -> None:
    simulation = run(world("failover", weights=(2.0, 1.0)), 20.0)
    do(simulation, fault("crash", "east"))
    simulation.advance(simulation.now_s + 60.0)
    assert measured(simulation, 30.0)["totals"]["completed"] == 0


def test_weights_and_chance_divide_the_answers() -> None:
    weighted = measured(run(world("weighted", weights=(3.0, 1.0), ttl_s=0.0), 5.0), 60.0)
    assert sent_to(weighted)["east"] == pytest.approx(0.75, abs=0.03)
    random = measured(run(world("random", ttl_s=0.0), 5.0), 60.0)
    assert sent_to(random)["east"] == pytest.approx(0.5, abs=0.04)


def test_a_fault_on_the_drawn_connection_strikes_those_who_were_sent_there() -> None:
    simulation = run(world("latency"), 20.0)
    do(simulation, fault("partition", edge_id="dns-east"))
    regions = measured(simulation, 30.0)["regions"]
    assert regions["seoul"]["completed"] == 0
    assert regions["virginia"]["failed"] == 0


def shared(resolver: str, **users: object) -> Json:
    """Return people who ask for one address."""
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 50.0, "user_count": 500, "resolver": resolver, **users}),
            "dns": ("dns", {"ttl_s": 10.0, "lookup_time_mean_s": 0.001}),
            "server": ("web_server", IDLE),
        },
        "users>dns dns>server",
    )


def test_a_shared_resolver_asks_once_per_time_to_live() -> None:
    alone = measured(run(shared("own"), 20.0), 60.0)["nodes"]["dns"]["offered"]
    together = measured(run(shared("shared"), 20.0), 60.0)["nodes"]["dns"]["offered"]
    # The first one to ask after 10 s, and who comes within the millisecond that the answer takes.
    assert 5 <= together <= 9
    assert alone > 100 * together


def test_a_shared_answer_ends_for_all_when_it_ends_for_the_resolver() -> None:
    """Otherwise somebody who asked at its end would keep it for nearly twice its time to live."""
    simulation = run(shared("shared"), 25.0)
    do(simulation, fault("crash", "dns"))
    simulation.advance(simulation.now_s + 10.5)
    assert measured(simulation, 20.0)["totals"]["completed"] == 0


def test_the_access_network_delays_request_and_answer() -> None:
    simulation = run(shared("own", access_delay_mean_s=0.05, access_delay_cv=0.0), 20.0)
    assert measured(simulation, 20.0)["totals"]["latency_p50_s"] == pytest.approx(0.1, rel=0.01)
    do(simulation, set_parameter("users", "access_delay_cv", 1.0))
    simulation.advance(simulation.now_s + 5.0)
    totals = measured(simulation, 60.0)["totals"]
    assert totals["latency_mean_s"] == pytest.approx(0.1, rel=0.1)
    assert totals["latency_p99_s"] > 0.2
