"""People in several regions, set in the inspector; faults of what joins two regions, and of one shard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.documents import document, node

if TYPE_CHECKING:
    from tests.browser.conftest import Visit
    from tests.browser.server import Server


def drawn() -> dict[str, Any]:
    """Return users of a server far away, with a sharded store."""
    return document(
        [
            node("users", "Users", x=0, arrival_rate_rps=200, region="seoul"),
            node("web_server", "Web server", x=280, region="virginia", worker_count=64),
            node("sharded_store", "Store", x=560),
        ],
        "users>web-server",
        "web-server>store",
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_people_are_spread_over_regions_and_cut_off_by_them(
    visit: Visit, server: Server, language: str
) -> None:
    screen = visit(server.create(drawn())["edit_url"], language=language)
    screen.run()
    screen.select("Users")
    mix = screen.setting("users", "region_mix")
    seoul, tokyo = screen.tr("Seoul"), screen.tr("Tokyo")
    mix.select_option(label=seoul)
    mix.select_option(label=tokyo)
    expect(mix.locator("xpath=..").get_by_text("50 %").first).to_be_visible()
    screen.page.get_by_label(screen.t("inspector.weight_of", name=seoul)).fill("3")
    expect(mix.locator("xpath=..").get_by_text("75 %")).to_be_visible()
    # Not with the mouse, which may meet a request on its way and open that.
    screen.page.locator(".react-flow__edge").first.dispatch_event("click")
    between = screen.page.get_by_label(screen.t("live.faults.which_regions"), exact=True)
    expect(between).to_be_visible()
    virginia = screen.tr("Virginia")
    between.select_option(label=screen.t("live.faults.between", one=tokyo, other=virginia))
    menu = screen.page.locator(".fault-menu").nth(1)
    menu.get_by_role("button", name=screen.tr("Lose packets"), exact=True).click()
    expect(menu.get_by_role("heading")).to_contain_text(screen.t("live.edge_state.lossy"))
    menu.get_by_role("button", name=screen.t("live.faults.heal"), exact=True).click()
    expect(menu.get_by_role("heading")).to_contain_text(screen.t("live.faults.title"))

    screen.select("Store")
    faults = screen.page.locator(".fault-menu")
    crash = screen.tr("Crash one shard")
    faults.get_by_label(screen.t("live.faults.factor_for", fault=crash)).fill("2")
    faults.get_by_role("button", name=crash, exact=True).click()
    expect(faults.get_by_role("heading")).to_contain_text(screen.t("live.state.shard_down"))
    expect(screen.node("Store")).to_have_accessible_name(re.compile("Store"))
    faults.get_by_role("button", name=screen.t("live.faults.heal"), exact=True).click()
    expect(faults.get_by_role("heading")).to_contain_text(screen.t("live.faults.title"))
