"""A whole journey by the keyboard alone: build, run, break, read why, look back, compare, share, take along, branch."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Keyboard, expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen

SHOWS_FOCUS = """() => {
  const element = document.activeElement;
  const drawn = [element, element.closest('.react-flow__node'), element.nextElementSibling].filter(Boolean);
  return drawn.some((each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  });
}"""

#: Faster than any hand, before the browser does anything else: close the open window, and ask for the list of keys.
CLOSE_AND_TYPE = """async () => {
  document.querySelector('dialog[open] .dialog-head button').click();
  await null;
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }));
}"""


def go(screen: Screen, words: str, key: str = "Tab") -> Keyboard:
    """Move the focus by a key until it is on what has the words, and see it there."""
    screen.press_until(key, lambda: words in screen.focused())
    assert screen.page.evaluate(SHOWS_FOCUS), f"no focus to be seen on {screen.focused()}"
    return screen.page.keyboard


def command(screen: Screen, words: str) -> None:
    """Do something by its name."""
    screen.page.keyboard.press("Control+k")
    expect(screen.page.get_by_role("combobox", name=screen.t("commands.search"), exact=True)).to_be_focused()
    screen.page.keyboard.type(words)
    screen.page.keyboard.press("Enter")


def build(screen: Screen) -> None:
    """Draw users and a web server, connect them, and leave the server few workers."""
    go(screen, screen.t("starter.blank")).press("Enter")
    expect(screen.picker("add")).to_be_focused()
    keys = screen.page.keyboard
    for title in ("Users", "Web server"):
        if title != "Users":
            keys.press("Escape")  # nothing selected: the next component comes alone
            keys.press("a")
            expect(screen.picker("add")).to_be_focused()
        keys.type(screen.tr(title))
        keys.press("Enter")
        # The next frame gives it the focus.
        expect(screen.node(screen.tr(title))).to_be_focused()
    go(screen, f"{screen.tr('Users')}, ", "Shift+Tab").press("Enter")
    keys.press("c")
    expect(screen.picker("connect")).to_be_focused()
    keys.type(screen.tr("Web server"))
    keys.press("Enter")
    expect(screen.toast).to_be_visible()
    go(screen, f"{screen.tr('Web server')}, ", "Alt+ArrowRight")
    field = screen.setting("web_server", "worker_count")
    expect(field).to_be_visible()
    holds = "(it) => it.contains(document.activeElement)"
    screen.press_until("F6", lambda: bool(screen.inspector.evaluate(holds)))
    screen.press_until("Tab", lambda: bool(field.evaluate("(it) => it === document.activeElement")))
    assert screen.page.evaluate(SHOWS_FOCUS)
    keys.press("Control+a")
    keys.type("8")
    keys.press("Tab")
    expect(field).to_have_value("8")


def break_it(screen: Screen) -> None:
    """Run, crash the server, and read why requests fail: in the sentence, and in one request."""
    keys = screen.page.keyboard
    go(screen, "react-flow__node", "F6").press("Space")
    screen.wait_for(lambda: screen.now_s() > 1, "time passes")
    keys.press("f")
    faults = screen.page.get_by_role("region", name=screen.t("live.faults.panel"), exact=True)
    expect(faults.get_by_role("button", name=screen.tr("Crash"), exact=True)).to_be_focused()
    keys.press("Enter")
    expect(screen.button("live.faults.cancel")).to_be_visible()
    go(screen, f"> {screen.tr('Web server')}").press("Enter")
    expect(screen.summary).to_contain_text(screen.t("live.phase.failing"))
    go(screen, "live-summary__text", "Shift+Tab")
    expect(screen.page.get_by_role("tooltip")).to_contain_text(screen.t("live.meaning_of.sentence")[:40])
    go(screen, "drawer-tab-", "F6")
    keys.press("End")
    keys.press("Home")
    keys.press("ArrowRight")
    assert "drawer-tab-events" in screen.focused()
    go(screen, "drawer-tab-requests", "ArrowRight")
    expect(screen.button("live.requests.failed")).to_be_visible()
    go(screen, f"> {screen.t('live.requests.failed')}").press("Enter")
    rows = screen.page.get_by_role("list", name=screen.t("live.requests.waterfall"), exact=True)
    expect(rows.get_by_text("✕").first).to_be_visible()


def take_along(screen: Screen, folder: Path) -> None:
    """Compare with a change, share a link to watch, and save the drawing; each window gives the focus back."""
    keys = screen.page.keyboard
    origin = screen.focused()
    command(screen, screen.t("app.compare"))
    dialog = screen.page.get_by_role("dialog", name=screen.t("compare.title"), exact=True)
    expect(dialog).to_be_visible()
    go(screen, f"> {screen.t('compare.add_change')}").press("Enter")
    go(screen, f"> {screen.t('compare.start')}").press("Enter")
    expect(dialog.get_by_role("table", name=screen.t("compare.measures"), exact=True)).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    screen.wait_for(lambda: screen.focused() == origin, "the focus is where it was")

    command(screen, screen.t("app.share"))
    links = screen.page.get_by_role("dialog", name=screen.t("share.title"), exact=True)
    expect(links.get_by_role("listitem").first).to_be_visible()
    known = links.get_by_role("listitem").count()
    go(screen, f"> {screen.t('share.new_view')}").press("Enter")
    screen.wait_for(lambda: links.get_by_role("listitem").count() > known, "one more link")
    keys.press("Escape")
    screen.wait_for(lambda: screen.focused() == origin, "the focus is where it was")

    command(screen, screen.t("app.export"))
    expect(screen.button("exchange.download")).to_be_visible()
    go(screen, 'name="format"')
    formats = screen.page.locator(".exchange-format")
    scenario = formats.filter(has_text=screen.t("exchange.formats.json.name")).locator("input")
    screen.press_until("ArrowDown", scenario.is_checked)
    with screen.page.expect_download() as saved:
        go(screen, f"> {screen.t('exchange.download')}").press("Enter")
    path = folder / "drawing.json"
    saved.value.save_as(path)
    assert len(json.loads(path.read_text(encoding="utf-8"))["nodes"]) == 2
    keys.press("Escape")
    screen.wait_for(lambda: screen.focused() == origin, "the focus is where it was")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_whole_journey_needs_no_pointer(visit: Visit, language: str, tmp_path: Path) -> None:
    screen = visit(language=language)
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()
    build(screen)
    break_it(screen)
    take_along(screen, tmp_path)
    keys = screen.page.keyboard
    keys.press("[")
    keys.press("[")
    expect(screen.button("live.timeline.go_on")).to_be_enabled()
    before = screen.page.url
    go(screen, f"> {screen.t('live.timeline.go_on')}", "Shift+Tab").press("Enter")
    screen.page.wait_for_url(lambda url: "t=" not in url and url.split("?")[0] != before.split("?")[0])
    expect(screen.button("live.run.resume")).to_be_enabled()
    expect(screen.page).to_have_url(re.compile("/s/"))


def test_no_key_is_lost_on_a_window_that_closes(visit: Visit) -> None:
    screen = visit()
    screen.start_blank()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Control+k")
    commands = screen.page.get_by_role("dialog", name=screen.t("commands.title"), exact=True)
    expect(commands).to_be_visible()
    screen.page.evaluate(CLOSE_AND_TYPE)
    expect(screen.page.get_by_role("dialog", name=screen.t("keys.title"), exact=True)).to_be_visible()
