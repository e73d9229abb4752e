"""Rooms with the small engine, links to a stored scenario, and browsers made of sockets."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.test import override_settings
from django.utils.translation import trans_real

from playground import limits, process, selectors, services
from playground.rooms import Rooms
from playground.runner import Runner
from playground.session import RunSession, Viewer
from playground.translations import catalogue_path
from playground.urls import websocket_urlpatterns
from playground.writer import Writer
from tests.playground.fakes import FakeEngine, document

#: Long enough for any answer on a busy machine; tests wait for messages, never for time.
PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def _fresh_limiters(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sockets", "reads", "writes", "creations"):
        rate = getattr(process, f"{name}_of_addresses")._rate
        monkeypatch.setattr(process, f"{name}_of_addresses", limits.Limiter(rate, clock=time.monotonic))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def rooms(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, engine: FakeEngine
) -> AsyncIterator[Rooms]:
    made = Rooms(
        engine=engine,
        runner=Runner(threads=1),
        writer=Writer(),
        load=selectors.load_document,
        find_access=selectors.find_access,
        clock=lambda: 0.0,  # nobody stalls or is forgotten unless a test says so
    )
    monkeypatch.setattr(process, "rooms", lambda: made)
    yield made
    made.close()


@pytest.fixture
async def links(rooms: Rooms) -> tuple[str, str]:
    """The tokens of a stored scenario: to edit, to view."""
    return await rooms.write(lambda: services.create_scenario(document()))


@pytest.fixture
def korean(tmp_path: Path) -> Iterator[None]:
    """Compile the Korean texts as set-up does."""
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    polib.pofile(str(catalogue_path("ko"))).save_as_mofile(str(folder / "django.mo"))
    trans_real._translations.clear()  # type: ignore[attr-defined]
    with override_settings(LOCALE_PATHS=[tmp_path]):
        yield
    trans_real._translations.clear()  # type: ignore[attr-defined]


@pytest.fixture
def session() -> RunSession:
    """A session with an editor and a watcher, and no run."""
    made = RunSession(document=document(), revision=3, now=0.0)
    made.join(Viewer("editor", "edit", 1))
    made.join(Viewer("watcher", "view", 2))
    return made


class Browser:
    """One socket, read message by message."""

    def __init__(self, token: str, *, origin: str | None = "http://here", host: str = "here") -> None:
        headers = [(b"host", host.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self._socket = WebsocketCommunicator(
            URLRouter(websocket_urlpatterns),
            f"/ws/s/{token}",
            headers=headers,
        )
        self.received: list[Any] = []
        self.welcome: Any = None

    async def connect(self) -> None:
        accepted, _ = await self._socket.connect(timeout=PATIENCE_S)
        assert accepted

    async def say(self, op: str, **fields: Any) -> None:
        await self._socket.send_json_to({"op": op, **fields})

    async def say_text(self, text: str) -> None:
        await self._socket.send_to(text_data=text)

    async def hear(self, op: str, matching: Callable[[Any], bool] = lambda _: True) -> Any:
        """Read on until a message of this op."""
        while True:
            message = await self.hear_any()
            if message["op"] == op and matching(message):
                return message

    async def hear_any(self) -> Any:
        """Read one message."""
        output = await self._socket.receive_output(timeout=PATIENCE_S)
        assert output["type"] == "websocket.send", output
        self.received.append(json.loads(output["text"]))
        return self.received[-1]

    async def closed_with(self) -> int:
        """Read on until the server closes the socket; return its code."""
        while True:
            output = await self._socket.receive_output(timeout=PATIENCE_S)
            if output["type"] == "websocket.close":
                return int(output["code"])

    async def hears_nothing(self) -> bool:
        """Tell whether all that was sent has been read."""
        return bool(await self._socket.receive_nothing(timeout=0.2))

    async def leave(self) -> None:
        await self._socket.disconnect(timeout=PATIENCE_S)


Open = Callable[[str], Awaitable[Browser]]


@pytest.fixture
async def browse(rooms: Rooms) -> AsyncIterator[Open]:
    """Open browsers that are welcomed through a link."""
    opened: list[Browser] = []

    async def browse_link(token: str) -> Browser:
        browser = Browser(token)
        opened.append(browser)
        await browser.connect()
        await browser.say("hello", protocol=1, language="en")
        browser.welcome = await browser.hear("welcome")
        return browser

    yield browse_link
    for browser in opened:
        await browser.leave()
