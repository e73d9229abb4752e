"""Cases for the scheduler: jobs by the clock, at servers and workers that are fast or slow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import SUBJECT, Case
from tests.scenarios import Json, draw, fault, heal, request_class

_OFFERED = f"offered@{SUBJECT}"
#: Ten jobs a second.
_OFTEN: Json = {"interval_s": 1.0, "job_count": 10}
_SLOW: Json = {"worker_count": 1, "service_time_mean_s": 0.02, "queue_capacity": 1000}


def _case(
    name: str,
    values: Sequence[Any],
    setting: str,
    *,
    shows: str = _OFFERED,
    until_s: float = 10.0,
    callee: tuple[str, Json] = ("web_server", {}),
    steps: tuple[tuple[float, Json], ...] = (),
    **own: Any,
) -> Case:
    nodes = {SUBJECT: ("scheduler", {**_OFTEN, **own}), "callee-1": callee}
    document = draw(nodes, f"{SUBJECT}>callee-1")
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        until_s=until_s,
        setting=setting,
        steps=steps,
    )


def _two(name: str, values: Sequence[Any], setting: str, **own: Any) -> Case:
    """One stands by for another, which crashes after 5 s."""
    nodes = {
        SUBJECT: ("scheduler", {**_OFTEN, **own}),
        "other": ("scheduler", _OFTEN),
        "callee-1": ("web_server", {}),
    }
    document = draw(nodes, f"{SUBJECT}>callee-1 other>callee-1 {SUBJECT}>other")
    steps = ((5.0, fault("crash", "other")),) if name == "lease_s" else ()
    return Case(
        name=name,
        document=document,
        values=values,
        shows=_OFFERED,
        until_s=15.0,
        setting=setting,
        steps=steps,
    )


def _of_classes() -> Case:
    nodes = {SUBJECT: ("scheduler", _OFTEN), "server": ("web_server", {}), "database": ("database", {})}
    classes = [request_class("read"), request_class("static")]
    document = draw(nodes, f"{SUBJECT}>server server>database", classes=classes)
    return Case(
        name="job_class",
        document=document,
        values=("", "static"),
        shows="calls@database",
        setting="jobs that read, or fetch files",
    )


_PAUSE = ((3.0, fault("crash", SUBJECT)), (12.2, heal(SUBJECT)))
_TOO_LONG = ("worker", {"service_time_mean_s": 0.7, "worker_count": 4})
_ERRS = ("third_party_api", {"error_ratio": 0.5, "service_time_mean_s": 0.01})

CASES = [
    _case("schedule", ("interval", "daily"), "every second, or once in a day of 5 s", day_length_s=5.0),
    _case("interval_s", (0.5, 2.0), "ten jobs at a time"),
    _case("day_length_s", (1.0, 5.0), "once in a day", schedule="daily"),
    _case("offset_s", (0.0, 3.0), "every 4 s", interval_s=4.0),
    _case("job_count", (10, 50), "every second"),
    _case(
        "spread_s",
        (0.0, 1.0),
        "a server that does one at a time",
        shows=f"latency@{SUBJECT}",
        callee=("web_server", _SLOW),
        interval_s=2.0,
        job_count=30,
    ),
    _of_classes(),
    _case(
        "overlap",
        ("overlap", "skip", "queue"),
        "jobs that take longer than the interval",
        shows=f"failed@{SUBJECT}, latency@{SUBJECT}",
        callee=_TOO_LONG,
        until_s=20.0,
    ),
    _case(
        "catch_up",
        ("none", "latest", "all"),
        "down for 9 s",
        interval_s=5.0,
        offset_s=0.5,
        until_s=14.9,
        steps=_PAUSE,
    ),
    _two("lock", ("lease", "none"), "another does the same"),
    _two("lease_s", (1.0, 8.0), "the other crashes after 5 s"),
    _case("timeout_s", (0.05, 5.0), "a slow server", shows=f"failed@{SUBJECT}", callee=("web_server", _SLOW)),
    _case("attempts_max", (1, 5), "half of all calls fail", shows=f"failed@{SUBJECT}", callee=_ERRS),
    _case(
        "backoff_base_s",
        (0.01, 2.0),
        "half of all calls fail",
        shows=f"latency@{SUBJECT}",
        callee=_ERRS,
        attempts_max=5,
    ),
]
