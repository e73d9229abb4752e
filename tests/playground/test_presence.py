"""Who is here: names as hostile input, seats, crowds, and pointers of which only the newest are sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground import limits, protocol
from playground.outbox import POINTERS_UNHEARD_MAX, Outbox
from playground.presence import Presence, clean_name, pause_s
from playground.rooms import Rooms
from tests.playground.conftest import Open


def here(x: float, **others: Any) -> protocol.Here:
    return protocol.Here(op="here", cursor=[x, 0.0], selected=others.get("selected", []), view=None)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  Ann \n\t Lee ", "Ann Lee"),
        ("\u202eevil\u0000\u200b", "evil"),
        ("<b>김하나</b>", "<b>김하나</b>"),
        ("x" * 100, "x" * protocol.PERSON_NAME_LENGTH_MAX),
        ("\u2066\u2069", ""),
    ],
)
def test_names_are_one_short_line_of_text(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_a_seat_is_nobody_elses_and_is_used_again() -> None:
    presence = Presence()
    for guest in ("a", "b", "c"):
        presence.join(guest, "edit")
    presence.leave("b")
    presence.join("d", "edit")
    seats = {person["id"]: person["seat"] for person in presence.people()["people"]}
    assert seats == {"a": 0, "c": 2, "d": 1}


def test_of_a_crowd_so_many_are_shown_and_a_free_place_goes_to_the_next() -> None:
    presence = Presence()
    for number in range(limits.WATCHERS_SHOWN_MAX + 1):
        presence.join(f"w{number}", "view")
    presence.join("teacher", "edit")
    shown = [person["id"] for person in presence.people()["people"]]
    assert len(shown) == limits.WATCHERS_SHOWN_MAX + 1
    assert "teacher" in shown
    last = f"w{limits.WATCHERS_SHOWN_MAX}"
    assert last not in shown
    assert not presence.move(last, here(1))
    presence.leave("w0")
    assert presence.move(last, here(1))
    for number in range(limits.EDITORS_SHOWN_MAX):
        presence.join(f"e{number}", "edit")
    editors = [person for person in presence.people()["people"] if person["permission"] == "edit"]
    assert len(editors) == limits.EDITORS_SHOWN_MAX


def test_news_are_told_once() -> None:
    presence = Presence()
    presence.join("a", "edit")
    assert presence.news() is not None
    assert presence.news() is None
    presence.introduce("a", "Ann")
    news = presence.news()
    assert news is not None
    assert news["people"][0]["name"] == "Ann"


def test_pointers_come_less_often_to_a_crowd() -> None:
    assert pause_s(2) <= 0.1 < pause_s(51) < pause_s(limits.VIEWERS_PER_SCENARIO_MAX)


async def test_of_pointers_only_the_newest_waits_and_messages_go_first() -> None:
    outbox = Outbox()
    for text in ("old", "new"):
        outbox.point(text)
    outbox.put("edit")
    assert [await outbox.next(), await outbox.next()] == ["edit", "new"]


async def test_a_viewer_that_never_says_anything_gets_only_so_many_pointers() -> None:
    outbox = Outbox()
    for number in range(POINTERS_UNHEARD_MAX):
        outbox.point(str(number))
        assert await outbox.next() == str(number)
    outbox.point("held back")
    outbox.put("message")
    outbox.close(4408)
    assert await outbox.next() == "message"
    assert await outbox.next() is None

    patient = Outbox()
    for number in range(POINTERS_UNHEARD_MAX):
        patient.point(str(number))
        await patient.next()
    patient.point("newest")
    patient.note_sign_of_life()
    assert await patient.next() == "newest"


async def test_people_see_each_others_names_and_pointers(
    links: tuple[str, str], browse: Open, rooms: Rooms
) -> None:
    ann, bob = await browse(links[0]), await browse(links[1])
    await ann.say("introduce", name="Ann\u202e\n")
    await bob.say("introduce", name="Bob")
    people = await bob.hear("people", lambda told: all(person["name"] for person in told["people"]))
    by_name = {person["name"]: person for person in people["people"]}
    assert by_name.keys() == {"Ann", "Bob"}
    assert (by_name["Ann"]["permission"], by_name["Bob"]["permission"]) == ("edit", "view")
    assert by_name["Ann"]["id"] == ann.welcome["viewer_id"]

    for x in range(20):
        await ann.say("here", cursor=[float(x), 2.0], selected=["a"], view=[0.0, 0.0, 800.0, 600.0])
    around = await bob.hear(
        "around", lambda told: any(one["cursor"] == [19.0, 2.0] for one in told["people"])
    )
    assert around["people"][0]["selected"] == ["a"]
    assert around["people"][0]["view"] == [0.0, 0.0, 800.0, 600.0]
    told = sum(message["op"] == "around" for message in bob.received)
    assert told < 20  # those in between were passed over

    await ann.leave()
    gone = await bob.hear("people", lambda told: len(told["people"]) == 1)
    assert gone["people"][0]["name"] == "Bob"


@pytest.mark.parametrize(
    "bad",
    [
        {"cursor": [1.0], "selected": [], "view": None},
        {"cursor": [1.0, 1e9], "selected": [], "view": None},
        {"cursor": None, "selected": ["x" * 65], "view": None},
        {"cursor": None, "selected": ["x"] * (protocol.SELECTED_SHOWN_MAX + 1), "view": None},
        {"cursor": None, "selected": [], "view": [0.0] * 5},
        {"cursor": ["1", "2"], "selected": [], "view": None},
    ],
)
def test_whereabouts_are_bounded(bad: dict[str, Any]) -> None:
    good = {"op": "here", "cursor": [1.0, 2.0], "selected": ["a"], "view": None}
    protocol.decode(as_text(good))
    with pytest.raises(protocol.BadMessageError):
        protocol.decode(as_text({**good, **bad}))


def as_text(message: dict[str, Any]) -> str:
    return json.dumps(message)
