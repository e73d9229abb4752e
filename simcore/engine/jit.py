"""How kernels are compiled: without the interpreter lock, cached on disk under a key of everything they depend on.

numba's own cache notices a change of the file that holds a kernel but not of the constants it imports: reordered
operations once gave silently wrong answers. So the cache folder's name is a hash of all sources of the engine.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np

_HERE = Path(__file__).resolve().parent


def _sources_key() -> str:
    digest = hashlib.sha256()
    for path in sorted([*_HERE.glob("*.py"), _HERE.parent / "program.py"]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    versions = (numba.__version__, llvmlite.__version__, np.__version__, platform.python_version())
    digest.update(repr(versions).encode())
    return digest.hexdigest()[:16]


CACHE_FOLDER = _HERE / "__pycache__" / f"kernels-{_sources_key()}"
numba.config.CACHE_DIR = str(CACHE_FOLDER)


_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without `_nrt` numba counts references to every table at every use, with atomic instructions: most of the time."""


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls with arrays and numbers; it makes no arrays."""
    return numba.njit(cache=True, **_OPTIONS)(function)


def helper(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call: without the door for Python, which costs more to compile."""
    return numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS)(function)


def part(function: Callable[..., Any]) -> Any:
    """Compile a function into each kernel that calls it: handing all tables to a call costs more than most calls do."""
    return numba.njit(inline="always", **_OPTIONS)(function)
