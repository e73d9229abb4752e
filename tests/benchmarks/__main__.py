"""`python -m tests.benchmarks [NAME [ARGUMENTS]]`: run one benchmark, by default the engine's."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

#: Benchmarks by name; each module has a `main` that takes arguments and returns an exit code.
NAMES = ("engine", "instructions", "scaling", "document", "start_up", "viewers", "browser")


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmark with the arguments after its name."""
    name, *rest = arguments if arguments and not arguments[0].startswith("-") else ["engine", *arguments]
    if name not in NAMES:
        print(f"no benchmark {name}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    result: int = importlib.import_module(f"tests.benchmarks.{name}").main(rest)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
