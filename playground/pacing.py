"""One simulation following the wall clock: fixed ticks, bounded slices, a frame at the end of each tick.

A `PacedRun` is served by some thread, one slice at a time, and owns its simulation: nothing else touches it. What
others want goes into its inbox and is obeyed between ticks; what it has to say goes out as reports.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from playground.engine import CannotRunError, Past, Simulation, TraceKind, Way, has_errors, json_diagnostics
from playground.frames import DetailedTrace as Trace
from playground.frames import Frame, Layout
from playground.shapes import Diagnostic, Document

#: Wall-clock seconds between frames; each frame covers this long times the speed.
TICK_S = 0.1
#: Wall-clock seconds that one slice may take, so that many runs can share a thread.
SLICE_S = 0.02
#: A slice may be at most this many times longer than the one before it, however fast that was.
SLICE_GROWTH_MAX = 4.0
#: The first slice of a run, in simulated seconds.
FIRST_SLICE_S = 0.005
#: A tick too heavy for one frame is cut into at most this many frames.
PARTS_MAX = 64
#: A tick is cut when computing takes more than the first of these times a tick, and mended below the second.
HEAVY_TICK_RATIO = 1.2
LIGHT_TICK_RATIO = 0.4
#: Wall-clock seconds between two snapshots of a run at least, and how many times as long as one took: about 1 % of a core.
KEEP_EVERY_S = 1.0
KEEP_REST_FACTOR = 100.0
#: Simulated seconds between two looks at a request that is followed from one event to the next.
FOLLOW_S = 0.0001
#: Achieved speed is measured over this many frames.
SPEED_WINDOW_FRAMES = 20

logger = logging.getLogger(__name__)


# What others may ask of a run


@dataclass(frozen=True, slots=True)
class Pace:
    """Follow the wall clock at `speed`; None stops at the end of the tick."""

    speed: float | None


@dataclass(frozen=True, slots=True)
class Advance:
    """Advance a run that is not paced, as fast as it can, by `seconds` of its own time.

    With `follows` it stops as soon as something happens to the request that was sent last.
    """

    seconds: float
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Apply:
    """Apply changes between two ticks and report under `ticket`."""

    ticket: int
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FindWay:
    """Report how to get to an earlier moment, under `look`."""

    look: int
    at_s: float


@dataclass(frozen=True, slots=True)
class ShowTraces:
    """Report traced requests under `look`: one by its number, or those of a sort."""

    look: int
    kind: TraceKind | None
    count: int
    trace_id: int | None


Wish = Pace | Advance | Apply | FindWay | ShowTraces


# What a run reports


@dataclass(frozen=True, slots=True)
class Started:
    """The simulation was built."""

    layout: Layout


@dataclass(frozen=True, slots=True)
class Progressed:
    """A tick ended. `layout` is there when it changed; `achieved_speed` is simulated seconds per second."""

    frame: Frame
    layout: Layout | None
    achieved_speed: float


@dataclass(frozen=True, slots=True)
class Applied:
    """Changes were applied, or refused when there are errors among the diagnostics."""

    ticket: int
    document: Document
    diagnostics: list[Diagnostic]
    layout: Layout | None


@dataclass(frozen=True, slots=True)
class WayFound:
    """How to get to a moment; None when it has not come yet."""

    look: int
    way: Way | None


@dataclass(frozen=True, slots=True)
class TracesShown:
    """Traced requests at a moment."""

    look: int
    at_s: float
    traces: list[Trace]


@dataclass(frozen=True, slots=True)
class Refused:
    """The document cannot run."""

    diagnostics: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class Failed:
    """The program failed, before the first tick or later. The cause is in the log."""

    had_started: bool


Report = Started | Progressed | Applied | WayFound | TracesShown | Refused | Failed


class PacedRun:
    """One simulation and its pace. `tell` may be called from any thread, `serve` from one at a time."""

    def __init__(
        self,
        build: Callable[[], Simulation],
        *,
        past: Callable[[Simulation], Past],
        report: Callable[[Report], None],
        clock: Callable[[], float],
        cpu_clock: Callable[[], float],
    ) -> None:
        self._build = build
        self._begin_past = past
        self._report = report
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._inbox: deque[Wish] = deque()
        self._simulation: Simulation | None = None
        self._past: Past | None = None
        self._keep_due = 0.0
        self._story: list[Any] | None = (
            None  # of the request that is followed, when a step was taken along it
        )
        self._layout_version: int | None = None
        self._has_ended = False
        self._speed: float | None = None
        self._due = 0.0
        self._goal_s: float | None = None
        self._anchor_s = 0.0
        self._ticks = 0
        self._parts = 1
        self._slice_s = FIRST_SLICE_S
        self._tick_cpu_s = 0.0
        self._recent: deque[tuple[float, float]] = deque(maxlen=SPEED_WINDOW_FRAMES)

    def tell(self, wish: Wish) -> None:
        """Put a wish into the inbox; whoever serves the run must then be told that there is work."""
        self._inbox.append(wish)

    def serve(self) -> float | None:
        """Do at most one slice of work. Returns when to come again on the run's clock, None when it waits for a wish."""
        if self._has_ended:
            return None
        try:
            return self._serve()
        except CannotRunError as error:
            self._has_ended = True
            self._report(Refused(error.diagnostics))
        except Exception:  # whatever breaks one run must not break the thread that serves the others
            logger.exception("A run failed")
            self._has_ended = True
            self._report(Failed(had_started=self._simulation is not None))
        return None

    def _serve(self) -> float | None:
        if self._simulation is None:
            self._simulation = self._build()
            self._past = self._begin_past(self._simulation)
            self._report(Started(cast("Layout", self._new_layout(self._simulation))))
            return self._clock()
        simulation = self._simulation
        if self._goal_s is None:
            self._obey(simulation)
        if self._goal_s is None:
            if self._speed is None:
                return None
            if self._clock() < self._due:
                return self._due
            self._ticks += 1
            self._goal_s = self._anchor_s + self._ticks * self._speed * TICK_S / self._parts
        if self._story is not None:
            self._follow_slice(simulation, self._goal_s)
        else:
            self._advance_slice(simulation, self._goal_s)
        if simulation.now_s < self._goal_s:
            self._shorten_heavy_tick(simulation)
            return self._clock()
        self._end_tick(simulation)
        return self._due if self._speed is not None and not self._inbox else self._clock()

    def _obey(self, simulation: Simulation) -> None:
        """Fulfil wishes up to the first that sets a new goal."""
        while self._inbox and self._goal_s is None:
            match self._inbox.popleft():
                case Pace(speed):
                    self._set_pace(simulation, speed)
                case Advance(seconds, follows):
                    if self._speed is None:
                        self._goal_s = simulation.now_s + seconds
                        self._story = _running(simulation) if follows else None
                case FindWay(look, at_s):
                    self._report(WayFound(look, self._way(at_s)))
                case ShowTraces(look, kind, count, trace_id):
                    shown = simulation.trace(trace_id) if kind is None else simulation.traces(kind, count)
                    self._report(TracesShown(look, simulation.now_s, cast("list[Trace]", shown)))
                case Apply(ticket, changes):
                    diagnostics = json_diagnostics(simulation.apply(changes))
                    layout = None if has_errors(diagnostics) else self._new_layout(simulation)
                    document = cast("Document", simulation.document)
                    self._report(Applied(ticket, document, diagnostics, layout))

    def _set_pace(self, simulation: Simulation, speed: float | None) -> None:
        self._speed = speed
        self._parts = 1
        self._due = self._clock()
        self._recent.clear()
        self._anchor(simulation)

    def _anchor(self, simulation: Simulation) -> None:
        """Count ticks from here, so that their ends do not drift with rounding."""
        self._anchor_s = simulation.now_s
        self._ticks = 0

    def _advance_slice(self, simulation: Simulation, goal_s: float) -> None:
        """Advance towards the goal for about `SLICE_S`, judging by what the slices before it cost."""
        start_s = simulation.now_s
        started = self._cpu_clock()
        simulation.advance(min(goal_s, start_s + self._slice_s))
        cost_s = self._cpu_clock() - started
        self._tick_cpu_s += cost_s
        done_s = simulation.now_s - start_s
        # The last slice of a tick is short and says little about long ones, unless even it was too long.
        if done_s >= self._slice_s or cost_s > SLICE_S:
            fitting_s = done_s * SLICE_S / max(cost_s, 1e-6)
            self._slice_s = min(fitting_s, self._slice_s * SLICE_GROWTH_MAX)

    def _follow_slice(self, simulation: Simulation, goal_s: float) -> None:
        """Advance for a slice, or until something happens to the request that is followed: that is the new goal."""
        started = self._cpu_clock()
        while simulation.now_s < goal_s and self._cpu_clock() - started < SLICE_S:
            simulation.advance(min(goal_s, simulation.now_s + FOLLOW_S))
            if _running(simulation) != self._story:
                self._goal_s = simulation.now_s
                return

    def _way(self, at_s: float) -> Way | None:
        assert self._past is not None
        try:
            return self._past.way(at_s)
        except ValueError:
            return None

    def _keep_past(self) -> None:
        """Have a snapshot taken now and then, however fast simulated time passes."""
        started = self._clock()
        if self._past is not None and started >= self._keep_due:
            self._past.keep()
            took_s = self._clock() - started
            self._keep_due = started + max(KEEP_EVERY_S, KEEP_REST_FACTOR * took_s)

    def _shorten_heavy_tick(self, simulation: Simulation) -> None:
        """End a tick that takes too long at the next of twice as many parts, so that frames keep coming."""
        if self._speed is None or self._tick_cpu_s <= HEAVY_TICK_RATIO * TICK_S or self._parts >= PARTS_MAX:
            return
        self._anchor_s += (self._ticks - 1) * self._speed * TICK_S / self._parts
        self._parts *= 2
        span_s = self._speed * TICK_S / self._parts
        self._ticks = max(1, math.ceil((simulation.now_s - self._anchor_s) / span_s))
        self._goal_s = max(simulation.now_s, self._anchor_s + self._ticks * span_s)

    def _end_tick(self, simulation: Simulation) -> None:
        now = self._clock()
        self._goal_s = self._story = None
        self._recent.append((now, simulation.now_s))
        self._keep_past()
        frame = cast("Frame", simulation.frame())
        self._report(Progressed(frame, self._new_layout(simulation), self._achieved_speed()))
        if self._speed is not None:
            # A run that fell behind does not hurry afterwards: simulated time is late, never in bursts.
            self._due = max(self._due + TICK_S / self._parts, now)
            self._lengthen_light_ticks(simulation)
        self._tick_cpu_s = 0.0

    def _lengthen_light_ticks(self, simulation: Simulation) -> None:
        """Go back towards whole ticks when they have become light enough."""
        if self._tick_cpu_s < LIGHT_TICK_RATIO * TICK_S and self._parts > 1:
            self._parts //= 2
            self._anchor(simulation)

    def _achieved_speed(self) -> float:
        first_wall, first_s = self._recent[0]
        last_wall, last_s = self._recent[-1]
        if last_wall <= first_wall:
            return self._speed or 1.0
        return (last_s - first_s) / (last_wall - first_wall)

    def _new_layout(self, simulation: Simulation) -> Layout | None:
        """Return the layout if it is not the one reported last."""
        if simulation.layout_version == self._layout_version:
            return None
        self._layout_version = simulation.layout_version
        return cast("Layout", simulation.layout())


def _running(simulation: Simulation) -> list[Any]:
    """Return how far the request that was sent last has come, moments left out that only the clock moves; empty when
    none is on its way.
    """
    return [
        (span["node_id"], span["arrived_s"], span["service_s"], span["outcome"])
        for trace in simulation.trace()
        if trace["outcome"] == "running"
        for span in trace["spans"]
    ]
