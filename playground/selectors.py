"""Reads from the database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import NamedTuple, cast

from playground.bodies import VersionEntry
from playground.differences import difference
from playground.models import Link, Scenario, Version
from playground.shapes import Document, Permission

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True, slots=True)
class Access:
    """What a link that holds gives access to."""

    link_id: int
    scenario_id: int
    permission: Permission


def hash_token(token: str) -> str:
    """Return what is stored of a token. Tokens are random, so a plain hash cannot be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Tell whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def find_access(token: str) -> Access | None:
    """Return what a token gives access to; None when it is unknown, malformed or revoked."""
    if not is_token(token):
        return None
    link = Link.objects.filter(token_hash=hash_token(token), revoked_at=None).first()
    if link is None:
        return None
    return Access(link.pk, link.scenario_id, cast("Permission", link.permission))


class Stored(NamedTuple):
    """A document as it is stored; `recent_edits` are the ids of the last edits in it."""

    document: Document
    revision: int
    recent_edits: list[str]


def load_document(scenario_id: int) -> Stored:
    """Return a scenario's document. Raises `Scenario.DoesNotExist`."""
    scenario = Scenario.objects.get(pk=scenario_id)
    return Stored(cast("Document", scenario.document), scenario.revision, scenario.recent_edits)


def list_versions(scenario_id: int) -> list[VersionEntry]:
    """Return what is now and the versions before it, the newest first."""
    scenario = Scenario.objects.get(pk=scenario_id)
    kept = scenario.versions.defer("document").order_by("-revision")
    earlier = [_entry(version) for version in kept]
    if earlier and earlier[0]["revision"] == scenario.revision:
        return earlier
    newest = scenario.versions.order_by("-revision").first()
    document = cast("Document", scenario.document)
    now: VersionEntry = {
        "revision": scenario.revision,
        "name": "",
        "editors": scenario.editors,
        "saved_at": scenario.updated_at.isoformat(),
        "difference": difference(cast("Document", newest.document) if newest else document, document),
    }
    return [now, *earlier]


def find_version(scenario_id: int, revision: int) -> Document | None:
    """Return the document of a version, or of what is now; None when there is no such version."""
    for rows in (
        Version.objects.filter(scenario=scenario_id),
        Scenario.objects.filter(pk=scenario_id),
    ):
        document = rows.filter(revision=revision).values_list("document", flat=True).first()
        if document is not None:
            return cast("Document", document)
    return None


def _entry(version: Version) -> VersionEntry:
    return {
        "revision": version.revision,
        "name": version.name,
        "editors": version.editors,
        "saved_at": version.saved_at.isoformat(),
        "difference": version.difference,
    }


def link_count(scenario_id: int) -> int:
    """Return how many links to a scenario hold."""
    return Link.objects.filter(scenario_id=scenario_id, revoked_at=None).count()
