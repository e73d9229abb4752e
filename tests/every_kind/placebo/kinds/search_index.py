"""Cases for the search index: queries of all shards, and documents for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.common import SHAPES
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json

_ONE: Json = {"thread_count": 1, "service_time_distribution": "exponential"}


def _case(
    name: str, values: Sequence[Any], shows: str, setting: str, *, operation: str = "read", **own: Any
) -> Case:
    document = scene("search_index", own, rate_rps=55.0, operation=operation)
    return Case(name=name, document=document, values=values, shows=shows, setting=setting)


_BUSY = "a shard alone is busy for 80 % of the time"
_BOTH = "latency, utilization@subject"

CASES = [
    _case("shard_count", (2, 20), "latency, cost@subject", "55 queries per second"),
    _case("answers_needed_count", (1, 5), "latency", "five shards"),
    _case("thread_count", (1, 4), "latency", _BUSY, query_time_mean_s=0.015),
    _case(
        "queue_capacity",
        (2, 200),
        "failed, latency",
        "twice as many queries as it can answer",
        **_ONE,
        query_time_mean_s=0.04,
    ),
    _case("query_time_mean_s", (0.002, 0.015), _BOTH, "55 queries per second", **_ONE),
    _case(
        "index_time_mean_s",
        (0.002, 0.03),
        _BOTH,
        "55 documents per second",
        operation="write",
        shard_count=2,
        **_ONE,
    ),
    Case(
        name="service_time_distribution",
        document=scene(
            "search_index",
            {
                "service_time_cv": 3.0,
                "service_time_values": "1, 10",
                "query_time_mean_s": 0.02,
                "shard_count": 1,
                "thread_count": 200,
            },
            rate_rps=150.0,
        ),
        values=SHAPES,
        shows="latency_p99@subject",
        setting="1,500 queries, none of which waits",
    ),
    Case(
        name="timeout_s",
        document=scene("search_index", {**_ONE, "thread_count": 100, "query_time_mean_s": 0.05}),
        values=(0.1, 2.0),
        shows="failed",
        setting="shards that take 50 ms on average",
    ),
]
