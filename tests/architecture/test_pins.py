"""Everything installed is pinned, and the pins are complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tests.architecture.sources import ROOT

EXACT_VERSION = re.compile(r"\d+(\.\d+)+\Z")
REQUIREMENT = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9.]+(; sys_platform == \"win32\")?\Z")


def test_python_requirements_are_exact() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = [text for line in lines if (text := line.partition("#")[0].strip())]
    assert len(requirements) > 20
    assert [text for text in requirements if not REQUIREMENT.match(text)] == []


def test_python_requirements_are_complete() -> None:
    # They are installed without resolving dependencies, so a forgotten one would be missing at run time.
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_browser_packages_are_exact_and_the_lock_names_no_registry() -> None:
    package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert {name: version for name, version in versions.items() if not EXACT_VERSION.match(version)} == {}
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    locked = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in locked.items() if "resolved" in entry or "integrity" not in entry] == []
