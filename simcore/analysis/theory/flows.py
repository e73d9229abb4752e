"""Limits that need no chance at all: backlogs of fluid, and the most that a network of capacities lets through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx


def overload_backlog(offered_rps: float, capacity_rps: float, duration_s: float) -> float:
    """Return how many requests wait after an overload that lasted so long."""
    return max(0.0, offered_rps - capacity_rps) * duration_s


def drain_time_s(backlog: float, offered_rps: float, capacity_rps: float) -> float:
    """Return how long a backlog needs to disappear; infinite without headroom."""
    headroom_rps = capacity_rps - offered_rps
    return backlog / headroom_rps if headroom_rps > 0 else float("inf")


def max_flow_rps(capacities_rps: Mapping[str, float], edges: Iterable[tuple[str, str]], source: str) -> float:
    """Return the most requests per second that can pass from the source to nodes without successors.

    Parameters
    ----------
    capacities_rps : of nodes; those that are missing let everything through.

    Notes
    -----
    Maximum flow is minimum cut (Ford and Fulkerson 1956), with every node split into a capacitated edge.
    """
    graph: nx.DiGraph[tuple[str, str] | str] = nx.DiGraph()
    edges = list(edges)
    nodes = {end for edge in edges for end in edge}
    for node in sorted(nodes):
        limit = {"capacity": capacities_rps[node]} if node in capacities_rps else {}
        graph.add_edge((node, "in"), (node, "out"), **limit)
    for before, after in edges:
        graph.add_edge((before, "out"), (after, "in"))
    for node in sorted(nodes - {before for before, _ in edges}):
        graph.add_edge((node, "out"), "sink")
    return float(nx.maximum_flow_value(graph, (source, "in"), "sink"))
