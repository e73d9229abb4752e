"""What a session decides about its run and its viewers, without sockets, threads or a database."""

from __future__ import annotations

from typing import Any

import pytest

from playground import protocol
from playground.effects import (
    Broadcast,
    Close,
    Forget,
    PublishFrame,
    SaveDocument,
    Send,
    StartPacing,
    StartRun,
    StepRun,
    StopPacing,
    StopRun,
)
from playground.session import FORGET_S, GRACE_S, RunSession, Viewer
from playground.texts import error_message
from tests.playground.fakes import document, frame
from tests.playground.session_steps import (
    ERRORS,
    LAYOUT,
    NEW_LAYOUT,
    PLAY,
    edit,
    messages,
    of_type,
    rename,
    started,
)

PAUSE = protocol.Pause(op="pause")


def test_a_welcome_has_everything_needed_to_show_the_run(session: RunSession) -> None:
    started(session)
    for tick in range(1, 4):
        session.run_progressed(1, frame=frame(tick / 10), layout=None, achieved_speed=1.0)
    effect = session.join(Viewer("late", "view", 2))[0]
    assert isinstance(effect, Send)
    welcome: Any = effect.message
    assert welcome["document"] == document()
    assert welcome["revision"] == 3
    assert welcome["layout"] == LAYOUT
    assert [point["now_s"] for point in welcome["history"]] == [0.1, 0.2, 0.3]
    assert welcome["viewers"] == 3
    assert welcome["run"]["status"] == "running"
    assert welcome["run"]["now_s"] == pytest.approx(0.3)
    assert welcome["run"]["can_control"] is False
    assert welcome["permission"] == "view"


def test_history_is_bounded(session: RunSession) -> None:
    started(session)
    for tick in range(protocol.HISTORY_POINTS_MAX + 5):
        session.run_progressed(1, frame=frame(tick / 10), layout=None, achieved_speed=1.0)
    assert len(session.record.history) == protocol.HISTORY_POINTS_MAX
    assert session.record.history[0]["now_s"] == pytest.approx(0.5)


def test_play_starts_pauses_and_goes_on(session: RunSession) -> None:
    effects = session.handle("editor", PLAY)
    assert effects[:2] == [StartRun(1, document(), 7), StartPacing(1.0)]
    assert [state["state"]["status"] for state in messages(effects, "run")] == ["running", "running"]
    assert session.handle("editor", PLAY) == []
    assert session.handle("editor", PAUSE)[0] == StopPacing()
    assert session.handle("editor", PAUSE) == []
    assert session.handle("editor", PLAY)[0] == StartPacing(1.0)


def test_state_news_tells_each_side_whether_it_may_control(session: RunSession) -> None:
    effects = of_type(session.handle("editor", PLAY), Broadcast)
    told = {
        effect.to: effect.message["state"]["can_control"]
        for effect in effects
        if effect.message["op"] == "run"
    }
    assert told == {"edit": True, "view": False}


def test_step_builds_a_paused_run_and_is_refused_while_playing(session: RunSession) -> None:
    step = protocol.Step(op="step", seconds=0.5)
    assert [type(effect) for effect in session.handle("editor", step)] == [
        StartRun,
        Broadcast,
        Broadcast,
        StepRun,
    ]
    assert session.status == "paused"
    assert session.handle("editor", step) == [StepRun(0.5)]
    session.handle("editor", PLAY)
    assert session.handle("editor", step) == [Send("editor", error_message("already_running"))]


def test_speed_changes_the_pace_of_a_playing_run_only(session: RunSession) -> None:
    speed = protocol.Speed(op="speed", factor=4.0)
    assert of_type(session.handle("editor", speed), StartPacing) == []
    assert session.handle("editor", PLAY)[1] == StartPacing(4.0)
    assert session.handle("editor", protocol.Speed(op="speed", factor=0.5))[0] == StartPacing(0.5)


@pytest.mark.parametrize("factor", [0.0099, 10_000.1, 0, -1])
def test_speed_has_bounds(factor: float) -> None:
    with pytest.raises(protocol.BadMessageError, match=r"speed\.factor"):
        protocol.decode(f'{{"op":"speed","factor":{factor}}}')


@pytest.mark.parametrize("factor", [protocol.SPEED_MIN, protocol.SPEED_MAX])
def test_speed_bounds_are_inclusive(factor: float) -> None:
    assert protocol.decode(f'{{"op":"speed","factor":{factor}}}') == protocol.Speed(op="speed", factor=factor)


def test_restart_takes_a_seed_or_the_documents(session: RunSession) -> None:
    started(session)
    session.run_progressed(1, frame=frame(0.1), layout=None, achieved_speed=1.0)
    effects = session.handle("editor", protocol.Restart(op="restart", seed=99))
    assert effects[0] == StartRun(2, document(), 99)
    assert session.state_for("edit")["seed"] == 99
    assert session.now_s == 0
    assert not session.record.history
    again = session.handle("editor", protocol.Restart(op="restart", seed=None))
    assert again[0] == StartRun(3, document(), 7)


def test_reports_of_an_earlier_run_are_ignored(session: RunSession) -> None:
    started(session)
    session.handle("editor", protocol.Restart(op="restart", seed=1))
    assert session.run_progressed(1, frame=frame(9.9), layout=None, achieved_speed=1.0) == []
    assert session.run_started(1, LAYOUT) == []
    assert session.run_ended(1, error_message("run_failed")) == []
    assert session.status == "running"


@pytest.mark.parametrize(
    "message",
    [PLAY, PAUSE, protocol.Step(op="step", seconds=1), protocol.Speed(op="speed", factor=2),
     protocol.Restart(op="restart", seed=None)],
)  # fmt: skip
def test_a_watcher_controls_nothing(session: RunSession, message: protocol.ClientMessage) -> None:
    assert session.handle("watcher", message) == [Send("watcher", error_message("read_only"))]
    assert session.status == "stopped"


def test_a_document_that_cannot_run_leaves_the_run_stopped(session: RunSession) -> None:
    session.handle("editor", PLAY)
    refusal = error_message("cannot_run", count=1)
    refusal["diagnostics"] = ERRORS
    effects = session.run_ended(1, refusal)
    assert session.status == "stopped"
    assert messages(effects, "error")[0]["diagnostics"] == ERRORS


def test_frames_go_out_after_a_layout_that_is_new(session: RunSession) -> None:
    started(session)
    one: Any = frame(0.1)
    effects = session.run_progressed(1, frame=one, layout=NEW_LAYOUT, achieved_speed=1.0)
    assert isinstance(effects[0], Broadcast)
    assert effects[0].message["op"] == "layout"
    assert effects[1] == PublishFrame(one)


def test_replacing_the_document_ends_the_run_and_welcomes_everyone_again(session: RunSession) -> None:
    started(session)
    session.handle("editor", edit(rename("Shop")))
    effects = session.replace_document(document("Other"))
    assert effects[0] == StopRun()
    assert SaveDocument(document("Other"), 4) in effects
    assert len(messages(effects, "welcome")) == 2
    assert messages(effects, "rejected")[0]["diagnostics"][0]["code"] == "conflict"
    assert session.status == "stopped"


def test_only_those_who_came_through_a_revoked_link_are_sent_away(session: RunSession) -> None:
    assert session.revoke_link(2) == [Close("watcher", protocol.CLOSE_UNKNOWN_LINK)]


def test_viewers_are_counted_once_a_beat(session: RunSession) -> None:
    assert messages(session.beat(1.0), "viewers") == [{"op": "viewers", "count": 2}]
    assert session.beat(2.0) == []
    session.leave("watcher", now=2.5)
    assert messages(session.beat(3.0), "viewers") == [{"op": "viewers", "count": 1}]


def test_falling_behind_is_told_once_it_matters(session: RunSession) -> None:
    started(session)
    session.beat(1.0)
    session.run_progressed(1, frame=frame(0.1), layout=None, achieved_speed=0.97)
    assert session.beat(2.0) == []
    session.run_progressed(1, frame=frame(0.2), layout=None, achieved_speed=0.4)
    assert messages(session.beat(3.0), "run")[0]["state"]["achieved_speed"] == pytest.approx(0.4)


def test_a_run_that_nobody_watches_pauses_and_is_forgotten(session: RunSession) -> None:
    started(session)
    session.leave("watcher", now=10.0)
    session.leave("editor", now=20.0)
    assert StopPacing() not in session.beat(20.0 + GRACE_S - 1)
    assert StopPacing() in session.beat(20.0 + GRACE_S)
    assert Forget() not in session.beat(20.0 + FORGET_S - 1)
    assert Forget() in session.beat(20.0 + FORGET_S)


def test_a_scenario_without_a_run_is_forgotten_soon(session: RunSession) -> None:
    session.leave("watcher", now=0.0)
    session.leave("editor", now=0.0)
    assert Forget() in session.beat(GRACE_S)


def test_someone_coming_back_in_time_keeps_the_run(session: RunSession) -> None:
    started(session)
    session.leave("watcher", now=0.0)
    session.leave("editor", now=0.0)
    session.join(Viewer("again", "edit", 1))
    assert StopPacing() not in session.beat(10 * GRACE_S)
    assert session.status == "running"


def test_a_ping_is_answered_whatever_the_permission(session: RunSession) -> None:
    pong = session.handle("watcher", protocol.Ping(op="ping", nonce=5))
    assert pong == [Send("watcher", {"op": "pong", "nonce": 5})]
