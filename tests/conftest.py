"""What every test shares: hypothesis' habits and the browser."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING_CHROMIUM = "no chromium; on Debian: apt install chromium fonts-noto-cjk"
CHROMIUM_OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]

# The same examples on every run, so that a failure is a change's fault; `--hypothesis-profile=explore` looks further.
# Kernels may compile inside an example, so time says nothing.
settings.register_profile("default", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", deadline=None, database=None, print_blob=True, max_examples=1000)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the tests of pictures are asked."""
    parser.addoption(
        "--renew-goldens",
        action="store_true",
        help="Write the pictures that tests/browser/test_goldens.py compares with.",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last, and skip them where there is no chromium, except in CI.

    Playwright keeps an event loop running in the main thread, in which asyncio's tests could no longer start theirs.
    """
    browser_items = [item for item in items if item.get_closest_marker("browser")]
    if not browser_items:
        return
    items[:] = [item for item in items if not item.get_closest_marker("browser")] + browser_items
    if CHROMIUM is None:
        if os.environ.get("CI"):
            raise pytest.UsageError(MISSING_CHROMIUM)
        for item in browser_items:
            item.add_marker(pytest.mark.skip(reason=MISSING_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Make pytest-playwright start the system's chromium."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_OPTIONS}
