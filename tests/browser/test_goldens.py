"""The main states look as they did when somebody last looked at them.

After a change that is meant to be seen: `.venv/bin/python -m pytest tests/browser/test_goldens.py --renew-goldens`, and
look at the pictures in tests/browser/goldens before they are committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.browser.documents import document, node
from tests.browser.pictures import compare
from tests.browser.screen import Screen
from tests.browser.server import Server

FOLDER = Path(__file__).with_name("goldens")
#: A few small blocks may change with how a machine draws glyphs; a button that moved or changed its colour is more.
BLOCKS_MAX = 6
#: Pictures are part of the repository.
BYTES_MAX = 1_500_000
STEPS, CRASH_AT_S, LOOK_AT_S = 16, 0.55, 1.4

#: Everybody has this font, see .ci/run; dots begin their walks where the same random numbers let them.
STILL = """
Math.random = () => 0.5;
addEventListener('readystatechange', () => {
  document.documentElement.style.setProperty('--font', '"Noto Sans CJK KR"');
  document.documentElement.style.setProperty('--mono', '"Noto Sans Mono CJK KR"');
}, { capture: true });
"""
#: Glyphs and shapes of all sorts. A browser that draws these otherwise says nothing about the page.
CARD = """<body style="margin: 16px; background: #fff; font: 15px 'Noto Sans CJK KR'">
<p>Load balancer 240/s, p99 12.5 ms 로드 밸런서 요청 <b>굵게 bold 0123456789</b></p>
<p style="font: 12px 'Noto Sans Mono CJK KR'; color: #666">0.0 % 1,234 failed 실패한 요청</p>
<div style="width: 180px; height: 60px; border: 2px solid #3a3fe0; border-radius: 12px; box-shadow: 0 2px 8px #0004"></div>
<svg width="300" height="80"><path d="M5 70C90 5 180 75 290 10" fill="none" stroke="#0a7" stroke-width="3"/></svg>
<canvas width="300" height="60"></canvas>
<script>const pen = document.querySelector('canvas').getContext('2d'); pen.font = "13px 'Noto Sans CJK KR'";
pen.fillText('99.9 % 응답 시간 62/s', 10, 30); pen.arc(250, 30, 20, 0, 5); pen.stroke();</script></body>"""
#: What differs from visit to visit: who is here, and whether all is written down already.
ALWAYS_OTHER = ".people-button, .save-badge"


def shop(*, crash: bool = False) -> dict[str, Any]:
    """Return a small system that belongs to these pictures alone; one of its servers may crash at a set moment."""
    made = document(
        [
            node("users", "Users", x=0, y=180, arrival_rate_rps=240),
            node("load_balancer", "Balancer", x=250, y=180),
            node("web_server", "Server 1", x=500, y=90, worker_count=4),
            node("web_server", "Server 2", x=500, y=270, worker_count=4),
            node("cache", "Cache", x=760, y=90),
            node("database", "Database", x=760, y=270),
        ],
        "users>balancer",
        "balancer>server-1",
        "balancer>server-2",
        "server-1>cache",
        "server-1>database",
        "server-2>cache",
        "server-2>database",
    )
    if crash:
        made["faults"] = [{"at_s": CRASH_AT_S, "fault": "crash", "node_id": "server-1"}]
    return made


def blank(screen: Screen) -> None:
    screen.start_blank()
    screen.page.keyboard.press("Escape")
    expect(screen.picker("add")).to_have_count(0)


def opened(screen: Screen) -> None:
    expect(screen.nodes()).to_have_count(6)
    # What is expected before a run is told by the server.
    expect(screen.nodes().first).to_contain_text("240/s")
    screen.page.wait_for_load_state("networkidle")


def stepped(screen: Screen) -> None:
    """Go on step by step, so that everything happens at the same moments."""
    opened(screen)
    for _ in range(STEPS):
        before_s = screen.now_s()
        screen.button("live.run.step").click()
        screen.wait_for(lambda: screen.now_s() > before_s, "a step")  # noqa: B023 - called before the next one
    screen.page.wait_for_load_state("networkidle")


def looking(screen: Screen) -> None:
    """Wait for the moment that the address names."""
    opened(screen)
    expect(screen.button("live.timeline.live")).to_be_visible()
    screen.wait_for(lambda: abs(screen.now_s() - LOOK_AT_S) < 0.05, "the moment")


def waterfall(screen: Screen) -> None:
    looking(screen)
    panel = screen.show_drawer("requests")
    expect(panel.get_by_role("table").or_(panel.get_by_role("list")).first).to_be_visible()


def estimating(screen: Screen) -> None:
    opened(screen)
    screen.show_drawer("estimate")


def comparing(screen: Screen) -> None:
    opened(screen)
    screen.button("app.compare").click()
    screen.change_to_compare("Server 1")


def compared(screen: Screen) -> None:
    """Look at what came out, from its first line on."""
    opened(screen)
    screen.button("app.compare").click()
    dialog = screen.change_to_compare("Server 1", "worker_count", "1")
    screen.compare(dialog)
    expect(dialog.get_by_role("figure")).to_have_count(5)
    dialog.locator(".compare-result").evaluate("(it) => it.scrollIntoView({ block: 'start' })")


def exporting(screen: Screen) -> None:
    opened(screen)
    screen.open_export("svg")


@dataclass(frozen=True, slots=True)
class Golden:
    """A state of the page, and how it is looked at."""

    name: str
    show: Callable[[Screen], None]
    language: str = "en"
    dark: bool = False
    size: tuple[int, int] = (1440, 900)
    #: what it is a picture of
    of: Literal["start", "drawing", "run", "crash"] = "drawing"


GOLDENS = (
    Golden("blank", blank, of="start"),
    Golden("before", opened),
    Golden("running", looking, of="run"),
    Golden("running-dark-ko", looking, "ko", dark=True, of="run"),
    Golden("failing", looking, of="crash"),
    Golden("waterfall", waterfall, of="run"),
    Golden("estimating-ko", estimating, "ko"),
    Golden("comparing-dark", comparing, dark=True),
    Golden("compared-ko", compared, "ko"),
    Golden("exporting-ko", exporting, "ko"),
    Golden("phone", looking, size=(390, 844), of="run"),
)


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Page:
    return browser.new_page()


@pytest.fixture(scope="module")
def _draws_alike(browser: Browser, bench: Page, pytestconfig: pytest.Config) -> None:
    """Go on only where a test card looks as it did where the pictures were made: another release may draw all a bit apart."""
    page = browser.new_page(viewport={"width": 480, "height": 360})
    page.set_content(CARD)
    page.evaluate("document.fonts.ready")
    taken = page.screenshot()
    page.close()
    file = FOLDER / "card.png"
    if pytestconfig.getoption("renew_goldens"):
        file.write_bytes(compare(bench, taken, None).png)
    elif (found := compare(bench, taken, file.read_bytes())).changed_blocks or found.other_size:
        pytest.skip(f"Chromium {browser.version} draws even the test card otherwise: renew the pictures")


@pytest.fixture(scope="module")
def runs() -> dict[str, str]:
    """Addresses of the runs that were made already."""
    return {}


@pytest.fixture
def address(visit: Visit, server: Server, runs: dict[str, str]) -> Callable[[str], str]:
    """Return where the start page, the drawing, a run of it or one with a crash can be looked at."""

    def found(of: str) -> str:
        if of == "start":
            return "/"
        if of == "drawing":
            return str(server.create(shop())["edit_url"])
        if of not in runs:
            edit_url = str(server.create(shop(crash=of == "crash"))["edit_url"])
            screen = visit(edit_url)
            stepped(screen)
            screen.close()
            runs[of] = f"{edit_url}?t={LOOK_AT_S:g}"
        return runs[of]

    return found


@pytest.mark.usefixtures("_draws_alike")
@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.name)
def test_a_state_looks_as_it_did(
    visit: Visit,
    address: Callable[[str], str],
    bench: Page,
    golden: Golden,
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    screen = visit(
        address(golden.of),
        language=golden.language,
        dark=golden.dark,
        width=golden.size[0],
        height=golden.size[1],
        before=STILL,
    )
    golden.show(screen)
    taken = settled(screen)
    file = FOLDER / f"{golden.name}.png"
    if pytestconfig.getoption("renew_goldens"):
        file.write_bytes(compare(bench, taken, None).png)
        return
    assert file.is_file(), "no picture yet: run this file with --renew-goldens"
    found = compare(bench, taken, file.read_bytes())
    seen = tmp_path / file.name
    seen.write_bytes(found.marked_png or found.png)
    assert found.other_size is None, f"{seen} is not as large as {file}"
    assert found.changed_blocks <= BLOCKS_MAX, f"{found.changed_blocks} blocks changed, framed in {seen}"


def settled(screen: Screen) -> bytes:
    """Return a picture of the page once two taken one after the other are the same."""
    page = screen.page
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    masks = [page.locator(ALWAYS_OTHER)]
    before = b""
    for _ in range(40):
        now = page.screenshot(animations="disabled", mask=masks, mask_color="#808080")
        if now == before:
            return now
        before = now
        page.wait_for_timeout(300)
    raise AssertionError("the page does not come to rest")


def test_goldens_are_those_of_the_states_and_small() -> None:
    found = list(FOLDER.glob("*.png"))
    assert sorted(path.stem for path in found) == sorted(["card", *(golden.name for golden in GOLDENS)])
    assert sum(path.stat().st_size for path in found) <= BYTES_MAX


def test_what_a_person_sees_changes_blocks(visit: Visit, server: Server, bench: Page) -> None:
    links = server.create(shop())
    screen = visit(links["edit_url"], before=STILL)
    opened(screen)
    golden = compare(bench, settled(screen), None).png
    page = screen.page
    play = page.locator(".run-bar__play")
    for spoil in (
        "(it) => it.style.setProperty('background', '#3a3fe0')",
        "(it) => it.style.setProperty('transform', 'translateX(12px)')",
    ):
        before = play.get_attribute("style")
        play.evaluate(spoil)
        assert compare(bench, settled(screen), golden).changed_blocks > BLOCKS_MAX, spoil
        play.evaluate(
            "(it, style) => style === null ? it.removeAttribute('style') : it.setAttribute('style', style)",
            before,
        )
    inspector = screen.inspector
    inspector.evaluate("(it) => it.style.setProperty('width', it.clientWidth + 16 + 'px')")
    assert compare(bench, settled(screen), golden).changed_blocks > BLOCKS_MAX
    inspector.evaluate("(it) => it.removeAttribute('style')")
    assert compare(bench, settled(screen), golden).changed_blocks == 0
