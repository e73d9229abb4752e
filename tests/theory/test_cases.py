"""Every case of the validation page, on one seed and shorter; `python -m tests.validation` runs them in full."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.validation.behaviours import BEHAVIOURS
from tests.validation.case import Case, judge
from tests.validation.cases import PUBLISHED, all_cases
from tests.validation.page import FOLDER

ROOT = Path(__file__).parents[2]

#: Of a full run, so that all cases together take about a minute.
EFFORT = 0.1


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    wrong = [verdict.reason for verdict in judge(case, 1, EFFORT) if not verdict.passed]
    assert wrong == []


def test_every_reference_case_is_there() -> None:
    """Each reference case is a case here, or several whose ids begin with its own."""
    ids = [case.id for case in all_cases() if case.public]
    # Cases of a cache stand under its policy, those of a blocked or spread system under what is varied.
    missing = [name for name in PUBLISHED if not any(item.startswith(name) for item in ids)]
    assert [name for name in missing if name not in UNSUPPORTED] == []
    assert len(set(ids)) == len(ids)


#: Reference cases that the engine has no words for yet.
UNSUPPORTED = {"Quorum-2of3"}


@pytest.mark.parametrize("name", ["README.md", "README.ko.md", "results.csv"])
def test_the_page_has_every_case(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert [case.id for case in all_cases() if case.id not in text] == []


def test_every_behaviour_has_tests() -> None:
    document = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
    assert [item.id for item in BEHAVIOURS] == [item["id"] for item in document["behaviour"]]
    for path, name in (test.split("::") for item in BEHAVIOURS for test in item.tests):
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_reference_cases_are_unchanged() -> None:
    document = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
    assert len(document["cases"]) == 41
    assert len(document["behaviour"]) == 10
