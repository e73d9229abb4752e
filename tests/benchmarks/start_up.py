"""How long a person waits: a fresh clone until it serves, the second start, and the first live frame.

    python3 -m tests.benchmarks.start_up

The clone has no virtual environment, no Node and no compiled kernels; packages come through pip's and npm's caches as
they are. Prints one figure a line; exits with 1 when one is above what we promise.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import websockets

ROOT = Path(__file__).resolve().parents[2]
FRESH_S_MAX = 60.0
SECOND_S_MAX = 5.0
FRAME_S_MAX = 0.3
#: Nothing may take longer than this, whatever the machine.
PATIENCE_S = 300.0
#: Runs started one after the other.
RUNS = 7
NODE_PROGRAMS = {"corepack", "node", "nodejs", "npm", "npx"}
STARTER = "lb-cache-replicated-db"


@dataclass(frozen=True)
class Figure:
    """One measured duration beside the longest that we promise, in seconds."""

    name: str
    measured_s: float
    promised_s: float

    def line(self) -> str:
        """Return the figure as one line."""
        verdict = "ok" if self.measured_s <= self.promised_s else "TOO SLOW"
        return f"{self.name:<36} {self.measured_s:8.2f} s   (at most {self.promised_s:g} s: {verdict})"


def main(arguments: Sequence[str] = ()) -> int:
    """Measure everything once and print it."""
    with tempfile.TemporaryDirectory(prefix="start-up-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        fresh_s = time_start(clone)
        second_s, frames_s = time_start_and_frames(clone, RUNS)
    figures = [
        Figure("fresh clone to page", fresh_s, FRESH_S_MAX),
        Figure("second start to page", second_s, SECOND_S_MAX),
        Figure(f"Run to first frame, p50 of {RUNS}", statistics.median(frames_s), FRAME_S_MAX),
        Figure(f"Run to first frame, most of {RUNS}", max(frames_s), PATIENCE_S),
    ]
    print("\n".join(figure.line() for figure in figures))
    return int(any(figure.measured_s > figure.promised_s for figure in figures))


class Started:
    """`run.py` in a clone, until it is left."""

    def __init__(self, clone: Path) -> None:
        self._clone = clone
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Start it and wait for the page."""
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [base_python(), "run.py", "--port", str(self.port)],
            cwd=self._clone,
            env=outside_environment(self._clone.parent / "programs"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while not self._has_page():
            if self._process.poll() is not None:
                raise RuntimeError(self._process.communicate()[0].decode())
            if time.perf_counter() - began > PATIENCE_S:
                raise TimeoutError(f"no page within {PATIENCE_S:.0f} s")
            time.sleep(0.02)
        self.took_s = time.perf_counter() - began
        return self

    def __exit__(self, *error: object) -> None:
        """Stop it as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=30)

    def _has_page(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=10) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def time_start(clone: Path) -> float:
    """Return the seconds until the page is served."""
    with Started(clone) as server:
        return server.took_s


def time_start_and_frames(clone: Path, runs: int) -> tuple[float, list[float]]:
    """Return the seconds until the page is served, and those from Run to the first frame of each of several runs."""
    with Started(clone) as server:
        library = get(f"{server.url}/api/library")
        document = next(entry["document"] for entry in library if entry["id"] == STARTER)
        frames_s = [asyncio.run(time_first_frame(server, document)) for _ in range(runs)]
        return server.took_s, frames_s


async def time_first_frame(server: Started, document: dict[str, Any]) -> float:
    """Return the seconds from pressing Run on a drawing that is not stored yet to its first frame."""
    began = time.perf_counter()
    links = await asyncio.to_thread(post, f"{server.url}/api/scenarios", {"document": document})
    address = f"ws://127.0.0.1:{server.port}/ws/s/{links['edit_token']}"
    async with asyncio.timeout(PATIENCE_S), websockets.connect(address) as line:
        await line.send(json.dumps({"op": "hello", "protocol": 1, "language": "en"}))
        async for text in line:
            message = json.loads(text)
            if message["op"] == "welcome":
                await line.send(json.dumps({"op": "play"}))
            elif message["op"] == "frame":
                took_s = time.perf_counter() - began
                await line.send(json.dumps({"op": "pause"}))
                return took_s
    raise ConnectionError("the server closed the line before the first frame")


def base_python() -> str:
    """Return the Python that a person has, outside any virtual environment."""
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


def outside_environment(folder: Path) -> dict[str, str]:
    """Return the environment without this virtual environment and without any Node.

    Node lives beside the shell on some machines, so `folder` is filled with links to all programs but Node's.
    """
    inside = re.compile(r"^(PLAYGROUND_|VIRTUAL_ENV|PYTHON|NUMBA_)")
    kept = {name: value for name, value in os.environ.items() if not inside.match(name)}
    folder.mkdir(exist_ok=True)
    for place in map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep)):
        if place == Path(sys.prefix) / "bin" or not place.is_dir():
            continue
        for program in place.iterdir():
            link = folder / program.name
            if program.name not in NODE_PROGRAMS and not link.is_symlink():
                link.symlink_to(program)
    return {**kept, "PATH": str(folder)}


def get(url: str) -> Any:
    """Return the decoded JSON at an address."""
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as response:
        return json.load(response)


def post(url: str, body: dict[str, Any]) -> Any:
    """Post JSON and return the decoded answer."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
        return json.load(response)


if __name__ == "__main__":
    sys.exit(main())
