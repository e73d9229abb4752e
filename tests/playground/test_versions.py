"""Earlier versions: when one is kept, what it tells, which are let go, and who may do what with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.utils import timezone

from playground import limits, process, selectors, services, versions
from playground.differences import NAMES_MAX, difference
from playground.models import Scenario, Version
from playground.rooms import Rooms
from playground.shapes import Document
from playground.versions import SPELL, Aged, TooManyVersionsError, outlived
from tests.playground.fakes import document
from tests.playground.test_api import Api

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the wall clock says, in its only element."""
    times = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: times[0])
    return times


@pytest.fixture
def scenario(db: None, clock: list[datetime]) -> Scenario:
    services.create_scenario(document("First"))
    return Scenario.objects.get()


def save(scenario: Scenario, name: str, *, editor: str = "") -> None:
    scenario.refresh_from_db()
    services.save_document(
        scenario.pk, document=document(name), revision=scenario.revision + 1, editors=(editor,)
    )


def kept(scenario: Scenario) -> list[str]:
    """Return the names of the documents that are kept as versions, the oldest first."""
    return [version.document["name"] for version in scenario.versions.order_by("revision")]


def test_a_spell_of_editing_adds_one_version_of_what_was_before(
    scenario: Scenario, clock: list[datetime]
) -> None:
    for number in range(5):
        clock[0] += timedelta(seconds=20)
        save(scenario, f"a{number}")
    assert kept(scenario) == ["First"]
    clock[0] += SPELL
    save(scenario, "b0")
    assert kept(scenario) == ["First", "a4"]
    for number in range(12):  # without a pause
        clock[0] += SPELL / 3
        save(scenario, f"b{number + 1}")
    assert kept(scenario)[:2] == ["First", "a4"]
    assert len(kept(scenario)) <= 2 + 12 / 3


def test_a_version_tells_who_edited_it_and_what_changed(scenario: Scenario, clock: list[datetime]) -> None:
    save(scenario, "One", editor="Ann")
    save(scenario, "Two", editor="Bob")
    save(scenario, "Three", editor="Ann")
    now, first = selectors.list_versions(scenario.pk)
    assert now["editors"] == ["Ann", "Bob"]
    assert now["difference"]["parts"] == ["name"]
    assert first["editors"] == []
    clock[0] += SPELL
    save(scenario, "Four", editor="Cho")
    now, second, _ = selectors.list_versions(scenario.pk)
    assert second["editors"] == ["Ann", "Bob"]
    assert now["editors"] == ["Cho"]


def test_an_old_revision_is_neither_stored_nor_kept(scenario: Scenario) -> None:
    services.save_document(scenario.pk, document=document("Late"), revision=1)
    assert kept(scenario) == []
    assert selectors.load_document(scenario.pk).document["name"] == "First"


def test_thinning_keeps_the_last_hour_then_hours_then_days() -> None:
    ages = [timedelta(minutes=3 * number) for number in range(20 * 24 * 20)]
    versions_of = [Aged(revision, NOW - age, 10) for revision, age in enumerate(reversed(ages), start=1)]
    gone = outlived(versions_of, now=NOW, bytes_max=10**9)
    left = [version for version in versions_of if version.revision not in gone]
    ages_left = [NOW - version.saved_at for version in left]
    recent = [age for age in ages_left if age < timedelta(hours=1)]
    hourly = [age for age in ages_left if timedelta(hours=1) <= age < timedelta(days=1)]
    daily = [age for age in ages_left if age >= timedelta(days=1)]
    assert len(recent) == 20
    assert len(hourly) == 24
    assert len(daily) == 20
    assert len(left) <= limits.VERSIONS_UNNAMED_MAX


def test_versions_are_bounded_in_number_and_in_bytes() -> None:
    many = [Aged(number, NOW - timedelta(days=500 - number), 10) for number in range(200)]
    gone = outlived(many, now=NOW, bytes_max=10**9)
    assert len(many) - len(gone) == limits.VERSIONS_UNNAMED_MAX
    assert 199 not in gone
    few = [Aged(number, NOW - timedelta(days=500 - number), 10) for number in range(5)]
    assert outlived(few, now=NOW, bytes_max=30) == {0, 1}
    assert outlived(few, now=NOW, bytes_max=29) == {0, 1, 2}


def test_what_is_let_go_is_told_by_the_version_after_it(
    scenario: Scenario, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "VERSIONS_UNNAMED_MAX", 2)
    three = document("First")
    three["nodes"].append({"id": "c", "kind": "one", "name": "Cache", "x": 0.0, "y": 0.0})
    clock[0] += SPELL
    services.save_document(scenario.pk, document=three, revision=2)
    services.keep_version(scenario.pk, name="")
    four: Document = {**three, "name": "Four"}
    clock[0] += SPELL
    services.save_document(scenario.pk, document=four, revision=3)
    services.name_version(scenario.pk, 1, name="Start")
    for revision in (3, 4):
        clock[0] += SPELL
        services.keep_version(scenario.pk, name="")
        services.save_document(scenario.pk, document={**four, "seed": revision}, revision=revision + 1)
    left = {version.revision: version.difference for version in scenario.versions.all()}
    assert 1 in left  # it has a name
    assert 2 not in left
    assert left[3]["added"] == ["Cache"]
    assert left[3]["parts"] == ["name"]


def test_names_of_versions_are_bounded(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "VERSIONS_NAMED_MAX", 1)
    first = services.keep_version(scenario.pk, name="One")
    save(scenario, "Next")
    with pytest.raises(TooManyVersionsError):
        services.keep_version(scenario.pk, name="Two")
    assert services.name_version(scenario.pk, first, name="Other")  # it has a name already
    assert services.name_version(scenario.pk, first, name="")
    second = services.keep_version(scenario.pk, name="Two")
    assert Version.objects.get(revision=second).name == "Two"
    assert not services.name_version(scenario.pk, 99, name="None")


def test_a_difference_is_counted_by_sorts() -> None:
    before = cast("Document", full())
    after = cast("Document", full())
    assert not any(difference(before, after).values())
    after["nodes"][0]["x"] = 9.0
    after["nodes"][1]["parameters"] = {"n": 2, "m": 1}
    after["nodes"][1]["name"] = "B2"
    after["nodes"] += [
        {"id": f"n{number}", "kind": "one", "name": f"N{number}", "x": 0.0, "y": 0.0} for number in range(5)
    ]
    after["edges"] = []
    after["groups"] = []
    after["notes"] = "why"
    after["seed"] = 8
    assert difference(before, after) == {
        "added": ["N0", "N1", "N2"][:NAMES_MAX],
        "added_count": 5,
        "removed": ["Seoul"],
        "removed_count": 1,
        "settings_count": 2,
        "renamed_count": 1,
        "moved_count": 1,
        "connections_added_count": 0,
        "connections_removed_count": 1,
        "parts": ["seed", "notes"],
    }


def full() -> dict[str, Any]:
    return {
        **document(),
        "nodes": [
            {"id": "a", "kind": "one", "name": "A", "x": 0.0, "y": 0.0, "parameters": {}},
            {"id": "b", "kind": "one", "name": "B", "x": 0.0, "y": 0.0, "parameters": {"n": 1}},
        ],
        "edges": [{"id": "e", "source": "a", "target": "b", "parameters": {}}],
        "groups": [{"id": "g", "kind": "region", "name": "Seoul", "x": 0.0, "y": 0.0}],
        "notes": "",
    }


# Over HTTP


@pytest.fixture
def api(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The API on rooms with the small engine, which takes any document."""
    monkeypatch.setattr(process.engine, "newest", lambda found: found)
    return Api()


async def test_versions_over_http(api: Api, links: tuple[str, str]) -> None:
    edit, view = (f"/api/scenarios/{token}/versions" for token in links)
    made = await api.post(edit, {"name": " Before\nthe launch "})
    assert made.status_code == 201
    revision = made.json()["revision"]
    (entry,) = (await api.get(view)).json()
    assert entry["name"] == "Before the launch"
    found = (await api.get(f"{view}/{revision}")).json()
    assert found["document"] == document()
    assert found["difference"]["added_count"] == 0
    assert (await api.send("PUT", f"{edit}/{revision}", {"name": "Renamed"})).status_code == 204
    (entry,) = (await api.get(edit)).json()
    assert entry["name"] == "Renamed"


async def test_a_view_link_looks_at_versions_and_changes_none(api: Api, links: tuple[str, str]) -> None:
    view = f"/api/scenarios/{links[1]}/versions"
    refused = [await api.post(view, {"name": "Mine"}), await api.send("PUT", f"{view}/1", {"name": "Mine"})]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert (await api.get(view)).status_code == 200
    assert (await api.get(f"{view}/1")).status_code == 200


async def test_versions_need_a_link_and_a_revision_of_this_scenario(
    api: Api, links: tuple[str, str], rooms: Rooms
) -> None:
    other, _ = await rooms.write(lambda: services.create_scenario(document("Other")))
    await rooms.write(lambda: services.keep_version(1 + Scenario.objects.earliest("pk").pk, name="Theirs"))
    assert (await api.get(f"/api/scenarios/{'x' * 32}/versions")).status_code == 404
    listed = (await api.get(f"/api/scenarios/{links[0]}/versions")).json()
    assert [entry["name"] for entry in listed] == [""]
    for revision in (99, 2**31 - 1):
        assert (await api.get(f"/api/scenarios/{links[0]}/versions/{revision}")).status_code == 404
    for bad in ("-1", str(2**31), "x"):
        assert (await api.get(f"/api/scenarios/{other}/versions/{bad}")).status_code == 422
    long = await api.post(f"/api/scenarios/{other}/versions", {"name": "x" * 81})
    assert long.status_code == 422


async def test_too_many_names_are_refused_in_words(
    api: Api, links: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "VERSIONS_NAMED_MAX", 0)
    refused = await api.post(f"/api/scenarios/{links[0]}/versions", {"name": "One"})
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "too_many_versions"
