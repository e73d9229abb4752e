"""Certificates: what must be true of every state, whatever happened."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.activity_tables import HELD_MAX
from simcore.engine.chains import chain_length, chain_lengths
from simcore.engine.check_bills import bills, cuts
from simcore.engine.check_data import cells, copies, edges, logs, meters, shards, stale
from simcore.engine.check_extras import extras
from simcore.engine.control_tables import MESSAGE_OUT, MESSAGE_WAITS
from simcore.engine.gate_tables import CLOSED, HALF_OPEN, OPEN
from simcore.engine.near import strayed
from simcore.engine.sharing import SHARE_EVENT
from simcore.engine.tables import (
    ARRIVING,
    CRASHED,
    CUT_REQUESTS,
    FREE,
    HAS_DEADLINE,
    IS_DAEMON,
    IS_ROOT,
    LINES,
    METERED,
    ON_EVENT,
    ON_FLIGHT,
    RETURNING,
    SERVED,
    SHARING,
    UP,
    State,
)
from simcore.program import NONE, PRIORITY_LEVELS

Numbers = NDArray[Any]


def violations(state: State) -> list[str]:
    """Return a sentence for every broken invariant; an empty list means that the state is sound."""
    return [
        *_conservation(state),
        *_time(state),
        *_places(state),
        *extras(state),
        *_pools(state),
        *_waits(state),
        *_stores(state),
        *cells(state),
        *meters(state),
        *copies(state),
        *shards(state),
        *_queues(state),
        *_shares(state),
        *_crews(state),
        *_alarms(state),
        *_gates(state),
        *_sources(state),
        *bills(state),
        *cuts(state),
        *logs(state),
        *stale(state),
        *edges(state),
        *strayed(state),
    ]


def _conservation(state: State) -> list[str]:
    ctl = state.control[0]
    in_flight = state.meters["in_flight"]
    missing = state.meters["arrivals"] - state.meters["outcomes"].sum(axis=1) - in_flight
    found = [
        f"meter {row}: {missing[row]} more arrived than ended or are in flight"
        for row in np.flatnonzero(missing)
    ]
    busy = state.activities["wait"] != FREE
    roots = int(np.count_nonzero(busy & (state.activities["marks"] & IS_ROOT != 0)))
    if roots != ctl.roots_in_flight:
        found.append(f"{roots} requests exist, {ctl.roots_in_flight} are counted")
    by_class = int(state.meters["in_flight"][state.classes["meter"]].sum()) if len(state.classes) else 0
    if by_class != roots:
        found.append(f"{roots} requests exist, their classes count {by_class}")
    if ctl.heap_count and state.heap["t"][: ctl.heap_count].min() < ctl.now:
        found.append("an event lies in the past")
    return found


def _time(state: State) -> list[str]:
    """Little's law without a limit: the integral of those present is the time of those who left and of those here."""
    now = float(state.control["now"][0])
    acts = state.activities
    here = (acts["marks"] & METERED != 0) & ~np.isin(acts["wait"], (FREE, ARRIVING, RETURNING))
    spent = np.bincount(acts["node"][here], weights=now - acts["started"][here], minlength=len(state.nodes))
    meters = state.meters[state.nodes["meter"]]
    integral = meters["clock_sum"] + now * meters["in_flight"]
    wrong = np.flatnonzero(
        ~np.isclose(integral, meters["sojourn_sum"] + spent, rtol=1e-6, atol=1e-6 * (1 + now))
    )
    return [
        f"node {node}: {integral[node]} s of requests were here, their times add up to"
        f" {meters['sojourn_sum'][node] + spent[node]} s"
        for node in wrong
    ]


def _waits(state: State) -> list[str]:
    pools = state.pools
    counted = state.waits[: len(state.pools)].sum(axis=1)
    return [
        f"pool {index}: {pools['waited'][index]} waited, {counted[index]} waits are known, {pools['acquired'][index]} acquired"
        for index in np.flatnonzero((pools["waited"] != counted) | (pools["waited"] > pools["acquired"]))
    ]


def _places(state: State) -> list[str]:
    ctl = state.control[0]
    found = []
    free = int(np.count_nonzero(state.activities["wait"] == FREE))
    if free != ctl.free_count:
        found.append(f"{free} activities are free, {ctl.free_count} are counted")
    seen = chain_length(state.messages["next"], ctl.free_message)
    if seen != ctl.free_message_count:
        found.append(f"{seen} messages are free, {ctl.free_message_count} are counted")
    return found


def _flights(state: State, held: Numbers) -> list[str]:
    led = np.bincount(-2 - held, minlength=len(state.flights))
    wrong = np.flatnonzero(led != (state.flights["latch"] != NONE))
    found = [f"flight {f}: {led[f]} lead it" for f in wrong]
    free = chain_length(state.flights["chain"], state.control["free_flight"][0])
    used = int(np.count_nonzero(state.flights["latch"] != NONE))
    if used + free != len(state.flights):
        found.append(f"{used} flights are used and {free} free of {len(state.flights)}")
    waiting = int(np.count_nonzero(state.activities["wait"] == ON_FLIGHT))
    linked = chain_lengths(state.activities["next"], state.flights["head"][state.flights["latch"] != NONE])
    if linked != waiting:
        found.append(f"{waiting} wait for a flight, {linked} are in line")
    return found


def _pools(state: State) -> list[str]:
    busy = state.activities[state.activities["wait"] != FREE]
    every = np.hstack([busy["held"], state.extras["held"][busy["extra"]]])
    held = every[np.arange(HELD_MAX)[None, :] < busy["held_count"][:, None]]
    found = _flights(state, held[held < NONE])
    users = np.bincount(held[held >= 0], minlength=len(state.pools))
    for index, pool in enumerate(state.pools):
        if pool.in_use != users[index]:
            found.append(f"pool {index}: {pool.in_use} in use, {users[index]} held")
        capacity = state.slots[pool.capacity_slot]
        if pool.queued > 0 and pool.in_use < capacity and state.nodes[pool.node].state == UP:
            found.append(f"pool {index}: {pool.queued} wait although {pool.in_use} of {capacity} are in use")
        waiting = state.lines["head"][index * LINES : index * LINES + PRIORITY_LEVELS]
        length = chain_lengths(state.activities["next"], waiting)
        if length != pool.queued:
            found.append(f"pool {index}: {pool.queued} counted in line, {length} found")
    served = state.lines["head"][np.arange(len(state.lines)) % LINES >= PRIORITY_LEVELS]
    length = chain_lengths(state.activities["next"], served)
    if length != np.count_nonzero(state.activities["wait"] == SERVED):
        found.append(f"{length} are linked as served interruptibly")
    return found


def _stores(state: State) -> list[str]:
    found = []
    for index, store in enumerate(state.stores):
        length = chain_length(state.order["next"], store.head) if store.head != NONE else 0
        if not length == store.count <= store.capacity:
            found.append(f"store {index}: {store.count} counted, {length} found, room for {store.capacity}")
        if store.bytes_slot != NONE:
            cells = state.cells[store.first : store.first + store.capacity]
            size = int(cells["value"][cells["key"] != NONE].sum())
            if size != store.bytes_used:
                found.append(f"store {index}: {store.bytes_used} bytes counted, {size} found")
        if store.rank_first != NONE:
            found += _ranks(state, index)
    return found


def _ranks(state: State, index: int) -> list[str]:
    """Check that a heap has every entry of its store once, and that nobody in it was asked for less than those above."""
    store = state.stores[index]
    heap = state.ranks[store.rank_first : store.rank_first + store.count]
    places = state.ranks[store.rank_first + store.capacity + heap - store.first]
    cells = state.cells[heap]
    uses = state.ranks[store.tally_first + cells["key"]]
    above = (np.arange(1, store.count) - 1) // 2
    if (places != np.arange(store.count)).any() or (cells["key"] == NONE).any():
        return [f"store {index}: its heap has other entries than itself"]
    if (uses[above] > uses[1:]).any():
        return [f"store {index}: the root of its heap is not the least used entry"]
    return []


def _queues(state: State) -> list[str]:
    found = []
    stands = np.bincount(state.messages["stands"], minlength=4)
    waiting = away = 0
    for index, queue in enumerate(state.queues):
        gone = queue.settled + queue.dead_letters + queue.lost + queue.expired
        if queue.enqueued != gone + queue.length + queue.unsettled:
            found.append(
                f"queue {index}: {queue.enqueued} arrived, {gone} gone, {queue.length} wait, {queue.unsettled} out"
            )
        found += _lanes(state, index)
        waiting, away = waiting + int(queue.length), away + int(queue.unsettled)
    if (stands[MESSAGE_WAITS], stands[MESSAGE_OUT]) != (waiting, away):
        found.append(f"messages that wait and are out: {stands[1:3]} found, {waiting} and {away} counted")
    if stands[0] != state.control[0].free_message_count:
        found.append(
            f"{stands[0]} message places are free, {state.control[0].free_message_count} are counted"
        )
    return found


def _lanes(state: State, index: int) -> list[str]:
    """Return what is wrong with the partitions of a queue."""
    queue = state.queues[index]
    lanes = state.partitions[queue.first : queue.first + queue.lanes]
    found = []
    for number, lane in enumerate(lanes):
        at, length, before = int(lane.head), 0, -1
        while at != NONE and length <= len(state.messages):
            if state.messages[at].number <= before:
                found.append(f"queue {index}, partition {number}: messages out of order")
            before = int(state.messages[at].number)
            at, length = int(state.messages[at].next), length + 1
        if length != lane.length:
            found.append(f"queue {index}, partition {number}: {lane.length} counted, {length} found")
    if lanes["length"].sum() != queue.length or lanes["out"].sum() != queue.unsettled:
        found.append(f"queue {index}: its partitions do not add up")
    idle = (
        lanes[lanes["length"] > 0] if queue.parts <= 0 else lanes[(lanes["length"] > 0) & (lanes["out"] == 0)]
    )
    if not idle["in_line"].all():
        found.append(f"queue {index}: a partition with messages is not in line")
    open_consumer = _open_consumer(state, queue)
    if len(idle) and open_consumer and state.nodes[queue.node].state == UP:
        found.append(f"queue {index}: messages and consumers wait for each other")
    return found + _deliveries(state, index)


def _deliveries(state: State, index: int) -> list[str]:
    """Return what is wrong with those of a queue's messages that consumers have, and with those consumers that wait."""
    queue, now, found = state.queues[index], state.control[0].now, []
    at, before, steps = int(queue.head), float(now), 0
    while at != NONE and steps <= len(state.messages):
        due = float(state.messages[at].due)
        if due < before:
            found.append(
                f"queue {index}: message {at} is due at {due}, one before it at {before}, and it is {now}"
            )
        at, before, steps = int(state.messages[at].next), due, steps + 1
    if steps != queue.unsettled:
        found.append(f"queue {index}: {queue.unsettled} messages with consumers counted, {steps} found")
    at = int(queue.consumer_head)
    while at != NONE:
        if queue.reader not in (NONE, state.activities[at].node):
            found.append(f"queue {index}: a consumer of another group waits for its messages")
        at = int(state.activities[at].next)
    return found


def _open_consumer(state: State, queue: Any) -> bool:
    """Tell whether a consumer waits that messages can reach."""
    at = int(queue.consumer_head)
    while at != NONE:
        edge = state.activities[at].edge
        if edge == NONE or not state.edges[edge].partitioned & CUT_REQUESTS:
            return True
        at = int(state.activities[at].next)
    return False


def _shares(state: State) -> list[str]:
    found = []
    events = state.heap[: int(state.control["heap_count"][0])]
    planned = set(zip(events["what"].tolist(), events["t"].tolist(), strict=True))
    for index, share in enumerate(state.shares):
        jobs, ordered = _jobs(state, index)
        if jobs != share.count:
            found.append(f"shared resource {index}: {share.count} jobs counted, {jobs} found")
        if not ordered:
            found.append(f"shared resource {index}: its jobs are out of order")
        if jobs and share.rate > 0.0 and (SHARE_EVENT - index, float(share.armed)) not in planned:
            found.append(f"shared resource {index}: {jobs} jobs, and no event ahead")
    return found


def _jobs(state: State, index: int) -> tuple[int, bool]:
    """Return how many jobs a resource's heap holds, and whether each stands right under its parent."""
    share, activities = state.shares[index], state.activities
    open_ends = [int(share.root)] if share.count else []
    count, ordered = 0, not share.count or activities[share.root].child == NONE
    while open_ends and count <= len(activities):
        at = open_ends.pop()
        count += 1
        for child in (int(activities[at].prev), int(activities[at].next)):
            if child != NONE:
                open_ends.append(child)
                ordered = (
                    ordered and activities[child].child == at and activities[child].due >= activities[at].due
                )
        ordered = ordered and activities[at].list == index and activities[at].wait != FREE
    return count, bool(ordered)


def _crews(state: State) -> list[str]:
    found = []
    busy = state.activities[(state.activities["wait"] != FREE) & (state.activities["marks"] & IS_DAEMON != 0)]
    crew = state.extras["crew"][busy["extra"]]
    members = np.bincount(crew[crew >= 0], minlength=len(state.crews))
    for index, crew in enumerate(state.crews):
        if crew.running != members[index]:
            found.append(f"crew {index}: {crew.running} run, {members[index]} found")
        if crew.running > 0 and state.nodes[crew.node].state == CRASHED and not crew.outlives:
            found.append(f"crew {index}: runs although its node is down")
    return found


def _alarms(state: State) -> list[str]:
    """Whoever waits for time to pass is woken by exactly one event, and every list of deadlines is watched in time."""
    events = state.heap[: state.control[0].heap_count]
    waits, what = state.activities["wait"], events["what"]
    own = events[what >= 0]
    live = own["what"][state.activities["stamp"][own["what"]] == own["stamp"]]
    planned = np.bincount(live, minlength=len(waits))
    travels = np.isin(waits, (ARRIVING, RETURNING))
    timed = (waits == ON_EVENT) | (waits == SERVED)
    wakes = planned > (travels | timed)
    found = [
        f"activity {a}: {planned[a]} events for one that waits as {waits[a]}" for a in np.flatnonzero(wakes)
    ]
    forgotten = timed & (planned == 0)
    forgotten[state.sources["activity"][state.sources["activity"] != NONE]] = (
        False  # at rate 0 nothing ever comes
    )
    found += [f"activity {a}: nothing will wake it" for a in np.flatnonzero(forgotten)]
    shared = np.count_nonzero(waits == SHARING) + np.count_nonzero(travels & (planned == 0))
    if shared != state.shares["count"].sum():
        found.append(f"{shared} have no event of their own, {state.shares['count'].sum()} share something")
    watched = np.full(len(state.timers), np.inf)
    lists = (what < NONE) & (what > SHARE_EVENT)
    np.minimum.at(watched, -2 - what[lists], events["t"][lists])
    heads = state.timers["head"]
    late = np.flatnonzero((heads != NONE) & (watched > state.activities["due"][heads]))
    return [*found, *(f"list of deadlines {row}: it is not watched in time" for row in late)]


def _gates(state: State) -> list[str]:
    found = []
    now = float(state.control["now"][0])
    for index, gate in enumerate(state.gates):
        if gate.level < 0.0 or min(gate.count, gate.before, gate.failed, gate.failed_before) < 0.0:
            found.append(f"gate {index}: a negative count")
        if gate.state not in (CLOSED, OPEN, HALF_OPEN) or gate.failed > gate.count or gate.began > now:
            found.append(f"gate {index}: state {gate.state}, {gate.failed} of {gate.count} calls failed")
    stoppable = state.activities[state.activities["marks"] & HAS_DEADLINE != 0]
    if not np.all(state.extras["deadline"][stoppable["extra"]] >= stoppable["called"]):
        found.append("a request was sent after its deadline")
    return found


def _sources(state: State) -> list[str]:
    """Check that closed sources have their users, and that open ones have a next arrival ahead of them."""
    found = []
    daemons = state.activities[
        (state.activities["wait"] != FREE) & (state.activities["marks"] & IS_DAEMON != 0)
    ]
    crews = state.extras["crew"][daemons["extra"]]
    for index, source in enumerate(state.sources):
        here = int(np.count_nonzero(crews == -2 - index))
        if here != source.present:
            found.append(f"source {index}: {source.present} users counted, {here} found")
        if source.stretched and not 0.0 <= source.rate < np.inf:
            found.append(f"source {index}: a rate of {source.rate}")
        open_now = source.activity != NONE and state.slots[source.population_slot] == 0.0
        if open_now and source.due < state.control[0].now:
            found.append(f"source {index}: an arrival lies in the past")
    return found
