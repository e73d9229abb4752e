"""`python -m tests.benchmarks [NAME …]`: run the named benchmarks, or the engine's."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.benchmarks as folder


def main(names: list[str]) -> int:
    """Run each benchmark's `main`; unknown names are answered with the list of known ones."""
    known = {}
    for module in pkgutil.iter_modules(folder.__path__):
        if not module.name.startswith("_"):
            known[module.name] = f"{folder.__name__}.{module.name}"
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    for name in names or ["engine"]:
        importlib.import_module(known[name]).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
