"""Snapshots: everything a run is at one moment, so that it can go on from there, twice or another way."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.compiler import Compiler
from simcore.engine.check import violations
from simcore.engine.jit import SOURCES_KEY
from simcore.engine.pack import Packed, pack_array, unpack, unpack_array
from simcore.engine.tables import empty_state
from simcore.limits import SNAPSHOT_BYTES_MAX
from simcore.observe import Observer
from simcore.program import Program
from simcore.scenario.changes import apply_changes, parse_changes
from simcore.scenario.document import Scenario
from simcore.scenario.faults import FAULTS
from simcore.scenario.parse import parse

#: Changes that the engine need not know of.
COSMETIC = frozenset(
    {
        "move_node", "rename_node", "move_group", "rename_group", "rename_scenario", "set_notes", "set_faults", "set_seed",
        "set_availability_target",
    }
)  # fmt: skip

#: What a run plans for itself: to trace as few requests as before.
TRACE_LESS = "trace_less"

_MAGIC = b"simcore snapshot 1\n"
_MAC_BYTES = 32
_NUMBERS = frozenset({"<i8", "<i4", "<u8", "<u4", "<f8", "|i1", "|u1", "|b1"})


class SnapshotError(ValueError):
    """The bytes are no snapshot that this engine can go on from; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A moment of a run. Whoever holds one must change nothing in it; `Simulation` never does.

    Attributes
    ----------
    at_s : simulated time.
    seed, stream_seed : of the run, and of the random streams that edits add.
    origin, document : the document at the start of the run and at this moment.
    action_log : what was done until this moment.
    plan : faults still to come: time (s), order, change.
    state, observed : the engine's tables, and what is needed to go on counting totals.
    """

    at_s: float
    seed: int
    stream_seed: int
    origin: dict[str, Any]
    document: dict[str, Any]
    scenario: Scenario
    action_log: tuple[dict[str, Any], ...]
    plan: tuple[tuple[float, int, dict[str, Any]], ...]
    program: Program
    compiler: Compiler
    state: Mapping[str, Packed]
    observed: Mapping[str, Packed]

    @property
    def size_bytes(self) -> int:
        """Memory that this snapshot alone needs, but for the document and the log, which snapshots share."""
        return sum(item.own_bytes for item in (*self.state.values(), *self.observed.values()))

    def to_bytes(self, *, key: bytes = b"") -> bytes:
        """Return the snapshot as bytes, signed with a key of up to 64 bytes."""
        blobs: list[bytes] = []
        head = {
            "engine": SOURCES_KEY,
            "at_s": self.at_s,
            "seed": self.seed,
            "stream_seed": self.stream_seed,
            "origin": self.origin,
            "action_log": self.action_log,
            "plan": self.plan,
            "state": [_describe(name, item, blobs) for name, item in self.state.items()],
            "observed": [_describe(name, item, blobs) for name, item in self.observed.items()],
        }
        text = json.dumps(head, allow_nan=False, separators=(",", ":")).encode()
        body = zlib.compress(b"".join([len(text).to_bytes(8, "little"), text, *blobs]), 1)
        return _MAGIC + _mac(body, key) + body

    @classmethod
    def from_bytes(cls, data: bytes, *, key: bytes = b"") -> Snapshot:
        """Return the snapshot that `to_bytes` wrote.

        Without a secret key the signature only tells damage: who can write the bytes can then make the engine read
        outside its tables, so bytes that strangers may have touched need one.

        Raises
        ------
        SnapshotError : not signed with this key, of another version of the engine, or not sound.
        """
        if not data.startswith(_MAGIC):
            raise SnapshotError("This is not a snapshot.")
        start = len(_MAGIC) + _MAC_BYTES
        if not hmac.compare_digest(_mac(data[start:], key), data[len(_MAGIC) : start]):
            raise SnapshotError("The snapshot is damaged, or was signed with another key.")
        try:
            return _read(cls, _inflated(data[start:]))
        except SnapshotError:
            raise
        except (
            KeyError,
            IndexError,
            TypeError,
            ValueError,
            OverflowError,
            AttributeError,
            MemoryError,
        ) as error:
            raise SnapshotError("The snapshot is not complete.") from error


def edited(
    document: dict[str, Any], changes: list[dict[str, Any]], compiler: Compiler
) -> tuple[dict[str, Any], Scenario | None, Program | None]:
    """Return a document after changes that are known to be sound, and what had to be parsed and compiled for it."""
    after = apply_changes(document, changes).document
    if after is document:
        return document, None, None
    scenario = parse(after).scenario
    assert scenario is not None
    return after, scenario, compiler.compile(scenario) if needs_compiling(changes) else None


def needs_compiling(changes: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether the engine's program may differ after these changes."""
    return any(change["type"] not in COSMETIC for change in changes)


def _mac(body: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_MAC_BYTES).digest()


def _inflated(body: bytes) -> memoryview:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body, SNAPSHOT_BYTES_MAX)
    except zlib.error as error:
        raise SnapshotError("The snapshot is damaged.") from error
    if inflater.unconsumed_tail or not inflater.eof:
        raise SnapshotError(f"The snapshot is larger than {SNAPSHOT_BYTES_MAX:,} bytes, or cut off.")
    return memoryview(data)


def _describe(name: str, item: Packed, blobs: list[bytes]) -> list[Any]:
    """Return a table's head: name, type of number or "" for a record, shape, cells kept or -1 for all."""
    kept = -1
    if item.at is not None:
        kept = len(item.at)
        blobs.append(item.at.astype("<u8").tobytes())
    blobs.append(item.cells.tobytes())
    return [name, "" if item.dtype.fields else item.dtype.str, list(item.shape), kept]


class _Reader:
    """Takes tables out of the bytes one after another, each checked against what is left."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> memoryview:
        piece = self._data[self._at : self._at + count]
        if count < 0 or len(piece) < count:
            raise SnapshotError("The snapshot is cut off.")
        self._at += count
        return piece

    def table(self, head: list[Any], dtype: np.dtype[Any]) -> Packed:
        _, _, shape, kept = head
        size = math.prod(shape)
        if any(type(length) is not int or length < 0 for length in shape) or type(kept) is not int:
            raise SnapshotError("The snapshot has a table without a size.")
        if size * dtype.itemsize > SNAPSHOT_BYTES_MAX or kept > size:
            raise SnapshotError("The snapshot has a table that is too large.")
        at = None
        if kept >= 0:
            at = np.frombuffer(self.take(kept * 8), "<u8").astype(np.uint64)
            if kept and (int(at[-1]) >= size or not (at[1:] > at[:-1]).all()):
                raise SnapshotError("The snapshot has cells outside their table.")
        count = size if kept < 0 else kept
        cells = np.frombuffer(self.take(count * dtype.itemsize), dtype).copy()
        return Packed(tuple(shape), dtype, at, cells.reshape(shape) if kept < 0 else cells)


def _read(cls: type[Snapshot], data: memoryview) -> Snapshot:
    reader = _Reader(data)
    head = json.loads(bytes(reader.take(int.from_bytes(reader.take(8), "little"))))
    if head["engine"] != SOURCES_KEY:
        raise SnapshotError("The snapshot was made by another version of the engine.")
    own = empty_state()
    if [item[0] for item in head["state"]] != list(own._fields):
        raise SnapshotError("The snapshot has other tables than the engine.")
    state = {item[0]: reader.table(item, getattr(own, item[0]).dtype) for item in head["state"]}
    observed = {}
    for item in head["observed"]:
        if item[1] not in _NUMBERS:
            raise SnapshotError("The snapshot has numbers of an unknown type.")
        observed[item[0]] = reader.table(item, np.dtype(item[1]))
    document, scenario, program, compiler = _retraced(head["origin"], head["action_log"])
    snapshot = cls(
        at_s=float(head["at_s"]),
        seed=int(head["seed"]),
        stream_seed=int(head["stream_seed"]),
        origin=head["origin"],
        document=document,
        scenario=scenario,
        action_log=tuple(head["action_log"]),
        plan=tuple((float(at_s), int(order), dict(change)) for at_s, order, change in head["plan"]),
        program=program,
        compiler=compiler,
        state=state,
        observed=observed,
    )
    _check(snapshot)
    return snapshot


def _retraced(
    document: dict[str, Any], action_log: list[dict[str, Any]]
) -> tuple[dict[str, Any], Scenario, Program, Compiler]:
    """Compile what was compiled, in the same order, so that every index means what it meant."""
    scenario = parse(document).scenario
    if scenario is None:
        raise SnapshotError("The snapshot's document is not sound.")
    compiler = Compiler()
    program = compiler.compile(scenario)
    for action in action_log:
        document, later, compiled = edited(document, action["changes"], compiler)
        scenario, program = later or scenario, compiled or program
    return document, scenario, program, compiler


def _check(snapshot: Snapshot) -> None:
    """Raise unless the tables fit the program and the state is sound."""
    state = unpack(dict(snapshot.state))
    program = snapshot.program
    fits = (
        np.array_equal(state.code, program.code)
        and state.entries.shape == program.entries.shape
        and len(state.slots) == len(program.slots)
        and len(state.nodes) == len(program.node_ids)
        and len(state.edges) == len(program.edge_ids)
        and len(state.streams) == len(program.streams)
        and len(state.control) == 1
        and float(state.control["now"][0]) == snapshot.at_s
    )
    if not fits or violations(state):
        raise SnapshotError("The snapshot does not belong to its document.")
    for _, _, change in snapshot.plan:
        if change["type"] != TRACE_LESS and (parse_changes([change])[1] or not _is_fault(change)):
            raise SnapshotError("The snapshot plans something that cannot be done.")
    observer = Observer()  # whatever is wrong with the totals shows when they are used
    observer.recall({name: unpack_array(item) for name, item in snapshot.observed.items()}, state)
    observer.follow(state, program, snapshot.scenario)
    observer.summary(state)


def _is_fault(change: Mapping[str, Any]) -> bool:
    return change["type"] == "heal" or change.get("fault") in FAULTS


def packed_memory(memory: Mapping[str, Any]) -> dict[str, Packed]:
    """Return arrays of numbers as a snapshot keeps them."""
    return {name: pack_array(np.asarray(array)) for name, array in memory.items()}
