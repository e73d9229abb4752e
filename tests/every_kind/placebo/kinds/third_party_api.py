"""Cases for the third-party API: its limits and its errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene


def _case(name: str, values: Sequence[Any], setting: str, **own: Any) -> Case:
    document = scene("third_party_api", own)
    return Case(name=name, document=document, values=values, shows="failed", setting=setting)


def _price(name: str, setting: str) -> Case:
    """Without the price of each call, which is far more than all others together."""
    document = scene("third_party_api", {"price_million_usd": 0.0}, request={"payload_bytes": 10_000})
    return Case(
        name=name,
        document=document,
        values=(0.0, 50.0),
        shows="cost@subject",
        until_s=5.0,
        setting=setting,
    )


CASES = [
    _price("price_hour_usd", "five seconds"),
    _price("price_internet_usd", "250 answers of 10 kB"),
    _case("limit_rps", (10.0, 100.0), "50 requests/s", burst=10),
    _case("burst", (1, 300), "50 requests/s, 20 of which it takes", limit_rps=20.0),
    _case("error_ratio", (0.0, 0.3), "50 requests/s"),
]
