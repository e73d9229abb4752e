"""Everything a person meets on the way is there in Korean."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen

#: Names and units that Korean engineers write in Latin letters too.
LATIN = re.compile(
    r"\b(?:DNS|LRU|FIFO|TTL|CPU|CV|p50|p95|p99|English|Redis|Enter|Shift|Ctrl|Alt|Tab|Space|Delete|Esc|F\d|[A-Z]"
    r"|ms|s|min|k|M|B|kB|MB|GB|rps|read|write|Poisson|Zipf|x)\b"
)
ENGLISH = re.compile(r"[A-Za-z]{3,}")
#: What assistive technology reads beside the visible words.
ACCESSIBLE_WORDS = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder], [aria-description]')]
  .flatMap((element) => ['aria-label', 'title', 'placeholder', 'aria-description', 'aria-roledescription']
    .map((name) => element.getAttribute(name)).filter(Boolean))"""


def english_left(screen: Screen) -> list[str]:
    """Return words in Latin letters that are neither names nor units, among all that is shown or read aloud."""
    shown = screen.page.locator("body").inner_text().splitlines()
    spoken = screen.page.evaluate(ACCESSIBLE_WORDS)
    return sorted({text.strip() for text in [*shown, *spoken] if ENGLISH.search(LATIN.sub("", text))})


def test_switching_needs_no_reload(visit: Visit) -> None:
    screen = visit()
    screen.open_starter()
    screen.run()
    screen.select("Cache")
    loads: list[str] = []
    screen.page.on("framenavigated", lambda frame: loads.append(frame.url))
    before_s = screen.now_s()
    screen.switch("ko")
    expect(screen.button("live.run.pause")).to_have_text("일시 정지")
    expect(screen.summary).to_contain_text(screen.t("live.phase.healthy"))
    expect(screen.palette.get_by_role("button", name=screen.tr("Load balancer"))).to_be_visible()
    assert screen.now_s() >= before_s
    screen.switch("en")
    expect(screen.button("live.run.pause")).to_have_text("Pause")
    assert loads == []


@pytest.mark.parametrize("tab", ["settings", "live", "about"])
def test_a_korean_browser_starts_in_korean(visit: Visit, tab: str) -> None:
    screen = visit(language="ko")
    expect(screen.page.locator("html")).to_have_attribute("lang", "ko")
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()
    assert english_left(screen) == []
    screen.open_starter()
    screen.run()
    rename_all(screen)
    screen.select("웹 서버 1")
    screen.show_tab(tab)
    expect(screen.inspector.get_by_role("tabpanel")).not_to_be_empty()
    assert [text for text in english_left(screen) if not is_alias(text)] == []


def rename_all(screen: Screen) -> None:
    """Give the example's components Korean names, as its Korean user would."""
    names = {"Users": "사용자", "Load balancer": "로드 밸런서", "Cache": "캐시", "Primary database": "주 데이터베이스"}
    numbered = {f"Web server {n}": f"웹 서버 {n}" for n in (1, 2, 3)} | {f"Replica {n}": f"복제본 {n}" for n in (1, 2)}
    for old, new in {**names, **numbered}.items():
        if screen.node(old).count() == 0:
            continue  # the example itself is Korean
        screen.select(old)
        field = screen.inspector.get_by_label(screen.t("inspector.name"), exact=True)
        field.fill(new)
        field.press("Enter")
        expect(screen.node(new)).to_be_visible()


def is_alias(text: str) -> bool:
    """Tell whether a line lists product names that a kind is also found under."""
    return bool(re.fullmatch(r"[A-Za-z0-9 .]+(?:, [A-Za-z0-9 .]+)*", text)) and text.count(",") > 0


@pytest.mark.parametrize("tab", ["charts", "events", "problems", "outline"])
def test_details_are_korean(visit: Visit, tab: str) -> None:
    screen = visit(language="ko")
    screen.open_starter()
    screen.run()
    rename_all(screen)
    screen.select("웹 서버 1")
    screen.show_tab("live")
    screen.inspector.get_by_role("button", name=screen.tr("Crash"), exact=True).click()
    panel = screen.show_drawer(tab)
    expect(panel).not_to_be_empty()
    if tab == "events":
        expect(panel.get_by_role("listitem").filter(has_text="웹 서버 1").first).to_be_visible()
    assert english_left(screen) == []


def test_dialogs_are_korean(visit: Visit) -> None:
    screen = visit(language="ko")
    screen.open_starter("One web server")
    rename_all(screen)
    screen.page.keyboard.press("Escape")
    screen.button("app.share").click()
    dialog = screen.page.get_by_role("dialog", name=screen.t("share.title"))
    expect(dialog.get_by_label(screen.t("share.view"), exact=True)).to_be_visible()
    links = re.compile("/s/")
    assert [text for text in english_left(screen) if not links.search(text)] == []
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("?")
    expect(screen.page.get_by_role("dialog", name=screen.t("keys.title"))).to_be_visible()
    assert english_left(screen) == []
