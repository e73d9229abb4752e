"""`python -m tests.validation`: run every case on three seeds and write docs/validation."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.validation.case import SEEDS, Case, Verdict, judge
from tests.validation.cases import all_cases
from tests.validation.curves import FIGURES
from tests.validation.page import FOLDER, write_page
from tests.validation.published import EXPERIMENTS, INEXPRESSIBLE
from tests.validation.storms import retry_storm


def main(arguments: list[str]) -> int:
    """Run the cases that were asked for; only a full run writes the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.validation", description=__doc__)
    parser.add_argument("cases", nargs="*", help="beginnings of case ids; all cases when there are none")
    parser.add_argument("--effort", type=float, default=1.0, help="length of the runs (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="runs side by side")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write (default: %(default)s)")
    options = parser.parse_args(arguments)
    wanted = [
        case
        for case in all_cases()
        if not options.cases or any(case.id.startswith(beginning) for beginning in options.cases)
    ]
    if not wanted:
        print(f"no case begins with {', '.join(options.cases)}", file=sys.stderr)
        return 2
    # The kernels run without the interpreter's lock. The order of the results is that of the jobs.
    with ThreadPoolExecutor(max_workers=options.threads) as pool:
        figures, comparisons = [], []
        if not options.cases:
            figures = list(pool.map(lambda figure: figure(options.effort), (*FIGURES, retry_storm)))
            comparisons = [
                item for items in pool.map(lambda measured: measured(), EXPERIMENTS) for item in items
            ]
        jobs = [(case, seed) for case in wanted for seed in SEEDS]
        verdicts = [
            verdict
            for found in pool.map(lambda job: _judged(job[0], job[1], options.effort), jobs)
            for verdict in found
        ]
        if not options.cases:
            write_page(verdicts, figures, comparisons, INEXPRESSIBLE, options.folder)
    wrong = [verdict for verdict in verdicts if not verdict.passed]
    inside = sum(verdict.is_inside for verdict in verdicts)
    print(f"{len(verdicts)} comparisons, {inside} inside their 99 % interval, {len(wrong)} wrong")
    return 1 if wrong else 0


def _judged(case: Case, seed: int, effort: float) -> list[Verdict]:
    verdicts = judge(case, seed, effort)
    for verdict in verdicts:
        mark = "ok" if verdict.is_inside else "outside" if verdict.passed else "WRONG"
        print(
            f"{mark:8}{case.id} seed {seed}: {verdict.measure} {verdict.estimate.value:.6g} ± "
            f"{verdict.estimate.half_width():.2g}, expected {verdict.expected.value:.6g} {verdict.reason}",
            flush=True,
        )
    return verdicts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
