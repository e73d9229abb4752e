"""What every answer carries and every request must pass."""
# ruff: noqa: ARG002, the framework passes the request to every hook

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from playground import process
from playground.answers import refusal

#: Only this server's own files and sockets; styles set by scripts on elements are not inline styles.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders(MiddlewareMixin):
    """Adds the content security policy to pages and forbids keeping what was reached through a secret link."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers."""
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class SameOrigin(MiddlewareMixin):
    """Refuses requests of other sites' pages that would change something."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Return a refusal, or None to go on."""
        if request.method in _SAFE_METHODS:
            return None
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if site not in {"same-origin", "none"}:
            return refusal(403, "foreign_origin")
        if origin is not None and not is_own_origin(origin, host=request.headers.get("Host", "")):
            return refusal(403, "foreign_origin")
        return None


class RateLimits(MiddlewareMixin):
    """Refuses requests to the API from addresses that have used up their share."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Return a refusal, or None to go on."""
        if not request.path.startswith("/api/"):
            return None
        limiter = (
            process.reads_of_addresses if request.method in _SAFE_METHODS else process.writes_of_addresses
        )
        wait_s = limiter.take(address_of(request))
        return too_many(wait_s) if wait_s > 0 else None


def too_many(wait_s: float) -> HttpResponse:
    """Return the refusal for an address that must wait."""
    seconds = max(1, round(wait_s))
    response = refusal(429, "too_many_requests", wait_s=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def address_of(request: HttpRequest) -> str:
    """Return the address a request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_own_origin(origin: str, *, host: str) -> bool:
    """Tell whether a page of this very server asks, judging by the Origin and Host headers."""
    return bool(host) and urlsplit(origin).netloc == host
