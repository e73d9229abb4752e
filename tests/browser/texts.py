"""The page's words in both languages, from where the page itself takes them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import polib

from simcore import catalog
from tests.browser.server import ROOT

LANGUAGES = ("en", "ko")


def t(language: str, key: str, **values: object) -> str:
    """Return the page's own text for a key such as `run.play`, with its values filled in."""
    found: Any = _own(language)
    for part in key.split("."):
        found = found[part]
    return _filled(str(found), values)


def tr(language: str, english: str, **values: object) -> str:
    """Return a text of the server in a language; English is its key."""
    return _filled(english if language == "en" else _translated()[english], values)


def label(language: str, kind: str, parameter: str) -> str:
    """Return the label of a kind's parameter."""
    return tr(language, _labels()[kind, parameter])


def _filled(text: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


@cache
def _labels() -> dict[tuple[str, str], str]:
    kinds = catalog()["kinds"]
    return {(kind["kind"], spec["name"]): spec["label"] for kind in kinds for spec in kind["parameters"]}


@cache
def _own(language: str) -> dict[str, Any]:
    folder = ROOT / "frontend" / "src" / "locales"
    paths = [folder / f"{language}.json", *sorted(folder.glob(f"*.{language}.json"))]
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {key: value for part in parts for key, value in part.items()}


@cache
def _translated() -> dict[str, str]:
    path = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
