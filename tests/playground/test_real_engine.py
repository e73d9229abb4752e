"""Sockets with the real simulator: what it publishes is what the browser's types say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from playground import bodies, library_shapes, process, protocol, selectors, services
from playground.rooms import Rooms
from playground.runner import Runner
from playground.writer import Writer
from tests.playground.conftest import Browser


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Compile the kernels if need be, which may take longer than any answer should."""
    process.engine.warm()


@pytest.fixture
async def editor(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Browser]:
    """A browser that may edit the starter scenario with a replicated database."""
    made = Rooms(
        engine=process.engine,
        runner=Runner(threads=1),
        writer=Writer(),
        load=selectors.load_document,
        find_access=selectors.find_access,
        clock=lambda: 0.0,
    )
    monkeypatch.setattr(process, "rooms", lambda: made)
    entry = next(entry for entry in process.engine.library() if entry["id"] == "lb-cache-replicated-db")
    token, _ = await made.write(lambda: services.create_scenario(entry["document"]))
    browser = Browser(token)
    await browser.connect()
    await browser.say("hello", protocol=1)
    browser.welcome = await browser.hear("welcome")
    yield browser
    await browser.leave()
    made.close()


def undeclared(shape: Any, value: Any) -> list[str]:
    """Return the fields of a value that its shape does not declare; the browser would not know of them."""
    dumped = TypeAdapter(shape).validate_json(orjson.dumps(value), strict=True)
    return sorted(_keys(value) - _keys(dumped))


def _keys(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {
            found for key, item in value.items() for found in {f"{path}.{key}"} | _keys(item, f"{path}.{key}")
        }
    if isinstance(value, list | tuple):
        return {found for item in value for found in _keys(item, f"{path}[]")}
    return set()


def databases(document: Any) -> list[str]:
    """Return the identifiers of the nodes that offer to be a database, by the catalog."""
    kinds = {kind["kind"] for kind in process.engine.catalog()["kinds"] if kind["role"] == "database"}
    return [node["id"] for node in document["nodes"] if node["kind"] in kinds]


async def test_a_run_says_what_the_browser_expects(editor: Browser) -> None:
    document = editor.welcome["document"]
    assert undeclared(protocol.Welcome, editor.welcome) == []
    await editor.say("speed", factor=5)
    await editor.say("play")
    layout = await editor.hear("layout")
    assert sorted(layout["nodes"]) == sorted(node["id"] for node in document["nodes"])
    frame = await editor.hear("frame", lambda message: message["traces"])
    assert frame["layout"] == layout["version"]
    assert len(frame["nodes"]["in_flight"]) == len(layout["nodes"])
    primary = databases(document)[0]
    crash = {"type": "fault", "fault": "crash", "node_id": primary}
    await editor.say("edit", id="1", revision=1, changes=[crash])
    await editor.hear("edited")
    index = layout["nodes"].index(primary)
    struck = await editor.hear("frame", lambda message: message["nodes"]["state"][index] == "crashed")
    assert [event["kind"] for event in struck["events"]] == ["fault"]
    failing = await editor.hear("frame", lambda message: message["totals"]["failed_rps"] > 0)
    assert failing["totals"]["failed_by_cause"]
    for message in editor.received:
        assert undeclared(protocol.ServerMessage, message) == [], message["op"]


async def test_a_server_is_added_while_it_runs(editor: Browser) -> None:
    document = editor.welcome["document"]
    old = document["nodes"][-1]
    await editor.say("play")
    first = await editor.hear("layout")
    added = {**old, "id": "one-more", "name": "One more"}
    edges = [
        {**edge, "id": f"{edge['id']}-more", "source": edge["source"].replace(old["id"], "one-more"),
         "target": edge["target"].replace(old["id"], "one-more")}
        for edge in document["edges"]
        if old["id"] in {edge["source"], edge["target"]}
    ]  # fmt: skip
    changes = [{"type": "add_node", "node": added}, *({"type": "add_edge", "edge": edge} for edge in edges)]
    await editor.say("edit", id="1", revision=1, changes=changes)
    second = await editor.hear("layout")
    assert set(second["nodes"]) - set(first["nodes"]) == {"one-more"}
    assert (await editor.hear("edited"))["revision"] == 2
    frame = await editor.hear("frame", lambda message: message["layout"] == second["version"])
    assert len(frame["nodes"]["in_flight"]) == len(second["nodes"])


async def test_what_the_engine_refuses_is_explained(editor: Browser) -> None:
    for state in ("stopped", "running"):
        await editor.say("edit", id=state, revision=1, changes=[{"type": "remove_node", "node_id": "nobody"}])
        rejected = await editor.hear("rejected")
        assert undeclared(protocol.Rejected, rejected) == []
        assert rejected["id"] == state
        assert rejected["diagnostics"][0]["text"]
        await editor.say("play")


def test_the_catalog_and_the_library_are_as_declared() -> None:
    catalog: Any = process.engine.catalog()
    assert undeclared(bodies.Catalog, catalog) == []
    for entry in process.engine.library():
        assert undeclared(library_shapes.LibraryEntry, entry) == []
        assert undeclared(bodies.Check, process.engine.check(entry["document"])) == []
