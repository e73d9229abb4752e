"""Watching: what nodes tell of their own requests, and alarms about those who fail too much or fall silent."""

from __future__ import annotations

import numpy as np

from simcore.engine.extras import set_value, value_of
from simcore.engine.jit import helper
from simcore.engine.meters import enter, happened, leave
from simcore.engine.tables import EVENT_ALARM, EVENT_ALARM_OVER
from simcore.program import NONE, Cause, ControlStep

#: What the key register of a watching activity says: nothing seen yet, all quiet, the alarm was raised.
NEW, QUIET, RAISED = range(3)

QUEUE_FULL = np.int64(Cause.QUEUE_FULL)


@helper
def step(s, act, what, subject):  # type: ignore[no-untyped-def]
    """Do one step of telling or watching."""
    if what == ControlStep.RESIZE:
        act.payload = s.slots[subject]
    elif what == ControlStep.TAKE_IN:
        e = act.edge if subject == NONE else subject
        if s.edges[e].tariff:
            s.edges[e].bytes_back += act.payload
    elif what == ControlStep.RECORDED:
        s.edges[subject].recorded += 1
    elif what == ControlStep.DROPPED:
        now = s.control[0].now
        row = s.edges[subject].meter
        enter(s.meters, row, now)
        leave(s.meters, s.window, row, QUEUE_FULL, 0.0, 0.0, now)
    else:
        _watch(s, act, subject, what == ControlStep.SILENT)


@helper
def _watch(s, act, rule, silent):  # type: ignore[no-untyped-def]
    """Look at one node: what has ended there since the last look, and how much of it badly.

    The version and value registers have what had ended and failed by then, the user register the bad looks in a row.
    """
    e = np.int64(s.slots[rule + 2])
    meter = s.meters[s.nodes[s.edges[e].source].meter]
    ended = meter.arrivals - meter.in_flight
    failed = ended - s.meters[s.nodes[s.edges[e].source].meter].outcomes[Cause.OK]
    new_ended = ended - act.version
    new_failed = failed - value_of(s, act)
    act.version = ended
    set_value(s, act, failed)
    bad = silent
    if not silent and act.key != NEW and new_ended > 0:
        bad = new_failed > s.slots[rule] * new_ended
    if act.key == NEW:
        act.key = QUIET
    act.user = act.user + 1 if bad else 0
    if act.key == QUIET and bad and act.user >= s.slots[rule + 1]:
        act.key = RAISED
        s.nodes[act.node].alarms += 1
        happened(s, EVENT_ALARM, act.node, e, float(s.edges[e].recorded))
    elif act.key == RAISED and not bad:
        act.key = QUIET
        happened(s, EVENT_ALARM_OVER, act.node, e, float(s.edges[e].recorded))
