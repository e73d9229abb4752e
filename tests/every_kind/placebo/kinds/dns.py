"""Cases for the name server: twenty people who ask it."""

from __future__ import annotations

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import fault

_PEOPLE = {"user_count": 20}

CASES = [
    Case(
        name="ttl_s",
        document=scene("dns", client=_PEOPLE, callees=1),
        values=(1.0, 1000.0),
        shows="latency",
        setting="20 people",
    ),
    Case(
        name="ttl_s",
        document=scene("dns", client=_PEOPLE, callees=1),
        values=(1.0, 1000.0),
        shows="failed",
        steps=((5.0, fault("crash", "subject")),),
        setting="20 people, and the name server crashes",
    ),
    Case(
        name="lookup_time_mean_s",
        document=scene("dns", {"ttl_s": 2.0}, client=_PEOPLE, callees=1),
        values=(0.01, 0.3),
        shows="latency",
        setting="20 people who ask every two seconds",
    ),
]
