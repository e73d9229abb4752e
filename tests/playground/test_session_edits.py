"""What a session decides about edits, without sockets, threads or a database."""

from __future__ import annotations

from typing import Any

from playground import protocol
from playground.effects import (
    ApplyToDocument,
    ApplyToRun,
    Broadcast,
    SaveDocument,
    Send,
    StartPacing,
    StartRun,
)
from playground.session import RECENT_EDITS_MAX, WAITING_EDITS_MAX, RunSession, Viewer
from playground.texts import error_message
from tests.playground.fakes import document
from tests.playground.session_steps import (
    ERRORS,
    NEW_LAYOUT,
    PLAY,
    edit,
    messages,
    of_type,
    rename,
    settle,
    started,
)


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
    assert of_type(effects, SaveDocument) == [SaveDocument(session.document, 4, ("",), ("e1",))]


def test_a_wrong_edit_changes_nothing_and_says_why(session: RunSession) -> None:
    wrong = {"type": "move_node", "node_id": "zzz", "x": 1, "y": 1}
    (effect,) = settle(session, session.handle("editor", edit(rename("Shop"), wrong)))
    assert isinstance(effect, Send)
    assert effect.message == {"op": "rejected", "id": "e1", "diagnostics": ERRORS, "revision": 3}
    assert session.document == document()


def test_a_refused_edit_of_an_old_revision_brings_the_document(session: RunSession) -> None:
    settle(session, session.handle("editor", edit(rename("Newer"))))
    removal = edit({"type": "remove_node", "node_id": "zzz"}, revision=3, edit_id="e2")
    (effect,) = settle(session, session.handle("editor", removal))
    assert isinstance(effect, Send)
    assert effect.message["op"] == "rejected"
    assert effect.message["document"]["name"] == "Newer"


def test_an_edit_of_an_old_revision_that_still_fits_is_taken(session: RunSession) -> None:
    settle(session, session.handle("editor", edit(rename("Newer"))))
    removal = edit({"type": "remove_node", "node_id": "a"}, revision=3, edit_id="e2")
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


def test_a_welcome_says_what_the_run_began_with(session: RunSession) -> None:
    def begun() -> Any:
        return messages(session.join(Viewer("late", "view", 2)), "welcome")[0]["begun"]

    assert begun() is None
    started(session)
    assert begun() is None
    session.handle("editor", edit(rename("Shop")))
    session.run_applied(1, 1, document=document("Shop"), diagnostics=[], layout=None)
    assert begun() == document()
    assert session.state_for("view")["number"] == 1
    session.handle("editor", protocol.Restart(op="restart", seed=None))
    assert begun() is None
    assert session.state_for("view")["number"] == 2
    session.run_ended(2, error_message("run_failed"))
    assert begun() is None


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
    session.handle("editor", edit({"type": "heal", "node_id": "a"}, edit_id="e2"))
    effects = settle(session, session.run_ended(1, error_message("run_failed")))
    assert session.document["name"] == "Shop"
    assert of_type(effects, SaveDocument) == [SaveDocument(session.document, 4, ("",), ("e1",))]
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
    assert session.handle("editor", edit(rename("Two"), edit_id="e2")) == []
    settle(session, first)
    assert session.document["name"] == "Two"
    assert session.revision == 5


def test_waiting_edits_are_bounded(session: RunSession) -> None:
    first = session.handle("editor", edit(rename("0")))
    for number in range(1, WAITING_EDITS_MAX):
        assert session.handle("editor", edit(rename(str(number)), edit_id=str(number))) == []
    refused = messages(session.handle("editor", edit(rename("one too many"), edit_id="more")), "rejected")
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


def test_an_edit_sent_again_after_a_break_is_applied_once(session: RunSession) -> None:
    settle(session, session.handle("editor", edit(rename("Shop"))))
    settle(session, session.handle("editor", edit(rename("Newer"), edit_id="e2")))
    (effect,) = session.handle("editor", edit(rename("Shop")))
    assert isinstance(effect, Send)
    assert effect.message == {"op": "edited", "revision": 5, "changes": [], "by": "editor", "id": "e1"}
    assert session.document["name"] == "Newer"


def test_an_edit_sent_again_while_it_is_tried_answers_the_new_line(session: RunSession) -> None:
    first = session.handle("editor", edit({"type": "remove_node", "node_id": "zzz"}))
    session.join(Viewer("editor again", "edit", 1))
    assert session.handle("editor again", edit({"type": "remove_node", "node_id": "zzz"})) == []
    (effect,) = settle(session, first)
    assert isinstance(effect, Send)
    assert effect.viewer_id == "editor again"


def test_edits_are_remembered_with_the_document_and_are_bounded(session: RunSession) -> None:
    for number in range(RECENT_EDITS_MAX + 5):
        settle(session, session.handle("editor", edit(rename(str(number)), edit_id=str(number))))
    saving = session.to_store()
    assert len(saving.recent_edits) == RECENT_EDITS_MAX
    again = RunSession(
        document=session.document, revision=saving.revision, now=0.0, recent_edits=saving.recent_edits
    )
    again.join(Viewer("editor", "edit", 1))
    (effect,) = again.handle("editor", edit(rename("late"), edit_id=saving.recent_edits[0]))
    assert messages([effect], "edited")[0]["changes"] == []


def test_what_is_saved_says_who_edited(session: RunSession) -> None:
    session.handle("editor", protocol.Introduce(op="introduce", name="Ann"))
    first = session.handle("editor", edit(rename("Shop")))
    session.leave("editor", now=0.0)
    (saving,) = of_type(settle(session, first), SaveDocument)
    assert saving.editors == ("Ann",)
