"""Hit ratios of caches under independent requests: replacement policies and times to live."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 200


def zipf(key_count: int, exponent: float) -> Floats:
    """Return the popularity of each key under Zipf's law, shape (key_count,), adding up to 1."""
    weights: Floats = np.arange(1, key_count + 1, dtype=np.float64) ** -exponent
    popularity: Floats = weights / weights.sum()
    return popularity


def lru_hit_ratio(popularity: Floats, capacity: int) -> float:
    """Return the hit ratio of a cache that drops the key that was not asked for the longest.

    Notes
    -----
    Every key stays for the same time T after its last request: Σ(1 - e^(-pT)) = C. Che, Tung and Wang 2002; its
    error vanishes as the cache grows (Fricker, Robert and Roberts, arXiv 1202.3974).
    """
    return _hit_ratio(popularity, capacity, lambda rates: -np.expm1(-rates))


def fifo_hit_ratio(popularity: Floats, capacity: int) -> float:
    """Return the hit ratio of a cache that drops the oldest key, or a random one: the two are equal.

    Notes
    -----
    A key stays for about the same time T after it was filled: Σ pT/(1 + pT) = C. Gelenbe 1973 (equality);
    Fricker, Robert and Roberts, arXiv 1202.3974 (approximation).
    """
    return _hit_ratio(popularity, capacity, lambda rates: rates / (1 + rates))


def lfu_hit_ratio(popularity: Floats, capacity: int) -> float:
    """Return the hit ratio of a cache that keeps the most popular keys, once it knows them: an upper bound."""
    return float(np.sort(popularity)[::-1][:capacity].sum())


def ttl_hit_ratio(popularity: Floats, rate_rps: float, ttl_s: float, *, sliding: bool) -> float:
    """Return the hit ratio of an unbounded cache whose entries live for `ttl_s` from their fill, or their last hit.

    Notes
    -----
    Fixed: λT/(1 + λT) per key; sliding: 1 - e^(-λT). Jung, Berger and Balakrishnan 2003.
    """
    expected = popularity * rate_rps * ttl_s
    shares = -np.expm1(-expected) if sliding else expected / (1 + expected)
    return float(popularity @ shares)


def _hit_ratio(popularity: Floats, capacity: int, present: Callable[[Floats], Floats]) -> float:
    """Find the characteristic time at which as many keys are present as fit, by bisection."""
    if capacity >= len(popularity):
        return 1.0
    low, high = 0.0, 1.0
    while present(popularity * high).sum() < capacity:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if present(popularity * middle).sum() < capacity else (low, middle)
    return float(popularity @ present(popularity * high))
