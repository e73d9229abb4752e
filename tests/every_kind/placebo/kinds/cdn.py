"""Cases for the CDN: people who want a hundred files of 1,000 bytes, from one point of presence with one origin or two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene, works
from tests.scenarios import Json, fault, heal, request_class

_HITS = "hit_ratio@subject, calls@callee-1"
_FILES = "100 files of 1,000 bytes"


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str = _FILES,
    *steps: tuple[float, Json],
    operation: str = "static",
    files: int = 100,
    zipf_exponent: float = 0.0,
    origin: Json | None = None,
    origins: int = 1,
    writes: float = 0.0,
    until_s: float = 20.0,
    **own: Any,
) -> Case:
    asked = {"key_count": files, "zipf_exponent": zipf_exponent, "payload_bytes": 1_000}
    document = scene(
        "cdn", own, callees=origins, callee=origin, operation=operation, rate_rps=100.0, request=asked
    )
    if writes:
        document["workload"]["classes"].append(request_class("write", share=writes, key_count=files))
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        setting=setting,
        steps=steps,
        until_s=until_s,
    )


def _watched(name: str, values: Sequence[Any], figure: str, *steps: tuple[float, Json], **own: Any) -> Case:
    """Return requests that all go to the origin, of which there are two."""
    kept: Json = {"timeout_s": 0.2, "attempts_max": 1, "health_check_interval_s": 0.5, **own}
    return _case(
        name, values, figure, "the first of two origins fails", *steps, operation="read", origins=2, **kept
    )


_CRASH = (3.0, fault("crash", "callee-1"))
_HANG = (3.0, fault("hang", "callee-1"))

CASES = [
    _case("kept_classes", ("static", "static_and_reads"), "calls@callee-1", "reads", operation="read"),
    _case("capacity_bytes", (10_000.0, 80_000.0), _HITS),
    _case("file_count_max", (10, 80), _HITS),
    _case(
        "eviction_policy",
        ("lru", "lfu", "fifo", "random"),
        "hit_ratio@subject",
        "500 files, some of them popular, and room for 20",
        files=500,
        zipf_exponent=1.0,
        capacity_bytes=20_000.0,
        until_s=100.0,
    ),
    _case("ttl_s", (0.5, 1000.0), _HITS),
    _case("egress_bps", (1e6, 1e8), "latency"),
    _case(
        "serve_stale_s",
        (0.0, 1000.0),
        "failed",
        "the origin crashes",
        (5.0, fault("crash", "callee-1")),
        ttl_s=1.0,
        attempts_max=1,
    ),
    _case(
        "single_flight",
        (False, True),
        "calls@callee-1",
        "five files, and an origin that takes half a second",
        files=5,
        ttl_s=1.0,
        origin=works("web_server", 0.5, count=1000),
    ),
    _case("purge_on_write", (False, True), _HITS, "a tenth of the requests write", writes=0.1),
    _case("release_interval_s", (0.5, 1000.0), _HITS),
    _case("hit_time_mean_s", (0.001, 0.05), "latency"),
    _watched("health_check_interval_s", (0.2, 5.0), "failed", _CRASH),
    _watched("health_check_timeout_s", (0.1, 3.0), "failed", _HANG),
    _watched("unhealthy_threshold", (1, 20), "failed", _CRASH),
    _watched("healthy_threshold", (1, 20), "calls@callee-1", _CRASH, (5.0, heal("callee-1"))),
]
