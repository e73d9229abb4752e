"""Whatever goes wrong inside a browser while a test uses it."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

#: A check of the drawing that a newer edit has made pointless is called off on purpose, and Chromium reports an answer
#: that a page reads piece by piece as called off even when it was read to its end. A page left at once needs no icon.
CALLED_OFF = re.compile(r"(/api/(check|compare)\b|/favicon\.svg ).*ERR_ABORTED")

REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


class Watch:
    """Collects console errors, uncaught errors, failed requests and violations of the content security policy."""

    def __init__(self, context: BrowserContext) -> None:
        self._found: list[str] = []
        self._expected: list[re.Pattern[str]] = [CALLED_OFF]
        context.expose_binding("reportViolation", lambda _source, text: self._note("policy", text))
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)

    def expect(self, pattern: str) -> None:
        """Let everything pass that matches; for tests that break something on purpose."""
        self._expected.append(re.compile(pattern))

    @property
    def problems(self) -> list[str]:
        """What went wrong and was not expected."""
        return [text for text in self._found if not any(known.search(text) for known in self._expected)]

    def _note(self, source: str, text: str) -> None:
        self._found.append(f"{source}: {text}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note("console", f"{message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self._note("uncaught", error.error.stack or str(error.error))

    def _on_failed(self, request: Request) -> None:
        self._note("request", f"{request.method} {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._note("response", f"{response.request.method} {response.url} {response.status}")
