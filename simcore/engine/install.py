"""Putting a program into a state: new rows are initialised, old rows keep what they are doing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine import stores
from simcore.engine.copies import install_copies
from simcore.engine.costs import with_costs, write_down
from simcore.engine.cuts import take_in_cuts
from simcore.engine.data_tables import ENTRY
from simcore.engine.faults import CATCH_UP, disturb
from simcore.engine.install_control import declare, grown, install_control, roomy, rows_of, with_partitions
from simcore.engine.install_traffic import take_in_links, with_user_buckets
from simcore.engine.jit import kernel
from simcore.engine.near import bring_near
from simcore.engine.ranks import install_ranks
from simcore.engine.rings import install_groups
from simcore.engine.rng import seed_stream
from simcore.engine.shard_map import install_shards
from simcore.engine.tables import LINES, UP, State
from simcore.engine.traffic_tables import ALIAS
from simcore.program import BIN_COUNT, NONE, Program
from simcore.source_words import RequestKind

_EMPTY_LIST = {"head": NONE, "tail": NONE}


def install(state: State, program: Program, before: Program, *, seed: int) -> State:
    """Return a state that runs `program` from now on instead of the one `before`. Daemons are started by the caller.

    Declarations that are the same objects in both programs are in their rows already.
    """
    _settle_pools(state)
    write_down(state)
    fresh_workload = not _same_classes(state, program.classes)
    state = state._replace(code=program.code, slots=program.slots.copy(), entries=program.entries)
    state = state._replace(
        streams=_with_streams(state.streams, program.streams, seed),
        timers=grown(state.timers, program.timer_count, head=NONE, tail=NONE, armed=math.inf),
    )
    state = _install_places(state, program, before)
    state = state._replace(costs=with_costs(state, program))
    state = _install_resources(state, program, before)
    if fresh_workload:
        state = _install_classes(state, program.classes)
    groups = grown(state.groups, rows_of(program.groups, before.groups))
    group_names = ("node", "routing_slot", "stream", "cluster", "copies_slot", "ring_slot")
    declare(groups, program.groups, before.groups, group_names)
    state = install_groups(state, program, before, groups)
    state = install_copies(state, program)
    state = _install_clusters(state, program, before)
    state = install_shards(state, program, before)
    state = install_ranks(state, program)
    state = install_control(state, program, before)
    bring_near(state)
    take_in_cuts(state)
    disturb(state, CATCH_UP, NONE, 0.0)
    return state


def _settle_pools(state: State) -> None:
    """Bring the integrals of the capacities up to now, before these change."""
    pools = state.pools
    now = state.control["now"][0]
    capacity = state.slots[pools["capacity_slot"]]
    capacity = np.where(np.isfinite(capacity), capacity, 0.0)
    pools["capacity_integral"] += (now - pools["capacity_since"]) * capacity
    pools["capacity_since"] = now


def _with_streams(streams: NDArray[np.uint64], names: tuple[str, ...], seed: int) -> NDArray[np.uint64]:
    known = len(streams)
    fresh = [seed_stream(seed, name) for name in names[known:]]
    return np.concatenate([streams, np.array(fresh, np.uint64).reshape(-1, 4)]) if fresh else streams


def reseed(state: State, names: tuple[str, ...], seed: int) -> State:
    """Return the state with every random stream begun anew from another seed."""
    return state._replace(streams=_with_streams(state.streams[:0], names, seed))


def _with_meters(state: State, count: int) -> tuple[State, int]:
    """Add meter rows; returns the first new row."""
    first = len(state.meters)
    rows = first + count
    return (
        state._replace(
            meters=grown(state.meters, rows, lowest=BIN_COUNT, highest=-1),
            window=roomy(state.window, rows),
        ),
        first,
    )


def _install_places(state: State, program: Program, before: Program) -> State:
    known_nodes, known_edges = len(state.nodes), len(state.edges)
    new_nodes, new_edges = len(program.node_ids) - known_nodes, len(program.edge_ids) - known_edges
    state, meter = _with_meters(state, new_nodes + new_edges)
    nodes = grown(
        state.nodes,
        len(program.node_ids),
        state=UP,
        slowness=1.0,
        cluster=NONE,
        copy_row=NONE,
        main_pool=NONE,
        store=NONE,
        queue=NONE,
        first_out=NONE,
    )
    nodes["meter"][known_nodes:] = np.arange(meter, meter + new_nodes)
    edges = grown(state.edges, len(program.edge_ids), healthy=1, slowness=1.0, own_slowness=1.0)
    edges["meter"][known_edges:] = np.arange(meter + new_nodes, meter + new_nodes + new_edges)
    names = (
        "source", "target", "latency_slot", "loss_slot", "weight_slot", "stream", "share", "varied", "distance_slot",
        "tariff", "closed",
    )  # fmt: skip
    declare(edges, program.links, before.links, names)
    take_in_links(nodes, edges, program, before)
    if program.regions is not before.regions:
        nodes["region"][list(program.regions)] = list(program.regions.values())
    if program.pools is not before.pools:
        _own(nodes, "main_pool", program.pools)
    if program.stores is not before.stores:
        _own(nodes, "store", program.stores)
    if program.queues is not before.queues:
        _own(nodes, "queue", {index: queue for index, queue in program.queues.items() if not queue.hidden})
    return state._replace(nodes=nodes, edges=edges)


def _own(nodes: NDArray[Any], name: str, declared: dict[int, Any]) -> None:
    """Write into each node's row which of the declared things is its own: the first."""
    own = {item.node: index for index, item in list(declared.items())[::-1] if item.node != NONE}
    nodes[name][list(own)] = list(own.values())


_QUEUE_FIELDS = (
    "node", "capacity_slot", "durable_slot", "deliveries_max_slot", "delivery_slot", "dead_queue", "reader"
)  # fmt: skip


def _install_resources(state: State, program: Program, before: Program) -> State:
    now = float(state.control["now"][0])
    pools = grown(state.pools, rows_of(program.pools, before.pools), capacity_since=now)
    lines = grown(state.lines, len(pools) * LINES, **_EMPTY_LIST)
    fields = (
        "node", "capacity_slot", "queue_capacity_slot", "discipline_slot", "contention_slot", "shed_slot", "part_of"
    )  # fmt: skip
    declare(pools, program.pools, before.pools, fields)
    # A bucket begins full, of however many tokens.
    gates = grown(state.gates, rows_of(program.gates, before.gates), level=math.inf, user_row=NONE)
    declare(gates, program.gates, before.gates, ("node", "first_slot"))
    queues = grown(
        state.queues,
        rows_of(program.queues, before.queues),
        consumer_head=NONE,
        consumer_tail=NONE,
        ready_head=NONE,
        ready_tail=NONE,
        parts=NONE,
        armed=math.inf,
        fades=math.inf,
        wiped_at=-math.inf,
        dead_queue=NONE,
        reader=NONE,
        **_EMPTY_LIST,
    )
    declare(queues, program.queues, before.queues, _QUEUE_FIELDS)
    queues["shown"] = 0
    queues["shown"][[index for index, queue in program.queues.items() if not queue.hidden]] = 1
    sources = grown(state.sources, rows_of(program.sources, before.sources), activity=NONE, due=math.inf)
    source_names = ("node", "rate_slot", "poisson_slot", "user_count_slot", "population_slot", "think_slot")
    declare(
        sources,
        program.sources,
        before.sources,
        (*source_names, "burst_slot", "curve_slot", "curve_count", "uneven", "stream", "parts_slot"),
    )
    table = grown(
        state.stores,
        rows_of(program.stores, before.stores),
        head=NONE,
        tail=NONE,
        free=NONE,
        rank_first=NONE,
        tally_first=NONE,
    )
    names = ("node", "capacity_slot", "ttl_slot", "eviction_slot", "sliding_slot", "jitter_slot", "stream")
    declare(table, program.stores, before.stores, (*names, "owed", "hints_of", "bytes_slot"))
    waits = roomy(state.waits, len(pools))
    shares = grown(
        state.shares, rows_of(program.shares, before.shares), since=now, armed=math.inf, factor=1.0
    )
    declare(shares, program.shares, before.shares, ("capacity_slot", "limit_slot", "edge", "contention_slot"))
    state = state._replace(
        pools=pools, lines=lines, queues=queues, sources=sources, stores=table, waits=waits, shares=shares, gates=gates
    )  # fmt: skip
    state = state._replace(
        partitions=with_partitions(state, program), user_buckets=with_user_buckets(state, program)
    )
    return _resize_stores(state, program)


def _resize_stores(state: State, program: Program) -> State:
    """Give stores new room where they want it; the most recent entries move, the rest is gone.

    The old room is not used again.
    """
    rows = np.array(list(program.stores), np.int64)
    table = state.stores
    wanted = state.slots[table["capacity_slot"][rows]].astype(np.int64)
    resized = (table["bucket_mask"][rows] == 0) | (table["capacity"][rows] != wanted)
    if not resized.any():
        return state
    rows, wanted = rows[resized], wanted[resized]
    buckets = np.array([1 << max(int(capacity * 1.5).bit_length(), 3) for capacity in wanted.tolist()])
    cell, bucket = len(state.cells), len(state.buckets)
    cells = np.zeros(wanted.sum(), ENTRY)
    cells["key"] = NONE
    state = state._replace(
        cells=np.concatenate([state.cells, cells]),
        order=grown(state.order, len(state.cells) + len(cells)),
        buckets=np.concatenate([state.buckets, np.full(buckets.sum(), NONE, np.int32)]),
    )
    for index, capacity, bucket_count in zip(rows.tolist(), wanted.tolist(), buckets.tolist(), strict=True):
        _move_store(state, index, cell, capacity, bucket, bucket_count)
        cell, bucket = cell + capacity, bucket + bucket_count
    return state


@kernel
def _move_store(s, index, cell, capacity, bucket, bucket_count):  # type: ignore[no-untyped-def]
    shelves = stores.Shelves(s.stores, s.cells, s.order, s.buckets, s.ranks, s.slots, s.streams)
    store = s.stores[index]
    cells = s.cells
    store.rank_first = NONE
    newest = store.head
    first = newest
    kept = 0
    while newest != NONE and kept < capacity:  # walk to the oldest entry that fits
        kept += 1
        first = newest
        newest = s.order[newest].next
    if store.owed:
        store.owed_lost += store.count - kept
    store.first = cell
    store.capacity = capacity
    store.bucket_first = bucket
    store.bucket_mask = bucket_count - 1
    stores.begin_empty(store)
    at = first
    while kept > 0:  # and back, so that the newest is put last
        before = s.order[at].prev
        stores.put(shelves, index, cells[at].key, cells[at].value, cells[at].version, 0.0)
        cells[store.head].expires = cells[at].expires
        if store.bytes_slot != NONE:
            store.bytes_used += cells[at].value
        at = before
        kept -= 1


#: Column of the table of classes -> field of a request class.
_CLASS_FIELDS = {
    "share": "share", "operation": "operation", "key_count": "key_count", "zipf_exponent": "zipf_exponent",
    "payload": "payload_bytes", "payload_slot": "payload_slot", "request_bytes": "request_bytes",
    "service_time_factor": "service_time_factor", "deadline": "deadline_s", "priority": "priority",
}  # fmt: skip


def _same_classes(state: State, classes: tuple[RequestKind, ...]) -> bool:
    if len(classes) != int(state.control["class_count"][0]):
        return False
    return all(
        row[field] == getattr(kind, name)
        for row, kind in zip(state.classes, classes, strict=False)
        for field, name in _CLASS_FIELDS.items()
    )


def _install_classes(state: State, classes: tuple[RequestKind, ...]) -> State:
    known = len(state.classes)
    state, meter = _with_meters(state, max(len(classes) - known, 0))
    table = grown(state.classes, len(classes))
    for row in range(known, len(classes)):
        table[row].meter = meter + row - known
    total = sum(kind.share for kind in classes) or 1.0
    cumulative, keys = 0.0, int(state.control["key_count"][0])
    aliases = [np.zeros(0, ALIAS)]
    for row, kind in zip(table, classes, strict=False):
        cumulative += kind.share / total
        share, other = alias_table(kind.key_count, kind.zipf_exponent)
        alias = np.empty(len(share), ALIAS)
        alias["share"], alias["key"] = share, other
        for field, name in _CLASS_FIELDS.items():
            row[field] = getattr(kind, name)
        row.cumulative, row.alias_first = cumulative, sum(map(len, aliases))
        keys = max(keys, kind.key_count)
        aliases.append(alias)
    state.control["class_count"] = len(classes)
    state.control["classes_scale"] = any(kind.service_time_factor != 1.0 for kind in classes)
    state.control["key_count"] = keys
    return state._replace(classes=table, aliases=np.concatenate(aliases))


def alias_table(key_count: int, exponent: float) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return Walker's alias table (Vose 1991) of a Zipf law: P(key k) proportional to (k + 1) ** -exponent."""
    weights = np.arange(1, key_count + 1, dtype=np.float64) ** -exponent
    share = weights * (key_count / weights.sum())
    other = np.arange(key_count, dtype=np.int32)
    _pair(share, other, share.copy())
    return share, other


@kernel
def _pair(share, other, left):  # type: ignore[no-untyped-def]
    """Fill each poor cell from a rich one. The shares fall with the key, so both are found by walking.

    `left` begins as a copy of the shares: what each cell still has to give.
    """
    count = share.shape[0]
    rich = 0
    poor = count - 1
    while rich < poor and share[rich] < 1.0:
        rich += 1
    while poor > rich:
        if left[poor] < 1.0:
            share[poor] = left[poor]
            other[poor] = rich
            left[rich] -= 1.0 - left[poor]
            poor -= 1
            while left[rich] < 1.0 and rich < poor:
                share[rich] = left[rich]
                other[rich] = rich + 1
                left[rich + 1] -= 1.0 - left[rich]
                rich += 1
        else:
            share[poor] = 1.0
            poor -= 1
    share[rich] = 1.0


def _install_clusters(state: State, program: Program, before: Program) -> State:
    keys = int(state.control["key_count"][0])
    if program.clusters is before.clusters and state.versions.shape[1] == keys:
        return state
    known = len(state.clusters)
    clusters = grown(state.clusters, rows_of(program.clusters, before.clusters), second=NONE)
    members: list[int] = []
    clusters["count"] = 0
    versions = state.versions
    if versions.shape != (len(clusters), keys):
        versions = np.zeros((len(clusters), keys), np.int64)
        versions[: state.versions.shape[0], : state.versions.shape[1]] = state.versions
    for index, cluster in sorted(program.clusters.items()):
        row = clusters[index]
        row.leaderless = cluster.leaderless
        if cluster.leaderless:
            row.primary = NONE
        elif index >= known or row.primary not in cluster.nodes:
            row.primary = cluster.nodes[0]
        row.first, row.count = len(members), len(cluster.nodes)
        members.extend(cluster.nodes)
        for node in cluster.nodes:
            here = state.nodes[node]
            if here.cluster != index:  # a new member starts from a copy of the primary's data
                if cluster.leaderless and here.cluster != NONE:  # the cluster goes on under another name
                    row.lsn = max(row.lsn, clusters[here.cluster].lsn)
                    np.maximum(versions[index], versions[here.cluster], out=versions[index])
                here.cluster = index
                here.applied = here.polled = row.lsn
    return state._replace(
        clusters=clusters,
        cluster_nodes=np.array(members, np.int32),
        versions=versions,
        commit_times=grown(state.commit_times, len(clusters)),
    )
