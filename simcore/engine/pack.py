"""Copies of a state that hold what differs from an empty one: what snapshots are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.activity_tables import aligned
from simcore.engine.tables import FREE, State
from simcore.program import NONE

#: Tables that are never written to after they were made, so that a copy may share them.
_LASTING = frozenset({"code", "aliases"})
#: Tables of places linked by `next` while they are free, as they are when nobody has used them yet.
_CHAINED = {"activities": {"wait": FREE, "extra": NONE}, "extras": {}, "messages": {}}
#: Tables whose rows are to begin cache lines.
_ALIGNED = frozenset({"activities"})


@dataclass(frozen=True, slots=True)
class Packed:
    """One table, without the cells that are blank.

    Attributes
    ----------
    shape, dtype : of the whole table.
    at : positions of the cells that are kept, in the flat table, ascending; None when all are.
    cells : their contents. Nobody writes to them.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    at: NDArray[Any] | None
    cells: NDArray[Any]

    @property
    def own_bytes(self) -> int:
        """Memory that nothing but this copy needs."""
        if self.at is None:
            return 0 if self.cells.base is not None else self.cells.nbytes
        return self.at.nbytes + self.cells.nbytes


def pack(state: State) -> dict[str, Packed]:
    """Return a copy of a state between two slices. Latencies not fetched yet are left out: the copy begins a window."""
    used = _without_leftovers(state)
    packed = {name: _pack(name, getattr(used, name)) for name in used._fields}
    nothing = np.zeros(0, np.uint32)
    return {**packed, "window": Packed(state.window.shape, state.window.dtype, nothing, state.window[:0, 0])}


def unpack(packed: dict[str, Packed]) -> State:
    """Return the state that was packed; its tables are new."""
    return State(**{name: _unpack(name, item) for name, item in packed.items()})


def pack_array(table: NDArray[Any]) -> Packed:
    """Return a copy of any array of numbers, without its zeros when that is shorter."""
    return _pack("", table)


def unpack_array(packed: Packed) -> NDArray[Any]:
    """Return the array that was packed, as a new one."""
    return _unpack("", packed)


def watched(state: State) -> State:
    """Return the state without what frames fetch and what nothing will read again: equal runs have equal ones."""
    return _without_leftovers(state)


def _without_leftovers(state: State) -> State:
    ctl = state.control[0]
    heap = state.heap.copy()
    heap[ctl.heap_count :] = 0
    ready = np.zeros_like(state.ready)
    if ctl.ready_count:
        places = (ctl.ready_head + np.arange(ctl.ready_count)) % len(ready)
        ready[places] = state.ready[places]
    meters = state.meters.copy()
    meters["lowest"], meters["highest"] = state.window.shape[1], -1
    meters["recent"] = meters["recent_count"] = 0
    return state._replace(heap=heap, ready=ready, meters=meters, window=state.window[:0])


def _blank(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    table = aligned(shape[0], dtype) if name in _ALIGNED else np.zeros(shape, dtype)
    if name in _CHAINED:
        table["next"] = np.arange(1, len(table) + 1)
        for field, value in _CHAINED[name].items():
            table[field] = value
    return table


def _words(table: NDArray[Any]) -> NDArray[Any]:
    """Return the flat table as rows of unsigned integers, one row for each cell."""
    size = table.dtype.itemsize
    word = next(width for width in (8, 4, 2, 1) if size % width == 0)
    return np.ascontiguousarray(table).reshape(-1).view(f"u{word}").reshape(-1, size // word)


def _pack(name: str, table: NDArray[Any]) -> Packed:
    shape, dtype = table.shape, table.dtype
    if name in _LASTING:
        return Packed(shape, dtype, None, table[...])
    words = _words(table)
    if name in _CHAINED:
        words = words ^ _words(_blank(name, shape, dtype))
    kept = np.flatnonzero(words[:, 0] if words.shape[1] == 1 else words.any(axis=1))
    index = kept.astype(np.uint32 if table.size <= 2**32 else np.uint64)
    if index.nbytes + len(index) * dtype.itemsize >= table.nbytes:
        return Packed(shape, dtype, None, table.reshape(-1).copy())
    return Packed(shape, dtype, index, table.reshape(-1)[kept])


def _unpack(name: str, packed: Packed) -> NDArray[Any]:
    if packed.at is None:
        cells = packed.cells.reshape(packed.shape)
        if name in _ALIGNED:
            table = aligned(len(cells), packed.dtype)
            table[:] = cells
            return table
        return cells if name in _LASTING else cells.copy()
    table = _blank(name, packed.shape, packed.dtype)
    table.reshape(-1)[packed.at] = packed.cells
    return table
