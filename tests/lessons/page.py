"""The page docs/library: every lesson with what was measured without and with its technique, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import polib

from simcore.library import SHELVES, LibraryEntry
from simcore.library.lessons import MEASURES, SEEDS, Claim

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "library"
CATALOGUE = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
Translate = Callable[[str], str]

_HEADS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "The scenario library, measured",
        "lead": "Means over {seeds} seeds, written by `python -m tests.lessons`. Each scenario runs on the same "
        "seeds as it is, and once for each of its techniques with nothing else changed. The test suite repeats every run.",
        "columns": "| scenario | technique | measure | seconds | without | with | published |",
    },
    "ko": {
        "title": "시나리오 라이브러리 측정 결과",
        "lead": "시드 {seeds}개의 평균이며 `python -m tests.lessons`로 생성합니다. 시나리오마다 같은 시드로, 그대로 한 번, "
        "그리고 기법마다 그 기법만 적용하여 한 번씩 실행합니다. 테스트는 이 실행을 모두 다시 해 봅니다.",
        "columns": "| 시나리오 | 기법 | 측정값 | 구간(초) | 적용 전 | 적용 후 | 공개된 수치 |",
    },
}


def write_page(entries: Sequence[LibraryEntry], folder: Path = FOLDER) -> None:
    """Write the page in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    korean = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}
    for name, language, translate in (
        ("README.md", "en", lambda text: text),
        ("README.ko.md", "ko", lambda text: korean.get(text) or text),
    ):
        (folder / name).write_text("\n".join(_lines(entries, language, translate)) + "\n", encoding="utf-8")


def _lines(entries: Sequence[LibraryEntry], language: str, translate: Translate) -> Iterator[str]:
    heads = _HEADS[language]
    yield from (f"# {heads['title']}", "", heads["lead"].format(seeds=len(SEEDS)), "")
    for shelf, title in SHELVES.items():
        lessons = [entry for entry in entries if entry.shelf == shelf and entry.lesson is not None]
        if lessons:
            yield from (f"## {translate(title)}", "", heads["columns"], "| --- " * 7 + "|")
            for entry in lessons:
                yield from _rows(entry, translate)
            yield ""


def _rows(entry: LibraryEntry, translate: Translate) -> Iterator[str]:
    assert entry.lesson is not None
    topic = f"{entry.lesson.topic} · " if entry.lesson.topic else ""
    title = f"{topic}{translate(entry.title)}"
    for technique, pairs in zip(entry.lesson.techniques, entry.measured, strict=True):
        first = [title, translate(technique.title)]
        for claim, pair in zip(technique.claims, pairs, strict=True):
            without, applied = (shown(value, MEASURES[claim.measure].unit) for value in pair)
            published = shown(claim.published.value, MEASURES[claim.measure].unit) if claim.published else ""
            window = f"{claim.from_s:g}-{claim.until_s:g}"
            cells = [*first, _named(entry, claim, translate), window, without, applied, published]
            yield f"| {' | '.join(cells)} |"
            title, first = "", ["", ""]


def _named(entry: LibraryEntry, claim: Claim, translate: Translate) -> str:
    names = {node["id"]: node["name"] for node in entry.document["nodes"]}
    owner = names.get(claim.node_id or "", claim.request_class)
    measure = translate(MEASURES[claim.measure].title)
    return f"{measure} ({translate(owner)})" if owner else measure


def shown(value: float, unit: str) -> str:
    """Return a measured value as the page shows it."""
    if unit == "ratio":
        return f"{value * 100:.3g} %"
    if unit == "s":
        return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
    return f"{value:.4g}" + ("" if unit == "count" else f" {unit.replace('1/s', '/s')}")
