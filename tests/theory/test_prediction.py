"""What is predicted before running, beside runs of the same drawings."""

from __future__ import annotations

import pytest

from simcore import apply_changes, library
from simcore.analysis import Analysis, analyze
from simcore.analysis.latency import wait_s
from simcore.analysis.theory.stations import mg1_wait_s, mmc
from simcore.scenario.parse import parse
from tests.scenarios import Json, draw, measured, request_class, start

#: Drawings that stay in one state: nothing scales, breaks or changes its rate.
STEADY = (
    "single-server",
    "lb-cache-replicated-db",
    "replicated-database",
    "queue-and-workers",
    "quorum-store",
)
CONSTANT = {"service_time_distribution": "constant"}
EXPONENTIAL = {"service_time_distribution": "exponential"}


def analysis_of(document: Json) -> Analysis:
    scenario = parse(document).scenario
    assert scenario is not None
    return analyze(scenario)


def run_of(document: Json, duration_s: float, warmup_s: float = 60.0) -> Json:
    simulation = start(document)
    simulation.advance(warmup_s)
    return measured(simulation, duration_s)


@pytest.mark.parametrize("servers", [1, 2, 5, 30])
@pytest.mark.parametrize("load", [0.3, 0.7, 0.95])
def test_waits_are_close_to_theory(servers: int, load: float) -> None:
    rate_rps, mean_s = load * servers / 0.01, 0.01
    found = wait_s(rate_rps, mean_s, servers, 1.0)
    assert found == pytest.approx(mmc(rate_rps, mean_s, servers).wait_mean_s, rel=0.1, abs=0.03 * mean_s)
    assert wait_s(load / mean_s, mean_s, 1, 0.5) == pytest.approx(mg1_wait_s(load / mean_s, mean_s, 0.5))


@pytest.mark.parametrize("name", STEADY)
def test_starters_behave_as_predicted(name: str) -> None:
    document = next(entry.document for entry in library() if entry.id == name)
    expected = analysis_of(document).to_json()
    # Addresses expire together: a look at them takes a whole time to live.
    ttl_s = max(
        node["parameters"].get("ttl_s", 300.0) * (node["kind"] == "dns") for node in document["nodes"]
    )
    summary = run_of(document, ttl_s or 120.0, ttl_s or 60.0)
    totals, prediction = summary["totals"], expected["prediction"]
    assert prediction["latency_mean_s"] == pytest.approx(totals["latency_mean_s"], rel=0.06)
    assert prediction["throughput_rps"] == pytest.approx(totals["throughput_rps"], rel=0.04)
    assert prediction["cost_usd_per_h"] == pytest.approx(totals["cost_usd_per_h"], rel=0.05)
    for node_id, node in expected["nodes"].items():
        run = summary["nodes"].get(node_id, {})
        if node["busy_ratio"] and run.get("utilization_ratio", 0.0):
            assert node["busy_ratio"] == pytest.approx(run["utilization_ratio"], rel=0.08, abs=0.002)
        if node["hit_ratio"] is not None:
            assert node["hit_ratio"] == pytest.approx(run["hit_ratio"], abs=0.03)


def pair(server: Json, database: Json, users: Json) -> Json:
    return draw(
        {"u": ("users", users), "s": ("web_server", server), "d": ("database", database)},
        "u>s s>d",
        classes=[request_class("read", share=0.7), request_class("write", share=0.3)],
    )


@pytest.mark.parametrize(
    ("server", "database", "users"),
    [
        # A worker is kept while the database is waited for: the line before the workers grows.
        ({"worker_count": 12, "service_time_mean_s": 0.01, **EXPONENTIAL}, {"read_time_mean_s": 0.03,
          "write_time_mean_s": 0.05, **EXPONENTIAL}, {"arrival_rate_rps": 200.0}),
        # Two cores work, and workers that wait need none.
        ({"worker_count": 60, "core_count": 2, "service_time_mean_s": 0.01, **EXPONENTIAL},
         {"read_time_mean_s": 0.03, "write_time_mean_s": 0.03}, {"arrival_rate_rps": 160.0}),
        # Queries slow each other down.
        ({"service_time_mean_s": 0.0}, {"connection_count": 100, "read_time_mean_s": 0.01, "write_time_mean_s": 0.01,
          "contention_ratio": 0.05, **CONSTANT}, {"arrival_rate_rps": 500.0}),
        # People who wait send less.
        ({"worker_count": 4, "service_time_mean_s": 0.02, **EXPONENTIAL}, {}, {"workload_model": "closed",
          "user_count": 300, "think_time_mean_s": 2.0}),
    ],
)  # fmt: skip
def test_queues_of_callers_behave_as_predicted(server: Json, database: Json, users: Json) -> None:
    document = pair({"queue_capacity": 100_000, **server}, database, {"timeout_s": 60.0, **users})
    found = analysis_of(document).prediction
    totals = run_of(document, 300.0)["totals"]
    assert found.latency.mean_s == pytest.approx(totals["latency_mean_s"], rel=0.12)
    assert found.throughput_rps == pytest.approx(totals["throughput_rps"], rel=0.03)


def test_confirmations_from_afar_cost_a_round_trip() -> None:
    nodes: Json = {
        "u": ("users", {"arrival_rate_rps": 20.0}),
        "s": ("web_server", {"region": "seoul"}),
        "p": ("database", {"region": "seoul", "replication_mode": "synchronous"}),
        "r": ("database", {"region": "virginia"}),
    }
    document = draw(nodes, "u>s s>p p>r", classes=[request_class("write")])
    found = analysis_of(document).prediction.latency.mean_s
    assert found == pytest.approx(run_of(document, 200.0)["totals"]["latency_mean_s"], rel=0.03)
    assert found is not None
    assert found > 0.19


def test_the_slowest_chain_is_followed_and_adds_up() -> None:
    nodes: Json = {
        "u": ("users", {}),
        "s": ("web_server", {"service_time_mean_s": 0.001}),
        "fast": ("web_server", {"service_time_mean_s": 0.001}),
        "slow": ("web_server", {"service_time_mean_s": 0.1}),
        "end": ("database", {"read_time_mean_s": 0.05}),
    }
    found = analysis_of(draw(nodes, "u>s s>fast s>slow slow>end")).prediction
    assert [step.node_id for step in found.path] == ["s", "slow", "end"]
    total = sum((step.wait_s or 0.0) + step.work_s + step.network_s for step in found.path)
    assert found.latency.mean_s is not None
    assert found.latency.mean_s - total == pytest.approx(0.001, abs=1e-5)  # the fast one


def test_those_that_share_requests_are_one_step_of_the_way() -> None:
    nodes: Json = {"u": ("users", {}), "l": ("load_balancer", {})}
    nodes |= {f"s{number}": ("web_server", {"service_time_mean_s": 0.01}) for number in range(4)}
    found = analysis_of(draw(nodes, "u>l l>s0 l>s1 l>s2 l>s3")).prediction
    assert [step.node_id for step in found.path] == ["l", "s3"]
    assert found.path[-1].work_s == pytest.approx(0.01)


def test_an_overload_has_no_latency_and_passes_what_it_can() -> None:
    document = pair({"worker_count": 1, "service_time_mean_s": 0.01}, {}, {"arrival_rate_rps": 200.0})
    found = analysis_of(document).to_json()["prediction"]
    assert found["latency_mean_s"] is None
    assert found["path"][0]["wait_s"] is None
    totals = run_of(document, 60.0)["totals"]
    assert found["throughput_rps"] == pytest.approx(totals["throughput_rps"], rel=0.03)
    assert found["throughput_rps"] < 100


def remarks(document: Json, code: str) -> list[str]:
    return [item.text for item in analysis_of(document).diagnostics if item.code == code]


def test_the_loss_of_the_only_cache_is_said_in_numbers() -> None:
    nodes: Json = {
        "u": ("users", {"arrival_rate_rps": 4200.0}),
        "s": ("web_server", {"worker_count": 1000}),
        "c": ("cache", {}),
        "d": ("database", {"connection_count": 9, "read_time_mean_s": 0.01}),
    }
    document = draw(nodes, "u>s s>c s>d", classes=[request_class("read", key_count=1_000)])
    assert remarks(document, "A018") == ["If c stops, 4200 requests/s reach d, which can serve 900."]
    nodes["c2"] = ("cache", {})
    two = draw(nodes, "u>s s>c s>c2 s>d", classes=[request_class("read", key_count=1_000)])
    assert not remarks(two, "A018")
    assert remarks(two, "A012")


def test_a_popular_record_that_burns_its_shard_is_said() -> None:
    store = {"shard_count": 10, "thread_count": 1, "read_time_mean_s": 0.01}
    nodes: Json = {
        "u": ("users", {"arrival_rate_rps": 500.0}),
        "s": ("web_server", {"worker_count": 1000}),
        "d": ("sharded_store", store),
    }
    even = draw(nodes, "u>s s>d", classes=[request_class("read", key_count=1_000)])
    assert not remarks(even, "A019")
    hot = draw(nodes, "u>s s>d", classes=[request_class("read", key_count=1_000, zipf_exponent=1.2)])
    assert len(remarks(hot, "A019")) == 1


def test_one_server_less_than_needed_is_said() -> None:
    server = ("web_server", {"worker_count": 1, "service_time_mean_s": 0.01})
    nodes: Json = {"u": ("users", {"arrival_rate_rps": 240.0}), "l": ("load_balancer", {})}
    nodes |= {f"s{number}": server for number in range(3)}
    document = draw(nodes, "u>l l>s0 l>s1 l>s2")
    assert remarks(document, "A017") == [
        "If one of the 3 behind l stops, the others would need 120 % of their capacity."
    ]
    nodes["s3"] = server
    assert not remarks(draw(nodes, "u>l l>s0 l>s1 l>s2 l>s3"), "A017")


def test_retries_that_multiply_are_said_where_they_arrive() -> None:
    tries = {"attempts_max": 3}
    nodes: Json = {
        "u": ("users", tries),
        "a": ("web_server", {**tries, "timeout_s": 60.0}),
        "b": ("web_server", {**tries, "timeout_s": 5.0}),
        "c": ("web_server", {}),
    }
    document = draw(nodes, "u>a a>b b>c")
    assert remarks(document, "A020") == [
        "When c fails, it gets up to 27 attempts for each request, since 3 tiers try again."
    ]
    for name in "ab":
        nodes[name][1]["retry_budget_ratio"] = 0.2
    assert not remarks(draw(nodes, "u>a a>b b>c"), "A020")


def test_callers_that_give_up_too_early_are_said() -> None:
    nodes: Json = {
        "u": ("users", {}),
        "a": ("web_server", {"timeout_s": 1.0}),
        "b": ("web_server", {"timeout_s": 5.0}),
        "c": ("web_server", {}),
    }
    assert len(remarks(draw(nodes, "u>a a>b b>c"), "A015")) == 1
    nodes["b"][1]["timeout_s"] = 0.5
    assert not remarks(draw(nodes, "u>a a>b b>c"), "A015")


def test_a_line_that_is_longer_than_patience_is_said() -> None:
    def drawn(places: int) -> Json:
        server = {"worker_count": 1, "service_time_mean_s": 0.1, "queue_capacity": places}
        return draw({"u": ("users", {"timeout_s": 10.0}), "s": ("web_server", server)}, "u>s")

    assert not remarks(drawn(100), "A022")
    (found,) = [item for item in analysis_of(drawn(1000)).diagnostics if item.code == "A022"]
    assert found.text.startswith("In a full line of s a request waits 100 s, but u gives up after 10 s")
    assert not remarks(apply_changes(drawn(1000), list(found.fix)).document, "A022")


def test_those_whose_death_nobody_notices_are_said() -> None:
    nodes: Json = {
        "u": ("users", {}),
        "l": ("rate_limiter", {}),
        "a": ("web_server", {}),
        "b": ("web_server", {}),
    }
    document = draw(nodes, "u>l l>a l>b")
    (found,) = [item for item in analysis_of(document).diagnostics if item.code == "A023"]
    assert "50 % of its requests" in found.text
    assert not remarks(apply_changes(document, list(found.fix)).document, "A023")
    nodes["l"] = ("load_balancer", {})
    assert not remarks(draw(nodes, "u>l l>a l>b"), "A023")


def test_files_cost_what_comes_back_of_them() -> None:
    nodes: Json = {"u": ("users", {}), "e": ("cdn", {}), "s": ("web_server", {})}
    files = {**request_class("static", key_count=10), "payload_bytes": 1_000_000}
    document = draw(nodes, "u>e e>s", classes=[files])
    found = analysis_of(document).prediction.cost
    assert found.usd_per_hour == pytest.approx(run_of(document, 60.0)["totals"]["cost_usd_per_h"], rel=0.05)


def test_zones_are_apart() -> None:
    nodes: Json = {
        "u": ("users", {}),
        "s": ("web_server", {"service_time_mean_s": 0.0}),
        "t": ("web_server", {}),
    }
    near = draw(nodes, "u>s s>t")
    zones = [
        {"id": name, "kind": "zone", "name": name, "x": 0, "y": 0, "parameters": {"zone_delay_s": 0.004}}
        for name in ("za", "zb")
    ]
    inside = {"s": "za", "t": "zb"}
    placed = [
        {**node, **({"group_id": inside[node["id"]]} if node["id"] in inside else {})}
        for node in near["nodes"]
    ]
    far = {**near, "groups": zones, "nodes": placed}
    found = [analysis_of(document).prediction.latency.mean_s or 0.0 for document in (near, far)]
    runs = [run_of(document, 120.0)["totals"]["latency_mean_s"] for document in (near, far)]
    assert found[1] - found[0] == pytest.approx(0.008)
    assert runs[1] - runs[0] == pytest.approx(0.008, abs=1e-4)


def test_a_growing_backlog_is_said() -> None:
    nodes: Json = {
        "u": ("users", {}),
        "s": ("web_server", {}),
        "q": ("message_queue", {}),
        "w": ("worker", {"worker_count": 8, "service_time_mean_s": 0.1}),
    }
    document = draw(nodes, "u>s s>q q>w", classes=[request_class("job")])
    assert remarks(document, "A016") == [
        "w gets 100 jobs/s and can do 80: the backlog before it grows by 20 messages/s without end."
    ]


def test_a_better_division_is_said() -> None:
    def server(count: int) -> tuple[str, Json]:
        return ("web_server", {"worker_count": count, "service_time_mean_s": 0.01})

    nodes: Json = {"u": ("users", {}), "l": ("load_balancer", {}), "a": server(1), "b": server(9)}
    (text,) = remarks(draw(nodes, "u>l l>a l>b"), "A014")
    assert text.startswith(
        "Divided by capacity, the same components could carry 1000 requests/s instead of 200"
    )
