"""The same models simulated by others: SimPy, Ciw, a plain-Python loop over heapq, and a C loop.

Each contender goes on where it stopped, has a mean latency to be compared, and says how many requests it completed
and what processor time that took.
"""

from __future__ import annotations

import heapq
import random
import shutil
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Generator
from pathlib import Path
from typing import Any, Protocol

import ciw
import simpy

from tests.benchmarks.models import Do, Model

#: Plain integers: an enumeration would slow the loops down that this file is here to measure.
ACQUIRE, HOLD, DELAY, RELEASE, CHANCE, SPAWN, END, _ = map(int, Do)
SOURCE = Path(__file__).with_name("reference.c")


class Contender(Protocol):
    """Something that simulates a model."""

    name: str

    def advance(self, requests: int) -> tuple[float, float]:
        """Simulate about this many requests more; return those completed and the processor time (s)."""

    def latency_mean_s(self) -> float:
        """Return the mean latency of all requests completed so far but for the first call's."""


class Tally:
    """Completed requests and the sum of their latencies; the first slice is warm-up."""

    def __init__(self) -> None:
        self.completed = 0
        self.latency_sum_s = 0.0
        self._base = (0, 0.0)

    def forget(self) -> None:
        """Take what was counted so far as warm-up."""
        self._base = (self.completed, self.latency_sum_s)

    def mean_s(self) -> float:
        """Return the mean latency since the warm-up."""
        return (self.latency_sum_s - self._base[1]) / max(self.completed - self._base[0], 1)


class SimPy:
    """A process for each request, resources for the pools, as SimPy's documentation would have it written."""

    name = "SimPy"

    def __init__(self, model: Model, seed: int) -> None:
        self._model = model
        self._steps = plain(model)
        self._env = simpy.Environment()
        self._pools = [simpy.Resource(self._env, capacity) for capacity in model.capacities]
        self._cursors = [0] * len(model.capacities)
        self._random = random.Random(seed)
        self._tally = Tally()
        self._warm = False
        self._env.process(self._arrivals())

    def advance(self, requests: int) -> tuple[float, float]:
        """Run for the time in which that many arrive."""
        before, began = self._tally.completed, time.process_time()
        self._env.run(until=self._env.now + requests / self._model.rate_rps)
        took = time.process_time() - began
        completed = self._tally.completed - before
        if not self._warm:
            self._warm = True
            self._tally.forget()
        return completed, took

    def latency_mean_s(self) -> float:
        """Return the mean since the warm-up."""
        return self._tally.mean_s()

    def _arrivals(self) -> Generator[Any, Any, None]:
        while True:
            yield self._env.timeout(self._random.expovariate(self._model.rate_rps))
            self._env.process(self._request(0))

    def _request(self, at: int) -> Generator[Any, Any, None]:
        env, pools, cursors, steps = self._env, self._pools, self._cursors, self._steps
        began = env.now
        held: list[Any] = []
        while True:
            do, first, count, value, cursor = steps[at]
            at += 1
            if do == ACQUIRE:
                turn = cursors[cursor] = (cursors[cursor] + 1) % count
                request = pools[first + turn].request()
                held.append(request)
                yield request
            elif do == HOLD:
                yield env.timeout(self._random.expovariate(1.0 / value))
            elif do == DELAY:
                yield env.timeout(value)
            elif do == RELEASE:
                request = held.pop()
                request.resource.release(request)
            elif do == CHANCE:
                if self._random.random() < value:
                    at = first
            elif do == SPAWN:
                env.process(self._request(first))
            else:
                if do == END:
                    self._tally.completed += 1
                    self._tally.latency_sum_s += env.now - began
                return


class Heap:
    """A loop over heapq in plain Python."""

    name = "Python heapq"

    def __init__(self, model: Model, seed: int) -> None:
        self._model = model
        self._steps = plain(model)
        self._free = list(model.capacities)
        self._waiting: list[deque[Any]] = [deque() for _ in model.capacities]
        self._cursors = [0] * len(model.capacities)
        self._random = random.Random(seed)
        self._events: list[tuple[float, int, Any]] = [(0.0, 0, None)]
        self._number = 0
        self._now = 0.0
        self._tally = Tally()
        self._warm = False

    def advance(self, requests: int) -> tuple[float, float]:
        """Run for the time in which that many arrive."""
        before, began = self._tally.completed, time.process_time()
        self._run(self._now + requests / self._model.rate_rps)
        took = time.process_time() - began
        completed = self._tally.completed - before
        if not self._warm:
            self._warm = True
            self._tally.forget()
        return completed, took

    def latency_mean_s(self) -> float:
        """Return the mean since the warm-up."""
        return self._tally.mean_s()

    def _run(self, until_s: float) -> None:
        events, push, pop = self._events, heapq.heappush, heapq.heappop
        expovariate, rate_rps, number = self._random.expovariate, self._model.rate_rps, self._number
        while events[0][0] <= until_s:
            now, _, request = pop(events)
            number += 1
            if request is None:
                push(events, (now + expovariate(rate_rps), number, None))
                number += 1
                request = [now, 0, []]
            ready = [request]
            while ready:
                request = ready.pop()
                wait_s = self._walk(request, ready, now)
                if wait_s >= 0.0:
                    push(events, (now + wait_s, number, request))
                    number += 1
        self._now, self._number = until_s, number

    def _walk(self, request: list[Any], ready: list[Any], now: float) -> float:
        """Take one request as far as it gets; return how long it then waits for time to pass, or -1."""
        steps, free = self._steps, self._free
        at, held = request[1], request[2]
        while True:
            do, first, count, value, cursor = steps[at]
            at += 1
            if do == ACQUIRE:
                turn = self._cursors[cursor] = (self._cursors[cursor] + 1) % count
                held.append(first + turn)
                if free[first + turn]:
                    free[first + turn] -= 1
                else:
                    self._waiting[first + turn].append(request)
                    break
            elif do == HOLD:
                request[1] = at
                return self._random.expovariate(1.0 / value)
            elif do == DELAY:
                request[1] = at
                delay_s: float = value
                return delay_s
            elif do == RELEASE:
                pool = held.pop()
                if self._waiting[pool]:
                    ready.append(self._waiting[pool].popleft())
                else:
                    free[pool] += 1
            elif do == CHANCE:
                if self._random.random() < value:
                    at = first
            elif do == SPAWN:
                ready.append([now, first, []])
            else:
                if do == END:
                    self._tally.completed += 1
                    self._tally.latency_sum_s += now - request[0]
                break
        request[1] = at
        return -1.0


class Ciw:
    """A queueing network in Ciw: it cannot keep a server while a customer is elsewhere, so W3's servers do not wait."""

    name = "Ciw"

    def __init__(self, model: Model, seed: int) -> None:
        self._model = model
        self._seed = seed
        self._tally = Tally()

    def advance(self, requests: int) -> tuple[float, float]:
        """Simulate from empty, as Ciw can do nothing else."""
        model = self._model
        turns, count = model.turns, len(model.stations)
        dealt = ciw.dists.Exponential(rate=model.rate_rps / turns)
        network = ciw.create_network(
            arrival_distributions=[dealt if i < turns else None for i in range(count)],
            service_distributions=[ciw.dists.Exponential(rate=1 / mean_s) for _, mean_s in model.stations],
            number_of_servers=[servers for servers, _ in model.stations],
            routing=[list(row) for row in model.routes],
        )
        self._seed += 1
        ciw.seed(self._seed)
        began = time.process_time()
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(requests / model.rate_rps)
        took = time.process_time() - began
        gone = simulation.nodes[-1].all_individuals
        for customer in gone:
            records = customer.data_records
            self._tally.latency_sum_s += records[-1].exit_date - records[0].arrival_date
        self._tally.completed += len(gone)
        return len(gone), took

    def latency_mean_s(self) -> float:
        """Return the mean over all its runs, each from empty."""
        return self._tally.mean_s()


class CLoop:
    """The C loop, in a process of its own; every run starts from empty and leaves its first tenth out."""

    name = "C loop"

    def __init__(self, model: Model, seed: int, program: Path) -> None:
        self._program = program
        self._model = model
        self._seed = seed
        self._means: list[float] = []

    def advance(self, requests: int) -> tuple[float, float]:
        """Simulate from empty."""
        self._seed += 1
        model = self._model
        lines = [f"{self._seed} {model.rate_rps!r} {requests}", str(len(model.capacities))]
        lines += [str(capacity) for capacity in model.capacities]
        lines.append(str(len(model.steps)))
        lines += [f"{int(s.do)} {s.first} {s.among} {s.value!r} {s.cursor}" for s in model.steps]
        done = subprocess.run(
            [self._program], input="\n".join(lines), capture_output=True, text=True, check=True
        )
        completed, latency_mean_s, cpu_s, _ = map(float, done.stdout.split())
        self._means.append(latency_mean_s)
        return completed, cpu_s

    def latency_mean_s(self) -> float:
        """Return the mean over its runs."""
        return sum(self._means) / len(self._means)


def plain(model: Model) -> list[tuple[int, int, int, float, int]]:
    """Return the steps as tuples of numbers."""
    return [(int(s.do), s.first, s.among, s.value, s.cursor) for s in model.steps]


def compiled(folder: Path) -> Path | None:
    """Compile the C loop; None when there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    program = folder / "reference"
    subprocess.run([compiler, "-O2", "-o", program, SOURCE, "-lm"], check=True)
    return program


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that goes away with its context."""
    return tempfile.TemporaryDirectory(prefix="benchmark-")
