"""Product names: a product is a kind with other numbers, and each of these numbers says where it comes from.

`<kind>.json` lists the products of a kind: a name, and by parameter the value, its source, and how good that is, by the
letters of `CONFIDENCE`. Choosing a product sets these parameters and does nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

#: How good a source is.
CONFIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "A": "primary source",
        "B": "good secondary source",
        "C": "weak or old source",
        "D": "our suggestion",
    }
)

Value = float | int | bool | str


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of a parameter, with its source and a letter of `CONFIDENCE`."""

    value: Value
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A product: its name and what is known of it, by parameter."""

    name: str
    figures: Mapping[str, Figure]

    @property
    def values(self) -> dict[str, Value]:
        """The parameters that it sets."""
        return {name: figure.value for name, figure in self.figures.items()}


@cache
def presets(kind: str) -> tuple[Preset, ...]:
    """Return the products of a kind, those that people know best first; none when nobody wrote any down."""
    file = files(__name__).joinpath(f"{kind}.json")
    if not file.is_file():
        return ()
    return tuple(
        _preset(item["name"], item["figures"]) for item in json.loads(file.read_text(encoding="utf-8"))
    )


def _preset(name: str, figures: Mapping[str, tuple[Value, str, str]]) -> Preset:
    return Preset(
        name, MappingProxyType({parameter: Figure(*figure) for parameter, figure in figures.items()})
    )
