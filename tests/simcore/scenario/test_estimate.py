"""Estimates: published exercises, the traffic that they give a scenario, and their place in the document."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from simcore import apply_changes, parse
from simcore.analysis import analyze
from simcore.analysis.estimate import EstimateFigures, compute_estimate
from simcore.scenario.estimates import Action, Estimate
from tests.scenarios import Json, draw, run

YEAR_DAYS = 365
TB = 1e12
GB = 1e9


def figures(*actions: Json, **head: Any) -> EstimateFigures:
    named = [Action(**{"name": f"a{number}", **action}) for number, action in enumerate(actions)]
    return compute_estimate(Estimate(actions=tuple(named), **head))


def test_tweets_of_the_book() -> None:
    # A. Xu 2020, chapter 2: 300 million users, half of them daily, two tweets each, a tenth with 1 MB of media, 5 years.
    found = figures(
        {"operation": "write", "count": 2, "size_bytes": 140},
        {"operation": "write", "count": 2, "share_ratio": 0.1, "size_bytes": 1e6, "kept": True},
        user_count=300e6,
        active_ratio=0.5,
        peak_factor=2,
        retention_days=5 * YEAR_DAYS,
    )
    tweets, media = found.actions
    assert found.daily_users == 150e6
    assert tweets.rate_rps == pytest.approx(3_500, rel=0.05)
    assert tweets.peak_rps == pytest.approx(7_000, rel=0.05)
    assert media.stored_bytes_per_day == pytest.approx(30 * TB)
    assert media.stored_bytes == pytest.approx(55_000 * TB, rel=0.05)


def test_a_url_shortener_of_the_book() -> None:
    # Chapter 8: 100 million new addresses a day of 100 bytes, ten times as many reads, 10 years.
    found = figures(
        {"operation": "write", "count": 100e6, "per": "day", "size_bytes": 100, "kept": True},
        {"count": 1e9, "per": "day", "size_bytes": 100},
        retention_days=10 * YEAR_DAYS,
    )
    assert found.write_rps == pytest.approx(1_200, rel=0.05)
    assert found.read_rps == pytest.approx(12_000, rel=0.05)
    assert found.records == pytest.approx(365e9)
    assert found.stored_bytes == pytest.approx(36.5 * TB)
    assert found.key_length == 7


def test_a_url_shortener_with_a_hundred_reads_per_write() -> None:
    # K. P. Singh, system-design: 100 million links a month of 500 bytes, 100 reads each, a fifth of a day's reads cached.
    found = figures(
        {"operation": "write", "count": 100e6, "per": "month", "size_bytes": 500, "kept": True},
        {"count": 10e9, "per": "month", "size_bytes": 500},
        cache_ratio=0.2,
        retention_days=10 * 12 * 30,
    )
    assert found.write_rps == pytest.approx(40, rel=0.05)
    assert found.read_rps == pytest.approx(4_000, rel=0.05)
    assert found.records == pytest.approx(12e9)
    assert found.stored_bytes == pytest.approx(6 * TB)
    assert found.cache_bytes == pytest.approx(35 * GB, rel=0.05)


#: (actions, head, what -> published answer), from the exercises of the System Design Primer and of A. Xu's books.
EXERCISES: dict[str, tuple[list[Json], Json, dict[str, float]]] = {
    "pastebin": (
        [{"operation": "write", "count": 10e6, "per": "month", "size_bytes": 1_270, "kept": True},
         {"count": 100e6, "per": "month"}],
        {"calendar": "round_month", "retention_days": 36 * 30},
        {"write_rps": 4, "read_rps": 40, "stored_bytes": 450 * GB},
    ),
    "a billion requests a month": (
        [{"count": 1e9, "per": "month"}], {"calendar": "round_month"}, {"rate_rps": 400},
    ),
    "twitter of the primer": (
        [{"operation": "write", "count": 500e6, "per": "day", "size_bytes": 10e3, "kept": True, "delivery_count": 10},
         {"count": 250e9, "per": "month"}],
        {"calendar": "round_month", "retention_days": 30},
        {"write_rps": 6_000, "deliveries": 60_000, "read_rps": 100_000, "stored_bytes": 150 * TB},
    ),
    "searches of the primer": (
        [{"count": 10e9, "per": "month"}], {"calendar": "round_month"}, {"rate_rps": 4_000},
    ),
    "fan-out on write": (
        [{"operation": "write", "count": 4_600, "per": "second", "delivery_count": 75}], {}, {"deliveries": 345_000},
    ),
    "news feed": (
        [{"operation": "write", "count": 3_472, "per": "second", "delivery_count": 200}], {}, {"deliveries": 694_400},
    ),
    "crawler of the book": (
        [{"operation": "write", "count": 1e9, "per": "month", "size_bytes": 500e3, "kept": True}],
        {"peak_factor": 2, "retention_days": 60 * 30},
        {"rate_rps": 400, "peak_rps": 800, "stored_per_month": 500 * TB, "stored_bytes": 30_000 * TB},
    ),
    "crawler of the primer": (
        [{"operation": "write", "count": 4e9, "per": "month", "size_bytes": 500e3, "kept": True},
         {"count": 100e9, "per": "month"}],
        {"calendar": "round_month"},
        {"write_rps": 1_600, "read_rps": 40_000, "stored_per_month": 2_000 * TB},
    ),
    "chat": (
        [{"operation": "write", "count": 40, "size_bytes": 100, "kept": True},
         {"operation": "write", "count": 40, "share_ratio": 0.05, "size_bytes": 100e3, "kept": True}],
        {"user_count": 50e6, "active_ratio": 1, "retention_days": 10 * YEAR_DAYS},
        {"per_day": 2e9, "first_rps": 24_000, "stored_bytes": 38_000 * TB, "inbound": 120e6, "text_per_day": 200 * GB},
    ),
    "sixty billion messages": ([{"count": 60e9, "per": "day"}], {}, {"rate_rps": 694_444}),
    "notifications": (
        [{"operation": "job", "count": 16e6, "per": "day"}], {"peak_factor": 5}, {"rate_rps": 185.2, "peak_rps": 925.9},
    ),
    "autocomplete": (
        [{"count": 200}, {"operation": "write", "count": 10, "share_ratio": 0.2, "size_bytes": 20, "kept": True}],
        {"user_count": 10e6, "active_ratio": 1},
        {"read_rps": 24_000, "first_peak": 48_000, "stored_per_day": 0.4 * GB},
    ),
    "youtube": (
        [{"operation": "write", "count": 0.1, "size_bytes": 300e6, "kept": True}],
        {"user_count": 5e6, "active_ratio": 1},
        {"stored_per_day": 150 * TB},
    ),
    "video service": (
        [{"count": 1e9, "per": "day"},
         {"operation": "write", "count": 5e6, "per": "day", "size_bytes": 100e6, "kept": True}],
        {"retention_days": 10 * YEAR_DAYS},
        {"read_rps": 12_000, "stored_per_day": 500 * TB, "stored_bytes": 1_825_000 * TB, "inbound": 5.8 * GB},
    ),
    "drive": (
        [{"operation": "write", "count": 2}], {"user_count": 10e6, "active_ratio": 1, "peak_factor": 2},
        {"rate_rps": 240, "peak_rps": 480},
    ),
    "proximity": (
        [{"count": 5}], {"user_count": 100e6, "active_ratio": 1, "calendar": "round_day"}, {"rate_rps": 5_000},
    ),
    "nearby friends": (
        [{"operation": "write", "count": 86_400 / 30, "share_ratio": 0.1, "delivery_count": 40}],
        {"user_count": 100e6, "active_ratio": 1, "server_rps": 100e3, "server_busy_ratio": 1},
        {"rate_rps": 334_000, "deliveries": 14e6},
    ),
    "maps": (
        [{"operation": "write", "count": 35 / 7 * 60 / 15}], {"user_count": 1e9, "active_ratio": 1, "calendar": "round_day"},
        {"rate_rps": 200_000},
    ),
    "clicks on advertisements": (
        [{"operation": "write", "count": 1e9, "per": "day", "size_bytes": 100, "kept": True}],
        {"calendar": "round_day", "peak_factor": 5},
        {"rate_rps": 10_000, "peak_rps": 50_000, "stored_per_day": 100 * GB, "stored_per_month": 3 * TB},
    ),
    "e-mail": (
        [{"operation": "write", "count": 10},
         {"operation": "job", "count": 40, "size_bytes": 50e3, "kept": True},
         {"operation": "job", "count": 40, "share_ratio": 0.2, "size_bytes": 500e3, "kept": True}],
        {"user_count": 1e9, "active_ratio": 1, "calendar": "round_day", "retention_days": YEAR_DAYS},
        {"first_rps": 100_000, "second_stored": 730_000 * TB, "third_stored": 1_460_000 * TB},
    ),
    "leaderboard": (
        [{"operation": "write", "count": 10}], {"user_count": 5e6, "active_ratio": 1, "peak_factor": 5, "calendar": "round_day"},
        {"rate_rps": 500, "peak_rps": 2_500},
    ),
    "payments": ([{"operation": "write", "count": 1e6, "per": "day"}], {"calendar": "round_day"}, {"rate_rps": 10}),
    "wallet": (
        [{"operation": "write", "count": 2e6, "per": "second"}],
        {"server_rps": 1_000, "server_busy_ratio": 1, "peak_factor": 1},
        {"servers": 2_000},
    ),
    "metrics": (
        [{"operation": "write", "count": 1e7 / 10, "per": "second"}],
        {"server_rps": 250e3, "server_busy_ratio": 1, "peak_factor": 1},
        {"rate_rps": 1e6, "servers": 4},
    ),
    "bank statements": (
        [{"operation": "write", "count": 5e9, "per": "month", "size_bytes": 50, "kept": True},
         {"count": 500e6, "per": "month"}],
        {"calendar": "round_month", "retention_days": 36 * 30},
        {"write_rps": 2_000, "read_rps": 200, "stored_per_month": 250 * GB, "stored_bytes": 9 * TB},
    ),
    "sales rank": (
        [{"operation": "write", "count": 1e9, "per": "month", "size_bytes": 40, "kept": True},
         {"count": 100e9, "per": "month"}],
        {"calendar": "round_month", "retention_days": 36 * 30},
        {"write_rps": 400, "read_rps": 40_000, "stored_per_month": 40 * GB, "stored_bytes": 1.44 * TB},
    ),
    "query cache": (
        [{"count": 10e9, "per": "month", "size_bytes": 270, "kept": True}],
        {"calendar": "round_month"},
        {"rate_rps": 4_000, "stored_per_month": 2.7 * TB},
    ),
    "social graph": (
        [{"operation": "write", "count": 50, "per": "user_day", "kept": True}, {"count": 1e9, "per": "month"}],
        {"user_count": 100e6, "active_ratio": 1, "calendar": "round_month", "retention_days": 1},
        {"records": 5e9, "read_rps": 400},
    ),
    "scaling to millions": (
        [{"operation": "write", "count": 1e9, "per": "month", "size_bytes": 1e3, "kept": True},
         {"count": 100e9, "per": "month"}],
        {"calendar": "round_month", "retention_days": 36 * 30},
        {"write_rps": 400, "read_rps": 40_000, "stored_per_month": TB, "stored_bytes": 36 * TB},
    ),
    "ride hailing": (
        [{"operation": "write", "count": 10, "size_bytes": 400, "kept": True}],
        {"user_count": 100e6, "active_ratio": 1, "retention_days": 10 * YEAR_DAYS},
        {"rate_rps": 12_000, "stored_per_day": 400 * GB, "stored_bytes": 1_400 * TB},
    ),
    "tweets with pictures": (
        [{"operation": "write", "count": 5, "size_bytes": 100, "kept": True},
         {"operation": "write", "count": 5, "share_ratio": 0.1, "size_bytes": 50e3, "kept": True}],
        {"user_count": 200e6, "active_ratio": 1, "retention_days": 10 * YEAR_DAYS},
        {"first_rps": 12_000, "second_per_day": 5 * TB, "stored_bytes": 19_000 * TB},
    ),
    "hotel": (
        [{"operation": "write", "count": 1e6 * 0.7 / 3, "per": "day"}], {"calendar": "round_day"},
        {"per_day": 240_000, "rate_rps": 2.33},
    ),
}  # fmt: skip


#: What the same collections ask and an estimate does not answer, and where it is answered instead, if at all.
ELSEWHERE = {
    "availability, quorums, durability of copies": "tests/theory/test_exercises.py, test_availability.py",
    "queues, Little's law, pooling, tails, retries, drain times": "tests/theory/test_exercises.py, test_queues.py",
    "consistent and modulo hashing, virtual nodes": "tests/theory/test_exercises.py, test_placement.py",
    "hit ratios and the load behind a cache": "tests/theory/test_hit_preview.py",
    "rate limiters' windows and buckets": "tests/theory/test_guards.py",
    "hot keys, scatter and gather": "the remarks on a drawing: tests/theory/test_prediction.py",
    "prices of networks, zones and machines": "the cost of a drawing, not of an estimate",
    "erasure coding, identifiers of 64 bits, memory of open connections": "nowhere: no component has them",
    "days of fewer hours, objects of several sizes at once": "nowhere: a day has 24 hours, and an action one size",
}


def answer(found: EstimateFigures, what: str) -> float:
    first, last = found.actions[0], found.actions[-1]
    derived = {
        "deliveries": first.deliveries_rps,
        "per_day": first.per_day,
        "first_rps": first.rate_rps,
        "first_peak": first.peak_rps,
        "text_per_day": first.stored_bytes_per_day,
        "inbound": found.inbound_bytes_per_s,
        "stored_per_day": found.stored_bytes_per_day,
        "stored_per_month": found.stored_bytes_per_day * 30,
        "second_per_day": last.stored_bytes_per_day,
        "second_stored": found.actions[min(1, len(found.actions) - 1)].stored_bytes,
        "third_stored": last.stored_bytes,
    }
    return derived[what] if what in derived else float(getattr(found, what))


def test_every_place_that_answers_the_others_exists() -> None:
    here = Path(__file__).parents[2]
    files = {name for text in ELSEWHERE.values() for name in re.findall(r"test_\w+\.py", text)}
    assert files
    assert {name for name in files if not (here / "theory" / name).exists()} == set()


def test_the_guide_tells_people_the_same() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "estimates.md").read_text("utf-8")
    assert [topic for topic in ELSEWHERE if f"| {topic} |" not in guide] == []


@pytest.mark.parametrize("name", EXERCISES)
def test_exercises_come_out_as_published(name: str) -> None:
    actions, head, answers = EXERCISES[name]
    found = figures(*actions, **head)
    assert {what: answer(found, what) for what in answers} == {
        what: pytest.approx(value, rel=0.06) for what, value in answers.items()
    }


def test_servers_are_rounded_up_and_keep_some_room() -> None:
    at = {"count": 1_000, "per": "second"}
    assert figures(at, peak_factor=2, server_rps=100, server_busy_ratio=1).servers == 20
    assert figures(at, peak_factor=2, server_rps=100, server_busy_ratio=0.7).servers == math.ceil(2000 / 70)


def test_copies_multiply_what_is_stored() -> None:
    post = {"operation": "write", "count": 1, "per": "day", "size_bytes": 10, "kept": True}
    assert figures(post, retention_days=7, copy_count=3).stored_bytes == 210


@pytest.mark.parametrize(("bandwidth_bps", "pays"), [(1e6, True), (1e8, True), (1e10, False)])
def test_compressing_pays_on_slow_lines_only(bandwidth_bps: float, pays: bool) -> None:
    found = figures(transfer_bytes=1e7, bandwidth_bps=bandwidth_bps, round_trip_s=0.15).sending
    assert found.pays is pays
    assert found.plain_s == pytest.approx(0.075 + 8e7 / bandwidth_bps)


SHOP = {
    "user_count": 1_000_000.0,
    "active_ratio": 0.1,
    "peak_factor": 3.0,
    "actions": [
        {"name": "browse", "count": 90.0, "size_bytes": 5000.0},
        {"name": "buy", "operation": "write", "count": 10.0, "kept": True},
    ],
}


def with_estimate(nodes: Json, wires: str, estimate: Json | None = None) -> Json:
    return {**draw(nodes, wires), "estimate": estimate or SHOP}


def test_an_estimate_becomes_the_traffic_of_a_run() -> None:
    document = with_estimate({"u": ("users", {}), "s": ("web_server", {})}, "u>s")
    scenario = parse(document).scenario
    assert scenario is not None
    found = analyze(scenario).to_json()["estimate"]
    assert found["rate_rps"] == pytest.approx(1e7 / 86_400)
    result = apply_changes(document, found["changes_mean"])
    assert not result.diagnostics
    classes = {item["name"]: item for item in result.document["workload"]["classes"]}
    assert classes["browse"]["share"] == pytest.approx(0.9)
    assert classes["browse"]["payload_bytes"] == 5000
    assert classes["buy"]["operation"] == "write"
    totals = run(result.document, 60.0).summary()["totals"]
    assert totals["throughput_rps"] == pytest.approx(found["rate_rps"], rel=0.05)
    peak = apply_changes(document, found["changes_peak"]).document
    assert peak["nodes"][0]["parameters"]["arrival_rate_rps"] == pytest.approx(347.2)


def test_several_sources_keep_their_shares() -> None:
    rates = {name: ("users", {"arrival_rate_rps": rate}) for name, rate in (("a", 30.0), ("b", 10.0))}
    scenario = parse(with_estimate({**rates, "s": ("web_server", {})}, "a>s b>s")).scenario
    assert scenario is not None
    changes = analyze(scenario).to_json()["estimate"]["changes_mean"]
    values = {item["node_id"]: item["value"] for item in changes if item["type"] == "set_parameter"}
    assert values == {"a": pytest.approx(86.81, rel=1e-3), "b": pytest.approx(28.94, rel=1e-3)}


def test_traffic_that_nobody_can_send_is_not_offered() -> None:
    crowd = {**SHOP, "user_count": 1e15}
    for document in (
        with_estimate({"u": ("users", {}), "s": ("web_server", {})}, "u>s", crowd),
        with_estimate({"u": ("users", {"workload_model": "closed"}), "s": ("web_server", {})}, "u>s"),
        with_estimate({"s": ("web_server", {})}, ""),
    ):
        scenario = parse(document).scenario
        assert scenario is not None
        assert analyze(scenario).to_json()["estimate"]["changes_mean"] == []


def test_documents_keep_their_estimate() -> None:
    document = with_estimate({"u": ("users", {})}, "")
    scenario = parse(document).scenario
    assert scenario is not None
    written = scenario.to_json()
    assert written["estimate"]["user_count"] == 1e6
    assert [item["name"] for item in written["estimate"]["actions"]] == ["browse", "buy"]
    assert parse(written).scenario == scenario
    emptied = apply_changes(written, [{"type": "set_estimate", "estimate": None}])
    assert not emptied.diagnostics
    plain = parse(emptied.document).scenario
    assert plain is not None
    assert plain.estimate is None
    assert "estimate" not in plain.to_json()


@pytest.mark.parametrize(
    ("estimate", "code", "field"),
    [
        (7, "S023", "estimate"),
        ({"user_count": -1}, "S024", "estimate.user_count"),
        ({"planets": 1}, "S021", "estimate.planets"),
        ({"actions": {}}, "S023", "estimate.actions"),
        ({"actions": [{"count": 1}]}, "S020", "estimate.actions[0].name"),
        ({"actions": [{"name": "a", "count": "many"}]}, "S023", "estimate.actions[0].count"),
        ({"actions": [{"name": "a"}, {"name": "a"}]}, "S072", "estimate.actions"),
        ({"actions": [{"name": f"a{n}"} for n in range(17)]}, "S031", "estimate.actions"),
    ],
)
def test_wrong_estimates_are_said(estimate: Any, code: str, field: str) -> None:
    result = parse({**draw({"u": ("users", {})}, ""), "estimate": estimate})
    assert [(item.code, item.field) for item in result.diagnostics] == [(code, field)]
    changed = apply_changes(draw({"u": ("users", {})}, ""), [{"type": "set_estimate", "estimate": estimate}])
    assert changed.diagnostics
