"""The page docs/validation, in English and Korean, from what the runs gave."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tests.validation.behaviours import BEHAVIOURS
from tests.validation.case import SEEDS, Verdict
from tests.validation.curves import Figure
from tests.validation.measures import label
from tests.validation.plots import Axis, Series, plot
from tests.validation.published import Comparison, Inexpressible

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "validation"

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("# Validation", "# 검증"),
    "other": ("[한국어](README.ko.md)", "[English](README.md)"),
    "intro": (
        (
            "Every case below is a system whose behaviour theory knows exactly, or nearly so. The engine simulates it request "
            "by request, on three seeds, and the page holds what it measured to what theory says. It is written by "
            "`python3 run.py validate`; `tests/theory` runs the same cases, shorter, on every change. All numbers are in "
            "[results.csv](results.csv)."
        ),
        (
            "아래의 각 사례는 이론으로 정확한(또는 거의 정확한) 답을 아는 시스템입니다. 엔진이 요청을 하나씩 시뮬레이션한 결과를 시드 세 개에 "
            "대해 이론값과 비교합니다. 이 페이지는 `python3 run.py validate` 명령이 만들며, `tests/theory`는 같은 사례를 더 짧게, 변경이 "
            "있을 때마다 실행합니다. 모든 수치는 [results.csv](results.csv)에 있습니다."
        ),
    ),
    "how": (
        (
            "± is the half-width of the 99 % confidence interval, from 20 batch means (Student's t); the error in parentheses "
            "is simulated over expected, minus one. With so many comparisons, about one interval in a hundred misses the truth "
            "by chance, so the verdict is taken with intervals that all contain the truth with a probability of 99 % "
            "(Bonferroni), and the error must also be below the tolerance of the case. *✓* inside the 99 % interval; *(✓)* "
            "outside it on some seed, but no more than chance explains; *✗* wrong. Where theory itself is an approximation, its "
            "own error is written behind the expected value and added to the interval. On one seed all cases with the same "
            "names see the same arrivals, so their errors lean the same way."
        ),
        (
            "±는 배치 평균 20개로 구한 99 % 신뢰구간의 절반 너비(스튜던트 t)이고, 괄호 안은 오차(시뮬레이션 값 ÷ 기댓값 − 1)입니다. 비교가 많아서 "
            "구간 백 개 중 한 개쯤은 우연히 참값을 벗어나므로, 판정에는 모든 구간이 동시에 참값을 포함할 확률이 99 %인 구간(본페로니)을 쓰며, "
            "오차가 사례별 허용치보다도 작아야 합니다. *✓*는 99 % 구간 안, *(✓)*는 일부 시드에서 벗어났지만 우연으로 설명되는 정도, *✗*는 "
            "불일치입니다. 이론 자체가 근사인 경우 이론의 오차를 기댓값 뒤에 적고 구간에 더합니다. 같은 시드에서는 이름이 같은 노드가 같은 도착을 "
            "겪으므로 오차가 같은 방향으로 치우칩니다."
        ),
    ),
    "head": (
        "| case | system | measure | expected | {seeds} | requests | verdict |",
        "| 사례 | 시스템 | 측정값 | 기댓값 | {seeds} | 요청 수 | 판정 |",
    ),
    "seed": ("seed {}", "시드 {}"),
    "own": ("Further cases", "추가 사례"),
    "public": ("Reference cases", "기준 사례"),
    "errors": ("Errors of all cases", "모든 사례의 오차"),
    "error_axis": ("error / 99 % half-width", "오차 ÷ 99 % 구간의 절반 너비"),
    "case_axis": ("comparison", "비교"),
    "curves": ("Curves", "곡선"),
    "published": ("Published measurements", "공개된 실측값"),
    "published_intro": (
        (
            "Real systems are not cases: what they measured includes what a model leaves out. The table says how far off the "
            "simulation is when it is given only what the source states, and which figure was used to calibrate it."
        ),
        (
            "실제 시스템의 측정값에는 모형이 생략한 것까지 들어 있으므로 위의 사례와 다릅니다. 표는 출처에 적힌 것만 입력했을 때 시뮬레이션이 "
            "얼마나 어긋나는지, 보정에 어떤 값을 썼는지를 보여 줍니다."
        ),
    ),
    "published_head": (
        "| data | scenario | calibrated with | figure | published | simulated | off by |",
        "| 자료 | 시나리오 | 보정에 쓴 값 | 수치 | 공개값 | 시뮬레이션 | 차이 |",
    ),
    "left_out": ("Not expressible", "표현할 수 없는 자료"),
    "left_out_head": ("| data | why |", "| 자료 | 이유 |"),
    "behaviours": ("Behaviours", "행동"),
    "behaviours_head": ("| behaviour | what must be seen | tests |", "| 행동 | 나타나야 하는 것 | 테스트 |"),
    "summary": (
        (
            "**{passed} of {total}** comparisons hold ({cases} cases, {seeds} seeds); **{inside}** lie inside their 99 % "
            "interval ({ratio:.1f} %), and about 99 % should."
        ),
        (
            "비교 {total}건 중 **{passed}건**이 이론과 맞습니다(사례 {cases}개, 시드 {seeds}개). 99 % 구간 안에 든 것은 **{inside}건**"
            "({ratio:.1f} %)이며, 기대되는 비율은 약 99 %입니다."
        ),
    ),
}


def write_page(
    verdicts: Sequence[Verdict],
    figures: Sequence[Figure],
    comparisons: Sequence[Comparison],
    inexpressible: Sequence[Inexpressible],
    folder: Path = FOLDER,
) -> None:
    """Write README.md, README.ko.md, results.csv and the plots."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.csv").write_text(table_of(verdicts), encoding="utf-8")
    for korean in (False, True):
        suffix = ".ko" if korean else ""
        for figure in figures:
            (folder / f"{figure.name}{suffix}.svg").write_text(figure.draw(korean=korean), encoding="utf-8")
        (folder / f"errors{suffix}.svg").write_text(_errors(verdicts, korean=korean), encoding="utf-8")
        text = _page(verdicts, figures, comparisons, inexpressible, korean=korean)
        (folder / f"README{suffix}.md").write_text(text, encoding="utf-8")


def table_of(verdicts: Sequence[Verdict]) -> str:
    """Return every comparison as comma-separated values."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["case", "measure", "seed", "expected", "simulated", "half_width_99", "error_ratio", "requests", "inside", "passed"]
    )  # fmt: skip
    for item in verdicts:
        numbers = (item.expected.value, item.estimate.value, item.estimate.half_width(), item.error_ratio)
        writer.writerow(
            [
                item.case.id,
                item.measure,
                item.seed,
                *(f"{number:.6g}" for number in numbers),
                item.requests,
                int(item.is_inside),
                int(item.passed),
            ]
        )
    return out.getvalue()


def _page(
    verdicts: Sequence[Verdict],
    figures: Sequence[Figure],
    comparisons: Sequence[Comparison],
    inexpressible: Sequence[Inexpressible],
    *,
    korean: bool,
) -> str:
    def say(name: str, **values: object) -> str:
        return _TEXTS[name][korean].format(**values)

    suffix = ".ko" if korean else ""
    inside = sum(item.is_inside for item in verdicts)
    total = len(verdicts)
    summary = say(
        "summary",
        passed=sum(item.passed for item in verdicts),
        total=total,
        cases=len({item.case.id for item in verdicts}),
        seeds=len({item.seed for item in verdicts}),
        inside=inside,
        ratio=100 * inside / total,
    )
    parts = [say("title"), say("other"), say("intro"), summary, say("how")]
    for heading, public in (("public", True), ("own", False)):
        rows = [item for item in verdicts if item.case.public == public]
        parts += [f"## {say(heading)}", _table(rows, korean=korean)]
    parts += [f"## {say('errors')}", f"![{say('errors')}](errors{suffix}.svg)"]
    parts.append(f"## {say('curves')}")
    for figure in figures:
        parts += [figure.text[korean], f"![{figure.title[korean]}]({figure.name}{suffix}.svg)"]
    parts += [f"## {say('behaviours')}", _behaviours(korean=korean)]
    parts += [f"## {say('published')}", say("published_intro"), _published(comparisons, korean=korean)]
    rows_left_out = [f"| {item.data} | {item.reason[korean]} |" for item in inexpressible]
    parts += [f"### {say('left_out')}", "\n".join([say("left_out_head"), "| --- | --- |", *rows_left_out])]
    return "\n\n".join(parts) + "\n"


def _table(verdicts: Sequence[Verdict], *, korean: bool) -> str:
    seeds = " | ".join(_TEXTS["seed"][korean].format(seed) for seed in SEEDS)
    lines = [_TEXTS["head"][korean].format(seeds=seeds), "| --- " * (6 + len(SEEDS)) + "|"]
    order = {id(item.case): number for number, item in reversed(list(enumerate(verdicts)))}
    ranked = sorted(
        verdicts,
        key=lambda item: (order[id(item.case)], list(item.case.expected).index(item.measure), item.seed),
    )
    for (_, measure), group in groupby(ranked, key=lambda item: (item.case.id, item.measure)):
        runs = list(group)
        case, expected = runs[0].case, runs[0].expected
        own = f" ± {_short(expected.bias * expected.scale, 2)}" if expected.bias else ""
        sign = "✓" if all(run.is_inside for run in runs) else "(✓)"
        lines.append(
            f"| {case.id} | {case.korean if korean else case.system} | {label(measure, korean=korean)} "
            f"| {_short(expected.value)}{own} | {' | '.join(_cell(run) for run in runs)} | {runs[0].requests:,} "
            f"| {sign if all(run.passed for run in runs) else '✗'} |"
        )
    return "\n".join(lines)


def _cell(run: Verdict) -> str:
    error = f"{100 * run.error_ratio:+.2f} %" if run.expected.value else "0"
    return f"{_short(run.estimate.value)} ± {_short(run.estimate.half_width(), 2)} ({error})"


def _short(value: float, digits: int = 5) -> str:
    return f"{value:.{digits}g}"


def _published(comparisons: Sequence[Comparison], *, korean: bool) -> str:
    lines = [_TEXTS["published_head"][korean], "| --- " * 7 + "|"]
    lines += [
        f"| {item.data} | {item.scenario[korean]} | {item.calibrated[korean]} | {item.figure[korean]} "
        f"| {_short(item.published)} | {_short(item.simulated)} | {100 * item.error_ratio:+.1f} % |"
        for item in comparisons
    ]
    return "\n".join(lines)


def _behaviours(*, korean: bool) -> str:
    rows = [
        f"| {item.id} | {item.text[korean]} | {', '.join(f'`{test}`' for test in item.tests)} |"
        for item in BEHAVIOURS
    ]
    return "\n".join([_TEXTS["behaviours_head"][korean], "| --- " * 3 + "|", *rows])


def _errors(verdicts: Sequence[Verdict], *, korean: bool) -> str:
    """Draw every error in units of its interval: 99 of 100 should lie between -1 and 1."""
    random = [item for item in verdicts if item.estimate.half_width() > 0]
    series = [
        Series(
            _TEXTS["seed"][korean].format(seed),
            [
                (number, (item.estimate.value - item.expected.value) / item.estimate.half_width())
                for number, item in enumerate(item for item in random if item.seed == seed)
            ],
            marks=True,
            color=color,
        )
        for color, seed in enumerate(SEEDS)
    ]
    count = max(len(item.points) for item in series)
    limits = [Series(f"{sign}1", [(0, sign), (count, sign)], dashed=True, color=3) for sign in (-1, 1)]
    return plot(
        _TEXTS["errors"][korean],
        Axis(_TEXTS["case_axis"][korean], 0, count),
        Axis(_TEXTS["error_axis"][korean], -3, 3),
        [*series, *limits],
    )
