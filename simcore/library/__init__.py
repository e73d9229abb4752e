"""The scenario library: starters, what the notes teach, incidents, and known systems.

A document's name is the scenario's title and the first paragraph of its notes is the summary, so that every text stands
in one place. Starters are documents; every other scenario is `<shelf>/<id>.json`, a document with its lesson.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from simcore.library.lessons import Lesson, Measured

Shelf = Literal["starters", "notes", "incidents", "systems"]

#: English headings of the shelves, in the order in which they stand.
SHELVES: Mapping[Shelf, str] = {
    "starters": "Starters",
    "notes": "Lessons",
    "incidents": "Incidents",
    "systems": "Known systems",
}

#: In the order in which a newcomer should meet them.
_STARTERS = (
    "single-server",
    "lb-cache-replicated-db",
    "replicated-database",
    "queue-and-workers",
    "autoscaled-server",
    "rate-limited-server",
    "content-near-readers",
    "sharded-store",
    "quorum-store",
)


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One scenario: identifier, shelf, English title and one-sentence summary, the document, and what it teaches.

    `measured` has for each technique the means without and with it, in the order of its claims. The document of a
    lesson names it, so that whoever opens the document later finds the lesson again.
    """

    id: str
    shelf: Shelf
    title: str
    summary: str
    document: dict[str, Any]
    lesson: Lesson | None = None
    measured: Measured = ()

    def to_json(self) -> dict[str, Any]:
        """Return the entry as the browser gets it."""
        lesson = None if self.lesson is None else self.lesson.to_json(self.measured)
        return {
            "id": self.id,
            "shelf": self.shelf,
            "shelf_title": SHELVES[self.shelf],
            "title": self.title,
            "summary": self.summary,
            "document": self.document,
            "lesson": lesson,
        }


def library() -> list[LibraryEntry]:
    """Return all scenarios by shelf; the documents are the caller's own copies."""
    return [copy.deepcopy(entry) for entry in _entries()]


def starters() -> list[LibraryEntry]:
    """Return the starter scenarios, which have no problem to show."""
    return [entry for entry in library() if entry.shelf == "starters"]


@cache
def _entries() -> tuple[LibraryEntry, ...]:
    measured = json.loads(_text("measured.json"))
    entries = [_entry(name, "starters", json.loads(_text(f"{name}.json"))) for name in _STARTERS]
    for shelf in SHELVES:
        if shelf != "starters":
            for name in _names(shelf):
                data = json.loads(_text(f"{shelf}/{name}.json"))
                lesson = Lesson.model_validate_json(json.dumps(data["lesson"]))
                entries.append(_entry(name, shelf, data["document"], lesson, measured.get(name, [])))
    return tuple(entries)


def _entry(
    name: str,
    shelf: Shelf,
    document: dict[str, Any],
    lesson: Lesson | None = None,
    measured: list[list[list[float]]] | None = None,
) -> LibraryEntry:
    pairs = tuple(tuple((before, after) for before, after in of_one) for of_one in measured or [])
    summary = document["notes"].split("\n\n")[0]
    if lesson is not None:
        document["lesson"] = name
    return LibraryEntry(name, shelf, document["name"], summary, document, lesson, pairs)


def _names(shelf: str) -> list[str]:
    """Return the scenarios of a shelf by file name: the row of the notes, or the name of the system, comes first."""
    folder = files(__name__).joinpath(shelf)
    if not folder.is_dir():
        return []  # a shelf that has no scenario yet
    return sorted(item.name.removesuffix(".json") for item in folder.iterdir() if item.name.endswith(".json"))


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
