"""A run's past: snapshots along the way, so that any earlier moment is a snapshot and a short replay away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simcore.limits import TIMELINE_BYTES_MAX, TIMELINE_SNAPSHOTS_MAX
from simcore.scenario.parse import parse
from simcore.simulation import Simulation
from simcore.snapshot import Snapshot

#: Simulated seconds between snapshots unless told otherwise.
EVERY_S = 1.0

#: A way begins at least so long before its moment: whoever gets there has the time before it to tell figures of,
#: wherever snapshots happen to lie.
RUN_UP_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to get to an earlier moment: from where, and what was done on the way. It holds on its own, whatever the run
    does meanwhile, so another thread may walk it, in as many pieces as it likes.

    Attributes
    ----------
    at_s : the moment.
    snapshot : where to begin; None for the start of the run.
    origin, seed : of the run.
    action_log : what was done before the moment, from the start of the run.
    """

    at_s: float
    snapshot: Snapshot | None
    origin: dict[str, Any]
    seed: int
    action_log: tuple[dict[str, Any], ...]

    def begin(self) -> Simulation:
        """Return a run of its own where the way begins."""
        if self.snapshot is not None:
            return Simulation.resume(self.snapshot)
        return replay(self.origin, self.seed, (), 0.0)

    def go(self, simulation: Simulation, until_s: float) -> None:
        """Take a run that `begin` returned on to `until_s`, at most to the moment, before anything done at that time."""
        until_s = min(until_s, self.at_s)
        for action in self.action_log[len(simulation.action_log) :]:
            if action["at_s"] >= until_s:
                break
            simulation.advance(action["at_s"])
            simulation.redo(action)
        simulation.advance(until_s)


class Timeline:
    """Keeps the past of one run.

    Snapshots are taken every `every_s` simulated seconds and thinned out as they age, so that their distance to the
    next grows with their distance to now: the recent past is near at hand, and an hour costs hardly more than a minute.

    Parameters
    ----------
    simulation : the run. Advance it through the timeline, or call `keep` whenever it has advanced.
    every_s : simulated seconds between snapshots.
    count_max, bytes_max : how many are kept, and how much memory (bytes) they may take together.
    """

    def __init__(
        self,
        simulation: Simulation,
        *,
        every_s: float = EVERY_S,
        count_max: int = TIMELINE_SNAPSHOTS_MAX,
        bytes_max: int = TIMELINE_BYTES_MAX,
    ) -> None:
        self.simulation = simulation
        self._every_s = every_s
        self._count_max = count_max
        self._bytes_max = bytes_max
        self._snapshots: list[Snapshot] = []
        self._due_s = -math.inf
        self.keep()

    @property
    def moments_s(self) -> tuple[float, ...]:
        """The simulated times of the snapshots, ascending."""
        return tuple(snapshot.at_s for snapshot in self._snapshots)

    @property
    def size_bytes(self) -> int:
        """The memory that the snapshots take."""
        return sum(snapshot.size_bytes for snapshot in self._snapshots)

    def advance(self, until_s: float) -> None:
        """Advance the run, taking snapshots on the way."""
        while self._due_s <= until_s:
            self.simulation.advance(self._due_s)
            self.keep()
        self.simulation.advance(until_s)

    def keep(self) -> None:
        """Take a snapshot if one is due."""
        now_s = self.simulation.now_s
        if now_s >= self._due_s:
            self._snapshots.append(self.simulation.snapshot())
            self._due_s = now_s + self._every_s
            self._thin_out()

    def at(self, at_s: float) -> Simulation:
        """Return a run of its own that is what this one was at an earlier moment, before anything done at it.

        Raises
        ------
        ValueError : the moment has not come yet, or was before the first snapshot of a run that had begun elsewhere.
        """
        way = self.way(at_s)
        simulation = way.begin()
        way.go(simulation, at_s)
        return simulation

    def way(self, at_s: float) -> Way:
        """Return how to get to an earlier moment, before anything done at it: quick, unlike going there.

        Raises
        ------
        ValueError : the moment has not come yet.
        """
        present = self.simulation
        if not 0.0 <= at_s <= present.now_s:
            raise ValueError(f"{at_s} s is not in the past of this run")
        before = [snapshot for snapshot in self._snapshots if _is_before(snapshot, at_s)]
        early = [snapshot for snapshot in before if snapshot.at_s <= at_s - RUN_UP_S]
        return Way(
            at_s=at_s,
            snapshot=early[-1] if early else before[0] if before else None,
            origin=present.origin,
            seed=present.seed,
            action_log=tuple(action for action in present.action_log if action["at_s"] < at_s),
        )

    def rewind(self, at_s: float) -> None:
        """Take the run itself back to an earlier moment; what came later never happened."""
        self.simulation.restore(self.at(at_s).snapshot())
        self._snapshots = [snapshot for snapshot in self._snapshots if snapshot.at_s <= at_s]
        newest_s = self._snapshots[-1].at_s if self._snapshots else at_s - self._every_s
        self._due_s = newest_s + self._every_s

    def _thin_out(self) -> None:
        """Remove snapshots, each time the one whose neighbours are closest for their age; the newest stays."""
        size = self.size_bytes
        while len(self._snapshots) > self._count_max or (size > self._bytes_max and len(self._snapshots) > 1):
            times = self.moments_s
            now_s = times[-1] + self._every_s
            inner = range(1, len(times) - 1)
            least = min(inner, key=lambda i: (times[i + 1] - times[i - 1]) / (now_s - times[i]), default=0)
            size -= self._snapshots.pop(least).size_bytes


def _is_before(snapshot: Snapshot, at_s: float) -> bool:
    """Tell whether nothing that a snapshot has in it was done at this moment or later."""
    acted = bool(snapshot.action_log) and snapshot.action_log[-1]["at_s"] >= at_s
    return snapshot.at_s < at_s or (snapshot.at_s == at_s and not acted)


def replay(
    document: object, seed: int, action_log: Iterable[Mapping[str, Any]], until_s: float
) -> Simulation:
    """Run a document with a seed and a log of actions up to `until_s`: the same bytes as the first time."""
    parsed = parse(document)
    if parsed.scenario is None:
        raise ValueError("; ".join(item.text for item in parsed.diagnostics))
    simulation = Simulation(parsed.scenario, seed=seed)
    for action in action_log:
        if action["at_s"] > until_s:
            break
        simulation.advance(action["at_s"])
        simulation.redo(action)
    simulation.advance(until_s)
    return simulation
