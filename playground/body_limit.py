"""Refuses bodies that are too large while they arrive, before anything is read into memory or parsed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from django.utils import translation

from playground.limits import BODY_BYTES_MAX
from playground.texts import error_body

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
SendMessage = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, SendMessage], Awaitable[None]]


class _TooLargeError(Exception):
    pass


class BodyLimit:
    """Wraps an HTTP application; answers 413 when a body is announced or turns out to be larger than `limit` bytes."""

    def __init__(self, application: Application, *, limit: int = BODY_BYTES_MAX) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        """Handle one request."""
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0").strip()
        # More digits than the limit has are too many, and so long a number need not be read.
        if not announced.isdigit() or len(announced) > 18 or int(announced) > self._limit:
            await self._refuse(headers, send)
            return
        received = 0

        async def receive_some() -> Mapping[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise _TooLargeError
            return message

        try:
            await self._application(scope, receive_some, send)
        except _TooLargeError:
            await self._refuse(headers, send)

    async def _refuse(self, headers: dict[bytes, bytes], send: SendMessage) -> None:
        wanted = headers.get(b"accept-language", b"").decode("latin-1")
        with translation.override("ko" if wanted.startswith("ko") else "en"):
            body = orjson.dumps(error_body("too_large", limit_mb=self._limit // 1_000_000))
        answer_headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": answer_headers})
        await send({"type": "http.response.body", "body": body})
