"""What a session decides, without sockets, threads or a database."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from playground import protocol
from playground.effects import (
    ApplyToDocument,
    ApplyToRun,
    Broadcast,
    Close,
    Effect,
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
from playground.session import FORGET_S, GRACE_S, WAITING_EDITS_MAX, RunSession, Viewer
from playground.texts import error_message
from tests.playground.fakes import UNKNOWN_NODE, FakeEngine, document, frame

LAYOUT: Any = {"version": 1, "nodes": ["a", "b"], "edges": ["e"], "classes": ["read"]}
NEW_LAYOUT: Any = {**LAYOUT, "version": 2}
ERRORS: Any = [UNKNOWN_NODE.to_json()]
T = TypeVar("T")
PLAY = protocol.Play(op="play")
PAUSE = protocol.Pause(op="pause")


@pytest.fixture
def session() -> RunSession:
    made = RunSession(document=document(), revision=3, now=0.0)
    made.join(Viewer("editor", "edit", 1))
    made.join(Viewer("watcher", "view", 2))
    return made


def edit(*changes: dict[str, Any], revision: int = 3) -> protocol.Edit:
    return protocol.Edit(op="edit", id="e1", revision=revision, changes=list(changes))


def rename(name: str) -> dict[str, Any]:
    return {"type": "rename_scenario", "name": name}


def of_type(effects: list[Effect], kind: type[T]) -> list[T]:
    return [effect for effect in effects if isinstance(effect, kind)]


def messages(effects: list[Effect], op: str) -> list[Any]:
    """Return the messages of one op, sent or broadcast."""
    carried = [effect.message for effect in effects if isinstance(effect, Send | Broadcast)]
    return [message for message in carried if message["op"] == op]


def settle(session: RunSession, effects: list[Effect]) -> list[Effect]:
    """Try what is to be tried on the document, and what follows, until nothing waits. Returns all other effects."""
    done: list[Effect] = []
    waiting = list(effects)
    while waiting:
        effect = waiting.pop(0)
        if isinstance(effect, ApplyToDocument):
            document, diagnostics = FakeEngine().apply_changes(effect.document, effect.changes)
            waiting += session.document_tried(effect.ticket, document=document, diagnostics=diagnostics)
        else:
            done.append(effect)
    return done


def started(session: RunSession) -> RunSession:
    session.handle("editor", PLAY)
    session.run_started(session.run, LAYOUT)
    return session


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
    assert len(session.history) == protocol.HISTORY_POINTS_MAX
    assert session.history[0]["now_s"] == pytest.approx(0.5)


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


@pytest.mark.parametrize("factor", [0.0099, 100.01, 0, -1])
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
    assert not session.history
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


def test_a_watchers_edit_is_refused(session: RunSession) -> None:
    (effect,) = session.handle("watcher", edit(rename("Mine")))
    assert isinstance(effect, Send)
    assert effect.message["op"] == "rejected"
    assert effect.message["diagnostics"][0]["code"] == "read_only"
    assert session.document["name"] == "Test"


def test_an_edit_is_stored_and_told_to_everyone(session: RunSession) -> None:
    effects = settle(session, session.handle("editor", edit(rename("Shop"))))
    assert session.document["name"] == "Shop"
    assert session.revision == 4
    told = messages(effects, "edited")
    assert told == [{"op": "edited", "revision": 4, "changes": [rename("Shop")], "by": "editor", "id": "e1"}]
    assert of_type(effects, SaveDocument) == [SaveDocument(session.document, 4)]


def test_a_wrong_edit_changes_nothing_and_says_why(session: RunSession) -> None:
    wrong = {"type": "move_node", "node_id": "zzz", "x": 1, "y": 1}
    (effect,) = settle(session, session.handle("editor", edit(rename("Shop"), wrong)))
    assert isinstance(effect, Send)
    assert effect.message == {"op": "rejected", "id": "e1", "diagnostics": ERRORS, "revision": 3}
    assert session.document == document()


def test_a_refused_edit_of_an_old_revision_brings_the_document(session: RunSession) -> None:
    settle(session, session.handle("editor", edit(rename("Newer"))))
    removal = edit({"type": "remove_node", "node_id": "zzz"}, revision=3)
    (effect,) = settle(session, session.handle("editor", removal))
    assert isinstance(effect, Send)
    assert effect.message["op"] == "rejected"
    assert effect.message["document"]["name"] == "Newer"


def test_an_edit_of_an_old_revision_that_still_fits_is_taken(session: RunSession) -> None:
    settle(session, session.handle("editor", edit(rename("Newer"))))
    removal = edit({"type": "remove_node", "node_id": "a"}, revision=3)
    settle(session, session.handle("editor", removal))
    assert session.revision == 5
    assert [node["id"] for node in session.document["nodes"]] == ["b"]


def test_while_live_the_run_decides_about_edits(session: RunSession) -> None:
    started(session)
    assert session.handle("editor", edit(rename("Shop"))) == [ApplyToRun(1, [rename("Shop")])]
    assert session.document["name"] == "Test"
    effects = session.run_applied(1, 1, document=document("Shop"), diagnostics=[], layout=None)
    assert session.document["name"] == "Shop"
    assert [message["revision"] for message in messages(effects, "edited")] == [4]


def test_what_the_run_refuses_is_not_stored(session: RunSession) -> None:
    started(session)
    session.handle("editor", edit(rename("Shop")))
    effects = session.run_applied(1, 1, document=document("Shop"), diagnostics=ERRORS, layout=None)
    assert messages(effects, "rejected")[0]["diagnostics"] == ERRORS
    assert session.document["name"] == "Test"
    assert session.revision == 3


def test_a_new_layout_comes_before_the_edit_that_made_it(session: RunSession) -> None:
    started(session)
    session.handle("editor", edit(rename("Shop")))
    effects = session.run_applied(1, 1, document=document("Shop"), diagnostics=[], layout=NEW_LAYOUT)
    carried = [effect.message["op"] for effect in effects if isinstance(effect, Broadcast)]
    assert carried == ["layout", "edited"]
    assert session.layout is not None
    assert session.layout["version"] == 2


def test_a_fault_touches_the_run_and_not_the_document(session: RunSession) -> None:
    started(session)
    fault = {"type": "fault", "fault": "crash", "node_id": "a"}
    assert session.handle("editor", edit(fault)) == [ApplyToRun(1, [fault])]
    effects = session.run_applied(1, 1, document=document("Shop"), diagnostics=[], layout=None)
    assert messages(effects, "edited")[0]["revision"] == 3
    assert of_type(effects, SaveDocument) == []


def test_a_fault_needs_a_run(session: RunSession) -> None:
    effects = session.handle("editor", edit({"type": "heal", "node_id": "a"}))
    assert messages(effects, "rejected")[0]["diagnostics"][0]["code"] == "not_running"


def test_edits_that_wait_for_a_run_that_failed_are_not_lost(session: RunSession) -> None:
    started(session)
    session.handle("editor", edit(rename("Shop")))
    session.handle("editor", edit({"type": "heal", "node_id": "a"}))
    effects = settle(session, session.run_ended(1, error_message("run_failed")))
    assert session.document["name"] == "Shop"
    assert of_type(effects, SaveDocument) == [SaveDocument(session.document, 4)]
    assert messages(effects, "rejected")[0]["diagnostics"][0]["code"] == "not_running"
    assert messages(effects, "error") == [error_message("run_failed")]
    assert session.status == "failed"
    assert isinstance(session.handle("editor", PLAY)[0], StartRun)


def test_edits_that_wait_when_the_run_restarts_go_into_the_new_one(session: RunSession) -> None:
    started(session)
    session.handle("editor", edit(rename("Shop")))
    effects = session.handle("editor", protocol.Restart(op="restart", seed=None))
    assert effects[:3] == [StartRun(2, document(), 7), ApplyToRun(1, [rename("Shop")]), StartPacing(1.0)]
    assert session.run_applied(1, 1, document=document("Shop"), diagnostics=[], layout=None) == []
    session.run_applied(2, 1, document=document("Shop"), diagnostics=[], layout=None)
    assert session.document["name"] == "Shop"
    assert session.revision == 4


def test_an_edit_being_tried_when_the_run_starts_goes_into_the_run(session: RunSession) -> None:
    (trial,) = session.handle("editor", edit(rename("Shop")))
    assert trial == ApplyToDocument(1, document(), [rename("Shop")])
    assert ApplyToRun(1, [rename("Shop")]) in session.handle("editor", PLAY)
    assert session.document_tried(1, document=document("Shop"), diagnostics=[]) == []
    assert session.document["name"] == "Test"
    session.run_applied(1, 1, document=document("Shop"), diagnostics=[], layout=None)
    assert session.document["name"] == "Shop"


def test_edits_are_tried_one_after_the_other(session: RunSession) -> None:
    first = session.handle("editor", edit(rename("One")))
    assert session.handle("editor", edit(rename("Two"))) == []
    settle(session, first)
    assert session.document["name"] == "Two"
    assert session.revision == 5


def test_waiting_edits_are_bounded(session: RunSession) -> None:
    first = session.handle("editor", edit(rename("0")))
    for number in range(1, WAITING_EDITS_MAX):
        assert session.handle("editor", edit(rename(str(number)))) == []
    refused = messages(session.handle("editor", edit(rename("one too many"))), "rejected")
    assert refused[0]["diagnostics"][0]["code"] == "too_fast"
    settle(session, first)
    assert session.document["name"] == str(WAITING_EDITS_MAX - 1)


def test_an_edit_being_tried_when_the_document_is_replaced_is_refused(session: RunSession) -> None:
    session.handle("editor", edit(rename("Shop")))
    effects = session.replace_document(document("Other"))
    assert messages(effects, "rejected")[0]["diagnostics"][0]["code"] == "conflict"
    assert session.document_tried(1, document=document("Shop"), diagnostics=[]) == []
    assert session.document["name"] == "Other"
    settle(session, session.handle("editor", edit(rename("Again"))))
    assert session.document["name"] == "Again"


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
