"""What the server says to people: English templates by code, which are also the keys of every translation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from playground.bodies import ErrorBody
from playground.protocol import ErrorMessage
from playground.questions import NotSeen
from playground.shapes import Diagnostic

MESSAGES: Mapping[str, str] = {
    # Sockets
    "read_only": gettext_noop("This link lets you watch. Fork the scenario to change and run your own copy."),
    "not_running": gettext_noop("Nothing is running. Press Run first, then try again."),
    "already_running": gettext_noop("The run is playing. Pause it before stepping."),
    "cannot_run": gettext_noop("This scenario cannot run yet. Problems to fix: {count}."),
    "cannot_start": gettext_noop("The run could not be started because of a fault in the program. Your scenario is safe."),
    "run_failed": gettext_noop("The run stopped because of a fault in the program. Your scenario is safe; restart the run."),
    "busy": gettext_noop("The server is busy: {count} runs are going on. Try again in a moment."),
    "old_page": gettext_noop("This page is older or newer than the server. Reload it."),
    "bad_message": gettext_noop("The server could not read a message from this page: {reason}."),
    "too_fast": gettext_noop("Too many messages at once. Wait a moment."),
    "no_past": gettext_noop("There is no run to look back on. Press Run first."),
    "not_yet": gettext_noop("The run has not come to that moment yet."),
    "past_busy": gettext_noop("Many people are looking back right now. Try again in a moment."),
    "past_failed": gettext_noop("That moment could not be rebuilt because of a fault in the program. The run is safe."),
    "too_many_branches": gettext_noop("Too many copies at once. Try again in {wait_s} s."),
    "not_saved": gettext_noop("The last changes could not be stored. Keep this page open; storing is tried again."),
    # HTTP
    "bad_json": gettext_noop("This is not valid JSON; look at line {line}, column {column}."),
    "bad_request": gettext_noop("The request is not as expected; look at the field {field}."),
    "bad_document": gettext_noop("The scenario cannot be stored. Problems to fix: {count}."),
    "too_large": gettext_noop("The scenario is too large. The limit is {limit_mb} MB."),
    "not_json": gettext_noop("Send JSON, with the content type application/json."),
    "foreign_origin": gettext_noop("This request came from another site and was refused."),
    "not_found": gettext_noop("There is nothing here. The link may be incomplete, or it was revoked."),
    "view_only": gettext_noop("This link may view the scenario, not change it."),
    "conflict": gettext_noop("Someone else changed the scenario in the meantime. Here is the newer version."),
    "too_many_requests": gettext_noop("Too many requests. Try again in {wait_s} s."),
    "too_many_links": gettext_noop("A scenario can have at most {limit} links. Revoke one first."),
    "too_many_versions": gettext_noop("No more versions can be kept by name, at most {limit}. Take the name off one first."),
    "cannot_compare": gettext_noop("One of the designs cannot run. Problems to fix: {count}."),
    "busy_comparing": gettext_noop("The server is busy with {count} other comparisons. Try again in a moment."),
    "too_long_comparison": gettext_noop("This comparison takes more than {limit_s} s of computing. Choose a shorter time or fewer runs."),
    "bad_address": gettext_noop("This server does not go by that name, or the request makes no sense."),
    "server_error": gettext_noop("Something went wrong on the server. Try again; if it stays, report what you did."),
}  # fmt: skip


def error_message(code: str, /, **values: Any) -> ErrorMessage:
    """Return the socket message that says what is wrong; the browser translates it."""
    return {"op": "error", "code": code, "message": MESSAGES[code], "values": values}


def not_seen(ask: int, code: str, /, **values: Any) -> NotSeen:
    """Return the answer to a question about the past that cannot be answered."""
    return {"op": "not_seen", "id": ask, "code": code, "message": MESSAGES[code], "values": values}


def error_body(code: str, /, **values: Any) -> ErrorBody:
    """Return the body of a refusal over HTTP, with its text in the language now active."""
    template = MESSAGES[code]
    text = gettext(template).format_map(values)
    return {"error": {"code": code, "message": template, "values": values, "text": text}}


def error_diagnostic(code: str, /, **values: Any) -> Diagnostic:
    """Return a diagnostic about the whole scenario for what the server itself refuses."""
    template = MESSAGES[code]
    return {
        "code": code,
        "severity": "error",
        "node_id": None,
        "edge_id": None,
        "field": None,
        "message": template,
        "hint": "",
        "values": values,
        "text": template.format_map(values),
        "hint_text": "",
        "fix": [],
    }
