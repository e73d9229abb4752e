"""Windows between a phone's and a desk's: nothing is cut off."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visit
from tests.browser.documents import balanced
from tests.browser.server import Server
from tests.browser.texts import LANGUAGES

WIDTHS = (1440, 1280, 1180, 1024, 820, 768)

CUT_OFF = """() => {
  const bar = document.querySelector('.topbar').getBoundingClientRect();
  return [...document.querySelectorAll('.topbar :is(button, input, select, .run-bar__clock)')].flatMap((control) => {
    const { left, top, right, bottom, width } = control.getBoundingClientRect();
    const inside = left >= bar.left && top >= bar.top && right <= bar.right && bottom <= bar.bottom;
    return width === 0 || inside ? [] : [control.outerHTML.slice(0, 120)];
  });
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_of_a_run_fits_into_every_window(visit: Visit, server: Server, language: str) -> None:
    links = server.create(balanced(arrival_rate_rps=50))
    screen = visit(f"{links['edit_url']}?run=1&layout=present", language=language, height=800)
    screen.wait_for(lambda: screen.now_s() > 0, "it runs")
    for presenting in (True, False):
        for width in WIDTHS:
            screen.page.set_viewport_size({"width": width, "height": 800})
            assert screen.page.evaluate(CUT_OFF) == [], (width, presenting)
            scrolled = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert screen.page.evaluate(scrolled) <= 0, (width, presenting)
        if presenting:
            screen.button("present.leave").click()
