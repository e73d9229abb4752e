"""Drawings that journeys begin with."""

from __future__ import annotations

from typing import Any


def node(kind: str, name: str, *, x: float, y: float = 200, **parameters: Any) -> dict[str, Any]:
    """Return a node whose id is its name in lower case."""
    node_id = name.lower().replace(" ", "-")
    return {"id": node_id, "kind": kind, "name": name, "x": x, "y": y, "parameters": parameters}


def document(nodes: list[dict[str, Any]], *pairs: str) -> dict[str, Any]:
    """Return a scenario of nodes and of connections such as `users>web-server`."""
    edges = [
        {
            "id": pair.replace(">", "_"),
            "source": pair.split(">")[0],
            "target": pair.split(">")[1],
            "parameters": {},
        }
        for pair in pairs
    ]
    return {
        "version": 1, "name": "Journey", "seed": 1, "nodes": nodes, "edges": edges, "groups": [], "faults": [], "notes": ""
    }  # fmt: skip


def balanced(*, arrival_rate_rps: float) -> dict[str, Any]:
    """Return users, a load balancer and one web server of eight workers."""
    return document(
        [
            node("users", "Users", x=0, arrival_rate_rps=arrival_rate_rps),
            node("load_balancer", "Load balancer", x=260),
            node("web_server", "Web server", x=520, worker_count=8),
        ],
        "users>load-balancer",
        "load-balancer>web-server",
    )


def replicated(*, replication_mode: str = "asynchronous", ship_interval_s: float = 0.1) -> dict[str, Any]:
    """Return users, a web server and a primary database with two replicas; a third of the requests writes."""
    settings = {"replication_mode": replication_mode, "ship_interval_s": ship_interval_s}
    made = document(
        [
            node("users", "Users", x=0, arrival_rate_rps=300),
            node("web_server", "Web server", x=260),
            node("database", "Primary", x=520, y=320, **settings),
            node("database", "Replica 1", x=780, y=60, **settings),
            node("database", "Replica 2", x=780, y=240, **settings),
        ],
        "users>web-server",
        "web-server>primary",
        "web-server>replica-1",
        "web-server>replica-2",
        "primary>replica-1",
        "primary>replica-2",
    )
    for edge in made["edges"]:
        if edge["source"] == "primary":
            edge["parameters"] = {"latency_mean_s": 0.02}  # far enough apart that waiting for a replica shows
    reads = {"name": "read", "share": 0.7, "operation": "read"}
    writes = {"name": "write", "share": 0.3, "operation": "write"}
    return {**made, "workload": {"classes": [reads, writes]}}


def circular() -> dict[str, Any]:
    """Return two web servers that call each other and wait for each other."""
    return document(
        [
            node("users", "Users", x=0),
            node("web_server", "Orders", x=260),
            node("web_server", "Payments", x=520),
        ],
        "users>orders",
        "orders>payments",
        "payments>orders",
    )
