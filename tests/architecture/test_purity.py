"""What the simulator must not use and import contracts cannot see."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.sources import ROOT, files_under, short, syntax

COMMAND_LINE = {"simcore/cli.py", "simcore/__main__.py"}
FORBIDDEN_ATTRIBUTES = {
    ("os", "environ"),
    ("os", "getenv"),
    ("np", "random"),
    ("numpy", "random"),
    ("datetime", "now"),
    ("date", "today"),
}
FORBIDDEN_NAMES = {"print", "input", "hash", "id"}


def violations(path: Path) -> set[str]:
    """Return the forbidden expressions that a module uses."""
    found = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in FORBIDDEN_ATTRIBUTES:
                found.add(f"{node.value.id}.{node.attr}, line {node.lineno}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in FORBIDDEN_NAMES:
                found.add(f"{node.func.id}(), line {node.lineno}")
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{name.name}, line {node.lineno}"
                for name in node.names
                if (node.module, name.name) in FORBIDDEN_ATTRIBUTES or node.module.startswith("numpy.random")
            }
    return found


def test_the_simulator_has_no_environment_clock_output_or_foreign_chance() -> None:
    files = [path for path in files_under(ROOT / "simcore", ".py") if short(path) not in COMMAND_LINE]
    assert files
    assert {short(path): found for path in files if (found := violations(path))} == {}


def test_violations_are_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "import os\nimport numpy as np\nfrom os import environ\nprint(os.environ, np.random.rand(), hash('a'))\n",
        encoding="utf-8",
    )
    assert violations(module) == {
        "os.environ, line 3",
        "os.environ, line 4",
        "np.random, line 4",
        "print(), line 4",
        "hash(), line 4",
    }
