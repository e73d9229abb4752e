"""The words of keys that are divided among shards; part of the vocabulary of `simcore.program`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ShardStep(IntEnum):
    """What is done about the shard of a key. The first two and the last jump to one of equal blocks of code."""

    SEEK = 0  # c first block, d blocks, e length of each: the one of the shard that has the key; past the last if it has none
    SEEK_AIM = 1  # the same for the shard that the key goes to
    STAY = 2  # jump to c, and count it, unless shard d has the key
    BEGIN_ANEW = 3  # at the port c, in the newest code of the node
    NEXT = 4  # take a key that has to go elsewhere: sets the key, and hit if there was one
    SETTLE = 5  # the key that was taken is at its new shard from now on
    NUMBERED = 6  # c first block, d blocks, e length of each: the one of the number in the value register


@dataclass(frozen=True, slots=True)
class Sharding:
    """Keys divided among numbered shards of one node; three slots: how many, how (`Routing`), virtual nodes of each."""

    node: int
    first_slot: int
