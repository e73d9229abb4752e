"""The preview knows which way requests take: by class, by weight, by region, and as far as limits let them through."""

from __future__ import annotations

import pytest

from simcore.analysis import Analysis, analyze
from simcore.library import library
from simcore.scenario.parse import parse
from tests.scenarios import Json, draw, measured, request_class, start

USERS: Json = {"arrival_rate_rps": 200.0}
#: Three quarters of the reads are for photos.
MEDIA = [
    {**request_class("read", share=0.75), "name": "photos"},
    {**request_class("read", share=0.25), "name": "video"},
]
SERVERS: Json = {"a": ("web_server", {}), "b": ("web_server", {})}
EVERYWHERE: Json = {**USERS, "region_mix": "seoul 70, virginia 20, london 10"}
APART: Json = {"a": ("web_server", {"region": "seoul"}), "b": ("web_server", {"region": "virginia"})}


def names(policy: str, users: Json, **own: object) -> Json:
    """Return two servers in two regions, which people find by a name server; in steady state after a minute."""
    nodes = {"u": ("users", users), "d": ("dns", {"routing_policy": policy, "ttl_s": 20.0, **own}), **APART}
    return draw(nodes, "u>d d>a d>b u>a u>b", links={"d-a": {"weight": 3.0}})


def balanced(**own: object) -> Json:
    """Return two servers behind a balancer; the connection to the first has three times the weight."""
    nodes = {"u": ("users", USERS), "l": ("load_balancer", own), **SERVERS}
    return draw(nodes, "u>l l>a l>b", links={"l-a": {"weight": 3.0}})


def gated(kind: str, classes: list[Json] | None = None, **own: object) -> Json:
    """Return two servers behind something that refuses; the first takes photos only."""
    nodes = {"u": ("users", {**USERS, "user_count": 50}), "g": (kind, own), **SERVERS}
    links = {"g-a": {"request_classes": "photos"}} if classes else {}
    return draw(nodes, "u>g g>a g>b", classes=classes or [request_class("read")], links=links)


def analysis_of(document: Json) -> Analysis:
    scenario = parse(document).scenario
    assert scenario is not None
    return analyze(scenario)


DRAWINGS = {
    "classes": gated("api_gateway", MEDIA),
    "credentials": gated("api_gateway", bad_credentials_ratio=0.3),
    "limit and classes": gated("api_gateway", MEDIA, limit_rps=120.0, burst=50, bad_credentials_ratio=0.1),
    "limit": gated("rate_limiter", limit_rps=80.0, burst=10),
    "limit of each user": gated("rate_limiter", user_limit_rps=2.0),
    "weights": balanced(routing_policy="weighted"),
    "stand-by": balanced(routing_policy="failover"),
    "nearest": names("latency", EVERYWHERE),
    "own region": names("geo", EVERYWHERE),
    "answers by weight": names("weighted", EVERYWHERE),
    "first": names("failover", EVERYWHERE),
    "short-lived answers": names("latency", EVERYWHERE, ttl_s=5.0),
}


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_a_run_takes_the_ways_that_were_expected(name: str) -> None:
    document = DRAWINGS[name]
    expected = analysis_of(document).to_json()
    simulation = start(document)
    simulation.advance(60.0)
    summary = measured(simulation, 120.0)
    found = {node: summary["nodes"][node]["offered"] / 120.0 for node in ("a", "b")}
    for node, rate_rps in found.items():
        assert expected["nodes"][node]["expected_rps"] == pytest.approx(rate_rps, rel=0.05, abs=0.5)
    prediction, totals = expected["prediction"], summary["totals"]
    assert prediction["throughput_rps"] == pytest.approx(totals["throughput_rps"], rel=0.03)
    assert prediction["latency_mean_s"] == pytest.approx(totals["latency_mean_s"], rel=0.05)


@pytest.mark.parametrize("name", ["5b-nearest", "rate-limited-server"])
def test_scenarios_with_names_and_limits_behave_as_predicted(name: str) -> None:
    document = next(entry.document for entry in library() if entry.id == name)
    expected = analysis_of(document).to_json()
    simulation = start(document)
    simulation.advance(60.0)
    summary = measured(simulation, 120.0)
    for node, item in expected["nodes"].items():
        rate_rps = summary["nodes"][node]["offered"] / 120.0
        assert item["expected_rps"] == pytest.approx(rate_rps, rel=0.05), node
    totals = summary["totals"]
    assert expected["prediction"]["latency_mean_s"] == pytest.approx(totals["latency_mean_s"], rel=0.05)


def test_what_stands_by_is_no_single_point_and_not_idle() -> None:
    for name in ("stand-by", "first"):
        found = analysis_of(DRAWINGS[name])
        assert not {"a", "b"} & set(found.single_points_of_failure), name
        assert "A005" not in {item.code for item in found.diagnostics}


def test_what_a_limit_protects_is_not_called_overloaded() -> None:
    document = gated("rate_limiter", limit_rps=80.0, burst=10)
    for node in document["nodes"]:
        if node["id"] in ("a", "b"):
            node["parameters"]["worker_count"] = 1  # 78 requests/s each, and 100 come to the limit for each
    found = analysis_of(document)
    assert {item.node_id for item in found.diagnostics if item.code == "A010"} == {"g"}
    assert found.load.bottleneck == "g"
    assert found.load.max_throughput_rps == pytest.approx(80.0)
