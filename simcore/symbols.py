"""What stays the same while a run is edited: indices by name, and what the nodes declared under them.

An index, once given to a key, means the same thing until the run ends, so that a live edit finds its old queues,
stores and random streams again.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simcore.controls import Daemon, Queue, Scaled, Scaler
from simcore.data_words import Sharding
from simcore.program import NONE, Cluster, Gate, Group, Pool, Share, Store
from simcore.source_words import Source


@dataclass(slots=True)
class Symbols:
    """Stable indices by table and key. An index, once given, means the same thing until the run ends."""

    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    slot_values: array[float] = field(default_factory=lambda: array("d"))

    def copy(self) -> Symbols:
        """Return the same names, to be added to independently."""
        return Symbols({name: keys.copy() for name, keys in self.tables.items()}, self.slot_values[:])

    def index(self, table: str, key: str) -> int:
        """Return the index of `key` in `table`, giving out the next free one at first sight."""
        keys = self.tables.setdefault(table, {})
        return keys.setdefault(key, len(keys))

    def keys(self, table: str) -> tuple[str, ...]:
        """Return every key of a table in order of its index."""
        return tuple(self.tables.get(table, {}))

    def count(self, table: str) -> int:
        """Return how many indices of a table were given out."""
        return len(self.tables.get(table, {}))

    def slots(self, key: str, values: Sequence[float]) -> int:
        """Store values in consecutive slots and return the first slot's index."""
        known = self.tables.setdefault("slot", {})
        if key not in known:
            known[key] = len(self.slot_values)
            self.slot_values.extend(values)
        start = known[key]
        self.slot_values[start : start + len(values)] = array("d", values)
        return start


#: Between the name of what was drawn and that of a part of it; no document can have such an identifier.
_OF = "~"


def part_id(node_id: str, name: str) -> str:
    """Return what a part of a node is known by."""
    return f"{node_id}{_OF}{name}"


def whole_id(node_id: str) -> str:
    """Return what a node is known by that may be a part: the identifier that people see."""
    return node_id.partition(_OF)[0]


@dataclass(slots=True)
class Label:
    """A place in a node's code, known once `place` was called."""

    position: int = NONE


@dataclass(frozen=True, slots=True)
class Target:
    """Where one edge leads, as the assembling node sees it."""

    edge: int
    node: int
    node_id: str
    cluster: int = NONE
    drawn: bool = True
    classes: tuple[int, ...] | None = None  # numbers of the request classes that alone take it; None: any
    broadcasts: bool = False  # where it leads from: whether each consumer gets every message


@dataclass(slots=True)
class Wiring:
    """The scenario's edges as the assembling nodes see them, by node id and then role.

    Of those that a collector watches it has the way there, and the edge over which they report. Request classes have
    numbers by name.
    """

    targets: dict[str, dict[str, tuple[Target, ...]]] = field(default_factory=dict)
    feeds: dict[str, dict[str, tuple[Target, ...]]] = field(default_factory=dict)
    peers: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    loopbacks: dict[str, Target] = field(default_factory=dict)
    clusters: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    watched: dict[str, tuple[tuple[Target, int], ...]] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)

    def behind(self, node_id: str) -> list[str]:
        """Return a node and all that its requests can come to, in order of discovery."""
        found = [node_id]
        for known in found:
            by_role = self.targets.get(known, {})
            found += [
                node
                for targets in by_role.values()
                for node in dict.fromkeys(t.node_id for t in targets)
                if node not in found
            ]
        return found

    def around(self, node_id: str) -> tuple[object, ...]:
        """Return all that there is to see of the wiring at one node."""
        return (
            self.targets.get(node_id),
            self.feeds.get(node_id),
            self.peers.get(node_id),
            self.loopbacks.get(node_id),
            self.clusters.get(node_id),
            self.addresses.get(node_id),
            self.watched.get(node_id),
            self.classes,
        )


@dataclass(slots=True)
class Declarations:
    """What all nodes of a scenario declared, by stable index."""

    pools: dict[int, Pool] = field(default_factory=dict)
    stores: dict[int, Store] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    queues: dict[int, Queue] = field(default_factory=dict)
    clusters: dict[int, Cluster] = field(default_factory=dict)
    daemons: dict[int, Daemon] = field(default_factory=dict)
    durable_slots: dict[int, int] = field(default_factory=dict)
    shares: dict[int, Share] = field(default_factory=dict)
    gates: dict[int, Gate] = field(default_factory=dict)
    scalers: dict[int, Scaler] = field(default_factory=dict)
    scaled: dict[int, Scaled] = field(default_factory=dict)
    shardings: dict[int, Sharding] = field(default_factory=dict)
    prices: dict[int, int] = field(default_factory=dict)
