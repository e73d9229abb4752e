"""Looking back on a run and going on from there: the session's decisions, the thread beside it, and sockets end to end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from playground import limits, protocol, questions
from playground.effects import LookBack, Send
from playground.lookback import WINDOW_S, Rebuilder, rebuild
from playground.pacing import FOLLOW_S, KEEP_EVERY_S, Advance, FindWay, Pace, WayFound
from playground.record import FIRST_SPAN_S, Course
from playground.rooms import Rooms
from playground.session import RunSession
from tests.playground.conftest import PATIENCE_S, Browser, Open
from tests.playground.fakes import FakeEngine, document, frame
from tests.playground.session_steps import PLAY, started
from tests.playground.test_pacing import World

server_messages: TypeAdapter[Any] = TypeAdapter(protocol.ServerMessage)
LOOK = questions.Look(op="look", id=4, at_s=0.2)


# What a session decides


@pytest.mark.parametrize("viewer", ["editor", "watcher"])
def test_whoever_may_watch_may_look(session: RunSession, viewer: str) -> None:
    (refused,) = session.handle(viewer, LOOK)
    assert isinstance(refused, Send)
    assert refused.message["op"] == "not_seen"
    assert refused.message["code"] == "no_past"
    session.handle("editor", PLAY)
    assert session.handle(viewer, LOOK) == [LookBack(viewer, 1 if viewer == "editor" else 2, LOOK)]


def test_a_run_that_goes_on_in_another_room_brings_its_past(session: RunSession) -> None:
    started(session)
    event: Any = {"kind": "edit", "node_id": None, "edge_id": None, "message": "Edited", "values": {}}
    for tick in range(1, 31):
        events = [{**event, "at_s": tick / 10}]
        session.run_progressed(1, frame=frame(tick / 10, events=events), layout=None, achieved_speed=1.0)
    other = RunSession(document=document("Changed meanwhile"), revision=0, now=0.0)
    layout: Any = session.layout
    other.go_on_from(session, now_s=1.6, layout=layout)
    assert other.state_for("edit")["status"] == "paused"
    assert other.state_for("edit")["now_s"] == 1.6
    assert max(point["now_s"] for point in other.record.history) == pytest.approx(1.6)
    assert len(other.record.events) == 16
    assert other.record.begun_unlike(other.document) == document()
    assert other.record.course.points[-1]["until_s"] == pytest.approx(1.5)
    assert session.record.course.points[-1]["until_s"] == pytest.approx(3.0)


# The outline of a run


def noted(course: Course, ticks: range, **changes: Any) -> Course:
    for tick in ticks:
        made = frame(tick / 10)
        made["totals"] |= changes.get("totals", {})
        made["nodes"] |= changes.get("nodes", {})
        course.note(made)
    return course


def test_an_outline_says_what_failed_and_what_was_broken() -> None:
    course = noted(Course(), range(1, 11))
    totals = {"completed_count": 1100, "failed_count": 300}
    noted(
        course,
        range(11, 16),
        totals=totals,
        nodes={"state": ["crashed", "up"], "utilization_ratio": [1.0, None]},
    )
    assert [point["until_s"] for point in course.points] == pytest.approx([0.5, 1.0, 1.5])
    assert [point["ended_count"] for point in course.points] == [500, 500, 400]
    assert [point["failed_count"] for point in course.points] == [0, 0, 300]
    assert [point["busiest_ratio"] for point in course.points] == [0.5, 0.5, 1.0]
    assert [point["is_broken"] for point in course.points] == [False, False, True]


def test_an_outline_stays_bounded_and_loses_nothing() -> None:
    ticks = int(3 * protocol.COURSE_POINTS_MAX * FIRST_SPAN_S * 10)
    course = noted(Course(), range(1, ticks + 1))
    assert protocol.COURSE_POINTS_MAX / 2 <= len(course.points) <= protocol.COURSE_POINTS_MAX
    assert sum(point["ended_count"] for point in course.points) == ticks * 100
    times = [point["until_s"] for point in course.points]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(ticks / 10)


# What a run does for it


def test_the_past_is_kept_about_once_a_second_however_fast_time_passes() -> None:
    for speed in (0.1, 1.0, 100.0):
        world = World(cost_s=0.0)
        world.tell(Pace(speed))
        world.live(10 * KEEP_EVERY_S)
        past = world.simulation.past
        assert past is not None
        assert 9 <= len(past.kept_at_s) <= 11


def test_a_moment_to_come_cannot_be_found() -> None:
    world = World()
    world.tell(Advance(1.0), FindWay(1, 0.5), FindWay(2, 1.5))
    world.settle()
    found = [report for report in world.reports if isinstance(report, WayFound)]
    assert [(report.look, report.way is None) for report in found] == [(1, False), (2, True)]


def test_a_step_along_a_request_ends_where_something_happens_to_it() -> None:
    world = World(cost_s=0.0)
    for _ in range(4):
        world.tell(Advance(0.2, follows=True))
        world.settle()
    # It is sent at 0.2 s, served from 0.25 s and answered at 0.3 s; then nothing happens any more.
    times = [report.frame["now_s"] for report in world.progress()]
    assert times == pytest.approx([0.2, 0.25, 0.3, 0.5], abs=2 * FOLLOW_S)


# Rebuilding


def test_a_moment_has_the_figures_of_the_time_before_it() -> None:
    engine = FakeEngine()
    simulation = engine.start(document(), seed=1)
    simulation.advance(10.0)
    moment = rebuild(engine.past(simulation).way(7.5))
    assert moment.at_s == 7.5
    assert moment.frame["window_s"] == pytest.approx(WINDOW_S)
    early = rebuild(engine.past(simulation).way(0.5))
    assert early.at_s == 0.5
    assert early.frame["window_s"] == pytest.approx(0.5)


def test_what_is_too_far_ends_where_the_limit_is_reached() -> None:
    now = [0.0]

    def spend(simulated_s: float) -> None:
        now[0] += simulated_s  # as slow as simulated time itself

    engine = FakeEngine(spend=spend)
    simulation = engine.start(document(), seed=1)
    simulation.advance(1000.0)
    now[0] = 0.0
    moment = rebuild(engine.past(simulation).way(900.0), cpu_clock=lambda: now[0])
    assert limits.LOOK_CPU_S_MAX <= moment.at_s <= limits.LOOK_CPU_S_MAX + WINDOW_S + 0.3
    near = rebuild(engine.past(simulation).way(limits.LOOK_CPU_S_MAX), cpu_clock=lambda: now[0])
    assert near.at_s == limits.LOOK_CPU_S_MAX


@pytest.fixture
def rebuilder() -> Any:
    made = Rebuilder()
    yield made
    made.close()


def test_of_each_viewer_only_the_newest_question_waits_and_of_all_only_so_many(rebuilder: Rebuilder) -> None:
    gate, entered, finished = threading.Event(), threading.Event(), threading.Event()
    done: list[str] = []

    def block() -> None:
        entered.set()
        assert gate.wait(PATIENCE_S)

    def note(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    def broken() -> None:
        raise RuntimeError("the past broke")

    assert rebuilder.ask("blocker", block)
    assert entered.wait(PATIENCE_S)
    assert rebuilder.ask("broken", broken)
    for number in range(limits.LOOKS_WAITING_MAX - 2):
        assert rebuilder.ask(f"viewer {number}", note(f"first {number}"))
    assert rebuilder.ask("last", finished.set)
    assert not rebuilder.ask("one too many", note("never"))
    assert rebuilder.ask("viewer 0", note("second 0"))
    gate.set()
    assert finished.wait(PATIENCE_S)
    assert done[:2] == ["second 0", "first 1"]
    assert len(done) == limits.LOOKS_WAITING_MAX - 2
    assert "never" not in done


# Sockets


async def played(browser: Browser, until_s: float = 1.0) -> None:
    await browser.say("speed", factor=10)
    await browser.say("play")
    await browser.hear("frame", lambda message: message["now_s"] >= until_s)


async def test_one_looks_back_and_the_others_notice_nothing(links: tuple[str, str], browse: Open) -> None:
    editor, watcher = await browse(links[0]), await browse(links[1])
    await played(editor)
    await watcher.say("look", id=1, at_s=0.5)
    moment = await watcher.hear("moment")
    assert (moment["id"], moment["at_s"], moment["frame"]["now_s"]) == (1, 0.5, 0.5)
    assert moment["is_redesigned"] is False
    server_messages.validate_python(moment, strict=True)
    await watcher.say("look", id=2, at_s=0.5)
    assert await watcher.hear("moment") == {**moment, "id": 2}
    await watcher.say("look", id=3, at_s=1e9)
    assert (await watcher.hear("not_seen"))["code"] == "not_yet"
    await editor.hear("frame", lambda message: message["now_s"] >= 2.0)
    assert {message["op"] for message in editor.received} & {"moment", "not_seen"} == set()


async def test_a_changed_design_is_said(links: tuple[str, str], browse: Open) -> None:
    editor = await browse(links[0])
    await played(editor)
    await editor.say(
        "edit", id="1", revision=1, changes=[{"type": "move_node", "node_id": "a", "x": 9.0, "y": 9.0}]
    )
    await editor.hear("edited")
    await editor.say("look", id=1, at_s=0.5)
    assert (await editor.hear("moment"))["is_redesigned"] is False


async def test_requests_are_shown_now_and_then(links: tuple[str, str], browse: Open) -> None:
    watcher, editor = await browse(links[1]), await browse(links[0])
    await played(editor)
    answers = []
    for number, (kind, trace_id, at_s) in enumerate(
        [
            ("slowest", None, None),
            ("failed", None, None),
            ("one", 5, None),
            ("one", 6, None),
            ("slowest", None, 0.4),
        ]
    ):
        await watcher.say("traces", id=number, kind=kind, trace_id=trace_id, at_s=at_s)
        answers.append(await watcher.hear("traces"))
        server_messages.validate_python(answers[-1], strict=True)
    assert [answer["id"] for answer in answers] == [0, 1, 2, 3, 4]
    counts = [limits.TRACES_MAX, limits.TRACES_MAX, 1, 0, limits.TRACES_MAX]
    assert [len(answer["traces"]) for answer in answers] == counts
    assert answers[1]["traces"][0]["outcome"] == "timeout"
    assert answers[4]["at_s"] == answers[4]["traces"][0]["ended_s"] == 0.4


async def test_a_copy_goes_on_from_the_moment_and_the_run_does_not_care(
    links: tuple[str, str], browse: Open, engine: FakeEngine
) -> None:
    editor, watcher = await browse(links[0]), await browse(links[1])
    await played(editor, 2.0)
    await watcher.say("branch", id=1, at_s=1.5)
    branched = await watcher.hear("branched")
    server_messages.validate_python(branched, strict=True)
    own = await browse(branched["edit_token"])
    assert own.welcome["permission"] == "edit"
    assert own.welcome["run"]["status"] == "paused"
    assert own.welcome["run"]["now_s"] == 1.5
    still = await own.hear("frame")
    assert still["now_s"] == 1.5
    await own.say("play")
    assert (await own.hear("frame", lambda message: message["now_s"] > 1.5))["now_s"] == pytest.approx(1.6)
    assert len(engine.simulations) == 1
    before = await editor.hear("frame")
    assert before["now_s"] > 1.6


async def test_a_past_that_breaks_is_said_and_the_run_goes_on(rooms: Rooms, browse: Open) -> None:
    from playground import services

    token, _ = await rooms.write(lambda: services.create_scenario(document("lost")))
    browser = await browse(token)
    await played(browser)
    await browser.say("look", id=1, at_s=0.5)
    assert (await browser.hear("not_seen"))["code"] == "past_failed"
    await browser.hear("frame")


async def test_whoever_looks_too_often_is_told_to_wait(
    links: tuple[str, str], browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOOKS_PER_VIEWER", limits.Rate(per_s=1, burst=3))
    monkeypatch.setattr(limits, "BRANCHES_PER_LINK", limits.Rate(per_s=1, burst=1))
    browser = await browse(links[0])
    await played(browser)
    for number in range(3):
        await browser.say("look", id=number, at_s=0.5)
        await browser.hear("moment")
    await browser.say("look", id=4, at_s=0.5)
    assert (await browser.hear("not_seen"))["code"] == "too_fast"


async def test_copies_are_rationed(rooms: Rooms, links: tuple[str, str], browse: Open) -> None:
    rooms.branches_of_links = limits.Limiter(limits.Rate(per_s=1, burst=1), clock=lambda: 0.0)
    browser = await browse(links[0])
    await played(browser)
    await browser.say("branch", id=1, at_s=0.5)
    await browser.hear("branched")
    await browser.say("branch", id=2, at_s=0.5)
    assert (await browser.hear("not_seen"))["code"] == "too_many_branches"
