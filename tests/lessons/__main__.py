"""`python -m tests.lessons`: run every lesson and write its measured figures and docs/library."""

from __future__ import annotations

import dataclasses
import json

from simcore import library
from simcore.experiments import findings
from tests.lessons.page import ROOT, write_page

MEASURED = ROOT / "simcore" / "library" / "measured.json"


def main() -> int:
    """Run all lessons; returns 1 when a claim does not hold, with the files written all the same."""
    lines, entries, wrong = [], [], 0
    for entry in library():
        if entry.lesson is None:
            continue
        found = findings(entry)
        wrong += sum(not finding.holds() for finding in found)
        means = tuple(finding.means() for finding in found)
        lines.append(f"  {json.dumps(entry.id)}: {json.dumps(means)}")
        entries.append(dataclasses.replace(entry, measured=means))
        print(entry.id, *("" if finding.holds() else f"WRONG {finding}" for finding in found), flush=True)
    MEASURED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    write_page(entries)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
