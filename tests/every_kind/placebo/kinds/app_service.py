"""Cases for the application service: those of a web server, and how it calls others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.every_kind.placebo.case import SUBJECT, Case
from tests.every_kind.placebo.kinds import web_server
from tests.scenarios import Json, draw, fault


def _as_service(case: Case) -> Case:
    """Return a case of the web server with an application service in its place."""
    nodes = [
        {**node, "kind": "app_service"} if node["id"] == SUBJECT else node for node in case.document["nodes"]
    ]
    return replace(case, document={**case.document, "nodes": nodes})


def _calls(
    name: str, values: Sequence[Any], shows: str, setting: str, *steps: tuple[float, Json], **own: Any
) -> Case:
    callee = {"service_time_mean_s": 0.03, "worker_count": 100}
    document = draw(
        {
            "client": ("users", {"arrival_rate_rps": 50.0}),
            "subject": ("app_service", {"service_time_mean_s": 0.001, "worker_count": 100, **own}),
            "callee-1": ("web_server", callee),
            "callee-2": ("web_server", callee),
        },
        "client>subject subject>callee-1 subject>callee-2",
    )
    return Case(name=name, document=document, values=values, shows=shows, setting=setting, steps=steps)


CASES = [
    *map(_as_service, web_server.CASES),
    _calls("call_order", ("sequence", "parallel"), "latency", "two services"),
    _calls(
        "on_service_failure",
        ("fail", "degrade"),
        "failed, degraded@subject",
        "one of two services crashes",
        (5.0, fault("crash", "callee-2")),
    ),
]
