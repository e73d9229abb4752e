"""Reports: what components tell a collector, what that costs them and it, and when an alarm comes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios import Json, do, draw, fault, heal, run, start

_QUIET: Json = {"price_hour_usd": 0.0, "scrape_bytes": 0.0}


def _drawn(own: Json, server: Json | None = None, rate_rps: float = 50.0, apart_s: float = 0.0) -> Json:
    nodes = {
        "client": ("users", {"arrival_rate_rps": rate_rps}),
        "server": ("web_server", {"service_time_mean_s": 0.0, **(server or {})}),
        "collector": ("observability", own),
    }
    links = {"server-collector": {"latency_mean_s": apart_s}}
    return draw(nodes, "client>server server>collector", links=links)


def _alarms(simulation: Any) -> list[tuple[float, str]]:
    return [
        (event["at_s"], event["kind"])
        for event in simulation.frame()["events"]
        if event["kind"].startswith("alarm")
    ]


def test_every_request_is_told_of_and_paid_by_its_bytes() -> None:
    own: Json = {
        **_QUIET,
        "record_bytes": 400.0,
        "sample_ratio": 0.0,
        "price_gb_usd": 2.0,
        "price_gb_month_usd": 0.0,
    }
    summary = run(_drawn(own), 20.0).summary()
    answered = summary["totals"]["completed"]
    assert summary["edges"]["server-collector"]["completed"] == answered
    assert summary["nodes"]["collector"]["cost_bytes_usd"] == pytest.approx(answered * 400 * 2e-9)


def test_a_sample_has_its_traces() -> None:
    own: Json = {**_QUIET, "record_bytes": 0.0, "sample_ratio": 0.2}
    summary = run(_drawn(own, rate_rps=500.0), 20.0).summary()
    told, asked = summary["edges"]["server-collector"]["completed"], summary["totals"]["completed"]
    assert told / asked == pytest.approx(0.2, abs=4 * (0.16 / asked) ** 0.5)


def test_writing_a_record_keeps_the_worker() -> None:
    server: Json = {"worker_count": 1}
    summary = run(_drawn({"record_time_s": 0.01}, server), 40.0).summary()
    assert summary["nodes"]["server"]["utilization_ratio"] == pytest.approx(0.5, rel=0.1)


def test_a_slow_collector_slows_down_those_who_wait_for_it_and_loses_records_of_those_who_do_not() -> None:
    slow: Json = {
        "ingest_time_per_kb_s": 0.2,
        "record_bytes": 1000.0,
        "sample_ratio": 0.0,
        "channel_count": 1,
    }
    dropped = run(_drawn({**slow, "buffer_count": 20}), 20.0).summary()
    books = dropped["edges"]["server-collector"]
    assert dropped["totals"]["latency_mean_s"] < 0.001
    assert books["failed_by_cause"]["queue_full"] / books["offered"] == pytest.approx(
        0.9, abs=0.05
    )  # 5 of 50 per second
    waited = run(_drawn({**slow, "delivery": "wait", "report_timeout_s": 1.0}), 20.0)
    assert waited.summary()["totals"]["latency_mean_s"] > 0.5
    assert waited.check_state() == []


def test_a_record_that_is_waited_for_takes_its_way_there_and_back() -> None:
    own: Json = {"delivery": "wait", "record_time_s": 0.0, "ingest_time_per_kb_s": 0.0}
    summary = run(_drawn(own, rate_rps=5.0, apart_s=0.05), 10.0).summary()
    assert summary["totals"]["latency_mean_s"] == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize(("interval_s", "looks", "at_s"), [(1.0, 1, 11.0), (1.0, 3, 13.0), (8.0, 2, 24.0)])
def test_an_alarm_comes_late_by_the_interval_times_the_looks(
    interval_s: float, looks: int, at_s: float
) -> None:
    own: Json = {"scrape_interval_s": interval_s, "alarm_looks_count": looks}
    simulation = start(_drawn(own))
    simulation.advance(10.5)
    do(simulation, fault("crash", "server"))
    simulation.advance(60.5)
    ((raised_s, kind),) = _alarms(simulation)
    assert raised_s == pytest.approx(at_s, abs=0.01)
    assert kind == "alarm"
    do(simulation, heal("server"))
    simulation.advance(80.0)
    assert [kind for _, kind in _alarms(simulation)] == ["alarm_over"]


@pytest.mark.parametrize(("sample_ratio", "kept"), [(0.0, 0), (1.0, None)])
def test_an_alarm_says_how_many_failures_are_on_record(sample_ratio: float, kept: int | None) -> None:
    """The database is gone: every request fails, at a server that lives."""
    nodes = {
        "client": ("users", {"arrival_rate_rps": 20.0}),
        "server": ("web_server", {}),
        "database": ("database", {}),
        "collector": ("observability", {"scrape_interval_s": 2.0, "sample_ratio": sample_ratio}),
    }
    simulation = start(draw(nodes, "client>server server>database server>collector"))
    simulation.advance(5.0)
    do(simulation, fault("crash", "database"))
    simulation.advance(20.0)
    (alarm,) = [event for event in simulation.frame()["events"] if event["kind"] == "alarm"]
    failed = simulation.summary()["nodes"]["server"]["failed"]
    recorded = simulation.summary()["nodes"]["collector"]["recorded_failures"]
    assert recorded == (failed if kept is None else kept)
    assert (alarm["values"]["count"] > 0) is (kept is None)
    assert alarm["values"]["source"] == "server"


def test_hits_of_a_cache_that_reports_stay_hits() -> None:
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 100.0}),
        "server": ("web_server", {}),
        "cache": ("cache", {}),
        "database": ("database", {}),
        "collector": ("observability", {"delivery": "wait"}),
    }
    wires = "client>server server>cache server>database"
    plain = run(draw({name: nodes[name] for name in nodes if name != "collector"}, wires), 20.0).summary()
    told = run(draw(nodes, f"{wires} cache>collector database>collector"), 20.0).summary()
    assert told["nodes"]["cache"]["hits"] == pytest.approx(plain["nodes"]["cache"]["hits"], rel=0.01)
    assert told["edges"]["cache-collector"]["completed"] > plain["nodes"]["cache"]["hits"]


def test_jobs_of_workers_are_told_of_too() -> None:
    nodes = {
        "clock": ("scheduler", {"interval_s": 5.0, "job_count": 10}),
        "queue": ("message_queue", {}),
        "worker": ("worker", {}),
        "collector": ("observability", {}),
    }
    summary = run(draw(nodes, "clock>queue queue>worker worker>collector queue>collector"), 14.0).summary()
    assert summary["edges"]["worker-collector"]["completed"] == summary["nodes"]["worker"]["completed"] == 30
    assert summary["edges"]["queue-collector"]["completed"] == 30
