"""Several people on one drawing: seen by each other, undoing only what is theirs, and losing nothing while away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen, box_of
from tests.browser.server import Server
from tests.browser.test_accessibility import violations
from tests.browser.test_korean import english_left

GONE = "WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE"
#: What the drawing of these journeys calls its parts, in every language.
NAMES = {"Journey", "Users", "Web server", "Load balancer", "read", "write", "Bob"}
HOSTILE = "<img src=x onerror=alert(1)>\u202e"


def dialog(screen: Screen, key: str) -> Locator:
    """Return the dialog with a title."""
    return screen.page.get_by_role("dialog", name=screen.t(key))


def open_people(screen: Screen, count: int) -> Locator:
    """Open the list of those who are here."""
    screen.button(f"together.people_here_{'other' if count > 1 else 'one'}", count=count).click()
    return dialog(screen, "together.people")


def introduce(screen: Screen, name: str, *, count: int) -> None:
    """Choose a name."""
    people = open_people(screen, count)
    people.get_by_label(screen.t("together.your_name")).fill(name)
    people.get_by_label(screen.t("together.your_name")).press("Enter")
    expect(people.get_by_role("listitem").filter(has_text=name.rstrip("\u202e"))).to_be_visible()
    screen.page.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_people_see_and_follow_each_other(visit: Visit, server: Server, language: str) -> None:
    links = server.create(balanced(arrival_rate_rps=50))
    ann, bob = visit(links["edit_url"]), visit(links["view_url"], language=language)
    introduce(ann, HOSTILE, count=2)
    introduce(bob, "Bob", count=2)
    name = HOSTILE.rstrip("\u202e")

    ann.select("Web server")
    outlines = bob.page.locator(".people-layer .person-box")
    expect(outlines).to_have_count(1)
    expect(outlines).to_have_text(name)
    box, node = box_of(outlines), box_of(bob.node("Web server"))
    assert abs(box["x"] + box["width"] / 2 - node["x"] - node["width"] / 2) < 2

    target = box_of(ann.node("Users"))
    ann.page.mouse.move(target["x"] + 20, target["y"] - 60, steps=5)
    pointer = bob.page.locator(".people-layer .person-cursor")
    expect(pointer).to_have_text(name)
    shown = box_of(bob.node("Users"))
    bob.wait_for(lambda: abs(box_of(pointer)["x"] - shown["x"] - 20) < 12, "the pointer is where Ann points")

    people = open_people(bob, 2)
    people.get_by_role("button", name=bob.t("together.follow", name=name)).click()
    expect(bob.page.get_by_text(bob.t("together.following", name=name))).to_be_visible()
    assert violations(bob) == []
    before = box_of(bob.node("Users"))["width"]
    for _ in range(3):
        ann.button("canvas.zoom_out").click()
    bob.wait_for(lambda: box_of(bob.node("Users"))["width"] < 0.8 * before, "Bob sees what Ann sees")
    canvas = box_of(bob.page.get_by_role("application"))
    corner = (canvas["x"] + 200, canvas["y"] + canvas["height"] - 180)
    bob.drag(corner, (corner[0] + 60, corner[1] - 40))
    back = bob.button("together.return", name=name)
    expect(back).to_be_visible()
    if language == "ko":
        left = [text for text in english_left(bob) if name not in text]
        assert [text for text in left if text not in NAMES] == []
    back.click()
    expect(bob.page.get_by_text(bob.t("together.following", name=name))).to_be_visible()

    ann.page.close()
    expect(bob.button("together.people_here_one", count=1)).to_be_attached()
    expect(pointer).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_undo_takes_back_ones_own_and_never_theirs(visit: Visit, server: Server, language: str) -> None:
    links = server.create(balanced(arrival_rate_rps=50))
    ann, bob = visit(links["edit_url"], language=language), visit(links["edit_url"])
    for screen in (ann, bob):
        screen.select("Web server")
    ann.set_number("web_server", "worker_count", "3")
    expect(bob.setting("web_server", "worker_count")).to_have_value("3")
    bob.set_number("web_server", "queue_capacity", "77")
    expect(ann.setting("web_server", "queue_capacity")).to_have_value("77")
    ann.button("app.undo").click()
    expect(bob.setting("web_server", "worker_count")).to_have_value("8")
    expect(ann.setting("web_server", "queue_capacity")).to_have_value("77")

    ann.set_number("web_server", "worker_count", "5")
    expect(bob.setting("web_server", "worker_count")).to_have_value("5")
    bob.set_number("web_server", "worker_count", "6")
    expect(ann.setting("web_server", "worker_count")).to_have_value("6")
    ann.button("app.undo").click()
    expect(ann.toast).to_contain_text(ann.t("together.undo_not", edit="")[-20:])
    expect(ann.setting("web_server", "worker_count")).to_have_value("6")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_drawn_offline_outlives_the_page_and_a_crash(
    own_server: Server, visit: Visit, language: str
) -> None:
    links = own_server.create(balanced(arrival_rate_rps=50))
    bob = visit(links["edit_url"], at=own_server, language=language)
    expect(bob.page.get_by_text(bob.t("save.saved"), exact=True)).to_be_visible()
    bob.watch.expect(GONE)
    own_server.kill()
    expect(bob.page.get_by_text(bob.t("save.offline"), exact=True)).to_be_visible()
    rename(bob, "Web server", "Kept server")
    rename(bob, "Users", "Kept users")
    kept = bob.page.get_by_text(bob.t("save.offline_kept_other", count=2))
    expect(kept).to_be_visible()
    bob.page.close(run_before_unload=False)

    # The server is back, somebody else removes one of the two, and only then the first one returns.
    own_server.start()
    ann = visit(links["edit_url"], at=own_server)
    ann.select("Web server")
    ann.node("Web server").press("Delete")
    expect(ann.node("Web server")).to_have_count(0)
    expect(ann.page.get_by_text(ann.t("save.saved"), exact=True)).to_be_visible()

    bob.page = bob.page.context.new_page()
    bob.page.goto(links["edit_url"])
    expect(bob.node("Kept users")).to_be_visible()
    expect(ann.node("Kept users")).to_be_visible()
    expect(
        bob.page.get_by_text(bob.t(f"together.lost.banner_{'one' if language == 'en' else 'other'}", count=1))
    ).to_be_visible()
    bob.button("together.lost.review").click()
    lost = dialog(bob, "together.lost.title")
    expect(lost.get_by_role("listitem")).to_have_count(1)
    expect(lost.get_by_role("listitem")).to_contain_text(bob.t("together.edit.rename", name="Kept server"))
    assert violations(bob) == []
    lost.get_by_role("button", name=bob.t("together.lost.keep")).click()
    with bob.page.context.expect_page() as opened:
        lost.get_by_role("link", name=bob.t("together.lost.open")).click()
    copy = Screen(opened.value, bob.watch, bob.language)
    expect(copy.node("Kept server")).to_be_visible()
    copy.page.wait_for_load_state("networkidle")
    copy.page.close()
    bob.page.keyboard.press("Escape")
    expect(bob.button("together.lost.review")).to_have_count(0)
    assert "Traceback" not in own_server.log()


def rename(screen: Screen, old: str, new: str) -> None:
    """Give a component another name."""
    screen.select(old)
    field = screen.inspector.get_by_label(screen.t("inspector.name"), exact=True)
    field.fill(new)
    field.press("Tab")
    expect(screen.node(new)).to_be_visible()


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ko", True)])
def test_any_version_comes_back(visit: Visit, server: Server, language: str, dark: bool) -> None:
    links = server.create(balanced(arrival_rate_rps=50))
    screen = visit(links["edit_url"], language=language, dark=dark)
    screen.select("Load balancer")
    screen.node("Load balancer").press("Delete")
    expect(screen.node("Load balancer")).to_have_count(0)
    saved = screen.page.get_by_text(screen.t("save.saved"), exact=True)
    expect(saved).to_be_visible()
    saved.click()
    history = dialog(screen, "together.versions.title")
    versions = history.get_by_role("listitem")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text(screen.t("together.difference.removed", names="Load balancer"))

    history.get_by_label(screen.t("together.versions.name"), exact=True).fill("v2")
    history.get_by_role("button", name=screen.t("together.versions.keep")).click()
    expect(versions.first).to_contain_text("v2")
    versions.nth(1).get_by_role("button").first.click()
    back = history.get_by_role("button", name=screen.t("together.versions.restore"), exact=True)
    expect(back).to_be_enabled()
    expect(history).to_contain_text(screen.t("together.difference.added", names="Load balancer"))
    assert violations(screen) == []
    if language == "ko":
        left = english_left(screen)
        assert [text for text in left if text not in NAMES] == []
    back.click()
    expect(history).to_have_count(0)
    expect(screen.node("Load balancer")).to_be_visible()
    expect(saved).to_be_visible()
    screen.button("app.undo").click()
    expect(screen.node("Load balancer")).to_have_count(0)

    viewer = visit(links["view_url"], language=language, width=390, height=844)
    viewer.page.locator(".save-badge button").click()
    history = dialog(viewer, "together.versions.title")
    expect(history.get_by_text("v2", exact=True)).to_be_visible()
    history.get_by_role("listitem").last.get_by_role("button").click()
    expect(history.locator("svg.preview-drawing")).to_be_visible()
    expect(history.get_by_role("button", name=viewer.t("together.versions.restore"))).to_have_count(0)
    expect(history.get_by_role("textbox")).to_have_count(0)
    assert violations(viewer) == []
