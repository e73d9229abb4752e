"""Cases for the sharded store: busy shards, and more of them in the middle of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene, works
from tests.scenarios import Json, set_parameter

_GROWS = ((2.0, set_parameter("subject", "shard_count", 6)),)


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str,
    *steps: tuple[float, Json],
    time_s: float = 0.02,
    request: Json | None = None,
    **own: Any,
) -> Case:
    parameters = {**works("sharded_store", time_s), "queue_capacity": 10_000, **own}
    document = scene("sharded_store", parameters, rate_rps=45.0, request=request)
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


_UNEVEN: Json = {"key_count": 1_000, "zipf_exponent": 1.0}

CASES = [
    _case("shard_count", (1, 6), "latency, cost@subject", "one shard is busy for 90 % of the time"),
    _case(
        "placement",
        ("modulo", "range", "ring"),
        "imbalance@subject",
        "some keys are popular",
        request=_UNEVEN,
        virtual_node_count=1,
    ),
    _case("virtual_node_count", (1, 1000), "imbalance@subject", "1,000 keys", placement="ring"),
    _case("move_rate_rps", (10.0, 1000.0), "moved_keys@subject", "two more shards", *_GROWS, thread_count=16),
    _case(
        "move_stream_count",
        (1, 16),
        "moved_keys@subject",
        "two more shards",
        *_GROWS,
        thread_count=64,
        time_s=0.05,
    ),
]
