"""Every claim of every lesson, run again on its seeds, and what a lesson must be made of."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from simcore.analysis.estimate import compute_estimate
from simcore.experiments import findings
from simcore.library import LibraryEntry, library
from simcore.scenario.changes import apply_changes
from simcore.scenario.parse import parse
from tests.lessons.page import FOLDER, write_page

LESSONS = [entry for entry in library() if entry.lesson is not None]
EACH = pytest.mark.parametrize("entry", LESSONS, ids=lambda entry: entry.id)
#: Rows of the notes: each has a lesson at least.
TOPICS = {"1", "2", "3", "4a", "4b", "4c", "4d", "4e", "4f", "5a", "5b", "5c", "5d", "6", "7", "sum"}
#: A measured figure in a text would be a claim that nobody repeats.
FIGURE = re.compile(r"\d+(?:\.\d+)? ?(?:%|ms\b|times\b)")
#: Lessons whose notes name more than one way out.
SEVERAL_LEAST = 10
#: A change of the engine moves each run a little; a figure further off than this is stale.
DRIFT_RATIO = 0.1


@EACH
def test_the_problem_shows_without_the_technique_and_goes_with_only_it(entry: LibraryEntry) -> None:
    found = [item for of_one in findings(entry) for item in of_one]
    assert [(item.claim.measure, item) for item in found if not item.holds()] == []
    told = [pair for of_one in entry.measured for pair in of_one]
    assert len(told) == len(found), "run python -m tests.lessons"
    for item, shown in zip(found, told, strict=True):
        for value, figure, values in zip(item.means(), shown, (item.without, item.technique), strict=True):
            spread = max(values) - min(values)
            assert abs(value - figure) <= DRIFT_RATIO * abs(value) + spread, (
                item.claim.measure,
                value,
                figure,
            )


@EACH
def test_a_lesson_tells_the_two_runs_apart(entry: LibraryEntry) -> None:
    """Each technique has a claim with ranges that exclude each other, or it would pass without being applied."""
    assert entry.lesson is not None

    def apart(one: tuple[float | None, float | None], other: tuple[float | None, float | None]) -> bool:
        return any(
            high is not None and low is not None and high < low
            for high, low in ((one[1], other[0]), (other[1], one[0]))
        )

    for technique in entry.lesson.techniques:
        assert any(apart(claim.without, claim.technique) for claim in technique.claims), technique.title


@EACH
def test_a_technique_can_be_applied_and_a_claim_names_what_exists(entry: LibraryEntry) -> None:
    assert entry.lesson is not None
    nodes = {node["id"] for node in entry.document["nodes"]}
    classes = {item["name"] for item in entry.document["workload"]["classes"]}
    if entry.lesson.happening is not None:
        happening = [dict(change) for change in entry.lesson.happening.changes]
        assert apply_changes(entry.document, happening).diagnostics == ()
    for technique in entry.lesson.techniques:
        assert apply_changes(entry.document, [dict(change) for change in technique.changes]).diagnostics == ()
        windows = technique.windows()
        assert all(until_s > from_s for from_s, until_s in windows)
        assert all(before[1] <= after[0] for before, after in pairwise(windows))
        for claim in technique.claims:
            assert claim.node_id is None or claim.node_id in nodes
            assert claim.request_class is None or claim.request_class in classes


@EACH
def test_the_texts_tell_what_to_watch_and_to_try_and_no_measured_figure(entry: LibraryEntry) -> None:
    lines = entry.document["notes"].splitlines()
    assert entry.summary.endswith(".")
    assert any(line.startswith("Watch: ") for line in lines)
    assert any(line.startswith("Try: ") for line in lines)
    if entry.shelf != "incidents":
        assert [line for line in lines if FIGURE.search(line)] == []


def test_techniques_of_one_lesson_are_unlike_each_other() -> None:
    for entry in LESSONS:
        assert entry.lesson is not None
        titles = [technique.title for technique in entry.lesson.techniques]
        assert len(set(titles)) == len(titles)
    several = [entry.id for entry in LESSONS if entry.lesson and len(entry.lesson.techniques) > 1]
    assert len(several) >= SEVERAL_LEAST, several


def test_the_lesson_on_estimates_is_drawn_as_its_estimate_says() -> None:
    """Its traffic is the estimated mean, its peak the estimated one, and its technique provides the servers for that."""
    (entry,) = [item for item in LESSONS if item.id == "7-estimate"]
    scenario = parse(entry.document).scenario
    assert scenario is not None
    assert scenario.estimate is not None
    assert entry.lesson is not None
    figures = compute_estimate(scenario.estimate)
    nodes = scenario.node_by_id()
    assert nodes["users"].component.arrival_rate_rps == pytest.approx(figures.rate_rps, rel=0.01)  # type: ignore[attr-defined]
    assert entry.measured[0][1][0] == pytest.approx(figures.peak_rps, rel=0.02)
    assert entry.lesson.techniques[0].changes[0]["value"] == figures.servers


def test_every_row_of_the_notes_has_a_lesson() -> None:
    assert {entry.lesson.topic for entry in LESSONS if entry.lesson and entry.shelf == "notes"} == TOPICS


def test_an_incident_tells_what_was_published_and_where() -> None:
    incidents = [entry.lesson for entry in LESSONS if entry.shelf == "incidents"]
    assert all(lesson is not None and lesson.sources for lesson in incidents)


def test_the_page_is_up_to_date(tmp_path: Path) -> None:
    write_page(LESSONS, tmp_path)
    for name in ("README.md", "README.ko.md"):
        assert (tmp_path / name).read_text("utf-8") == (FOLDER / name).read_text("utf-8"), name
