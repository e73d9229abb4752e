"""Two designs on the same requests, side by side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.server import Server
from tests.browser.test_accessibility import violations
from tests.browser.test_lessons import open_lesson, turn


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_change_is_compared_with_the_design_it_changes(visit: Visit, server: Server, language: str) -> None:
    links = server.create(balanced(arrival_rate_rps=600))
    screen = visit(links["view_url"], language=language)
    screen.button("app.compare").click()
    dialog = screen.page.get_by_role("dialog", name=screen.t("compare.title"), exact=True)
    start = dialog.get_by_role("button", name=screen.t("compare.start"), exact=True)
    start.click()
    expect(dialog.get_by_text(screen.t("compare.no_change"))).to_be_visible()

    figures = screen.compare(screen.change_to_compare("Web server", "worker_count", "16"))

    # 600 requests/s of 12.8 ms are 7.7 workers' work: eight are nearly always busy, sixteen half of the time.
    chips = dialog.get_by_role("list", name=screen.t("compare.chips"), exact=True)
    tail = chips.get_by_role("listitem").filter(has_text=screen.t("compare.measure.latency_p99_s"))
    expect(tail).to_contain_text("−")
    expect(tail).to_contain_text(screen.t("compare.verdict.better"))
    expect(figures.get_by_role("row")).to_have_count(7)
    expect(dialog.get_by_role("figure")).to_have_count(5)
    dialog.get_by_text(screen.t("compare.utilizations")).first.click()
    busy = dialog.get_by_role("table", name=screen.t("compare.utilizations"), exact=True)
    expect(busy.get_by_role("row", name="Web server")).to_contain_text(screen.t("compare.verdict.lower"))
    assert violations(screen) == []


def test_a_lesson_is_compared_with_its_technique_and_then_without_it(visit: Visit) -> None:
    screen = visit()
    open_lesson(screen, "A bigger machine")
    title = screen.tr("Move to a machine with eight cores")
    for applied, verdict in ((False, "better"), (True, "worse")):
        screen.button("app.compare").click()
        dialog = screen.page.get_by_role("dialog", name=screen.t("compare.title"), exact=True)
        dialog.get_by_role("radio", name=screen.t("compare.with_technique"), exact=True).check()
        named = screen.t("compare.without_named" if applied else "compare.with_named", title=title)
        choice = dialog.get_by_role("combobox", name=screen.t("compare.technique"), exact=True)
        choice.select_option(label=named)
        screen.compare(dialog)
        answered = dialog.get_by_role("row", name=screen.t("compare.measure.throughput_rps"))
        expect(answered).to_contain_text(screen.t(f"compare.verdict.{verdict}"))
        expect(dialog.get_by_role("columnheader", name=named, exact=True)).to_be_visible()
        screen.page.keyboard.press("Escape")
        if not applied:
            turn(screen, "Move to a machine with eight cores", "apply")


def test_a_design_is_compared_with_another_by_its_link(visit: Visit, server: Server) -> None:
    one = server.create(balanced(arrival_rate_rps=100))
    other = server.create(balanced(arrival_rate_rps=200))
    screen = visit(one["edit_url"])
    screen.button("app.compare").click()
    dialog = screen.page.get_by_role("dialog", name=screen.t("compare.title"), exact=True)
    dialog.get_by_role("radio", name=screen.t("compare.with_link"), exact=True).check()
    link = dialog.get_by_role("textbox", name=screen.t("compare.link"), exact=True)
    start = dialog.get_by_role("button", name=screen.t("compare.start"), exact=True)
    link.fill("nowhere")
    start.click()
    expect(dialog.get_by_text(screen.t("compare.no_link"))).to_be_visible()
    link.fill(server.url + other["view_url"])
    dialog.get_by_role("combobox", name=screen.t("compare.duration"), exact=True).select_option("10")
    start.click()
    answered = dialog.get_by_role("row", name=screen.t("compare.measure.throughput_rps"))
    expect(answered).to_contain_text(screen.t("compare.verdict.better"))
    screen.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
