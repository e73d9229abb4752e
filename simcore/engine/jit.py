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
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.types import containers, npytypes
from numba.extending import intrinsic
from numba.np import arrayobj

_HERE = Path(__file__).resolve().parent


def _sources_key() -> str:
    digest = hashlib.sha256()
    words = [_HERE.parent / f"{name}.py" for name in ("program", "call_words", "data_words", "source_words")]
    for path in sorted([*_HERE.glob("*.py"), *words]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    versions = (numba.__version__, llvmlite.__version__, np.__version__, platform.python_version())
    digest.update(repr(versions).encode())
    return digest.hexdigest()[:16]


#: Changes whenever the engine, or what it is compiled with, does.
SOURCES_KEY = _sources_key()
CACHE_FOLDER = _HERE / "__pycache__" / f"kernels-{SOURCES_KEY}"
numba.config.CACHE_DIR = str(CACHE_FOLDER)


def _index_plainly() -> None:
    """Let numba take an index as it is instead of asking at every access whether it counts from the end.

    No kernel counts from the end, and the question cost a quarter of the time (1.2 to 1.6 million requests/s of W3).
    Without the JIT a negative index would count from the end: tests compare both to the byte.
    """
    pointer = cgutils.get_item_pointer2

    def pointer_at(*place: Any, **options: Any) -> Any:
        return pointer(*place, **(options | {"wraparound": False}))

    def cast(context: Any, builder: Any, kind: Any, index: Any, _size: Any) -> Any:
        return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)

    cgutils.get_item_pointer2 = pointer_at
    arrayobj.fix_integer_index = cast


def _name_briefly() -> None:
    """Let numba name the types of tables by a hash instead of a list of all their fields.

    The name of the whole state had 19,000 letters and was part of the name of every function that takes it: that was
    most of what the compiler wrote and read, and of the files in the cache.
    """

    def rename(kind: Any) -> None:
        init = kind.__init__

        def brief(self: Any, *args: Any, **options: Any) -> None:
            init(self, *args, **options)
            digest = hashlib.blake2b(self.name.encode(), digest_size=10).hexdigest()
            self.name = f"{kind.__name__}_{digest}"

        kind.__init__ = brief

    rename(npytypes.Record)
    rename(containers.NamedTuple)


_index_plainly()
_name_briefly()

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


@intrinsic
def _prefetch(_typing: Any, table: Any, row: Any, line: Any) -> Any:
    """Compile to the processor's instruction that fetches one cache line of a row and waits for nothing."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        array = arrayobj.make_array(table)(context, builder, values[0])
        index = builder.mul(context.cast(builder, values[1], row, types.intp), array.itemsize)
        offset = builder.add(index, context.cast(builder, values[2], line, types.intp))
        start = builder.bitcast(array.data, cgutils.voidptr_t)
        place = builder.gep(start, [offset])
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(function, [place, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(table, row, line), generate


if numba.config.DISABLE_JIT:

    def prefetch(table: Any, row: Any, line: int) -> None:
        """Do nothing: only compiled kernels wait for memory."""

else:
    prefetch = _prefetch
