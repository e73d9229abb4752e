"""How well one run reaches many browsers: a real server, real sockets, real simulated requests.

`python -m tests.benchmarks.viewers [--viewers 50] [--seconds 20] [--rate-rps 5000] [--dead 0] [--json]`

Prints the share of frames delivered, their lag (publishing to arrival), the event loop's lag in the server, and the
processor time of the server. The exit code is 0 when the targets are met. `--dead` adds viewers that never read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DELIVERED_MIN_RATIO = 0.99
LOOP_LAG_P99_MAX_S = 0.05
SPEED_MIN_RATIO = 0.95
#: Nothing here waits longer than this for anything.
PATIENCE_S = 60.0
LOOP_SAMPLE_S = 0.01


def percentile(values: list[float], ratio: float) -> float:
    """Return the smallest value that is at least as large as this share of the values."""
    return sorted(values)[min(len(values) - 1, int(len(values) * ratio))] if values else float("nan")


# The server, in a process of its own: Daphne as it is, plus notes of when frames left and how late the loop was


def serve(port: int, notes: Path) -> None:
    """Serve until told to stop; then write the notes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
    from daphne.server import Server

    from playground.asgi import application
    from playground.delivery import Delivery

    published: dict[int, float] = {}
    lags: list[tuple[float, float]] = []
    publish = Delivery.publish

    def publish_and_note(delivery: Delivery, frame: Any) -> None:
        publish(delivery, frame)
        published[delivery._seq] = time.monotonic()

    async def sample_lag() -> None:
        while True:
            started = time.monotonic()
            await asyncio.sleep(LOOP_SAMPLE_S)
            now = time.monotonic()
            lags.append((now, now - started - LOOP_SAMPLE_S))

    Delivery.publish = publish_and_note  # type: ignore[method-assign, assignment]
    server = Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"], verbosity=0)
    server.ready_callable = lambda: asyncio.get_event_loop().create_task(sample_lag())
    server.run()
    notes.write_text(json.dumps({"published": published, "lags": lags}))


# The viewers


class Tally:
    """What all viewers received, and when."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[int, float]] = []
        self.joined = 0
        self.state: dict[str, Any] = {}


def viewer_factory(url: str, tally: Tally, *, controls: bool, reads: bool) -> Any:
    """Return a factory of viewers; the one that controls presses Run when told."""
    from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

    class Viewer(WebSocketClientProtocol):
        def onOpen(self) -> None:  # noqa: N802, the library's name
            self.say(op="hello", protocol=1)
            if controls:
                tally.state["say"] = self.say

        def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, ARG002
            # Frames are not parsed: fifty browsers share this process.
            if payload.startswith(b'{"op":"frame","seq":'):
                seq = int(payload[20 : payload.index(b",", 20)])
                tally.arrivals.append((seq, time.monotonic()))
                if seq % 5 == 0:
                    self.say(op="ack", seq=seq)
                if controls:
                    tally.state["frame"] = payload
            elif payload.startswith(b'{"op":"welcome"'):
                tally.joined += 1
                if not reads:
                    self.transport.pause_reading()
            elif controls and payload.startswith(b'{"op":"layout"'):
                tally.state["layouts"] = 1

        def say(self, **message: Any) -> None:
            self.sendMessage(json.dumps(message).encode())  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    factory: Any = WebSocketClientFactory(url, loop=loop)  # type: ignore[no-untyped-call]
    # Checking megabytes of text in Python would measure this process instead of the server.
    factory.setProtocolOptions(utf8validateIncoming=False, openHandshakeTimeout=PATIENCE_S)
    factory.protocol = Viewer
    return factory


async def watch(port: int, links: dict[str, str], options: argparse.Namespace) -> tuple[Tally, float, float]:
    """Connect everyone, run for the given time; returns the tally and when the measured stretch began and ended."""
    tally = Tally()
    loop = asyncio.get_running_loop()
    base = f"ws://127.0.0.1:{port}/ws/s/"
    wanted = [(links["edit_token"], True, True)]
    wanted += [(links["view_token"], False, True)] * (options.viewers - 1)
    wanted += [(links["view_token"], False, False)] * options.dead
    for token, controls, reads in wanted:
        factory = viewer_factory(base + token, tally, controls=controls, reads=reads)
        await loop.create_connection(factory, "127.0.0.1", port)
    await until(lambda: tally.joined == len(wanted), "all viewers to be welcomed")
    tally.state["say"](op="play")
    await until(lambda: bool(tally.arrivals), "the first frame")
    # The first run may have waited for the kernels to be loaded; the second shows what a person waits for.
    await asyncio.sleep(1)
    pressed, before = time.monotonic(), len(tally.arrivals)
    tally.state["layouts"] = 0
    tally.state["say"](op="restart", seed=1)
    await until(
        lambda: tally.state["layouts"] > 0 and len(tally.arrivals) > before, "the new run's first frame"
    )
    tally.state["first_frame_s"] = time.monotonic() - pressed
    await asyncio.sleep(3)  # let everything settle
    started = time.monotonic()
    started_s = json.loads(tally.state["frame"])["now_s"]
    await asyncio.sleep(options.seconds)
    ended = time.monotonic()
    last = json.loads(tally.state["frame"])
    tally.state["speed"] = (last["now_s"] - started_s) / (ended - started)
    tally.state["throughput_rps"] = last["totals"]["throughput_rps"]
    tally.state["failed_rps"] = last["totals"]["failed_rps"]
    tally.state["frame_bytes"] = len(tally.state["frame"])
    await asyncio.sleep(0.5)  # what was published is on its way
    return tally, started, ended


async def until(is_done: Any, what: str) -> None:
    """Wait for something to become true. Raises `TimeoutError`."""
    end = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        await asyncio.sleep(0.01)


# Putting it together


def main_scenario(rate_rps: float) -> dict[str, Any]:
    """Return the starter scenario with a replicated database, sized for the rate."""
    from simcore import library

    document = next(entry for entry in library() if entry.id == "lb-cache-replicated-db").document
    sizes = {
        "users": {"arrival_rate_rps": rate_rps, "user_count": 20_000},
        "web_server": {"worker_count": 64},
        "database": {"connection_count": 64},
    }
    for node in document["nodes"]:
        node["parameters"] = sizes.get(node["kind"], node["parameters"])
    return document


def post(port: int, path: str, body: object) -> Any:
    """Send JSON and return the answer, waiting for the server to come up."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def processor_s(process_id: int) -> float:
    """Return the processor seconds a process has used."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Run the server and the viewers; return the figures."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.json"
        environment = {**os.environ, "PLAYGROUND_VAR_DIR": folder, "PLAYGROUND_ALLOWED_HOSTS": "127.0.0.1"}
        run = {"cwd": ROOT, "env": environment}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], check=True, **run)  # type: ignore[call-overload]
        command = [sys.executable, "-m", "tests.benchmarks.viewers", "--serve", str(port), str(notes)]
        server = subprocess.Popen(command, **run)  # type: ignore[call-overload]
        try:
            links = post(port, "/api/scenarios", {"document": main_scenario(options.rate_rps)})
            before_s, since = processor_s(server.pid), time.monotonic()
            tally, started, ended = asyncio.run(watch(port, links, options))
            used_cores = (processor_s(server.pid) - before_s) / (time.monotonic() - since)
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                server.kill()
        noted = json.loads(notes.read_text())
    found = figures(tally, noted, started=started, ended=ended, viewers=options.viewers)
    return found | {"server_cores": used_cores}


def figures(tally: Tally, notes: Any, *, started: float, ended: float, viewers: int) -> dict[str, float]:
    """Return the figures of the measured stretch."""
    published = {int(seq): at for seq, at in notes["published"].items() if started <= at <= ended}
    lags = [at - published[seq] for seq, at in tally.arrivals if seq in published]
    loop_lags = [lag for at, lag in notes["lags"] if started <= at <= ended]
    return {
        "frames": float(len(published)),
        "frame_bytes": float(tally.state["frame_bytes"]),
        "delivered_ratio": len(lags) / max(1, len(published) * viewers),
        "lag_p50_s": percentile(lags, 0.5),
        "lag_p99_s": percentile(lags, 0.99),
        "loop_lag_p99_s": percentile(loop_lags, 0.99),
        "loop_lag_max_s": max(loop_lags, default=float("nan")),
        "first_frame_s": tally.state["first_frame_s"],
        "speed_ratio": tally.state["speed"],
        "throughput_rps": tally.state["throughput_rps"],
        "failed_rps": tally.state["failed_rps"],
    }


def main(arguments: list[str]) -> int:
    """Measure, print, and return 0 when the targets are met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--dead", type=int, default=0, help="viewers beside them that never read")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate-rps", type=float, default=5_000.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", nargs=2, metavar=("PORT", "NOTES"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        serve(int(options.serve[0]), Path(options.serve[1]))
        return 0
    found = measure(options)
    is_met = (
        found["delivered_ratio"] >= DELIVERED_MIN_RATIO
        and found["loop_lag_p99_s"] <= LOOP_LAG_P99_MAX_S
        and found["speed_ratio"] >= SPEED_MIN_RATIO
    )
    lines = [f"{options.viewers} viewers, {options.dead} dead, {options.rate_rps:g} requests/s"]
    lines += [f"  {name:18} {value:10.4g}" for name, value in found.items()]
    lines.append("  targets met" if is_met else "  TARGETS MISSED")
    sys.stdout.write((json.dumps(found) if options.json else "\n".join(lines)) + "\n")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
