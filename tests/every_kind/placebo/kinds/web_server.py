"""Cases for the web server: its line, its processor, and how it uses caches and databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene, works
from tests.scenarios import Json, draw, fault, request_class

_BURSTS: Json = {
    "arrival_process": "bursty",
    "burst_factor": 4.0,
    "burst_length_mean_s": 0.5,
    "lull_length_mean_s": 2.0,
}


def _line(
    name: str, values: Sequence[Any], shows: str, setting: str, *, until_s: float = 30.0, **own: Any
) -> Case:
    """One worker, and requests in bursts."""
    parameters = {**works("web_server", 0.02), "queue_capacity": 1000, **own}
    document = scene("web_server", parameters, client=_BURSTS, rate_rps=35.0)
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, until_s=until_s)


def _classes(name: str, values: Sequence[Any], shows: str, **own: Any) -> Case:
    """A busy server, and two classes of which one is less important."""
    parameters = {**works("web_server", 0.02), "queue_capacity": 1000, **own}
    document = scene("web_server", parameters, rate_rps=43.0)
    asked = document["workload"]["classes"][0]
    document["workload"]["classes"] = [asked, {**asked, "name": "less", "priority": 5}]
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        setting="a busy server, and half of the requests are less important",
        until_s=40.0,
    )


def _shop(
    own: Json,
    *,
    caches: int = 1,
    databases: int = 1,
    rate_rps: float = 100.0,
    writes: float = 0.0,
    back: bool = False,
    **keys: Any,
) -> Json:
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": rate_rps}),
        "subject": ("web_server", {"service_time_mean_s": 0.001, "worker_count": 1000, **own}),
    }
    wires = ["client>subject"]
    for number in range(1, caches + 1):
        nodes[f"cache-{number}"] = ("cache", {"service_time_mean_s": 0.001})
        wires.append(f"subject>cache-{number}")
        wires += [f"cache-{number}>database-1"] if back else []
    for number in range(1, databases + 1):
        nodes[f"database-{number}"] = ("database", works("database", 0.01, count=100))
        wires.append(f"subject>database-{number}")
    classes = [{**request_class("read", share=1.0 - writes), **keys}]
    if writes:
        classes.append({**request_class("write", share=writes), **keys})
    return draw(nodes, " ".join(wires), classes=classes)


def _case(
    name: str, values: Sequence[Any], shows: str, setting: str, document: Json, *steps: tuple[float, Json]
) -> Case:
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


_CACHES = "imbalance@cache-1+cache-2+cache-3"
_POPULAR: Json = {"key_count": 100, "zipf_exponent": 1.2}


def _policy(figure: str, choice: str, *, back: bool = False) -> Case:
    return _case(
        "write_policy",
        ("cache_aside", choice),
        figure,
        "reads and writes of 100 keys",
        _shop({}, writes=0.4, key_count=100, back=back),
    )


CASES = [
    _case("session_memory", ("none", "own"), "latency", "100 requests/s of 1,000 people", _shop({})),
    _case(
        "login_time_mean_s",
        (0.05, 0.5),
        "latency",
        "sessions in its own memory",
        _shop({"session_memory": "own"}),
    ),
    _line("queue_wait_max_s", (0.02, 2.0), "failed, latency", "requests in bursts"),
    _line("shed_interval_s", (0.0, 5.0), "failed", "requests in bursts", queue_wait_max_s=0.05),
    _case(
        "job_time_mean_s",
        (0.1, 1.0),
        "latency",
        "no queue to leave jobs in",
        scene("web_server", operation="job"),
    ),
    _classes("queue_discipline", ("fifo", "lifo", "priority"), "latency_p99, latency@less"),
    _case(
        "cache_placement",
        ("key_hash", "range", "ring", "ring_bounded"),
        _CACHES,
        "three caches, and some keys are popular",
        _shop({}, caches=3, **_POPULAR),
    ),
    _case(
        "cache_placement",
        ("key_hash", "modulo"),
        "calls@database-1",
        "one of three caches crashes",
        _shop({"health_check_interval_s": 0.2}, caches=3, key_count=300),
        (5.0, fault("crash", "cache-3")),
    ),
    _case(
        "virtual_node_count",
        (1, 1000),
        _CACHES,
        "three caches",
        _shop({"cache_placement": "ring"}, caches=3, key_count=2_000),
    ),
    _case(
        "load_bound_factor",
        (1.0, 10.0),
        _CACHES,
        "three caches, and some keys are popular",
        _shop({"cache_placement": "ring_bounded"}, caches=3, rate_rps=400.0, **_POPULAR),
    ),
    _policy("hit_ratio@cache-1", "write_through"),
    _policy("latency", "write_back", back=True),
    _policy("stale_reads", "write_around"),
    _case("scatter_ratio", (0.0, 1.0), "calls@database-1", "two databases", _shop({}, caches=0, databases=2)),
    _case(
        "scatter_need_count",
        (1, 2),
        "latency",
        "two databases",
        _shop({"scatter_ratio": 1.0}, caches=0, databases=2),
    ),
    _case(
        "single_flight",
        (False, True),
        "calls@database-1",
        "one popular key",
        _shop({}, caches=0, key_count=1),
    ),
]
