"""A person opens a lesson, sees its problem in a run, and cures it by one click."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen
from tests.browser.test_korean import english_left


def open_lesson(screen: Screen, title: str, shelf: str = "Lessons") -> None:
    """Open a scenario of a shelf, named in English."""
    screen.page.get_by_role("button", name=re.compile(f"^{re.escape(screen.tr(shelf))}")).click()
    screen.open_starter(title)


def test_the_technique_is_applied_by_a_click_and_cures_the_run(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "More servers behind one address")
    measured = screen.page.get_by_role("table", name=screen.t("lesson.measured"))
    expect(measured.get_by_role("row", name=re.compile("^Failed requests"))).to_contain_text("%")
    drawn = screen.nodes().count()
    screen.run()
    expect(screen.summary).to_contain_text(screen.t("live.phase.failing"))
    screen.button("lesson.apply").click()
    expect(screen.button("lesson.applied")).to_be_disabled()
    expect(screen.nodes()).to_have_count(drawn + 2)
    expect(screen.summary).to_contain_text(screen.t("live.phase.healthy"))


def test_an_undone_technique_can_be_applied_again(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "A bigger machine")
    screen.button("lesson.apply").click()
    expect(screen.button("lesson.applied")).to_be_disabled()
    screen.page.keyboard.press("ControlOrMeta+z")
    expect(screen.button("lesson.apply")).to_be_enabled()


def test_a_lesson_is_korean(visit: Visit) -> None:
    screen = visit(language="ko")
    screen.page.get_by_role("button", name=re.compile(f"^{screen.tr('Lessons')}")).click()
    assert english_left(screen) == []
    screen.open_starter("More servers behind one address")
    expect(screen.button("lesson.apply")).to_be_visible()
    assert english_left(screen) == []
    screen.button("lesson.apply").click()
    expect(screen.node(screen.tr("Web server 3"))).to_be_visible()
    assert english_left(screen) == []
