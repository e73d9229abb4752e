"""Whatever people and programs throw at the server, it says what is wrong and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest
import websockets
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.documents import circular, document, node
from tests.browser.server import Server

FORGED = "A" * 43
NOT_FOUND = r"/s/\S+ 404|status of 404"
CHUNK = b" " * 1_000_000


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("token", [FORGED, "x", "%3Cscript%3E"])
def test_a_forged_link_is_explained(visit: Visit, server: Server, language: str, token: str) -> None:
    screen = visit(f"/s/{token}", language=language, expecting=NOT_FOUND)
    expect(screen.page.locator("html")).to_have_attribute("lang", language)
    expect(screen.page.get_by_role("heading", name=screen.tr("There is no scenario here"))).to_be_visible()
    screen.page.get_by_role("link", name=screen.tr("Start a new design")).click()
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()


def test_pages_of_the_server_follow_the_chosen_language(visit: Visit) -> None:
    screen = visit()
    screen.switch("ko")
    screen.watch.expect(NOT_FOUND)
    screen.go(f"/s/{FORGED}")
    expect(screen.page.get_by_role("heading", name=screen.tr("There is no scenario here"))).to_be_visible()


def test_a_foreign_page_gets_no_socket(server: Server) -> None:
    token = server.create(document([node("users", "Users", x=0)]))["edit_token"]
    address = f"ws://127.0.0.1:{server.port}/ws/s/{token}"

    async def code(origin: str) -> int:
        async with asyncio.timeout(10):
            try:
                async with websockets.connect(address, origin=websockets.Origin(origin)) as socket:
                    await socket.send(json.dumps({"op": "hello", "protocol": 1, "language": "en"}))
                    await socket.recv()
            except websockets.ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else -1
            except websockets.InvalidStatus as refused:
                return refused.response.status_code
        return 0

    assert in_thread(code("http://evil.example")) in {403, 4403}
    assert in_thread(code(f"http://127.0.0.1:{server.port}")) == 0


def in_thread(job: Coroutine[None, None, int]) -> int:
    """Run a coroutine elsewhere: Playwright's own loop occupies this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, job).result()


def test_a_hundred_megabytes_are_refused(visit: Visit, server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/api/scenarios")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(100 * len(CHUNK)))
    connection.endheaders()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not hear us out
        for _ in range(100):
            connection.send(CHUNK)
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.load(answer)["error"]["code"] == "too_large"
    connection.close()
    screen = visit()
    screen.open_starter("One web server")
    screen.run()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_circle_of_calls_is_shown_where_it_is(visit: Visit, server: Server, language: str) -> None:
    found = server.post("/api/check", {"document": circular()})["diagnostics"]
    problem = next(item for item in found if item["severity"] == "error")
    screen = visit(language=language, expecting="422")
    expect(screen.page.get_by_role("heading", name=screen.t("starter.title"))).to_be_visible()
    screen.page.evaluate("(text) => localStorage.setItem('playground.draft', text)", json.dumps(circular()))
    screen.reload()
    screen.button_with("starter.draft").click()
    expect(screen.node("Orders").get_by_title(screen.t("problems.error"))).to_be_visible()
    panel = screen.show_drawer("problems")
    words = screen.tr(problem["message"], **problem["values"])
    expect(panel.get_by_text(words)).to_be_visible()
    screen.page.keyboard.press("F8")
    expect(panel.get_by_role("listitem").filter(has_text=words)).to_be_visible()
    screen.button("live.run.play").click()
    expect(screen.toast).to_be_visible()
    expect(screen.button("live.run.play")).to_be_enabled()
