"""Small plots as SVG text: the same numbers give the same bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 40, 50
#: Told apart by people who see few colours: Okabe and Ito.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_FONT = "font-family='system-ui, sans-serif' font-size='12'"


@dataclass(frozen=True, slots=True)
class Series:
    """Points (x, y) and, for measured ones, the half-width of each; a line unless they are marks."""

    name: str
    points: Sequence[tuple[float, float]]
    errors: Sequence[float] = ()
    marks: bool = False
    color: int = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, and from where to where."""

    title: str
    low: float
    high: float
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies between the ends, from 0 to 1."""
        if self.log:
            return (math.log(max(value, self.low)) - math.log(self.low)) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Return round values from end to end."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [10.0**power for power in range(first, last + 1)]
        rough = (self.high - self.low) / 6
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        count = math.floor(self.high / step + 1e-9) - math.ceil(self.low / step - 1e-9)
        first = math.ceil(self.low / step - 1e-9)
        return [(first + number) * step for number in range(count + 1)]


def plot(title: str, x: Axis, y: Axis, series: Sequence[Series], *, height: int = HEIGHT) -> str:
    """Return an SVG drawing of some series over two axes, with a legend to the right."""
    wide, high = WIDTH - LEFT - RIGHT, height - TOP - BOTTOM

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return LEFT + wide * x.place(point[0]), TOP + high * (1 - min(max(y.place(point[1]), -0.02), 1.02))

    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' height='{height}' {_FONT}>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>",
        f"<text x='{LEFT}' y='22' font-size='14' font-weight='600'>{escape(title)}</text>",
    ]
    for value in x.ticks():
        left, _ = at((value, y.low))
        lines.append(f"<path d='M{left:.1f} {TOP}V{TOP + high}' stroke='#e5e5e5'/>")
        lines.append(f"<text x='{left:.1f}' y='{TOP + high + 17}' text-anchor='middle'>{value:.4g}</text>")
    for value in y.ticks():
        _, top = at((x.low, value))
        lines.append(f"<path d='M{LEFT} {top:.1f}H{LEFT + wide}' stroke='#e5e5e5'/>")
        lines.append(f"<text x='{LEFT - 6}' y='{top + 4:.1f}' text-anchor='end'>{value:.4g}</text>")
    lines += [
        f"<rect x='{LEFT}' y='{TOP}' width='{wide}' height='{high}' fill='none' stroke='#666666'/>",
        f"<text x='{LEFT + wide / 2:.1f}' y='{height - 12}' text-anchor='middle'>{escape(x.title)}</text>",
        f"<text transform='translate(16 {TOP + high / 2:.1f}) rotate(-90)' text-anchor='middle'>{escape(y.title)}</text>",
    ]
    for number, item in enumerate(series):
        color = COLORS[item.color % len(COLORS)]
        lines += _drawn(item, color, [at(point) for point in item.points], at)
        lines += _legend(item, color, LEFT + wide + 12, TOP + 10 + 18 * number)
    return "\n".join([*lines, "</svg>", ""])


def _drawn(item: Series, color: str, places: Sequence[tuple[float, float]], at: object) -> list[str]:
    if not item.marks:
        path = "M" + "L".join(f"{left:.1f} {top:.1f}" for left, top in places)
        dash = " stroke-dasharray='6 4'" if item.dashed else ""
        return [f"<path d='{path}' fill='none' stroke='{color}' stroke-width='1.8'{dash}/>"]
    assert callable(at)
    lines = [f"<circle cx='{left:.1f}' cy='{top:.1f}' r='3' fill='{color}'/>" for left, top in places]
    for (where, value), error in zip(item.points, item.errors, strict=False):
        (left, low), (_, high) = at((where, value - error)), at((where, value + error))
        lines.append(f"<path d='M{left:.1f} {low:.1f}V{high:.1f}' stroke='{color}' stroke-width='1.2'/>")
    return lines


def _legend(item: Series, color: str, left: float, top: float) -> list[str]:
    dash = " stroke-dasharray='6 4'" if item.dashed else ""
    mark = (
        f"<circle cx='{left + 9}' cy='{top}' r='3' fill='{color}'/>"
        if item.marks
        else f"<path d='M{left} {top}h18' stroke='{color}' stroke-width='1.8'{dash}/>"
    )
    return [mark, f"<text x='{left + 24}' y='{top + 4}'>{escape(item.name)}</text>"]
