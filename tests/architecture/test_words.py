"""No file names a place that only one machine has."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.sources import ROOT, files_under, short

TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".html", ".ini", ".js", ".json", ".md", ".mjs", ".po", ".py", ".svg", ".toml", ".ts", ".tsx",
    ".txt", ".yaml", ".yml",
}  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work)/\w|\b[A-Z]:\\+Users")
REGISTRY = re.compile(r"npmjs\.(?:org|com)|pypi\.org|pythonhosted\.org|deb\.debian\.org", re.IGNORECASE)


def project_texts() -> list[Path]:
    """Return every text file that is part of the project, this one aside."""
    return [
        path
        for path in files_under(ROOT)
        if path.suffix in TEXT_SUFFIXES and path.name != ".git" and path != Path(__file__).resolve()
    ]


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    found = {
        short(path): sorted({match[0] for match in pattern.finditer(path.read_text(encoding="utf-8"))})
        for path in project_texts()
        for pattern in (MACHINE_PATH, REGISTRY)
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    assert found == {}


def test_patterns_see_what_they_should() -> None:
    assert MACHINE_PATH.search('cd "/home/ann/project"')
    assert MACHINE_PATH.search("C:\\Users\\ann")
    assert MACHINE_PATH.search("https://example.com/work/x") is None
    assert REGISTRY.search("https://registry.npmjs.org/react")
