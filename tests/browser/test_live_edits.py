"""Whatever is edited while the run goes on acts at once, without a restart."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen
from tests.browser.server import Server


def settled(screen: Screen, channel: str, *, low: float, high: float) -> None:
    """Wait until a figure of the selected component is between two bounds."""
    screen.wait_for(
        lambda: low <= screen.figure(channel) <= high,
        f"{channel} between {low} and {high}, last {screen.figure(channel)}",
    )


def test_edits_act_on_the_run(visit: Visit, server: Server) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=200))["edit_url"])
    screen.run()
    screen.set_speed("5")
    screen.select("Web server")
    screen.show_tab("live")
    # 200/s x 12.8 ms on 8 workers
    settled(screen, "utilization_ratio", low=0.26, high=0.38)
    clock = [screen.now_s()]

    screen.select("Users")
    screen.set_number("users", "arrival_rate_rps", "400")
    screen.select("Web server")
    screen.show_tab("live")
    settled(screen, "throughput_rps", low=360, high=440)
    settled(screen, "utilization_ratio", low=0.56, high=0.72)
    clock.append(screen.now_s())

    screen.drop_from_palette("Web server", x=0.8, y=0.8)
    expect(screen.node("Web server 2")).to_be_visible()
    screen.drag_wire("Load balancer", "Web server 2")
    screen.select("Web server 2")
    screen.show_tab("live")
    settled(screen, "throughput_rps", low=170, high=230)
    screen.select("Web server")
    screen.show_tab("live")
    settled(screen, "utilization_ratio", low=0.26, high=0.38)
    clock.append(screen.now_s())

    screen.button("app.undo").click()
    screen.button("app.undo").click()
    expect(screen.node("Web server 2")).to_have_count(0)
    settled(screen, "utilization_ratio", low=0.56, high=0.72)
    clock.append(screen.now_s())
    assert clock == sorted(clock), "no edit starts the run anew"
    assert len(set(clock)) == len(clock)

    screen.button("app.redo").click()
    expect(screen.node("Web server 2")).to_be_visible()
    expect(screen.page.get_by_role("status").get_by_text(screen.t("save.saved"))).to_be_visible()


def test_edits_are_told_in_the_event_log_and_survive_a_reload(visit: Visit, server: Server) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=100))["edit_url"])
    screen.run()
    screen.show_drawer("events")
    screen.select("Users")
    screen.set_number("users", "arrival_rate_rps", "150")
    expect(screen.event("The design was changed.")).to_be_visible()
    expect(screen.page.get_by_text(screen.t("save.saved"), exact=True)).to_be_visible()
    before_s = screen.now_s()
    screen.reload()
    screen.wait_for(lambda: screen.now_s() >= before_s, "the run went on meanwhile")
    screen.select("Users")
    field = screen.setting("users", "arrival_rate_rps")
    expect(field).to_have_value("150")


def test_a_number_out_of_bounds_is_refused_at_the_field(visit: Visit, server: Server) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=100))["edit_url"])
    screen.select("Users")
    field = screen.setting("users", "arrival_rate_rps")
    field.fill("-5")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(screen.inspector.get_by_text("Must be at least")).to_be_visible()
    field.fill("many")
    expect(screen.inspector.get_by_text(screen.t("inspector.not_a_number"))).to_be_visible()
    field.press("Tab")
    expect(field).to_have_value("100")


def test_what_was_changed_since_the_run_began_is_marked(visit: Visit, server: Server) -> None:
    """On the setting, with the way back, and on the component; others see it too; a new run begins without marks."""
    links = server.create(balanced(arrival_rate_rps=100))
    screen = visit(links["edit_url"])
    page, mark = screen.page, screen.t("since.changed")
    screen.select("Users")
    screen.set_number("users", "arrival_rate_rps", "120")
    expect(page.get_by_text(screen.t("save.saved"), exact=True)).to_be_visible()
    back = page.get_by_role("button", name=screen.t("since.back", value="120/s"))
    screen.run()
    expect(page.get_by_title(mark, exact=True)).to_have_count(0)

    screen.set_number("users", "arrival_rate_rps", "150")
    expect(back).to_be_visible()
    expect(screen.node("Users")).to_have_accessible_name(re.compile(f"{mark}$"))
    expect(page.get_by_title(mark, exact=True)).to_have_count(1)
    watcher = visit(links["view_url"], language="ko")
    expect(watcher.node("Users")).to_have_accessible_name(re.compile(f"{watcher.t('since.changed')}$"))
    watcher.select("Users")
    expect(watcher.page.get_by_text(watcher.t("since.was", value="120/s"))).to_be_attached()

    back.click()
    expect(back).to_have_count(0)
    expect(screen.setting("users", "arrival_rate_rps")).to_have_value("120")
    expect(watcher.page.get_by_title(watcher.t("since.changed"), exact=True)).to_have_count(0)

    screen.drop_from_palette("Web server", x=0.8, y=0.8)
    added = page.get_by_title(screen.t("since.added"))
    expect(added).to_have_count(1)
    screen.toolbar.get_by_role("button", name=screen.t("live.run.restart"), exact=True).click()
    expect(added).to_have_count(0)
