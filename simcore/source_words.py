"""The words of where requests come from and what they ask for; part of the vocabulary of `simcore.program`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ArriveStep(IntEnum):
    """Steps of a source of requests. The last two are those of a closed one, whose users wait for their answers."""

    OPEN = 0  # wait for the next arrival, and start a request at the label
    POPULATE = 1  # keep the declared number of users, each beginning with a pause before the label
    BEGIN = 2  # the pause is over: this activity is a request from now on


@dataclass(frozen=True, slots=True)
class Source:
    """A population that sends requests."""

    node: int
    rate_slot: int
    poisson_slot: int
    user_count_slot: int
    population_slot: int  # users of a closed source; 0 when it is open
    think_slot: int  # first slot of the distribution of the pause between answer and next request
    burst_slot: (
        int  # first of four: factor during and between bursts, mean length of both; no bursts without length
    )
    curve_slot: (
        int  # first slot of the rate's curve: its period (0 = held), then time and factor of each point
    )
    curve_count: int  # points of the curve; 0 = steady
    uneven: bool  # whether the rate changes with time
    stream: int  # first of five: arrivals, classes, keys, users, sizes
    parts_slot: (
        int  # NONE, or first slot of its parts: how many, then of each its node and the first user beyond it
    )


@dataclass(frozen=True, slots=True)
class RequestKind:
    """One request class as the engine sees it."""

    name: str
    share: float
    operation: int
    key_count: int
    zipf_exponent: float
    payload_bytes: float
    payload_slot: int  # first slot of the distribution of its sizes
    request_bytes: float
    service_time_factor: float
    deadline_s: float
    priority: int
