"""Machine instructions per request, counted by callgrind: a figure that a busy machine does not change.

    python -m tests.benchmarks instructions [--model W3] [--json]

Only the measured time is counted, and a shorter run's count is taken off a longer one's, so that what every call costs
once (Python, the first touch of memory) drops out. valgrind does not know the newest processors' instructions, so the
kernels are compiled for a plain x86-64 (or whatever `NUMBA_CPU_NAME=generic` means here) into a cache of their own:
compare the figure with itself, not with a clock.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.models import MODELS
from tests.benchmarks.rivals import scratch_folder

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("instructions.c")
WARM_UP_REQUESTS = 100_000
SHORT_REQUESTS, LONG_REQUESTS = 20_000, 60_000
PLAIN = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_DISABLE_INTEL_SVML": "1"}


def under_valgrind(model_name: str, switch: str) -> None:
    """Run the model, counting twice: for a few requests and for more. Prints requests and events of both."""
    from simcore import warm
    from tests.benchmarks.engine import Engine

    counting = ctypes.CDLL(switch)
    warm()
    engine = Engine(MODELS[model_name](), seed=1)
    engine.advance(WARM_UP_REQUESTS)
    for requests in (SHORT_REQUESTS, LONG_REQUESTS):
        events = engine.events()
        counting.start_counting()
        completed, _ = engine.advance(requests)
        counting.stop_counting()
        print("counted", int(completed), engine.events() - events, flush=True)


def count(model_name: str) -> dict[str, Any] | None:
    """Return instructions per request and per event; None when a tool is missing."""
    valgrind, compiler = shutil.which("valgrind"), shutil.which("cc") or shutil.which("gcc")
    if valgrind is None or compiler is None:
        return None
    with scratch_folder() as folder:
        switch, out = Path(folder) / "switch.so", Path(folder) / "counts"
        built = subprocess.run(
            [compiler, "-O1", "-shared", "-fPIC", "-o", switch, SOURCE], capture_output=True, check=False
        )
        if built.returncode:
            return None
        environment = {**os.environ, **PLAIN, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        me = [
            sys.executable,
            "-m",
            "tests.benchmarks",
            "instructions",
            "--model",
            model_name,
            "--inside",
            str(switch),
        ]
        # Once without valgrind, so that the kernels are in the cache.
        subprocess.run(
            [sys.executable, "-c", "import simcore; simcore.warm()"], env=environment, cwd=ROOT, check=True
        )
        tool = [
            valgrind,
            "--tool=callgrind",
            "--instr-atstart=no",
            f"--callgrind-out-file={out}",
            "--smc-check=all-non-file",
        ]
        done = subprocess.run(
            [*tool, *me], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        totals = [total_of(path) for path in sorted(Path(folder).glob("counts.*"))]
    runs = [tuple(map(int, found)) for found in re.findall(r"counted (\d+) (\d+)", done.stdout)]
    (few, few_events), (many, many_events) = runs
    instructions = totals[1] - totals[0]
    return {
        "model": model_name,
        "requests": many - few,
        "instructions_per_request": instructions / (many - few),
        "instructions_per_event": instructions / (many_events - few_events),
    }


def total_of(path: Path) -> int:
    """Return the instructions that one dump counted."""
    found = re.search(r"^(?:totals|summary): (\d+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) if found else 0


def main(arguments: Sequence[str]) -> int:
    """Print the figure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks instructions")
    parser.add_argument("--model", choices=list(MODELS), default="W3")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    parser.add_argument("--inside", metavar="SWITCH", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        under_valgrind(options.model, options.inside)
        return 0
    result = count(options.model)
    if options.json:
        json.dump(result, sys.stdout, indent=2)
        print()
    elif result is None:
        print("no valgrind with its headers, or no compiler: skipped")
    else:
        print(
            f"{result['model']}: {result['instructions_per_request']:,.0f} instructions a request, "
            f"{result['instructions_per_event']:,.0f} an event (kernels compiled for a generic processor)"
        )
    return 0
