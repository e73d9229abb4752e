"""`manage.py collect_texts`: brings the lists of texts to translate up to date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from playground.translations import catalogue_path, update_catalogue


class Command(BaseCommand):
    """Adds new texts to locale/ko/LC_MESSAGES/django.po and names those without a translation."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002, the framework passes them
        """Run the command."""
        missing = update_catalogue("ko")
        for text in missing:
            self.stdout.write(f"not translated: {text}")
        self.stdout.write(f"{catalogue_path('ko')}: {len(missing)} texts without a translation")
