"""The pages: one shell for the single-page application, and what people see when it cannot be shown."""
# ruff: noqa: ARG001, the framework passes the exception to every error page

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from playground import process
from playground.answers import refusal

#: Vite's list of what it built, and the name it gives to our entry point.
_MANIFEST = Path(settings.BASE_DIR) / "static" / "dist" / "manifest.json"
_ENTRY = "src/main.tsx"


@dataclass(frozen=True, slots=True)
class _Assets:
    script: str
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


async def start(request: HttpRequest) -> HttpResponse:
    """Show the starter page and the editor of a scenario that is not stored yet."""
    return _shell(request)


async def scenario(request: HttpRequest, token: str) -> HttpResponse:
    """Show a stored scenario through one of its links."""
    if await process.rooms().find_access(token) is None:
        raise Http404
    return _shell(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that makes no sense, such as one for another host."""
    return _problem(request, status=400, code="bad_address")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed."""
    return _problem(request, status=403, code="foreign_origin")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not there."""
    return _problem(request, status=404, code="not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed; the cause is in the log."""
    return _problem(request, status=500, code="server_error")


def _shell(request: HttpRequest) -> HttpResponse:
    assets = _assets()
    if assets is None:
        return render(request, "not_built.html", status=503)
    return render(request, "app.html", {"assets": assets})


def _problem(request: HttpRequest, *, status: int, code: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return refusal(status, code)
    return render(request, "problem.html", {"status": status, "code": code}, status=status)


def _assets() -> _Assets | None:
    """Return the addresses of what the page loads; None while the browser code is not built."""
    try:
        manifest: dict[str, Any] = orjson.loads(_MANIFEST.read_bytes())
        entry = manifest[_ENTRY]
    except (OSError, KeyError, orjson.JSONDecodeError):
        return None
    chunks = _imported(manifest, _ENTRY)
    styles = dict.fromkeys(name for chunk in (*chunks, entry) for name in chunk.get("css", ()))
    return _Assets(
        script=_address(entry["file"]),
        preloads=tuple(_address(chunk["file"]) for chunk in chunks),
        styles=tuple(_address(name) for name in styles),
    )


def _imported(manifest: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the chunks that an entry imports, directly or not, each once."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(manifest[name].get("imports", ()))
    while waiting:
        key = waiting.pop(0)
        if key not in found:
            found[key] = manifest[key]
            waiting.extend(manifest[key].get("imports", ()))
    return list(found.values())


def _address(name: str) -> str:
    return static(f"dist/{name}")
