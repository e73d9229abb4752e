"""Tables of where requests come from, what they ask for, and what they share. See `tables` for what holds of all."""

from __future__ import annotations

from simcore.engine.data_tables import record

SHARE = record(
    ("capacity_slot", "i4"),  # work per second in all
    ("limit_slot", "i4"),  # work per second of one job at most
    ("edge", "i4"),  # edge whose bandwidth it is, or NONE
    ("contention_slot", "i4"),
    ("root", "i4"),  # of the heap of jobs in order of `due`; meaningless without jobs
    ("count", "i4"),
    ("factor", "f8"),  # multiplies both rates
    ("attained", "f8"),  # work that each job has got since the resource was last idle
    ("rate", "f8"),  # of `attained`, per second
    ("since", "f8"),  # `attained` and `work_done` are up to date until here
    ("armed", "f8"),  # time of the earliest event planned
    ("work_done", "f8"),
)

SOURCE = record(
    ("node", "i4"),
    ("rate_slot", "i4"),
    ("poisson_slot", "i4"),
    ("user_count_slot", "i4"),
    ("stream", "i4"),
    ("label", "i4"),
    ("activity", "i4"),
    ("remaining", "f8"),  # expected arrivals until the next one; divided by the rate it is a time
    ("due", "f8"),
    ("rate", "f8"),  # rate that `due` was computed with
    ("population_slot", "i4"),
    ("think_slot", "i4"),
    ("burst_slot", "i4"),
    ("curve_slot", "i4"),
    ("curve_count", "i4"),
    ("uneven", "i4"),  # 1 when the rate changes with time
    (
        "stretched",
        "i4",
    ),  # 1 when `rate`, `slope` and `until` describe the stretch since `since`, 0 when only `rate` counts
    ("slope", "f8"),  # of the rate, per second
    ("since", "f8"),
    ("until", "f8"),  # end of the stretch in which the rate is one straight line
    ("bursting", "i4"),
    ("switch_at", "f8"),  # when the present burst or the lull ends; 0 when there are none
    ("present", "i4"),  # users of a closed source
    ("parts_slot", "i4"),  # NONE, or its parts: how many, then of each its node and the first user beyond it
)

ALIAS = record(("share", "f4"), ("key", "i4"))  # of one key; the share is of draws that keep to it

CLASS = record(
    ("cumulative", "f8"),
    ("share", "f8"),
    ("zipf_exponent", "f8"),
    ("operation", "i4"),
    ("key_count", "i4"),
    ("alias_first", "i4"),
    ("meter", "i4"),
    ("payload", "f8"),
    ("request_bytes", "f8"),
    ("service_time_factor", "f8"),
    ("deadline", "f8"),  # seconds after the start; 0 = none
    ("priority", "i4"),  # 0 is the most important
    ("payload_slot", "i4"),
)
