"""What is remembered of a run for those who come late: its newest totals and events, and an outline of the whole."""

from __future__ import annotations

from collections import deque

from playground.frames import Frame, RunEvent
from playground.protocol import (
    COURSE_POINTS_MAX,
    HISTORY_POINTS_MAX,
    RECENT_EVENTS_MAX,
    CoursePoint,
    HistoryPoint,
)
from playground.shapes import Document

#: Simulated seconds of a stretch while the run is short; twice as long whenever there are too many.
FIRST_SPAN_S = 0.5


class Record:
    """What a welcome says of the past of a run."""

    def __init__(self, begun: Document | None = None) -> None:
        self.begun = begun  # the design that the run began with
        self.history: deque[HistoryPoint] = deque(maxlen=HISTORY_POINTS_MAX)
        self.events: deque[RunEvent] = deque(maxlen=RECENT_EVENTS_MAX)
        self.course = Course()

    def note(self, frame: Frame) -> None:
        """Remember what a frame says."""
        point: HistoryPoint = {
            "now_s": frame["now_s"],
            "window_s": frame["window_s"],
            "totals": frame["totals"],
        }
        self.history.append(point)
        self.events.extend(frame["events"])
        self.course.note(frame)

    def begun_unlike(self, document: Document) -> Document | None:
        """Return the design that the run began with, None when it is this one."""
        return None if self.begun is document else self.begun

    def until(self, at_s: float) -> Record:
        """Return what was remembered at a moment."""
        earlier = Record(self.begun)
        earlier.history.extend(point for point in self.history if point["now_s"] <= at_s)
        earlier.events.extend(event for event in self.events if event["at_s"] <= at_s)
        earlier.course = self.course.until(at_s)
        return earlier


class Course:
    """How a run went, stretch by stretch: a bounded number of them, however long it goes on."""

    def __init__(self) -> None:
        self.points: list[CoursePoint] = []
        self._span_s = FIRST_SPAN_S
        self._began_s = 0.0  # of the newest stretch
        self._before = (0, 0)  # completed and failed when it began
        self._busy_s: list[float] = []  # of each node in it

    def note(self, frame: Frame) -> None:
        """Add what a frame says to the newest stretch, or begin the next."""
        if not self.points or self.points[-1]["until_s"] - self._began_s >= self._span_s:
            self._began_s = self.points[-1]["until_s"] if self.points else 0.0
            self._busy_s = []
            self.points.append(_EMPTY.copy())
            if len(self.points) > COURSE_POINTS_MAX:
                self._halve()
        point, totals = self.points[-1], frame["totals"]
        completed, failed = totals["completed_count"], totals["failed_count"]
        point["ended_count"] += completed + failed - sum(self._before)
        point["failed_count"] += failed - self._before[1]
        self._before = (completed, failed)
        point["until_s"] = frame["now_s"]
        point["busiest_ratio"] = self._busiest(frame)
        if {*frame["nodes"]["state"], *frame["edges"]["state"]} - {"up"}:
            point["is_broken"] = True

    def until(self, at_s: float) -> Course:
        """Return the outline as it was at a moment."""
        earlier = Course()
        earlier.points = [point.copy() for point in self.points if point["until_s"] <= at_s]
        earlier._span_s = self._span_s
        earlier._began_s = earlier.points[-1]["until_s"] if earlier.points else 0.0
        failed = sum(point["failed_count"] for point in earlier.points)
        earlier._before = (sum(point["ended_count"] for point in earlier.points) - failed, failed)
        return earlier

    def _busiest(self, frame: Frame) -> float:
        """Return the largest mean load of a node over the newest stretch."""
        loads = [(ratio or 0.0) * frame["window_s"] for ratio in frame["nodes"]["utilization_ratio"]]
        if len(loads) != len(self._busy_s):  # the design was changed
            self._busy_s = [0.0] * len(loads)
        self._busy_s = [before + load for before, load in zip(self._busy_s, loads, strict=True)]
        span_s = frame["now_s"] - self._began_s
        return round(max(self._busy_s, default=0.0) / span_s, 3) if span_s > 0 else 0.0

    def _halve(self) -> None:
        """Join every two neighbours but for the newest stretch, which has only begun."""
        newest = self.points.pop()
        pairs = [self.points[at : at + 2] for at in range(0, len(self.points), 2)]
        self.points = [_joined(pair) for pair in pairs]
        self.points.append(newest)
        self._span_s *= 2


_EMPTY: CoursePoint = {
    "until_s": 0.0,
    "ended_count": 0,
    "failed_count": 0,
    "busiest_ratio": 0.0,
    "is_broken": False,
}


def _joined(points: list[CoursePoint]) -> CoursePoint:
    return {
        "until_s": points[-1]["until_s"],
        "ended_count": sum(point["ended_count"] for point in points),
        "failed_count": sum(point["failed_count"] for point in points),
        "busiest_ratio": sum(point["busiest_ratio"] for point in points) / len(points),
        "is_broken": any(point["is_broken"] for point in points),
    }
