"""Writes to the database. Each runs in the writer's thread (see `playground.writer`) and is one transaction."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from playground import versions
from playground.limits import LINKS_PER_SCENARIO_MAX
from playground.models import Link, Scenario, Version
from playground.selectors import hash_token, link_count
from playground.shapes import Document, Permission

#: 192 random bits, more than anyone can guess.
TOKEN_BYTES = 24


class TooManyLinksError(Exception):
    """The scenario has as many links as it may have."""


@transaction.atomic
def create_scenario(document: Document) -> tuple[str, str]:
    """Store a new scenario. Returns the tokens of its first two links: to edit and to view."""
    scenario = Scenario.objects.create(document=document, document_version=document["version"])
    edit_token = _add_edit_link(scenario.pk)
    return edit_token, derive_view_token(edit_token)


def derive_view_token(edit_token: str) -> str:
    """Return the token of the view link that was made with an edit link.

    Only hashes of tokens are stored, so the view link could not be shown again if its token were not computed.
    """
    digest = hmac.digest(edit_token.encode(), b"view", hashlib.sha256)[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@transaction.atomic
def save_document(
    scenario_id: int,
    *,
    document: Document,
    revision: int,
    editors: Sequence[str] = (),
    recent_edits: Sequence[str] = (),
) -> None:
    """Store a document unless the same or a newer revision is stored already; what was stored may become a version.

    `editors` are the names of those who changed it, `recent_edits` the ids of the last edits that it contains.
    """
    scenario = Scenario.objects.filter(pk=scenario_id, revision__lt=revision).first()
    if scenario is None:
        return
    now = timezone.now()
    known = [] if versions.cut_if_due(scenario, now) else scenario.editors
    scenario.editors = list(dict.fromkeys([*known, *filter(None, editors)]))[-versions.EDITORS_MAX :]
    scenario.document = document
    scenario.document_version = document["version"]
    scenario.revision = revision
    scenario.recent_edits = list(recent_edits)
    scenario.save()


@transaction.atomic
def keep_version(scenario_id: int, *, name: str) -> int:
    """Keep what is stored as a version, with a name or without; returns its revision. Raises `TooManyVersionsError`."""
    scenario = Scenario.objects.get(pk=scenario_id)
    versions.cut(scenario, timezone.now())
    version = scenario.versions.get(revision=scenario.revision)
    if name:
        versions.name(scenario, version, name)
    return version.revision


@transaction.atomic
def name_version(scenario_id: int, revision: int, *, name: str) -> bool:
    """Name a version or take its name away. Tells whether there is such a version. Raises `TooManyVersionsError`."""
    version = (
        Version.objects.select_related("scenario").filter(scenario=scenario_id, revision=revision).first()
    )
    if version is None:
        return False
    versions.name(version.scenario, version, name)
    return True


@transaction.atomic
def create_link(scenario_id: int, permission: Permission) -> str:
    """Make another link and return its token. Raises `TooManyLinksError`."""
    if link_count(scenario_id) >= LINKS_PER_SCENARIO_MAX:
        raise TooManyLinksError
    if permission == "edit":
        return _add_edit_link(scenario_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _add_link(scenario_id, token, "view")
    return token


@transaction.atomic
def revoke_link(scenario_id: int, *, token: str) -> int | None:
    """End a link of this scenario for good. Returns its number, None when there is no such link."""
    link = Link.objects.filter(scenario_id=scenario_id, token_hash=hash_token(token), revoked_at=None).first()
    if link is None:
        return None
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    return link.pk


def _add_edit_link(scenario_id: int) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _add_link(scenario_id, token, "edit")
    _add_link(scenario_id, derive_view_token(token), "view")
    return token


def _add_link(scenario_id: int, token: str, permission: Permission) -> None:
    Link.objects.create(scenario_id=scenario_id, token_hash=hash_token(token), permission=permission)
