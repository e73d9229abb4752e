"""Comparisons of two designs: run to their end in threads of their own, progress and result told line by line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

import orjson

from playground import comparison_shapes, limits
from playground.engine import Comparison
from playground.runner import stand_back
from playground.texts import error_body

logger = logging.getLogger(__name__)

Tell = Callable[[comparison_shapes.ComparisonLine | None], None]


class BusyError(Exception):
    """As many comparisons as there may be are under way."""


class Comparisons:
    """The comparisons under way in this process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(
            limits.COMPARISONS_MAX, thread_name_prefix="comparison", initializer=stand_back
        )
        self._under_way = 0

    def close(self) -> None:
        """Start no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def begin(self, comparison: Comparison) -> AsyncIterator[bytes]:
        """Return the lines of a comparison, JSON each; it ends early when nobody reads them any more.

        Raises
        ------
        BusyError : there are `limits.COMPARISONS_MAX` of them already.
        """
        if self._under_way >= limits.COMPARISONS_MAX:
            raise BusyError
        self._under_way += 1
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[comparison_shapes.ComparisonLine | None] = asyncio.Queue()
        is_left = threading.Event()

        def tell(line: comparison_shapes.ComparisonLine | None) -> None:
            with contextlib.suppress(RuntimeError):  # the loop may be gone by then
                loop.call_soon_threadsafe(told.put_nowait, line)

        # It begins before anybody reads: who never does must not keep a place for ever.
        work = loop.run_in_executor(self._threads, _compare, comparison, tell, is_left)
        work.add_done_callback(self._end)
        return _lines(told, is_left)

    def _end(self, _: object) -> None:
        self._under_way -= 1


async def _lines(
    told: asyncio.Queue[comparison_shapes.ComparisonLine | None], is_left: threading.Event
) -> AsyncIterator[bytes]:
    try:
        while (line := await told.get()) is not None:
            yield orjson.dumps(line) + b"\n"
    finally:
        is_left.set()


def _compare(comparison: Comparison, tell: Tell, is_left: threading.Event) -> None:
    """Do all the work, telling of every hundredth of it."""
    began_s, told = time.thread_time(), 0
    try:
        for done in comparison.work():
            if is_left.is_set():
                return
            if time.thread_time() - began_s > limits.COMPARISON_CPU_S_MAX:
                tell(error_body("too_long_comparison", limit_s=limits.COMPARISON_CPU_S_MAX))
                return
            if 100 * done // comparison.steps > told:
                told = 100 * done // comparison.steps
                tell({"done_ratio": done / comparison.steps})
        tell({"result": comparison.to_json()})
    except Exception:  # a fault in one comparison must be told, not lost with its thread
        logger.exception("A comparison failed")
        tell(error_body("server_error"))
    finally:
        tell(None)
