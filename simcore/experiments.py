"""Experiments on the library: every lesson run without and with its technique, on the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from simcore.diagnostics import has_errors
from simcore.library import LibraryEntry
from simcore.library.lessons import SEEDS, Claim, is_within
from simcore.scenario.parse import parse
from simcore.simulation import Simulation


@dataclass(frozen=True, slots=True)
class Finding:
    """What the runs say about one claim: its measure in each run, in the order of the seeds."""

    claim: Claim
    without: tuple[float, ...]
    technique: tuple[float, ...]

    def holds(self) -> bool:
        """Tell whether every run is within the claim's ranges."""
        return all(is_within(value, self.claim.without) for value in self.without) and all(
            is_within(value, self.claim.technique) for value in self.technique
        )

    def means(self) -> tuple[float, float]:
        """Return the means without and with the technique, to four significant digits."""
        return float(f"{fmean(self.without):.4g}"), float(f"{fmean(self.technique):.4g}")


def findings(entry: LibraryEntry, seeds: Sequence[int] = SEEDS) -> list[Finding]:
    """Return what the runs of a lesson say about each of its claims.

    Raises
    ------
    ValueError : the document or the technique's changes are not sound, or the runs broke an invariant.
    """
    assert entry.lesson is not None
    runs = {applied: [_measured(entry, seed, applied=applied) for seed in seeds] for applied in (False, True)}
    return [
        Finding(
            claim,
            tuple(claim.read(run[claim.from_s, claim.until_s]) for run in runs[False]),
            tuple(claim.read(run[claim.from_s, claim.until_s]) for run in runs[True]),
        )
        for claim in entry.lesson.claims
    ]


def _measured(entry: LibraryEntry, seed: int, *, applied: bool) -> dict[tuple[float, float], dict[str, Any]]:
    """Return the summary of each window of one run."""
    assert entry.lesson is not None
    parsed = parse(entry.document)
    if parsed.scenario is None:
        raise ValueError(f"{entry.id}: {[item.text for item in parsed.diagnostics]}")
    simulation = Simulation(parsed.scenario, seed=seed)
    technique = entry.lesson.technique
    pending = applied
    summaries = {}
    for from_s, until_s in entry.lesson.windows():
        for moment_s in (from_s, until_s):
            if pending and technique.at_s <= moment_s:
                simulation.advance(technique.at_s)
                diagnostics = simulation.apply([dict(change) for change in technique.changes])
                if has_errors(diagnostics):
                    raise ValueError(f"{entry.id}: {[item.text for item in diagnostics]}")
                pending = False
            simulation.advance(moment_s)
            if moment_s == from_s:
                simulation.reset_statistics()
        summaries[from_s, until_s] = simulation.summary()
    if broken := simulation.check_state():
        raise ValueError(f"{entry.id}: {broken}")
    return summaries
