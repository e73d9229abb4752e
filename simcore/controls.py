"""What decouples and controls, as components declare it: message queues, looping activities, autoscalers, collectors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ReportSlot(IntEnum):
    """Slots of a collector that those who report to it read, from the first."""

    TIME = 0  # a distribution: what writing a record takes
    PLAIN_BYTES = 4  # of a record without a trace
    TRACED_BYTES = 5
    SAMPLE = 6  # share of the records that have a trace
    WAITS = 7  # whether requests wait until their record is confirmed
    NEED = 8  # of that call: answers needed, time-out (s), parts
    TIMEOUT = 9
    PARTS = 10
    BUFFER = 11  # records that wait to be sent
    COUNT = 12


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages waiting for consumers."""

    node: int
    capacity_slot: int
    durable_slot: int
    deliveries_max_slot: int
    delivery_slot: (
        int  # first of six: visibility (s), retention (s), partitions, prefetch, at most once, until gone (s)
    )
    dead_queue: int = -1  # queue that gets its dead letters
    hidden: bool = False  # whether it stands beside the node's own
    reader: int = -1  # node whose consumers alone it is for


@dataclass(frozen=True, slots=True)
class Daemon:
    """Looping activities that belong to a node: a source, a health checker, consumers.

    There are as many as `count_slot` says, one if it is NONE (-1). A crash ends them, unless they outlive it. They
    may empty a `queue`.
    """

    node: int
    label: int
    count_slot: int
    outlives: bool
    queue: int = -1


@dataclass(frozen=True, slots=True)
class Scaler:
    """An autoscaler's hold on one target: its settings are in seven slots, see `simcore.engine.scaling`."""

    node: int
    target: int
    slot: int
    group: int  # edges from the message queues that feed the target
    instances_slot: int  # how many were drawn


@dataclass(frozen=True, slots=True)
class Scaled:
    """A live number that is so much per instance of its node; `counts`: it is the number of instances itself."""

    node: int
    slot: int
    unit_slot: int
    counts: bool
