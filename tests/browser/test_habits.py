"""Habits of drawing that people bring along from other editors."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from simcore import catalog
from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen, box_of
from tests.browser.server import Server
from tests.browser.texts import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_common_is_offered_first(visit: Visit, language: str) -> None:
    """While nothing is typed: what was used lately, what scenarios are made of most often, and all others."""
    screen = visit(language=language)
    screen.start_blank()
    page = screen.page
    groups = page.get_by_role("listbox", name=screen.t("picker.add")).get_by_role("group")
    described = catalog()
    titles = {kind["kind"]: screen.tr(kind["title"]) for kind in described["kinds"]}
    common = groups.nth(0)
    expect(common).to_have_accessible_name(screen.t("picker.group_common"))
    expect(common.get_by_role("option")).to_contain_text([titles[kind] for kind in described["common_kinds"]])
    expect(groups).to_have_count(2)
    expect(groups.get_by_role("option")).to_have_count(len(titles))

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = titles[described["common_kinds"][1]]
    expect(screen.node(second)).to_be_visible()
    page.keyboard.press("a")
    expect(screen.picker("add")).to_be_focused()
    lately = page.get_by_role("group", name=screen.t("picker.group_recent"), exact=True)
    expect(lately.get_by_role("option")).to_contain_text([second])
    expect(groups).to_have_count(3)
    page.keyboard.press("Escape")


def view_of(screen: Screen) -> tuple[float, float, float]:
    """Return where the drawing is: x and y of its origin in pixels, and the zoom."""
    zoom, x, y = screen.page.locator(".react-flow__viewport").evaluate(
        "element => { const m = new DOMMatrix(getComputedStyle(element).transform); return [m.a, m.e, m.f]; }"
    )
    return float(x), float(y), float(zoom)


def turned(screen: Screen, x: float, y: float, *, pause_ms: int = 300) -> tuple[float, float, float]:
    """Turn the wheel over the drawing as one movement, and return by how much it moved and zoomed."""
    screen.page.wait_for_timeout(pause_ms)  # a rest, so that a new movement begins
    before = view_of(screen)
    screen.page.mouse.wheel(x, y)
    screen.wait_for(lambda: view_of(screen) != before, "the drawing moves")
    screen.page.wait_for_timeout(100)
    after = view_of(screen)
    return after[0] - before[0], after[1] - before[1], after[2] / before[2]


def test_two_fingers_move_and_a_wheel_zooms(visit: Visit, server: Server) -> None:
    """As other editors tell a trackpad from a mouse; who has something in between can choose, and it is kept."""
    screen = visit(server.create(balanced(arrival_rate_rps=100))["edit_url"])
    page = screen.page
    canvas = box_of(page.get_by_role("application"))
    page.mouse.move(canvas["x"] + 300, canvas["y"] + 60)
    expect(screen.nodes().first).to_be_visible()
    page.wait_for_timeout(500)  # the drawing comes to rest where it is shown first
    assert turned(screen, 12, 0) == pytest.approx((-12, 0, 1))
    assert turned(screen, 0, 20) == pytest.approx((0, -20, 1))
    assert turned(screen, 0, -300)[2] > 1.1
    assert turned(screen, 0, 300)[2] < 0.9
    page.keyboard.down("Control")  # as browsers tell a pinch
    assert turned(screen, 0, -20)[2] > 1.01
    page.keyboard.up("Control")

    screen.button("keys.title").click()
    page.get_by_label(screen.t("wheel.title")).select_option("pan")
    screen.button("dialog.close").click()
    assert turned(screen, 0, 200) == pytest.approx((0, -200, 1))
    place = view_of(screen)
    page.wait_for_timeout(700)  # until the place is written down
    screen.reload()
    expect(screen.nodes().first).to_be_visible()
    assert view_of(screen) == pytest.approx(place)
    page.mouse.move(canvas["x"] + 300, canvas["y"] + 60)
    assert turned(screen, 0, -200) == pytest.approx((0, 200, 1))
