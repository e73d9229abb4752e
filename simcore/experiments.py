"""Experiments on the library: every lesson run without and with each of its techniques, on the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from simcore.diagnostics import has_errors
from simcore.library import LibraryEntry
from simcore.library.lessons import SEEDS, Claim, Technique, is_within
from simcore.scenario.parse import parse
from simcore.simulation import Simulation

#: The summary of each window of one run.
Summaries = dict[tuple[float, float], dict[str, Any]]


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


def findings(entry: LibraryEntry, seeds: Sequence[int] = SEEDS) -> list[list[Finding]]:
    """Return for each technique of a lesson what the runs say about each of its claims.

    Raises
    ------
    ValueError : the document or the technique's changes are not sound, or the runs broke an invariant.
    """
    assert entry.lesson is not None
    plain: dict[tuple[tuple[float, float], ...], list[Summaries]] = {}
    found = []
    for technique in entry.lesson.techniques:
        windows = tuple(technique.windows())
        if windows not in plain:
            plain[windows] = [_measured(entry, seed, windows) for seed in seeds]
        applied = [_measured(entry, seed, windows, technique) for seed in seeds]
        found.append(
            [
                Finding(claim, _read(claim, plain[windows]), _read(claim, applied))
                for claim in technique.claims
            ]
        )
    return found


def _read(claim: Claim, runs: Sequence[Summaries]) -> tuple[float, ...]:
    return tuple(claim.read(run[claim.from_s, claim.until_s]) for run in runs)


def _measured(
    entry: LibraryEntry, seed: int, windows: Sequence[tuple[float, float]], technique: Technique | None = None
) -> Summaries:
    """Return the summary of each window of one run, with a technique applied at its time if one is given.

    What happens at the very beginning of a window is measured in it.
    """
    parsed = parse(entry.document)
    if parsed.scenario is None:
        raise ValueError(f"{entry.id}: {[item.text for item in parsed.diagnostics]}")
    simulation = Simulation(parsed.scenario, seed=seed)
    assert entry.lesson is not None
    deeds = [deed for deed in (technique, entry.lesson.happening) if deed is not None]
    pending = sorted(deeds, key=lambda deed: deed.at_s)
    summaries = {}
    for from_s, until_s in windows:
        for moment_s in (from_s, until_s):
            while pending and pending[0].at_s <= moment_s:
                deed = pending.pop(0)
                simulation.advance(deed.at_s)
                diagnostics = simulation.apply([dict(change) for change in deed.changes])
                if has_errors(diagnostics):
                    raise ValueError(f"{entry.id}: {[item.text for item in diagnostics]}")
            simulation.advance(moment_s)
            if moment_s == from_s:
                simulation.reset_statistics()
        summaries[from_s, until_s] = simulation.summary()
    if broken := simulation.check_state():
        raise ValueError(f"{entry.id}: {broken}")
    return summaries
