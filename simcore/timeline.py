"""A run's past: snapshots along the way, so that any earlier moment is a snapshot and a short replay away."""

from __future__ import annotations

import math

from simcore.limits import TIMELINE_BYTES_MAX, TIMELINE_SNAPSHOTS_MAX
from simcore.simulation import Simulation, replay
from simcore.snapshot import Snapshot

#: Simulated seconds between snapshots unless told otherwise.
EVERY_S = 1.0


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
        if not 0.0 <= at_s <= self.simulation.now_s:
            raise ValueError(f"{at_s} s is not in the past of this run")
        return self._from_nearest(at_s, self.simulation)

    def rewind(self, at_s: float) -> None:
        """Take the run itself back to an earlier moment; what came later never happened."""
        self.simulation.restore(self.at(at_s).snapshot())
        self._snapshots = [snapshot for snapshot in self._snapshots if snapshot.at_s <= at_s]
        newest_s = self._snapshots[-1].at_s if self._snapshots else at_s - self._every_s
        self._due_s = newest_s + self._every_s

    def _from_nearest(self, at_s: float, present: Simulation) -> Simulation:
        """Go on from the newest snapshot that nothing after the moment has touched."""
        log = present.action_log
        for snapshot in reversed(self._snapshots):
            done = len(snapshot.action_log)
            if snapshot.at_s < at_s or (snapshot.at_s == at_s and not _acted_at(snapshot, at_s)):
                simulation = Simulation.resume(snapshot)
                for action in log[done:]:
                    if action["at_s"] >= at_s:
                        break
                    simulation.advance(action["at_s"])
                    simulation.redo(action)
                simulation.advance(at_s)
                return simulation
        before = [action for action in log if action["at_s"] < at_s]
        return replay(present.origin, present.seed, before, at_s)

    def _thin_out(self) -> None:
        """Remove snapshots, each time the one whose neighbours are closest for their age; the newest stays."""
        size = self.size_bytes
        while len(self._snapshots) > self._count_max or (size > self._bytes_max and len(self._snapshots) > 1):
            times = self.moments_s
            now_s = times[-1] + self._every_s
            inner = range(1, len(times) - 1)
            least = min(inner, key=lambda i: (times[i + 1] - times[i - 1]) / (now_s - times[i]), default=0)
            size -= self._snapshots.pop(least).size_bytes


def _acted_at(snapshot: Snapshot, at_s: float) -> bool:
    return bool(snapshot.action_log) and snapshot.action_log[-1]["at_s"] >= at_s
