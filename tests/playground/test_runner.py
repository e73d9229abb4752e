"""Threads that serve many runs; nothing here depends on how long anything takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from playground.pacing import Pace, PacedRun, Progressed, Report
from playground.runner import Runner
from tests.playground.fakes import FakeEngine, FakeSimulation, document

PATIENCE_S = 20.0


class Gate(FakeSimulation):
    """A simulation whose slices wait until the gate opens."""

    gate = threading.Event()
    entered = threading.Event()

    def advance(self, until_s: float) -> None:
        self.entered.set()
        assert self.gate.wait(PATIENCE_S)
        super().advance(until_s)


class Watched:
    """A run on a runner, and a way to wait for what it reports."""

    def __init__(self, runner: Runner, make: Callable[[], Any] | None = None) -> None:
        engine = FakeEngine()
        self.reports: list[Report] = []
        self._changed = threading.Condition()
        self.run = PacedRun(
            make or (lambda: engine.start(document(), seed=1)),
            past=engine.past,
            report=self._report,
            clock=time.monotonic,
            cpu_clock=time.thread_time,
        )
        self._runner = runner

    def play(self, speed: float = 1.0) -> None:
        self.run.tell(Pace(speed))
        self._runner.poke(self.run)

    def wait_for_frames(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.frame_count() >= count, PATIENCE_S)

    def frame_count(self) -> int:
        return sum(isinstance(report, Progressed) for report in self.reports)

    def _report(self, report: Report) -> None:
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()


def test_many_runs_share_one_thread() -> None:
    runner = Runner(threads=1)
    runs = [Watched(runner) for _ in range(50)]
    for run in runs:
        run.play()
    for run in runs:
        run.wait_for_frames(3)
    runner.close()


def test_a_run_is_never_served_by_two_threads_at_once() -> None:
    runner = Runner(threads=4)
    inside = threading.Semaphore(1)
    clashes: list[str] = []

    class Alone(FakeSimulation):
        def advance(self, until_s: float) -> None:
            if not inside.acquire(blocking=False):
                clashes.append("advance")
            time.sleep(0)  # invite the other threads
            super().advance(until_s)
            inside.release()

    run = Watched(runner, lambda: Alone(document(), seed=1))
    for _ in range(200):
        run.play(100.0)
    run.wait_for_frames(5)
    runner.close()
    assert not clashes


def test_a_slow_run_leaves_the_other_thread_to_the_others() -> None:
    runner = Runner(threads=2)
    slow = Watched(runner, lambda: Gate(document(), seed=1))
    slow.play()
    assert Gate.entered.wait(PATIENCE_S)
    quick = Watched(runner)
    quick.play()
    quick.wait_for_frames(3)
    assert slow.frame_count() == 0
    Gate.gate.set()
    slow.wait_for_frames(1)
    runner.close()


def test_a_run_that_is_behind_does_not_keep_others_waiting() -> None:
    """Two runs that can never keep up get their turns in alternation on one thread."""
    runner = Runner(threads=1)
    turns: list[str] = []

    def heavy(name: str) -> Callable[[], FakeSimulation]:
        def spend(simulated_s: float) -> None:
            turns.append(name)
            end = time.thread_time() + 0.002
            while time.thread_time() < end:
                pass

        return lambda: FakeSimulation(document(), seed=1, spend=spend)

    first, second = Watched(runner, heavy("first")), Watched(runner, heavy("second"))
    first.play(100.0)
    second.play(100.0)
    second.wait_for_frames(3)
    first.wait_for_frames(3)
    runner.close()
    both = turns[turns.index("second") :]
    runs_of_one = max(
        len(part)
        for part in "".join(name[0] for name in both).replace("fs", "f s").replace("sf", "s f").split()
    )
    assert runs_of_one <= 10


def test_a_dropped_run_is_served_no_more() -> None:
    runner = Runner(threads=1)
    dropped, other = Watched(runner), Watched(runner)
    dropped.play()
    dropped.wait_for_frames(1)
    runner.drop(dropped.run)
    count = dropped.frame_count()
    other.play()
    other.wait_for_frames(5)
    runner.close()
    assert dropped.frame_count() <= count + 1  # a slice that was under way may end


def test_closing_ends_the_threads() -> None:
    runner = Runner(threads=3)
    run = Watched(runner)
    run.play()
    run.wait_for_frames(1)
    runner.close()
    assert not any(thread.is_alive() for thread in runner._threads)
