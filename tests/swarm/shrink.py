"""Making a failing story small: whatever can be left out while it still fails the same way is left out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from simcore import parse
from simcore.diagnostics import has_errors

Json = dict[str, Any]

#: Shrinking ends after so many seconds, with what it has.
SHRINK_S_MAX = 60.0


def signature(message: str) -> str:
    """Return what kind of failure a message tells of: its words without the numbers."""
    return re.sub(r"[\d.]+(e-?\d+)?", "#", message)[:70]


def shrunk(story: Json, failure: str, fails: Callable[[Json], str | None]) -> Json:
    """Return a smaller story that fails in the same way; `fails` tells how one fails, or None."""
    until_s = time.monotonic() + SHRINK_S_MAX
    wanted = signature(failure)
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(story):
            if time.monotonic() > until_s:
                return story
            found = fails(candidate)
            if found is not None and signature(found) == wanted:
                story, smaller = candidate, True
                break
    return story


def _smaller(story: Json) -> Iterator[Json]:
    """Yield the story with one thing less, the largest things first."""
    steps, drawing = story["steps"], story["document"]
    for keep in range(len(steps)):
        yield {**story, "steps": steps[:keep]}
    for i, step in enumerate(steps):
        yield {**story, "steps": [*steps[:i], *steps[i + 1 :]]}
        if len(step["slices_s"]) > 1:
            whole = {**step, "slices_s": [sum(step["slices_s"])]}
            yield {**story, "steps": [*steps[:i], whole, *steps[i + 1 :]]}
        for j in range(len(step.get("changes", ()))):
            fewer = {**step, "changes": [*step["changes"][:j], *step["changes"][j + 1 :]]}
            yield {**story, "steps": [*steps[:i], fewer, *steps[i + 1 :]]}
    for smaller in _smaller_drawings(drawing):
        if not has_errors(parse(smaller).diagnostics):
            yield {**story, "document": smaller}


def _smaller_drawings(drawing: Json) -> Iterator[Json]:
    for node in drawing["nodes"]:
        edges = [edge for edge in drawing["edges"] if node["id"] not in (edge["source"], edge["target"])]
        yield {**drawing, "nodes": [item for item in drawing["nodes"] if item is not node], "edges": edges}
    for edge in drawing["edges"]:
        yield {**drawing, "edges": [item for item in drawing["edges"] if item is not edge]}
    if drawing["faults"]:
        yield {**drawing, "faults": drawing["faults"][1:]}
    classes = drawing["workload"]["classes"]
    for i in range(len(classes) if len(classes) > 1 else 0):
        yield {**drawing, "workload": {"classes": [*classes[:i], *classes[i + 1 :]]}}
    for part in ("nodes", "edges"):
        for item in drawing[part]:
            for name in item["parameters"]:
                fewer = {key: value for key, value in item["parameters"].items() if key != name}
                plain = {**item, "parameters": fewer}
                yield {**drawing, part: [plain if other is item else other for other in drawing[part]]}
