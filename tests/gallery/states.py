"""The states that the gallery shows, and how a person gets into each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.server import ROOT

WIDE, PROJECTOR, PHONE = (1440, 900), (1920, 1080), (390, 844)
COMPOSE = ROOT / "tests" / "simcore" / "importing" / "compose"
#: Simulated seconds until figures and charts have something to show.
SOME_S = 6.0


@dataclass(frozen=True, slots=True)
class State:
    """One picture: its file name, what it shows in both languages, and how it is made."""

    name: str
    english: str
    korean: str
    show: Callable[[Screen], None]
    language: str = "en"
    dark: bool = False
    size: tuple[int, int] = WIDE


def start(screen: Screen) -> None:
    """Wait for the start page."""
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()


def running(screen: Screen) -> None:
    """Let the first example run for a while."""
    screen.open_starter()
    screen.run()
    screen.wait_for(lambda: screen.now_s() > SOME_S, "figures are there", timeout_ms=60_000)


def failing(screen: Screen) -> None:
    """Crash the primary database of the running example."""
    running(screen)
    screen.select(screen.tr("Primary database"))
    screen.inspector.get_by_role("button", name=screen.tr("Crash"), exact=True).click()
    struck_s = screen.now_s()
    screen.wait_for(lambda: screen.now_s() > struck_s + 2.5, "the fault shows")


def failing_phone(screen: Screen) -> None:
    """Show the charts of a run on a phone."""
    running(screen)
    screen.page.get_by_role("navigation").get_by_role("button", name=screen.t("mobile.drawer")).click()
    screen.page.wait_for_timeout(500)


def details(screen: Screen, tab: str) -> None:
    """Show a tab of the details after a fault."""
    failing(screen)
    screen.show_drawer(tab)


def about(screen: Screen) -> None:
    """Show what a component models and leaves out."""
    screen.open_starter()
    screen.select(screen.tr("Cache"))
    screen.show_tab("about")


def share(screen: Screen) -> None:
    """Show the links to a scenario."""
    running(screen)
    screen.button("app.share").click()
    expect(screen.button("share.new_view")).to_be_visible()


def exporting(screen: Screen) -> None:
    """Show the ways out, with a picture of the moment."""
    running(screen)
    screen.open_export("svg")


def importing(screen: Screen) -> None:
    """Show what became of a compose file."""
    start(screen)
    screen.button("app.import").click()
    text = (COMPOSE / "shop.yml").read_text(encoding="utf-8")
    screen.page.get_by_label(screen.t("exchange.import.paste"), exact=True).fill(text)
    screen.button("exchange.import.read").click()
    expect(screen.button("exchange.import.open")).to_be_visible()
    expect(screen.page.get_by_role("img", name=screen.t("exchange.import.preview"))).to_be_visible()


def refused(screen: Screen) -> None:
    """Show why a file cannot be read."""
    start(screen)
    screen.button("app.import").click()
    screen.page.get_by_label(screen.t("exchange.import.paste"), exact=True).fill("services:\n\tweb: {}\n")
    screen.button("exchange.import.read").click()
    expect(screen.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()


def commands(screen: Screen) -> None:
    """Show the command palette."""
    screen.open_starter()
    screen.page.keyboard.press("Control+k")
    expect(screen.page.get_by_role("combobox", name=screen.t("commands.search"), exact=True)).to_be_focused()


def keys(screen: Screen) -> None:
    """Show the list of keys."""
    screen.open_starter()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("?")
    expect(screen.page.get_by_role("dialog", name=screen.t("keys.title"))).to_be_visible()


def dead_link(screen: Screen) -> None:
    """Show the page of a link that leads nowhere."""
    screen.page.goto(f"/s/{'A' * 43}")
    expect(screen.page.get_by_role("heading")).to_be_visible()


def reconnecting(screen: Screen) -> None:
    """Cut the line of a running example."""
    running(screen)
    screen.page.context.set_offline(True)
    screen.page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(screen.page.get_by_text(re.compile(re.escape(screen.t("save.offline")))).first).to_be_visible(
        timeout=60_000
    )


STATES = (
    State("start", "Where it begins", "시작 화면", start),
    State("start-ko", "The same in Korean, dark", "시작 화면(한국어, 어두운 테마)", start, "ko", dark=True),
    State("running", "A run: dots are requests, rings are load", "실행: 점은 요청, 고리는 부하", running),
    State("running-ko", "A run in Korean, dark", "실행(한국어, 어두운 테마)", running, "ko", dark=True),
    State("failing", "The primary database has crashed", "주 데이터베이스 다운", failing, dark=True),
    State("failing-ko", "The same in Korean", "주 데이터베이스 다운(한국어)", failing, "ko"),
    State("events", "What happened, and when", "일어난 일과 그 시각", lambda screen: details(screen, "events")),
    State(
        "problems-ko", "Problems and remarks", "문제와 알아 둘 점", lambda screen: details(screen, "problems"), "ko"
    ),
    State("about", "What a component models and leaves out", "구성 요소가 모형화하는 것과 생략하는 것", about),
    State("commands", "Everything by name: Ctrl+K", "이름으로 찾는 명령: Ctrl+K", commands, dark=True),
    State("keys-ko", "Keys", "단축키", keys, "ko"),
    State("share-ko", "Links to watch or to edit", "보기 링크와 편집 링크", share, "ko", dark=True),
    State("export", "Taking a scenario along", "내보내기", exporting),
    State("import-ko", "A docker-compose file comes in", "docker-compose 파일 가져오기", importing, "ko"),
    State("refused", "A file that cannot be read", "읽을 수 없는 파일", refused, dark=True),
    State("dead-link-ko", "A link that leads nowhere", "없는 링크", dead_link, "ko"),
    State("phone", "Following on a phone", "휴대전화에서 보기", running, size=PHONE),
    State("phone-ko", "Charts on a phone", "휴대전화의 차트", failing_phone, "ko", dark=True, size=PHONE),
    State("projector", "On a projector", "프로젝터", failing, size=PROJECTOR),
    State("projector-ko", "On a projector, dark", "프로젝터(어두운 테마)", running, "ko", dark=True, size=PROJECTOR),
    State("reconnecting", "The line is down; edits are kept", "연결이 끊겨도 편집은 보관됩니다", reconnecting),
)  # fmt: skip
