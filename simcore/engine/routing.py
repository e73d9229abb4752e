"""Choosing the member that a call goes to, among those its caller believes healthy."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcore.engine.jit import helper, part
from simcore.engine.rng import below, uniform
from simcore.program import NONE, Routing


class Routes(NamedTuple):
    """The tables that choosing needs: few enough to be handed to a call cheaply."""

    groups: NDArray[Any]
    members: NDArray[Any]
    drawn: NDArray[Any]
    edges: NDArray[Any]
    slots: NDArray[Any]
    streams: NDArray[Any]
    clusters: NDArray[Any]


@helper
def mix(value):  # type: ignore[no-untyped-def]
    """Scramble a non-negative integer into 31 bits (multiply and fold, no overflow of int64)."""
    value = ((int(value) ^ (int(value) >> 16)) * 0x45D9F3B) & 0x7FFFFFFF
    value = ((value ^ (value >> 15)) * 0x119DE1F3) & 0x7FFFFFFF
    return value ^ (value >> 14)


@part
def _in_turn(s, group):  # type: ignore[no-untyped-def]
    for _ in range(group.count):
        i = group.cursor
        group.cursor = i + 1 if i + 1 < group.count else 0
        e = s.members[group.first + i]
        if s.edges[e].healthy:
            return e
    return NONE


@part
def _least_outstanding(s, group):  # type: ignore[no-untyped-def]
    best = NONE
    least = 0
    i = group.cursor
    for _ in range(group.count):
        i = i + 1 if i + 1 < group.count else 0
        e = s.members[group.first + i]
        edge = s.edges[e]
        if edge.healthy and (best == NONE or edge.outstanding < least):
            best = e
            least = edge.outstanding
            group.cursor = i
    return best


@helper
def _nth_healthy(s, group, n):  # type: ignore[no-untyped-def]
    for i in range(group.count):
        e = s.members[group.first + i]
        if s.edges[e].healthy:
            if n == 0:
                return e
            n -= 1
    return NONE


@part
def _healthy_count(s, group):  # type: ignore[no-untyped-def]
    count = 0
    for i in range(group.count):
        count += s.edges[s.members[group.first + i]].healthy
    return count


@part
def _at_random(s, group):  # type: ignore[no-untyped-def]
    count = _healthy_count(s, group)
    if count == 0:
        return NONE
    return _nth_healthy(s, group, below(s.streams, group.stream, count))


@part
def _of_two(s, group):  # type: ignore[no-untyped-def]
    count = _healthy_count(s, group)
    if count <= 1:
        return _nth_healthy(s, group, 0)
    first = below(s.streams, group.stream, count)
    second = below(s.streams, group.stream, count - 1)
    if second >= first:
        second += 1
    one = _nth_healthy(s, group, first)
    other = _nth_healthy(s, group, second)
    return one if s.edges[one].outstanding <= s.edges[other].outstanding else other


@part
def _weighted(s, group):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(group.count):
        edge = s.edges[s.members[group.first + i]]
        total += edge.healthy * s.slots[edge.weight_slot]
    left = uniform(s.streams, group.stream) * total
    chosen = NONE
    for i in range(group.count):
        e = s.members[group.first + i]
        edge = s.edges[e]
        weight = edge.healthy * s.slots[edge.weight_slot]
        if weight > 0.0:
            chosen = e
            left -= weight
            if left < 0.0:
                break
    return chosen


@part
def _by_key(s, group, key):  # type: ignore[no-untyped-def]
    """Rendezvous hashing (Thaler & Ravishankar 1998): when a member leaves, only its own keys move."""
    best = NONE
    highest = -1
    for i in range(group.count):
        e = s.members[group.first + i]
        if s.edges[e].healthy:
            score = mix(mix(key + 1) ^ mix(7919 * (s.edges[e].target + 1)))
            if score > highest:
                highest = score
                best = e
    return best


@helper
def next_copy(s, group, key, below):  # type: ignore[no-untyped-def]
    """Return the member that comes next in the order of preference for a key, after the given rank, and its own rank."""
    best = NONE
    highest = np.int64(-1)
    for i in range(group.count):
        e = s.members[group.first + i]
        rank = mix(mix(key + 1) ^ mix(7919 * (s.edges[e].target + 1))) * 4096 + i
        if highest < rank < below:
            highest = rank
            best = e
    return best, highest


@part
def _by_modulo(s, group, key):  # type: ignore[no-untyped-def]
    """Divide the hashes among those believed healthy: when their number changes, nearly every key moves."""
    count = _healthy_count(s, group)
    if count == 0:
        return NONE
    return _nth_healthy(s, group, mix(key + 1) % count)


@part
def _by_range(s, group, key):  # type: ignore[no-untyped-def]
    """Divide the keys themselves; what belongs to one that is not healthy goes to the next one that is."""
    total = 0.0
    for i in range(group.count):
        total += s.slots[s.edges[s.members[group.first + i]].weight_slot]
    left = (int(key) + 0.5) / group.key_span * total
    chosen = NONE
    for i in range(2 * group.count):  # once around for the range, once more for the next healthy
        e = s.members[group.first + i % group.count]
        edge = s.edges[e]
        weight = s.slots[edge.weight_slot]
        left -= weight
        if weight > 0.0 and left < 0.0 and edge.healthy:
            chosen = e
            break
    return chosen


@helper
def ring_place(members, group, key):  # type: ignore[no-untyped-def]
    """Return the number of the first virtual node at or after the key's hash; past the last comes the first."""
    position = mix(key + 1)
    low = 0
    high = int(group.ring_count)
    while low < high:
        middle = (low + high) // 2
        if members[group.ring_first + middle] < position:
            low = middle + 1
        else:
            high = middle
    return low if low < group.ring_count else 0


@helper
def _by_ring(s, group, key, bounded):  # type: ignore[no-untyped-def]
    """Follow the ring to a healthy member; with bounded loads (Mirrokni, Thorup & Zadimoghaddam 2018) to one with room."""
    room = 0.0
    if bounded:
        total = 1.0
        healthy = 0
        for i in range(group.count):
            edge = s.edges[s.members[group.first + i]]
            total += edge.outstanding
            healthy += edge.healthy
        room = math.ceil(s.slots[group.ring_slot + 1] * total / max(healthy, 1))
    owners = group.ring_first + group.ring_count
    at = ring_place(s.members, group, key)
    for _ in range(group.ring_count):
        e = s.members[owners + at]
        edge = s.edges[e]
        if edge.healthy and (not bounded or edge.outstanding < room):
            return e
        at = at + 1 if at + 1 < group.ring_count else 0
    return NONE


@part
def _to_primary(s, group):  # type: ignore[no-untyped-def]
    """Who still reaches a second primary, one that does not know it was replaced, goes on calling that one."""
    cluster = s.clusters[group.cluster]
    if cluster.second != NONE and not cluster.fenced:
        for i in range(group.count):
            e = s.members[group.first + i]
            if s.edges[e].target == cluster.second and s.edges[e].healthy:
                return e
    primary = cluster.primary
    for i in range(group.count):
        e = s.members[group.first + i]
        if s.edges[e].target == primary:
            return e
    return NONE


@part
def _to_replica(s, group):  # type: ignore[no-untyped-def]
    primary = s.clusters[group.cluster].primary
    for _ in range(group.count):
        i = group.cursor
        group.cursor = i + 1 if i + 1 < group.count else 0
        e = s.members[group.first + i]
        if s.drawn[group.first + i] and s.edges[e].healthy and s.edges[e].target != primary:
            return e
    return _to_primary(s, group)


@helper
def _chosen(s, group, target):  # type: ignore[no-untyped-def]
    """Return the chosen member, or the one that leads where another node's edge would."""
    for i in range(group.count):
        if s.members[group.first + i] == target:
            return target
    if target != NONE:
        for i in range(group.count):
            e = s.members[group.first + i]
            if s.edges[e].target == s.edges[target].target:
                return e
    return _in_turn(s, group)


@part
def by_rank(s, group):  # type: ignore[no-untyped-def]
    best = NONE
    for i in range(group.count):
        e = s.members[group.first + i]
        if s.edges[e].healthy and (
            best == NONE or s.slots[s.edges[e].weight_slot] > s.slots[s.edges[best].weight_slot]
        ):
            best = e
    return best


@part
def _least_latency(s, group):  # type: ignore[no-untyped-def]
    """Peak-sensitive balancing as in Finagle: whoever has not been tried yet comes first."""
    best = NONE
    least = 0.0
    i = group.cursor
    for _ in range(group.count):
        i = i + 1 if i + 1 < group.count else 0
        e = s.members[group.first + i]
        edge = s.edges[e]
        cost = edge.answer_s * (edge.outstanding + 1.0)
        if edge.healthy and (best == NONE or cost < least):
            best = e
            least = cost
            group.cursor = i
    return best


@part
def _any_in_turn(s, group):  # type: ignore[no-untyped-def]
    i = group.cursor
    group.cursor = i + 1 if i + 1 < group.count else 0
    return s.members[group.first + i]


@part
def pick(s, index, key, target):  # type: ignore[no-untyped-def]
    """Return the edge to call, or NONE when no member is believed healthy. The commonest choices cost no call."""
    group = s.groups[index]
    e = np.int64(NONE)
    if group.count == 1 and s.edges[s.members[group.first]].healthy:
        e = np.int64(s.members[group.first])
    elif group.routing == Routing.ROUND_ROBIN:
        e = np.int64(_in_turn(s, group))
    elif group.count > 0:
        e = np.int64(_pick_by_policy(s, index, key, target))
    return e


@helper
def _pick_by_policy(s, index, key, target):  # type: ignore[no-untyped-def]
    group = s.groups[index]
    routing = group.routing
    if routing == Routing.LEAST_OUTSTANDING:
        return _least_outstanding(s, group)
    if routing == Routing.POWER_OF_TWO:
        return _of_two(s, group)
    if routing == Routing.RANDOM:
        return _at_random(s, group)
    if routing == Routing.WEIGHTED:
        return _weighted(s, group)
    if routing == Routing.KEY_HASH:
        return _by_key(s, group, key)
    if routing == Routing.PRIMARY:
        return _to_primary(s, group)
    if routing == Routing.REPLICAS:
        return _to_replica(s, group)
    if routing == Routing.CHOSEN:
        return _chosen(s, group, target)
    if routing == Routing.MODULO:
        return _by_modulo(s, group, key)
    if routing == Routing.RANGE:
        return _by_range(s, group, key)
    if routing == Routing.RING or routing == Routing.RING_BOUNDED:
        return _by_ring(s, group, key, routing == Routing.RING_BOUNDED)
    if routing == Routing.FAILOVER:
        return by_rank(s, group)
    if routing == Routing.LEAST_LATENCY:
        return _least_latency(s, group)
    return _any_in_turn(s, group)
