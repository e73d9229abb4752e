"""Stores without a primary: every key has copies at some members, and reads and writes wait for enough of them.

A write gets its version from the cluster's counter, which stands for clocks that agree; of two copies the newer one wins.
What a read should have seen is the newest write that was acknowledged when it began.
"""

from __future__ import annotations

import numpy as np

from simcore.engine.extras import pending_of, set_value, value_of
from simcore.engine.jit import helper
from simcore.engine.meters import happened
from simcore.engine.routing import next_copy
from simcore.engine.tables import EVENT_LOST_WRITES
from simcore.program import NONE, LogStep


@helper
def _newest(s, cluster, key, but):  # type: ignore[no-untyped-def]
    """Return the newest version of a key that any member has, one member's copy left out."""
    newest = np.int64(0)
    for i in range(cluster.count):
        node = s.nodes[s.cluster_nodes[cluster.first + i]]
        if node.copy_row != but:
            newest = max(newest, s.copies[node.copy_row, key])
    return newest


@helper
def step(s, ins, act):  # type: ignore[no-untyped-def]
    """Do one step of a quorum for an activity of a member node."""
    what = ins.a
    at = s.nodes[act.node].cluster  # not that of the code, which may be from before the node changed sides
    cluster = s.clusters[at]
    row = s.nodes[act.node].copy_row
    if what == LogStep.QUORUM_READ:
        set_value(s, act, np.int64(s.versions[at, act.key]))
        act.version = NONE
    elif what == LogStep.COPY_READ:
        act.version = s.copies[row, act.key]
    elif what == LogStep.QUORUM_CHECK:
        if act.version < value_of(s, act):
            cluster.stale_reads += 1
            s.nodes[act.node].stale += 1
    elif what == LogStep.QUORUM_WRITE:
        cluster.lsn += 1
        act.version = cluster.lsn
    elif what == LogStep.COPY_WRITE:
        cluster.lsn = max(cluster.lsn, act.version)  # it may come from before the member changed sides
        if act.version > s.copies[row, act.key]:
            s.copies[row, act.key] = act.version
    elif what == LogStep.QUORUM_ACK:
        # Those who wrote it may have changed sides since.
        kept = min(act.version, _newest(s, cluster, act.key, NONE))
        s.versions[at, act.key] = max(s.versions[at, act.key], kept)
    elif what == LogStep.QUORUM_FAILED:
        if pending_of(s, act) > 0 or _newest(s, cluster, act.key, NONE) >= act.version:
            cluster.diverged_writes += 1
    else:
        _compare(s, ins.c, act, what == LogStep.AWAY)


@helper
def _compare(s, index, act, away):  # type: ignore[no-untyped-def]
    """Set the hit register when one of the key's copies can be reached and is older than the version register.

    Or, with `away`, when one of them cannot be reached.
    """
    group = s.groups[index]
    act.hit = 0
    below = np.int64(1) << 62
    for _ in range(min(int(s.slots[group.copies_slot]), int(group.count))):
        e, below = next_copy(s, group, act.key, below)
        edge = s.edges[e]
        if away:
            act.hit |= edge.healthy == 0
        elif edge.healthy and s.copies[s.nodes[edge.target].copy_row, act.key] < act.version:
            act.hit = 1


@helper
def forget_copies(s, n):  # type: ignore[no-untyped-def]
    """Lose a crashed member's copies, if it keeps them in memory only; writes that nobody else has are lost."""
    node = s.nodes[n]
    if node.copy_row == NONE or s.slots[node.durable_slot] != 0.0:
        return
    cluster = s.clusters[node.cluster]
    lost = 0
    for k in range(s.copies.shape[1]):
        had = s.copies[node.copy_row, k]
        s.copies[node.copy_row, k] = 0
        if had > 0 and had >= s.versions[node.cluster, k]:
            others = _newest(s, cluster, k, NONE)
            if others < s.versions[node.cluster, k]:
                s.versions[node.cluster, k] = others
                lost += 1
    cluster.lost_writes += lost
    if lost > 0:
        happened(s, EVENT_LOST_WRITES, n, NONE, float(lost))
