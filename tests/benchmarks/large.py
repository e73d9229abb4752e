"""A drawing of the largest size, in towns that do not know each other: users, a balancer, servers, caches, databases."""

from __future__ import annotations

from typing import Any

from simcore.limits import NODES_MAX

SERVERS = 16
NODES_PER_TOWN = SERVERS + 9
#: Components of a column, towns of a row, and the distance from one component to the next in pixels.
ROWS, TOWNS_ABREAST = 5, 4
PITCH_X, PITCH_Y = 210, 125


def large_document(nodes: int = NODES_MAX, *, rate_rps: float = 20.0) -> dict[str, Any]:
    """Return a scenario of about so many nodes; each town's users send `rate_rps`."""
    drawn: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    for town in range(max(nodes // NODES_PER_TOWN, 1)):
        _add_town(town, rate_rps, drawn, edges)
    return {"version": 1, "name": "Large", "seed": 1, "nodes": drawn, "edges": edges}


def _add_town(town: int, rate_rps: float, nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> None:
    name, before = f"t{town}", len(nodes)
    columns = NODES_PER_TOWN // ROWS

    def put(kind: str, own: str, **parameters: Any) -> str:
        column, row = divmod(len(nodes) - before, ROWS)
        place = {
            "x": PITCH_X * (column + town % TOWNS_ABREAST * columns),
            "y": PITCH_Y * (row + town // TOWNS_ABREAST * ROWS),
        }
        nodes.append({"id": f"{name}-{own}", "kind": kind, "parameters": parameters, **place})
        return f"{name}-{own}"

    def join(source: str, *targets: str) -> None:
        edges.extend({"id": f"{source}--{it}", "source": source, "target": it} for it in targets)

    users = put("users", "users", arrival_rate_rps=rate_rps)
    balancer = put("load_balancer", "balancer")
    caches = [put("cache", f"cache{i}", capacity_entries=1000) for i in range(2)]
    primary = put("database", "primary")
    replicas = [put("database", f"replica{i}") for i in range(2)]
    queue, worker = put("message_queue", "queue"), put("worker", "worker")
    join(users, balancer)
    join(primary, *replicas)
    join(queue, worker)
    for number in range(SERVERS):
        server = put("web_server", f"server{number}")
        join(balancer, server)
        join(server, caches[number % 2], primary, replicas[number % 2])
