"""`python -m tests.gallery`: photograph the page in its main states and write docs/gallery with an index.

With names of states after it, only those are photographed again.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import LOCALES
from tests.browser.screen import PATIENCE_MS, Screen
from tests.browser.server import ROOT, Server
from tests.browser.watch import Watch
from tests.gallery.states import STATES, State

FOLDER = ROOT / "docs" / "gallery"
#: Pictures are part of the repository, so they are as coarse as they must be.
BYTES_MAX = 150_000
QUALITIES = (82, 74, 66, 58, 50, 40)
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--force-color-profile=srgb"]
SETTLE_MS = 400


def main(wanted: Collection[str]) -> int:
    """Photograph all states, or the wanted ones; returns 1 when one could not be reached."""
    expect.set_options(timeout=PATIENCE_MS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    missed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for state in STATES:
            if wanted and state.name not in wanted:
                continue
            try:
                size = photograph(browser, server, state)
                print(f"{state.name}: {size / 1000:.0f} kB", flush=True)
            except (AssertionError, RuntimeError, TimeoutError) as error:
                missed += 1
                print(f"{state.name}: not reached: {error}", flush=True)
        browser.close()
    server.stop()
    (FOLDER / "README.md").write_text(index(), encoding="utf-8")
    return 1 if missed else 0


def photograph(browser: Browser, server: Server, state: State) -> int:
    """Bring a fresh page into a state and write its picture; returns its size in bytes."""
    context = browser.new_context(
        base_url=server.url,
        locale=LOCALES[state.language],
        viewport={"width": state.size[0], "height": state.size[1]},
        color_scheme="dark" if state.dark else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    screen = Screen(context.new_page(), Watch(context), state.language)
    screen.page.goto("/")
    state.show(screen)
    screen.page.wait_for_timeout(SETTLE_MS)
    picture = small(screen.page)
    (FOLDER / f"{state.name}.jpg").write_bytes(picture)
    context.close()
    return len(picture)


def small(page: Page) -> bytes:
    """Return a picture of the page that is as sharp as its size allows."""
    picture = b""
    for quality in QUALITIES:
        picture = page.screenshot(type="jpeg", quality=quality)
        if len(picture) <= BYTES_MAX:
            break
    return picture


def index() -> str:
    """Return the page that shows them all."""
    lines = [
        "# Gallery",
        "",
        "The page in its main states. Made by `python -m tests.gallery`; do not edit.",
    ]
    for state in STATES:
        width = min(state.size[0], 900) if state.size[0] > 400 else 260
        lines += [
            "",
            f"## {state.english}",
            "",
            state.korean,
            "",
            f'<img src="{state.name}.jpg" width="{width}" alt="{state.english}">',
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
