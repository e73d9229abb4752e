"""How much of what it is asked for a memory has, before running: real keys, a replacement policy, time to live, writes.

Che's approximation with all that ends a key's stay: eviction, expiry, and writes that make it forgotten. A key that is asked
for at rate λ and stays L seconds after each fill is there for the share λL / (1 + λL) of the time, which is also its hit
ratio, since arrivals at random see time averages.
"""

from __future__ import annotations

import math

import numpy as np

from simcore.analysis.workload import Floats
from simcore.components._preview import Memory
from simcore.program import Eviction

_STEPS = 60
#: Exponents beyond this would overflow and mean "for ever".
_EXPONENT_MAX = 500.0


def hit_ratio(memory: Memory, reads_rps: Floats, writes_rps: Floats, counts: Floats) -> float:
    """Return the share of reads that find their record, in the steady state.

    Parameters
    ----------
    reads_rps, writes_rps : per key of each group, shape (groups,); a write makes the record forgotten.
    counts : keys of each group that belong to this memory, shape (groups,).
    """
    asked = reads_rps > 0
    reads, writes, keys = reads_rps[asked], writes_rps[asked], counts[asked]
    total_rps = float(reads @ keys)
    if total_rps == 0 or memory.capacity_entries <= 0:
        return 0.0
    if memory.eviction is Eviction.LFU:
        return _kept_most_popular(memory, reads, writes, keys) / total_rps
    age_s = math.inf
    if _present(memory, math.inf, reads, writes) @ keys > memory.capacity_entries:
        low_s, high_s = 0.0, 1.0
        while _present(memory, high_s, reads, writes) @ keys < memory.capacity_entries:
            high_s *= 2
        for _ in range(_STEPS):
            age_s = (low_s + high_s) / 2
            full = _present(memory, age_s, reads, writes) @ keys < memory.capacity_entries
            low_s, high_s = (age_s, high_s) if full else (low_s, age_s)
    return float(_present(memory, age_s, reads, writes) @ (reads * keys)) / total_rps


def _present(memory: Memory, age_s: float, reads: Floats, writes: Floats) -> Floats:
    """Return the share of time in which each key is there, if one that nobody asks for leaves after `age_s`."""
    refreshed = memory.eviction is Eviction.LRU
    # Hits before the stay ends: with refreshing by each of them until the first pause that is too long.
    pause_s = min(age_s, memory.ttl_s) if memory.sliding else age_s
    if refreshed or memory.sliding:
        hits = np.expm1(np.minimum(reads * pause_s, _EXPONENT_MAX))
    else:
        hits = reads * pause_s
    if not refreshed:
        hits = np.minimum(hits, reads * age_s)
    if not memory.sliding:
        hits = np.minimum(hits, reads * memory.ttl_s)
    # 1 / (time between writes) adds to 1 / (length of the stay); without end it is 1 / infinity.
    with np.errstate(divide="ignore", invalid="ignore"):
        ended = 1.0 / (1.0 / hits + writes / reads)
    hits = np.where(np.isinf(hits) & (writes == 0), np.inf, ended)
    present: Floats = np.where(np.isinf(hits), 1.0, hits / (1.0 + np.where(np.isinf(hits), 0.0, hits)))
    return present


def _kept_most_popular(memory: Memory, reads: Floats, writes: Floats, keys: Floats) -> float:
    """Return the hits per second when the most popular keys are never evicted."""
    order = np.argsort(-reads, kind="stable")
    room = np.clip(memory.capacity_entries - (np.cumsum(keys[order]) - keys[order]), 0.0, keys[order])
    return float(_present(memory, math.inf, reads, writes)[order] @ (reads[order] * room))
