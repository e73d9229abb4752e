"""Cases for observability: a server that reports, and a collector that is fast or slow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcore.regions import ANYWHERE, REGION_TITLES, REGIONS
from tests.every_kind.placebo.case import SUBJECT, Case
from tests.scenarios import Json, draw, fault

_COST = f"cost@{SUBJECT}"
#: It costs by the bytes alone.
_CHEAP: Json = {"price_hour_usd": 0.0}
_SCRAPES: Json = {"scrape_interval_s": 1.0}
_CRASHES = ((2.0, fault("crash", "server")),)
#: It takes 0.1 s for a record, of which there are 50 a second.
_SLOW: Json = {"ingest_time_per_kb_s": 0.1, "record_bytes": 1000.0, "sample_ratio": 0.0, "channel_count": 1}


def _case(
    name: str,
    values: Sequence[Any],
    setting: str,
    *,
    shows: str = _COST,
    until_s: float = 10.0,
    steps: tuple[tuple[float, Json], ...] = (),
    server: Json | None = None,
    apart_s: float = 0.0,
    **own: Any,
) -> Case:
    nodes = {
        "client": ("users", {"arrival_rate_rps": 50.0, "timeout_s": 100.0}),
        "server": ("web_server", {"queue_capacity": 100_000, **(server or {})}),
        SUBJECT: ("observability", own),
    }
    links = {f"server-{SUBJECT}": {"latency_mean_s": apart_s}}
    document = draw(nodes, f"client>server server>{SUBJECT}", links=links)
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        until_s=until_s,
        setting=setting,
        steps=steps,
    )


_REPORTS = f"failed@server-{SUBJECT}"
#: One request in three fails: it has no time left.
_FAILING: Json = {"worker_count": 1, "service_time_mean_s": 0.05, "queue_capacity": 5}


def _near(home: str, choices: Sequence[str]) -> Case:
    """In another region than those who report; requests wait for their records."""
    case = _case(
        "region", (ANYWHERE, *choices), f"all others in {REGION_TITLES[home]}", shows="latency", until_s=1.5
    )
    for node in case.document["nodes"]:
        node["parameters"] |= {"delivery": "wait"} if node["id"] == SUBJECT else {"region": home}
    return case


CASES = [
    _near("seoul", [name for name in REGIONS[1:] if name != "seoul"]),
    _near("tokyo", ["seoul"]),
    _case("record_bytes", (100.0, 1000.0), "50 requests/s", **_CHEAP),
    _case("sample_ratio", (0.0, 0.5), "50 requests/s", **_CHEAP),
    _case("trace_bytes", (500.0, 5000.0), "a trace of every second request", sample_ratio=0.5, **_CHEAP),
    _case("record_time_s", (0.0, 0.02), "50 requests/s", shows="latency"),
    _case("delivery", ("buffer", "wait"), "a collector 50 ms away", shows="latency", apart_s=0.05),
    _case("buffer_count", (1, 50), "a slow collector", shows=_REPORTS, **{**_SLOW, "channel_count": 10}),
    _case(
        "report_timeout_s",
        (0.2, 2.0),
        "a slow collector that requests wait for",
        shows="latency",
        delivery="wait",
        **_SLOW,
    ),
    _case(
        "scrape_interval_s",
        (1.0, 5.0),
        "all else costs nothing",
        record_bytes=0.0,
        sample_ratio=0.0,
        **_CHEAP,
    ),
    _case(
        "scrape_bytes",
        (1000.0, 100_000.0),
        "looked at every second",
        record_bytes=0.0,
        sample_ratio=0.0,
        **_CHEAP,
        **_SCRAPES,
    ),
    _case(
        "alarm_failed_ratio",
        (0.05, 0.9),
        "a server that refuses many",
        shows=f"alarms@{SUBJECT}",
        server=_FAILING,
        **_SCRAPES,
    ),
    _case(
        "alarm_looks_count",
        (2, 50),
        "a server that crashes",
        shows=f"alarms@{SUBJECT}",
        steps=_CRASHES,
        **_SCRAPES,
    ),
    _case(
        "channel_count",
        (1, 20),
        "records that take 0.1 s",
        shows=f"failed@{SUBJECT}",
        queue_capacity=0,
        **{name: value for name, value in _SLOW.items() if name != "channel_count"},
    ),
    _case("queue_capacity", (0, 1000), "records that take 0.1 s", shows=f"failed@{SUBJECT}", **_SLOW),
    _case("ingest_time_per_kb_s", (0.001, 0.05), "50 records/s", shows=f"utilization@{SUBJECT}"),
    _case("price_gb_usd", (0.5, 5.0), "50 requests/s", **_CHEAP),
    _case("retention_s", (0.0, 315_360_000.0), "50 requests/s", **_CHEAP),
    _case("price_gb_month_usd", (0.0, 5.0), "50 requests/s", **_CHEAP),
]
