"""A server for all journeys and browsers that notice whatever goes wrong in them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.screen import PATIENCE_MS, Screen
from tests.browser.server import ROOT, Server
from tests.browser.watch import Watch

LOCALES = {"en": "en-US", "ko": "ko-KR"}


class Visit(Protocol):
    """Opens a page in a browser context of its own."""

    def __call__(
        self,
        path: str = "/",
        *,
        language: str = "en",
        dark: bool = False,
        width: int = 1440,
        height: int = 900,
        at: Server | None = None,
        expecting: str | None = None,
        before: str | None = None,
    ) -> Screen:
        """Open a path of the server in a browser that prefers a language, and return its screen.

        What matches `expecting` may go wrong. The script `before` runs in every page before its own.
        """


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey as a browser test."""
    folder = Path(__file__).parent
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def _ready() -> None:
    """Have the page built and the kernels compiled."""
    if not (ROOT / "static" / "dist" / "manifest.json").is_file():
        pytest.fail("The page is not built. Run the tests with: python3 run.py test")
    subprocess.run([sys.executable, "-m", "simcore", "warm"], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="session")
def server(_ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve to all journeys."""
    made = Server(tmp_path_factory.mktemp("server"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def own_server(_ready: None, tmp_path: Path) -> Iterator[Server]:
    """Serve to one test, which may do to it what it likes. Asked for before `visit`, it ends after the pages do."""
    made = Server(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Open pages; at the end, nothing may have gone wrong in any of them."""
    expect.set_options(timeout=PATIENCE_MS)
    contexts: list[BrowserContext] = []
    screens: list[Screen] = []

    def opened(
        path: str = "/",
        *,
        language: str = "en",
        dark: bool = False,
        width: int = 1440,
        height: int = 900,
        at: Server | None = None,
        expecting: str | None = None,
        before: str | None = None,
    ) -> Screen:
        context = browser.new_context(
            base_url=(at or server).url,
            locale=LOCALES[language],
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="no-preference",
        )
        context.set_default_timeout(PATIENCE_MS)
        if before is not None:
            context.add_init_script(before)
        contexts.append(context)
        screen = Screen(context.new_page(), Watch(context), language)
        screens.append(screen)
        if expecting is not None:
            screen.watch.expect(expecting)
        screen.page.goto(path)
        return screen

    yield opened
    for screen in screens:
        screen.close()
    for context in contexts:
        context.close()
    problems = [problem for screen in screens for problem in screen.watch.problems]
    assert not problems, "\n".join(problems)
