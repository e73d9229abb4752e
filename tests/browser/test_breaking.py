"""A fault is chosen first; then what it can strike lights up, and one place of those is picked."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen
from tests.browser.test_korean import english_left


def choice(screen: Screen, fault: str) -> Locator:
    """Return the button of a fault in the list of faults, named in English."""
    panel = screen.page.get_by_role("region", name=screen.t("live.faults.panel"), exact=True)
    return panel.get_by_role("button", name=screen.tr(fault), exact=True)


def broken(screen: Screen, name: str) -> Locator:
    """Return the button that heals a place which is broken now."""
    return screen.button("live.faults.heal_at", place=name)


def test_a_fault_is_aimed_by_mouse_and_ends_by_itself(visit: Visit) -> None:
    screen = visit()
    screen.open_starter()
    screen.show_drawer("faults")
    expect(choice(screen, "Crash")).to_be_disabled()
    expect(screen.page.get_by_text(screen.t("live.faults.not_running")).first).to_be_visible()
    screen.run()
    expect(choice(screen, "Crash one shard")).to_be_disabled()
    choice(screen, "Slow down").click()
    cards = screen.page.locator(".node-card[data-aim]")
    expect(cards).to_have_count(screen.nodes().count())
    expect(screen.page.locator(".node-card[data-aim=refused]")).to_have_count(1)
    screen.node("Users").click()
    kind = screen.tr("Users")
    fault = screen.tr("Slow down")
    expect(screen.toast).to_contain_text(screen.t("live.faults.not_this_kind", fault=fault, kind=kind))

    strength = screen.page.get_by_role("spinbutton", name=screen.t("live.faults.factor_for", fault=fault))
    strength = strength.and_(screen.page.get_by_role("tabpanel").get_by_role("spinbutton"))
    strength.fill("0")
    screen.node("Web server 1").click()
    expect(screen.toast).to_contain_text(screen.t("live.faults.strength_first"))
    strength.fill("20")
    lasts = screen.page.get_by_role("combobox", name=screen.t("live.faults.duration"), exact=True)
    lasts.select_option("5")
    screen.node("Web server 1").click()
    expect(screen.toast).to_contain_text(
        screen.t("live.faults.done_for", fault=fault, place="Web server 1", time="5 s")
    )
    expect(cards).to_have_count(0)
    expect(broken(screen, "Web server 1")).to_be_visible()
    screen.set_speed("5")
    expect(broken(screen, "Web server 1")).to_have_count(0)
    expect(screen.page.get_by_text(screen.t("live.faults.none_now"))).to_be_visible()


def test_a_fault_is_aimed_by_keys_and_let_go_by_escape(visit: Visit) -> None:
    screen = visit()
    screen.open_starter()
    screen.run()
    keys = screen.page.keyboard
    keys.press("f")
    expect(choice(screen, "Crash")).to_be_focused()
    keys.press("Enter")
    expect(screen.button("live.faults.cancel")).to_be_visible()
    keys.press("Escape")
    expect(screen.button("live.faults.cancel")).to_have_count(0)
    expect(choice(screen, "Crash")).to_be_focused()
    keys.press("Enter")
    screen.press_until("F6", lambda: "react-flow__node" in screen.focused())
    screen.press_until("Tab", lambda: "Web server 2," in screen.focused())
    keys.press("Enter")
    expect(broken(screen, "Web server 2")).to_be_visible()
    expect(choice(screen, "Crash")).to_be_focused()


def test_a_connection_is_chosen_from_the_list_on_a_phone(visit: Visit) -> None:
    screen = visit(language="ko", width=390, height=844)
    screen.open_starter("One web server")
    screen.run()
    screen.page.get_by_role("navigation").get_by_role("button", name=screen.t("mobile.drawer")).click()
    screen.show_drawer("faults")
    choice(screen, "Cut").click()
    assert english_left(screen) == []
    wire = f"{screen.tr('Users')} → {screen.tr('Web server')}"
    places = screen.page.get_by_role("list", name=screen.t("live.faults.connections"), exact=True)
    places.get_by_role("button", name=wire, exact=True).click()
    expect(screen.summary).to_contain_text(screen.t("live.phase.failing"))
    screen.page.get_by_role("navigation").get_by_role("button", name=screen.t("mobile.drawer")).click()
    expect(broken(screen, wire)).to_be_visible()


def test_the_menu_of_a_component_leads_to_its_faults(visit: Visit) -> None:
    screen = visit()
    screen.open_starter()
    screen.run()
    screen.node("Cache").click(button="right")
    screen.page.get_by_role("menuitem", name=screen.t("live.faults.adjust")).click()
    expect(screen.page.get_by_text(screen.t("live.faults.at", place="Cache"))).to_be_visible()
    expect(choice(screen, "Cut")).to_be_disabled()
    choice(screen, "Hang").click()
    expect(screen.page.locator("[data-aim]")).to_have_count(0)
    strike = screen.button("live.faults.strike", place="Cache")
    strike.click()
    screen.button("live.faults.anywhere").click()
    expect(broken(screen, "Cache")).to_be_visible()
    broken(screen, "Cache").click()
    expect(broken(screen, "Cache")).to_have_count(0)
