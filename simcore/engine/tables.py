"""The whole state of a run, as tables. Every field is documented here or in the other modules of tables, and nowhere else.

Records, not parallel arrays: one request's fields share a cache line or two. No field may be called like an attribute
of numpy's own records ("flags", "trace", "size"), which would hide it when the kernels run without the JIT. All indices
are int32 with `NONE` (-1) for "no such thing"; all times are simulated seconds. The state is nothing but these arrays,
so a copy of them is a snapshot.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcore.engine.activity_tables import ACTIVITY, EXTRA
from simcore.engine.control_tables import CREW, MESSAGE, PARTITION, QUEUE, SCALED, SCALER
from simcore.engine.data_tables import (
    CLUSTER,
    ENTRY,
    FLIGHT,
    FLIGHT_BUCKETS,
    FLIGHT_SLOTS,
    ORDER,
    SHARDING,
    STORE,
    record,
)
from simcore.engine.gate_tables import GATE, USERS_APART
from simcore.engine.traffic_tables import ALIAS, CLASS, SHARE, SOURCE
from simcore.program import BIN_COUNT, CAUSE_COUNT, INSTRUCTION, PRIORITY_LEVELS, Port

#: What an activity waits for.
RUNNING, ON_EVENT, IN_QUEUE, ON_CALL, PARKED, ON_MESSAGE, ARRIVING, RETURNING, ON_FORK, FREE = range(10)
ON_FLIGHT, SHARING = 10, 11
SERVED = 12  # by a pool that may interrupt it; `due` is when it ends
#: In `calling` of one who waits in line after an interruption; `called_at` is the service time that is left.
PREEMPTED = -2
#: Marks of an activity.
IS_ROOT, IS_DAEMON, IS_PROBE, COUNTS_EDGE, METERED, GIVES_TARGET, ANSWER_CARRIES = 1, 2, 4, 8, 16, 32, 64
#: Directions in which nothing passes an edge.
CUT_REQUESTS, CUT_ANSWERS = 1, 2
#: Further marks: it stops when its caller has gone, when its deadline has passed; set by `CallFlag`.
CANCELLABLE, HAS_DEADLINE = 128, 256
STOPPABLE = CANCELLABLE | HAS_DEADLINE
#: It asks a memory that may not have the key: then its answer carries nothing.
MAY_MISS = 512
#: State of a node.
UP, CRASHED, HUNG, REMOVED = range(4)
#: A trace records it.
IS_TRACED = 1024

EVENT = record(
    ("t", "f8"),
    ("seq", "i8"),  # breaks ties: first planned, first served
    ("what", "i4"),  # activity, or -2 - n for list of deadlines n, or SHARE_EVENT - n for shared resource n
    ("stamp", "u4"),
)

POOL = record(
    ("node", "i4"),
    ("capacity_slot", "i4"),
    ("queue_capacity_slot", "i4"),
    ("shed_slot", "i4"),
    ("in_use", "i4"),
    ("queued", "i4"),
    ("discipline_slot", "i4"),
    ("contention_slot", "i4"),
    # Times at which workers were freed less those at which they were taken: with now x in_use, worker-seconds.
    ("busy_clock", "f8"),
    ("queue_clock", "f8"),  # the same of the line: with now x queued, the integral of its length
    ("acquired", "i8"),
    ("capacity", "f8"),  # the number in `capacity_slot`, see `simcore.engine.near`
    # What only those touch who wait or are refused.
    ("capacity_integral", "f8"),
    ("capacity_since", "f8"),  # it is up to date until here
    ("rejected", "i8"),
    ("wait_sum", "f8"),
    ("waited", "i8"),  # how many of those who acquired had to wait
    ("filled", "f8"),  # since when somebody has waited
    ("part_of", "i8"),  # pool that stands for several; NONE for most
    ("spare", "i8"),
)

#: Lines of a pool: those who wait, by priority, then those whom a preemptive pool serves, by priority.
LINES = 2 * PRIORITY_LEVELS
LINE = record(("head", "i4"), ("tail", "i4"))

NODE = record(
    ("state", "i4"),
    ("meter", "i4"),
    ("cluster", "i4"),
    ("main_pool", "i4"),  # pool whose utilisation stands for the node
    ("store", "i4"),  # store whose hit ratio stands for the node
    ("queue", "i4"),  # message queue whose length stands for the node
    ("slowness", "f8"),  # service times are multiplied by it
    ("copy_row", "i4"),  # its row in `copies`; NONE unless it is a member of a cluster without primary
    ("durable_slot", "i4"),
    ("applied", "i8"),  # replication: log position known here
    ("polled", "i8"),  # replication: log position on its way here
    ("crash_count", "i4"),
    ("instances", "i4"),  # how many of it run now; 0 once it is removed
    ("instances_since", "f8"),  # the integral is up to date until here
    ("instance_integral", "f8"),  # instance-seconds
    ("down_since", "f8"),
    ("down_integral", "f8"),  # seconds crashed or hung, up to `down_since` while it is
    ("region", "i4"),
    ("first_out", "i4"),  # its first outgoing edge; the others follow by `next_out`
    ("degraded", "i8"),  # answers that lacked something
    ("stale", "i8"),  # answers with something older than what had been written
    ("alarms", "i8"),  # alarms that it raised
)

EDGE = record(
    # What every call touches.
    ("source", "i4"),
    ("target", "i4"),
    ("weight_slot", "i4"),
    ("stream", "i4"),
    ("meter", "i4"),
    ("outstanding", "i4"),
    ("partitioned", "i1"),  # CUT_REQUESTS, CUT_ANSWERS or both
    ("healthy", "i1"),  # what the source believes of the target
    ("varied", "i1"),  # 1 when its delay is drawn or its bandwidth is limited
    ("tariff", "i1"),  # who pays: TARIFF_* of `simcore.program`; 0: nobody, and bytes are not counted
    ("latency_slot", "i4"),
    ("latency_s", "f8"),  # the number in that slot, see `simcore.engine.near`
    ("slowness", "f8"),
    ("loss_ratio", "f8"),  # the number in `loss_slot`
    ("loss", "f8"),  # share of packets lost to a fault, on top of the edge's own
    # What only some calls touch.
    ("loss_slot", "i4"),
    ("failed_streak", "i4"),  # calls in a row that failed, where their sender keeps count
    ("bad_streak", "i4"),
    ("good_streak", "i4"),
    ("share", "i4"),  # shared resource of the bandwidth from source to target; the next one leads back
    ("next_out", "i4"),  # the next edge with the same source, in the order of their rows
    ("away_until", "f8"),  # health checks do not bring it back before
    ("distance_slot", "i4"),  # delay between regions, of edges that are `varied`
    ("own_cut", "i4"),  # what cuts this edge by itself; `partitioned` has what cuts its regions apart, too
    ("bytes_out", "f8"),  # sent from source to target, where a tariff holds
    ("bytes_back", "f8"),
    ("billed_out", "f8"),  # of them, those that `costs` has
    ("billed_back", "f8"),
    ("answer_s", "f8"),  # how long answers took of late, where their sender keeps count; 0: nobody knows yet
    ("answered_at", "f8"),
    ("own_loss", "f8"),  # by faults of this edge alone; `loss` has what is lost between its regions, too
    ("own_slowness", "f8"),  # the same of `slowness`
    ("recorded", "i8"),  # failed requests of its source that are on record at its target
    ("closed", "i4"),  # not 0: it leads into a private network, and `partitioned` for as long as it does
    ("spare", "i4", (3,)),
)

#: What a node has cost, at the prices of the time; up to date whenever prices or tariffs change.
COST = record(
    ("price_slot", "i4"),  # of its prices, see `simcore.engine.costs`; NONE when it costs nothing
    ("billed_s", "f8"),  # instance-seconds that are in `usd`
    ("billed_requests", "i8"),
    ("usd", "f8", (3,)),  # for instances, requests, and bytes
    ("billed_at", "f8"),  # time until which machines that were bought are in `usd`
)

#: Regions that a table of pairs has room for.
REGION_ROOM = 16

GROUP = record(
    ("node", "i4"),
    ("first", "i4"),
    ("count", "i4"),
    ("routing_slot", "i4"),
    ("stream", "i4"),
    ("cluster", "i4"),
    ("cursor", "i4"),
    ("copies_slot", "i4"),
    ("ring_slot", "i4"),
    ("ring_first", "i4"),  # its ring in `members`: sorted positions, then the edges that they belong to
    ("ring_count", "i4"),
    ("key_span", "i4"),  # size of the key space that ranges divide
    ("routing", "i4"),  # the number in `routing_slot`, see `simcore.engine.near`
    ("spare", "i4", (3,)),
)

TIMER_LIST = record(("head", "i4"), ("tail", "i4"), ("armed", "f8"))

#: Latencies that a meter gathers before they are counted in its histogram: a hundred share its lines, and wait for fewer.
RECENT = 128

#: What every answer touches is in the first line, and one of those at the end.
METER = record(
    ("arrivals", "i8"),
    ("latency_sum", "f8"),
    ("wait_sum", "f8"),
    ("sojourn_sum", "f8"),  # over all outcomes
    # Times of departures less those of arrivals: with now x in_flight, the integral of in_flight.
    ("clock_sum", "f8"),
    ("in_flight", "i4"),
    ("lowest", "i2"),  # range of histogram bins touched since the window began
    ("highest", "i2"),
    ("recent_count", "i2"),
    ("spare", "i2", (3,)),
    ("outcomes", "i8", (CAUSE_COUNT,)),  # ended, by cause
    ("wasted", "i8"),  # answers that nobody waited for
    # Histogram bins of the newest answers, which the histogram does not have yet.
    ("recent", "i2", (RECENT,)),
)

TRACE = record(
    ("id", "i4"),
    ("class_id", "i4"),
    ("cause", "i4"),
    ("blame", "i4"),
    ("span_count", "i4"),
    ("done", "i4"),  # 0 while it runs, 1 ended, 2 fetched
    ("started", "f8"),
    ("ended", "f8"),
)

SPAN = record(
    ("parent", "i4"),
    ("node", "i4"),
    ("edge", "i4"),
    ("cause", "i4"),  # -1 while it runs
    ("blame", "i4"),  # node that caused the failure
    ("called", "f8"),  # when its caller sent it
    ("started", "f8"),
    ("waited", "f8"),
    ("served", "f8"),  # service times drawn so far
    ("ended", "f8"),
)

#: What happened, for the log that people read.
EVENT_UNHEALTHY, EVENT_HEALTHY, EVENT_PROMOTED, EVENT_LOST_WRITES, EVENT_LIMIT = range(5)
EVENT_BROKE, EVENT_BACK, EVENT_DIVERGED = 5, 6, 7
EVENT_BREAKER, EVENT_SCALED = 8, 11  # a breaker's is this plus its new state
EVENT_RESHARDING, EVENT_RESHARDED, EVENT_ALARM, EVENT_ALARM_OVER, EVENT_LEFT_OUT, EVENT_MISSED = range(12, 18)
HAPPENING = record(("t", "f8"), ("kind", "i4"), ("node", "i4"), ("edge", "i4"), ("value", "f8"))

CONTROL = record(
    ("now", "f8"),
    ("seq", "i8"),
    ("heap_count", "i4"),
    # 1 while the first event of the heap is being worked on and its place free; 0 between slices.
    ("taken", "i4"),
    ("free_activity", "i4"),  # head of the list of free activities, linked by `next`
    ("free_count", "i4"),
    ("in_flight_max", "i4"),
    ("ready_head", "i4"),
    ("ready_count", "i4"),
    ("free_message", "i4"),
    ("free_flight", "i4"),
    ("free_message_count", "i4"),
    ("free_extra", "i4"),  # head of the list of free rows of `extras`
    ("free_extra_count", "i4"),
    ("roots_started", "i8"),
    ("roots_in_flight", "i8"),
    ("retries", "i8"),
    ("trace_every", "i4"),
    ("traces_per_s", "f8"),  # how many are wanted, about
    ("trace_next", "i4"),
    ("trace_skipped", "i8"),
    ("happening_count", "i8"),
    ("events_done", "i8"),
    ("refused_at_limit", "i8"),
    ("class_count", "i4"),
    ("key_count", "i4"),  # largest key space so far: key k of every class is the same record
    ("inject", "i4"),  # source whose next arrival is traced on demand
    ("slow_period", "i8"),  # SLOW_PERIOD_S that the newest of the slow traces belong to
    ("classes_scale", "i4"),  # 1 when some class takes more or less service time than others
)

TRACE_SLOTS = 1024
SPANS_PER_TRACE = 48
TRACE_TRIES = 4
#: Ended traces kept of each sort: the slowest of the present period, of the one before, the last of each cause.
KEPT_EACH = 8
KEPT_SORTS = CAUSE_COUNT + 1
SLOW_PERIOD_S = 10.0
HAPPENING_SLOTS = 1024
COMMIT_SLOTS = 65_536


class State(NamedTuple):
    """Every array of a run. Tables grow by doubling; `control` has one row."""

    control: NDArray[Any]
    code: NDArray[Any]
    slots: NDArray[np.float64]
    entries: NDArray[np.int32]  # (nodes, ports) label where a call enters
    activities: NDArray[Any]
    extras: NDArray[Any]
    heap: NDArray[Any]
    ready: NDArray[np.int64]  # ring of those that go on at this instant: stamp << 32 | activity
    pools: NDArray[Any]
    lines: NDArray[Any]  # LINES rows for each pool
    nodes: NDArray[Any]
    edges: NDArray[Any]
    groups: NDArray[Any]
    members: NDArray[np.int32]  # edge of each member of each group; then the rings
    drawn: NDArray[np.int8]  # parallel to members
    stores: NDArray[Any]
    cells: NDArray[Any]  # ENTRY records of all stores
    order: NDArray[Any]  # parallel to cells
    buckets: NDArray[np.int32]  # heads of hash chains of all stores
    ranks: NDArray[np.int32]  # heaps and counts of the stores that evict by frequency
    flights: NDArray[Any]
    flight_buckets: NDArray[np.int32]
    timers: NDArray[Any]
    sources: NDArray[Any]
    classes: NDArray[Any]
    aliases: NDArray[Any]  # Walker's alias tables of all classes
    queues: NDArray[Any]
    messages: NDArray[Any]
    clusters: NDArray[Any]
    cluster_nodes: NDArray[np.int32]
    versions: NDArray[np.int64]  # (clusters, keys) newest committed log position
    commit_times: NDArray[np.float64]  # (clusters, COMMIT_SLOTS) when each latest position was given out
    copies: NDArray[np.int64]  # (members of clusters without primary, keys) version of each member's copy
    streams: NDArray[np.uint64]  # (streams, 4) xoshiro256++ states
    meters: NDArray[Any]
    window: NDArray[
        np.uint32
    ]  # (meters or more, BIN_COUNT) latencies of answers since they were last taken in
    traces: NDArray[Any]
    spans: NDArray[Any]  # (TRACE_SLOTS, SPANS_PER_TRACE)
    happenings: NDArray[Any]
    waits: NDArray[np.int64]  # (pools or more, BIN_COUNT) waits of those who had to
    kept: NDArray[Any]  # (KEPT_SORTS, KEPT_EACH) traces, `id` NONE for none; rows: see `keep_trace`
    kept_spans: NDArray[Any]  # (KEPT_SORTS, KEPT_EACH, SPANS_PER_TRACE)
    kept_counts: NDArray[np.int64]  # (KEPT_SORTS,) how many were kept of each sort, ever
    shares: NDArray[Any]
    crews: NDArray[Any]
    partitions: NDArray[Any]  # of all queues
    gates: NDArray[Any]
    scalers: NDArray[Any]
    scaled: NDArray[Any]
    shardings: NDArray[Any]
    homes: NDArray[np.int16]  # (shardings, keys) shard that has the key now
    aims: NDArray[np.int16]  # (shardings, keys) shard where it belongs
    costs: NDArray[Any]  # one row for each node
    region_cuts: NDArray[np.int32]  # (REGION_ROOM, REGION_ROOM): CUT_* for edges from one region to another
    region_loss: NDArray[np.float64]  # (REGION_ROOM, REGION_ROOM): share lost between two regions
    region_delay: NDArray[np.float64]  # the same: what is added to delays, as a multiple of the usual ones
    user_buckets: NDArray[
        np.float64
    ]  # (rows, 2 USERS_APART) of each user: tokens missing, and when they were


def empty_state() -> State:
    """Return a state without nodes at time 0."""
    tables: dict[str, tuple[Any, tuple[int, ...]]] = {
        "control": (CONTROL, (1,)), "code": (INSTRUCTION, (0,)), "slots": (np.float64, (0,)),
        "entries": (np.int32, (0, len(Port))), "activities": (ACTIVITY, (0,)), "extras": (EXTRA, (0,)), "heap": (EVENT, (0,)),
        "ready": (np.int64, (0,)), "pools": (POOL, (0,)), "lines": (LINE, (0,)), "nodes": (NODE, (0,)), "edges": (EDGE, (0,)),
        "groups": (GROUP, (0,)), "members": (np.int32, (0,)), "drawn": (np.int8, (0,)), "stores": (STORE, (0,)),
        "cells": (ENTRY, (0,)), "order": (ORDER, (0,)), "buckets": (np.int32, (0,)), "ranks": (np.int32, (0,)),
        "flights": (FLIGHT, (FLIGHT_SLOTS,)), "flight_buckets": (np.int32, (FLIGHT_BUCKETS,)), "timers": (TIMER_LIST, (0,)),
        "sources": (SOURCE, (0,)), "classes": (CLASS, (0,)), "aliases": (ALIAS, (0,)),
        "queues": (QUEUE, (0,)), "messages": (MESSAGE, (0,)),
        "clusters": (CLUSTER, (0,)), "cluster_nodes": (np.int32, (0,)), "versions": (np.int64, (0, 0)), "copies": (np.int64, (0, 0)),
        "commit_times": (np.float64, (0, COMMIT_SLOTS)), "streams": (np.uint64, (0, 4)), "meters": (METER, (0,)),
        "window": (np.uint32, (0, BIN_COUNT)), "traces": (TRACE, (TRACE_SLOTS,)),
        "spans": (SPAN, (TRACE_SLOTS, SPANS_PER_TRACE)), "happenings": (HAPPENING, (HAPPENING_SLOTS,)),
        "waits": (np.int64, (0, BIN_COUNT)), "kept": (TRACE, (KEPT_SORTS, KEPT_EACH)),
        "kept_spans": (SPAN, (KEPT_SORTS, KEPT_EACH, SPANS_PER_TRACE)), "kept_counts": (np.int64, (KEPT_SORTS,)),
        "shares": (SHARE, (0,)),
        "crews": (CREW, (0,)), "partitions": (PARTITION, (0,)), "gates": (GATE, (0,)),
        "scalers": (SCALER, (0,)), "scaled": (SCALED, (0,)), "shardings": (SHARDING, (0,)),
        "homes": (np.int16, (0, 0)), "aims": (np.int16, (0, 0)),
        "costs": (COST, (0,)), "region_cuts": (np.int32, (REGION_ROOM, REGION_ROOM)),
        "region_loss": (np.float64, (REGION_ROOM, REGION_ROOM)), "region_delay": (np.float64, (REGION_ROOM, REGION_ROOM)),
        "user_buckets": (np.float64, (0, 2 * USERS_APART)),
    }  # fmt: skip
    state = State(**{name: np.zeros(shape, dtype) for name, (dtype, shape) in tables.items()})
    state.traces["done"] = 1
    state.traces["id"] = -1
    state.kept["id"] = -1
    state.control["free_activity"] = -1
    state.control["free_message"] = -1
    state.control["free_extra"] = -1
    state.control["inject"] = -1
    state.flights["latch"] = -1
    state.flights["chain"] = np.append(np.arange(1, FLIGHT_SLOTS), -1)
    state.flight_buckets[:] = -1
    return state
