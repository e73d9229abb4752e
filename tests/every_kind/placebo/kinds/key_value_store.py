"""Cases for the key-value store: one member of three, which takes all requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json, fault, heal

_WATCHFUL: Json = {"health_check_interval_s": 0.3, "unhealthy_threshold": 2, "healthy_threshold": 1}
_UNEVEN: Json = {
    "service_time_distribution": "exponential",
    "read_time_mean_s": 0.02,
    "write_time_mean_s": 0.02,
}


#: The members take turns in taking requests.
_FIRST: Json = {"read_quorum_count": 1, "write_quorum_count": 1, "read_repair": False, "hint_count_max": 0}


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str,
    *steps: tuple[float, Json],
    operation: str = "read",
    mixed: bool = False,
    callee: Json | None = None,
    **own: Any,
) -> Case:
    document = scene(
        "key_value_store",
        own,
        callees=2,
        callee=callee or _FIRST if mixed else callee or {},
        operation=operation,
        rate_rps=150.0,
    )
    if mixed:
        asked = document["workload"]["classes"][0] | {"key_count": 30}
        document["workload"]["classes"] = [
            asked,
            asked | {"name": "written", "operation": "write", "share": 0.1},
        ]
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


_CRASH = (2.0, fault("crash", "callee-1"))
_HANG = (2.0, fault("hang", "callee-1"))
_BACK = (6.0, heal("callee-1"))
_MISSING = "a member crashes while records are written"

CASES = [
    _case("replica_count", (1, 3), "utilization@callee-1", "three members"),
    _case("read_quorum_count", (1, 3), "latency", "three members", callee=_UNEVEN, **_UNEVEN),
    _case(
        "read_quorum_count",
        (1, 3),
        "stale_reads",
        "a member has missed writes",
        _CRASH,
        _BACK,
        mixed=True,
        hint_count_max=0,
        read_repair=False,
        write_quorum_count=1,
    ),
    _case(
        "write_quorum_count", (1, 3), "latency", "three members", operation="write", callee=_UNEVEN, **_UNEVEN
    ),
    _case(
        "read_repair",
        (False, True),
        "stale_reads",
        "a member has missed writes",
        _CRASH,
        _BACK,
        mixed=True,
        **{**_FIRST, "read_repair": True},
    ),
    _case("hint_count_max", (1, 1000), "hints@subject", _MISSING, _CRASH, operation="write", **_WATCHFUL),
    _case(
        "hint_interval_s",
        (0.5, 60.0),
        "hints@subject",
        "a member is back after a crash",
        _CRASH,
        _BACK,
        operation="write",
        **_WATCHFUL,
    ),
    _case(
        "durable",
        (False, True),
        "stale_reads",
        "the member itself crashes and is back",
        (5.0, fault("crash", "subject")),
        (5.2, heal("subject")),
        mixed=True,
        **_FIRST,
    ),
    _case(
        "health_check_interval_s",
        (0.2, 2.0),
        "hints@subject",
        _MISSING,
        _CRASH,
        operation="write",
    ),
    _case(
        "health_check_timeout_s",
        (0.1, 3.0),
        "hints@subject",
        "a member hangs while records are written",
        _HANG,
        operation="write",
        **_WATCHFUL,
    ),
    _case(
        "unhealthy_threshold",
        (1, 15),
        "hints@subject",
        _MISSING,
        _CRASH,
        operation="write",
        health_check_interval_s=0.3,
    ),
    _case(
        "healthy_threshold",
        (1, 100),
        "hints@subject",
        "a member is back after a crash",
        _CRASH,
        _BACK,
        operation="write",
        hint_interval_s=0.5,
        health_check_interval_s=0.3,
        unhealthy_threshold=2,
    ),
]
