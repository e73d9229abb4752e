"""The pages, their languages and what protects them."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import AsyncClient

from playground import services, views
from playground.body_limit import BodyLimit
from playground.limits import BODY_BYTES_MAX
from playground.logs import HideTokens
from playground.rooms import Rooms

MANIFEST = {
    "src/main.tsx": {"file": "assets/main-A.js", "css": ["assets/main-B.css"], "imports": ["_shared.js"]},
    "_shared.js": {"file": "assets/shared-C.js", "css": ["assets/shared-D.css"], "imports": ["_deep.js"]},
    "_deep.js": {"file": "assets/deep-E.js", "imports": ["_shared.js"]},
}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(orjson.dumps(MANIFEST))
    monkeypatch.setattr(views, "_MANIFEST", path)


async def get(path: str, *, language: str | None = None, **headers: str) -> Any:
    client = AsyncClient()
    if language is not None:
        client.cookies["language"] = language
    return await client.get(path, headers=headers)


async def test_the_shell_loads_what_was_built(rooms: Rooms, built: None) -> None:
    page = (await get("/")).content.decode()
    assert '<script type="module" src="/static/dist/assets/main-A.js"></script>' in page
    assert page.count('href="/static/dist/assets/main-B.css"') == 1
    assert page.count('href="/static/dist/assets/shared-D.css"') == 1
    assert '<link rel="modulepreload" href="/static/dist/assets/shared-C.js">' in page
    assert '<link rel="modulepreload" href="/static/dist/assets/deep-E.js">' in page
    assert "<style" not in page
    assert page.count("<script") == 1


async def test_stored_scenarios_have_pages(links: tuple[str, str], built: None) -> None:
    for token in links:
        assert (await get(f"/s/{token}")).status_code == 200


@pytest.mark.parametrize("path", ["/s/" + "a" * 32, "/s/x", "/nothing", "/s/"])
async def test_what_is_not_there_is_said_kindly(rooms: Rooms, built: None, path: str) -> None:
    answer = await get(path)
    assert answer.status_code == 404
    assert "There is no scenario here" in answer.content.decode()


async def test_a_revoked_links_page_is_gone(rooms: Rooms, links: tuple[str, str], built: None) -> None:
    access = await rooms.find_access(links[1])
    assert access is not None
    await rooms.write(lambda: services.revoke_link(access.scenario_id, token=links[1]))
    assert (await get(f"/s/{links[1]}")).status_code == 404


async def test_an_unbuilt_page_says_what_to_do(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_MANIFEST", tmp_path / "missing.json")
    answer = await get("/")
    assert answer.status_code == 503
    assert "python3 run.py" in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "chosen", "language"),
    [
        ("", None, "en"),
        ("ko-KR,ko;q=0.9,en;q=0.5", None, "ko"),
        ("fr", None, "en"),
        ("en", "ko", "ko"),
        ("ko", "en", "en"),
        ("ko", "klingon", "ko"),
        ('"><script>', None, "en"),
    ],
)
async def test_pages_speak_the_readers_language(
    rooms: Rooms, korean: None, wanted: str, chosen: str | None, language: str
) -> None:
    page = (await get("/nothing", language=chosen, **{"Accept-Language": wanted})).content.decode()
    assert f'<html lang="{language}">' in page
    assert ("여기에는 시나리오가 없습니다" in page) == (language == "ko")
    assert ("There is no scenario here" in page) == (language == "en")


async def test_pages_are_protected(rooms: Rooms, built: None) -> None:
    headers = (await get("/")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_files_are_for_this_sites_pages_alone() -> None:
    answer = await get("/static/icons/cache.svg", Origin="http://elsewhere.example")
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


async def test_other_names_of_the_server_are_refused(rooms: Rooms) -> None:
    answer = await get("/", Host="elsewhere.example")
    assert answer.status_code == 400
    assert "This request was refused" in answer.content.decode()


def test_tokens_stay_out_of_the_log() -> None:
    token = secrets.token_urlsafe(services.TOKEN_BYTES)
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "Not Found: %s", (f"/s/{token}?a=1",), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "Not Found: /s/…?a=1"
    path = f"/api/scenarios/{token}/links/{token}"
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "Forbidden: %s", (path,), None)
    HideTokens().filter(record)
    assert token not in record.getMessage()


class Wire:
    """Feeds a body to an application in parts and keeps what it answers."""

    def __init__(self, *parts: int, announced: str | None = None) -> None:
        self.parts = list(parts)
        self.headers = [] if announced is None else [(b"content-length", announced.encode())]
        self.sent: list[Any] = []
        self.was_read = 0

    async def receive(self) -> dict[str, Any]:
        size = self.parts.pop(0)
        self.was_read += size
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(self.parts)}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(self) -> int:
        async def read_all(scope: Any, receive: Any, send: Any) -> None:
            while (await receive())["more_body"]:
                pass
            await send({"type": "http.response.start", "status": 200, "headers": []})

        await BodyLimit(read_all)({"headers": self.headers}, self.receive, self.send)
        return int(self.sent[0]["status"])


async def test_a_body_of_the_largest_size_is_read() -> None:
    assert await Wire(BODY_BYTES_MAX, announced=str(BODY_BYTES_MAX)).ask() == 200


@pytest.mark.parametrize("announced", [str(BODY_BYTES_MAX + 1), "9" * 5000, "-1", "many", ""])
async def test_a_body_announced_too_large_is_refused_unread(announced: str) -> None:
    wire = Wire(10, announced=announced)
    assert await wire.ask() == 413
    assert wire.was_read == 0
    body = orjson.loads(wire.sent[1]["body"])
    assert body["error"]["code"] == "too_large"
    assert "2 MB" in body["error"]["text"]


async def test_a_body_that_turns_out_too_large_is_refused_on_the_way() -> None:
    wire = Wire(*[1_000_000] * 100)
    assert await wire.ask() == 413
    assert wire.was_read <= BODY_BYTES_MAX + 1_000_000
