"""Earlier versions of a scenario: when one is kept, and which are let go as they age.

A version is what was stored when a new spell of editing began, so that each spell costs one more row however many edits
it has. Those that a person named stay; the others thin out: all of the last hour, one an hour of the last day, one a day
before that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

import orjson

from playground.differences import difference
from playground.limits import (
    VERSIONS_BYTES_MAX,
    VERSIONS_NAMED_MAX,
    VERSIONS_UNNAMED_MAX,
)
from playground.models import Scenario, Version
from playground.shapes import Document

#: Editing without a pause adds a version this often at most.
SPELL = timedelta(minutes=3)
#: So many names of editors are kept of one version.
EDITORS_MAX = 5
_ALL_FOR = timedelta(hours=1)
_HOURLY_FOR = timedelta(days=1)


class TooManyVersionsError(Exception):
    """No more versions of this scenario can be named."""


@dataclass(frozen=True, slots=True)
class Aged:
    """What thinning looks at: versions without a name, by age."""

    revision: int
    saved_at: datetime
    document_bytes: int


def cut_if_due(scenario: Scenario, now: datetime) -> bool:
    """Keep what is stored as a version unless another was kept a moment ago. Tells whether it did."""
    newest = scenario.versions.order_by("-revision").values_list("kept_at", flat=True).first()
    if newest is not None and now - newest < SPELL:
        return False
    return cut(scenario, now) is not None


def cut(scenario: Scenario, now: datetime) -> Version | None:
    """Keep what is stored as a version; None when it is one already. Lets go of what has aged."""
    if scenario.versions.filter(revision=scenario.revision).exists():
        return None
    document = cast("Document", scenario.document)
    before = scenario.versions.order_by("-revision").first()
    made = Version.objects.create(
        scenario=scenario,
        revision=scenario.revision,
        document=document,
        document_bytes=len(orjson.dumps(document)),
        editors=scenario.editors,
        difference=difference(cast("Document", before.document) if before else document, document),
        saved_at=scenario.updated_at,
        kept_at=now,
    )
    thin(scenario, now)
    return made


def name(scenario: Scenario, version: Version, name: str) -> None:
    """Give a version a name, or with an empty one let it age like the others. Raises `TooManyVersionsError`."""
    if name and not version.name and not _has_room(scenario, version):
        raise TooManyVersionsError
    version.name = name
    version.save(update_fields=["name"])


def thin(scenario: Scenario, now: datetime) -> None:
    """Let go of unnamed versions that are not needed any more; what follows one then tells the whole difference."""
    rows = list(
        scenario.versions.order_by("revision").values_list("revision", "saved_at", "document_bytes", "name")
    )
    named_bytes = sum(size for _, _, size, name in rows if name)
    unnamed = [Aged(revision, saved_at, size) for revision, saved_at, size, name in rows if not name]
    gone = outlived(unnamed, now=now, bytes_max=VERSIONS_BYTES_MAX - named_bytes)
    if not gone:
        return
    scenario.versions.filter(revision__in=gone).delete()
    kept = [revision for revision, *_ in rows if revision not in gone]
    for before, after in pairwise(kept):
        if any(before < revision < after for revision in gone):
            _tell_anew(scenario, before, after)


def outlived(versions: Sequence[Aged], *, now: datetime, bytes_max: int) -> set[int]:
    """Return the revisions to let go, given versions without a name in the order of their revisions."""
    kept: list[Aged] = []
    spans: set[tuple[str, int]] = set()
    for version in reversed(versions):  # of each hour and each day the newest stays
        age = now - version.saved_at
        if age >= _ALL_FOR:
            unit = timedelta(hours=1) if age < _HOURLY_FOR else timedelta(days=1)
            span = (str(unit), int(version.saved_at.timestamp() // unit.total_seconds()))
            if span in spans:
                continue
            spans.add(span)
        kept.append(version)
    size, fits = 0, set()
    for version in kept[:VERSIONS_UNNAMED_MAX]:
        size += version.document_bytes
        if size > bytes_max:
            break
        fits.add(version.revision)
    return {version.revision for version in versions} - fits


def _has_room(scenario: Scenario, version: Version) -> bool:
    named = scenario.versions.exclude(name="").values_list("document_bytes", flat=True)
    return len(named) < VERSIONS_NAMED_MAX and sum(named) + version.document_bytes <= VERSIONS_BYTES_MAX


def _tell_anew(scenario: Scenario, before: int, after: int) -> None:
    older, newer = scenario.versions.get(revision=before), scenario.versions.get(revision=after)
    newer.difference = difference(cast("Document", older.document), cast("Document", newer.document))
    newer.save(update_fields=["difference"])
