"""Putting a program into a state: new rows are initialised, old rows keep what they are doing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simcore.engine import stores
from simcore.engine.copies import install_copies
from simcore.engine.costs import with_costs, write_down
from simcore.engine.cuts import take_in_cuts
from simcore.engine.data_tables import ENTRY
from simcore.engine.faults import catch_up
from simcore.engine.install_control import declare, grown, install_control, rows_of, with_partitions
from simcore.engine.jit import kernel
from simcore.engine.ranks import rank_all
from simcore.engine.rings import install_groups
from simcore.engine.rng import seed_stream
from simcore.engine.shard_map import install_shards
from simcore.engine.tables import LINES, UP, State
from simcore.engine.traffic_tables import ALIAS
from simcore.program import BIN_COUNT, NONE, Eviction, Program
from simcore.source_words import RequestKind

_EMPTY_LIST = {"head": NONE, "tail": NONE}


def install(state: State, program: Program, *, seed: int) -> State:
    """Return a state that runs `program` from now on. Daemons are started by the caller."""
    _settle_pools(state)
    write_down(state)
    fresh_workload = not _same_classes(state, program.classes)
    state = state._replace(code=program.code, slots=program.slots.copy(), entries=program.entries)
    state = state._replace(
        streams=_with_streams(state.streams, program.streams, seed),
        timers=grown(state.timers, program.timer_count, head=NONE, tail=NONE, armed=math.inf),
    )
    state = _install_places(state, program)
    state = state._replace(costs=with_costs(state, program))
    state = _install_resources(state, program)
    if fresh_workload:
        state = _install_classes(state, program.classes)
    groups = grown(state.groups, rows_of(program.groups))
    declare(groups, program.groups, ("node", "routing_slot", "stream", "cluster", "copies_slot", "ring_slot"))
    state = install_groups(state, program, groups)
    state = install_copies(state, program)
    state = _install_clusters(state, program)
    state = install_shards(state, program)
    state = _install_ranks(state, program)
    state = install_control(state, program)
    take_in_cuts(state)
    catch_up(state)
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
            outcomes=grown(state.outcomes, rows),
            window=grown(state.window, rows),
        ),
        first,
    )


def _install_places(state: State, program: Program) -> State:
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
    )
    nodes["meter"][known_nodes:] = np.arange(meter, meter + new_nodes)
    edges = grown(state.edges, len(program.edge_ids), healthy=1, slowness=1.0)
    edges["meter"][known_edges:] = np.arange(meter + new_nodes, meter + new_nodes + new_edges)
    names = (
        "source", "target", "latency_slot", "loss_slot", "weight_slot", "stream", "share", "varied", "distance_slot",
        "tariff",
    )  # fmt: skip
    declare(edges, program.links, names)
    for node, region in program.regions.items():
        nodes[node].region = region
    for index, pool in reversed(program.pools.items()):
        nodes[pool.node].main_pool = index
    for index, store in reversed(program.stores.items()):
        if store.node != NONE:
            nodes[store.node].store = index
    for index, queue in program.queues.items():
        if not queue.hidden:
            nodes[queue.node].queue = index
    return state._replace(nodes=nodes, edges=edges)


def _install_resources(state: State, program: Program) -> State:
    now = float(state.control["now"][0])
    pools = grown(state.pools, rows_of(program.pools), capacity_since=now)
    lines = grown(state.lines, len(pools) * LINES, **_EMPTY_LIST)
    fields = (
        "node", "capacity_slot", "queue_capacity_slot", "discipline_slot", "contention_slot", "shed_slot", "part_of"
    )  # fmt: skip
    declare(pools, program.pools, fields)
    # A bucket begins full, of however many tokens.
    gates = grown(state.gates, rows_of(program.gates), level=math.inf)
    declare(gates, program.gates, ("node", "first_slot"))
    queues = grown(
        state.queues,
        rows_of(program.queues),
        consumer_head=NONE,
        consumer_tail=NONE,
        ready_head=NONE,
        ready_tail=NONE,
        parts=NONE,
        armed=math.inf,
        fades=math.inf,
        wiped_at=-math.inf,
        dead_queue=NONE,
        **_EMPTY_LIST,
    )
    queue_names = (
        "node", "capacity_slot", "durable_slot", "deliveries_max_slot", "delivery_slot", "dead_queue"
    )  # fmt: skip
    declare(queues, program.queues, queue_names)
    sources = grown(state.sources, rows_of(program.sources), activity=NONE, due=math.inf)
    source_names = ("node", "rate_slot", "poisson_slot", "user_count_slot", "population_slot", "think_slot")
    declare(
        sources,
        program.sources,
        (*source_names, "burst_slot", "curve_slot", "curve_count", "uneven", "stream"),
    )
    table = grown(
        state.stores,
        rows_of(program.stores),
        head=NONE,
        tail=NONE,
        free=NONE,
        rank_first=NONE,
        tally_first=NONE,
    )
    names = ("node", "capacity_slot", "ttl_slot", "eviction_slot", "sliding_slot", "jitter_slot", "stream")
    declare(table, program.stores, (*names, "owed", "hints_of"))
    waits = grown(state.waits, len(pools))
    shares = grown(state.shares, rows_of(program.shares), since=now, armed=math.inf, factor=1.0)
    declare(shares, program.shares, ("capacity_slot", "limit_slot", "edge", "contention_slot"))
    state = state._replace(
        pools=pools,
        lines=lines,
        queues=queues,
        sources=sources,
        stores=table,
        waits=waits,
        shares=shares,
        gates=gates,
    )
    state = state._replace(partitions=with_partitions(state, program))
    for index in program.stores:
        wanted = int(state.slots[table[index].capacity_slot])
        if table[index].bucket_mask == 0 or table[index].capacity != wanted:
            state = _resize_store(state, index, wanted)
    return state


def _resize_store(state: State, index: int, capacity: int) -> State:
    """Give a store new room; the most recent entries move, the rest is gone. The old room is not used again."""
    bucket_count = 1 << max(int(capacity * 1.5).bit_length(), 3)
    cells = np.concatenate([state.cells, np.zeros(capacity, ENTRY)])
    buckets = np.concatenate([state.buckets, np.full(bucket_count, NONE, np.int32)])
    state = state._replace(cells=cells, buckets=buckets)
    _move_store(state, index, capacity, bucket_count)
    return state


@kernel
def _move_store(s, index, capacity, bucket_count):  # type: ignore[no-untyped-def]
    shelves = stores.Shelves(s.stores, s.cells, s.buckets, s.ranks, s.slots, s.streams)
    store = s.stores[index]
    cells, buckets = s.cells, s.buckets
    store.rank_first = NONE
    newest = store.head
    first = newest
    kept = 0
    while newest != NONE and kept < capacity:  # walk to the oldest entry that fits
        kept += 1
        first = newest
        newest = cells[newest].next
    if store.owed:
        store.owed_lost += store.count - kept
    store.first = cells.shape[0] - capacity
    store.capacity = capacity
    store.bucket_first = buckets.shape[0] - bucket_count
    store.bucket_mask = bucket_count - 1
    stores.clear(store, cells, buckets)
    at = first
    while kept > 0:  # and back, so that the newest is put last
        before = cells[at].prev
        stores.put(shelves, index, cells[at].key, cells[at].value, cells[at].version, 0.0)
        cells[store.head].expires = cells[at].expires
        at = before
        kept -= 1


def _install_ranks(state: State, program: Program) -> State:
    """Give each store that evicts by frequency its heap and its counts; they are known for every key there is."""
    keys = int(state.control["key_count"][0])
    ranks = [state.ranks]
    first = len(state.ranks)
    fresh = []
    for index in program.stores:
        row = state.stores[index]
        if int(state.slots[row.eviction_slot]) != Eviction.LFU:
            row.rank_first = row.tally_first = NONE
            continue
        if row.tally_first == NONE or row.key_span < keys:
            counts = np.zeros(keys, np.int32)
            if row.tally_first != NONE:
                counts[: row.key_span] = state.ranks[row.tally_first : row.tally_first + row.key_span]
            row.tally_first, row.key_span = first, keys
            ranks.append(counts)
            first += keys
        if row.rank_first == NONE:
            row.rank_first = first
            ranks.append(np.zeros(2 * row.capacity, np.int32))
            first += 2 * row.capacity
            fresh.append(index)
    state = state._replace(ranks=np.concatenate(ranks)) if len(ranks) > 1 else state
    for index in fresh:
        rank_all(state.stores, index, state.cells, state.ranks)
    return state


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


def _install_clusters(state: State, program: Program) -> State:
    known = len(state.clusters)
    clusters = grown(state.clusters, rows_of(program.clusters), second=NONE)
    members: list[int] = []
    clusters["count"] = 0
    keys = int(state.control["key_count"][0])
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
