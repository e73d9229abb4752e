"""The one request that a person sent: found when it begins, told while it runs and for a while after."""

from __future__ import annotations

from typing import Any

import numpy as np

from simcore.engine.tables import State
from simcore.observe.counts import Numbers
from simcore.observe.traces import RUNNING, found_trace
from simcore.program import NONE

#: Frames that still tell of a request after it ended: frames may be passed over, the end of a story may not.
TOLD_AFTER_FRAMES = 20


class Followed:
    """Which request is followed, if any. Nothing of it is part of the run."""

    def __init__(self) -> None:
        self._nodes: list[int] = []
        self._since = 0
        self._id = NONE
        self._frames = 0

    def expect(self, state: State, nodes: list[int]) -> None:
        """Follow the next traced request that one of some nodes sends: a component's and its parts'."""
        self._nodes, self._since = nodes, int(state.control["trace_next"][0])
        self._id, self._frames = NONE, 0

    def found(self, state: State) -> tuple[Numbers, Numbers]:
        """Return the trace, as it stands, and its spans: none before it begins and after it is forgotten."""
        if not self._nodes:
            return state.traces[:0], state.spans[:0]
        if self._id == NONE:
            begun = np.flatnonzero((state.traces["id"] >= self._since) & (state.traces["span_count"] > 0))
            own = begun[np.isin(state.spans["node"][begun, 0], self._nodes)]
            if not len(own):
                return state.traces[:0], state.spans[:0]
            self._id = int(state.traces["id"][own].min())
        return found_trace(state, self._id)

    def told(self, traces: list[dict[str, Any]]) -> None:
        """Take note that a frame has told of it; one that ended is forgotten after some frames."""
        self._frames += sum(trace["outcome"] != RUNNING for trace in traces)
        if self._frames >= TOLD_AFTER_FRAMES or (self._id != NONE and not traces):
            self._nodes = []
