"""The texts that people see and their translations: collecting the first, finding the second."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polib
from django.conf import settings

from playground.texts import MESSAGES

_TEMPLATE_TEXT = re.compile(r"""{% translate "([^"]+)" %}""")


def all_texts() -> list[str]:
    """Return every English text of the engine, the server and its pages, sorted."""
    import simcore

    pages = [
        text
        for path in sorted((Path(settings.BASE_DIR) / "templates").glob("*.html"))
        for text in _TEMPLATE_TEXT.findall(path.read_text(encoding="utf-8"))
    ]
    return sorted({*simcore.texts(), *MESSAGES.values(), *pages})


def catalogue_path(language: str) -> Path:
    """Return where the translations into a language are kept."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


@cache
def translations(language: str) -> dict[str, str]:
    """Return English text to translated text; what is not translated yet is left out."""
    path = catalogue_path(language)
    entries = polib.pofile(str(path)) if path.exists() else ()
    return {entry.msgid: entry.msgstr for entry in entries if entry.msgstr and not entry.obsolete}


def update_catalogue(language: str) -> list[str]:
    """Bring a catalogue's list of texts up to date, keeping its translations. Returns the texts without one."""
    path = catalogue_path(language)
    catalogue = polib.pofile(str(path), wrapwidth=110)
    known = {entry.msgid: entry for entry in catalogue}
    wanted = all_texts()
    for text in wanted:
        if text not in known:
            catalogue.append(polib.POEntry(msgid=text))
        known.setdefault(text, catalogue[-1]).obsolete = False
    for text in known.keys() - set(wanted):
        known[text].obsolete = True
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid))
    catalogue.save(str(path))
    return [text for text in wanted if not known[text].msgstr]


def missing_placeholders(language: str) -> list[str]:
    """Return the texts whose translation has other `{placeholders}` than they have."""
    return [
        text
        for text, translated in translations(language).items()
        if _placeholders(text) != _placeholders(translated)
    ]


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))
