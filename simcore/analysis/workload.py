"""What clients ask for, by operation: how frequent it is, what it weighs, and which keys it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from simcore.scenario.document import RequestClass, Scenario

Floats = NDArray[np.float64]

#: The operations of request classes, in order of declaration.
OPERATIONS: tuple[str, ...] = get_args(RequestClass.model_fields["operation"].annotation)

#: The one operation that a cache can answer.
READ = OPERATIONS[0]

#: Keys taken one by one from the most popular one on; beyond, ever wider groups of keys count as equally popular.
_RANKS_EXACT = 256
_RANK_GROWTH = 1.05


@dataclass(frozen=True, slots=True)
class Mix:
    """One operation of the workload: its share of all requests, and the means over its classes."""

    share: float
    payload_bytes: float
    request_bytes: float
    work_factor: float


def operation_mix(scenario: Scenario, *, jobs: Sequence[str] = ()) -> dict[str, Mix]:
    """Return what each operation that people ask for amounts to; the shares add up to 1.

    Classes named as those of `jobs` are there even if nobody asks for them, with no share then.
    """
    total = sum(item.share for item in scenario.workload.classes)
    mixes = {}
    for operation in OPERATIONS:
        of_it = [item for item in scenario.workload.classes if item.operation == operation]
        classes = [item for item in of_it if item.share] or [item for item in of_it if item.name in jobs]
        share = sum(item.share for item in classes)
        if classes:
            mixes[operation] = Mix(
                share / total,
                _mean(classes, [item.payload_bytes for item in classes]),
                _mean(classes, [item.request_bytes for item in classes]),
                _mean(classes, [item.service_time_factor for item in classes]),
            )
    return mixes


def _mean(classes: Sequence[RequestClass], values: Sequence[float]) -> float:
    weights = (
        [item.share for item in classes] if any(item.share for item in classes) else [1.0] * len(classes)
    )
    return sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)


def mix_with_jobs(scenario: Scenario) -> dict[str, Mix]:
    """Return the same, and what is sent of some component's own accord besides."""
    names = [node.component.sent_class() for node in scenario.sorted_nodes]
    jobs = [class_sent(scenario, name).name for name in names if name is not None]
    return operation_mix(scenario, jobs=jobs)


def class_sent(scenario: Scenario, name: str) -> RequestClass:
    """Return the class that a component means by a name: the first one if there is none of that name."""
    classes = scenario.workload.classes
    return next((item for item in classes if item.name == name), classes[0])


@dataclass(frozen=True, slots=True)
class Keys:
    """Groups of keys that are alike: how many there are in each, and the share of each key in an operation's requests."""

    counts: Floats
    shares: dict[str, Floats]


def keys_of(scenario: Scenario) -> Keys:
    """Return the keys by popularity. Key number k is the same record in every class, and its popularity falls with k."""
    most = max(item.key_count for item in scenario.workload.classes)
    edges = [float(rank) for rank in range(1, min(_RANKS_EXACT, most) + 1)]
    while edges[-1] <= most:
        edges.append(min(np.ceil(edges[-1] * _RANK_GROWTH), most + 1.0) if edges[-1] < most else most + 1.0)
    low, high = np.array(edges[:-1]), np.array(edges[1:])
    counts = high - low
    shares: dict[str, Floats] = {}
    for operation in operation_mix(scenario):
        classes = [item for item in scenario.workload.classes if item.operation == operation and item.share]
        whole = sum(item.share for item in classes)
        shares[operation] = np.zeros(len(counts))
        for item in classes:
            weights = _zipf(low, high, item.key_count, item.zipf_exponent)
            shares[operation] += item.share / whole * weights / weights.sum() / counts
    return Keys(counts, shares)


def _zipf(low: Floats, high: Floats, key_count: int, exponent: float) -> Floats:
    """Return the weight of each group [low, high) of ranks under Zipf's law, cut off after the last key."""
    high = np.minimum(high, key_count + 1.0)
    width = np.maximum(high - low, 0.0)
    # The middle of a narrow group stands for all its keys: at most 5 % wide, it errs by less than one in a thousand.
    weights: Floats = width * ((low + np.maximum(high - 1.0, low)) / 2) ** -exponent
    return weights
