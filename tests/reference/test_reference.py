"""The committed reference pages say what the code says."""

from __future__ import annotations

import json
import re

import pytest

from simcore.components import kinds
from simcore.scenario.faults import FAULTS
from tests.every_kind.placebo.book import entries
from tests.reference.pages import SETTINGS, pages
from tests.reference.table import FAULT_OWNER, FOLDER, read_rows

ROWS = read_rows()
PAGES = pages(ROWS)
#: Two English words in a row that are no names.
_PROSE = re.compile(r"\b[a-z]{3,} (?:of|the|that|and|which|is|are) [a-z]{2,}")


def test_there_is_a_page_for_everything_and_none_for_what_is_gone() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_up_to_date(name: str) -> None:
    """Run `python -m tests.reference` when this fails."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]


def test_every_parameter_and_every_choice_is_in_the_table_and_moves() -> None:
    """Run `python -m tests.reference --measure` when this fails."""
    wanted = {
        (entry.owner, entry.spec.name, str(value) if entry.spec.type == "choice" else "")
        for entry in entries()
        for case in entry.cases
        for value in case.values[1:]
    }
    wanted |= {(FAULT_OWNER, fault, kind) for kind, cls in kinds().items() for fault in cls.faults}
    wanted |= {(FAULT_OWNER, fault, "edge") for fault, spec in FAULTS.items() if spec.target == "edge"}
    assert {(row.owner, row.parameter, row.choice) for row in ROWS} == wanted
    assert {row.verdict for row in ROWS} == {"moves"}


def test_every_system_of_the_table_has_korean() -> None:
    korean = json.loads(SETTINGS.read_text(encoding="utf-8"))
    assert {case.setting for entry in entries() for case in entry.cases} == set(korean)
    assert all(korean.values())


@pytest.mark.parametrize("name", sorted(name for name in PAGES if name.endswith(".ko.md")))
def test_korean_pages_are_korean(name: str) -> None:
    assert _PROSE.findall(re.sub(r"`[^`]*`|\([^)]*\)|\[[^\]]*\]\([^)]*\)", "", PAGES[name])) == []
