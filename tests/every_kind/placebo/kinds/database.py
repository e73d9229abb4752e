"""Cases for the database: as a primary with a replica, or as the replica."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.scenarios import INSTANT, Json, draw, fault, heal, request_class

_SOON: Json = {"health_check_interval_s": 0.5, "promotion_time_s": 0.5}


def _pair(
    *,
    primary: Json | None = None,
    replica: Json | None = None,
    subject: str,
    between_s: float = 0.0,
    writes: float = 0.5,
    key_count: int = 1_000,
) -> Json:
    """Return a server with two databases, of which one, named by `subject`, is looked at."""
    names = {"primary": "other", "replica": "other", subject: "subject"}
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 60.0}),
        "server": (
            "web_server",
            {"service_time_mean_s": 0.001, "timeout_s": 1.0, "health_check_interval_s": 0.5},
        ),
        names["primary"]: ("database", {**_SOON, **(primary or {})}),
        names["replica"]: ("database", {**_SOON, **(replica or {})}),
    }
    classes = [
        request_class("read", share=1.0 - writes, key_count=key_count),
        request_class("write", share=writes, key_count=key_count),
    ]
    main, second = names["primary"], names["replica"]
    return draw(
        nodes,
        f"client>server server>{main} server>{second} {main}>{second}",
        classes=classes,
        links={f"{main}-{second}": {**INSTANT, "latency_mean_s": between_s}},
    )


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str,
    document: Json,
    *steps: tuple[float, Json],
    until_s: float = 15.0,
) -> Case:
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        setting=setting,
        steps=steps,
        until_s=until_s,
    )


_MODES = ("asynchronous", "semi_synchronous", "synchronous")
_CRASH = (3.0, fault("crash", "other"))
_HANG = (3.0, fault("hang", "other"))
_LOST = "the primary crashes"
_LATE: Json = {"ship_interval_s": 1.0}


def _replica(**own: Any) -> Json:
    return _pair(subject="replica", replica=own)


def _alone(name: str, values: Sequence[Any], setting: str, operation: str, **own: Any) -> Case:
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 60.0}),
        "server": ("web_server", {"service_time_mean_s": 0.001}),
        "subject": ("database", {"read_time_mean_s": 0.01, "write_time_mean_s": 0.01, **own}),
    }
    document = draw(nodes, "client>server server>subject", classes=[request_class(operation, key_count=1)])
    return _case(name, values, "latency, utilization@subject", setting, document)


CASES = [
    _alone("row_locks", (False, True), "writes of one record", "write"),
    _alone("join_ratio", (0.0, 0.5), "60 reads per second", "read"),
    _alone("join_time_factor", (1.0, 10.0), "half of the reads join", "read", join_ratio=0.5),
    _case(
        "replication_mode",
        _MODES,
        "latency",
        "a replica 20 ms away",
        _pair(subject="primary", between_s=0.02),
        until_s=8.0,
    ),
    _case(
        "replication_mode",
        _MODES,
        "lost_writes",
        "the primary crashes before it has delivered its log",
        _pair(subject="primary", replica=_LATE),
        (5.3, fault("crash", "subject")),
    ),
    _case(
        "ship_interval_s",
        (0.01, 1.0),
        "stale_reads",
        "reads from a replica",
        _pair(subject="replica", key_count=30),
    ),
    _case(
        "apply_time_mean_s",
        (0.0001, 0.03),
        "stale_reads",
        "reads from a replica",
        _pair(subject="replica", replica={"ship_interval_s": 0.01}, key_count=30),
    ),
    _case("automatic_failover", (False, True), "failed", _LOST, _replica(), _CRASH),
    _case("promotion_time_s", (0.0, 6.0), "failed", _LOST, _replica(), _CRASH),
    _case(
        "fencing",
        (False, True),
        "diverged_writes",
        "the two databases lose sight of each other",
        _replica(),
        (3.0, fault("partition", edge_id="other-subject")),
        (9.0, heal(edge_id="other-subject")),
    ),
    _case("health_check_interval_s", (0.2, 3.0), "failed", _LOST, _replica(), _CRASH),
    _case("health_check_timeout_s", (0.1, 3.0), "failed", "the primary hangs", _replica(), _HANG),
    _case("unhealthy_threshold", (1, 15), "failed", _LOST, _replica(), _CRASH),
    _case(
        "healthy_threshold",
        (1, 50),
        "lost_writes",
        "the primary hangs for a while",
        _pair(subject="replica", replica={**_LATE, "promotion_time_s": 6.0}),
        _HANG,
        (9.0, heal("other")),
        until_s=20.0,
    ),
]
