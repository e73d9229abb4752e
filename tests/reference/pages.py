"""The pages of docs/reference, in English and Korean: what each kind models, its parameters, and what they move."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import polib

from simcore import catalog
from tests.every_kind.placebo.book import GROUP_PREFIX, entries
from tests.reference.table import FAULT_OWNER, FOLDER, Row

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
#: Korean for the systems in which parameters are turned.
SETTINGS = Path(__file__).with_name("settings.ko.json")

Translate = Callable[[str], str]
Spec = Mapping[str, Any]

_ARROWS = {"up": "↑", "down": "↓", "changes": "↕"}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("# Reference", "# 참조 문서"),
    "lead": (
        (
            "Every kind of component with its parameters, written by `python -m tests.reference` from what the code declares. "
            "[What each parameter moves](placebo.md) was measured."
        ),
        (
            "구성 요소의 모든 종류와 설정값입니다. `python -m tests.reference`가 코드의 선언으로부터 만듭니다. "
            "[설정값마다 움직이는 수치](placebo.ko.md)는 측정한 결과입니다."
        ),
    ),
    "connections": ("Connections", "연결"),
    "classes": ("Request classes", "요청 종류"),
    "groups": ("Groups", "그룹"),
    "models": ("Models", "시뮬레이션하는 것"),
    "leaves_out": ("Leaves out", "다루지 않는 것"),
    "connects": ("Connects to", "연결 대상"),
    "faults": ("Faults", "장애"),
    "parameters": ("Parameters", "설정값"),
    "columns": (
        "| parameter | default | range | what it does | moves | source of the default |",
        "| 설정값 | 기본값 | 범위 | 설명 | 바뀌는 수치 | 기본값의 출처 |",
    ),
    "products": ("Products", "제품"),
    "product_columns": (
        "| product | parameter | value | source | confidence |",
        "| 제품 | 설정값 | 값 | 출처 | 신뢰도 |",
    ),
    "aliases": ("Also called", "다른 이름"),
    "on": ("on", "켬"),
    "off": ("off", "끔"),
    "empty": ("empty", "비어 있음"),
    "more": ("more than {low}, at most {high}", "{low} 초과 {high} 이하"),
    "between": ("{low} to {high}", "{low} ~ {high}"),
    "fault_columns": (
        "| fault | strikes | strength | figure | before → after | |",
        "| 장애 | 대상 | 강도 | 수치 | 변경 전 → 변경 후 | |",
    ),
    "healthy": ("none", "없음"),
    "usual": ("usual", "기본"),
    "placebo": ("# What each parameter moves", "# 설정값마다 움직이는 수치"),
    "placebo_lead": (
        (
            "Every parameter of every kind, and every choice of every menu, turned in a small system made for it. Figures are means "
            "over two seeds (four where the seeds differ much); runs with the same seed see the same arrivals, so that a parameter "
            "without effect would show the same figures to the last digit. The test suite repeats every run. The figures are those "
            "of the latest `python -m tests.reference --measure`, times in seconds, cost in US dollars. {count} parameters, {rows} statements, {wrong} of them wrong."
        ),
        (
            "모든 종류의 모든 설정값과 모든 메뉴의 모든 선택지를, 그것을 위해 만든 작은 시스템에서 바꿔 본 결과입니다. 수치는 시드 두 개의 평균입니다(시드 "
            "사이의 차이가 크면 네 개). 시드가 같은 실행은 같은 도착을 겪으므로, 효과가 없는 설정값이라면 마지막 자리까지 같은 수치가 나옵니다. 테스트는 이 "
            "실행을 모두 다시 해 봅니다. 수치는 마지막으로 실행한 `python -m tests.reference --measure`의 결과이며, 시간은 초, 비용은 미국 달러입니다. 설정값 {count}개, 진술 "
            "{rows}개, 그중 틀린 것 {wrong}개입니다."
        ),
    ),
    "placebo_columns": (
        "| parameter | system | from → to | figure | before → after | |",
        "| 설정값 | 시스템 | 변경 | 수치 | 변경 전 → 변경 후 | |",
    ),
    "other": ("[한국어]({name}.ko.md)", "[English]({name}.md)"),
}


class Writer:
    """Writes pages in one language."""

    def __init__(self, language: str) -> None:
        self._at = 0 if language == "en" else 1
        self._ending = ".md" if language == "en" else ".ko.md"
        self._korean: dict[str, str] = {}
        if self._at:
            entries = polib.pofile(str(CATALOGUE))
            self._korean = {entry.msgid: entry.msgstr for entry in entries if entry.msgstr}
            self._korean |= json.loads(SETTINGS.read_text(encoding="utf-8"))
        self._catalog = catalog()

    def pages(self, rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
        """Yield the file name and the text of every page."""
        yield self._page("README", self._index())
        for kind in self._catalog["kinds"]:
            yield self._page(kind["kind"], self._kind(kind))
        for name, heading in (("connections", "edge_parameters"), ("classes", "class_parameters")):
            lines = [f"# {self._text(name)}", *self._parameters(self._catalog[heading])]
            yield self._page(name, lines)
        yield self._page("groups", self._groups())
        yield self._page("placebo", self._table(rows))

    def _page(self, name: str, lines: Sequence[str]) -> tuple[str, str]:
        title, *rest = lines
        body = [title, "", self._text("other").format(name=name), "", *rest]
        return name + self._ending, "\n".join(body).rstrip() + "\n"

    def _text(self, key: str) -> str:
        return _TEXTS[key][self._at]

    def _tr(self, text: str) -> str:
        return self._korean.get(text, text)

    def _index(self) -> list[str]:
        lines = [self._text("title"), self._text("lead"), ""]
        for group, kinds in groupby(self._catalog["kinds"], key=lambda kind: kind["group"]):
            lines += [f"## {self._tr(self._catalog['group_titles'][group])}", ""]
            lines += [
                f"- [{self._tr(kind['title'])}]({kind['kind']}{self._ending}): {self._tr(kind['summary'])}"
                for kind in kinds
            ]
            lines.append("")
        lines += [
            f"- [{self._text(name)}]({name}{self._ending})" for name in ("connections", "classes", "groups")
        ]
        return lines

    def _groups(self) -> list[str]:
        lines = [f"# {self._text('groups')}"]
        for kind in self._catalog["group_kinds"]:
            lines += [f"## {self._tr(kind['title'])}", "", self._tr(kind["summary"]), ""]
            for heading in ("models", "leaves_out"):
                lines += [f"{self._text(heading)}: {self._tr(kind[heading])}", ""]
            lines += self._parameters(kind["parameters"], level="###") if kind["parameters"] else []
        return lines

    def _kind(self, kind: Spec) -> list[str]:
        lines = [f"# {self._tr(kind['title'])}", self._tr(kind["summary"]), ""]
        if kind["aliases"]:
            lines += [f"{self._text('aliases')}: {', '.join(kind['aliases'])}", ""]
        lines += [f"## {self._text('models')}", "", self._tr(kind["models"]), ""]
        lines += [f"## {self._text('leaves_out')}", "", self._tr(kind["leaves_out"]), ""]
        if kind["connects_to"]:
            lines += [f"## {self._text('connects')}", ""]
            roles = self._catalog["roles"]
            lines += [
                f"- {self._tr(roles[role])}: {self._tr(meaning)}"
                for role, meaning in kind["connects_to"].items()
            ]
            lines.append("")
        if kind["faults"]:
            titles = [self._tr(self._catalog["faults"][fault]["title"]) for fault in kind["faults"]]
            lines += [f"## {self._text('faults')}", "", ", ".join(titles), ""]
        return [*lines, *self._parameters(kind["parameters"]), *self._products(kind)]

    def _parameters(self, specs: Sequence[Spec], level: str = "##") -> list[str]:
        lines = [f"{level} {self._text('parameters')}", ""]
        for group, members in groupby(sorted(specs, key=_group_order(specs)), key=lambda spec: spec["group"]):
            lines += [f"{level}# {self._tr(group)}", "", self._text("columns"), "| --- " * 6 + "|"]
            lines += [self._parameter(spec) for spec in members]
            lines.append("")
        return lines

    def _parameter(self, spec: Spec) -> str:
        cells = [
            f"{self._tr(spec['label'])}<br>`{spec['name']}`",
            self._value(spec, spec["default"]),
            self._range(spec),
            self._tr(spec["help"]),
            self._moves(spec),
            self._tr(spec["source"]),
        ]
        return _line(*cells)

    def _value(self, spec: Spec, value: Any) -> str:
        if spec["type"] == "bool":
            return self._text("on" if value else "off")
        if spec["type"] == "choice":
            return self._tr(spec["choices"][value])
        unit = "" if spec["unit"] == "ratio" else spec["unit"]
        return f"{_number(value)} {unit}".strip() if value != "" else self._text("empty")

    def _range(self, spec: Spec) -> str:
        if spec["choices"]:
            return "<br>".join(self._tr(label) for label in spec["choices"].values())
        if spec["type"] not in ("int", "float"):
            return ""
        key, low = ("more", spec["gt"]) if spec["ge"] is None else ("between", spec["ge"])
        return self._text(key).format(low=_number(low), high=_number(spec["le"]))

    def _moves(self, spec: Spec) -> str:
        figures = self._catalog["figures"]
        lines = []
        for choice, moves in groupby(spec["moves"], key=lambda move: move["choice"]):
            shown = ", ".join(
                f"{self._tr(figures[move['figure']])} {_ARROWS[move['direction']]}" for move in moves
            )
            lines.append(f"{self._tr(spec['choices'][choice])}: {shown}" if choice else shown)
        return "<br>".join(lines)

    def _products(self, kind: Spec) -> list[str]:
        if not kind["presets"]:
            return []
        specs = {spec["name"]: spec for spec in kind["parameters"]}
        lines = [f"## {self._text('products')}", "", self._text("product_columns"), "| --- " * 5 + "|"]
        for preset in kind["presets"]:
            for name, figure in preset["figures"].items():
                spec = specs[name]
                confidence = (
                    f"{figure['confidence']}: {self._tr(self._catalog['confidence'][figure['confidence']])}"
                )
                value = self._value(spec, figure["value"])
                cells = (
                    preset["name"],
                    self._tr(spec["label"]),
                    value,
                    self._tr(figure["source"]),
                    confidence,
                )
                lines.append(_line(*cells))
        return lines

    def _table(self, rows: Sequence[Row]) -> list[str]:
        wrong = sum(row.verdict != "moves" for row in rows)
        count = len({(row.owner, row.parameter) for row in rows if row.owner != FAULT_OWNER})
        lead = self._text("placebo_lead").format(count=count, rows=len(rows), wrong=wrong)
        lines = [self._text("placebo"), lead, ""]
        kinds = {
            kind["kind"]: (self._tr(kind["title"]), kind["parameters"]) for kind in self._catalog["kinds"]
        }
        kinds["edge"] = (self._text("connections"), self._catalog["edge_parameters"])
        kinds["class"] = (self._text("classes"), self._catalog["class_parameters"])
        for group in self._catalog["group_kinds"]:
            kinds[f"{GROUP_PREFIX}{group['kind']}"] = (self._tr(group["title"]), group["parameters"])
        turned = [row for row in rows if row.owner != FAULT_OWNER]
        for owner, owned in groupby(turned, key=lambda row: row.owner):
            title, parameters = kinds[owner]
            specs = {spec["name"]: spec for spec in parameters}
            lines += [f"## {title}", "", self._text("placebo_columns"), "| --- " * 6 + "|"]
            lines += [self._measured(row, specs[row.parameter]) for row in owned]
            lines.append("")
        titles = {owner: title for owner, (title, _) in kinds.items()}
        lines += [f"## {self._text('faults')}", "", self._text("fault_columns"), "| --- " * 6 + "|"]
        lines += [self._struck(row, titles[row.choice]) for row in rows if row.owner == FAULT_OWNER]
        return lines

    def _struck(self, row: Row, kind: str) -> str:
        fault = self._catalog["faults"][row.parameter]
        strengths = {"": self._text("healthy"), "usual": self._text("usual")}
        unit = {"x": "×", "ratio": ""}.get(fault["unit"], fault["unit"])
        low, high = (
            strengths.get(value) or f"{float(value):g} {unit}".strip() for value in (row.low, row.high)
        )
        return _line(self._tr(fault["title"]), kind, f"{low} → {high}", *self._moved(row))

    def _moved(self, row: Row) -> tuple[str, str, str]:
        place = f" (`{row.place}`)" if row.place else ""
        return (
            f"{self._tr(self._catalog['figures'][row.figure])} {_ARROWS[row.direction]}{place}",
            f"{row.before} → {row.after}",
            "✓" if row.verdict == "moves" else "✗",
        )

    def _measured(self, row: Row, spec: Spec) -> str:
        choices = spec["choices"]
        turned = [self._tr(choices.get(value, "")) or self._tr(value) for value in (row.low, row.high)]
        if spec["type"] == "bool":
            turned = [self._text(value) for value in (row.low, row.high)]
        return _line(
            self._tr(spec["label"]),
            self._tr(row.setting),
            " → ".join(value or self._text("empty") for value in turned),
            *self._moved(row),
        )


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _group_order(specs: Sequence[Spec]) -> Callable[[Spec], int]:
    groups = list(dict.fromkeys(spec["group"] for spec in specs))
    return lambda spec: groups.index(spec["group"])


def _number(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def pages(rows: Sequence[Row]) -> dict[str, str]:
    """Return the text of every page by file name."""
    return {name: text for language in ("en", "ko") for name, text in Writer(language).pages(rows)}


def update_settings() -> list[str]:
    """Bring the list of systems that need Korean up to date, and return those without."""
    known = json.loads(SETTINGS.read_text(encoding="utf-8"))
    used = sorted({case.setting for entry in entries() for case in entry.cases})
    korean = {setting: known.get(setting, "") for setting in used}
    SETTINGS.write_text(json.dumps(korean, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [setting for setting in used if not korean[setting]]


def write_pages(rows: Sequence[Row]) -> None:
    """Write all pages, and remove those of kinds that are gone."""
    written = pages(rows)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
