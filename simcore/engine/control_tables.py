"""Tables of what decouples and controls: queues of messages, crews of looping activities."""

from __future__ import annotations

from simcore.engine.data_tables import record

#: The looping activities of a node that do the same.
CREW = record(
    ("node", "i4"),
    ("label", "i4"),  # NONE when it is no longer declared
    ("begun", "i4"),  # label that the running ones began at
    ("count_slot", "i4"),  # how many there are to be; NONE for one
    ("outlives", "i4"),
    ("queue", "i4"),  # queue that they empty; NONE for all others
    ("running", "i4"),
    ("leaving", "i4"),  # how many are to end when they next have nothing to do
)

QUEUE = record(
    ("node", "i4"),
    ("capacity_slot", "i4"),
    ("durable_slot", "i4"),
    ("deliveries_max_slot", "i4"),
    (
        "delivery_slot",
        "i4",
    ),  # first of six: visibility (s), retention (s), partitions, prefetch, at most once, until gone (s)
    ("parts", "i4"),  # partitions at present; 0: one line that any number of consumers may serve
    ("first", "i4"),  # first of its rows in `partitions`
    ("lanes", "i4"),  # how many rows are in use
    ("room", "i4"),  # how many rows it has
    ("fresh", "i4"),  # first row of the next layout
    ("ready_head", "i4"),  # partitions in line to be served, counted from `first`
    ("ready_tail", "i4"),
    ("head", "i4"),  # messages that are with consumers, in order of `due`
    ("tail", "i4"),
    ("length", "i4"),  # messages that wait
    ("unsettled", "i4"),  # messages that are with consumers
    ("consumer_head", "i4"),
    ("consumer_tail", "i4"),
    ("armed", "f8"),  # when the next delivery has to be confirmed; infinite when none has
    ("fades", "f8"),  # when the next message has waited for too long
    ("enqueued", "i8"),
    ("settled", "i8"),
    ("redelivered", "i8"),
    ("dead_letters", "i8"),
    ("lost", "i8"),
    ("expired", "i8"),  # dropped because they had waited for too long
    ("duplicates", "i8"),  # jobs done although somebody else did or does them
    ("wait_sum", "f8"),
    ("wiped_at", "f8"),  # when it last lost all its messages
    ("dead_queue", "i4"),  # queue that gets its dead letters; NONE: they are gone
    ("reader", "i4"),  # node whose consumers alone it is for; NONE for whoever asks
    ("shown", "i4"),  # whether it is declared, and its messages count as its node's
)

#: One line of messages of a queue.
PARTITION = record(
    ("head", "i4"),
    ("tail", "i4"),
    ("length", "i4"),
    ("out", "i4"),  # its messages that are with consumers
    ("in_line", "i4"),
    ("next", "i4"),
)

#: Where a message stands: nowhere (a free place), in line, with a consumer; or it is a copy that a consumer keeps.
MESSAGE_WAITS, MESSAGE_OUT, MESSAGE_HELD = 1, 2, 3
MESSAGE = record(
    ("key", "i4"),
    ("user", "i4"),
    ("class_id", "i2"),
    ("deliveries", "i2"),
    ("stands", "i1"),
    ("lane", "i4"),  # partition
    ("stamp", "i4"),  # changes with every delivery and whenever the place is freed: older receipts are void
    ("prev", "i4"),
    ("next", "i4"),  # of a copy, the next one that the same consumer keeps
    ("payload", "f4"),
    ("trace_id", "i4"),
    ("number", "i8"),  # order of arrival; of a copy, the receipt
    ("enqueued_at", "f8"),
    ("due", "f8"),
)

#: An autoscaler's hold on one target.
SCALER = record(
    ("node", "i4"),
    ("target", "i4"),
    ("slot", "i4"),  # first of its settings, see `simcore.engine.scaling`
    ("group", "i4"),  # edges from the message queues that feed the target
    ("declared", "i4"),
    ("running", "i4"),  # instances at work
    ("booting", "i4"),  # instances on their way
    ("out_at", "f8"),  # when it last decided to have more
    ("in_at", "f8"),
    ("since", "f8"),  # when it last looked, and what had been counted by then
    ("busy", "f8"),
    ("room", "f8"),
    ("queue", "f8"),
    ("latency", "f8"),
    ("arrivals", "i8"),
    ("answered", "i8"),
)

#: A live number that is so much per instance of its node.
SCALED = record(("node", "i4"), ("slot", "i4"), ("unit_slot", "i4"))
