"""Steps of the tests of sessions: messages to say, effects to look for."""

from __future__ import annotations

from typing import Any, TypeVar

from playground import protocol
from playground.effects import ApplyToDocument, Broadcast, Effect, Send
from playground.session import RunSession
from tests.playground.fakes import UNKNOWN_NODE, FakeEngine

LAYOUT: Any = {"version": 1, "nodes": ["a", "b"], "edges": ["e"], "classes": ["read"], "regions": []}
NEW_LAYOUT: Any = {**LAYOUT, "version": 2}
ERRORS: Any = [UNKNOWN_NODE.to_json()]
T = TypeVar("T")
PLAY = protocol.Play(op="play")


def edit(*changes: dict[str, Any], revision: int = 3, edit_id: str = "e1") -> protocol.Edit:
    return protocol.Edit(op="edit", id=edit_id, revision=revision, changes=list(changes))


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
