"""Groups: where a region, a zone or a network puts its components, and what that does to their requests and bills."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import analyze, apply_changes, parse
from tests.scenarios import Json, do, draw, fault, measured, run, set_parameter, start

FREE = {
    "price_hour_usd": 0.0, "price_million_usd": 0.0, "price_internet_usd": 0.0, "price_region_usd": 0.0,
    "price_zone_usd": 0.0,
}  # fmt: skip
AT_ONCE = {"service_time_mean_s": 0.0, "service_time_distribution": "constant"}
QUICK_QUERIES = {"read_time_mean_s": 0.0, "write_time_mean_s": 0.0, "service_time_distribution": "constant"}
EVENLY = {"arrival_process": "constant", "arrival_rate_rps": 100.0, "timeout_s": 1.0}


def group(group_id: str, kind: str, parent: str | None = None, **parameters: Any) -> Json:
    """Return a group of a document."""
    inside = {} if parent is None else {"parent_id": parent}
    return {
        "id": group_id,
        "kind": kind,
        "name": group_id,
        "x": 0,
        "y": 0,
        **inside,
        "parameters": parameters,
    }


def shop(groups: list[Json], places: dict[str, str], **servers: Any) -> Json:
    """Return users of a server with a database, each of them in a group; nothing of it takes time or costs anything."""
    document = draw(
        {
            "users": ("users", EVENLY),
            "server": ("web_server", {**AT_ONCE, **FREE, "timeout_s": 0.5, **servers}),
            "database": ("database", {**QUICK_QUERIES, **FREE}),
        },
        "users>server server>database",
    )
    for node in document["nodes"]:
        if node["id"] in places:
            node["group_id"] = places[node["id"]]
    return {**document, "groups": groups}


def problems(document: Json) -> list[str]:
    """Return the codes of what is wrong with a document, and of the remarks on it."""
    result = parse(document)
    found = [item.code for item in result.diagnostics]
    return found + (
        [] if result.scenario is None else [item.code for item in analyze(result.scenario).diagnostics]
    )


def latency_s(document: Json) -> float:
    """Return the mean latency of a run in which every request is answered."""
    totals = run(document, 20.0).summary()["totals"]
    assert totals["failed"] == 0
    return float(totals["latency_mean_s"])


def test_a_region_holds_for_all_inside_it_and_survives_the_way_through_json() -> None:
    groups = [group("asia", "region", region="seoul"), group("zone", "zone", "asia")]
    document = shop(groups, {"server": "zone", "database": "asia"})
    document["nodes"][1]["parameters"]["region"] = "tokyo"
    scenario = parse(document).scenario
    assert scenario is not None
    regions = {node.id: node.component.region for node in scenario.nodes}
    assert regions == {"users": "anywhere", "server": "seoul", "database": "seoul"}
    again = scenario.to_json()
    assert again["nodes"][1]["parameters"]["region"] == "tokyo"
    assert again["nodes"][1]["group_id"] == "zone"
    assert parse(again).scenario == scenario
    assert "A044" in problems(document)


def test_what_a_group_decides_ends_when_its_member_leaves() -> None:
    simulation = start(shop([group("asia", "region", region="seoul")], {"server": "asia"}, region="tokyo"))
    for change in (
        {"type": "set_node_group", "node_id": "server", "group_id": None},
        {"type": "remove_group", "group_id": "asia"},
    ):
        do(simulation, {"type": "set_node_group", "node_id": "server", "group_id": "asia"})
        assert simulation.scenario.node_by_id()["server"].component.region == "seoul"
        do(simulation, change)
        assert simulation.scenario.node_by_id()["server"].component.region == "tokyo"
        assert simulation.scenario == parse(simulation.document).scenario


def test_data_centres_are_as_far_apart_as_their_regions() -> None:
    groups = [group("here", "region", region="seoul"), group("there", "region", region="virginia")]
    together = shop(groups, {"server": "here", "database": "here"})
    apart = shop(groups, {"server": "here", "database": "there"})
    assert latency_s(together) == pytest.approx(0.0, abs=1e-9)
    assert latency_s(apart) == pytest.approx(0.1915, rel=1e-6)  # a round trip


def test_the_way_between_zones_is_the_longer_of_the_two_and_costs_by_the_byte() -> None:
    groups = [group("one", "zone", zone_delay_s=0.002), group("other", "zone", zone_delay_s=0.005)]
    together = shop(groups, {"server": "one", "database": "one"})
    apart = shop(groups, {"server": "one", "database": "other"})
    half = shop(groups, {"server": "one"})
    assert latency_s(together) == latency_s(half) == pytest.approx(0.0, abs=1e-9)
    assert latency_s(apart) == pytest.approx(0.010, rel=1e-6)
    for document, pays in ((together, False), (apart, True)):
        document["nodes"][2]["parameters"]["price_zone_usd"] = 1000.0
        simulation = run(document, 20.0)
        assert simulation.check_state() == []
        answers = simulation.summary()["nodes"]["database"]["completed"]
        expected = answers * 1000 * 1e-9 * 1000.0 if pays else 0.0
        assert simulation.summary()["nodes"]["database"]["cost_usd"] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("kind", ["zone", "region"])
def test_the_bill_for_traffic_that_was_reckoned_is_the_one_that_a_run_makes(kind: str) -> None:
    """Reads come back from the database, which pays for them; writes go out to it, and the server pays."""
    own: tuple[Json, Json] = ({}, {}) if kind == "zone" else ({"region": "seoul"}, {"region": "tokyo"})
    document = shop(
        [group("one", kind, **own[0]), group("other", kind, **own[1])],
        {"server": "one", "database": "other"},
    )
    for node, price in (("server", 400.0), ("database", 900.0)):
        drawn = next(item for item in document["nodes"] if item["id"] == node)
        drawn["parameters"][f"price_{kind}_usd"] = price
    sizes = {"payload_bytes": 20_000, "request_bytes": 500, "key_count": 100, "zipf_exponent": 0.0}
    document["workload"]["classes"] = [
        {"name": "read", "operation": "read", "share": 3.0, **sizes},
        {"name": "write", "operation": "write", "share": 1.0, **sizes},
    ]
    simulation = run(document, 200.0)
    assert simulation.check_state() == []
    reckoned = analyze(simulation.scenario).prediction.cost
    nodes = simulation.summary()["nodes"]
    for node in ("server", "database"):
        assert nodes[node]["cost_bytes_usd"] > 0.0
        assert nodes[node]["cost_usd_per_h"] == pytest.approx(reckoned.of(node), rel=0.02)


def test_zones_of_two_regions_are_as_far_apart_as_these() -> None:
    groups = [
        group("here", "region", region="seoul"), group("there", "region", region="tokyo"),
        group("one", "zone", "here"), group("other", "zone", "there"),
    ]  # fmt: skip
    assert latency_s(shop(groups, {"server": "one", "database": "other"})) == pytest.approx(0.0355, rel=1e-6)


def test_nobody_outside_reaches_a_private_network_but_by_its_gateway() -> None:
    document = shop([group("private", "network")], {"server": "private", "database": "private"})
    assert "A040" in problems(document)
    simulation = run(document, 10.0)
    totals = simulation.summary()["totals"]
    assert totals["completed"] == 0
    assert set(totals["failed_by_cause"]) == {"timed_out"}
    do(simulation, {"type": "set_gateway", "node_id": "server", "gateway": True})
    simulation.advance(12.0)
    assert simulation.check_state() == []
    totals = measured(simulation, 10.0)["totals"]
    assert (totals["failed"], totals["completed"]) == (0, pytest.approx(1000, abs=1))
    assert not {"A040", "A041", "A042"} & set(problems(simulation.document))


def test_those_inside_a_private_network_reach_everybody() -> None:
    totals = run(
        shop([group("private", "network")], {"users": "private", "server": "private"}), 10.0
    ).summary()["totals"]
    assert totals["failed"] == 0
    assert totals["completed"] > 0


def test_consumers_in_a_private_network_fetch_their_messages() -> None:
    document = draw(
        {"users": ("users", EVENLY), "server": ("web_server", AT_ONCE), "queue": ("message_queue", {}),
         "worker": ("worker", {"service_time_mean_s": 0.001})},
        "users>server server>queue queue>worker",
        classes=[{"name": "job", "operation": "job"}],
    )  # fmt: skip
    by_id = {node["id"]: node for node in document["nodes"]}
    by_id["worker"]["group_id"] = "private"
    inside = run({**document, "groups": [group("private", "network")]}, 10.0)
    assert inside.summary()["nodes"]["worker"]["completed"] > 900
    del by_id["worker"]["group_id"]
    by_id["queue"]["group_id"] = by_id["server"]["group_id"] = "private"
    by_id["server"]["gateway"] = True
    outside = run({**document, "groups": [group("private", "network")]}, 10.0)
    assert outside.check_state() == []
    assert outside.summary()["nodes"]["worker"]["completed"] == 0


def test_an_exposed_database_is_named_and_the_fix_helps() -> None:
    document = shop([group("private", "network")], {"server": "private"})
    document["nodes"][1]["gateway"] = True
    for code in ("A042", "A041"):
        scenario = parse(document).scenario
        assert scenario is not None
        remark = next(item for item in analyze(scenario).diagnostics if item.code == code)
        assert remark.node_id == "database"
        document = apply_changes(document, list(remark.fix)).document
        assert code not in problems(document)
        if code == "A042":
            document["nodes"][2]["gateway"] = True
    assert document["nodes"][2]["gateway"] is False


def test_a_fault_strikes_all_of_a_group_and_its_inner_groups() -> None:
    groups = [group("centre", "region"), group("zone", "zone", "centre")]
    document = shop(groups, {"server": "zone", "database": "centre"})
    simulation = run(document, 5.0)
    do(simulation, {"type": "fault", "fault": "crash", "group_id": "centre"})
    states = dict(zip(simulation.layout()["nodes"], simulation.frame()["nodes"]["state"], strict=True))
    assert states == {"users": "up", "server": "crashed", "database": "crashed"}
    do(simulation, {"type": "heal", "group_id": "zone"})
    states = dict(zip(simulation.layout()["nodes"], simulation.frame()["nodes"]["state"], strict=True))
    assert states == {"users": "up", "server": "up", "database": "crashed"}
    planned = {**document, "faults": [{**fault("crash", "server"), "at_s": 2.0, "duration_s": 3.0}]}
    planned["faults"] = [
        {
            "at_s": 2.0,
            "fault": "crash",
            "node_id": None,
            "edge_id": None,
            "group_id": "zone",
            "factor": None,
            "duration_s": 3.0,
        }
    ]
    totals = run(planned, 10.0).summary()["totals"]
    assert totals["failed"] == pytest.approx(300, abs=2)
    removed = apply_changes(planned, [{"type": "remove_group", "group_id": "zone"}]).document
    assert removed["faults"] == []
    assert parse(removed).scenario is not None


@pytest.mark.parametrize(
    ("struck", "code"),
    [
        ({"fault": "partition", "group_id": "centre"}, "S098"),
        ({"fault": "crash", "group_id": "centre", "node_id": "server"}, "S098"),
        ({"fault": "crash", "group_id": "nowhere"}, "S097"),
        ({"fault": "flush", "group_id": "centre"}, "S097"),
    ],
)
def test_faults_that_no_group_can_suffer_are_refused(struck: Json, code: str) -> None:
    simulation = start(shop([group("centre", "region")], {"server": "centre"}))
    assert [item.code for item in simulation.apply([{"type": "fault", **struck}])] == [code]


def test_an_own_data_centre_pays_for_its_machines_whether_they_work_or_not() -> None:
    own: Json = {"tenure": "own", "bought_ratio": 2.5, "own_price_ratio": 0.5, "fixed_month_usd": 730.0}
    document = shop([group("own", "region", **own)], {"server": "own"}, price_hour_usd=7.2, instance_count=2)
    simulation = run(document, 100.0)
    machines = 5
    expected = (machines * 7.2 * 0.5 + 1.0) * 100 / 3600  # USD 730 a month are one an hour
    assert simulation.summary()["nodes"]["server"]["cost_usd"] == pytest.approx(expected)
    do(simulation, {"type": "set_group_parameter", "group_id": "own", "name": "tenure", "value": "cloud"})
    simulation.advance(200.0)
    assert simulation.check_state() == []
    assert simulation.summary()["nodes"]["server"]["cost_usd"] == pytest.approx(
        expected + 2 * 7.2 * 100 / 3600
    )


def test_an_own_data_centre_has_no_room_for_more_than_was_bought() -> None:
    def scaled(tenure: str) -> Json:
        document = draw(
            {
                "users": ("users", {**EVENLY, "arrival_rate_rps": 400.0}),
                "server": (
                    "web_server",
                    {"service_time_mean_s": 0.05, "worker_count": 4, "instance_count": 2},
                ),
                "scaler": ("autoscaler", {"period_s": 2.0, "boot_delay_s": 1.0, "instances_max": 20}),
            },
            "users>server scaler>server",
        )
        document["nodes"][1]["group_id"] = "centre"
        return {**document, "groups": [group("centre", "region", tenure=tenure, bought_ratio=1.5)]}

    found = {}
    for tenure in ("cloud", "own"):
        simulation = run(scaled(tenure), 60.0)
        assert simulation.check_state() == []
        found[tenure] = simulation.summary()["nodes"]["server"]["instances"]
    assert found["own"] == 3
    assert found["cloud"] > 6
    assert "A043" in problems(scaled("own"))
    assert "A043" not in problems(scaled("cloud"))


def test_groups_may_be_nested_as_places_are() -> None:
    fitting = [
        group("r", "region"),
        group("z", "zone", "r"),
        group("n", "network", "z"),
        group("m", "network", "n"),
    ]
    assert problems({"version": 3, "groups": fitting}) == []
    for inner, outer in (("region", "zone"), ("zone", "zone"), ("region", "region")):
        document = {"version": 3, "groups": [group("a", outer), group("b", inner, "a")]}
        assert problems(document) == ["S094"]
    circle = {"version": 3, "groups": [group("a", "network", "b"), group("b", "network", "a")]}
    assert set(problems(circle)) == {"S093"}


def test_changes_of_groups_are_all_or_nothing_and_say_what_is_missing() -> None:
    document = shop([group("r", "region"), group("z", "zone", "r")], {"server": "z"})
    for change, code in (
        ({"type": "add_group", "group": group("r", "zone")}, "S096"),
        ({"type": "add_group", "group": {"id": "no good"}}, "S029"),
        ({"type": "remove_group", "group_id": "x"}, "S095"),
        ({"type": "move_group", "group_id": "x", "x": 1.0, "y": 1.0}, "S095"),
        ({"type": "rename_group", "group_id": "x", "name": "y"}, "S095"),
        ({"type": "set_group_parameter", "group_id": "x", "name": "region", "value": "seoul"}, "S095"),
        ({"type": "set_group_parameter", "group_id": "r", "name": "region", "value": "mars"}, "S028"),
        ({"type": "set_group_parent", "group_id": "r", "parent_id": "x"}, "S095"),
        ({"type": "set_group_parent", "group_id": "r", "parent_id": "z"}, "S093"),
        ({"type": "set_node_group", "node_id": "server", "group_id": "x"}, "S095"),
        ({"type": "set_node_group", "node_id": "x", "group_id": "r"}, "S082"),
        ({"type": "set_gateway", "node_id": "x", "gateway": True}, "S082"),
    ):
        result = apply_changes(document, [change])
        assert code in [item.code for item in result.diagnostics], change
        assert result.document is document
    renamed = apply_changes(document, [{"type": "rename_group", "group_id": "r", "name": "Asia"}]).document
    moved = apply_changes(renamed, [{"type": "move_group", "group_id": "r", "x": 5.0, "y": 6.0}]).document
    assert (moved["groups"][0]["name"], moved["groups"][0]["x"], moved["groups"][0]["y"]) == (
        "Asia",
        5.0,
        6.0,
    )
    gone = apply_changes(moved, [{"type": "remove_group", "group_id": "r"}]).document
    assert [item.get("parent_id") for item in gone["groups"]] == [None]


def test_machines_bought_ahead_hold_for_a_single_component_too() -> None:
    simulation = run(shop([], {}, price_hour_usd=3.6, instance_count=4, bought_count=3), 100.0)
    summary = simulation.summary()["nodes"]["server"]
    assert (summary["instances"], summary["cost_usd"]) == (3, pytest.approx(3 * 3.6 * 100 / 3600))
    do(simulation, set_parameter("server", "bought_count", 10))
    simulation.advance(200.0)
    assert simulation.check_state() == []
    summary = simulation.summary()["nodes"]["server"]
    assert (summary["instances"], summary["cost_usd"]) == (4, pytest.approx(13 * 3.6 * 100 / 3600))


NODES = st.sampled_from(["users", "server", "database"])
GROUPS = st.sampled_from(["r", "z", "y", "n"])
EDITS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("set_node_group"), "node_id": NODES, "group_id": st.none() | GROUPS}
    ),
    st.fixed_dictionaries(
        {"type": st.just("set_group_parent"), "group_id": GROUPS, "parent_id": st.none() | GROUPS}
    ),
    st.fixed_dictionaries({"type": st.just("set_gateway"), "node_id": NODES, "gateway": st.booleans()}),
    st.fixed_dictionaries({"type": st.just("remove_group"), "group_id": GROUPS}),
    st.builds(
        lambda name, kind: {"type": "add_group", "group": group(name, kind)},
        GROUPS,
        st.sampled_from(["region", "zone", "network"]),
    ),
    st.builds(
        lambda name, value: {"type": "set_group_parameter", "group_id": "r", "name": name, "value": value},
        st.sampled_from(["region", "tenure", "bought_ratio"]),
        st.sampled_from(["seoul", "virginia", "own", "cloud", 2.0, None]),
    ),
    st.fixed_dictionaries({"type": st.sampled_from(["fault", "heal"]), "group_id": GROUPS}).map(
        lambda change: {**change, **({"fault": "crash"} if change["type"] == "fault" else {})}
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(EDITS, max_size=10))
def test_any_edits_of_groups_leave_a_running_system_sound(edits: list[Json]) -> None:
    simulation = start(
        shop([group("r", "region"), group("z", "zone", "r"), group("n", "network")], {"server": "z"})
    )
    for at, change in enumerate(edits):
        simulation.advance(0.3 * at)
        simulation.apply([change])
        assert simulation.check_state() == []
        assert simulation.scenario == parse(simulation.document).scenario
    simulation.advance(5.0)
    assert simulation.check_state() == []
