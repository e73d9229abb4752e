"""Cases for the name server: twenty people who ask it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json, fault, heal

_PEOPLE = {"user_count": 20}

_ALL = "imbalance@callee-1+callee-2+callee-3+callee-4"


def _answers(values: Sequence[Any], shows: str, setting: str, regions: Sequence[str]) -> Case:
    """Return people in Seoul who ask before each request, and an address in each of some regions."""
    people = {"user_count": 1, "region": "seoul"}
    document = scene("dns", {"ttl_s": 0.0}, client=people, callees=len(regions), rate_rps=5.0)
    for node in document["nodes"]:
        number = node["id"].removeprefix("callee-")
        if number.isdecimal():
            node["parameters"]["region"] = regions[int(number) - 1]
    for wire in document["edges"]:
        wire["parameters"] |= {"weight": 4.0} if wire["target"] == "callee-1" else {}
    return Case(name="routing_policy", document=document, values=values, shows=shows, setting=setting)


def _checked(name: str, values: Sequence[Any], shows: str, *steps: tuple[float, Json], **own: Any) -> Case:
    """Return people who often ask for one of two addresses, of which one fails."""
    kept = {"ttl_s": 0.2, "health_checks": True, "health_check_interval_s": 0.5, **own}
    kept = {key: value for key, value in kept.items() if key != name}
    people = {"user_count": 20, "timeout_s": 0.2}
    document = scene("dns", {"lookup_time_mean_s": 0.001, **kept}, client=people, callees=2, rate_rps=30.0)
    return Case(
        name=name, document=document, values=values, shows=shows, steps=steps, setting="one of two fails"
    )


_CRASH = (3.0, fault("crash", "callee-2"))
_HANG = (3.0, fault("hang", "callee-2"))

CASES = [
    _answers(
        ("round_robin", "random", "weighted", "failover"),
        _ALL,
        "four addresses, one with four times the weight",
        ["seoul"] * 4,
    ),
    _answers(
        ("round_robin", "latency", "geo"),
        "latency",
        "people in Seoul, addresses there and in Virginia",
        ["virginia", "seoul"],
    ),
    _checked("health_checks", (False, True), "failed", _CRASH),
    _checked("health_check_interval_s", (0.2, 5.0), "failed", _CRASH),
    _checked("health_check_timeout_s", (0.1, 3.0), "failed", _HANG),
    _checked("unhealthy_threshold", (1, 20), "failed", _CRASH),
    _checked("healthy_threshold", (1, 20), "imbalance@callee-1+callee-2", _CRASH, (5.0, heal("callee-2"))),
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
