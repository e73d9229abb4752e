"""The browser's modules import one way: core, then shared pieces, then features, then the page that assembles them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.sources import FRONTEND, browser_files

IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*['"](\.[^'"]+|[@\w][^'"]*)['"]""")
CORE = "core"
#: Folders that every feature may use.
SHARED = {"core", "locales", "styles", "ui"}
#: Modules of the top folder that put features together; features import any other module there.
ASSEMBLY = {"App", "Editor", "main"}
UI_PACKAGES = ("react", "react-dom", "@xyflow/react", "react-i18next", "zustand", "zundo")


def imports(path: Path) -> set[str]:
    """Return what a module imports: package names, and our modules as paths below src without suffix."""
    found = set()
    for target in IMPORT.findall(path.read_text(encoding="utf-8")):
        if target.startswith("."):
            module = (path.parent / target).resolve().relative_to(FRONTEND).as_posix()
            found.add(re.sub(r"\.(tsx?|js)$", "", module))
        else:
            found.add(target)
    return found


def is_ours(target: str) -> bool:
    """Tell whether an import is a module of ours rather than a package."""
    return any((FRONTEND / f"{target}{suffix}").exists() for suffix in ("", ".ts", ".tsx"))


def area(module: str) -> str:
    """Return the folder a module is in, or the module's own name when it lies in the top folder."""
    return module.split("/", maxsplit=1)[0]


def test_the_core_knows_no_user_interface() -> None:
    outside = {
        path.name: found
        for path in browser_files(tests=False)
        if path.is_relative_to(FRONTEND / CORE)
        and (
            found := {
                target
                for target in imports(path)
                if target.startswith(UI_PACKAGES)
                or (is_ours(target) and area(target) not in {CORE, "locales"})
            }
        )
    }
    assert outside == {}


def test_features_do_not_import_each_other_or_the_page() -> None:
    features = {path.name for path in FRONTEND.iterdir() if path.is_dir()} - SHARED
    broken = set()
    for path in browser_files(tests=False):
        own = area(path.relative_to(FRONTEND).as_posix())
        if own not in features | SHARED:
            continue
        broken |= {
            f"{own} imports {target}"
            for target in imports(path)
            if is_ours(target) and area(target) != own and area(target) in features | ASSEMBLY
        }
    assert sorted(broken) == []
