"""Laying out groups: their members, and for consistent hashing their rings of virtual nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import State
from simcore.program import NONE, Program, Routing

#: Positions on a ring are 31 bits, as the hashes of keys are.
_UNUSED_BITS = np.uint64(33)
_STEP = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
_RINGS = {int(Routing.RING), int(Routing.RING_BOUNDED)}


def ring_positions(node_id: str, count: int) -> NDArray[np.int32]:
    """Return the positions of a node's virtual nodes, hashed from its id and their numbers (shape (count,), 31 bits).

    A node's positions depend on nobody else, so that a member that comes or goes moves its own keys only (Karger et al.
    1997); the hash is splitmix64 (Steele, Lea & Flood 2014) seeded with that of the id.
    """
    seed = int.from_bytes(hashlib.blake2b(node_id.encode(), digest_size=8).digest(), "little")
    first = np.uint64((seed + _STEP) & _WORD)
    z = first + np.arange(count, dtype=np.uint64) * np.uint64(_STEP)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> _UNUSED_BITS).astype(np.int32)


def build_ring(
    node_ids: Sequence[str], weights: Sequence[float], virtual_node_count: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return sorted positions and the number of the member that each belongs to; a weight multiplies the virtual nodes."""
    counts = [round(virtual_node_count * weight) for weight in weights]
    positions = [ring_positions(node_id, count) for node_id, count in zip(node_ids, counts, strict=True)]
    owners = np.repeat(np.arange(len(node_ids), dtype=np.int32), counts)
    together = np.concatenate([np.zeros(0, np.int32), *positions])
    order = np.lexsort((owners, together))
    return together[order], owners[order]


def install_groups(state: State, program: Program, before: Program, groups: NDArray[Any]) -> State:
    """Lay the members out anew, then the rings. A group that is no longer declared keeps its own: old requests may call it."""
    groups["key_span"] = state.control["key_count"][0]
    if program.groups is before.groups and _same_rings(state, program, before):
        return state._replace(groups=groups)
    members: list[NDArray[np.int32]] = []
    drawn: list[NDArray[np.int8]] = []
    begins = np.cumsum([0, *(_count(program, groups, index) for index in range(len(groups)))])
    for index, (first, count) in enumerate(
        zip(groups["first"].tolist(), groups["count"].tolist(), strict=True)
    ):
        group = program.groups.get(index)
        old = slice(first, first + count)
        members.append(np.array(group.members, np.int32) if group else state.members[old])
        drawn.append(np.array(group.drawn, np.int8) if group else state.drawn[old])
    groups["first"], groups["count"] = begins[:-1], np.diff(begins)
    groups["cursor"] %= np.maximum(groups["count"], 1)
    first = int(begins[-1])
    rings = zip(groups["ring_first"].tolist(), groups["ring_count"].tolist(), strict=True)
    for index, (ring_first, ring_count) in enumerate(rings):
        if index in program.groups:
            ring = _ring(state, program, index)
        else:
            ring = state.members[ring_first : ring_first + 2 * ring_count]
        groups["ring_first"][index], groups["ring_count"][index] = first, len(ring) // 2
        members.append(ring)
        first += len(ring)
    return state._replace(
        groups=groups,
        members=np.concatenate([np.zeros(0, np.int32), *members]),
        drawn=np.concatenate([np.zeros(0, np.int8), *drawn]),
    )


def _count(program: Program, groups: NDArray[Any], index: int) -> int:
    """Return how many members a group has from now on."""
    group = program.groups.get(index)
    return len(group.members) if group else int(groups["count"][index])


def _same_rings(state: State, program: Program, before: Program) -> bool:
    """Tell whether no number that a ring is made from has changed; the groups themselves have not."""
    slots: list[int] = []
    for group in program.groups.values():
        if group.ring_slot != NONE:
            weights = state.edges["weight_slot"][list(group.members)].tolist()
            slots += [group.routing_slot, group.ring_slot, *weights]
    return bool((program.slots[slots] == before.slots[slots]).all())


def _ring(state: State, program: Program, index: int) -> NDArray[np.int32]:
    """Return the positions and then the edges of a declared group's ring; nothing if it does not choose by one."""
    group = program.groups[index]
    if group.ring_slot == NONE or int(state.slots[group.routing_slot]) not in _RINGS:
        return np.zeros(0, np.int32)
    edges = np.array(group.members, np.int32)
    ids = [program.node_ids[node] for node in state.edges["target"][edges]]
    weights = state.slots[state.edges["weight_slot"][edges]]
    positions, owners = build_ring(ids, weights.tolist(), int(state.slots[group.ring_slot]))
    return np.concatenate([positions, edges[owners]])
