"""Remarks on settings that do not go together: each shows where it should, with its numbers, and not where it should not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from simcore import analyze, parse
from tests.scenarios import Json, draw, request_class

_READS = [request_class("read")]
_BOTH = [request_class("read"), request_class("write", share=0.25)]

#: Each remark: the drawing, its wires and classes, what makes it show (node, parameter, value), where, and its values;
#: then another value with which it does not.
CASES: Mapping[str, Any] = {
    "A024": (
        {
            "client": ("users", {"traffic_shape": "spike", "spike_factor": 10.0, "spike_rise_s": 60.0}),
            "server": ("web_server", {}),
            "scaler": ("autoscaler", {"period_s": 15.0, "target_value": 0.5}),
        },
        "client>server scaler>server",
        _READS,
        ("scaler", "boot_delay_s", 25.0),
        ("scaler", {"reaction": 40, "growth": 7, "spare": 2}),  # in 40 s of the 60 s from 1 to 10 times
        ("client", "spike_factor", 2.0),
    ),
    "A025": (
        {"client": ("users", {"arrival_rate_rps": 80.0}), "names": ("dns", {}), "server": ("web_server", {})},
        "client>names names>server client>server",
        _READS,
        ("names", "ttl_s", 0.0),
        ("names", {"rate": 80}),
        ("names", "ttl_s", 60.0),
    ),
    "A026": (
        {
            "client": ("users", {"arrival_rate_rps": 50.0}),
            "server": ("web_server", {"write_policy": "write_around"}),
            "cache": ("cache", {}),
            "store": ("database", {}),
        },
        "client>server server>cache server>store",
        _BOTH,
        ("cache", "ttl_s", 0.0),
        ("cache", {"rate": 10}),
        ("server", "write_policy", "cache_aside"),
    ),
    "A027": (
        {
            "client": ("users", {}),
            "server": ("web_server", {}),
            "one": ("database", {"health_check_interval_s": 2.0, "unhealthy_threshold": 3}),
            "two": ("database", {}),
        },
        "client>server server>one one>two",
        _BOTH,
        ("one", "replication_mode", "synchronous"),
        ("one", {"replica": "two", "detection": 5}),
        ("one", "replication_mode", "asynchronous"),
    ),
    "A028": (
        {"client": ("users", {}), "server": ("web_server", {}), "other": ("third_party_api", {"service_time_mean_s": 2.0})},
        "client>server server>other",
        _READS,
        ("server", "timeout_s", 0.5),
        ("server", {"timeout": 0.5, "work": 2, "callee": "other"}),
        ("server", "timeout_s", 5.0),
    ),
    "A029": (
        {"client": ("users", {"timeout_s": 10.0}), "server": ("web_server", {"timeout_s": 4.0}), "store": ("database", {})},
        "client>server server>store",
        _READS,
        ("server", "attempts_max", 3),
        ("server", {"tries": 3, "longer": 12, "timeout": 10}),
        ("server", "attempts_max", 2),
    ),
}  # fmt: skip


def _found(code: str, *changes: tuple[str, str, Any]) -> list[tuple[str | None, Mapping[str, Any]]]:
    nodes, wires, classes, *_ = CASES[code]
    document: Json = draw(nodes, wires, classes=classes)
    for node_id, name, value in changes:
        next(node for node in document["nodes"] if node["id"] == node_id)["parameters"][name] = value
    scenario = parse(document).scenario
    assert scenario is not None
    return [(item.node_id, item.values) for item in analyze(scenario).diagnostics if item.code == code]


@pytest.mark.parametrize("code", CASES)
def test_a_remark_shows_with_its_numbers_and_not_without_its_reason(code: str) -> None:
    *_, cause, (node_id, values), cure = CASES[code]
    ((found_at, found),) = _found(code, cause)
    assert found_at == node_id
    assert {name: found[name] for name in values} == values
    assert _found(code, cause, cure) == []


def test_traffic_that_grows_slowly_or_stands_still_can_be_followed() -> None:
    cause = CASES["A024"][3]
    assert _found("A024", cause, ("client", "spike_rise_s", 3600.0)) == []
    assert _found("A024", cause, ("client", "traffic_shape", "steady")) == []
    assert (
        _found("A024", cause, ("client", "traffic_shape", "steady"), ("client", "arrival_process", "bursty"))
        != []
    )
