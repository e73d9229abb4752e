"""The table of gates: rate limits, retry budgets and circuit breakers."""

from __future__ import annotations

from simcore.engine.data_tables import record

GATE = record(
    ("node", "i4"),
    ("first_slot", "i4"),
    ("state", "i4"),  # of a breaker: CLOSED, OPEN, HALF_OPEN
    ("news", "i4"),  # 1: its state has just changed
    ("level", "f8"),  # tokens; of a leaky bucket: when the next may go
    ("since", "f8"),  # when `level` was true, when the window began; of a breaker: when its state began
    ("began", "f8"),  # of a breaker: when the window began
    ("count", "f8"),  # in the present window
    ("before", "f8"),  # in the window before
    ("failed", "f8"),
    ("failed_before", "f8"),
    ("streak", "i8"),  # failures in a row; half-open: probes that were answered
    ("probes", "i8"),  # half-open: probes let out
    ("allowed", "i8"),
    ("refused", "i8"),
    ("user_row", "i8"),  # its row in `user_buckets`; NONE unless everybody has a bucket of tokens
)
#: States of a breaker.
CLOSED, OPEN, HALF_OPEN = range(3)
#: Users whose buckets are kept apart; of more, some share one.
USERS_APART = 65_536
