"""What became of the requests of each region, by where the people are who sent them.

A population's requests are counted at its own node. When people move to another region, what has ended counts for the
old one; their unanswered requests go with them.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from simcore.components.base import Role
from simcore.engine.fold import ANSWERS, ARRIVALS, FAILURES
from simcore.engine.tables import State
from simcore.observe.counts import Change, Numbers, rounded
from simcore.observe.histograms import Histograms, levels_of
from simcore.observe.traces import CAUSES
from simcore.program import BIN_COUNT, CAUSE_COUNT, NONE, Cause
from simcore.regions import REGIONS, number_of
from simcore.scenario.document import Scenario
from simcore.wires import parts_of

#: What is kept of the past is one list of numbers: ended requests by cause, all that arrived, the sum of latencies, and
#: the histogram.
_ARRIVED = CAUSE_COUNT
_LATENCY = CAUSE_COUNT + 1
_HISTOGRAM = CAUSE_COUNT + 2
_LENGTH = _HISTOGRAM + BIN_COUNT


class RegionBooks:
    """Where the people are, and what ended before they moved."""

    def __init__(self) -> None:
        self._home: dict[int, int] = {}  # node index of a population -> number of its region
        self._past: dict[int, Numbers] = {}  # region -> what ended there of people who have moved
        self._since: dict[
            int, Numbers
        ] = {}  # node index -> what had ended when its present region began to count

    @property
    def names(self) -> tuple[str, ...]:
        """Regions that requests come or came from; none in a drawing without any."""
        known = sorted({*self._home.values(), *self._past} - {NONE})
        return tuple(REGIONS[region] for region in known) if any(known) else ()

    def follow(self, state: State, scenario: Scenario, index: dict[str, int], histograms: Histograms) -> None:
        """Take in who is where now."""
        people = chain.from_iterable(parts_of(node) or (node,) for node in scenario.sorted_nodes)
        for node in people:
            row, region = index[node.id], number_of(node.component.region)
            if node.component.role is not Role.CLIENT:
                if row not in self._home:
                    continue
                region = NONE  # under the name of people who were removed there is something else now
            before = self._home.setdefault(row, region)
            if before != region:
                ended = _books(state, row, histograms)
                ended[_ARRIVED] -= state.meters["in_flight"][state.nodes["meter"][row]]
                if before != NONE:
                    self._past[before] = self._past.get(before, 0.0) + ended - self._since.get(row, 0.0)
                self._since[row], self._home[row] = ended, region

    def forget(self, state: State, histograms: Histograms) -> None:
        """Let totals begin now."""
        self._past.clear()
        self._since = {row: _books(state, row, histograms) for row in self._home}

    def totals(self, state: State, histograms: Histograms, seconds: float) -> dict[str, Any]:
        """Return what each region's requests came to since totals began."""
        found = {}
        for name in self.names:
            region = number_of(name)
            rows = self._rows(region)
            ended = np.zeros(_LENGTH) + self._past.get(region, 0.0)
            for row in rows:
                ended += _books(state, row, histograms) - self._since.get(row, 0.0)
            present = int(state.meters["in_flight"][state.nodes["meter"][rows]].sum())
            found[name] = _told(ended, present, seconds)
        return found

    def columns(self, state: State, change: Change, histograms: Histograms) -> dict[str, list[Any]]:
        """Return what happened to the requests of each region's present people in a frame."""
        offered, answered, failed, slow = [], [], [], []
        for name in self.names:
            rows = state.nodes["meter"][self._rows(number_of(name))].astype(np.int64)
            rates = change.per_s(change.of("tally")[rows].sum(axis=0))
            offered.append(rounded(rates[ARRIVALS]))
            answered.append(rounded(rates[ANSWERS]))
            failed.append(rounded(rates[FAILURES]))
            slow.append(rounded(histograms.recent_sum(state, rows)[2]))
        return {
            "offered_rps": offered, "throughput_rps": answered, "failed_rps": failed, "latency_p99_s": slow
        }  # fmt: skip

    def _rows(self, region: int) -> list[int]:
        return [row for row, home in sorted(self._home.items()) if home == region]

    # Snapshots -------------------------------------------------------------------------------------------------

    def memory(self) -> dict[str, Numbers]:
        """Return everything there is to remember, as arrays."""
        found = {"home": np.array(sorted(self._home.items()), np.int64).reshape(-1, 2)}
        for name, kept in (("past", self._past), ("since", self._since)):
            found[f"{name}.keys"] = np.array(sorted(kept), np.int64)
            found[f"{name}.rows"] = np.array([kept[key] for key in sorted(kept)]).reshape(-1, _LENGTH)
        return found

    def recall(self, memory: dict[str, Numbers]) -> None:
        """Go on from what was remembered."""
        self._home = {int(row): int(region) for row, region in memory["home"]}
        for name, kept in (("past", self._past), ("since", self._since)):
            kept.clear()
            keys, rows = memory[f"{name}.keys"], memory[f"{name}.rows"]
            kept |= {int(key): row for key, row in zip(keys, rows, strict=True)}
        if not all(NONE <= region < len(REGIONS) for region in (*self._home.values(), *self._past)):
            raise ValueError("the regions are not sound")


def _books(state: State, row: int, histograms: Histograms) -> Numbers:
    meter = int(state.nodes["meter"][row])
    sums = [state.meters["arrivals"][meter], state.meters["latency_sum"][meter]]
    return np.concatenate(
        [state.meters["outcomes"][meter], sums, histograms.total(state, np.array([meter]))]
    ).astype(np.float64)


def _told(ended: Numbers, present: int, seconds: float) -> dict[str, Any]:
    outcomes = ended[:CAUSE_COUNT].astype(np.int64)
    completed, failed = int(outcomes[Cause.OK]), int(outcomes[1:].sum())
    tails = levels_of(ended[_HISTOGRAM:])
    return {
        "offered": int(ended[_ARRIVED]),
        "completed": completed,
        "failed": failed,
        "failed_by_cause": {
            CAUSES[cause]: int(count) for cause, count in enumerate(outcomes) if cause and count
        },
        "in_flight": present,
        "throughput_rps": rounded(completed / seconds),
        "latency_mean_s": rounded(ended[_LATENCY] / completed) if completed else None,
        "latency_p50_s": rounded(tails[0]),
        "latency_p95_s": rounded(tails[1]),
        "latency_p99_s": rounded(tails[2]),
    }
