"""`python -m tests.browser.walk [file] [lesson…]`: go through every lesson of the notes as a person does, and write a table.

Each is opened from the library and run; its technique is applied by a click, and the live figure beside it is read before
and after. Where the technique does not show by itself within a while, because the story breaks something at a certain time,
the run is started again and the same story is watched with the technique. That takes minutes; the journeys in
`test_lessons.py` do the same with two lessons.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from simcore.library import LibraryEntry, library
from simcore.library.lessons import MEASURES, Claim, Technique
from tests.browser.conftest import LOCALES
from tests.browser.screen import PATIENCE_MS, Screen, quantity
from tests.browser.server import Server
from tests.browser.watch import Watch
from tests.lessons.page import shown

SPEED, SLOW = "10", "1"
#: A window shorter than this (s) is watched slowly: there would be too few figures of it.
SHORT_S = 15.0
#: Before which (s) the run is slowed down.
AHEAD_S = 4.0
#: Simulated seconds that a technique is given to show while the run goes on.
SETTLING_S = 25.0
#: Of a happening that is done by a click.
HAPPENS_AT_S = 3.0
#: A change of the live figure is seen when it is this share of the measured one, and goes the same way.
SEEN_SHARE = 0.5
#: A wait ends, whatever the run does: a machine that is busy may be slower than the speed asked for.
WAIT_MS = 180_000


@dataclass(frozen=True)
class Walked:
    """What was seen of one lesson: live figures without and with its technique, and in which way."""

    entry: LibraryEntry
    claim: Claim
    measured: tuple[float, float]
    before: float
    after: float
    way: str

    @property
    def seen(self) -> bool:
        """Whether the live figure changed as the measured one does."""
        without, technique = self.measured
        return (self.after - self.before) / (technique - without) >= SEEN_SHARE

    def row(self) -> str:
        """Return the row of the table."""
        assert self.entry.lesson is not None
        technique, unit = self.entry.lesson.techniques[0], measure_of(self.claim)[1]
        figures = [shown(value, unit) for value in (self.before, self.after, *self.measured)]
        name = f"{self.entry.lesson.topic} · {self.entry.title}"
        cells = [
            name,
            technique.title,
            measure_of(self.claim)[0],
            *figures,
            self.way,
            "yes" if self.seen else "NO",
        ]
        return f"| {' | '.join(cells)} |"


HEAD = (
    "| lesson | technique | figure | live before | live after | measured without | measured with | how | change seen |",
    "| --- " * 9 + "|",
)


def main(arguments: list[str]) -> int:
    """Walk the lessons; returns 1 when a change was not seen."""
    target = Path(arguments[0]) if arguments else None
    wanted = set(arguments[1:])
    lines, missed = list(HEAD), 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            for entry in library():
                if entry.shelf == "notes" and (not wanted or entry.id in wanted):
                    walked = walk(browser, server, entry)
                    missed += not walked.seen
                    lines.append(walked.row())
                    sys.stdout.write(walked.row() + "\n")
                    sys.stdout.flush()
                    if target:
                        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        finally:
            browser.close()
            server.stop()
    return 1 if missed else 0


def walk(browser: Browser, server: Server, entry: LibraryEntry) -> Walked:
    """Open a lesson, run it, apply its technique, and return what its first telling figure did."""
    assert entry.lesson is not None
    technique = entry.lesson.techniques[0]
    claim, measured = telling(technique, entry.measured[0])
    context = browser.new_context(
        base_url=server.url, locale=LOCALES["en"], viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(PATIENCE_MS * 3)
    screen = Screen(context.new_page(), Watch(context), "en")
    try:
        screen.page.goto("/")
        screen.page.get_by_role("button", name=re.compile("^Lessons")).click()
        screen.open_starter(entry.title)
        screen.button("live.run.play").click()
        wait(screen, lambda: screen.now_s() > 0)
        screen.set_speed(SPEED)
        before = figure_in_window(screen, entry, claim)
        group = screen.inspector.get_by_role("group", name=re.compile(f"^{re.escape(technique.title)}"))
        group.get_by_role("button", name=screen.t("lesson.apply"), exact=True).click()
        expect(group.get_by_role("button", name=screen.t("lesson.take_back"), exact=True)).to_be_visible()
        after, way = settled(screen, claim, before, measured), "live"
        walked = Walked(entry, claim, measured, before, after, way)
        if not walked.seen:
            start_again(screen, entry)
            walked = Walked(
                entry, claim, measured, before, figure_in_window(screen, entry, claim), "run again"
            )
        screen.close()
        if screen.watch.problems:
            raise AssertionError(f"{entry.id}: {screen.watch.problems}")
        return walked
    finally:
        context.close()


def telling(
    technique: Technique, measured: tuple[tuple[float, float], ...]
) -> tuple[Claim, tuple[float, float]]:
    """Return the claim whose figure differs most, with what was measured; instances come last, for they lag."""

    def change(pair: tuple[Claim, tuple[float, float]]) -> float:
        claim, (without, applied) = pair
        size = abs(applied - without) / (abs(applied) + abs(without) or 1.0)
        return size if claim.measure != "instances" else size / 2

    return max(zip(technique.claims, measured, strict=True), key=change)


def figure_in_window(screen: Screen, entry: LibraryEntry, claim: Claim) -> float:
    """Return the live figure while the run is in the claim's window: its median, of a count its last value."""
    assert entry.lesson is not None
    from_s, until_s = claim.from_s, claim.until_s
    if entry.lesson.happening is not None:
        wait(screen, lambda: screen.now_s() >= HAPPENS_AT_S)
        screen.button("lesson.do_now").click()
        until_s += HAPPENS_AT_S - from_s
        from_s = HAPPENS_AT_S
    short = until_s - from_s < SHORT_S
    if short:
        wait(screen, lambda: screen.now_s() >= from_s - AHEAD_S)
        screen.set_speed(SLOW)
    wait(screen, lambda: screen.now_s() >= from_s)
    samples: list[float] = []

    def sample() -> bool:
        samples.append(figure(screen, claim))
        return screen.now_s() >= until_s

    wait(screen, sample)
    if short:
        screen.set_speed(SPEED)
    known = [value for value in samples if value == value] or [float("nan")]
    return known[-1] if measure_of(claim)[1] == "count" else statistics.median(known[len(known) // 3 :])


def settled(screen: Screen, claim: Claim, before: float, measured: tuple[float, float]) -> float:
    """Return the live figure once it has changed as measured, or what it is after a while."""
    since_s, wanted = screen.now_s(), measured[1] - measured[0]
    values = [before]

    def changed() -> bool:
        values.append(figure(screen, claim))
        return (values[-1] - before) / wanted >= SEEN_SHARE * 1.5 or screen.now_s() >= since_s + SETTLING_S

    wait(screen, changed)
    return values[-1]


def start_again(screen: Screen, entry: LibraryEntry) -> None:
    """Start the run again from zero, with what happens in the story taken back."""
    assert entry.lesson is not None
    if entry.lesson.happening is not None:
        screen.inspector.locator(".lesson-faults").get_by_role(
            "button", name=screen.t("lesson.take_back")
        ).click()
    at_s = screen.now_s()
    screen.button("live.run.restart").click()
    wait(screen, lambda: screen.now_s() < at_s)
    play = screen.button("live.run.play").or_(screen.button("live.run.resume"))
    if play.count():
        play.click()


def figure(screen: Screen, claim: Claim) -> float:
    """Return the live figure of a claim of the first technique; NaN while there is none."""
    title = measure_of(claim)[0]
    rows = screen.inspector.get_by_role("table").first.get_by_role(
        "row", name=re.compile(f"^{re.escape(title)}")
    )
    window = screen.t("lesson.window", **{"from": f"{claim.from_s:g}", "until": f"{claim.until_s:g}"})
    return quantity(rows.filter(has_text=window).first.get_by_role("cell").last.inner_text())


def measure_of(claim: Claim) -> tuple[str, str]:
    """Return the English name of a claim's measure, and its unit."""
    measure = MEASURES[claim.measure]
    return measure.title, measure.unit


def wait(screen: Screen, condition: Callable[[], bool]) -> None:
    """Wait for the run."""
    screen.wait_for(condition, "the run comes that far", timeout_ms=WAIT_MS)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
