"""Sockets end to end: real rooms, threads and database, with a small engine in place of the simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from playground import limits, protocol, selectors, services
from playground.outbox import STALLED_S
from playground.rooms import Rooms
from tests.playground.conftest import Browser, Open
from tests.playground.fakes import FakeEngine, document

RENAME = {"type": "rename_scenario", "name": "Shop"}
server_messages: TypeAdapter[Any] = TypeAdapter(protocol.ServerMessage)


async def test_everything_sent_follows_the_protocol(links: tuple[str, str], browse: Open) -> None:
    browser = await browse(links[0])
    await browser.say("play")
    await browser.hear("frame")
    await browser.say("edit", id="1", revision=1, changes=[RENAME, {"type": "add_node", "node": node("c")}])
    await browser.hear("saved")
    await browser.say("edit", id="2", revision=2, changes=[{"type": "remove_node", "node_id": "zzz"}])
    await browser.hear("rejected")
    await browser.say("step", seconds=1)
    await browser.hear("error")
    await browser.say("ping", nonce=3)
    await browser.hear("pong")
    await browser.hear("viewers")
    for message in browser.received:
        server_messages.validate_python(message, strict=True)
    told = {message["op"] for message in browser.received}
    assert told >= {
        "welcome",
        "run",
        "layout",
        "frame",
        "edited",
        "saved",
        "rejected",
        "error",
        "pong",
        "viewers",
    }


def node(node_id: str) -> dict[str, Any]:
    return {"id": node_id, "kind": "one", "name": "", "x": 0.0, "y": 0.0}


async def test_frames_are_numbered_and_cover_fixed_ticks(links: tuple[str, str], browse: Open) -> None:
    browser = await browse(links[0])
    await browser.say("speed", factor=10)
    await browser.say("play")
    frames = [await browser.hear("frame") for _ in range(4)]
    assert [frame["seq"] for frame in frames] == [1, 2, 3, 4]
    assert [frame["now_s"] for frame in frames] == pytest.approx([1.0, 2.0, 3.0, 4.0])


async def test_everyone_watches_the_same_run(
    links: tuple[str, str], browse: Open, engine: FakeEngine
) -> None:
    editor, watcher = await browse(links[0]), await browse(links[1])
    await editor.say("play")
    seen = await editor.hear("frame")
    assert await watcher.hear("frame", lambda frame: frame["seq"] == seen["seq"]) == seen
    assert len(engine.simulations) == 1


async def test_who_joins_a_paused_run_sees_its_figures(links: tuple[str, str], browse: Open) -> None:
    editor = await browse(links[0])
    await editor.say("play")
    await editor.hear("frame")
    await editor.say("pause")
    await editor.hear("run", lambda message: message["state"]["status"] == "paused")
    late = await browse(links[1])
    frame = await late.hear("frame")
    assert frame["now_s"] > 0
    assert frame["events"] == []


async def test_a_watcher_may_not_control(links: tuple[str, str], browse: Open) -> None:
    watcher = await browse(links[1])
    assert watcher.welcome["run"]["can_control"] is False
    await watcher.say("play")
    assert (await watcher.hear("error"))["code"] == "read_only"
    await watcher.say("edit", id="1", revision=1, changes=[RENAME])
    assert (await watcher.hear("rejected"))["diagnostics"][0]["code"] == "read_only"


async def test_who_comes_back_sees_the_run_as_it_is(links: tuple[str, str], browse: Open) -> None:
    first = await browse(links[0])
    await first.say("edit", id="1", revision=1, changes=[RENAME])
    await first.say("play")
    await first.hear("frame", lambda frame: frame["seq"] == 3)
    await first.leave()
    again = await browse(links[0])
    welcome = again.welcome
    assert welcome["document"]["name"] == "Shop"
    assert welcome["revision"] == 2
    assert welcome["run"]["status"] == "running"
    assert len(welcome["history"]) >= 3
    assert welcome["layout"]["nodes"] == ["a", "b"]
    await again.hear("frame", lambda frame: frame["seq"] > 3)


async def test_edits_are_stored_and_outlive_the_room(
    links: tuple[str, str], browse: Open, rooms: Rooms
) -> None:
    browser = await browse(links[0])
    for number in range(20):
        change = {"type": "rename_scenario", "name": f"Shop {number}"}
        await browser.say("edit", id=str(number), revision=number + 1, changes=[change])
    await browser.hear("saved", lambda message: message["revision"] == 21)
    access = await rooms.find_access(links[0])
    assert access is not None
    stored, revision, _ = await rooms.write(lambda: selectors.load_document(access.scenario_id))
    assert stored["name"] == "Shop 19"
    assert revision == 21


async def test_a_document_that_cannot_run_says_why(rooms: Rooms, browse: Open) -> None:
    token, _ = await rooms.write(lambda: services.create_scenario(document("bad")))
    browser = await browse(token)
    await browser.say("play")
    error = await browser.hear("error")
    assert error["code"] == "cannot_run"
    assert [diagnostic["code"] for diagnostic in error["diagnostics"]] == ["T001"]
    assert rooms.run_count() == 0


async def test_a_run_that_breaks_leaves_the_server_and_the_document_alone(rooms: Rooms, browse: Open) -> None:
    token, _ = await rooms.write(lambda: services.create_scenario(document("crash")))
    browser = await browse(token)
    await browser.say("play")
    assert (await browser.hear("error"))["code"] == "run_failed"
    await browser.say("edit", id="1", revision=1, changes=[RENAME])
    await browser.hear("edited")
    await browser.say("play")
    await browser.hear("frame")


async def test_too_many_runs_are_refused_with_a_word(
    links: tuple[str, str], rooms: Rooms, browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RUNS_MAX", 1)
    other, _ = await rooms.write(lambda: services.create_scenario(document("Other")))
    first, second = await browse(links[0]), await browse(other)
    await first.say("play")
    await first.hear("frame")
    await second.say("play")
    assert (await second.hear("error"))["code"] == "busy"
    states = [message["state"]["status"] for message in second.received if message["op"] == "run"]
    assert states == ["running", "stopped"]
    await first.hear("frame")


# Who may come in


@pytest.mark.parametrize("origin", ["http://elsewhere", "https://here.elsewhere", "null", "http://here:81"])
async def test_pages_of_other_sites_are_turned_away(links: tuple[str, str], origin: str) -> None:
    browser = Browser(links[0], origin=origin)
    await browser.connect()
    assert await browser.closed_with() == protocol.CLOSE_FORBIDDEN
    await browser.leave()


async def test_programs_without_an_origin_may_come_in(links: tuple[str, str]) -> None:
    browser = Browser(links[0], origin=None)
    await browser.connect()
    await browser.say("hello", protocol=1)
    await browser.hear("welcome")
    await browser.leave()


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("x", protocol.CLOSE_FORBIDDEN),
        ("a" * 21 + "%27", protocol.CLOSE_FORBIDDEN),
        ("a" * 32, protocol.CLOSE_UNKNOWN_LINK),
    ],
)
async def test_forged_and_unknown_links_are_turned_away(rooms: Rooms, token: str, code: int) -> None:
    browser = Browser(token)
    await browser.connect()
    assert await browser.closed_with() == code
    await browser.leave()


async def test_a_revoked_link_ends_at_once(links: tuple[str, str], rooms: Rooms, browse: Open) -> None:
    editor, watcher = await browse(links[0]), await browse(links[1])
    access = await rooms.find_access(links[1])
    assert access is not None
    link_id = await rooms.write(lambda: services.revoke_link(access.scenario_id, token=links[1]))
    room = rooms.find(access.scenario_id)
    assert room is not None
    assert link_id is not None
    room.revoke_link(link_id)
    assert await watcher.closed_with() == protocol.CLOSE_UNKNOWN_LINK
    await editor.say("ping", nonce=1)
    await editor.hear("pong")


async def test_a_page_of_another_version_is_told_to_reload(links: tuple[str, str]) -> None:
    browser = Browser(links[0])
    await browser.connect()
    await browser.say("hello", protocol=99)
    assert (await browser.hear("error"))["code"] == "old_page"
    assert await browser.closed_with() == protocol.CLOSE_BAD_MESSAGE
    await browser.leave()


# Bad messages


@pytest.mark.parametrize(
    "text",
    [
        "not json", "[]", "null", '{"op":"fly"}', '{"op":"play","extra":1}', '{"op":"speed","factor":"fast"}',
        '{"op":"edit","id":"1","revision":1,"changes":["x"]}', '{"op":"edit","id":"1","revision":-1,"changes":[{}]}',
        '{"op":"speed","factor":NaN}', '{"op":"speed","factor":1e400}', '{"op":"ack","seq":-1}', "[" * 10_000,
        '{"op":"restart","seed":4294967296}', "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        json.dumps({"op": "edit", "id": "1", "revision": 1, "changes": [{"pad": "x" * protocol.MESSAGE_BYTES_MAX}]}),
    ],
)  # fmt: skip
async def test_bad_messages_close_the_socket_with_a_reason(
    links: tuple[str, str], browse: Open, text: str
) -> None:
    browser, other = await browse(links[0]), await browse(links[0])
    await browser.say_text(text)
    error = await browser.hear("error")
    assert error["code"] == "bad_message"
    assert error["values"]["reason"]
    assert await browser.closed_with() == protocol.CLOSE_BAD_MESSAGE
    await other.say("ping", nonce=1)
    await other.hear("pong")


async def test_hello_comes_first(links: tuple[str, str]) -> None:
    browser = Browser(links[0])
    await browser.connect()
    await browser.say("play")
    assert await browser.closed_with() == protocol.CLOSE_BAD_MESSAGE
    await browser.leave()


async def test_a_flood_of_messages_closes_the_socket(links: tuple[str, str], browse: Open) -> None:
    browser = await browse(links[0])
    for number in range(int(limits.SOCKET_MESSAGES.burst) + 100):
        await browser.say("ping", nonce=number)
    assert (await browser.hear("error"))["code"] == "too_fast"
    assert await browser.closed_with() == protocol.CLOSE_TOO_MANY


async def test_a_room_takes_so_many_viewers(
    links: tuple[str, str], browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "VIEWERS_PER_SCENARIO_MAX", 1)
    await browse(links[0])
    late = Browser(links[1])
    await late.connect()
    await late.say("hello", protocol=1)
    assert await late.closed_with() == protocol.CLOSE_TOO_MANY
    await late.leave()


async def test_a_viewer_that_never_acknowledges_costs_nobody_frames(
    links: tuple[str, str], rooms: Rooms, browse: Open
) -> None:
    dead, reader = await browse(links[1]), await browse(links[0])
    await reader.say("play")
    count = protocol.UNACKNOWLEDGED_FRAMES_MAX + 10
    for seq in range(1, count + 1):
        assert (await reader.hear("frame"))["seq"] == seq
        await reader.say("ack", seq=seq)
    (room,) = rooms._rooms.values()
    (box,) = [
        box for viewer, box in room.outboxes.items() if room.session.viewers[viewer].permission == "view"
    ]
    frames = 0
    while not await dead.hears_nothing():
        frames += (await dead.hear_any())["op"] == "frame"
    assert frames == protocol.UNACKNOWLEDGED_FRAMES_MAX
    room.beat(0.0)
    assert box.close_code is None
    room.beat(STALLED_S)
    assert box.close_code == protocol.CLOSE_TOO_SLOW
