"""Cases for the rate limiter: requests in bursts, about as many as may pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json

_BURSTS: Json = {
    "arrival_process": "bursty",
    "burst_factor": 5.0,
    "burst_length_mean_s": 0.5,
    "lull_length_mean_s": 2.0,
}


def _case(
    name: str, values: Sequence[Any], shows: str, setting: str, client: Json = _BURSTS, **own: Any
) -> Case:
    own = {"limit_rps": 60.0, "burst": 20, **own}
    document = scene("rate_limiter", own, client=client, rate_rps=50.0)
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, until_s=30.0)


_PEOPLE: Json = {"user_count": 5}
_FEW = "five people who send ten requests/s each"
_BURSTY = "50 requests/s in bursts, 60 may pass"

CASES = [
    Case(
        name="algorithm",
        document=scene("rate_limiter", {"limit_rps": 60.0, "burst": 60, "queue_capacity": 30}, rate_rps=60.0),
        values=("token_bucket", "leaky_bucket", "fixed_window", "sliding_window"),
        shows="failed",
        until_s=40.0,
        setting="as many requests as may pass, at random",
    ),
    _case(
        "user_limit_rps",
        (5.0, 100.0),
        "failed",
        _FEW,
        client=_PEOPLE,
        user_burst=1,
        limit_rps=1000.0,
        burst=1000,
    ),
    _case(
        "user_burst",
        (1, 1000),
        "failed",
        _FEW,
        client=_PEOPLE,
        user_limit_rps=5.0,
        limit_rps=1000.0,
        burst=1000,
    ),
    _case("limit_rps", (20.0, 100.0), "failed", _BURSTY),
    _case("burst", (1, 300), "failed", _BURSTY),
    _case("window_s", (0.1, 10.0), "failed", _BURSTY, algorithm="fixed_window"),
    _case("queue_capacity", (1, 500), "failed, latency", _BURSTY, algorithm="leaky_bucket"),
]
