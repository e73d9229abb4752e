"""From an empty canvas to a running design, by mouse and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen, box_of
from tests.browser.server import Server


def outline(screen: Screen) -> list[str]:
    """Return the drawing as the outline tells it: one line per component and connection."""
    panel = screen.show_drawer("outline")
    return [
        button.inner_text().replace("\n", " ")
        for button in panel.get_by_role("button").all()
        if button.inner_text()
    ]


def is_connected(screen: Screen, source: str, target: str) -> bool:
    """Tell whether the outline lists a connection below a component."""
    panel = screen.show_drawer("outline")
    name = screen.page.get_by_role("button", name=re.compile(f"^{re.escape(source)} "))
    item = panel.get_by_role("listitem").filter(has=name)
    wire = item.get_by_role("listitem").get_by_role("button", name=re.compile(f": {re.escape(target)}$"))
    return wire.count() == 1


def test_build_by_mouse_and_typing(visit: Visit) -> None:
    screen = visit()
    screen.start_blank()
    page = screen.page
    page.keyboard.type("users")
    page.keyboard.press("Enter")
    expect(screen.node("Users")).to_be_visible()

    page.keyboard.press("Escape")  # nothing selected, so the next component comes alone
    search = page.get_by_role("searchbox", name=screen.t("palette.search"))
    search.fill("nginx")
    search.press("Enter")
    expect(screen.node("Load balancer")).to_be_visible()

    screen.drop_from_palette("Web server", x=0.85, y=0.25)
    screen.drop_from_palette("Web server", x=0.85, y=0.7)
    expect(screen.node("Web server 2")).to_be_visible()
    expect(screen.nodes()).to_have_count(4)
    assert box_of(screen.node("Web server"))["y"] < box_of(screen.node("Web server 2"))["y"]

    screen.select("Users")
    screen.node("Users").focus()
    page.keyboard.press("c")
    expect(screen.picker("connect")).to_be_focused()
    page.keyboard.type("balancer")
    page.keyboard.press("Enter")
    screen.wait_for(lambda: is_connected(screen, "Users", "Load balancer"), "the users reach the balancer")

    screen.button("drawer.close").click()
    screen.drag_wire("Load balancer", "Web server")
    expect(screen.toast).to_contain_text("Load balancer → Web server: forwards requests to")
    screen.drag_wire("Load balancer", "Web server 2")
    assert is_connected(screen, "Load balancer", "Web server")
    assert is_connected(screen, "Load balancer", "Web server 2")

    screen.run()
    expect(screen.summary).to_contain_text(screen.t("live.phase.healthy"))
    for name in ("Web server", "Web server 2"):
        screen.select(name)
        screen.show_tab("live")
        screen.wait_for(
            lambda: abs(screen.figure("throughput_rps") - 50) < 15, f"{name} answers half of 100/s"
        )


def test_refused_connections_say_why(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    before = outline(screen)
    screen.button("drawer.close").click()

    why = screen.t("connect.role", source="Web server", role="client")
    screen.drag_wire("Web server", "Users", drop=False)
    expect(screen.page.get_by_text(why).filter(visible=True)).to_have_count(1)
    screen.page.mouse.up()
    expect(screen.toast).to_contain_text(why)

    screen.drag_wire("Users", "Web server")
    expect(screen.toast).to_contain_text(screen.t("connect.taken", source="Users", target="Web server"))
    assert outline(screen) == before


def test_refusals_are_korean_too(visit: Visit) -> None:
    screen = visit(language="ko")
    screen.open_starter("One web server")
    source, target = screen.tr("Web server"), screen.tr("Users")
    screen.drag_wire(source, target)
    why = screen.t("connect.role", source=source, role=screen.tr("client"))
    expect(screen.toast).to_contain_text(why)


def test_a_wire_dropped_on_empty_canvas_offers_what_fits(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    screen.node("Web server").hover()
    start = box_of(screen.node("Web server"))
    right = start["x"] + start["width"]
    screen.drag((right, start["y"] + start["height"] / 2), (right + 90, start["y"] + 180))
    expect(screen.picker("wire")).to_be_focused()
    expect(screen.page.get_by_role("option", name=re.compile("New: Users"))).to_have_count(0)
    screen.page.keyboard.type("postgres")
    screen.page.keyboard.press("Enter")
    expect(screen.node("Database")).to_be_visible()
    assert is_connected(screen, "Web server", "Database")


def test_whole_journey_by_keyboard_alone(visit: Visit) -> None:
    screen = visit()
    keyboard = screen.page.keyboard
    tab_to(screen, "starter.blank")
    keyboard.press("Enter")
    expect(screen.picker("add")).to_be_focused()
    keyboard.type("users")
    keyboard.press("Enter")
    expect(screen.node("Users")).to_be_focused()
    for typed, name in (("nginx", "Load balancer"), ("web", "Web server")):
        add_by_typing(screen, typed, name)
    keyboard.press("Alt+ArrowLeft")
    expect(screen.node("Load balancer")).to_be_focused()
    add_by_typing(screen, "web", "Web server 2")

    keyboard.press("c")
    expect(screen.picker("connect")).to_be_focused()
    keyboard.type("database")
    keyboard.press("Enter")
    expect(screen.node("Database")).to_be_focused()
    keyboard.press("Control+z")
    expect(screen.node("Database")).to_have_count(0)
    keyboard.press("Control+Shift+Z")
    expect(screen.node("Database")).to_be_visible()
    keyboard.press("Space")
    screen.wait_for(lambda: screen.now_s() > 0, "Space on the canvas starts the run")
    expect(screen.summary).to_contain_text(screen.t("live.phase.healthy"))

    # F6 goes from region to region; arrows walk through tabs.
    focus_region(screen, "region.canvas")
    expect(screen.node("Users")).to_be_focused()
    keyboard.press("Enter")
    focus_region(screen, "region.inspector")
    tab_to(screen, "inspector.tab_settings", role="tab")
    keyboard.press("ArrowRight")
    expect(screen.inspector.get_by_role("tab", name=screen.t("inspector.tab_live"))).to_be_focused()
    screen.wait_for(
        lambda: screen.figure("throughput_rps") > 30, "the live figures of the selected component"
    )

    focus_region(screen, "drawer.label")
    screen.press_until("ArrowRight", lambda: "drawer-tab-outline" in screen.focused())
    expect(screen.page.get_by_role("list", name=screen.t("outline.title"))).to_be_visible()
    assert is_connected(screen, "Users", "Load balancer")
    assert is_connected(screen, "Load balancer", "Web server")
    assert is_connected(screen, "Load balancer", "Web server 2")
    assert is_connected(screen, "Web server 2", "Database")


def add_by_typing(screen: Screen, typed: str, name: str) -> None:
    """Add a component wired to the selected one, as people do who never touch a mouse."""
    screen.page.keyboard.press("a")
    expect(screen.picker("add")).to_be_focused()
    screen.page.keyboard.type(typed)
    screen.page.keyboard.press("Enter")
    expect(screen.node(name)).to_be_focused()


def tab_to(screen: Screen, key: str, *, role: str = "button") -> None:
    """Press Tab until a control has the focus."""
    wanted = screen.page.get_by_role(role, name=screen.t(key), exact=True)  # type: ignore[arg-type]
    for _ in range(60):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        screen.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {screen.t(key)!r}")


def focus_region(screen: Screen, key: str) -> None:
    """Press F6 until the focus is inside a region of the page."""
    inside = f"() => document.activeElement?.closest('[aria-label]:is(aside, section, main)')?.ariaLabel === {screen.t(key)!r}"
    for _ in range(6):
        screen.page.keyboard.press("F6")
        if screen.page.evaluate(inside):
            return
    raise AssertionError(f"F6 does not reach {screen.t(key)!r}")


def test_click_and_click_connects(visit: Visit, server: Server) -> None:
    """A click on a port begins a wire; one on any part of a component ends it, and it says why not; Escape lets go."""
    apart = {**balanced(arrival_rate_rps=100), "edges": []}
    screen = visit(server.create(apart)["edit_url"])
    page = screen.page
    expect(screen.nodes()).to_have_count(3)

    def click_port(name: str) -> None:
        box = box_of(screen.node(name))
        page.mouse.click(box["x"] + box["width"], box["y"] + box["height"] / 2)

    click_port("Load balancer")
    screen.node("Users").hover()
    hint = page.locator(".connection-hint")
    refused = screen.t("connect.role", source="Load balancer", role=screen.tr("client"))
    expect(hint).to_have_text(refused)
    screen.node("Users").click()
    expect(screen.toast).to_contain_text(refused)

    click_port("Users")
    expect(screen.node("Load balancer").locator("[data-connect=possible]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[data-connect]")).to_have_count(0)
    screen.node("Load balancer").click()
    assert not is_connected(screen, "Users", "Load balancer")

    click_port("Users")
    screen.node("Load balancer").hover()
    expect(hint).to_have_text(screen.t("connect.click"))
    screen.node("Load balancer").click()
    screen.wait_for(lambda: is_connected(screen, "Users", "Load balancer"), "the second click connects")
    expect(page.locator("[data-connect]")).to_have_count(0)
