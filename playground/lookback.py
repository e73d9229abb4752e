"""Looking back: earlier moments of runs, rebuilt beside them in a thread of their own.

A run only says how to get to a moment, which is quick. Going there may take seconds and disturbs nobody: one thread of
low priority rebuilds one moment after the other, and of each viewer only what was asked for last.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from playground.engine import Simulation, Way
from playground.frames import Frame, Layout
from playground.limits import LOOK_CPU_S_MAX, LOOKS_WAITING_MAX
from playground.runner import stand_back

#: The figures of an earlier moment are means over this many simulated seconds before it, about as smooth as live ones.
WINDOW_S = 2.0
#: How long a piece of the way may take, so that the limit is kept.
PIECE_CPU_S = 0.1
FIRST_PIECE_S = 0.05
#: Rebuilt moments that are kept for those who ask for the same one: a class follows one link.
KEPT_MAX = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """A run as it was at `at_s`; the frame tells of the time before it. The simulation is nobody else's."""

    at_s: float
    layout: Layout
    frame: Frame
    simulation: Simulation


def rebuild(way: Way, *, cpu_clock: Callable[[], float] = time.thread_time) -> Moment:
    """Go to a moment, or as far towards it as the limit allows."""
    ends = cpu_clock() + LOOK_CPU_S_MAX
    simulation = way.begin()
    goal_s = max(way.at_s - WINDOW_S, 0.0)
    piece_s = FIRST_PIECE_S
    while simulation.now_s < goal_s and (started := cpu_clock()) < ends:
        way.go(simulation, min(goal_s, simulation.now_s + piece_s))
        piece_s *= 2.0 if cpu_clock() - started < PIECE_CPU_S / 2 else 0.5
    simulation.frame()
    way.go(simulation, simulation.now_s + WINDOW_S)
    return Moment(
        simulation.now_s,
        cast("Layout", simulation.layout()),
        cast("Frame", simulation.frame()),
        simulation,
    )


class Rebuilder:
    """One thread and what waits for it. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._is_closing = False

    def ask(self, who: str, work: Callable[[], None]) -> bool:
        """Have work done when its turn comes, in place of what the same person still waits for. False: too many wait."""
        with self._changed:
            if who not in self._waiting and len(self._waiting) >= LOOKS_WAITING_MAX:
                return False
            self._waiting[who] = work
            if self._thread is None and not self._is_closing:
                self._thread = threading.Thread(target=self._work, name="looking-back", daemon=True)
                self._thread.start()
            self._changed.notify()
            return True

    def close(self) -> None:
        """End the thread; what waits is dropped."""
        with self._changed:
            self._is_closing = True
            self._waiting.clear()
            self._changed.notify()

    def _work(self) -> None:
        stand_back()
        while True:
            with self._changed:
                while not self._waiting and not self._is_closing:
                    self._changed.wait()
                if self._is_closing:
                    return
                _, work = self._waiting.popitem(last=False)
            try:
                work()
            except Exception:  # one moment's fault must not end looking back for all
                logger.exception("A moment could not be rebuilt")
