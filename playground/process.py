"""What exists once per process: the rooms with their threads, and the limiters."""

from __future__ import annotations

import atexit
import gc
import threading
import time
from functools import cache

from playground import limits, selectors
from playground.comparing import Comparisons
from playground.engine import SimcoreEngine
from playground.rooms import Rooms
from playground.runner import Runner
from playground.writer import Writer

engine = SimcoreEngine()

sockets_of_addresses = limits.Limiter(limits.SOCKETS_PER_ADDRESS, clock=time.monotonic)
reads_of_addresses = limits.Limiter(limits.READS_PER_ADDRESS, clock=time.monotonic)
writes_of_addresses = limits.Limiter(limits.WRITES_PER_ADDRESS, clock=time.monotonic)
creations_of_addresses = limits.Limiter(limits.CREATIONS_PER_ADDRESS, clock=time.monotonic)


@cache
def comparisons() -> Comparisons:
    """Return the comparisons; their threads start when there is work and end with the process."""
    made = Comparisons()
    atexit.register(made.close)
    return made


@cache
def rooms() -> Rooms:
    """Return the rooms; their threads start when there is work and end with the process."""
    made = Rooms(
        engine=engine,
        runner=Runner(),
        writer=Writer(),
        load=_load,
        find_access=selectors.find_access,
    )
    atexit.register(made.close)
    return made


def _load(scenario_id: int) -> selectors.Stored:
    stored = selectors.load_document(scenario_id)
    return stored._replace(document=engine.newest(stored.document))


def warm_up() -> None:
    """Load the engine beside the first requests."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    engine.warm()
    # What is loaded by now stays. Walking it in search of garbage would hold frames up for a third of a second.
    gc.freeze()
