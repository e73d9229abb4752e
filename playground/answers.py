"""Answers of the HTTP API: JSON, and refusals in one shape."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse

from playground.bodies import ErrorBody
from playground.texts import error_body


def answer(body: object, *, status: int = 200) -> HttpResponse:
    """Return a JSON answer."""
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


def refusal(status: int, code: str, /, **values: Any) -> HttpResponse:
    """Return the answer that says what is wrong, in the language now active."""
    return answer(error_body(code, **values), status=status)


class Refusal(Exception):  # noqa: N818, it is an answer rather than an error of the program
    """Ends a request with an error status and a body that says why."""

    def __init__(self, status: int, body: ErrorBody) -> None:
        super().__init__(body["error"]["code"])
        self.status = status
        self.body = body


def refuse(status: int, code: str, /, **values: Any) -> Refusal:
    """Return the exception that ends a request with this refusal."""
    return Refusal(status, error_body(code, **values))
