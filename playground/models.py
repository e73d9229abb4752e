"""What is stored: scenarios, and the links through which they are reached."""

from __future__ import annotations

import uuid

from django.db import models


class Scenario(models.Model):
    """A document and how often it has changed. Nothing refers to it by number from outside; see `Link`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.JSONField()
    document_version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.public_id} revision {self.revision}"


class Link(models.Model):
    """A capability: whoever knows the token may do what the link permits. Only the token's hash is kept."""

    class Permission(models.TextChoices):
        """What a link permits."""

        EDIT = "edit"
        VIEW = "view"

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    permission = models.CharField(max_length=4, choices=Permission)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, default=None)

    def __str__(self) -> str:
        return f"{self.permission} link {self.pk}"
