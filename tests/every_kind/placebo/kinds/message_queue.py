"""Cases for the message queue: jobs for one worker."""

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
    rate_rps: float = 50.0,
    **own: Any,
) -> Case:
    worker = {
        "service_time_mean_s": time_s,
        "worker_count": processes,
        "service_time_distribution": "exponential",
    }
    document = scene("message_queue", own, callees=1, callee=worker, rate_rps=rate_rps)
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


_SLOW: Json = {"time_s": 0.2}
_FALL = ((3.0, fault("crash", "callee-1")), (4.0, heal("callee-1")))
_OWN_FALL = ((5.0, fault("crash", "subject")), (5.5, heal("subject")))

CASES = [
    _case("queue_capacity", (10, 1000), "failed, queue_length@subject", "more jobs than are done", **_SLOW),
    _case(
        "delivery_guarantee",
        ("at_least_once", "at_most_once"),
        "redelivered@subject, lost_messages@subject",
        "the worker crashes and is back",
        *_FALL,
    ),
    _case("visibility_timeout_s", (0.05, 10.0), "duplicates@subject", "jobs of 50 ms"),
    _case("partition_count", (1, 16), "queue_length@subject", "four processes for jobs of 50 ms"),
    _case("prefetch_count", (1, 50), "queue_length@subject", "more jobs than are done", **_SLOW),
    _case("retention_s", (1.0, 1000.0), "expired_messages@subject", "more jobs than are done", **_SLOW),
    _case("durable", (False, True), "lost_messages@subject", "the broker crashes", *_OWN_FALL, **_SLOW),
    _case(
        "deliveries_max",
        (1, 20),
        "dead_letters@subject",
        "the worker crashes and is back",
        *_FALL,
    ),
]
