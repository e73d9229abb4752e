"""Cases for the cache: beside a server, with and without a database behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.machines import memories
from tests.scenarios import Json, draw, fault, request_class


def _shop(
    own: Json,
    *,
    rate_rps: float = 200.0,
    key_count: int = 1_000,
    zipf_exponent: float = 0.9,
    writes: float = 0.0,
    policy: str = "cache_aside",
    database: Json | None = None,
) -> Json:
    """Return a server with the cache and a database; the cache writes back if the policy says so."""
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": rate_rps}),
        "server": ("web_server", {"service_time_mean_s": 0.001, "write_policy": policy}),
        "subject": ("cache", own),
        "database": ("database", {"connection_count": 64, **(database or {})}),
    }
    keys: Json = {"key_count": key_count, "zipf_exponent": zipf_exponent}
    classes = [request_class("read", share=1.0 - writes, **keys)]
    if writes:
        classes.append(request_class("write", share=writes, **keys))
    back = " subject>database" if policy == "write_back" else ""
    return draw(nodes, f"client>server server>subject server>database{back}", classes=classes)


def _case(
    name: str, values: Sequence[Any], shows: str, setting: str, document: Json, *steps: tuple[float, Json]
) -> Case:
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


_HITS = "hit_ratio@subject"
_CRASH = (9.0, fault("crash", "subject"))
_SLOW: Json = {"write_time_mean_s": 0.05, "service_time_distribution": "constant"}


def _back(own: Json, database: Json | None = None) -> Json:
    return _shop(own, rate_rps=60.0, writes=0.9, policy="write_back", database=database)


CASES = [
    *memories(_shop({"capacity_entries": 4, "price_million_usd": 0.0})),
    _case("capacity_entries", (50, 500), _HITS, "1,000 keys", _shop({})),
    _case(
        "eviction_policy",
        ("lru", "lfu", "fifo", "random"),
        _HITS,
        "room for 50 of 1,000 keys",
        _shop({"capacity_entries": 50}, rate_rps=400.0, zipf_exponent=1.1),
    ),
    _case(
        "ttl_s",
        (0.2, 100.0),
        f"{_HITS}, stale_reads",
        "writes that pass the cache by",
        _shop({}, key_count=100, writes=0.2, policy="write_around"),
    ),
    _case(
        "ttl_mode",
        ("fixed", "sliding"),
        _HITS,
        "records live for a second",
        _shop({"ttl_s": 1.0}, key_count=100),
    ),
    _case(
        "ttl_jitter_ratio",
        (0.0, 1.0),
        _HITS,
        "records live for a second",
        _shop({"ttl_s": 1.0}, key_count=100),
    ),
    _case("flush_interval_s", (0.1, 8.0), "lost_writes", "a crash with writes in memory", _back({}), _CRASH),
    _case(
        "flush_connection_count",
        (1, 16),
        "lost_writes",
        "a slow database, and a crash",
        _back({}, _SLOW),
        _CRASH,
    ),
    _case(
        "flush_timeout_s",
        (0.01, 5.0),
        "lost_writes",
        "a slow database, and a crash",
        _back({}, _SLOW),
        _CRASH,
    ),
]
