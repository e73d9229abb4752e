"""`python -m tests.lessons`: run every lesson and write its measured figures and docs/library.

With identifiers of lessons after it, only those are run, and the others keep their figures.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Collection

from simcore import library
from simcore.experiments import findings
from tests.lessons.page import ROOT, write_page

MEASURED = ROOT / "simcore" / "library" / "measured.json"


def main(wanted: Collection[str]) -> int:
    """Run the lessons; returns 1 when a claim does not hold, with the files written all the same."""
    lines, entries, wrong = [], [], 0
    for entry in library():
        if entry.lesson is None:
            continue
        means = entry.measured
        if not wanted or entry.id in wanted:
            found = findings(entry)
            means = tuple(tuple(finding.means() for finding in of_one) for of_one in found)
            broken = [finding for of_one in found for finding in of_one if not finding.holds()]
            wrong += len(broken)
            print(entry.id, means, *(f"\n  WRONG {finding}" for finding in broken), flush=True)
        lines.append(f"  {json.dumps(entry.id)}: {json.dumps(means)}")
        entries.append(dataclasses.replace(entry, measured=means))
    MEASURED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    write_page(entries)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
