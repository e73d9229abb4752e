"""Every number that a run shows says what it is, over which time and in which unit: pointed at, or reached by keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen, box_of, middle
from tests.browser.server import Server
from tests.browser.test_korean import is_english
from tests.browser.test_lessons import open_lesson

#: Digits that are no figures: what people set or named or wrote, settings with their sources, choices and keys, words
#: of messages, headings, and what is only spoken.
NO_FIGURES = (
    "input, select, textarea, label, svg, .visually-hidden, h1, h2, h3, h4, [scope=col], .node-card .node-words, "
    ".field, .field-help, .field-source, .choice, summary:not(:has([data-meaning])), button:not(:has([data-meaning])), "
    ".problem, .toast, .event-text, .chart-caption, .inspector-head, .lesson > p, .lesson-blow, .u-label, .preview p, "
    ".live-tip, th[scope=row]:not([data-meaning]), .about > p, .sources dd"
)
UNEXPLAINED = """(skipped) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [], explained = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!/[0-9]/.test(node.data) || !parent.checkVisibility({ visibilityProperty: true })) continue;
    if (parent.closest(skipped)) continue;
    const figure = parent.closest('[data-meaning]');
    if (figure && figure.dataset.meaning.length > 8) explained.push(figure.dataset.meaning);
    else found.push(`${node.data.trim()} in ${parent.outerHTML.slice(0, 120)}`);
  }
  return [found, explained];
}"""


def explained(screen: Screen) -> list[str]:
    """Return the meanings of all numbers shown; each must have one."""
    found, meanings = screen.page.evaluate(UNEXPLAINED, NO_FIGURES)
    assert found == []
    return list(meanings)


def tip(screen: Screen) -> Locator:
    """Return the words beside the number that is pointed at or focused."""
    return screen.page.get_by_role("tooltip")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_number_of_a_run_is_explained(visit: Visit, language: str) -> None:
    screen = visit(language=language)
    screen.open_starter()
    expect(screen.inspector.get_by_text(screen.t("preview.cost_month"), exact=True)).to_be_visible()
    assert len(explained(screen)) > 20, "estimates on the cards and what is expected of the whole"
    screen.run()
    screen.select(screen.tr("Web server 1"))
    assert len(explained(screen)) > 5
    screen.show_tab("live")
    screen.wait_for(lambda: screen.figure("throughput_rps") > 0, "figures")
    assert len(explained(screen)) > 10
    for tab in ("charts", "events", "requests", "faults", "problems", "outline", "estimate"):
        panel = screen.show_drawer(tab)
        if tab == "requests":
            expect(panel.get_by_role("list", name=screen.t("live.requests.waterfall"))).to_be_visible()
        if tab == "estimate":
            screen.button("estimate.begin").click()
            expect(screen.button("estimate.use_peak")).to_be_visible()
        meanings = explained(screen)
        assert meanings
        if language == "ko":
            assert [text for text in meanings if is_english(text)] == []
    charts = screen.show_drawer("charts")
    charts.get_by_role("checkbox", name=screen.t("live.charts.table"), exact=True).check()
    expect(charts.get_by_role("table").first).to_be_visible()
    assert len(explained(screen)) > 40
    wire = screen.show_drawer("outline").get_by_role("listitem").locator(".outline-edge").first
    wire.click()
    expect(screen.inspector.get_by_text(screen.t("live.edge.rate_rps"), exact=True)).to_be_visible()
    explained(screen)


def test_every_number_of_a_lesson_is_explained(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "More servers behind one address")
    screen.run()
    expect(screen.inspector.locator(".lesson-now").first).not_to_have_text("–")
    assert len(explained(screen)) > 10


def test_every_number_of_a_comparison_is_explained(visit: Visit, server: Server) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=600))["view_url"], language="ko")
    screen.button("app.compare").click()
    table = screen.compare(screen.change_to_compare("Web server", "worker_count", "16"))
    meanings = explained(screen)
    assert len(meanings) > 20
    assert [text for text in meanings if is_english(text)] == []
    # Over the dialog, too.
    table.locator("td").first.hover()
    expect(tip(screen)).to_contain_text(screen.t("compare.measure_help.throughput_rps"))


def test_a_meaning_is_shown_by_pointer_and_by_keys(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    screen.run()
    screen.select("Web server")
    screen.show_tab("live")
    figures = screen.inspector.locator(".node-live-figures > div")
    expect(figures.first).to_be_visible()
    figures.nth(1).hover()
    expect(tip(screen)).to_contain_text(screen.t("live.meaning.throughput_rps"))
    expect(tip(screen)).to_contain_text(screen.t("live.unit.rps"))
    screen.page.keyboard.press("Escape")
    expect(tip(screen)).to_have_count(0)
    expect(figures.first).to_be_visible()  # nothing else was let go of
    screen.page.mouse.move(5, 5)
    # One stop for all figures of the component; arrows go on from there.
    screen.inspector.get_by_role("tab", name=screen.t("inspector.tab_live"), exact=True).focus()
    keys = screen.page.keyboard
    screen.press_until("Tab", lambda: screen.t("live.meaning.arrival_rps") in screen.focused())
    expect(tip(screen)).to_contain_text(screen.t("live.meaning.arrival_rps"))
    keys.press("ArrowDown")
    expect(tip(screen)).to_contain_text(screen.t("live.meaning.throughput_rps"))
    keys.press("End")
    expect(tip(screen)).to_contain_text(re.compile(r"\. Unit: "))
    keys.press("Home")
    expect(tip(screen)).to_contain_text(screen.t("live.meaning.arrival_rps"))
    keys.press("Tab")
    assert screen.t("live.meaning.throughput_rps") not in screen.focused()


def test_figures_on_the_drawing_are_explained(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    screen.run()
    expect(screen.show_drawer("charts").get_by_role("figure").first).to_be_visible()
    shown = screen.page.locator(".live-tip")
    seen: set[str] = set()

    def explains_the_card() -> bool:
        """Point at the figures of the card, wherever it is now: the canvas moves while bars appear around it."""
        for x in (0.12, 0.4, 0.8):
            for y in (0.7, 0.9):
                card = box_of(screen.node("Web server"))
                screen.page.mouse.move(card["x"] + x * card["width"], card["y"] + y * card["height"])
                screen.page.wait_for_timeout(60)
                seen.update(shown.all_inner_texts())
        titles = {text.split(":")[0] for text in seen}
        return {
            screen.t(f"live.channel.{name}") for name in ("utilization_ratio", "throughput_rps")
        } <= titles

    screen.wait_for(explains_the_card, "the figures of the card are explained")
    assert [text for text in seen if "Unit: " not in text] == []

    def explains_the_wire() -> bool:
        """Point between the two, wherever they are now: the canvas moves while bars appear around it."""
        users, server = (middle(box_of(screen.node(name))) for name in ("Users", "Web server"))
        screen.page.mouse.move((users[0] + server[0]) / 2, (users[1] + server[1]) / 2, steps=3)
        return screen.t("live.meaning_of.edge") in "".join(shown.all_inner_texts())

    screen.wait_for(explains_the_wire, "the figures of the wire are explained")
