"""A real server in a process of its own, with its own database, on a free port."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 60.0
STOPS_WITHIN_S = 10.0
#: Below the ports that Linux (32768 and up) hands out by itself.
PORTS_FROM, PORTS_EACH, PORT_BLOCKS = 18_000, 400, 16
_turns = itertools.count(os.getpid() % PORTS_EACH)


class Server:
    """One server process; after `kill` or `stop` it may be started again on the same port and database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")},
            "PLAYGROUND_VAR_DIR": str(folder),
            "PYTHONFAULTHANDLER": "1",  # a process that will not end says what it is doing
            "PYTHONUNBUFFERED": "1",
        }
        self._run("manage.py", "migrate", "--no-input")

    def start(self) -> None:
        """Start the process and wait until it serves pages."""
        command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), "-v", "0"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "playground.asgi:application"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._serves():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the process without any warning, as a crash does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to end."""
        self._end(signal.SIGTERM)

    def log(self) -> str:
        """Return what the server wrote so far."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def create(self, document: dict[str, Any]) -> dict[str, Any]:
        """Store a scenario; returns its links."""
        answer: dict[str, Any] = self.post("/api/scenarios", {"document": document})
        return answer

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Post JSON and return the decoded answer."""
        request = urllib.request.Request(
            self.url + path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=STARTS_WITHIN_S) as response:
            return json.load(response)

    def get(self, path: str) -> Any:
        """Return the decoded JSON at a path."""
        with urllib.request.urlopen(self.url + path, timeout=STARTS_WITHIN_S) as response:
            return json.load(response)

    def _serves(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=STARTS_WITHIN_S) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            process.wait()
            # Known: a file being served while the server ends can hold it up. It is said, not yet mended.
            sys.stderr.write(f"not stopped within {STOPS_WITHIN_S:.0f} s:\n{self.log()}\n")


def free_port() -> int:
    """Return a port of this process's own that nobody listens on at the moment.

    Ports that the system hands out are taken by anybody's connection while a server is down between two starts, so
    these lie below them; each process of a parallel run has its own hundreds.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = PORTS_FROM + worker % PORT_BLOCKS * PORTS_EACH
    while True:
        port = first + next(_turns) % PORTS_EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
