"""What may fail is set in the design, and the run tells what is left of it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.server import Server


def test_the_target_belongs_to_the_design(visit: Visit, server: Server) -> None:
    links = server.create(balanced(arrival_rate_rps=100))
    screen = visit(links["edit_url"])
    screen.run()
    target = screen.page.get_by_role("combobox", name=screen.t("live.ledger.target"), exact=True)
    expect(target).to_have_value("0.999")
    target.select_option("0.95")
    screen.button("app.undo").click()
    expect(target).to_have_value("0.999")
    screen.button("app.redo").click()
    expect(target).to_have_value("0.95")
    assert server.get(f"/api/scenarios/{links['edit_url'].rsplit('/', 1)[-1]}")["document"][
        "availability_target_ratio"
    ] == 0.95  # fmt: skip

    watcher = visit(links["view_url"], language="ko")
    seen = watcher.page.get_by_role("combobox", name=watcher.t("live.ledger.target"), exact=True)
    expect(seen).to_have_value("0.95")
    expect(seen).to_be_disabled()
    target.select_option("0.99")
    expect(seen).to_have_value("0.99")
    screen.show_drawer("outline")
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.type(screen.t("together.versions.title"))
    screen.page.keyboard.press("Enter")
    changed = screen.page.get_by_text(
        re.compile(screen.t("together.difference.part_availability_target_ratio"))
    )
    expect(changed.first).to_be_visible()
