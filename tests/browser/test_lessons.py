"""A person finds a lesson, sees its problem in a run, and cures it by one click in more than one way."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen, quantity
from tests.browser.test_korean import english_left


def open_lesson(screen: Screen, title: str, shelf: str = "Lessons") -> None:
    """Open a scenario of a shelf, named in English."""
    screen.page.get_by_role("button", name=re.compile(f"^{re.escape(screen.tr(shelf))}")).click()
    screen.open_starter(title)


def technique(screen: Screen, title: str) -> Locator:
    """Return what the panel says about a technique, named in English."""
    return screen.inspector.get_by_role("group", name=re.compile(f"^{re.escape(screen.tr(title))}"))


def turn(screen: Screen, title: str, text: str) -> None:
    """Press the button of a technique: `apply` or `take_back`."""
    technique(screen, title).get_by_role("button", name=screen.t(f"lesson.{text}"), exact=True).click()


def live_figure(screen: Screen, title: str, measure: str) -> float:
    """Return a technique's live figure in SI units; NaN while there is none."""
    row = technique(screen, title).get_by_role("row", name=re.compile(f"^{re.escape(screen.tr(measure))}"))
    return quantity(row.get_by_role("cell").last.inner_text())


def test_techniques_are_applied_and_taken_back_by_a_click_while_the_run_goes_on(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "More servers behind one address")
    drawn = screen.nodes().count()
    more, bigger = "Add two more servers", "Move to a machine that does four times as much at once"
    screen.run()
    screen.wait_for(lambda: live_figure(screen, more, "Failed requests") > 0.2, "the problem shows")
    turn(screen, more, "apply")
    expect(screen.nodes()).to_have_count(drawn + 2)
    screen.wait_for(lambda: live_figure(screen, more, "Failed requests") == 0, "the technique cures it")
    turn(screen, more, "take_back")
    expect(screen.nodes()).to_have_count(drawn)
    screen.wait_for(lambda: live_figure(screen, bigger, "Failed requests") > 0.2, "the problem is back")
    turn(screen, bigger, "apply")
    screen.wait_for(
        lambda: live_figure(screen, bigger, "Failed requests") == 0, "the other technique cures it, too"
    )


def test_the_lesson_breaks_what_its_story_breaks_and_leads_to_the_charts(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "The cache dies, and the database with it")
    expect(screen.button("lesson.break_now")).to_be_disabled()
    enough = "Give the database enough connections to do without the cache"
    screen.run()
    screen.button("lesson.break_now").click()
    screen.wait_for(
        lambda: live_figure(screen, enough, "Failed requests") > 0.02, "the database dies with the cache"
    )
    turn(screen, enough, "apply")
    screen.wait_for(lambda: live_figure(screen, enough, "Failed requests") == 0, "the database does without")
    heal = screen.inspector.get_by_role("button", name=screen.t("live.faults.heal"), exact=True)
    heal.click()
    expect(heal).to_have_count(0)
    screen.inspector.get_by_role("button", name=re.compile("^Utilisation Database")).first.click()
    charts = screen.inspector.get_by_role("region", name=screen.t("live.node.title"), exact=True)
    expect(charts).to_be_visible()
    screen.button_with("lesson.back").click()
    expect(technique(screen, "Spread the records over two caches")).to_be_visible()


def test_a_lesson_comes_along_with_its_link(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "A bigger machine")
    taught = "Move to a machine with eight cores"
    turn(screen, taught, "apply")
    screen.run()
    expect(screen.page).to_have_url(re.compile("/s/"))
    screen.reload()
    expect(technique(screen, taught).get_by_role("button", name=screen.t("lesson.take_back"))).to_be_visible()
    other = visit(screen.page.url, language="ko")
    expect(technique(other, taught)).to_be_visible()


def test_an_undone_technique_can_be_applied_again(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "A bigger machine")
    taught = "Move to a machine with eight cores"
    turn(screen, taught, "apply")
    expect(technique(screen, taught)).to_contain_text(screen.t("lesson.applied"))
    screen.page.keyboard.press("ControlOrMeta+z")
    turn(screen, taught, "apply")


def test_the_library_is_searched_by_title_technique_and_component(visit: Visit) -> None:
    screen = visit()
    search = screen.page.get_by_role("searchbox", name=screen.t("starter.search"))
    cards = screen.page.get_by_role("listitem").filter(has=screen.page.get_by_role("button"))
    search.fill("cdn nearby")
    expect(cards.get_by_text(screen.tr("Files from a place nearby"))).to_be_visible()
    search.fill("circuit breaker")
    expect(cards.get_by_text(screen.tr("One slow service drags all others down"))).to_be_visible()
    search.fill("no such thing at all")
    expect(screen.page.get_by_text(screen.t("starter.nothing", query="no such thing at all"))).to_be_visible()


def test_a_lesson_is_korean(visit: Visit) -> None:
    screen = visit(language="ko")
    screen.page.get_by_role("button", name=re.compile(f"^{screen.tr('Lessons')}")).click()
    assert english_left(screen) == []
    search = screen.page.get_by_role("searchbox", name=screen.t("starter.search"))
    search.press_sequentially("로드 밸")
    expect(screen.page.get_by_text(screen.tr("Blind turns against a look at the load"))).to_be_visible()
    search.fill("")
    screen.open_starter("A dead server is noticed by its checks")
    taught = "Let the balancer try another server when one fails"
    expect(technique(screen, taught)).to_be_visible()
    assert english_left(screen) == []
    turn(screen, taught, "apply")
    expect(technique(screen, taught)).to_contain_text(screen.t("lesson.applied"))
    assert english_left(screen) == []
