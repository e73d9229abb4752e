"""Autoscaling: a program looks at its target once a period and decides; new instances come after their boot time."""

from __future__ import annotations

import math

import numpy as np

from simcore.engine import stores, watching
from simcore.engine.crews import keep
from simcore.engine.extras import set_value, value_of
from simcore.engine.faults import break_or_mend
from simcore.engine.jit import helper
from simcore.engine.meters import happened
from simcore.engine.pools import serve_next, settle_capacity
from simcore.engine.sharing import rate_of, retune, settle_share
from simcore.engine.tables import EVENT_SCALED, IS_PROBE, UP
from simcore.program import NONE, PRICE_COUNT, Cause, ControlStep, Measure

#: Where the settings of a scaler are, from its first slot.
MEASURE, TARGET, LOWEST, HIGHEST, COOLDOWN_OUT, COOLDOWN_IN, TOLERANCE = range(7)
#: Where the machines bought ahead are, from the first slot of the target's prices.
BOUGHT = PRICE_COUNT - 1


@helper
def control(s, act, step, subject):  # type: ignore[no-untyped-def]
    """Do one step of a controller; False when it has to be done again, with more room."""
    if step == ControlStep.SENSE:
        _sense(s, act, subject)
        return True
    if step == ControlStep.BOOT:
        return _boot(s, act, subject)
    if step == ControlStep.EMPTY:
        stores.flush(s, act.node)
        return True
    if step >= ControlStep.RESIZE:
        watching.step(s, act, step, subject)
        return True
    if step >= ControlStep.WHOLE:
        _keep_whole(s, act, step)
        return True
    return break_or_mend(s, act, step)


@helper
def _keep_whole(s, act, step):  # type: ignore[no-untyped-def]
    """Keep count, in the value register of a request, of what its answer lacks; a part adds to the request's own."""
    if step == ControlStep.WHOLE:
        set_value(s, act, np.int64(0))
    elif step == ControlStep.TELL:
        s.nodes[act.node].degraded += value_of(s, act) > 0
    elif act.marks & IS_PROBE == 0:
        set_value(s, act, value_of(s, act) + 1)
    elif s.activities[act.parent].stamp == act.parent_stamp:
        parent = s.activities[act.parent]
        set_value(s, parent, value_of(s, parent) + 1)


@helper
def _apply(s, scaler):  # type: ignore[no-untyped-def]
    """Give the target what its instances have together. Who is being served stays: what is too much frees up first."""
    target = scaler.target
    for i in range(s.pools.shape[0]):
        if s.pools[i].node == target:
            settle_capacity(s.pools[i], s.control[0].now)
    for i in range(s.scaled.shape[0]):
        row = s.scaled[i]
        if row.node == target:
            s.slots[row.slot] = scaler.running * s.slots[row.unit_slot]
    for i in range(s.pools.shape[0]):
        if s.pools[i].node == target:
            s.pools[i].capacity = s.slots[s.pools[i].capacity_slot]
            if s.nodes[target].state == UP:
                serve_next(s, i)
    for i in range(s.shares.shape[0]):
        share = s.shares[i]
        if share.count > 0 and share.rate != rate_of(s, share):
            settle_share(share, s.control[0].now)
            retune(s, i)
    here = s.nodes[target]
    here.instance_integral += here.instances * (s.control[0].now - here.instances_since)
    here.instances_since = s.control[0].now
    here.instances = scaler.running
    happened(s, EVENT_SCALED, target, NONE, float(scaler.running))
    return keep(s)


@helper
def _highest(s, scaler):  # type: ignore[no-untyped-def]
    """Return the most instances that there may be: as many as it is told, and as machines were bought, if they were."""
    highest = s.slots[scaler.slot + HIGHEST]
    prices = s.costs[scaler.target].price_slot
    bought = s.slots[prices + BOUGHT] if prices != NONE else 0.0
    return min(highest, bought) if bought > 0.0 else highest


@helper
def _waiting(s, scaler, queue_seconds, elapsed):  # type: ignore[no-untyped-def]
    """Return how many wait for the target: on average at its own entrance, now in the queues that feed it."""
    found = queue_seconds / elapsed if elapsed > 0.0 else 0.0
    group = s.groups[scaler.group]
    for i in range(group.count):
        source = s.edges[s.members[group.first + i]].source
        for q in range(s.queues.shape[0]):
            queue = s.queues[q]
            if (
                queue.shown
                and queue.node == source
                and (queue.reader == NONE or queue.reader == scaler.target)
            ):
                found += queue.length
    return found


@helper
def _measured(s, scaler):  # type: ignore[no-untyped-def]
    """Return the measure over the period since the last look, NaN when it says nothing."""
    node = s.nodes[scaler.target]
    pool = s.pools[node.main_pool]
    meter = s.meters[node.meter]
    now = s.control[0].now
    settle_capacity(pool, now)
    busy_integral = pool.busy_clock + now * pool.in_use
    queue_integral = pool.queue_clock + now * pool.queued
    elapsed = now - scaler.since
    busy = busy_integral - scaler.busy
    room = pool.capacity_integral - scaler.room
    queue = queue_integral - scaler.queue
    arrivals = meter.arrivals - scaler.arrivals
    latency = meter.latency_sum - scaler.latency
    answered = s.meters[node.meter].outcomes[Cause.OK] - scaler.answered
    scaler.since = now
    scaler.busy = busy_integral
    scaler.room = pool.capacity_integral
    scaler.queue = queue_integral
    scaler.arrivals = meter.arrivals
    scaler.latency = meter.latency_sum
    scaler.answered = s.meters[node.meter].outcomes[Cause.OK]
    measure = int(s.slots[scaler.slot + MEASURE])
    if elapsed <= 0.0 or node.state != UP:
        return math.nan
    if measure == Measure.UTILIZATION:
        return busy / room if room > 0.0 else math.nan
    if measure == Measure.QUEUE_LENGTH:
        return _waiting(s, scaler, queue, elapsed) / scaler.running
    if measure == Measure.REQUEST_RATE:
        return arrivals / elapsed / scaler.running
    return latency / answered if answered > 0 else math.nan


@helper
def _sense(s, act, index):  # type: ignore[no-untyped-def]
    """Decide: hit, and how many to boot in the value register; fewer instances are put into effect at once.

    Target tracking as of the Kubernetes horizontal autoscaler: ceil(instances x measure / target), unless the ratio is
    within the tolerance of 1. Instances that are still booting count as there.
    """
    act.hit = 0
    set_value(s, act, np.int64(0))
    scaler = s.scalers[index]
    if scaler.declared == 0 or s.nodes[scaler.target].main_pool == NONE:
        return
    measured = _measured(s, scaler)
    if math.isnan(measured):
        return
    now = s.control[0].now
    ratio = measured / s.slots[scaler.slot + TARGET]
    wanted = float(scaler.running)
    if abs(ratio - 1.0) > s.slots[scaler.slot + TOLERANCE]:
        wanted = math.ceil(scaler.running * min(ratio, 1e6) - 1e-9)
    highest = _highest(s, scaler)
    wanted = max(min(wanted, highest), min(s.slots[scaler.slot + LOWEST], highest))
    more = np.int64(wanted) - scaler.running - scaler.booting
    if more > 0 and now - scaler.out_at >= s.slots[scaler.slot + COOLDOWN_OUT]:
        scaler.booting += more
        scaler.out_at = now
        act.hit = 1
        set_value(s, act, np.int64(more))
    elif wanted < scaler.running and scaler.booting == 0:
        if now - max(scaler.out_at, scaler.in_at) >= s.slots[scaler.slot + COOLDOWN_IN]:
            scaler.running = np.int64(wanted)
            scaler.in_at = now
            _apply(s, scaler)


@helper
def _boot(s, act, index):  # type: ignore[no-untyped-def]
    """Let the instances of the value register join; False when that needs more room."""
    scaler = s.scalers[index]
    booted = value_of(s, act)
    if booted > 0:
        scaler.booting -= booted
        scaler.running += booted
        set_value(s, act, np.int64(0))
    if scaler.declared == 0:
        return True
    scaler.running = np.int64(min(float(scaler.running), _highest(s, scaler)))
    return _apply(s, scaler)
