"""The past of a run: looked at by one while it goes on for all, passed on as a link, and gone on from in a copy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.screen import Screen, box_of
from tests.browser.server import Server


def timeline(screen: Screen) -> Locator:
    return screen.page.get_by_role("region", name=screen.t("live.timeline.title"), exact=True)


def handle(screen: Screen) -> Locator:
    return timeline(screen).get_by_role("slider", name=screen.t("live.timeline.moment"), exact=True)


def looks_at(screen: Screen, run: str = "running") -> None:
    """Expect to be told that this is an earlier moment, and what the run itself does meanwhile."""
    told = re.escape(screen.t(f"live.timeline.looking_{run}", at="#")).replace(re.escape("#"), r"[\d:.]+")
    expect(timeline(screen).get_by_role("status")).to_contain_text(re.compile(f"^{told}"))
    expect(screen.button("live.timeline.go_on")).to_be_enabled()


def in_address(screen: Screen) -> float:
    """Return the moment that the address names."""
    found = re.search(r"[?&]t=([\d.]+)", screen.page.url)
    assert found, screen.page.url
    return float(found[1])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_looking_back_disturbs_nobody(visit: Visit, server: Server, language: str) -> None:
    links = server.create(balanced(arrival_rate_rps=200))
    screen = visit(links["edit_url"], language=language)
    screen.run()
    screen.set_speed("5")
    screen.wait_for(lambda: screen.now_s() > 8, "some past")
    other = visit(links["view_url"], language=language)
    box = box_of(handle(screen))
    screen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    looks_at(screen)
    screen.wait_for(lambda: abs(in_address(screen) - screen.now_s()) < 0.11, "the clock shows the moment")
    then_s = screen.now_s()
    assert 2 < then_s < 30
    expect(screen.summary).to_contain_text(screen.t("live.phase.healthy"))
    before_s = other.now_s()
    other.wait_for(lambda: other.now_s() > before_s + 1, "the run goes on for the others")
    assert screen.now_s() == then_s
    handle(screen).press("ArrowLeft")
    screen.wait_for(lambda: abs(screen.now_s() - (then_s - 1)) < 0.11, "one second earlier")
    looks_at(screen)

    guest = visit(screen.page.url, language=language)
    looks_at(guest)
    assert guest.now_s() == screen.now_s()
    guest.button("live.run.pause").click()
    looks_at(screen, "paused")
    guest.button("live.run.resume").click()
    looks_at(screen)

    screen.button("live.timeline.live").click()
    screen.wait_for(lambda: screen.now_s() > before_s, "live again")
    assert "t=" not in screen.page.url
    handle(screen).press("[")
    looks_at(screen)
    screen.page.keyboard.press("l")
    expect(screen.button("live.timeline.live")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_copy_goes_on_from_a_moment(visit: Visit, server: Server, language: str) -> None:
    links = server.create(balanced(arrival_rate_rps=200))
    owner = visit(links["edit_url"], language=language)
    owner.run()
    owner.set_speed("10")
    owner.wait_for(lambda: owner.now_s() > 10, "some past")
    watcher = visit(links["view_url"], language=language)
    watcher.wait_for(lambda: watcher.now_s() > 10, "the same run")
    handle(watcher).press("Home")
    looks_at(watcher)
    handle(watcher).press("Shift+ArrowRight")
    watcher.wait_for(lambda: abs(watcher.now_s() - 10) < 0.2, "ten seconds")
    looks_at(watcher)
    watcher.button("live.timeline.go_on").click()
    watcher.page.wait_for_url(lambda url: "t=" not in url)
    expect(watcher.button("live.run.resume")).to_be_enabled()
    watcher.wait_for(lambda: abs(watcher.now_s() - 10) < 0.2, "the copy waits at that moment")
    watcher.button("live.run.resume").click()
    watcher.wait_for(lambda: watcher.now_s() > 10.5, "and goes on from there")
    expect(owner.button("live.run.pause")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_single_requests_tell_where_their_time_went(visit: Visit, server: Server, language: str) -> None:
    screen = visit(server.create(balanced(arrival_rate_rps=200))["edit_url"], language=language)
    screen.run()
    panel = screen.show_drawer("requests")
    waterfall = panel.get_by_role("list", name=screen.t("live.requests.waterfall"), exact=True)
    screen.wait_for(lambda: bool(screen.now_s() > 3), "requests have ended")
    panel.get_by_role("button", name=screen.t("live.requests.slowest"), exact=True).click()
    rows = waterfall.get_by_role("listitem")
    expect(rows.filter(has_text="Web server")).not_to_have_count(0)
    expect(
        panel.get_by_text(re.compile(screen.t("live.requests.ok").replace("{latency}", ".+")))
    ).to_be_visible()

    screen.button("live.run.pause").click()
    expect(screen.button("live.run.resume")).to_be_visible()
    screen.node("Users").click(button="right")
    screen.page.get_by_role("menuitem", name=screen.t("live.probe.send"), exact=True).click()
    expect(panel.get_by_text(screen.t("live.requests.none_sent"))).to_be_visible()
    counts = []
    for _ in range(12):
        before_s = screen.now_s()
        screen.button("live.run.step").click()
        screen.page.wait_for_timeout(300)
        counts.append(rows.count())
        assert screen.now_s() - before_s < 0.15
    assert counts == sorted(counts), "a request only grows"
    assert len(set(counts)) > 2, "step by step"
    expect(rows.filter(has_text="Web server")).not_to_have_count(0)
