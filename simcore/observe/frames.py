"""The columns of a frame: what indexes what is worked out once for each program, the rest is a few operations on arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcore.engine.costs import spent_usd
from simcore.engine.fold import ANSWERS, ARRIVALS, FAILURES, PRESENT, WASTED, tally
from simcore.engine.tables import CRASHED, HUNG, State
from simcore.observe.counts import Change, Numbers, added_up, columns, integrals, ratios, rounded
from simcore.observe.details import hourly_costs, oldest_messages_s, shards_of
from simcore.observe.traces import CAUSES
from simcore.program import NONE, Cause

_NODE_STATES = np.array(("up", "crashed", "hung", "slow", "shard_down"), object)
#: What can be wrong with an edge; of several the gravest is shown.
_EDGE_STATES = np.array(("up", "delayed", "lossy", "cut_requests", "cut_answers", "partitioned"), object)
_HEALTH = np.array((True, False), object)
_MODES = np.array(("", "primary", "replica"), object)
#: What becomes of messages, all queues together, and the engine's column.
_OF_QUEUES = {
    "lost_messages": "lost",
    "redelivered": "redelivered",
    "dead_letters": "dead_letters",
    "duplicates": "duplicates",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows of the engine's tables, in the order of a frame's arrays.

    Attributes
    ----------
    nodes, edges : (n,), (e,) rows of the shown nodes and edges; `node_meters`, `edge_meters` are those of their meters.
    class_meters : meters of the shown classes; `every_class` of all that ever were, for totals never shrink.
    followed : meters of all nodes and classes, shown or not, whose recent percentiles are kept.
    pooled, storing, members : positions in `nodes` of those with a pool, a store, or a part in a replication cluster of
        several with a primary; `pools`, `stores`, `clusters` are the rows of these.
    queueing : position in `nodes` of the node that each of the `queues` belongs to; one may have several.
    reading : position of the only reader of each, NONE for those that have none.
    caches : whether each store is a component's, not the addresses that people remember.
    parted : positions of nodes that stand for several, one for each of the `part_meters`, which count there.
    likened : positions of edges that others stand in for, one for each of the `alike` rows, which show there.
    """

    nodes: Numbers
    edges: Numbers
    node_meters: Numbers
    edge_meters: Numbers
    class_meters: Numbers
    every_class: Numbers
    followed: Numbers
    pooled: Numbers
    pools: Numbers
    queueing: Numbers
    queues: Numbers
    reading: Numbers
    storing: Numbers
    stores: Numbers
    members: Numbers
    clusters: Numbers
    caches: Numbers
    parted: Numbers
    part_meters: Numbers
    likened: Numbers
    alike: Numbers


def plan_of(
    state: State, nodes: Numbers, edges: Numbers, classes: Numbers, parts: Numbers, alike: Numbers
) -> Plan:
    """Return the plan for some rows of nodes, edges and classes.

    parts, alike : (n, 2) positions of nodes and edges, and the rows that count and show there, too.
    """
    own = {name: state.nodes[name][nodes] for name in ("main_pool", "store", "cluster")}
    places = {name: np.flatnonzero(rows != NONE) for name, rows in own.items()}
    members = places["cluster"]
    of_several = (state.clusters["count"] > 1) & (state.clusters["leaderless"] == 0)
    members = members[of_several[own["cluster"][members]]]
    every_class = state.classes["meter"].astype(np.int64)
    position = np.full(len(state.nodes) + 1, NONE)  # the last one stands for NONE
    position[nodes] = np.arange(len(nodes))
    queues = np.flatnonzero(state.queues["shown"])
    queues = queues[position[state.queues["node"][queues]] != NONE]
    return Plan(
        nodes=nodes,
        edges=edges,
        node_meters=state.nodes["meter"][nodes].astype(np.int64),
        edge_meters=state.edges["meter"][edges].astype(np.int64),
        class_meters=every_class[classes],
        every_class=every_class,
        followed=np.concatenate([state.nodes["meter"].astype(np.int64), every_class]),
        pooled=places["main_pool"],
        pools=own["main_pool"][places["main_pool"]],
        queueing=position[state.queues["node"][queues]],
        queues=queues,
        reading=position[state.queues["reader"][queues]],
        storing=places["store"],
        stores=own["store"][places["store"]],
        members=members,
        clusters=own["cluster"][members],
        caches=state.stores["node"] != NONE,
        parted=parts[:, 0],
        part_meters=state.nodes["meter"][parts[:, 1]].astype(np.int64),
        likened=alike[:, 0],
        alike=alike[:, 1],
    )


def frame_counts(state: State, plan: Plan) -> dict[str, Any]:
    """Copy the counts that frames are differences of."""
    now = state.control["now"][0]
    table = np.empty((len(state.meters), 5))
    tally(state.meters, float(now), table)
    of_pools = {
        "acquired": state.pools["acquired"].copy(),
        "pool_waits": state.pools["wait_sum"].copy(),
        **integrals(state),
    }
    return {
        "now": now,
        "retries": int(state.control["retries"][0]),
        "tally": table,
        "outcomes": state.meters["outcomes"][plan.every_class],
        "latency_sum": state.meters["latency_sum"][plan.every_class],
        "hits": state.stores["hits"].copy(),
        "misses": state.stores["misses"].copy(),
        "capacity": of_pools.pop("capacity"),
        **added_up(state, of_pools),
        "cost_usd": spent_usd(state),
        "degraded": state.nodes["degraded"].copy(),
        "stale": state.nodes["stale"].copy(),
    }


def totals(
    state: State, plan: Plan, change: Change, levels: Numbers, latency_window_s: float
) -> dict[str, Any]:
    """Return the whole system; `levels` are p50, p95 and p99 (s) of all requests together."""
    rows = plan.every_class
    outcomes = change.rate("outcomes").sum(axis=0)
    answered = change.of("outcomes")[:, Cause.OK].sum()
    latency = change.of("latency_sum").sum()
    arrivals = change.of("tally")[rows, ARRIVALS]
    offered = arrivals.sum()
    hits, misses = change.of("hits")[plan.caches].sum(), change.of("misses")[plan.caches].sum()
    ended = state.meters["outcomes"][rows].sum(axis=0)
    return {
        "offered_rps": rounded(change.per_s(arrivals).sum()),
        "throughput_rps": rounded(outcomes[Cause.OK]),
        "failed_rps": rounded(outcomes[1:].sum()),
        "failed_by_cause": {
            CAUSES[cause]: rounded(rate) for cause, rate in enumerate(outcomes) if cause and rate > 0
        },
        "in_flight": int(state.control["roots_in_flight"][0]),
        "latency_mean_s": rounded(latency / answered) if answered else None,
        "latency_p50_s": rounded(levels[0]),
        "latency_p95_s": rounded(levels[1]),
        "latency_p99_s": rounded(levels[2]),
        "latency_window_s": rounded(latency_window_s),
        "hit_ratio": rounded(hits / (hits + misses)) if hits + misses else None,
        "retry_amplification_ratio": rounded(1 + change.of("retries") / offered) if offered else None,
        "offered_count": int(state.meters["arrivals"][rows].sum()),
        "completed_count": int(ended[Cause.OK]),
        "failed_count": int(ended[1:].sum()),
        "stale_reads_count": int(state.clusters["stale_reads"].sum()),
        "lost_writes_count": int(state.clusters["lost_writes"].sum() + state.stores["owed_lost"].sum()),
        "moved_keys_count": int(state.shardings["moved"].sum()),
        "diverged_writes_count": int(state.clusters["diverged_writes"].sum()),
        **{f"{name}_count": int(state.queues[column].sum()) for name, column in _OF_QUEUES.items()},
        "wasted_count": int(change.after("tally")[:, WASTED].sum()),
        "cost_usd": rounded(change.after("cost_usd").sum()),
        "cost_usd_per_h": rounded(3600.0 * change.rate("cost_usd").sum()),
    }


def node_columns(state: State, plan: Plan, change: Change, tails: Numbers) -> dict[str, list[Any]]:
    """Return one value per node; `tails` has a row of percentiles (s) for each.

    `instances` is there for nodes that run several, or none.
    """
    count = len(plan.nodes)
    counted = change.of("tally")[plan.node_meters]
    np.add.at(counted, plan.parted, change.of("tally")[plan.part_meters])
    in_flight = state.meters["in_flight"][plan.node_meters]
    np.add.at(in_flight, plan.parted, state.meters["in_flight"][plan.part_meters])
    rates = change.per_s(counted)
    waiting = np.zeros(count, np.int64)
    waiting[plan.pooled] = added_up(state, {"queued": state.pools["queued"]})["queued"][plan.pools]
    waiting[plan.queueing] = 0
    np.add.at(waiting, plan.queueing, state.queues["length"][plan.queues])
    used, hit, in_line, waited = np.full((4, count), np.nan)
    used[plan.pooled] = np.minimum(
        ratios(change.of("busy")[plan.pools], change.of("capacity")[plan.pools]), 1.0
    )
    used[plan.queueing] = np.nan
    in_line[plan.pooled] = change.per_s(change.of("queued")[plan.pools])
    waited[plan.pooled] = ratios(change.of("pool_waits")[plan.pools], change.of("acquired")[plan.pools])
    hits = change.of("hits")[plan.stores]
    hit[plan.storing] = ratios(hits, hits + change.of("misses")[plan.stores])
    modes, lags = _replication(state, plan)
    busiest, to_move = shards_of(state, plan.nodes, change)
    instances = state.nodes["instances"][plan.nodes]
    numbers = columns(
        {
            "arrival_rps": rates[:, ARRIVALS],
            "throughput_rps": rates[:, ANSWERS],
            "failed_rps": rates[:, FAILURES],
            "in_flight_mean": np.maximum(rates[:, PRESENT], 0.0),
            "utilization_ratio": used,
            "queue_length_mean": in_line,
            "wait_mean_s": waited,
            "latency_p50_s": tails[:, 0],
            "latency_p99_s": tails[:, 2],
            "hit_ratio": hit,
            "lag_s": lags,
            "busiest_ratio": busiest,
            "keys_to_move": to_move,
            "degraded_rps": np.where(
                state.nodes["degraded"][plan.nodes] > 0, change.rate("degraded")[plan.nodes], np.nan
            ),
            "stale_rps": np.where(
                state.nodes["stale"][plan.nodes] > 0, change.rate("stale")[plan.nodes], np.nan
            ),
            "cost_usd_per_h": hourly_costs(state, plan.nodes, change),
            "instances": np.where(instances == 1, np.nan, instances),
        }
    )
    return {
        **numbers,
        "in_flight": in_flight.tolist(),
        "queue_length": waiting.tolist(),
        "state": _node_states(state, plan),
        "mode": modes,
    }


def edge_columns(state: State, plan: Plan, change: Change) -> dict[str, list[Any]]:
    """Return one value per edge."""
    counted = change.of("tally")[plan.edge_meters]
    failed = counted[:, FAILURES] / (change.window_s or math.inf)
    return {
        **columns({"rate_rps": change.per_s(counted[:, ARRIVALS]), "failed_rps": failed}),
        "state": _edge_states(state, plan),
        "believed_healthy": _worded(_HEALTH, state.edges["healthy"][plan.edges] == 0),
    }


def class_columns(plan: Plan, change: Change, tails: Numbers) -> dict[str, list[Any]]:
    """Return one value per request class; `tails` has a row of percentiles (s) for each."""
    rates = change.per_s(change.of("tally")[plan.class_meters])
    named = {
        "throughput_rps": rates[:, ANSWERS],
        "failed_rps": rates[:, FAILURES],
        "latency_p50_s": tails[:, 0],
        "latency_p99_s": tails[:, 2],
    }
    return dict(columns(named))


def _node_states(state: State, plan: Plan) -> list[str]:
    """Return whether each node works."""
    codes = np.where(state.nodes["slowness"][plan.nodes] != 1.0, 3, 0)
    codes[np.isin(plan.nodes, state.shardings["node"][state.shardings["down"] != 0])] = 4
    states = state.nodes["state"][plan.nodes]
    codes[states == HUNG] = 2
    codes[states == CRASHED] = 1
    return _worded(_NODE_STATES, codes)


def _edge_states(state: State, plan: Plan) -> list[str]:
    """Return whether each edge lets calls pass; of what others stand in for it suffer, the gravest."""
    codes = _edge_codes(state, plan.edges)
    np.maximum.at(codes, plan.likened, _edge_codes(state, plan.alike))
    return _worded(_EDGE_STATES, codes)


def _edge_codes(state: State, rows: Numbers) -> Numbers:
    partitioned = state.edges["partitioned"][rows]
    codes = np.where(state.edges["slowness"][rows] != 1.0, 1, 0)
    codes[state.edges["loss"][rows] > 0.0] = 2
    return np.where(partitioned != 0, 2 + partitioned, codes)


def _replication(state: State, plan: Plan) -> tuple[list[str], Numbers]:
    """Return for each node its part in a replication cluster of several ("primary", "replica", or ""), and its lag.

    A replica's lag is for how long the newest write that it lacks has been known, that of a queue or of its only reader
    for how long the oldest message has waited (s); NaN for all others.
    """
    codes, lags = np.zeros(len(plan.nodes), np.int64), np.full(len(plan.nodes), np.nan)
    rows, index = plan.nodes[plan.members], plan.clusters
    clusters = state.clusters
    second = np.where(clusters["fenced"] != 0, NONE, clusters["second"])
    leads = (clusters["primary"][index] == rows) | (second[index] == rows)
    codes[plan.members] = np.where(leads, 1, 2)
    end = clusters["lsn"][index]
    missing = end - np.maximum(state.nodes["applied"][rows], clusters["void_to"][index])
    size = state.commit_times.shape[1]
    behind = np.flatnonzero(~leads & (missing > 0))
    oldest = end[behind] - np.minimum(missing[behind], size) + 1
    known_s = np.where(leads, np.nan, 0.0)
    known_s[behind] = state.control["now"][0] - state.commit_times[index[behind], oldest % size]
    lags[plan.members] = known_s
    waited_s, read = oldest_messages_s(state, plan.queues), plan.reading != NONE
    for places, values in ((plan.queueing, waited_s), (plan.reading[read], waited_s[read])):
        lags[places] = 0.0
        np.maximum.at(lags, places, values)
    return _worded(_MODES, codes), lags


def _worded(words: Numbers, codes: Numbers) -> list[Any]:
    """Return the word of each code; mostly all are the first one."""
    return list(words[codes.astype(np.int64)].tolist()) if codes.any() else [words[0]] * len(codes)
