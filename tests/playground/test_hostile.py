"""Whatever is sent, nothing breaks and nothing is lost: random messages, changes and documents."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground import process, protocol
from playground.effects import ApplyToDocument
from playground.session import RunSession, Viewer

NODES = st.sampled_from(["users", "web-1", "cache", "db-primary", "nobody", "", "x" * 50])
KINDS = st.sampled_from([kind["kind"] for kind in process.engine.catalog()["kinds"]] + ["teapot"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**64 - 1) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = {
    "node_id": NODES, "edge_id": NODES, "name": st.text(max_size=100) | st.sampled_from(["worker_count", "ttl_s"]),
    "x": JSON, "y": JSON, "value": JSON, "seed": JSON, "workload": JSON, "faults": JSON, "notes": JSON, "availability_target_ratio": JSON,
    "fault": JSON, "factor": JSON, "edge": JSON,
    "node": st.fixed_dictionaries({"id": NODES, "kind": KINDS, "name": JSON, "x": JSON, "y": JSON}) | JSON,
}  # fmt: skip
TYPES = st.sampled_from(
    ["add_node", "remove_node", "move_node", "rename_node", "set_parameter", "add_edge", "remove_edge",
     "set_edge_parameter", "set_workload", "set_estimate", "rename_scenario", "set_seed", "set_notes", "set_faults", "set_availability_target",
     "fault", "heal",
     "inject", "no_such_change"]
)  # fmt: skip
CHANGES = st.fixed_dictionaries({"type": TYPES}, optional=FIELDS) | st.dictionaries(st.text(max_size=8), JSON)
MESSAGES = st.one_of(
    JSON,
    st.fixed_dictionaries(
        {
            "op": st.sampled_from(
                ["play", "pause", "step", "speed", "restart", "ack", "ping", "hello", "edit"]
            )
        },
        optional={
            "seconds": JSON,
            "factor": JSON,
            "seed": JSON,
            "seq": JSON,
            "nonce": JSON,
            "protocol": JSON,
        },
    ),
    st.fixed_dictionaries(
        {
            "op": st.just("edit"),
            "id": st.text(max_size=70),
            "revision": st.integers(-1, 9),
            "changes": st.lists(CHANGES, max_size=4),
        }
    ),
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def decoded(data: bytes) -> protocol.ClientMessage | None:
    """Return the message, None when it was refused; anything else fails the test."""
    try:
        return protocol.decode(data)
    except protocol.BadMessageError:
        return None


def a_session() -> RunSession:
    entry: Any = next(entry for entry in process.engine.library() if entry["id"] == "lb-cache-replicated-db")
    session = RunSession(document=entry["document"], revision=1, now=0.0)
    session.join(Viewer("v", "edit", 1))
    return session


@QUICK
@given(st.lists(MESSAGES, max_size=6))
def test_no_message_breaks_a_session_or_its_document(sent: list[Any]) -> None:
    session = a_session()
    revision = session.revision
    for value in sent:
        message = decoded(orjson.dumps(value))
        if message is None:
            continue
        effects = session.handle("v", message)
        if session.is_live:  # no simulation answers here: let the run end, so that edits are decided
            effects += session.run_ended(
                session.run, {"op": "error", "code": "busy", "message": "", "values": {}}
            )
        while effects:
            effect = effects.pop()
            if isinstance(effect, ApplyToDocument):
                document, found = process.engine.apply_changes(effect.document, effect.changes)
                effects += session.document_tried(effect.ticket, document=document, diagnostics=found)
        assert session.revision >= revision
        revision = session.revision
    normalized, diagnostics = process.engine.normalize(session.document)
    assert normalized is not None, diagnostics


@QUICK
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    decoded(data)


@QUICK
@given(JSON | st.fixed_dictionaries({"version": JSON, "nodes": JSON, "edges": JSON}, optional=FIELDS))
def test_no_document_breaks_a_check(document: Any) -> None:
    found = process.engine.check(document)
    orjson.dumps(found)
    assert found["analysis"] is not None or found["diagnostics"]
