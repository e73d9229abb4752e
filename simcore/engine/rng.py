"""Random numbers: one xoshiro256++ stream per purpose and node, and the distributions drawn from them."""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from simcore.engine.jit import helper, part
from simcore.program import Shape

_11, _17, _19, _23, _41, _45 = (np.uint64(n) for n in (11, 17, 19, 23, 41, 45))
_LOW_BYTE = np.uint64(255)
_UNIT = 2.0**-53
#: The ziggurat of the exponential distribution: layers, their area, and where the tail begins.
_LAYERS = 256
_LAYER_AREA = 0.0039496598225815571993
_TAIL = 7.69711747013104972


def seed_stream(seed: int, name: str) -> NDArray[np.uint64]:
    """Return the initial state of the stream called `name` (shape (4,), uint64, never all zero)."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=32).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


@part
def next_bits(streams, i):  # type: ignore[no-untyped-def]
    """Return the next 64 random bits (Blackman & Vigna 2019, xoshiro256++)."""
    s0 = streams[i, 0]
    s1 = streams[i, 1]
    s2 = streams[i, 2]
    s3 = streams[i, 3]
    total = s0 + s3
    bits = ((total << _23) | (total >> _41)) + s0
    shifted = s1 << _17
    s2 ^= s0
    s3 ^= s1
    streams[i, 1] = s1 ^ s2
    streams[i, 0] = s0 ^ s3
    streams[i, 2] = s2 ^ shifted
    streams[i, 3] = (s3 << _45) | (s3 >> _19)
    return bits


@helper
def uniform(streams, i):  # type: ignore[no-untyped-def]
    """Draw from [0, 1) with 53 random bits."""
    return (next_bits(streams, i) >> _11) * _UNIT


@part
def foreseen(streams, i):  # type: ignore[no-untyped-def]
    """Return what `uniform` will draw next."""
    total = streams[i, 0] + streams[i, 3]
    return ((((total << _23) | (total >> _41)) + streams[i, 0]) >> _11) * _UNIT


@helper
def below(streams, i, n):  # type: ignore[no-untyped-def]
    """Draw an integer from 0 to n - 1."""
    return int(uniform(streams, i) * n)


def _layers() -> NDArray[np.float64]:
    """Return right edge and height of 256 layers of equal area under exp(-x); the lowest has the tail as well."""
    layers = np.zeros((_LAYERS + 1, 2))
    layers[0] = _LAYER_AREA * math.exp(_TAIL), 0.0
    layers[1] = _TAIL, math.exp(-_TAIL)
    for i in range(2, _LAYERS):
        height = layers[i - 1, 1] + _LAYER_AREA / layers[i - 1, 0]
        layers[i] = -math.log(height), height
    layers[_LAYERS] = 0.0, 1.0
    return layers


_LAYER = _layers()


@helper
def exponential(streams, i):  # type: ignore[no-untyped-def]
    """Draw from the exponential distribution with mean 1 by the ziggurat of Marsaglia & Tsang (2000)."""
    tail = 0.0
    while True:
        bits = next_bits(streams, i)
        layer = np.int64(bits & _LOW_BYTE)
        x = (bits >> _11) * _UNIT * _LAYER[layer, 0]
        if x < _LAYER[layer + 1, 0]:
            return tail + x
        if layer == 0:  # beyond the last edge it begins anew
            tail += _TAIL
            continue
        low = _LAYER[layer, 1]
        if low + uniform(streams, i) * (_LAYER[layer + 1, 1] - low) < math.exp(-x):
            return tail + x


@helper
def normal(streams, i):  # type: ignore[no-untyped-def]
    """Draw from the standard normal distribution (Box & Muller 1958)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(streams, i)))
    return radius * math.cos(2.0 * math.pi * uniform(streams, i))


@part
def draw(slots, first, streams, i):  # type: ignore[no-untyped-def]
    """Draw a time (s) from the distribution in four slots; a constant draws nothing from the stream."""
    return _draw(slots, np.int64(first), streams, np.int64(i))


@helper
def _draw(slots, first, streams, i):  # type: ignore[no-untyped-def]
    mean = slots[first]
    shape = int(slots[first + 1])
    if shape == Shape.CONSTANT:
        return mean
    if shape == Shape.EXPONENTIAL:
        return mean * exponential(streams, i)
    if shape == Shape.LOGNORMAL:
        return mean * math.exp(slots[first + 2] + slots[first + 3] * normal(streams, i))
    if shape == Shape.HYPEREXPONENTIAL:
        p = slots[first + 2]
        if uniform(streams, i) < p:
            return mean * slots[first + 3] * exponential(streams, i)
        return mean * exponential(streams, i) / (2.0 * (1.0 - p))
    return mean * _draw_rarer(slots, first, streams, i)


@helper
def _draw_rarer(slots, first, streams, i):  # type: ignore[no-untyped-def]
    """Draw from a gamma, Pareto or empirical distribution of mean 1."""
    shape = int(slots[first + 1])
    one = slots[first + 2]
    other = slots[first + 3]
    if shape == Shape.GAMMA:
        return other * gamma(streams, i, one)
    if shape == Shape.PARETO:
        return other * (1.0 - uniform(streams, i)) ** one
    last = int(other) - 1
    place = uniform(streams, i) * last
    at = int(place)
    low = slots[int(one) + at]
    if at == last:  # there is one value only
        return low
    return low + (place - at) * (slots[int(one) + at + 1] - low)


@helper
def gamma(streams, i, shape):  # type: ignore[no-untyped-def]
    """Draw from the gamma distribution with scale 1 (Marsaglia & Tsang 2000); any shape above 0."""
    d = (shape if shape >= 1.0 else shape + 1.0) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(streams, i)
        v = (1.0 + c * x) ** 3
        if v > 0.0 and math.log(1.0 - uniform(streams, i)) < 0.5 * x * x + d - d * v + d * math.log(v):
            break
    if shape < 1.0:
        return d * v * (1.0 - uniform(streams, i)) ** (1.0 / shape)
    return d * v
