"""The tables of data: memories, flights and replication clusters. See `simcore.engine.tables` for what holds of all."""

from __future__ import annotations

from typing import Any

import numpy as np


def record(*fields: tuple[str, str] | tuple[str, str, tuple[int, ...]]) -> np.dtype[Any]:
    return np.dtype((np.record, list(fields)))


STORE = record(
    ("node", "i4"),
    ("capacity_slot", "i4"),
    ("ttl_slot", "i4"),
    ("eviction_slot", "i4"),
    ("sliding_slot", "i4"),
    ("jitter_slot", "i4"),
    ("stream", "i4"),
    ("owed", "i4"),  # 1: entries are writes that were promised and still have to be passed on
    ("capacity", "i4"),  # entries allotted
    ("first", "i4"),  # first entry in `entries`
    ("bucket_first", "i4"),
    ("bucket_mask", "i4"),
    ("head", "i4"),  # most recent
    ("tail", "i4"),
    # Cells that were used, linked by `next` of their order; none with a place from `begun` on.
    ("free", "i4"),
    ("count", "i4"),
    ("rank_first", "i4"),  # its heap in `ranks`; NONE unless it evicts by frequency
    ("tally_first", "i4"),  # how often each key was asked for, in `ranks`
    ("key_span", "i4"),  # keys that are counted
    ("puts", "i4"),  # serial number of the next entry
    ("hits", "i8"),
    ("misses", "i8"),
    ("expired", "i8"),
    ("evictions", "i8"),
    ("owed_lost", "i8"),
    ("hints_of", "i8"),  # node that remembers with them which keys some member of its cluster has missed
    (
        "bytes_slot",
        "i8",
    ),  # bytes it has room for; NONE: entries have no size. Otherwise `value` is that of each
    ("bytes_used", "i8"),
    ("begun", "i8"),  # cells used since it was empty
)

ENTRY = record(
    ("key", "i4"),
    ("chain", "i4"),
    ("value", "i4"),
    ("serial", "i4"),
    ("expires", "f8"),
    ("version", "i8"),  # log position of the value when it was kept
)

#: An entry's neighbours in the order of use. Apart from it, for every use touches those of two more entries.
ORDER = record(("prev", "i4"), ("next", "i4"))

#: One key that somebody fetches while others may wait for the result.
FLIGHT = record(
    ("latch", "i4"),  # NONE: free
    ("key", "i4"),
    ("head", "i4"),  # those who wait, in order
    ("tail", "i4"),
    ("chain", "i4"),  # next of the same bucket, or next free one
)
#: Keys that can be fetched like this at the same time in one run; whoever comes beyond that fetches alone.
FLIGHT_SLOTS = 4096
FLIGHT_BUCKETS = 8192

CLUSTER = record(
    ("primary", "i4"),
    ("first", "i4"),
    ("count", "i4"),
    ("lsn", "i8"),  # newest log position
    ("acknowledged", "i8"),
    ("void_from", "i8"),  # positions in (void_from, void_to] were lost at the last promotion
    ("void_to", "i8"),
    ("stale_reads", "i8"),
    ("lost_writes", "i8"),
    ("promotions", "i8"),
    ("leaderless", "i4"),
    (
        "second",
        "i4",
    ),  # an old primary that was replaced while it lived and has not heard of it; NONE if there is none
    ("fenced", "i4"),  # 1: it was cut off and takes no writes
    ("second_writes", "i8"),  # writes that it took since
    ("diverged_writes", "i8"),  # writes that second primaries took in all
)

SHARDING = record(
    ("node", "i4"),
    ("first_slot", "i4"),
    ("cursor", "i4"),  # no key below it has to be taken, unless its move was broken off
    ("moving", "i4"),  # 1 from the first key of a move to the last
    ("left", "i8"),  # keys that are not yet where they belong
    ("moved", "i8"),
    ("moved_before", "i8"),  # when the present move began
    ("redirected", "i8"),  # requests whose key went elsewhere while they waited in line
    ("laid", "i4", (4,)),  # what the aims were made from: shards, placement, virtual nodes, keys
    ("down", "i8"),  # a bit for each shard that has crashed by itself
)
