"""Where tables lie: side by side in large pages, so that finding a row's page costs next to nothing.

Between two requests of the same component, at a thousand components, events touch more pages of 4 KiB than the processor
remembers the places of, and asking for a place costs as much as the row itself: in a chase through 4000 pages, one row of each,
a step takes 34 ns, in large pages 14 (`docs/decisions/0011-memory.md`).
"""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import State

_PAGE_BYTES = 2 << 20
#: Rows of two cache lines that begin here are fetched together.
_PLACE_BYTES = 128
#: Tables that are smaller together are within reach anyway.
_LEAST_BYTES = 2 << 20
#: Tables that few events touch, or few places of.
_SELDOM = frozenset(
    {
        "commit_times", "waits", "traces", "spans", "kept", "kept_spans", "kept_counts", "happenings", "scalers", "costs",
        "region_cuts", "region_loss", "region_delay",
    }
)  # fmt: skip
#: Tables that copies of a state share: they lie apart, lest a copy keep the others alive.
_SHARED = frozenset({"code", "aliases"})


class _Memory(np.ndarray[Any, Any]):
    """Bytes in large pages; whatever lies there has it as its base."""


def housed(state: State) -> State:
    """Return the state with its tables in large pages, where the system has them and they are worth it. Rows stay as they are."""
    advice = getattr(mmap, "MADV_HUGEPAGE", None)
    hot = {name: table for name, table in state._asdict().items() if name not in _SELDOM and table.nbytes}
    if advice is None or sum(table.nbytes for table in hot.values()) < _LEAST_BYTES:
        return state
    large = [[name] for name, table in hot.items() if table.nbytes >= _LEAST_BYTES and name not in _SHARED]
    alone = {name for names in large for name in names}
    shared = [name for name in hot if name in _SHARED]
    small = [name for name in hot if name not in _SHARED and name not in alone]
    moved: dict[str, NDArray[Any]] = {}
    for names in (*large, shared, small):
        if any(not isinstance(hot[name].base, _Memory) for name in names):
            moved |= _side_by_side({name: hot[name] for name in names}, advice)
    return state._replace(**moved) if moved else state


def _side_by_side(tables: dict[str, NDArray[Any]], advice: int) -> dict[str, NDArray[Any]]:
    """Return copies of some tables in one piece of memory."""
    places = np.cumsum([0, *(-(-table.nbytes // _PLACE_BYTES) * _PLACE_BYTES for table in tables.values())])
    pages = mmap.mmap(-1, int(places[-1]) + 2 * _PAGE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages.madvise(advice)
    memory: NDArray[Any] = np.frombuffer(pages, np.uint8).view(_Memory)
    memory = memory[-memory.ctypes.data % _PAGE_BYTES :]
    copies = {}
    for at, (name, table) in zip(places.tolist(), tables.items(), strict=False):
        copy = np.ndarray(table.shape, table.dtype, memory, at)
        copy[...] = table
        copies[name] = copy
    return copies
