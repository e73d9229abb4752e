"""The systems that the engine's tests break: small, and with nothing random but the arrivals where possible."""

from __future__ import annotations

from typing import Any

from simcore import Simulation
from tests.scenarios import Json, draw, request_class

IDLE: Json = {"service_time_mean_s": 0.0, "worker_count": 1000, "queue_capacity": 100_000}
CONSTANT: Json = {"service_time_distribution": "constant"}


def replicated(
    *, primary: Json | None = None, replicas: int = 2, users: Json | None = None, read_replicas: bool = True
) -> Json:
    """Return users, a server, and a primary with replicas; half of the requests write.

    With `read_replicas` the server is connected with every member and reads from the replicas.
    """
    names = [f"replica-{i}" for i in range(1, replicas + 1)]
    database = {"read_time_mean_s": 0.001, "write_time_mean_s": 0.002, **CONSTANT}
    wires = ["users>server", "server>primary", *(f"primary>{name}" for name in names)]
    if read_replicas:
        wires += [f"server>{name}" for name in names]
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 200.0, "arrival_process": "constant", **(users or {})}),
            "server": ("web_server", IDLE),
            "primary": ("database", {**database, **(primary or {})}),
            **dict.fromkeys(names, ("database", database)),
        },
        " ".join(wires),
        classes=[request_class("read", key_count=50), request_class("write", key_count=50)],
    )


def with_parameters(document: Json, prefix: str, **parameters: Any) -> Json:
    """Return the document with parameters set on every node whose id begins with the prefix."""
    nodes = [
        {**node, "parameters": {**node["parameters"], **parameters}}
        if node["id"].startswith(prefix)
        else node
        for node in document["nodes"]
    ]
    return {**document, "nodes": nodes}


def balanced(
    count: int = 3, *, balancer: Json | None = None, server: Json | None = None, users: Json | None = None
) -> Json:
    """Return users and a balancer in front of servers s1, s2, ... that take 10 ms for each request."""
    names = [f"s{i}" for i in range(1, count + 1)]
    station = {"service_time_mean_s": 0.01, "worker_count": 4, **CONSTANT, **(server or {})}
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 300.0, "arrival_process": "constant", **(users or {})}),
            "balancer": ("load_balancer", {"forward_time_mean_s": 0.0, **(balancer or {})}),
            **dict.fromkeys(names, ("web_server", station)),
        },
        "users>balancer " + " ".join(f"balancer>{name}" for name in names),
    )


def happenings(simulation: Simulation, kind: str) -> list[Json]:
    """Return the happenings of one kind since the last frame."""
    return [event for event in simulation.frame()["events"] if event["kind"] == kind]


def column(simulation: Simulation, frame: Json, name: str) -> dict[str, Any]:
    """Return a column of a frame by node id."""
    return dict(zip(simulation.layout()["nodes"], frame["nodes"][name], strict=True))


def edge_column(simulation: Simulation, frame: Json, name: str) -> dict[str, Any]:
    """Return a column of a frame by edge id."""
    return dict(zip(simulation.layout()["edges"], frame["edges"][name], strict=True))
