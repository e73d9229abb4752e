"""The component kinds, found by folder: a module here is a kind."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from simcore.components.base import Component


@cache
def kinds() -> dict[str, type[Component]]:
    """Return every kind's class by name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: _component_of(name) for name in names if not name.startswith("_")}


def _component_of(name: str) -> type[Component]:
    module = importlib.import_module(f"{__name__}.{name}")
    found = [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Component) and item.__module__ == module.__name__
    ]
    assert len(found) == 1, f"{module.__name__} must define exactly one Component"
    return found[0]
