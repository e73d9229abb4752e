"""`python -m tests.reference`: write docs/reference; with `--measure`, run all cases of the table again first."""

from __future__ import annotations

import argparse

from tests.every_kind.placebo.book import entries
from tests.reference.pages import SETTINGS, update_settings, write_pages
from tests.reference.table import measure, read_rows, write_rows


def main() -> int:
    """Write the pages; returns 1 when a parameter did not move what it says, with the pages written all the same."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="run every case of the table again")
    wrong = 0
    for setting in update_settings():
        print(f"no Korean in {SETTINGS.name}: {setting}")
    if parser.parse_args().measure:
        rows, wrong = measure(entries())
        write_rows(rows)
    write_pages(read_rows())
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
