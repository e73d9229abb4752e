"""The tables of activities: requests, their calls and the loops beside them. See `simcore.engine.tables` for what holds of all.

An activity is two cache lines, for it is all that most requests in flight are, and waiting for memory is most of what
they cost. What few of them have is in a row of its own, taken when it is first needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.data_tables import record

#: Resources that one activity may hold at the same time, and how many of them have their place in its own record.
HELD_MAX = 4
HELD_NEAR = 2

#: The first line has what every step of a program needs, the second what begins and ends a call.
ACTIVITY = record(
    ("stamp", "u4"),  # changes whenever the activity wakes or ends: older events and answers are ignored
    ("pc", "i4"),  # next instruction
    ("node", "i4"),
    ("extra", "i4"),  # its row of `extras`, NONE for most
    ("marks", "i2"),  # IS_ROOT and the like
    ("class_id", "i2"),
    ("wait", "i1"),
    ("hit", "i1"),  # register: last look-up found its key
    ("cause", "i1"),  # last failure
    ("held_count", "i1"),
    ("held", "i4", (HELD_NEAR,)),  # pools; -2 - n for flight n; NONE for a flight that found no place
    ("version", "i8"),  # register: log position of the newest value of its key that it has seen
    ("prev", "i4"),  # neighbours in a pool's line, a list of deadlines or a queue of consumers
    ("next", "i4"),
    ("list", "i4"),  # line of a pool, list of deadlines or shared resource that `prev` and `next` belong to
    ("key", "i4"),
    ("target", "i4"),  # register: a resolved edge
    ("calling", "i4"),  # edge of the call it waits for or last made; NONE for a waiting fork; see PREEMPTED
    ("due", "f8"),  # deadline of the call it waits for; in a shared resource, the mark at which it is done
    ("started", "f8"),  # arrival at the node; of a root, the intended start
    ("called", "f8"),  # when its caller sent it
    ("called_at", "f8"),  # when it sent the call that it waits for
    ("waited", "f4"),  # time spent in queues
    ("payload", "f4"),  # bytes
    ("parent", "i4"),  # activity that waits for the answer
    ("parent_stamp", "u4"),  # the parent's stamp when it called: if it differs, nobody waits any more
    ("edge", "i4"),  # edge through which it was called
    # Newest callee of the call it waits for; if the network swallowed it: -1 - the Cause. In the heap of a shared
    # resource, where nobody waits for a call, its parent there; `prev` and `next` are its children.
    ("child", "i4"),
    ("user", "i4"),
    ("blame", "i4"),  # node that caused the last failure
)

#: What few activities have. The row goes back when the activity ends.
EXTRA = record(
    ("deadline", "f8"),  # HAS_DEADLINE: when nobody up the call stack waits any more
    ("value", "i8"),  # register: log position, message, or what a store returned
    ("held", "i4", (HELD_MAX - HELD_NEAR,)),  # the resources that found no place in its own record
    ("trace_id", "i4"),  # IS_TRACED: trace that records it
    ("sibling", "i4"),  # its caller's next older callee of the same fork
    ("crew", "i4"),  # of a daemon: the crew it belongs to, or -2 - n for a person of closed source n
    ("next", "i4"),  # next free row
    ("pending", "i2"),  # fork: children still out; otherwise items of the batch that it works on
    ("need", "i2"),  # fork: answers still needed
    ("attempt", "i2"),
    ("span", "i1"),  # its span within the trace
    ("spare", "i1"),
)

_LINE_BYTES = 64


def aligned(rows: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a table of zeros whose first row begins a cache line."""
    place = np.zeros(rows * dtype.itemsize + _LINE_BYTES, np.uint8)
    skipped = -place.ctypes.data % _LINE_BYTES
    return place[skipped : skipped + rows * dtype.itemsize].view(dtype)
