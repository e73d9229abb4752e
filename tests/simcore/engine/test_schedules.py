"""Schedules: when jobs start, what overlaps, who starts them, and that nobody takes them for requests of people."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import analyze, parse
from tests.scenarios import Json, do, draw, fault, heal, request_class, run, set_parameter, start

_FIVE: Json = {"interval_s": 2.0, "job_count": 5}


def _counts(summary: Json, *names: str) -> list[int]:
    return [summary["nodes"][name]["offered"] for name in names]


def _kinds(simulation: Any) -> list[str]:
    return [event["kind"] for event in simulation.frame()["events"]]


def test_runs_begin_at_their_times_to_the_instant() -> None:
    document = draw(
        {"clock": ("scheduler", {**_FIVE, "offset_s": 0.5}), "server": ("web_server", {})}, "clock>server"
    )
    simulation = start(document)
    for until_s, jobs in ((0.4999, 0), (0.5, 5), (2.4999, 5), (2.5, 10), (100.4999, 250), (100.5, 255)):
        simulation.advance(until_s)
        assert _counts(simulation.summary(), "clock") == [jobs]
    assert simulation.check_state() == []


def test_jobs_are_no_requests_of_people() -> None:
    nodes = {
        "clock": ("scheduler", _FIVE),
        "client": ("users", {"arrival_rate_rps": 10.0}),
        "server": ("web_server", {}),
    }
    alone = run(draw({name: nodes[name] for name in ("client", "server")}, "client>server"), 19.9).summary()
    both = run(draw(nodes, "client>server clock>server"), 19.9).summary()
    assert both["totals"]["offered"] == alone["totals"]["offered"] == both["classes"]["read"]["offered"]
    assert both["nodes"]["server"]["offered"] == alone["nodes"]["server"]["offered"] + 50
    assert both["nodes"]["clock"]["completed"] == 50
    load = analyze(parse(draw(nodes, "client>server clock>server")).scenario).load  # type: ignore[arg-type]
    assert load.offered_rps == 10.0
    assert load.nodes["server"].offered_rps == pytest.approx(12.5)


def test_jobs_ask_for_what_their_class_says_even_if_no_person_does() -> None:
    nodes = {
        "clock": ("scheduler", {**_FIVE, "job_class": "write"}),
        "client": ("users", {}),
        "server": ("web_server", {}),
        "store": ("database", {}),
        "copy": ("database", {}),
    }
    classes = [request_class("read"), request_class("write", share=0.0)]
    document = draw(nodes, "client>server clock>server server>store server>copy store>copy", classes=classes)
    summary = run(document, 9.0).summary()
    assert summary["edges"]["server-store"]["offered"] == 25  # the reads go to the copy
    assert summary["classes"]["write"]["offered"] == 0


@pytest.mark.parametrize(
    ("overlap", "begun", "left_out", "done"),
    [("overlap", 50, 0, 19), ("skip", 20, 30, 16), ("queue", 20, 0, 19)],
)
def test_what_happens_when_the_last_run_goes_on(overlap: str, begun: int, left_out: int, done: int) -> None:
    """Five jobs of 1 s each for one process take 5 s, and are due every 2 s."""
    work: Json = {"worker_count": 1, "service_time_mean_s": 1.0, "service_time_distribution": "constant"}
    document = draw(
        {"clock": ("scheduler", {**_FIVE, "overlap": overlap}), "worker": ("worker", work)}, "clock>worker"
    )
    simulation = run(document, 19.9)
    clock = simulation.summary()["nodes"]["clock"]
    assert clock["offered"] - left_out == begun
    assert clock["failed_by_cause"] == ({"queue_full": left_out} if left_out else {})
    assert _kinds(simulation).count("left_out") == left_out // 5
    assert clock["completed"] == done
    assert simulation.check_state() == []


@pytest.mark.parametrize(("catch_up", "runs"), [("none", 4), ("latest", 5), ("all", 8)])
def test_starts_that_were_missed(catch_up: str, runs: int) -> None:
    """Starts at 1, 6, …, 36 s; those at 11 to 26 s fall into a crash."""
    clock: Json = {"interval_s": 5.0, "offset_s": 1.0, "job_count": 3, "catch_up": catch_up}
    simulation = start(draw({"clock": ("scheduler", clock), "server": ("web_server", {})}, "clock>server"))
    simulation.advance(8.0)
    do(simulation, fault("crash", "clock"))
    simulation.advance(28.5)
    do(simulation, heal("clock"))
    simulation.advance(40.0)
    assert _counts(simulation.summary(), "clock") == [3 * runs]
    assert ("missed_starts" in _kinds(simulation)) is (catch_up != "all")


def test_another_interval_counts_from_now_on_and_nothing_is_made_up_for() -> None:
    clock: Json = {**_FIVE, "interval_s": 3600.0, "offset_s": 1800.0, "catch_up": "all"}
    simulation = start(draw({"clock": ("scheduler", clock), "server": ("web_server", {})}, "clock>server"))
    simulation.advance(100.5)
    do(simulation, set_parameter("clock", "offset_s", 0.0), set_parameter("clock", "interval_s", 10.0))
    simulation.advance(125.0)
    assert _counts(simulation.summary(), "clock") == [10]  # at 110 s and 120 s


def test_who_stands_by_takes_over_when_the_lease_has_expired_and_starts_everything_twice_without() -> None:
    own: Json = {**_FIVE, "lease_s": 3.0}
    nodes = {"one": ("scheduler", _FIVE), "two": ("scheduler", own), "server": ("web_server", {})}
    simulation = start(draw(nodes, "one>server two>server two>one"))
    simulation.advance(9.0)
    assert _counts(simulation.summary(), "one", "two") == [25, 0]
    do(simulation, fault("crash", "one"))
    simulation.advance(21.0)
    one, two = _counts(simulation.summary(), "one", "two")
    assert (one, two) == (25, 20)  # at 14, 16, 18 and 20 s: those at 10 and 12 s fell into the lease
    do(simulation, heal("one"))
    simulation.advance(30.5)
    assert _counts(simulation.summary(), "one", "two") == [50, 25]  # both at 22 s: it has not heard yet
    do(simulation, set_parameter("two", "lock", "none"))
    simulation.advance(40.5)
    assert _counts(simulation.summary(), "one", "two") == [75, 50]


def test_jobs_left_in_a_queue_are_done_by_its_workers_and_a_crash_of_the_clock_ends_those_under_way() -> None:
    nodes = {"clock": ("scheduler", _FIVE), "queue": ("message_queue", {}), "worker": ("worker", {})}
    summary = run(draw(nodes, "clock>queue queue>worker"), 9.9).summary()
    assert _counts(summary, "clock", "worker") == [25, 25]
    slow: Json = {"service_time_mean_s": 1.0, "service_time_distribution": "constant"}
    simulation = start(draw({"clock": ("scheduler", _FIVE), "server": ("web_server", slow)}, "clock>server"))
    simulation.advance(0.5)
    do(simulation, fault("crash", "clock"))
    assert simulation.summary()["nodes"]["clock"]["failed_by_cause"] == {"connection_lost": 5}
    simulation.advance(5.0)
    assert simulation.summary()["nodes"]["server"]["completed"] == 5
    assert simulation.check_state() == []
