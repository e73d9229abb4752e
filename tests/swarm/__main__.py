"""Live through many random stories.

    python -m tests.swarm --seeds 10000 [--first 0] [--seconds 600] [--processes 1]
    python -m tests.swarm --story FILE

Each seed is a system, a script of edits and faults, and slices of time; after every slice every certificate is asked
for. A violation is printed with its seed and made small; the small story is written to a file that --story reads.
Workers are processes, so that a story that kills or hangs the engine is found as well. Exit code 1 on any violation.
"""

from __future__ import annotations

import argparse
import json
import queue
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simcore import warm
from tests.swarm.script import story as story_of
from tests.swarm.shrink import shrunk
from tests.swarm.trial import BrokenError, check_replay, live_through

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "swarm"
#: One story in so many is lived through twice, in other slices.
REPLAY_ONE_IN = 8
#: A worker that is silent for so long hangs. The longest stories and shrinking take a minute, and more beside other work.
SILENCE_S_MAX = 900.0
REPORT_EVERY_S = 10.0


def failure_of(story: Json, *, twice: bool = True) -> tuple[str | None, Json]:
    """Return how a story fails, None when it does not, and figures about it."""
    try:
        figures = live_through(story)
        if twice:
            check_replay(story, figures)
    except BrokenError as broken:
        return str(broken), {}
    except Exception as error:  # noqa: BLE001, whatever the simulator raises is what this looks for
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} at {Path(place.filename).name} in {place.name}", {}
    return None, figures


def work(first: int, count: int, stride: int) -> int:
    """Live through seeds; tell the parent of each as one line of JSON."""
    warm()
    for number in range(count):
        seed = first + number * stride
        _tell({"begin": seed})
        story = story_of(seed)
        failure, figures = failure_of(story, twice=seed % REPLAY_ONE_IN == 0)
        if failure is None:
            _tell({"end": seed, "events": figures["events"], "drained": figures["drained"]})
            continue
        _tell({"end": seed, "failure": failure})
        small = shrunk(story, failure, lambda candidate: failure_of(candidate)[0])
        _tell({"shrunk": seed, "file": str(kept(small))})
    return 0


def kept(story: Json) -> Path:
    """Write a story where it can be read again."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"seed-{story['seed']}.json"
    path.write_text(json.dumps(story, indent=1), encoding="utf-8")
    return path


def _tell(what: Json) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


class Worker:
    """A process that lives through every `stride`-th seed, started anew behind a seed that killed it."""

    def __init__(
        self, first: int, count: int, stride: int, heard: queue.Queue[tuple[Worker, Json | None]]
    ) -> None:
        self._next, self._left, self._stride, self._heard = first, count, stride, heard
        self.seed: int | None = None
        self.last_heard_s = time.monotonic()
        self._start()

    def _start(self) -> None:
        numbers = ["--first", self._next, "--seeds", self._left, "--work", self._stride]
        command = [sys.executable, "-m", "tests.swarm", *map(str, numbers)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.last_heard_s = time.monotonic()
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._heard.put((self, json.loads(line)))
        process.wait()
        self._heard.put((self, None))

    def note(self, message: Json) -> None:
        """Follow which seed it is at."""
        self.last_heard_s = time.monotonic()
        if "begin" in message:
            self.seed = message["begin"]
            self._next, self._left = message["begin"] + self._stride, self._left - 1

    def go_on(self) -> bool:
        """Start again behind the seed that ended the process; False when that was the last."""
        if self._left == 0:
            return False
        self._start()
        return True


class Tally:
    """What was found so far."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.seeds = self.events = self.undrained = 0
        self.failures: dict[int, str] = {}
        self._began_s = self._reported_s = time.monotonic()

    def take(self, message: Json) -> None:
        """Count one message of a worker."""
        if "end" in message:
            self.seeds += 1
            self.events += message.get("events", 0)
            self.undrained += not message.get("drained", True)
        if "failure" in message:
            self.fail(message["end"], message["failure"])
        if "shrunk" in message:
            print(f"  made small: python -m tests.swarm --story {message['file']}", flush=True)

    def fail(self, seed: int, failure: str) -> None:
        """Report a violation."""
        self.failures[seed] = failure
        print(f"seed {seed}: {failure}\n  again: python -m tests.swarm --first {seed} --seeds 1", flush=True)

    def report(self, *, final: bool = False) -> None:
        """Print where it stands, now and then."""
        now_s = time.monotonic()
        if final or now_s - self._reported_s > REPORT_EVERY_S:
            self._reported_s = now_s
            print(
                f"{self.seeds:,} of {self.wanted:,} seeds, {self.events:,} events, {len(self.failures)} violations, "
                f"{self.undrained} too long to be seen to their end, {now_s - self._began_s:.0f} s",
                flush=True,
            )


def swarm(first: int, seeds: int, seconds: float, processes: int) -> Tally:
    """Live through the seeds in as many processes, for so long at most."""
    heard: queue.Queue[tuple[Worker, Json | None]] = queue.Queue()
    warm()  # once, rather than in every worker at the same time
    tally = Tally(seeds)
    until_s = time.monotonic() + seconds
    counts = [len(range(number, seeds, processes)) for number in range(processes)]
    workers = [
        Worker(first + number, count, processes, heard) for number, count in enumerate(counts) if count
    ]
    while workers and time.monotonic() < until_s:
        try:
            worker, message = heard.get(timeout=1.0)
        except queue.Empty:
            for silent in workers:
                if time.monotonic() - silent.last_heard_s > SILENCE_S_MAX:
                    silent.process.kill()
            continue
        if message is not None:
            worker.note(message)
            tally.take(message)
            tally.report()
        elif worker.process.returncode and worker.seed is not None:
            tally.fail(worker.seed, f"the process ended with {worker.process.returncode} or hung")
            if not worker.go_on():
                workers.remove(worker)
        else:
            workers.remove(worker)
    for worker in workers:
        worker.process.kill()
    tally.report(final=True)
    return tally


def main(arguments: Sequence[str]) -> int:
    """Run the swarm, or one story from a file."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.swarm", description=__doc__, formatter_class=raw)
    parser.add_argument("--seeds", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument(
        "--processes", type=int, default=1, help="that share the seeds (default: %(default)s)"
    )
    parser.add_argument("--story", type=Path, help="live through the story in this file instead")
    parser.add_argument("--work", type=int, metavar="STRIDE", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        return work(options.first, options.seeds, options.work)
    if options.story:
        failure, figures = failure_of(json.loads(options.story.read_text(encoding="utf-8")))
        print(failure or figures)
        return int(failure is not None)
    return int(bool(swarm(options.first, options.seeds, options.seconds, options.processes).failures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
