"""One log per cluster: positions, who knows how much of it, promotion, and what a promotion loses."""

from __future__ import annotations

import numpy as np

from simcore.engine import quorums
from simcore.engine.extras import need_extra, set_value, value_of
from simcore.engine.jit import helper, part
from simcore.engine.meters import happened
from simcore.engine.tables import EVENT_DIVERGED, EVENT_LOST_WRITES, EVENT_PROMOTED, UP
from simcore.program import NONE, LogStep


@part
def _link_from(s, source, target):  # type: ignore[no-untyped-def]
    e = np.int64(s.nodes[source].first_out)
    while e != NONE and s.edges[e].target != target:
        e = np.int64(s.edges[e].next_out)
    return e


@helper
def _give_way(s, cluster):  # type: ignore[no-untyped-def]
    """An old primary that can hear of the new one follows it; the writes that it took alone are thrown away."""
    e = _link_from(s, cluster.primary, cluster.second)
    if e == NONE or s.edges[e].partitioned:
        return
    back = _link_from(s, cluster.second, cluster.primary)
    if back != NONE:  # it has heard of it, so it trusts it until its own checks say otherwise
        s.edges[back].healthy = 1
        s.edges[back].bad_streak = 0
    _end_of_second(s, cluster)


@helper
def _end_of_second(s, cluster):  # type: ignore[no-untyped-def]
    if cluster.second_writes > 0:
        cluster.lost_writes += cluster.second_writes
        happened(s, EVENT_DIVERGED, cluster.second, NONE, float(cluster.second_writes))
    cluster.second = NONE
    cluster.second_writes = 0


@helper
def append_apart(s, index, act):  # type: ignore[no-untyped-def]
    """Take a write as a second primary, into a log that nobody else has; False if this node is not one."""
    cluster = s.clusters[index]
    if cluster.second != act.node or cluster.fenced:
        return False
    cluster.second_writes += 1
    cluster.diverged_writes += 1
    set_value(s, act, np.int64(0))
    return True


@part
def _poll(s, cluster, act):  # type: ignore[no-untyped-def]
    """Ask the primary for news: the value register gets its position, the target register the link it comes by."""
    node = s.nodes[act.node]
    act.hit = 0
    if cluster.second == act.node:
        _give_way(s, cluster)
    if cluster.primary == act.node or s.nodes[cluster.primary].state != UP:
        return
    e = _link_from(s, cluster.primary, act.node)
    if e == NONE or s.edges[e].partitioned or cluster.lsn <= node.polled:
        return
    act.hit = 1
    need_extra(s, act)
    s.extras[act.extra].pending = min(cluster.lsn - node.polled, 32767)
    s.extras[act.extra].value = cluster.lsn
    act.target = e
    node.polled = cluster.lsn


@part
def copy_sent(here, source, position):  # type: ignore[no-untyped-def]
    """Note that a write is on its way to a replica, which need not fetch it. If the replica crashes, `revive` forgets it."""
    if here.cluster == source.cluster:
        here.polled = max(here.polled, position)


@part
def _apply(s, cluster, act):  # type: ignore[no-untyped-def]
    node = s.nodes[act.node]
    position = value_of(s, act)
    void = cluster.void_from < position <= cluster.void_to
    if position > node.applied and not void:
        node.applied = position
    if node.polled < node.applied:
        node.polled = node.applied


@helper
def _promote(s, index, cluster, fences, proposer):  # type: ignore[no-untyped-def]
    """Make the living replica with the longest log that the proposer reaches the primary.

    Acknowledged writes that it lacks are lost. An old one that lives and is not cut off goes on as a second primary until
    it hears of the new one; one that is cut off waits for the same.
    """
    old = cluster.primary
    best = NONE
    for i in range(cluster.count):
        n = s.cluster_nodes[cluster.first + i]
        if n != proposer:
            e = _link_from(s, proposer, n)
            if e == NONE or s.edges[e].partitioned:
                continue
        if (
            n != old
            and s.nodes[n].state == UP
            and (best == NONE or s.nodes[n].applied > s.nodes[best].applied)
        ):
            best = n
    if best == NONE:
        return
    applied = s.nodes[best].applied
    lost = max(cluster.acknowledged - applied, 0)
    _end_of_second(s, cluster)
    if s.nodes[old].state == UP:
        cluster.second = old
        cluster.fenced = fences
    cluster.primary = best
    cluster.promotions += 1
    cluster.lost_writes += lost
    cluster.void_from = applied
    cluster.void_to = cluster.lsn
    cluster.acknowledged = min(cluster.acknowledged, applied)
    for i in range(cluster.count):
        node = s.nodes[s.cluster_nodes[cluster.first + i]]
        node.applied = min(node.applied, applied)
        node.polled = node.applied
    for k in range(s.control[0].key_count):
        if s.versions[index, k] > applied:
            s.versions[index, k] = applied
    happened(s, EVENT_PROMOTED, best, NONE, float(old))
    if lost > 0:
        happened(s, EVENT_LOST_WRITES, old, NONE, float(lost))


@part
def see(s, what, index, act):  # type: ignore[no-untyped-def]
    """READ takes the version that the node knows, CHECK has one already; an old one is a stale read."""
    newest = s.versions[index, act.key]
    if what == LogStep.READ:
        act.version = min(newest, s.nodes[act.node].applied)
    if newest > act.version:
        s.clusters[index].stale_reads += 1
        s.nodes[act.node].stale += 1


@helper
def step(s, ins, act):  # type: ignore[no-untyped-def]
    """Do one step of replication for an activity of a member node."""
    what = ins.a
    index = ins.b
    if what >= LogStep.QUORUM_READ:
        quorums.step(s, ins, act)
        return
    cluster = s.clusters[index]
    if what == LogStep.APPEND:
        cluster.lsn += 1
        set_value(s, act, np.int64(cluster.lsn))
        act.version = cluster.lsn
        s.versions[index, act.key] = cluster.lsn
        if s.nodes[act.node].cluster == index:
            s.nodes[act.node].applied = cluster.lsn
        s.commit_times[index, cluster.lsn % s.commit_times.shape[1]] = s.control[0].now
    elif what == LogStep.ACKNOWLEDGE:
        position = value_of(s, act)
        void = cluster.void_from < position <= cluster.void_to
        if position > cluster.acknowledged and not void:
            cluster.acknowledged = position
    elif what == LogStep.APPLY:
        if (
            s.nodes[act.node].cluster == index
        ):  # else it was sent before an edit joined this node to another cluster
            _apply(s, cluster, act)
    elif what == LogStep.POLL:
        _poll(s, cluster, act)
    else:
        _promote(s, index, cluster, s.slots[ins.c] != 0.0, act.node)
