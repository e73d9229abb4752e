"""Functions fit a screen, modules a short read."""

from __future__ import annotations

import ast

from tests.architecture.sources import browser_files, python_files, short, syntax

FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 400
#: The engine's event loop is one function: numba inlines its branches, and they are read side by side.
EVENT_LOOP = {("simcore/engine/kernel.py", "run")}


def test_every_function_fits_a_screen() -> None:
    long = {
        f"{short(path)}: {node.name}": lines
        for path in python_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
        and (short(path), node.name) not in EVENT_LOOP
    }
    assert long == {}


def test_every_module_is_short() -> None:
    lengths = {
        short(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*python_files(), *browser_files(tests=True)]
    }
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES_MAX} == {}
