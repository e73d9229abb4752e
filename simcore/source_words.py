"""The words of where requests come from and what they ask for; part of the vocabulary of `simcore.program`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ArriveStep(IntEnum):
    """Steps of a source of requests. The second and third are those of a closed one, whose users wait for their answers;
    the last four are those of a schedule, whose jobs are no requests of people, and need no source.
    """

    OPEN = 0  # wait for the next arrival, and start a request at the label
    POPULATE = 1  # keep the declared number of users, each beginning with a pause before the label
    BEGIN = 2  # the pause is over: this activity is a request from now on
    TICK = 3  # `a` the first slot of a schedule (interval, first start, `CatchUp`): wait until a start is due
    JOB = 4  # `a` slot of a class, `b` first of two streams (keys, sizes): this activity is a job from now on
    DONE = 5  # the job has ended, well if `b` is 1
    LEFT_OUT = 6  # `a` slot of how many: so many jobs are not begun, for there is no room for them


class CatchUp(IntEnum):
    """What becomes of the starts that a schedule missed while its node was down."""

    NONE = 0
    LATEST = 1  # one start makes up for all
    ALL = 2


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
