"""Cases for the parameters of connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import EDGE, Case
from tests.every_kind.placebo.common import SHAPES
from tests.scenarios import Json, draw, request_class

_PIPE = "client-server"


def _pipe(link: Json, payload_bytes: int = 1_000, timeout_s: float = 10.0) -> Json:
    """Return one server that takes no time, at the end of one connection."""
    asked: Json = {**request_class("read"), "payload_bytes": payload_bytes}
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 150.0, "timeout_s": timeout_s}),
        "server": ("web_server", {"service_time_mean_s": 0.0}),
    }
    return draw(nodes, "client>server", classes=[asked], links={_PIPE: link})


def _case(
    name: str, values: Sequence[Any], shows: str, setting: str, document: Json, at: str = _PIPE
) -> Case:
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, at=at, of=EDGE)


def _varying(name: str, values: Sequence[Any], **link: Any) -> Case:
    varied = {"latency_mean_s": 0.02, "latency_cv": 3.0, **link}
    return _case(name, values, "latency_p99", "1,500 requests", _pipe(varied))


def _two_ways() -> Json:
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 50.0}),
        "balancer": ("load_balancer", {"routing_policy": "weighted"}),
        "one": ("web_server", {}),
        "other": ("web_server", {}),
    }
    return draw(nodes, "client>balancer balancer>one balancer>other")


CASES = [
    _case("latency_mean_s", (0.001, 0.1), "latency", "one connection", _pipe({})),
    _varying(
        "latency_distribution",
        ("constant", *[shape for shape in SHAPES if shape != "constant"]),
        latency_values="1, 10",
    ),
    _varying("latency_cv", (0.5, 4.0), latency_distribution="lognormal"),
    _varying("latency_values", ("1", "1, 1, 1, 20"), latency_distribution="empirical"),
    _case("bandwidth_bps", (2e6, 1e8), "latency", "answers of 1,000 bytes, 150 a second", _pipe({})),
    _case("loss_ratio", (0.0, 0.2), "failed", "one connection", _pipe({}, timeout_s=0.5)),
    _case("weight", (1.0, 9.0), "offered@one", "two servers by weight", _two_ways(), "balancer-one"),
    _case("drained", (False, True), "imbalance@one+other", "two servers", _two_ways(), "balancer-one"),
    _case("request_classes", ("", "read"), "imbalance@one+other", "two servers", _two_ways(), "balancer-one"),
]
