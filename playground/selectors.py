"""Reads from the database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import cast

from playground.models import Link, Scenario
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


def load_document(scenario_id: int) -> tuple[Document, int]:
    """Return a scenario's document and its revision. Raises `Scenario.DoesNotExist`."""
    scenario = Scenario.objects.get(pk=scenario_id)
    return cast("Document", scenario.document), scenario.revision


def link_count(scenario_id: int) -> int:
    """Return how many links to a scenario hold."""
    return Link.objects.filter(scenario_id=scenario_id, revoked_at=None).count()
