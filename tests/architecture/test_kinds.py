"""A component kind is known to its own module and its icon only."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.sources import ROOT, browser_files, component_kinds, files_under, short, syntax

ICONS = ROOT / "static" / "icons"
QUOTED = re.compile(r"""(["'`])([a-z_]+)\1""")
#: Icons are served to browsers, so they may neither run nor fetch anything.
ACTIVE_SVG = re.compile(r"<script|<foreignObject|\son\w+=|href=|url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)


def literals(path: Path) -> set[str]:
    """Return the string literals of a Python module."""
    return {
        node.value
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_there_are_kinds() -> None:
    assert component_kinds()


def test_no_kind_is_named_in_the_engine_or_the_server() -> None:
    kinds = set(component_kinds())
    folders = [ROOT / "simcore" / "engine", ROOT / "playground"]
    named = {short(path): literals(path) & kinds for folder in folders for path in files_under(folder, ".py")}
    assert {path: found for path, found in named.items() if found} == {}


def test_no_kind_is_named_in_the_browser() -> None:
    kinds = set(component_kinds())
    named = {
        short(path): {text for _, text in QUOTED.findall(path.read_text(encoding="utf-8"))} & kinds
        for path in browser_files(tests=False)
    }
    assert {path: found for path, found in named.items() if found} == {}


def test_every_kind_has_an_icon_and_every_icon_a_kind() -> None:
    assert sorted(path.stem for path in ICONS.iterdir()) == component_kinds()


@pytest.mark.parametrize("kind", component_kinds())
def test_icon_is_a_picture_and_nothing_more(kind: str) -> None:
    text = (ICONS / f"{kind}.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox"), "an icon scales by its viewBox"
    assert ACTIVE_SVG.search(text) is None
