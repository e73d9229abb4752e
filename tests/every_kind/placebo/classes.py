"""Cases for the parameters of request classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import CLASS, Case
from tests.every_kind.placebo.common import SHAPES
from tests.scenarios import Json, draw, request_class

_ASKED, _OTHER = "asked", "other"


def _shop(rate_rps: float = 50.0, link: Json | None = None, server: Json | None = None, **asked: Any) -> Json:
    """Return a server with a cache and a database, and two classes of requests, of which the other is a plain read."""
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": rate_rps}),
        "server": ("web_server", {"service_time_mean_s": 0.005, **(server or {})}),
        "cache": ("cache", {"capacity_entries": 100}),
        "database": ("database", {}),
    }
    classes = [
        {**request_class("read"), **asked, "name": _ASKED},
        {**request_class("read"), "name": _OTHER},
    ]
    links = {"client-server": link or {"latency_mean_s": 0.0}}
    return draw(nodes, "client>server server>cache server>database", classes=classes, links=links)


def _case(name: str, values: Sequence[Any], shows: str, setting: str, document: Json) -> Case:
    return Case(
        name=name, document=document, values=values, shows=shows, setting=setting, at=_ASKED, of=CLASS
    )


_NARROW: Json = {"latency_mean_s": 0.0, "bandwidth_bps": 1e7}
_BUSY: Json = {"service_time_mean_s": 0.02, "worker_count": 1, "queue_capacity": 10_000}


def _sized(name: str, values: Sequence[Any], **sizes: Any) -> Case:
    wide = {"latency_mean_s": 0.0, "bandwidth_bps": 1e8}
    document = _shop(150.0, wide, {"service_time_mean_s": 0.0}, payload_bytes=20_000, **sizes)
    return _case(name, values, f"latency_p99@{_ASKED}", "answers of 20 kB over 100 Mbit/s", document)


CASES = [
    _case("share", (0.5, 4.0), f"offered@{_ASKED}", "beside another class", _shop()),
    _case(
        "operation",
        ("read", "write", "job", "static"),
        f"latency@{_ASKED}",
        "a cache and a database",
        _shop(),
    ),
    _case("key_count", (50, 100_000), "hit_ratio@cache", "a cache of 100 records", _shop()),
    _case("zipf_exponent", (0.0, 1.5), "hit_ratio@cache", "a cache of 100 records", _shop(key_count=10_000)),
    _case("payload_bytes", (100, 20_000), f"latency@{_ASKED}", "10 Mbit/s", _shop(link=_NARROW)),
    _sized(
        "payload_distribution",
        ("constant", *[s for s in SHAPES if s != "constant"]),
        payload_cv=3.0,
        payload_values="1, 10",
    ),
    _sized("payload_cv", (0.5, 4.0), payload_distribution="lognormal"),
    _sized("payload_values", ("1", "1, 1, 1, 20"), payload_distribution="empirical"),
    _case("request_bytes", (100, 20_000), f"latency@{_ASKED}", "10 Mbit/s", _shop(link=_NARROW)),
    _case("service_time_factor", (0.5, 3.0), f"latency@{_ASKED}", "one server", _shop()),
    _case(
        "priority",
        (0, 9),
        f"latency@{_ASKED}",
        "a busy server that serves by priority",
        _shop(45.0, server={**_BUSY, "queue_discipline": "priority"}, priority=0),
    ),
    _case(
        "deadline_s",
        (0.05, 2.0),
        "failed",
        "a busy server",
        _shop(45.0, server=_BUSY),
    ),
]
