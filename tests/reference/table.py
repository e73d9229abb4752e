"""The table of what every parameter moves: measured seldom, kept in docs/reference/placebo.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tests.every_kind.placebo.book import Entry
from tests.every_kind.placebo.case import Finding
from tests.every_kind.placebo.faults import fault_findings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
FILE = FOLDER / "placebo.csv"
#: Owner of the rows about faults.
FAULT_OWNER = "fault"


@dataclass(frozen=True)
class Row:
    """One statement about a parameter, in the words and figures of a run; all as text."""

    owner: str
    parameter: str
    choice: str
    setting: str
    low: str
    high: str
    figure: str
    place: str
    direction: str
    before: str
    after: str
    verdict: str


def measure(entries: Iterable[Entry]) -> tuple[list[Row], int]:
    """Run the cases of some parameters, and of all faults; return their rows and how many are wrong."""
    rows = [_row(entry, finding) for entry in entries for finding in entry.findings()]
    rows += [_fault_row(fault, kind, item) for fault, kind, found in fault_findings() for item in found]
    return rows, sum(row.verdict != "moves" for row in rows)


def _row(entry: Entry, finding: Finding) -> Row:
    is_menu = entry.spec.type == "choice"
    return _filled(
        finding,
        owner=entry.owner,
        parameter=entry.spec.name,
        choice=str(finding.high) if is_menu else "",
        low=_text(finding.low),
        high=_text(finding.high),
    )


def _fault_row(fault: str, kind: str, finding: Finding) -> Row:
    low, high = (_strength(planned) for planned in (finding.low, finding.high))
    return _filled(finding, owner=FAULT_OWNER, parameter=fault, choice=kind, low=low, high=high)


def _strength(planned: Sequence[Mapping[str, object]]) -> str:
    """Return "" where no fault was planned, the usual strength, or another one."""
    return str(planned[0].get("factor", "usual")) if planned else ""


def _filled(finding: Finding, *, owner: str, parameter: str, choice: str, low: str, high: str) -> Row:
    before, after = finding.means
    return Row(
        owner=owner,
        parameter=parameter,
        choice=choice,
        setting=finding.case.setting,
        low=low,
        high=high,
        figure=finding.move.figure,
        place=finding.case.places[finding.move.figure],
        direction=finding.move.direction,
        before=f"{before:.4g}",
        after=f"{after:.4g}",
        verdict="moves" if finding.is_shown else "does not",
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def read_rows() -> list[Row]:
    """Return the rows as they were measured last."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [Row(**line) for line in csv.DictReader(stream)]


def write_rows(rows: Sequence[Row]) -> None:
    """Keep rows."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field.name for field in fields(Row))
        writer.writerows(astuple(row) for row in rows)
