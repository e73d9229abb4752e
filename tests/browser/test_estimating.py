"""From an estimate on an envelope to a run that says how far it was right."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen, quantity
from tests.browser.texts import LANGUAGES


def figures(screen: Screen, panel: Locator, row: str) -> list[float]:
    """Return what was estimated, predicted and measured of one figure."""
    table = panel.get_by_role("table", name=screen.t("estimate.compare"))
    cells = table.get_by_role("row", name=screen.t(f"estimate.row.{row}")).get_by_role("cell")
    return [quantity(text) for text in cells.all_inner_texts()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_estimate_becomes_traffic_and_stands_beside_the_run(visit: Visit, language: str) -> None:
    screen = visit(language=language)
    screen.open_starter("One web server")
    panel = screen.show_drawer("estimate")
    screen.button("estimate.begin").click()
    users = panel.get_by_label(screen.tr("Users"), exact=True)
    users.fill("2000000")
    users.press("Enter")
    # A million people a day, each with ten reads and one write: 127 requests/s.
    screen.wait_for(lambda: math.isclose(figures(screen, panel, "offered")[0], 127), "the estimate is there")
    assert figures(screen, panel, "offered")[1] == 200

    screen.button("estimate.use_mean").click()
    screen.wait_for(lambda: figures(screen, panel, "offered")[1] == 127, "the drawing has the traffic")
    screen.run()
    screen.wait_for(lambda: 90 < figures(screen, panel, "offered")[2] < 170, "the run has it, too")
    estimated, predicted, measured = figures(screen, panel, "latency")
    assert math.isnan(estimated)
    assert 0.012 < predicted < 0.016
    assert 0.005 < measured < 0.05

    screen.page.get_by_role("button", name=screen.t("app.undo")).click()
    screen.wait_for(
        lambda: figures(screen, panel, "offered")[1] == 200, "one step back takes the traffic back"
    )
    expect(panel.get_by_label(screen.tr("Users"), exact=True)).to_have_value("2000000")


@pytest.mark.parametrize("language", LANGUAGES)
def test_latency_numbers_stand_below_the_estimate(visit: Visit, language: str) -> None:
    screen = visit(language=language)
    screen.open_starter("One web server")
    panel = screen.show_drawer("estimate")
    summary = panel.get_by_text(screen.t("estimate.numbers"), exact=True)
    summary.press("Enter")
    table = panel.get_by_role("table", name=screen.t("estimate.numbers"))
    expect(table.get_by_role("row")).to_have_count(23)
    shown = {
        title: table.get_by_role("row", name=screen.tr(title)).get_by_role("cell").all_inner_texts()
        for title in (
            "L1 cache reference",
            "Packet from California to the Netherlands and back",
            "System call",
        )
    }
    cache, unknown = shown["L1 cache reference"]
    assert cache.replace("\u202f", " ").replace("\u00a0", " ") == "0.5 ns"
    assert math.isnan(quantity(unknown))
    book, lately = shown["Packet from California to the Netherlands and back"]
    assert (quantity(book), quantity(lately)) == (0.15, 0.152)
    assert math.isnan(quantity(shown["System call"][0]))
