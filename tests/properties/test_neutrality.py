"""What a drawing looks like changes no number, and what differs between two designs is only what was changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simcore import starters
from tests.properties.drawings import documents
from tests.scenarios import Json, do, edge, run, set_parameter, start, starter

MAIN = "lb-cache-replicated-db"


def redrawn(document: Json, *, reverse_nodes: bool, reverse_edges: bool, turn: int) -> Json:
    """Return the same system with other names, places and order."""
    nodes = [
        {**node, "name": f"Renamed {i}", "x": -7 * i, "y": 13 * i} for i, node in enumerate(document["nodes"])
    ]
    edges = list(document["edges"])
    nodes = nodes[turn:] + nodes[:turn]
    edges = edges[turn:] + edges[:turn]
    return {
        **document,
        "name": "Renamed",
        "notes": "Other notes",
        "nodes": nodes[::-1] if reverse_nodes else nodes,
        "edges": edges[::-1] if reverse_edges else edges,
    }


@pytest.mark.parametrize("entry", starters(), ids=lambda entry: entry.id)
def test_redrawing_a_starter_changes_no_number(entry: Any) -> None:
    original = run(entry.document, 4.0)
    for reverse_nodes, reverse_edges, turn in ((True, False, 0), (False, True, 2), (True, True, 3)):
        other = redrawn(entry.document, reverse_nodes=reverse_nodes, reverse_edges=reverse_edges, turn=turn)
        changed = run(other, 4.0)
        assert changed.summary() == original.summary()
        assert changed.digest() == original.digest()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(documents(), st.booleans(), st.booleans(), st.integers(0, 5))
def test_redrawing_any_scenario_changes_no_number(
    document: Json, reverse_nodes: bool, reverse_edges: bool, turn: int
) -> None:
    other = redrawn(document, reverse_nodes=reverse_nodes, reverse_edges=reverse_edges, turn=turn)
    assert run(other, 1.5).summary() == run(document, 1.5).summary()


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(documents())
def test_cosmetic_edits_of_a_run_change_no_number(document: Json) -> None:
    left_alone, edited = start(document), start(document)
    for simulation in (left_alone, edited):
        simulation.advance(0.5)
    node_id = document["nodes"][-1]["id"]
    do(
        edited,
        {"type": "rename_node", "node_id": node_id, "name": "Other"},
        {"type": "move_node", "node_id": node_id, "x": 5.0, "y": -5.0},
        {"type": "rename_scenario", "name": "Other"},
        {"type": "set_notes", "notes": "Other"},
        {"type": "set_availability_target", "availability_target_ratio": 0.99},
    )
    for simulation in (left_alone, edited):
        simulation.advance(1.5)
    assert edited.summary() == left_alone.summary()
    assert edited.digest() == left_alone.digest()


def with_one_more_server(document: Json) -> Json:
    """Return the main starter with a fourth web server."""
    model = next(node for node in document["nodes"] if node["id"] == "web-3")
    targets = [wire["target"] for wire in document["edges"] if wire["source"] == "web-3"]
    return {
        **document,
        "nodes": [*document["nodes"], {**model, "id": "web-4", "name": "Web server 4"}],
        "edges": [
            *document["edges"],
            edge("balancer", "web-4"),
            *(edge("web-4", target) for target in targets),
        ],
    }


def asked_for(document: Json) -> tuple[Json, list[tuple[float, int]]]:
    """Return how much was offered by class, and when each traced request began and of which class it was."""
    simulation = start(document)
    simulation.advance(3.0)
    summary = simulation.summary()
    arrivals = {trace["id"]: (trace["started_s"], trace["class"]) for trace in simulation.frame()["traces"]}
    offered = {name: books["offered"] for name, books in summary["classes"].items()}
    return {**offered, "users": summary["nodes"]["users"]["offered"]}, sorted(arrivals.values())


def test_another_server_leaves_the_arrivals_as_they_were() -> None:
    document = starter(MAIN)
    before, _ = asked_for(document)
    after, _ = asked_for(with_one_more_server(document))
    assert after == before
    assert before["users"] > 1000


def test_another_server_leaves_the_keys_as_they_were() -> None:
    """Every read looks its key up once: without time to live and evictions, misses count distinct keys."""
    document = starter(MAIN)
    document["workload"] = {
        "classes": [
            {"name": "read", "share": 1.0, "operation": "read", "key_count": 300, "zipf_exponent": 0.9}
        ]
    }
    for node in document["nodes"]:
        if node["id"] == "users":
            node["parameters"]["arrival_rate_rps"] = 20.0
        if node["id"].startswith("db-"):
            node["parameters"] = {"read_time_mean_s": 0.0}
    one, other = run(document, 60.0), run(with_one_more_server(document), 60.0)
    cache, other_cache = (item.summary()["nodes"]["cache"] for item in (one, other))
    assert cache["misses"] == pytest.approx(other_cache["misses"], abs=3)
    assert cache["hits"] + cache["misses"] == pytest.approx(1200, rel=0.1)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(documents(), st.integers(2, 50))
def test_a_change_behind_the_users_leaves_their_arrivals_as_they_were(document: Json, count: int) -> None:
    clients = [node["id"] for node in document["nodes"] if node["kind"] == "users"]
    others = [node for node in document["nodes"] if node["kind"] in ("web_server", "worker")]
    assume(others)
    untouched, changed = run(document, 1.0), start(document)
    do(changed, set_parameter(others[0]["id"], "worker_count", count))
    changed.advance(1.0)
    one, other = untouched.summary()["nodes"], changed.summary()["nodes"]
    assert [one[client]["offered"] for client in clients] == [other[client]["offered"] for client in clients]
