"""Keys divided among shards: where each one is, and moving those that belong elsewhere, one at a time.

Whoever moves keys is a looping activity. Its target register is the shard that its key goes to, NONE while it has none.
"""

from __future__ import annotations

import numpy as np

from simcore.data_words import ShardStep
from simcore.engine.extras import need_extra, value_of
from simcore.engine.jit import helper, part
from simcore.engine.meters import happened
from simcore.engine.pools import PASS_ON
from simcore.engine.tables import EVENT_RESHARDED, EVENT_RESHARDING, FREE, IS_DAEMON
from simcore.program import NONE, Cause


@part
def is_down(row, shard):  # type: ignore[no-untyped-def]
    """Tell whether a shard has crashed while the others work."""
    return shard >= 0 and (row.down >> shard) & 1 != 0


@helper
def step(s, ins, act):  # type: ignore[no-untyped-def]
    """Do one step about the shard of a key."""
    what = ins.b
    if what == ShardStep.SEEK or what == ShardStep.SEEK_AIM:
        shard = np.int64(s.homes[ins.a, act.key] if what == ShardStep.SEEK else act.target)
        if not is_down(s.shardings[ins.a], shard):
            act.pc = ins.c + min(shard, int(ins.d)) * ins.e
        elif act.marks & IS_DAEMON:
            act.pc = ins.c + ins.d * ins.e
        else:
            act.cause = Cause.NODE_DOWN
            act.blame = act.node
            act.pc = PASS_ON
    elif what == ShardStep.STAY:
        if s.homes[ins.a, act.key] != ins.d:
            s.shardings[ins.a].redirected += 1
            act.pc = ins.c
    elif what == ShardStep.BEGIN_ANEW:
        act.pc = s.entries[act.node, ins.c]
        if act.pc == NONE:
            act.cause = Cause.REFUSED
            act.blame = act.node
            act.pc = PASS_ON
    elif what == ShardStep.NEXT:
        _take(s, ins.a, act)
    elif what == ShardStep.NUMBERED:
        act.pc = ins.c + min(int(value_of(s, act)), int(ins.d)) * ins.e
    else:
        _settle(s, ins.a, act)


@helper
def _in_transit(s, node):  # type: ignore[no-untyped-def]
    """Tell whether somebody has a key of this node in hand."""
    for a in range(s.activities.shape[0]):
        act = s.activities[a]
        if act.wait != FREE and act.node == node and act.marks & IS_DAEMON and act.target != NONE:
            return True
    return False


@helper
def _take(s, index, act):  # type: ignore[no-untyped-def]
    """Take the next key that has to move. What was broken off halfway is taken again when nothing else is in hand."""
    row = s.shardings[index]
    act.target = NONE
    act.hit = 0
    _tell(s, row)
    if row.left == 0:
        return
    keys = s.homes.shape[1]
    if row.cursor >= keys and not _in_transit(s, row.node):
        row.cursor = 0
    while row.cursor < keys and act.hit == 0:
        key = row.cursor
        row.cursor += 1
        home, aim = np.int64(s.homes[index, key]), np.int64(s.aims[index, key])
        if home != aim and not is_down(row, home) and not is_down(row, aim):
            act.key = key
            act.target = s.aims[index, key]
            need_extra(s, act)
            s.extras[act.extra].pending = 1  # a batch of one record
            act.hit = 1


@helper
def _settle(s, index, act):  # type: ignore[no-untyped-def]
    """Let the key be where it was brought, which may no longer be where it belongs."""
    row = s.shardings[index]
    row.left -= s.homes[index, act.key] != s.aims[index, act.key]
    s.homes[index, act.key] = act.target
    row.left += s.homes[index, act.key] != s.aims[index, act.key]
    row.moved += 1
    act.target = NONE
    _tell(s, row)


@helper
def _tell(s, row):  # type: ignore[no-untyped-def]
    """Tell people when a move begins, with the keys that it is about, and when it is over, with those that went."""
    if row.left > 0 and not row.moving:
        row.moved_before = row.moved
        happened(s, EVENT_RESHARDING, row.node, NONE, float(row.left))
    elif row.left == 0 and row.moving:
        happened(s, EVENT_RESHARDED, row.node, NONE, float(row.moved - row.moved_before))
    row.moving = row.left > 0
