"""The socket: moves bytes between a browser and its room, after checking who may come in."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer

from playground import limits, process, protocol, selectors
from playground.middleware import is_own_origin
from playground.outbox import Outbox
from playground.rooms import Room
from playground.session import Viewer
from playground.texts import error_message


class ScenarioConsumer(AsyncWebsocketConsumer):
    """One browser watching one scenario through one link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._id = secrets.token_hex(8)
        self._outbox = Outbox()
        self._room: Room | None = None
        self._token = ""
        self._is_admitted = False
        self._bucket = limits.Bucket(limits.SOCKET_MESSAGES, now=time.monotonic())
        self._sending: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        """Admit a browser or close its socket with the reason: codes reach a page only after the handshake."""
        await self.accept()
        code = await self._objection()
        if code is not None:
            await self.close(code=code)
            return
        self._is_admitted = True
        loop = asyncio.get_running_loop()
        self._sending = loop.create_task(self._send_all())
        self._patience = loop.call_later(
            limits.HELLO_TIMEOUT_S, self._outbox.close, protocol.CLOSE_BAD_MESSAGE
        )

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Pass one message on to the room."""
        if not self._is_admitted or self._outbox.close_code is not None:
            return
        if self._bucket.take(now=time.monotonic()) > 0:
            self._refuse("too_fast", protocol.CLOSE_TOO_MANY)
            return
        try:
            message = protocol.decode(text_data or bytes_data or "")
        except protocol.BadMessageError as error:
            self._refuse("bad_message", protocol.CLOSE_BAD_MESSAGE, reason=str(error))
            return
        if isinstance(message, protocol.Hello):
            await self._enter(message)
        elif self._room is None:
            self._refuse("bad_message", protocol.CLOSE_BAD_MESSAGE, reason="hello must come first")
        else:
            self._room.receive(self._id, message)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002, channels passes it
        """Leave the room."""
        self._is_admitted = False
        if self._patience is not None:
            self._patience.cancel()
        if self._sending is not None:
            self._sending.cancel()
        if self._room is not None:
            self._room.leave(self._id)

    async def _objection(self) -> int | None:
        """Return the code to close the socket with when this browser may not come in."""
        self._token = self.scope["url_route"]["kwargs"]["token"]
        if not _comes_from_here(self.scope) or not selectors.is_token(self._token):
            return protocol.CLOSE_FORBIDDEN
        if process.sockets_of_addresses.take(_address(self.scope)) > 0:
            return protocol.CLOSE_TOO_MANY
        access = await process.rooms().find_access(self._token)
        return protocol.CLOSE_UNKNOWN_LINK if access is None else None

    async def _enter(self, message: protocol.Hello) -> None:
        if message.protocol != protocol.PROTOCOL_VERSION:
            self._refuse("old_page", protocol.CLOSE_BAD_MESSAGE)
            return
        if self._patience is None:
            return  # it has said hello before
        self._patience.cancel()
        self._patience = None
        rooms = process.rooms()
        access, room = await rooms.find_access(self._token), None
        while access is not None and room is None:
            await rooms.open(access.scenario_id)
            # Ask again: the link may have been revoked while the room was opened. From here on the room knows.
            access = await rooms.find_access(self._token)
            room = rooms.find(access.scenario_id) if access else None
        if room is None or access is None:
            self._outbox.close(protocol.CLOSE_UNKNOWN_LINK)
        elif len(room.outboxes) >= limits.VIEWERS_PER_SCENARIO_MAX:
            self._outbox.close(protocol.CLOSE_TOO_MANY)
        elif self._is_admitted:
            self._room = room
            room.join(Viewer(self._id, access.permission, access.link_id), self._outbox)

    def _refuse(self, error: str, code: int, **values: str) -> None:
        """Say what is wrong and close the socket."""
        self._outbox.put(orjson.dumps(error_message(error, **values)).decode())
        self._outbox.close(code)

    async def _send_all(self) -> None:
        """Send what the outbox has until it is to be closed."""
        while (text := await self._outbox.next()) is not None:
            await self.send(text_data=text)
        await self.close(code=self._outbox.close_code)


def _comes_from_here(scope: Mapping[str, Any]) -> bool:
    """Tell whether a page of this very server opens the socket; programs other than browsers send no Origin."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    if origin is None:
        return True
    host: bytes = headers.get(b"host", b"")
    return is_own_origin(origin.decode("latin-1"), host=host.decode("latin-1"))


def _address(scope: Mapping[str, Any]) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
