"""The texts that people see, and their Korean."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest
from django.test import override_settings

from playground import process
from playground.texts import MESSAGES
from playground.translations import (
    all_texts,
    catalogue_path,
    missing_placeholders,
    translations,
    update_catalogue,
)


def test_what_the_server_says_is_translated() -> None:
    assert [text for text in MESSAGES.values() if text not in translations("ko")] == []


def test_translations_fill_in_the_same_values() -> None:
    assert missing_placeholders("ko") == []


def test_texts_come_from_the_engine_the_server_and_the_pages() -> None:
    texts = all_texts()
    assert MESSAGES["busy"] in texts
    assert "There is no scenario here" in texts
    assert {kind["title"] for kind in process.engine.catalog()["kinds"]} <= set(texts)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The Korean catalogue, in a place where it may be changed."""
    path = tmp_path / "ko" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    shutil.copy(catalogue_path("ko"), path)
    return path


def test_collecting_keeps_translations_adds_new_texts_and_retires_old_ones(
    copied: Path, tmp_path: Path
) -> None:
    catalogue = polib.pofile(str(copied))
    kept = next(entry for entry in catalogue if entry.msgid == MESSAGES["busy"]).msgstr
    catalogue.remove(next(entry for entry in catalogue if entry.msgid == MESSAGES["not_found"]))
    catalogue.append(polib.POEntry(msgid="Said no more", msgstr="이제 없는 말"))
    catalogue.save(str(copied))
    with override_settings(LOCALE_PATHS=[tmp_path]):
        missing = update_catalogue("ko")
    assert MESSAGES["not_found"] in missing
    assert MESSAGES["busy"] not in missing
    entries = {entry.msgid: entry for entry in polib.pofile(str(copied))}
    assert entries[MESSAGES["busy"]].msgstr == kept
    assert entries[MESSAGES["not_found"]].msgstr == ""
    assert entries["Said no more"].obsolete
    assert set(all_texts()) <= entries.keys()
