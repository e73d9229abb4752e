"""One writer queue per process: SQLite serves one writer at a time, and a queue beats a crowd at the lock.

Autosaves are coalesced: while one waits for its turn, a newer one of the same scenario takes its place.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import close_old_connections, connection

from playground import services
from playground.shapes import Document

logger = logging.getLogger(__name__)

Saved = Callable[[int | None], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Autosave:
    document: Document
    revision: int
    editors: tuple[str, ...]
    recent_edits: tuple[str, ...]
    saved: Saved


class Writer:
    """A thread with its own database connection that carries out writes in the order they came."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._autosaves: dict[int, _Autosave] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self, work: Callable[[], T]) -> Future[T]:
        """Queue any database work, reads that must see all writes before them included."""
        future: Future[T] = Future()
        self._put(lambda: _carry_out(work, future))
        return future

    def autosave(
        self,
        scenario_id: int,
        *,
        document: Document,
        revision: int,
        saved: Saved,
        editors: tuple[str, ...] = (),
        recent_edits: tuple[str, ...] = (),
    ) -> None:
        """Queue a document for storing. `saved` is called in the writer's thread with the revision, None on failure."""
        with self._lock:
            waiting = self._autosaves.get(scenario_id)
            if waiting is not None:
                editors = tuple(dict.fromkeys((*waiting.editors, *editors)))
            self._autosaves[scenario_id] = _Autosave(document, revision, editors, recent_edits, saved)
        if waiting is None:
            self._put(lambda: self._save(scenario_id))

    def close(self) -> None:
        """Carry out what waits and end the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _put(self, job: Callable[[], None]) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()
        self._jobs.put(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            close_old_connections()
            job()
        connection.close()

    def _save(self, scenario_id: int) -> None:
        with self._lock:
            waiting = self._autosaves.pop(scenario_id)
        try:
            services.save_document(
                scenario_id,
                document=waiting.document,
                revision=waiting.revision,
                editors=waiting.editors,
                recent_edits=waiting.recent_edits,
            )
        except Exception:  # a full disk must not end the thread that will store the next try
            logger.exception("A document could not be stored")
            waiting.saved(None)
        else:
            waiting.saved(waiting.revision)


def _carry_out(work: Callable[[], Any], future: Future[Any]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001, it is raised where the result is awaited
        future.set_exception(error)
    else:
        future.set_result(result)
