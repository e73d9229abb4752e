"""What a run costs: by the hour, by the request and by the byte, whatever changes while it runs."""

from __future__ import annotations

import pytest

from simcore import Simulation
from tests.scenarios import (
    Json,
    do,
    draw,
    fault,
    heal,
    measured,
    request_class,
    run,
    set_parameter,
    start,
)

FREE = {"price_hour_usd": 0.0, "price_million_usd": 0.0, "price_internet_usd": 0.0, "price_region_usd": 0.0}
AT_ONCE = {"service_time_mean_s": 0.0, "service_time_distribution": "constant"}
EVENLY = {"arrival_process": "constant", "arrival_rate_rps": 100.0}


def shop(server: Json, users: Json | None = None, classes: list[Json] | None = None) -> Json:
    """Return users of one server that answers at once, and whose prices are those given, the others zero."""
    nodes = {
        "users": ("users", {**EVENLY, **(users or {})}),
        "server": ("web_server", {**AT_ONCE, **FREE, **server}),
    }
    return draw(nodes, "users>server", classes=classes)


def cost(simulation: Simulation, node: str = "server", part: str = "") -> float:
    """Return what a node has cost, in a sound state."""
    assert simulation.check_state() == []
    return float(simulation.summary()["nodes"][node][f"cost_{part}usd"])


def sized(name: str, operation: str, *, payload: int, question: int = 0) -> Json:
    """Return a class whose requests and answers have these sizes."""
    return {**request_class(operation), "name": name, "payload_bytes": payload, "request_bytes": question}


def test_instances_cost_by_the_hour_crashed_or_not() -> None:
    simulation = run(shop({"price_hour_usd": 7.2, "instance_count": 3}), 100.0)
    assert cost(simulation) == pytest.approx(3 * 7.2 * 100 / 3600)
    do(simulation, fault("crash", "server"))
    simulation.advance(300.0)
    do(simulation, heal("server"), set_parameter("server", "instance_count", 1))
    simulation.advance(400.0)
    assert cost(simulation) == pytest.approx(7.2 * (3 * 300 + 100) / 3600)
    assert simulation.summary()["totals"]["cost_usd"] == pytest.approx(cost(simulation))


def test_a_price_that_changes_holds_from_then_on() -> None:
    simulation = run(shop({"price_hour_usd": 3.6}), 10.0)
    do(simulation, set_parameter("server", "price_hour_usd", 36.0))
    simulation.advance(20.0)
    assert cost(simulation) == pytest.approx(0.01 + 0.1)
    assert measured(simulation, 10.0)["totals"]["cost_usd_per_h"] == pytest.approx(36.0)


def test_a_removed_machine_costs_no_more_and_its_bill_stays() -> None:
    simulation = run(shop({"price_hour_usd": 36.0}), 10.0)
    do(simulation, {"type": "remove_node", "node_id": "server"})
    simulation.advance(50.0)
    assert simulation.check_state() == []
    assert simulation.summary()["totals"]["cost_usd"] == pytest.approx(0.1)
    assert simulation.frame()["totals"]["cost_usd"] == pytest.approx(0.1)


def test_autoscaled_instances_cost_as_long_as_they_are_there() -> None:
    goal = {"period_s": 1.0, "boot_delay_s": 0.0, "target_value": 10.0, "measure": "request_rate"}
    document = shop({"price_hour_usd": 3600.0})
    document["nodes"] += draw({"scaler": ("autoscaler", {**goal, "instances_max": 4})}, "")["nodes"]
    document["edges"].append({"id": "s", "source": "scaler", "target": "server"})
    simulation = run(document, 30.0)
    there = simulation.summary()["nodes"]["server"]
    assert there["instances"] == 4
    assert there["cost_usd"] == pytest.approx(there["instance_seconds"])
    assert there["cost_usd"] == pytest.approx(1 + 4 * 29)


def test_answered_requests_cost_by_the_million() -> None:
    simulation = run(shop({"price_million_usd": 1000.0}), 10.0)
    do(simulation, set_parameter("server", "price_million_usd", 5000.0))
    simulation.advance(30.0)
    do(simulation, fault("crash", "server"))
    simulation.advance(40.0)
    assert cost(simulation, part="requests_") == pytest.approx(1.0 + 5 * 2.0, rel=0.01)
    assert cost(simulation) == cost(simulation, part="requests_")


def test_answers_to_users_cost_by_their_real_sizes() -> None:
    """Reads carry their payload back, writes nothing; what was asked costs the server nothing."""
    classes = [sized("read", "read", payload=3_000), sized("write", "write", payload=9_000, question=500)]
    simulation = run(shop({"price_internet_usd": 1000.0}, classes=classes), 100.0)
    seen = simulation.summary()
    reads, writes = (seen["classes"][name]["completed"] for name in ("read", "write"))
    assert seen["edges"]["users-server"]["answered_bytes"] == 3_000 * reads
    assert seen["edges"]["users-server"]["sent_bytes"] == 9_500 * writes
    assert cost(simulation) == pytest.approx(3_000 * reads * 1e-6)


def test_drawn_sizes_cost_what_was_drawn() -> None:
    varied = {
        **sized("read", "read", payload=10_000),
        "payload_distribution": "exponential",
    }
    simulation = run(shop({"price_internet_usd": 1000.0}, classes=[varied]), 400.0)
    assert cost(simulation) == pytest.approx(40_000 * 10_000 * 1e-6, rel=0.02)


def test_what_nobody_waits_for_costs_all_the_same() -> None:
    late = {"price_internet_usd": 1000.0, "service_time_mean_s": 0.2, "worker_count": 100}
    simulation = run(shop(late, {"timeout_s": 0.1}), 10.0)
    assert simulation.summary()["totals"]["completed"] == 0
    assert cost(simulation) == pytest.approx(1_000 * 980 * 1e-6, rel=0.01)


def far(users: str, server: str, database: str) -> Json:
    """Return users, a server and a database in three regions; only bytes between components cost."""
    one_gb_a_thousand = {**FREE, "price_region_usd": 1000.0}
    nodes = {
        "users": ("users", {**EVENLY, "region": users}),
        "server": ("web_server", {**AT_ONCE, **one_gb_a_thousand, "region": server}),
        "database": ("database", {**one_gb_a_thousand, "region": database}),
    }
    classes = [sized("read", "read", payload=2_000, question=100), sized("write", "write", payload=400)]
    return draw(nodes, "users>server server>database", classes=classes)


def test_bytes_that_leave_a_region_cost_who_sends_them() -> None:
    simulation = run(far("seoul", "tokyo", "virginia"), 60.0)
    sent, back = (
        simulation.summary()["edges"]["server-database"][name] for name in ("sent_bytes", "answered_bytes")
    )
    calls = simulation.summary()["edges"]["server-database"]["offered"]
    assert sent == pytest.approx(calls * (0.5 * 100 + 0.5 * 400), rel=0.05)
    assert back == pytest.approx(calls * 0.5 * 2_000, rel=0.05)
    assert cost(simulation) == pytest.approx(sent * 1e-6)
    assert cost(simulation, "database") == pytest.approx(back * 1e-6)
    assert run(far("seoul", "tokyo", "tokyo"), 60.0).summary()["totals"]["cost_usd"] == 0.0
    assert run(far("seoul", "tokyo", "anywhere"), 60.0).summary()["totals"]["cost_usd"] == 0.0


def test_a_move_into_another_region_costs_from_then_on_and_back_again() -> None:
    simulation = run(far("seoul", "tokyo", "tokyo"), 20.0)
    assert cost(simulation) == 0.0
    do(simulation, set_parameter("database", "region", "virginia"))
    simulation.advance(40.0)
    do(simulation, set_parameter("database", "region", "tokyo"))
    simulation.advance(41.0)
    apart = cost(simulation)
    simulation.advance(80.0)
    assert cost(simulation) == apart == pytest.approx(20 * 100 * 250e-6, rel=0.1)


def test_the_sum_of_all_nodes_is_the_total_and_a_snapshot_knows_it() -> None:
    simulation = start(far("seoul", "tokyo", "virginia"))
    simulation.advance(10.0)
    do(simulation, set_parameter("server", "price_hour_usd", 5.0))
    copy = Simulation.resume(type(moment := simulation.snapshot()).from_bytes(moment.to_bytes()))
    for one in (simulation, copy):
        do(one, fault("crash", "database"), set_parameter("server", "price_region_usd", 7.0))
        one.advance(20.0)
        assert one.check_state() == []
    assert simulation.summary() == copy.summary()
    seen = simulation.summary()
    parts = ("cost_usd", "cost_instances_usd", "cost_requests_usd", "cost_bytes_usd")
    for part in parts:
        together = sum(node[part] for node in seen["nodes"].values() if part in node)
        assert together == pytest.approx(seen["totals"][part], rel=1e-5)
    assert seen["totals"]["cost_usd"] == pytest.approx(
        sum(seen["totals"][part] for part in parts[1:]), rel=1e-5
    )


def test_a_frame_has_the_bill_and_its_present_rate() -> None:
    simulation = run(shop({"price_hour_usd": 36.0}), 10.0)
    simulation.frame()
    simulation.advance(20.0)
    do(simulation, set_parameter("server", "price_hour_usd", 72.0))
    simulation.frame()
    simulation.advance(21.0)
    frame = simulation.frame()
    assert frame["totals"]["cost_usd_per_h"] == pytest.approx(72.0)
    assert frame["totals"]["cost_usd"] == pytest.approx(0.2 + 0.02)
    assert frame["nodes"]["cost_usd_per_h"] == [72.0, None]


def test_each_shard_is_a_machine_that_costs() -> None:
    document = shop({})
    store = draw({"store": ("sharded_store", {**FREE, "price_hour_usd": 36.0, "shard_count": 3})}, "")
    document["nodes"] += store["nodes"]
    simulation = run(document, 100.0)
    do(simulation, set_parameter("store", "shard_count", 5))
    simulation.advance(200.0)
    assert cost(simulation, "store") == pytest.approx(3.0 + 5.0)
