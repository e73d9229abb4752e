"""`python -m tests.every_kind.placebo [kind.parameter …]`: what the cases measure, of all parameters or of some."""

from __future__ import annotations

import sys

from tests.every_kind.placebo.book import entries


def main(wanted: list[str]) -> int:
    """Print a line for each statement, those that fail with a cross; return 1 if any does."""
    failed = 0
    for entry in entries():
        if wanted and not any(str(entry).startswith(beginning) for beginning in wanted):
            continue
        found = entry.findings()
        problems = [*entry.gaps(), *(f"not shown: {move}" for move in entry.unshown(found))]
        for finding in found:
            print(f"{'✓' if finding.is_shown else '✗'} {entry.owner}: {finding.text}")
        for problem in problems:
            print(f"✗ {entry}: {problem}")
        failed += len(problems) + sum(not finding.is_shown for finding in found)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
