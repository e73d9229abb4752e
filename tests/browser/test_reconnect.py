"""The server goes away and comes back while a person works."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.server import Server


def test_the_page_survives_a_crash_of_the_server(own_server: Server, visit: Visit) -> None:
    screen = visit(at=own_server)
    screen.open_starter("One web server")
    screen.run()
    screen.drop_from_palette("Database", x=0.8, y=0.8)
    expect(screen.page.get_by_text(screen.t("save.saved"), exact=True)).to_be_visible()
    screen.watch.expect("WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")

    own_server.kill()
    banner = screen.page.get_by_role("status").filter(has_text=screen.t("live.connection.lost"))
    expect(banner).to_be_visible()
    expect(screen.page.get_by_text(screen.t("save.offline"), exact=True)).to_be_visible()
    screen.drag_wire("Web server", "Database")  # drawn while the line is down
    expect(banner).to_contain_text(screen.t("live.connection.unsaved", count=1))

    own_server.start()
    expect(banner).to_have_count(0)
    expect(screen.page.get_by_text(screen.t("save.saved"), exact=True)).to_be_visible()
    assert screen.nodes().count() == 3

    # What was drawn while the line was down is on the server now.
    screen.reload()
    expect(screen.node("Database")).to_be_visible()
    stored = own_server.get(f"/api/scenarios/{screen.page.url.rsplit('/', 1)[1]}")["document"]
    assert len(stored["edges"]) == 2
    screen.run()
    assert "Traceback" not in own_server.log()
