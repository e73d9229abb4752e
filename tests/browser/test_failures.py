"""A person breaks machines while the run goes on, and sees what the system makes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.documents import replicated
from tests.browser.screen import Screen
from tests.browser.server import Server
from tests.browser.texts import LANGUAGES

OF_THE_REQUESTS = {"en": "of the requests fail", "ko": "요청의"}
NOTICED = "{source} noticed that {node} does not answer."
RECOVERED = "{source} noticed that {node} answers again."
PROMOTED = "{node} was promoted to primary in place of {source}."
LOST_WRITES = "{count} acknowledged writes were lost with {node}."


def strike(screen: Screen, name: str, fault: str = "Crash") -> None:
    """Break a component while it runs."""
    screen.select(name)
    screen.inspector.get_by_role("button", name=screen.tr(fault), exact=True).click()
    expect(screen.inspector).to_contain_text(screen.t("live.state.crashed"))


def heal(screen: Screen, name: str) -> None:
    """Put a component right again."""
    screen.select(name)
    screen.inspector.get_by_role("button", name=screen.t("live.faults.heal"), exact=True).click()
    expect(
        screen.inspector.get_by_role("button", name=screen.t("live.faults.heal"), exact=True)
    ).to_have_count(0)
    screen.show_tab("live")
    expect(screen.inspector.get_by_text(screen.t("live.state.up"), exact=True)).to_be_visible()


def failures_shown(screen: Screen) -> Locator:
    """Return the summary's words that requests fail."""
    return screen.summary.get_by_text(screen.t("live.phase.failing"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_balancer_notices_a_crashed_server(visit: Visit, language: str) -> None:
    screen = visit(language=language)
    screen.open_starter()
    server, balancer = screen.tr("Web server 1"), screen.tr("Load balancer")
    screen.run()
    screen.set_speed("2")
    screen.show_drawer("events")
    strike(screen, server)
    expect(failures_shown(screen)).to_be_visible()
    expect(screen.summary).to_contain_text(OF_THE_REQUESTS[language])
    screen.set_speed("10")
    expect(screen.event(NOTICED, source=balancer, node=server)).to_be_visible()
    expect(failures_shown(screen)).to_have_count(0)
    screen.select(balancer)
    screen.show_tab("live")
    screen.wait_for(lambda: screen.figure("failed_rps") < 1, "no request fails any more")
    screen.wait_for(lambda: screen.figure("throughput_rps") > 340, "the other two carry the load")
    heal(screen, server)
    expect(screen.event(RECOVERED, source=balancer, node=server)).to_be_visible()
    screen.wait_for(lambda: screen.figure("throughput_rps") > 60, "the healed server works again")


def test_a_replica_takes_over_and_the_unshipped_writes_are_lost(visit: Visit, server: Server) -> None:
    # About 90 writes/s and ten seconds between shipments: hundreds of writes are only on the primary.
    screen = visit(server.create(replicated(ship_interval_s=10))["edit_url"])
    screen.run()
    screen.set_speed("2")
    panel = screen.show_drawer("events")
    screen.wait_for(lambda: screen.now_s() > 4, "writes are acknowledged")
    strike(screen, "Primary")
    screen.select("Web server")
    screen.show_tab("live")
    screen.wait_for(lambda: screen.figure("failed_rps") > 40, "writes fail")
    assert screen.figure("throughput_rps") > 100, "reads go on"
    screen.set_speed("10")
    expect(panel.get_by_text(promoted_words(screen))).to_be_visible()
    lost = screen.event(LOST_WRITES, count="...", node="Primary")
    expect(lost).to_be_visible()
    assert int(re.findall(r"\d+", lost.inner_text())[0]) > 0
    screen.wait_for(lambda: screen.figure("failed_rps") < 1, "writes work again")
    heal(screen, "Primary")
    expect(screen.inspector.get_by_text(screen.t("live.mode.replica"), exact=True)).to_be_visible()


def test_synchronous_replication_loses_nothing(visit: Visit, server: Server) -> None:
    screen = visit(server.create(replicated(ship_interval_s=10))["edit_url"])
    screen.run()
    screen.set_speed("10")
    panel = screen.show_drawer("events")
    screen.select("Primary")
    screen.show_tab("live")
    screen.wait_for(lambda: screen.now_s() > 4 and screen.figure("latency_p50_s") > 0, "writes are measured")
    asynchronous_s = screen.figure("latency_p50_s")
    for name in ("Primary", "Replica 1", "Replica 2"):
        screen.select(name)
        screen.choose("database", "replication_mode", "synchronous")
    screen.select("Primary")
    screen.show_tab("live")
    screen.wait_for(
        lambda: screen.figure("latency_p50_s") > asynchronous_s + 0.02, "writes wait for the replicas"
    )
    strike(screen, "Primary")
    expect(panel.get_by_text(promoted_words(screen))).to_be_visible()
    promoted_s = screen.now_s()
    screen.select("Web server")
    screen.show_tab("live")
    screen.wait_for(
        lambda: screen.now_s() > promoted_s + 3 and screen.figure("failed_rps") < 1, "writes work again"
    )
    expect(screen.event(LOST_WRITES, count="...", node="Primary")).to_have_count(0)


def promoted_words(screen: Screen) -> re.Pattern[str]:
    """Return the words that tell that one of the replicas took the primary's place."""
    names = [
        re.escape(screen.tr(PROMOTED, node=name, source="Primary")) for name in ("Replica 1", "Replica 2")
    ]
    return re.compile("|".join(names))


def test_a_cut_connection_fails_by_timeouts(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    screen.run()
    screen.set_speed("5")
    panel = screen.show_drawer("outline")
    panel.get_by_role("listitem").get_by_role("button", name=re.compile("sends requests to")).click()
    screen.inspector.get_by_role("button", name=screen.tr("Cut"), exact=True).click()
    expect(failures_shown(screen)).to_be_visible()
    expect(screen.summary).to_contain_text(screen.tr("Timed out"))
    screen.inspector.get_by_role("button", name=screen.t("live.faults.heal"), exact=True).click()
    expect(failures_shown(screen)).to_have_count(0)


def test_faults_need_a_run(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    screen.select("Web server")
    expect(screen.inspector.get_by_text(screen.t("live.faults.not_running"))).to_be_visible()
    expect(screen.inspector.get_by_role("button", name=screen.tr("Crash"), exact=True)).to_be_disabled()
