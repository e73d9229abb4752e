"""The canvas while a run is on it: what a click is meant for, and what is in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced, document, node
from tests.browser.screen import Screen, box_of
from tests.browser.server import Server


def wire(screen: Screen, source: str, target: str) -> tuple[float, float, float]:
    """Return where a wire begins and ends, and how high on the page it is."""
    left, right = box_of(screen.node(source)), box_of(screen.node(target))
    return left["x"] + left["width"], right["x"], left["y"] + left["height"] / 2


def test_a_busy_wire_can_be_clicked_and_a_dot_that_stands_still(visit: Visit, server: Server) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=900))["edit_url"])
    screen.run()
    screen.wait_for(lambda: screen.now_s() > 2, "many dots")
    start, end, y = wire(screen, "Users", "Load balancer")
    title = screen.inspector.get_by_role("heading", name="Users → Load balancer", exact=True)
    requests = screen.page.get_by_role("tab", name=screen.t("drawer.requests"))
    for share in (0.3, 0.5, 0.7):
        screen.page.mouse.click(start + share * (end - start), y + 2)
        expect(title).to_be_visible()
        screen.page.keyboard.press("Escape")
        expect(title).to_have_count(0)
    expect(requests).to_have_attribute("aria-selected", "false")

    screen.button("live.run.pause").click()
    expect(screen.button("live.run.resume")).to_be_visible()
    start, end, y = wire(screen, "Users", "Load balancer")
    for at in range(int(start) + 4, int(end) - 4, 8):
        screen.page.mouse.click(at, y + 2)
        if requests.get_attribute("aria-selected") == "true":
            break
    expect(requests).to_have_attribute("aria-selected", "true")


def under_something(screen: Screen) -> list[str]:
    """Return the components that are not wholly in sight or partly under the buttons of the canvas."""
    canvas = box_of(screen.page.get_by_role("application"))
    buttons = box_of(screen.page.locator(".canvas-controls"))
    found = []
    for it in screen.nodes().all():
        box = box_of(it)
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        inside = box["x"] >= canvas["x"] and right <= canvas["x"] + canvas["width"]
        inside = inside and box["y"] >= canvas["y"] and bottom <= canvas["y"] + canvas["height"]
        covered = box["x"] < buttons["x"] + buttons["width"] and right > buttons["x"]
        covered = covered and box["y"] < buttons["y"] + buttons["height"] and bottom > buttons["y"]
        if covered or not inside:
            found.append(it.inner_text())
    return found


@pytest.mark.parametrize(("size", "reach"), [((1440, 900), (2400, 1300)), ((390, 844), (300, 2000))])
def test_what_is_shown_whole_is_not_under_the_buttons(
    visit: Visit, server: Server, size: tuple[int, int], reach: tuple[int, int]
) -> None:
    made = document(
        [node("users", "Users", x=0, y=reach[1]), node("web_server", "Web server", x=reach[0], y=0)],
        "users>web-server",
    )
    screen = visit(server.create(made)["edit_url"], width=size[0], height=size[1])
    screen.button("canvas.fit").click()
    screen.wait_for(lambda: under_something(screen) == [], "all is in sight")
    # And so it stays beside a panel.
    if size[0] > 1000:
        screen.show_drawer("charts")
        screen.wait_for(lambda: under_something(screen) == [], "all is in sight")
    # It is for their sake that the drawing gives way.
    screen.page.eval_on_selector(".canvas-controls", "(it) => it.removeAttribute('data-over-canvas')")
    screen.button("canvas.fit").click()
    screen.wait_for(lambda: under_something(screen) != [], "one is under the buttons")


def test_what_a_hand_moves_is_moved_as_a_whole_and_painted_anew_at_rest(visit: Visit, server: Server) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=50))["edit_url"])
    page, application = screen.page, screen.page.get_by_role("application")
    moved = page.locator(".react-flow__viewport, .canvas-grid")

    def hints() -> list[str]:
        return list(moved.evaluate_all("(all) => all.map((it) => getComputedStyle(it).willChange)"))

    def tile() -> str:
        return str(page.locator(".canvas-grid").evaluate("(it) => it.style.transform"))

    # Hovering waits until the canvas stands still.
    screen.node("Users").hover()
    before, tiled = box_of(screen.node("Users")), tile()
    canvas = box_of(application)
    x, y = canvas["x"] + 0.5 * canvas["width"], canvas["y"] + 0.15 * canvas["height"]
    assert hints() == ["auto", "auto"]
    page.mouse.move(x, y)
    page.mouse.down(button="middle")
    page.mouse.move(x + 7, y + 3, steps=3)
    screen.wait_for(lambda: hints() == ["transform", "transform"], "both are moved as they were painted")
    screen.wait_for(
        lambda: abs(box_of(screen.node("Users"))["x"] - before["x"] - 7) < 1, "the drawing follows the hand"
    )
    assert tile() != tiled
    page.mouse.up(button="middle")
    screen.wait_for(lambda: hints() == ["auto", "auto"], "both are painted as they lie")
    page.mouse.wheel(0, -200)
    screen.wait_for(lambda: box_of(screen.node("Users"))["width"] > before["width"], "larger")
    assert hints() == ["auto", "auto"]


def test_a_phone_shows_a_wide_drawing_whole(visit: Visit) -> None:
    screen = visit(width=390, height=844)
    screen.open_starter()
    canvas = box_of(screen.page.get_by_role("application"))

    def in_sight() -> bool:
        boxes = [box_of(node) for node in screen.nodes().all()]
        return all(
            box["x"] >= canvas["x"] and box["x"] + box["width"] <= canvas["x"] + canvas["width"]
            for box in boxes
        )

    screen.wait_for(in_sight, "all is in sight")
