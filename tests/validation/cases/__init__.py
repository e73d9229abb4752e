"""The cases, one module per field; each has a tuple `CASES`."""

from __future__ import annotations

import importlib
import json
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from tests.validation.case import Case

_PUBLIC = Path(__file__).parents[2] / "theory" / "cases.json"

#: What cases.json expects, by case.
PUBLISHED: dict[str, Any] = {
    case["id"]: case.get("expected") for case in json.loads(_PUBLIC.read_text(encoding="utf-8"))["cases"]
}


@cache
def all_cases() -> tuple[Case, ...]:
    """Return every case, module by module."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(case for name in names for case in importlib.import_module(f"{__name__}.{name}").CASES)
