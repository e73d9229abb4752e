"""Everything a person meets on the way is there in Korean."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from simcore.components import kinds
from simcore.presets import presets
from tests.browser.conftest import Visit
from tests.browser.screen import Screen

#: Names and units that Korean engineers write in Latin letters too.
LATIN = re.compile(
    r"(?<![A-Za-z])(?:Architecture Playground|DNS|CDN|LRU|FIFO|TTL|CPU|English|Redis|Enter|Shift|Ctrl|Alt|Tab|Space|Delete|Esc"
    r"|rps|min|USD|p\d+)(?![A-Za-z])|(?:p\d+[\s.]*m?s)+"
)
#: Products are called the same everywhere; the longest names first, for some begin like others.
PRODUCTS = re.compile(
    "|".join(
        re.escape(name)
        for name in sorted(
            (preset.name for kind in kinds() for preset in presets(kind)), key=len, reverse=True
        )
    )
)
WORD = re.compile(r"[A-Za-z]{3,}")
PHRASE = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
HANGUL = re.compile(r"[가-힣]")
#: What assistive technology reads beside the visible words.
ACCESSIBLE_WORDS = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder], [aria-description]')]
  .flatMap((element) => ['aria-label', 'title', 'placeholder', 'aria-description', 'aria-roledescription']
    .map((name) => element.getAttribute(name)).filter(Boolean))"""


def is_english(text: str) -> bool:
    """Tell whether a line has words in Latin letters, other than names and units, but none in Korean.

    A Korean line may hold names of products and terms, but no English phrase.
    """
    rest = LATIN.sub("", PRODUCTS.sub("", text))
    return bool(PHRASE.search(rest) if HANGUL.search(rest) else WORD.search(rest))


def english_left(screen: Screen) -> list[str]:
    """Return the English among all that is shown or read aloud."""
    shown = screen.page.locator("body").inner_text().splitlines()
    spoken = screen.page.evaluate(ACCESSIBLE_WORDS)
    return sorted({text.strip() for text in [*shown, *spoken] if is_english(text)})


def test_english_is_told_from_korean() -> None:
    assert is_english("Load balancer")
    assert is_english("웹 서버: forwards requests to")
    assert not is_english("캐시나 데이터베이스(cache-aside)를 기다립니다. Stack Overflow 2016")
    assert not is_english("p99 38 ms")


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
    screen.select(screen.tr("Web server 1"))
    screen.show_tab(tab)
    expect(screen.inspector.get_by_role("tabpanel")).not_to_be_empty()
    assert [text for text in english_left(screen) if not names_alone(text)] == []


def names_alone(text: str) -> bool:
    """Tell whether a line is the list of names that a kind is also found under."""
    return bool(re.fullmatch(r"[\w.]+(?: [\w.]+)*(?:, [\w.]+(?: [\w.]+)*){2,}", text))


@pytest.mark.parametrize("tab", ["charts", "events", "faults", "problems", "outline", "estimate"])
def test_details_are_korean(visit: Visit, tab: str) -> None:
    screen = visit(language="ko")
    screen.open_starter()
    screen.run()
    screen.select(screen.tr("Web server 1"))
    screen.inspector.get_by_role("button", name=screen.tr("Crash"), exact=True).click()
    panel = screen.show_drawer(tab)
    expect(panel).not_to_be_empty()
    if tab == "events":
        expect(panel.get_by_role("listitem").filter(has_text=screen.tr("Web server 1")).first).to_be_visible()
    assert english_left(screen) == []


def test_dialogs_are_korean(visit: Visit) -> None:
    screen = visit(language="ko")
    screen.open_starter("One web server")
    screen.page.keyboard.press("Escape")
    screen.button("app.share").click()
    dialog = screen.page.get_by_role("dialog", name=screen.t("share.title"))
    expect(dialog.get_by_label(screen.t("share.view"), exact=True)).to_be_visible()
    links = re.compile("/s/")
    assert [text for text in english_left(screen) if not links.search(text)] == []
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    screen.page.keyboard.press("?")
    expect(screen.page.get_by_role("dialog", name=screen.t("keys.title"))).to_be_visible()
    assert english_left(screen) == []


def test_groups_are_korean(visit: Visit) -> None:
    screen = visit(language="ko")
    screen.open_starter("One web server")
    for title in ("Private network", "Region or data centre", "Availability zone"):
        screen.select(screen.tr("Web server"))
        screen.palette.get_by_role("button", name=screen.tr(title), exact=True).click()
        expect(screen.button("group.remove")).to_be_visible()
        assert english_left(screen) == []
