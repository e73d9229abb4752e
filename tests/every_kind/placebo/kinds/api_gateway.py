"""Cases for the API gateway: fifty requests a second of five people, to one service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene

_FEW = "five people who send ten requests/s each"


def _case(name: str, values: Sequence[Any], shows: str, setting: str = _FEW, **own: Any) -> Case:
    document = scene(
        "api_gateway",
        own,
        callees=1,
        client={"user_count": 5},
        rate_rps=50.0,
        request={"payload_bytes": 1_000},
    )
    return Case(name=name, document=document, values=values, shows=shows, setting=setting)


CASES = [
    _case("gateway_time_mean_s", (0.001, 0.05), "latency"),
    _case("bad_credentials_ratio", (0.0, 0.5), "failed, calls@callee-1"),
    _case("payload_max_bytes", (500, 5_000), "failed", "payloads of 1,000 bytes"),
    _case("limit_rps", (20.0, 100.0), "failed", burst=1),
    _case("burst", (1, 1_000), "failed", limit_rps=20.0),
    _case("user_limit_rps", (5.0, 100.0), "failed", user_burst=1),
    _case("user_burst", (1, 1_000), "failed", user_limit_rps=5.0),
]
