"""What a point of presence sends per second, when its answers are outdated, and what is expected of it beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import Simulation, analyze, parse
from tests.scenarios import Json, draw, request_class, start

_SIZE = 10_000


def _site(classes: list[Json] | None = None, rate_rps: float = 100.0, **own: Any) -> Json:
    nodes = {
        "users": ("users", {"arrival_rate_rps": rate_rps, "timeout_s": 1000.0}),
        "edge": ("cdn", {"hit_time_mean_s": 0.0, **own}),
        "web": ("web_server", {"service_time_mean_s": 0.001, "worker_count": 1000}),
        "db": ("database", {"write_time_mean_s": 0.001, "read_time_mean_s": 0.001}),
    }
    asked = classes or [{**request_class("static", key_count=100), "payload_bytes": _SIZE}]
    return draw(nodes, "users>edge edge>web web>db", classes=asked)


def _run(document: Json, until_s: float) -> Simulation:
    simulation = start(document)
    simulation.advance(until_s)
    assert simulation.check_state() == []
    return simulation


def test_a_line_of_its_own_shares_what_it_can_carry() -> None:
    """M/D/1 by processor sharing: the mean time is that of an empty line divided by what is left of it."""
    line_bps = 100.0 * _SIZE * 8 / 0.5
    simulation = _run(_site(egress_bps=line_bps), 20.0)
    simulation.reset_statistics()
    simulation.advance(420.0)
    mean_s = simulation.summary()["nodes"]["edge"]["latency_mean_s"]
    assert mean_s == pytest.approx(8 * _SIZE / line_bps / (1 - 0.5), rel=0.05)


def test_more_than_the_line_can_carry_waits_without_end_and_is_seen_beforehand() -> None:
    line_bps = 100.0 * _SIZE * 8 / 1.25
    document = _site(egress_bps=line_bps)
    simulation = _run(document, 20.0)
    # Those on their way share the line, so that fewer are through than it has carried the bytes of.
    assert 40.0 < simulation.summary()["nodes"]["edge"]["throughput_rps"] < 80.0
    scenario = parse(document).scenario
    assert scenario is not None
    load = analyze(scenario).load.nodes["edge"]
    assert load.utilization_ratio == pytest.approx(1.25)


def test_answers_older_than_the_database_are_counted_until_they_expire_or_are_dropped() -> None:
    classes = [
        request_class("read", key_count=20, share=0.9),
        request_class("write", key_count=20, share=0.1),
    ]
    kept: Json = {"kept_classes": "static_and_reads"}
    seen = {}
    for name, own in (
        ("ttl", {"ttl_s": 10.0}),
        ("soon", {"ttl_s": 0.5}),
        ("drops", {"purge_on_write": True}),
    ):
        summary = _run(_site(classes, **kept, **own), 60.0).summary()
        seen[name] = summary["nodes"]["edge"]["stale_answers"]
        assert summary["totals"]["stale_reads"] == seen[name]
    assert seen["ttl"] > 5 * seen["soon"] > 0
    assert seen["drops"] < seen["ttl"] / 20


def test_stale_answers_are_shown_live() -> None:
    classes = [
        request_class("read", key_count=20, share=0.9),
        request_class("write", key_count=20, share=0.1),
    ]
    simulation = _run(_site(classes, kept_classes="static_and_reads"), 20.0)
    simulation.frame()
    simulation.advance(25.0)
    frame, nodes = simulation.frame(), simulation.layout()["nodes"]
    assert frame["nodes"]["stale_rps"][nodes.index("edge")] > 1.0
    assert frame["nodes"]["stale_rps"][nodes.index("web")] is None


@pytest.mark.parametrize(
    "own",
    [
        {"ttl_s": 2.0},
        {"capacity_bytes": 30 * 10_000.0},
        {"capacity_bytes": 50 * 10_000.0, "eviction_policy": "fifo"},
    ],
)
def test_the_hit_ratio_that_is_expected_is_the_one_that_results(own: dict[str, Any]) -> None:
    classes = [{**request_class("static", key_count=100, zipf_exponent=0.8), "payload_bytes": _SIZE}]
    document = _site(classes, single_flight=False, **own)
    scenario = parse(document).scenario
    assert scenario is not None
    expected = analyze(scenario).prediction.load.hit_ratios["edge"]
    simulation = _run(document, 20.0)
    simulation.reset_statistics()
    simulation.advance(220.0)
    seen = simulation.summary()
    assert seen["nodes"]["edge"]["hit_ratio"] == pytest.approx(expected, abs=0.03)
    asked = analyze(scenario).prediction.load.nodes["web"].offered_rps
    assert seen["nodes"]["web"]["throughput_rps"] == pytest.approx(asked, rel=0.1)
