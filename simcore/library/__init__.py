"""The starter scenarios: one JSON document each, named by its file.

A document's name is the scenario's title and the first paragraph of its notes is the summary, so that every text stands
in one place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: In the order in which a newcomer should meet them.
_NAMES = (
    "single-server",
    "lb-cache-replicated-db",
    "replicated-database",
    "queue-and-workers",
    "autoscaled-server",
    "rate-limited-server",
    "sharded-store",
    "quorum-store",
)


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One starter scenario: identifier, English title and one-sentence summary, and the document itself."""

    id: str
    title: str
    summary: str
    document: dict[str, Any]


def library() -> list[LibraryEntry]:
    """Return the starter scenarios; the documents are the caller's own copies."""
    return [_entry(name) for name in _NAMES]


def _entry(name: str) -> LibraryEntry:
    document: dict[str, Any] = json.loads(_text(name))
    return LibraryEntry(name, document["name"], document["notes"].split("\n\n")[0], document)


@cache
def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
