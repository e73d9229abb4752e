"""Tables of what runs by itself and changes the system: crews of looping activities."""

from __future__ import annotations

from simcore.engine.data_tables import record

#: The looping activities of a node that do the same.
CREW = record(
    ("node", "i4"),
    ("label", "i4"),  # NONE when it is no longer declared
    ("begun", "i4"),  # label that the running ones began at
    ("count_slot", "i4"),  # how many there are to be; NONE for one
    ("outlives", "i4"),
    ("running", "i4"),
    ("leaving", "i4"),  # how many are to end when they next have nothing to do
)
