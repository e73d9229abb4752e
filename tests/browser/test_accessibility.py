"""axe-core finds nothing to complain about, on any page and in any state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen
from tests.browser.server import ROOT, Server
from tests.browser.test_figures import explained
from tests.browser.test_korean import is_english

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = (
    "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })"
)
WIDE, NARROW = (1440, 900), (390, 844)


def violations(screen: Screen) -> list[str]:
    """Return what axe-core finds wrong with the page as it is now."""
    if not screen.page.evaluate("'axe' in window"):
        # Evaluated by the debugger, so the content security policy has no say.
        screen.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = screen.page.evaluate(RUN_AXE, RULES)
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def test_axe_complains_when_it_should(visit: Visit) -> None:
    screen = visit()
    screen.page.evaluate("document.body.append(document.createElement('img'))")
    assert [text for text in violations(screen) if text.startswith("image-alt")]


def start(screen: Screen) -> None:
    """Show the start page."""
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()


def idle(screen: Screen) -> None:
    """Show an example with a component selected."""
    screen.open_starter()
    screen.nodes().nth(2).click()


def running(screen: Screen, tab: str) -> None:
    """Show a running example that has had a fault, with a tab of the details open."""
    screen.open_starter()
    screen.run()
    if screen.page.viewport_size == {"width": NARROW[0], "height": NARROW[1]}:
        screen.page.get_by_role("navigation").get_by_role("button", name=screen.t("mobile.drawer")).click()
    else:
        screen.nodes().nth(3).click()
        screen.inspector.get_by_role("button", name=screen.tr("Crash"), exact=True).click()
    expect(screen.show_drawer(tab)).not_to_be_empty()


def aiming(screen: Screen) -> None:
    """Show where a chosen fault of a running example can strike."""
    screen.open_starter()
    screen.run()
    if screen.page.viewport_size == {"width": NARROW[0], "height": NARROW[1]}:
        screen.page.get_by_role("navigation").get_by_role("button", name=screen.t("mobile.drawer")).click()
    panel = screen.show_drawer("faults")
    panel.get_by_role("button", name=screen.tr("Slow down"), exact=True).click()
    expect(screen.button("live.faults.cancel")).to_be_visible()


def live_tab(screen: Screen) -> None:
    """Show the live figures of a crashed component."""
    running(screen, "events")
    screen.show_tab("live")


def about_tab(screen: Screen) -> None:
    """Show what a component models."""
    idle(screen)
    screen.show_tab("about")


def share_dialog(screen: Screen) -> None:
    """Show the links to a scenario."""
    screen.open_starter("One web server")
    screen.button("app.share").click()
    expect(screen.button("share.new_view")).to_be_visible()


def exporting(screen: Screen) -> None:
    """Show the ways out of a running example."""
    screen.open_starter("One web server")
    screen.run()
    screen.open_export("csv")


def importing(screen: Screen) -> None:
    """Show what became of a drawing, with remarks."""
    screen.button("app.import").click()
    screen.page.get_by_label(screen.t("exchange.import.paste"), exact=True).fill(
        "graph LR\n a --> b --> a\n ["
    )
    screen.button("exchange.import.read").click()
    expect(screen.button("exchange.import.open")).to_be_visible()


def picker(screen: Screen) -> None:
    """Show type-to-add."""
    screen.start_blank()
    expect(
        screen.page.get_by_role("listbox", name=screen.t("picker.add")).get_by_role("option").first
    ).to_be_visible()


def grouping(screen: Screen) -> None:
    """Show a component inside a private network, then the settings of a data centre around it."""
    screen.open_starter("One web server")
    for title in ("Private network", "Region or data centre"):
        screen.select(screen.tr("Web server"))
        screen.palette.get_by_role("button", name=screen.tr(title), exact=True).click()
        expect(screen.button("group.remove")).to_be_visible()
        if title == "Private network":
            assert violations(screen) == []


def keys(screen: Screen) -> None:
    """Show the list of shortcuts."""
    screen.open_starter("One web server")
    screen.button("keys.title").click()
    expect(screen.page.get_by_role("dialog", name=screen.t("keys.title"))).to_be_visible()


def estimating(screen: Screen) -> None:
    """Show an estimate beside a run."""
    running(screen, "estimate")
    screen.button("estimate.begin").click()
    expect(screen.button("estimate.use_peak")).to_be_visible()


def sheet(screen: Screen, key: str) -> None:
    """Show a sheet of the narrow screen."""
    screen.open_starter()
    screen.page.get_by_role("navigation").get_by_role("button", name=screen.t(key)).click()


STATES: dict[str, Callable[[Screen], None]] = {
    "start": start,
    "idle": idle,
    "charts": lambda screen: running(screen, "charts"),
    "events": lambda screen: running(screen, "events"),
    "problems": lambda screen: running(screen, "problems"),
    "outline": lambda screen: running(screen, "outline"),
    "estimate": estimating,
    "aiming": aiming,
    "live": live_tab,
    "about": about_tab,
    "share": share_dialog,
    "export": exporting,
    "import": importing,
    "picker": picker,
    "keys": keys,
    "groups": grouping,
}
NARROW_STATES: dict[str, Callable[[Screen], None]] = {
    "start": start,
    "charts": STATES["charts"],
    "events": STATES["events"],
    "aiming": aiming,
    "share": share_dialog,
    "export": exporting,
    "import": importing,
    "palette": lambda screen: sheet(screen, "mobile.palette"),
    "settings": lambda screen: sheet(screen, "mobile.inspector"),
}


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ko", True)])
@pytest.mark.parametrize("state", STATES)
def test_wide_page_is_accessible(visit: Visit, state: str, language: str, dark: bool) -> None:
    check(visit, STATES[state], language=language, dark=dark, size=WIDE)


@pytest.mark.parametrize(("language", "dark"), [("en", True), ("ko", False)])
@pytest.mark.parametrize("state", NARROW_STATES)
def test_narrow_page_is_accessible(visit: Visit, state: str, language: str, dark: bool) -> None:
    check(visit, NARROW_STATES[state], language=language, dark=dark, size=NARROW)


def check(
    visit: Visit, show: Callable[[Screen], None], *, language: str, dark: bool, size: tuple[int, int]
) -> None:
    """Bring a page into a state, then look for violations and for anything wider than the screen."""
    screen = visit(language=language, dark=dark, width=size[0], height=size[1])
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()
    show(screen)
    assert violations(screen) == []
    too_wide = screen.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert too_wide <= 0, f"the page scrolls sideways by {too_wide} px"


def by_command(screen: Screen, key: str) -> None:
    """Do something by its name, given by the key of its text."""
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.type(screen.t(key))
    screen.page.keyboard.press("Enter")


def editing(screen: Screen) -> Iterator[str]:
    """Go through what is seen while one draws."""
    keys = screen.page.keyboard
    screen.start_blank()
    keys.press("Escape")
    yield "an empty canvas"
    screen.go("/")
    screen.open_starter()
    keys.press("Control+a")
    yield "many selected"
    keys.press("Control+k")
    expect(screen.page.get_by_role("dialog", name=screen.t("commands.title"), exact=True)).to_be_visible()
    yield "commands"
    keys.press("Escape")
    screen.node(screen.tr("Cache")).click(button="right")
    expect(screen.page.get_by_role("menu")).to_be_visible()
    yield "a menu"
    keys.press("Escape")
    screen.show_drawer("outline").locator(".outline-edge").first.click()
    yield "a connection selected"


def watching(screen: Screen) -> Iterator[str]:
    """Go through what is seen once there is a run."""
    keys = screen.page.keyboard
    screen.open_starter("One web server")
    screen.run()
    screen.wait_for(lambda: screen.now_s() > 2, "some past")
    screen.button("live.run.pause").click()
    expect(screen.button("live.run.resume")).to_be_visible()
    yield "paused"
    panel = screen.show_drawer("requests")
    expect(panel.get_by_role("list", name=screen.t("live.requests.waterfall"), exact=True)).to_be_visible()
    yield "single requests"
    panel = screen.show_drawer("charts")
    panel.get_by_role("checkbox", name=screen.t("live.charts.table"), exact=True).check()
    yield "charts as tables"
    screen.page.locator(".timeline-track").press("Home")
    expect(screen.button("live.timeline.go_on")).to_be_enabled()
    yield "an earlier moment"
    screen.page.locator(".timeline-clock").hover()
    expect(screen.page.get_by_role("tooltip")).to_be_visible()
    yield "a figure explained"
    for key in ("together.versions.title", "together.people", "app.compare"):
        by_command(screen, key)
        expect(screen.page.get_by_role("dialog")).to_be_visible()
        yield key
        if key != "app.compare":
            keys.press("Escape")
            expect(screen.page.get_by_role("dialog")).to_have_count(0)
    screen.button("compare.add_change").click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_role("button", name=screen.t("compare.start"), exact=True).click()
    expect(screen.button("compare.cancel").or_(screen.page.locator(".compare-result"))).to_be_visible()
    yield "comparing"


def reading(screen: Screen) -> Iterator[str]:
    """Go through what is read at leisure: what a component models, every way out, every earlier version."""
    screen.open_starter("One web server")
    expect(screen.page.locator(".save-badge")).to_be_visible()
    narrow = screen.page.viewport_size == {"width": NARROW[0], "height": NARROW[1]}
    screen.run()
    if narrow:
        screen.node(screen.tr("Web server")).click()
        screen.page.get_by_role("navigation").get_by_role("button", name=screen.t("mobile.inspector")).click()
    else:
        screen.select(screen.tr("Web server"))
    screen.show_tab("about")
    expect(screen.inspector.get_by_role("heading", name=screen.t("inspector.sources"))).to_be_visible()
    yield "what a component models"
    keys = screen.page.keyboard
    screen.open_export("csv")
    for way in ("png", "svg", "film", "report", "json", "csv", "mermaid"):
        name = screen.t(f"exchange.formats.{way}.name")
        screen.page.get_by_role("radio", name=re.compile(f"^{re.escape(name)}")).check()
        yield way
    keys.press("Escape")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    by_command(screen, "together.versions.title")
    history = screen.page.get_by_role("dialog", name=screen.t("together.versions.title"), exact=True)
    history.get_by_label(screen.t("together.versions.name"), exact=True).fill("v2")
    history.get_by_role("button", name=screen.t("together.versions.keep")).click()
    versions = history.get_by_role("listitem")
    expect(versions.first).to_contain_text("v2")
    yield "earlier versions"
    versions.last.get_by_role("button").first.click()
    expect(history.locator(".version-detail figure, .version-detail svg").first).to_be_visible()
    yield "one of them"


@pytest.mark.parametrize(("language", "dark", "size"), [("en", True, NARROW), ("ko", False, WIDE)])
def test_what_is_read_is_accessible_and_its_numbers_are_explained(
    visit: Visit, language: str, dark: bool, size: tuple[int, int]
) -> None:
    screen = visit(language=language, dark=dark, width=size[0], height=size[1])
    for state in reading(screen):
        assert violations(screen) == [], state
        meanings = explained(screen)
        assert len(meanings) > 5, state
        assert language == "en" or [text for text in meanings if is_english(text)] == [], state


@pytest.mark.parametrize("walk", [editing, watching])
@pytest.mark.parametrize(("language", "dark"), [("en", True), ("ko", False)])
def test_a_walk_through_more_states_is_accessible(
    visit: Visit, walk: Callable[[Screen], Iterator[str]], language: str, dark: bool
) -> None:
    screen = visit(language=language, dark=dark)
    for state in walk(screen):
        assert violations(screen) == [], state


def test_being_cut_off_is_accessible(visit: Visit, own_server: Server) -> None:
    links = own_server.create(balanced(arrival_rate_rps=50))
    screen = visit(links["edit_url"], at=own_server, expecting="ERR_CONNECTION|WebSocket|ws/s/")
    screen.select("Web server")
    own_server.kill()
    expect(screen.page.locator(".connection-banner")).to_be_visible()
    screen.page.keyboard.press("Control+d")
    expect(screen.nodes()).to_have_count(4)
    assert violations(screen) == []


def test_a_page_that_could_not_load_is_accessible(visit: Visit) -> None:
    screen = visit(expecting="ERR_FAILED|Failed to load")
    screen.page.route("**/api/**", lambda route: route.abort())
    screen.reload()
    expect(screen.page.get_by_role("heading", name=screen.t("app.not_opened"))).to_be_visible()
    assert violations(screen) == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_a_viewer_sees_is_accessible(visit: Visit, language: str) -> None:
    owner = visit()
    share_dialog(owner)
    view = owner.page.get_by_label(owner.t("share.view"), exact=True).input_value()
    viewer = visit(view, language=language, width=NARROW[0], height=NARROW[1])
    expect(viewer.nodes().first).to_be_visible()
    assert violations(viewer) == []


@pytest.mark.parametrize("dark", [False, True])
def test_page_of_a_dead_link_is_accessible(visit: Visit, dark: bool) -> None:
    screen = visit(f"/s/{'A' * 43}", dark=dark, expecting=r"/s/\S+ 404|status of 404")
    expect(screen.page.get_by_role("heading")).to_be_visible()
    assert violations(screen) == []
