"""What is stored: scenarios, earlier versions of them, and the links through which they are reached."""

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
    #: Ids of the last edits in the document, stored with it: one that is sent again is not applied again.
    recent_edits = models.JSONField(default=list)
    #: Names, as they were given, of those who edited since the last version.
    editors = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.public_id} revision {self.revision}"


class Version(models.Model):
    """A document as it once was; its revision tells it from the others of its scenario. See `playground.versions`."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    document = models.JSONField()
    document_bytes = models.PositiveIntegerField()
    #: Given by a person; those without a name are thinned out as they age.
    name = models.CharField(max_length=80, blank=True, default="")
    editors = models.JSONField(default=list)
    #: What changed since the version before it, as `playground.differences` puts it.
    difference = models.JSONField()
    #: When the document had become what it is here.
    saved_at = models.DateTimeField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scenario", "revision"), name="one_version_of_a_revision"),
        )

    def __str__(self) -> str:
        return f"revision {self.revision} of {self.scenario_id}"


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
