"""Cases for the shard router: four databases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.scenarios import draw, request_class


def _case(
    name: str, values: Sequence[Any], shows: str, setting: str, *, operation: str = "read", **own: Any
) -> Case:
    shards = [f"shard-{number}" for number in range(1, 5)]
    document = draw(
        {
            "client": ("users", {"arrival_rate_rps": 50.0}),
            "server": ("web_server", {"service_time_mean_s": 0.0, "worker_count": 1000}),
            "subject": ("shard_router", own),
            **{shard: ("database", {"read_time_mean_s": 0.02}) for shard in shards},
        },
        "client>server server>subject " + " ".join(f"subject>{shard}" for shard in shards),
        classes=[request_class(operation)],
    )
    return Case(name=name, document=document, values=values, shows=shows, setting=setting)


CASES = [
    _case("join_ratio", (0.0, 1.0), "calls@shard-1, latency", "reads of four shards"),
    _case("denormalized_ratio", (0.0, 1.0), "latency", "all reads join", join_ratio=1.0),
    _case(
        "denormalized_ratio",
        (0.0, 1.0),
        "calls@shard-1",
        "writes, whose copies have to be renewed",
        operation="write",
        join_ratio=1.0,
    ),
    _case("route_time_mean_s", (0.00005, 0.02), "latency", "reads of four shards"),
]
