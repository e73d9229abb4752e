"""Cases for the load balancer: three servers, each of which does one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene, works
from tests.scenarios import Json, fault, heal

_ALL = "imbalance@callee-1+callee-2+callee-3"
_SERVER: Json = {**works("web_server", 0.03), "queue_capacity": 10_000}
_KEYS: Json = {"key_count": 2_000, "zipf_exponent": 0.0}
_UNEQUAL: Json = {"key_count": 200, "zipf_exponent": 1.0}
#: Checks that find nothing wrong for a long time, but bring a server back soon.
_LATE: Json = {"health_check_interval_s": 0.2, "unhealthy_threshold": 100, "healthy_threshold": 1}


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str,
    *steps: tuple[float, Json],
    rate_rps: float = 70.0,
    until_s: float = 15.0,
    request: Json | None = None,
    client: Json | None = None,
    server: Json | None = None,
    **own: Any,
) -> Case:
    document = scene(
        "load_balancer",
        own,
        callees=3,
        callee=server or _SERVER,
        rate_rps=rate_rps,
        request=request,
        client=client,
    )
    for wire in document["edges"]:
        wire["parameters"] |= {"weight": 3.0} if wire["target"] == "callee-3" else {}
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        setting=setting,
        steps=steps,
        until_s=until_s,
    )


_CRASH = (3.0, fault("crash", "callee-2"))
_SLOW = (0.1, fault("slow", "callee-2", factor=5.0))
_PEOPLE: Json = {"user_count": 4}

CASES = [
    _case(
        "routing_policy",
        ("round_robin", "random", "least_outstanding", "power_of_two"),
        "latency",
        "three servers, busy for 70 % of the time",
        until_s=40.0,
    ),
    _case(
        "routing_policy",
        ("round_robin", "weighted", "key_hash", "modulo", "range", "ring", "ring_bounded"),
        _ALL,
        "three servers, one with three times the weight; some keys are popular",
        request=_UNEQUAL,
    ),
    _case(
        "routing_policy",
        ("round_robin", "user_hash", "failover"),
        _ALL,
        "four people, and one server with three times the weight",
        client=_PEOPLE,
    ),
    _case("routing_policy", ("round_robin", "least_latency"), _ALL, "one server is slow", _SLOW),
    _case(
        "latency_memory_s",
        (0.2, 100.0),
        _ALL,
        "one server is slow",
        _SLOW,
        rate_rps=20.0,
        until_s=30.0,
        routing_policy="least_latency",
    ),
    _case("layer", ("l7", "l4"), _ALL, "four people", client=_PEOPLE),
    _case("connection_idle_s", (0.001, 1000.0), _ALL, "four people", client=_PEOPLE, layer="l4"),
    _case("connections_max", (2, 1000), "failed", "three busy servers"),
    _case("sticky_sessions", (False, True), _ALL, "four people", client=_PEOPLE),
    _case("session_count_max", (1, 1000), _ALL, "four people", client=_PEOPLE, sticky_sessions=True),
    _case("ejection_failures", (1, 1000), "failed", "a server crashes", _CRASH, **_LATE),
    _case(
        "ejection_time_s",
        (0.5, 60.0),
        _ALL,
        "a server crashes and is back",
        _CRASH,
        (4.0, heal("callee-2")),
        **_LATE,
        ejection_failures=2,
    ),
    _case("virtual_node_count", (1, 1000), _ALL, "2,000 keys", request=_KEYS, routing_policy="ring"),
    _case(
        "load_bound_factor",
        (1.0, 10.0),
        _ALL,
        "some keys are popular",
        request={"key_count": 10, "zipf_exponent": 1.5},
        routing_policy="ring_bounded",
    ),
]
