"""Regions: how far they are apart, what fails with them, and what becomes of each one's requests."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Simulation, library, parse
from simcore.regions import REGIONS, delay_s
from tests.scenarios import INSTANT, Json, do, draw, edge, fault, heal, measured, run, set_parameter, start

AT_ONCE = {"service_time_mean_s": 0.0, "service_time_distribution": "constant"}
EVENLY = {"arrival_process": "constant", "arrival_rate_rps": 50.0}


def world(*homes: str, server: str = "tokyo", users: Json | None = None) -> Json:
    """Return a population in each of some regions, all of which ask one server."""
    populations = {
        f"users-{number}": ("users", {**EVENLY, **(users or {}), "region": home})
        for number, home in enumerate(homes)
    }
    nodes = {**populations, "server": ("web_server", {**AT_ONCE, "region": server})}
    return draw(nodes, " ".join(f"{name}>server" for name in populations))


def books(simulation: Simulation) -> dict[str, Any]:
    """Return what each region's requests came to, after checking that none is missing."""
    assert simulation.check_state() == []
    found: dict[str, Any] = simulation.summary()["regions"]
    for seen in found.values():
        assert seen["offered"] == seen["completed"] + seen["failed"] + seen["in_flight"]
        assert seen["failed"] == sum(seen["failed_by_cause"].values())
    return found


def latency_s(simulation: Simulation, region: str) -> float:
    return float(books(simulation)[region]["latency_mean_s"])


def test_regions_are_as_far_apart_as_was_measured() -> None:
    assert delay_s("seoul", "tokyo") == 0.0355 / 2
    assert delay_s("virginia", "sydney") == 0.2065 / 2
    for one in REGIONS:
        assert delay_s(one, one) == delay_s(one, "anywhere") == 0.0
        for other in REGIONS[1:]:
            assert delay_s(one, other) == delay_s(other, one)
            assert one in (other, "anywhere") or 0.006 < delay_s(one, other) < 0.18


def test_a_round_trip_between_regions_is_added_to_the_connection() -> None:
    document = world("seoul", "tokyo", "anywhere")
    document["edges"][0]["parameters"] = {"latency_mean_s": 0.002}
    simulation = run(document, 20.0)
    assert latency_s(simulation, "seoul") == pytest.approx(2 * (delay_s("seoul", "tokyo") + 0.002))
    assert latency_s(simulation, "tokyo") == 0.0
    assert latency_s(simulation, "anywhere") == 0.0


@pytest.mark.parametrize(
    "link",
    [
        {"latency_mean_s": 0.004, "latency_distribution": "exponential"},
        {"latency_mean_s": 0.004, "bandwidth_bps": 1e9},
    ],
)
def test_distance_is_not_what_varies(link: Json) -> None:
    document = world("london", server="virginia")
    document["edges"][0]["parameters"] = link
    simulation = run(document, 60.0)
    assert latency_s(simulation, "london") == pytest.approx(0.080 + 0.008, rel=0.02)
    assert books(simulation)["london"]["latency_p50_s"] > 0.080


def test_each_region_has_its_own_figures_in_frames_too() -> None:
    simulation = run(world("seoul", "frankfurt", users={"timeout_s": 0.1}), 10.0)
    simulation.frame()
    simulation.advance(11.0)
    assert simulation.layout()["regions"] == ["seoul", "frankfurt"]
    frame = simulation.frame()["regions"]
    assert frame["offered_rps"] == [50.0, 50.0]
    assert frame["throughput_rps"] == [50.0, 0.0]
    assert frame["failed_rps"] == [0.0, 50.0]
    assert frame["latency_p99_s"][0] == pytest.approx(0.0355, rel=0.01)
    seen = books(simulation)
    assert seen["frankfurt"]["failed_by_cause"] == {"timed_out": seen["frankfurt"]["failed"]}
    assert sum(item["offered"] for item in seen.values()) == simulation.summary()["totals"]["offered"]


def test_a_drawing_without_regions_has_no_figures_of_them() -> None:
    simulation = run(world("anywhere", server="anywhere"), 2.0)
    assert simulation.layout()["regions"] == []
    assert simulation.summary()["regions"] == {}
    assert simulation.frame()["regions"]["throughput_rps"] == []


def test_a_component_that_moves_is_far_at_once() -> None:
    simulation = run(world("seoul", server="seoul"), 5.0)
    do(simulation, set_parameter("server", "region", "sao_paulo"))
    simulation.advance(7.0)
    assert measured(simulation, 5.0)["regions"]["seoul"]["latency_mean_s"] == pytest.approx(0.2925)
    do(simulation, set_parameter("server", "region", "seoul"))
    simulation.advance(15.0)
    assert measured(simulation, 5.0)["regions"]["seoul"]["latency_mean_s"] == 0.0
    assert simulation.check_state() == []


def test_people_who_move_leave_their_past_and_take_their_open_requests_along() -> None:
    simulation = run(world("seoul", "seoul"), 10.005)
    before = books(simulation)["seoul"]
    assert before["in_flight"] > 0
    do(simulation, set_parameter("users-0", "region", "london"))
    moved = books(simulation)
    assert moved["seoul"]["completed"] == before["completed"]
    assert moved["london"]["completed"] == 0
    assert moved["london"]["offered"] == moved["london"]["in_flight"] > 0
    assert moved["seoul"]["offered"] + moved["london"]["offered"] == before["offered"]
    simulation.advance(20.0)
    after = books(simulation)
    assert after["london"]["completed"] > 400
    assert after["london"]["latency_mean_s"] > after["seoul"]["latency_mean_s"]
    do(simulation, set_parameter("users-0", "region", "seoul"))
    back = books(simulation)
    assert back["london"]["in_flight"] == 0
    assert back["london"]["completed"] == after["london"]["completed"]
    assert back["seoul"]["latency_p50_s"] == pytest.approx(0.0355, rel=0.01)


def test_a_snapshot_knows_who_was_where() -> None:
    simulation = run(world("seoul", "tokyo"), 5.0)
    do(simulation, set_parameter("users-0", "region", "london"))
    simulation.advance(6.0)
    do(simulation, fault("partition", region="london", other_region="tokyo"))
    moment = simulation.snapshot()
    copy = Simulation.resume(type(moment).from_bytes(moment.to_bytes()))
    for one in (simulation, copy):
        one.advance(9.0)
        do(one, heal(region="london", other_region="tokyo"))
        one.advance(12.0)
    assert books(simulation) == books(copy)
    assert simulation.digest() == copy.digest()


def test_two_regions_are_cut_apart_and_others_are_not() -> None:
    simulation = run(world("seoul", "london", users={"timeout_s": 0.5}), 5.0)
    do(simulation, fault("partition", region="seoul", other_region="tokyo"))
    assert simulation.frame()["edges"]["state"] == ["partitioned", "up"]
    simulation.advance(7.0)
    seen = measured(simulation, 5.0)
    assert seen["regions"]["seoul"]["completed"] == 0
    assert set(seen["edges"]["users-0-server"]["failed_by_cause"]) == {"partitioned"}
    assert seen["regions"]["london"]["failed"] == 0
    do(simulation, heal(region="tokyo", other_region="seoul"))
    simulation.advance(14.0)
    assert measured(simulation, 5.0)["regions"]["seoul"]["failed"] == 0
    assert simulation.check_state() == []


def test_a_cut_holds_for_who_comes_and_no_longer_for_who_leaves() -> None:
    simulation = run(world("seoul", "london", users={"timeout_s": 0.2}), 5.0)
    do(simulation, fault("partition", region="seoul", other_region="tokyo"))
    do(simulation, set_parameter("users-0", "region", "sydney"), set_parameter("users-1", "region", "seoul"))
    simulation.advance(6.0)
    seen = measured(simulation, 5.0)["regions"]
    assert seen["sydney"]["failed"] == 0
    assert seen["seoul"]["completed"] == 0
    late = {"id": "late", "kind": "users", "name": "", "x": 0, "y": 0, "parameters": {"region": "seoul"}}
    do(simulation, {"type": "add_node", "node": late}, {"type": "add_edge", "edge": edge("late", "server")})
    assert simulation.frame()["edges"]["state"] == ["partitioned", "up", "partitioned"]
    assert simulation.check_state() == []


def test_an_edge_cut_by_itself_stays_cut_when_its_regions_are_joined() -> None:
    simulation = run(world("seoul"), 1.0)
    do(simulation, fault("cut_answers", edge_id="users-0-server"))
    do(simulation, fault("partition", region="seoul", other_region="tokyo"))
    do(simulation, heal(region="seoul", other_region="tokyo"))
    assert simulation.frame()["edges"]["state"] == ["cut_answers"]
    do(simulation, fault("partition", region="seoul", other_region="tokyo"), heal(edge_id="users-0-server"))
    assert simulation.frame()["edges"]["state"] == ["partitioned"]
    assert simulation.check_state() == []


def test_a_cut_in_one_direction_is_one_for_both_kinds_of_edges() -> None:
    document = draw(
        {"a": ("users", {"region": "seoul"}), "b": ("users", {"region": "tokyo"}),
         "x": ("web_server", {"region": "tokyo"}), "y": ("web_server", {"region": "seoul"})},
        "a>x b>y",
    )  # fmt: skip
    simulation = start(document)
    do(simulation, fault("cut_requests", region="seoul", other_region="tokyo"))
    assert simulation.frame()["edges"]["state"] == ["cut_requests", "cut_answers"]


def replicated() -> Json:
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {**EVENLY, "region": "london"}),
        "near": ("web_server", {**AT_ONCE, "region": "london"}),
        "primary": ("database", {"region": "london"}),
        "replica": ("database", {"region": "london"}),
        "far": ("web_server", {**AT_ONCE, "region": "tokyo"}),
    }
    return draw(nodes, "users>near near>primary near>far primary>replica")


def test_a_whole_region_fails_and_comes_back_in_one_action() -> None:
    simulation = run(replicated(), 2.0)
    do(simulation, fault("crash", region="london"))
    states = dict(zip(simulation.layout()["nodes"], simulation.frame()["nodes"]["state"], strict=True))
    assert states == {
        "users": "up", "near": "crashed", "primary": "crashed", "replica": "crashed", "far": "up"
    }  # fmt: skip
    simulation.advance(4.0)
    assert measured(simulation, 2.0)["totals"]["completed"] == 0
    do(simulation, heal(region="london"))
    simulation.advance(10.0)
    assert measured(simulation, 5.0)["totals"]["failed"] == 0
    assert simulation.check_state() == []


def test_regions_fail_on_schedule_and_the_document_keeps_it() -> None:
    document = replicated()
    document["faults"] = [
        {"at_s": 1.0, "fault": "slow", "region": "london", "factor": 3.0, "duration_s": 1.0},
        {"at_s": 3.0, "fault": "partition", "region": "london", "other_region": "tokyo"},
    ]
    simulation = run(document, 1.5)
    assert simulation.frame()["nodes"]["state"].count("slow") == 3
    simulation.advance(3.5)
    frame = simulation.frame()
    assert set(frame["nodes"]["state"]) == {"up"}
    assert frame["edges"]["state"].count("partitioned") == 1
    assert simulation.scenario.to_json()["faults"][1]["other_region"] == "tokyo"
    assert start(simulation.scenario.to_json()).scenario == simulation.scenario


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (fault("crash", region="seoul"), "S071"),
        (fault("crash", region="anywhere"), "S070"),
        (fault("crash", region="london", other_region="tokyo"), "S070"),
        (fault("partition", region="london"), "S070"),
        (fault("partition", region="london", other_region="london"), "S070"),
        (fault("partition", other_region="london"), "S070"),
        (fault("slow", region="london", other_region="tokyo"), "S070"),
        (fault("crash", "near", region="london"), "S070"),
        (fault("crash", region="atlantis"), "S028"),
        (fault("slow", region="london", factor=1e9), "S025"),
        (fault("crash", region="london", factor=2.0), "S068"),
        (heal("near", region="london"), "S088"),
        (heal(other_region="london"), "S088"),
        (set_parameter("near", "region", "atlantis"), "S028"),
    ],
)
def test_what_cannot_strike_a_region_is_refused(change: Json, code: str) -> None:
    simulation = start(replicated())
    before = simulation.digest()
    assert [item.code for item in simulation.apply([change])] == [code]
    assert simulation.digest() == before


def test_instant_links_between_regions_are_not_instant() -> None:
    """A fault of delay stretches the distance, too."""
    document = world("seoul")
    assert document["edges"][0]["parameters"] == dict(INSTANT)
    simulation = run(document, 1.0)
    do(simulation, fault("delay", edge_id="users-0-server", factor=3.0))
    simulation.advance(2.0)
    assert measured(simulation, 2.0)["totals"]["latency_mean_s"] == pytest.approx(3 * 0.0355)


def test_people_who_get_no_answer_any_more_can_be_watched() -> None:
    """Their region's recent past is empty then, while others have answers."""
    (entry,) = [item for item in library() if item.id == "5b-region-dies"]
    scenario = parse(entry.document).scenario
    assert scenario is not None
    simulation = Simulation(scenario)
    frame = simulation.frame()
    for second in range(1, 75):
        simulation.advance(float(second))
        frame = simulation.frame()
    slow = dict(zip(simulation.layout()["regions"], frame["regions"]["latency_p99_s"], strict=True))
    assert slow["seoul"] is None
    assert slow["frankfurt"] is not None
