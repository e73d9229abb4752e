"""Groups on the canvas: drawn around what is selected, filled by dragging, set in the inspector."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen, box_of, middle

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

KIND = "Private network"


def frame(screen: Screen, name: str = KIND) -> Locator:
    """Return the title of a group on the canvas."""
    return screen.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}, "))


def members(screen: Screen) -> list[str]:
    """Return the components that the inspector lists as inside the selected group."""
    return screen.inspector.locator(".group-members button").all_inner_texts()


def test_a_private_network_is_drawn_closed_and_opened_by_its_gateway(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    drawn = screen.nodes().count()
    screen.select("Web server")
    screen.palette.get_by_role("button", name=screen.tr(KIND), exact=True).click()
    expect(frame(screen)).to_be_visible()
    screen.wait_for(lambda: members(screen) == ["Web server"], "the selected server is inside")

    screen.select("Web server")
    unreachable = screen.inspector.get_by_text(re.compile("cannot reach Web server"))
    expect(unreachable).to_be_visible()
    screen.inspector.get_by_role("switch", name=screen.t("group.gateway"), exact=True).click()
    expect(unreachable).to_have_count(0)

    screen.page.keyboard.press("Escape")
    start, target = box_of(screen.node("Users")), box_of(screen.node("Web server"))
    screen.drag(middle(start), (middle(target)[0], target["y"] + target["height"] + 4))
    frame(screen).click()
    screen.wait_for(lambda: set(members(screen)) == {"Web server", "Users"}, "the dropped users are inside")

    screen.page.keyboard.press("Delete")
    expect(frame(screen)).to_have_count(0)
    expect(screen.nodes()).to_have_count(drawn)
    screen.page.keyboard.press("Control+z")
    expect(frame(screen)).to_be_visible()
