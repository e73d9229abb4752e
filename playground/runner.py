"""Threads that serve paced runs beside the event loop.

The kernels release Python's global lock, slices are short and the threads are niced, so the event loop keeps its pace.
Whoever is due first is served first; a run that is behind waits its turn like the others.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable

from playground.pacing import PacedRun

#: More threads than cores gain nothing; one machine rarely has use for more than this many.
THREADS_MAX = 8
CLOSING_S = 2.0
#: How much further back simulation threads stand than the event loop when both want a core.
NICENESS = 10


class Runner:
    """A few threads and the runs they serve. All methods may be called from any thread."""

    def __init__(self, *, threads: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._thread_count = threads or min(THREADS_MAX, os.cpu_count() or 1)
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._due: list[tuple[float, int, PacedRun]] = []
        self._waiting: dict[PacedRun, float] = {}
        self._served: set[PacedRun] = set()
        self._poked: set[PacedRun] = set()
        self._is_closing = False

    def poke(self, run: PacedRun) -> None:
        """Have a run served as soon as possible: it is new, or its inbox has something."""
        with self._changed:
            if run in self._served:
                self._poked.add(run)
            else:
                self._schedule(run, self._clock())
            self._start_threads()

    def drop(self, run: PacedRun) -> None:
        """Serve a run no more; a slice that is under way ends by itself."""
        with self._changed:
            self._waiting.pop(run, None)
            self._poked.discard(run)
            self._served.discard(run)

    def close(self) -> None:
        """End the threads. A slice under way is waited for, but not for ever: nothing it does is kept."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(CLOSING_S)

    def _schedule(self, run: PacedRun, due: float) -> None:
        """Note when a run is due. An earlier entry in the heap is left there and passed over when it comes up."""
        if self._waiting.get(run, float("inf")) > due:
            self._waiting[run] = due
            heapq.heappush(self._due, (due, next(self._order), run))
            self._changed.notify()

    def _start_threads(self) -> None:
        if not self._threads and not self._is_closing:
            self._threads = [
                threading.Thread(target=self._work, name=f"simulation-{number}", daemon=True)
                for number in range(self._thread_count)
            ]
            for thread in self._threads:
                thread.start()

    def _work(self) -> None:
        stand_back()
        while (run := self._next_run()) is not None:
            due = run.serve()
            with self._changed:
                if run not in self._served:
                    continue  # dropped meanwhile
                self._served.remove(run)
                if run in self._poked:
                    self._poked.remove(run)
                    due = self._clock()
                if due is not None:
                    self._schedule(run, due)

    def _next_run(self) -> PacedRun | None:
        """Wait for a run to be due and take it; None when closing."""
        with self._changed:
            while not self._is_closing:
                while self._due and self._waiting.get(self._due[0][2]) != self._due[0][0]:
                    heapq.heappop(self._due)
                now = self._clock()
                if self._due and self._due[0][0] <= now:
                    run = heapq.heappop(self._due)[2]
                    del self._waiting[run]
                    self._served.add(run)
                    return run
                self._changed.wait(self._due[0][0] - now if self._due else None)
        return None


def stand_back() -> None:
    """Lower this thread's priority where the system has priorities per thread."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
