"""Cases for the event log: events for one group of consumers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json, fault, heal


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str,
    *steps: tuple[float, Json],
    time_s: float = 0.05,
    processes: int = 4,
    **own: Any,
) -> Case:
    worker = {
        "service_time_mean_s": time_s,
        "worker_count": processes,
        "service_time_distribution": "exponential",
    }
    document = scene("event_log", own, callees=1, callee=worker)
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


_SLOW: Json = {"time_s": 0.2}
_BEHIND = "more events than are done"
_FALL = ((3.0, fault("crash", "callee-1")), (3.2, heal("callee-1")))
_FALLS = "the consumers crash and are back"
_OWN_FALL = ((5.0, fault("crash", "subject")), (5.5, heal("subject")))

CASES = [
    _case("partition_count", (1, 16), "queue_length@subject", "four consumers for events of 50 ms"),
    _case("retention_s", (1.0, 1000.0), "expired_messages@subject", _BEHIND, **_SLOW),
    _case("lag_max_count", (5, 1000), "expired_messages@subject", _BEHIND, **_SLOW),
    _case("durable", (False, True), "lost_messages@subject", "the broker crashes", *_OWN_FALL, **_SLOW),
    _case("session_timeout_s", (0.5, 8.0), "queue_length@subject", _FALLS, *_FALL),
    _case("poll_interval_max_s", (0.1, 10.0), "duplicates@subject, redelivered@subject", "events of 50 ms"),
    _case("fetch_count", (1, 50), "redelivered@subject", _FALLS, *_FALL, session_timeout_s=0.5, **_SLOW),
    _case(
        "deliveries_max",
        (1, 20),
        "dead_letters@subject, redelivered@subject",
        _FALLS,
        *_FALL,
        session_timeout_s=0.5,
    ),
]
