"""Every text a person sees exists in English and Korean, with the same placeholders."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.architecture.sources import FRONTEND, ROOT, browser_files, files_under, short, syntax

LOCALES = FRONTEND / "locales"
CATALOGUE = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
MARKERS = {"gettext", "gettext_lazy", "gettext_noop", "pgettext", "ngettext", "_"}
TEMPLATE_TAG = re.compile(r"{%\s*trans(?:late)?\s+(\"[^\"]*\"|'[^']*')")
PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
PLURAL = re.compile(r"_(one|other)$")
HANGUL = re.compile(r"[가-힣]")
LATIN_WORD = re.compile(r"[a-z]{4,}")
KEY = re.compile(r"""["'`]([a-z][\w-]*(?:\.[\w-]+)+)["'`]""")
KEY_PREFIX = re.compile(r"`([a-z][\w-]*\.[\w.-]*)\$\{")
#: A particle whose form depends on the last sound of the word before it, right after a placeholder.
PARTICLE = re.compile(r"\{(\w+)\}(?:은|는|이|가|을|를|과|와|으로|로|이나|나|이며|며)(?![가-힣(])")
#: Placeholders whose every value fits one form: "…쪽", and a number with × (read "배").
FITTING = {"direction", "speed"}
#: Fields of the component catalogue that people read. A parameter's group is its heading.
READ_FIELDS = {"title", "summary", "models", "leaves_out", "label", "help"}
READ_MAPS = {"connects_to", "choices", "roles", "causes", "group_titles"}


def flat(texts: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield a nested resource file's texts by dotted key."""
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@cache
def browser_texts(language: str) -> dict[str, str]:
    """Return all of the browser's own texts in one language, by key; plural forms count as one."""
    texts: dict[str, str] = {}
    for path in sorted([*LOCALES.glob(f"{language}.json"), *LOCALES.glob(f"*.{language}.json")]):
        for key, value in flat(json.loads(path.read_text(encoding="utf-8"))):
            texts[PLURAL.sub("", key)] = value
    return texts


@cache
def korean() -> dict[str, str]:
    """Return the server's Korean by English text."""
    entries = polib.pofile(str(CATALOGUE))
    return {entry.msgid: entry.msgstr for entry in entries if not entry.obsolete and not entry.fuzzy}


def not_translated(english: str, translated: str | None) -> str | None:
    """Return what is wrong with a translation, or None when it can be shown."""
    if not translated:
        return "no Korean"
    if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(translated)):
        return "placeholders differ"
    if LATIN_WORD.search(PLACEHOLDER.sub("", english)) and not HANGUL.search(translated):
        return "not Korean" if english != translated or " " in english else None
    return None


def keys_of(path: Path) -> set[str]:
    """Return the dotted keys of a resource file; plural forms, which differ between languages, count as one."""
    return {PLURAL.sub("", key) for key, _ in flat(json.loads(path.read_text(encoding="utf-8")))}


def unfit_particles(texts: dict[str, str]) -> dict[str, str]:
    """Return the Korean texts in which a particle would be wrong after some of the names that may be inserted."""
    return {
        key: text
        for key, text in texts.items()
        if any(name not in FITTING for name in PARTICLE.findall(text))
    }


def problems(pairs: dict[str, tuple[str, str | None]]) -> dict[str, str]:
    """Return what is wrong, by key, with pairs of English and Korean."""
    return {key: wrong for key, (en, ko) in pairs.items() if (wrong := not_translated(en, ko))}


def server_texts() -> set[str]:
    """Return every text that the server's modules and templates mark for translation."""
    texts = set()
    for path in files_under(ROOT / "playground", ".py"):
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in MARKERS:
                texts |= {
                    item.value
                    for item in node.args[:1]
                    if isinstance(item, ast.Constant) and isinstance(item.value, str)
                }
    for path in files_under(ROOT / "templates", ".html"):
        texts |= {match[1:-1] for match in TEMPLATE_TAG.findall(path.read_text(encoding="utf-8"))}
    return texts


def read_texts(value: Any) -> Iterator[str]:
    """Yield the texts inside the component catalogue that people read."""
    if isinstance(value, list):
        for item in value:
            yield from read_texts(item)
    elif isinstance(value, dict):
        if "label" in value:
            yield value["group"]
        for key, item in value.items():
            if key in READ_FIELDS and isinstance(item, str):
                yield item
            elif key in READ_MAPS:
                yield from (text for text in item.values() if isinstance(text, str))
            else:
                yield from read_texts(item)


def test_the_browser_s_texts_exist_in_both_languages() -> None:
    english, other = browser_texts("en"), browser_texts("ko")
    assert english
    assert sorted(set(other) - set(english)) == []
    assert problems({key: (text, other.get(key)) for key, text in english.items()}) == {}


def test_every_file_of_browser_texts_has_the_same_keys_in_both_languages() -> None:
    for path in sorted(LOCALES.glob("*en.json")):
        twin = Path(str(path).removesuffix("en.json") + "ko.json")
        assert keys_of(path) ^ keys_of(twin) == set(), path.name


def test_every_text_the_browser_asks_for_exists_and_none_is_left_over() -> None:
    texts = browser_texts("en")
    top = {key.split(".", maxsplit=1)[0] for key in texts}
    sources = {short(path): path.read_text(encoding="utf-8") for path in browser_files(tests=False)}
    asked = {
        key: name
        for name, source in sources.items()
        for key in KEY.findall(source)
        if key.split(".", maxsplit=1)[0] in top
    }
    prefixes = {prefix for source in sources.values() for prefix in KEY_PREFIX.findall(source)}
    assert {key: name for key, name in asked.items() if key not in texts} == {}
    left_over = [key for key in texts if key not in asked and not key.startswith(tuple(prefixes))]
    assert sorted(left_over) == []


def test_every_text_of_the_server_has_korean() -> None:
    texts = server_texts()
    assert texts
    assert problems({text: (text, korean().get(text)) for text in texts}) == {}


def test_every_text_of_the_simulator_has_korean() -> None:
    from simcore import texts

    assert texts()
    assert problems({text: (text, korean().get(text)) for text in texts()}) == {}


def test_the_simulator_lists_every_text_that_its_catalogue_shows() -> None:
    from simcore import catalog, texts

    shown = {text for text in read_texts(catalog()) if text}
    assert shown
    assert shown - set(texts()) == set()


def test_the_catalogue_is_whole() -> None:
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if entry.msgid and not entry.obsolete]
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert problems({entry.msgid: (entry.msgid, entry.msgstr) for entry in entries}) == {}


def test_the_catalogue_has_no_text_that_nobody_says() -> None:
    from simcore import texts

    entries = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in entries if entry.obsolete] == []
    assert {entry.msgid for entry in entries} - set(texts()) - server_texts() == set()


def test_particles_fit_whatever_is_inserted() -> None:
    assert unfit_particles(korean()) == {}
    assert unfit_particles(browser_texts("ko")) == {}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("{node}이 멈췄습니다.", False),
        ("{node}를 제거하십시오.", False),
        ("{node}(으)로 연결합니다.", True),
        ("{node}이(가) 멈췄습니다.", True),
        ("{count}개", True),
        ("{direction}으로", True),
        ("올바른 형식은 {expected}입니다.", True),
    ],
)
def test_an_unfit_particle_is_seen(text: str, fits: bool) -> None:
    assert (unfit_particles({"key": text}) == {}) is fits


@pytest.mark.parametrize(
    ("english", "translated", "wrong"),
    [
        ("Run", "실행", None),
        ("Run", "", "no Korean"),
        ("Run {name}", "{names} 실행", "placeholders differ"),
        ("Press the button", "Press the button", "not Korean"),
        ("p99", "p99", None),
    ],
)
def test_a_missing_or_wrong_translation_is_seen(english: str, translated: str, wrong: str | None) -> None:
    assert not_translated(english, translated) == wrong


def test_locales_come_in_pairs() -> None:
    def stems(language: str) -> list[Path]:
        return sorted(
            Path(str(path).removesuffix(f"{language}.json")) for path in LOCALES.glob(f"*{language}.json")
        )

    assert stems("en") == stems("ko")
