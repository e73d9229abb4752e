"""The load that the preview expects of databases and stores, beside what a run brings them."""

from __future__ import annotations

import pytest

from simcore.analysis.capacity import compute_load
from simcore.scenario.parse import parse
from tests.scenarios import Json, draw, request_class, run

#: No time passes anywhere, so that nothing is late when the run is looked at.
FAST: Json = {
    "users": {"arrival_rate_rps": 500.0, "timeout_s": 60.0},
    "web_server": {"service_time_mean_s": 0.0, "worker_count": 1000},
    "cache": {"service_time_mean_s": 0.0, "capacity_entries": 0},
    "worker": {"service_time_mean_s": 0.0, "worker_count": 64},
}


def drawn(kinds: str, wires: str, server: Json) -> Json:
    """Return a document from "id:kind ..." and "a>b ..."; half of the requests read, the others write or are jobs."""
    nodes = dict(item.split(":") for item in kinds.split())
    return draw(
        {
            name: (kind, {**FAST.get(kind, {}), **(server if kind == "web_server" else {})})
            for name, kind in nodes.items()
        },
        wires,
        classes=[
            request_class("read", share=0.5, key_count=20_000),
            request_class("write", share=0.3, key_count=20_000),
            request_class("job", share=0.2, key_count=20_000),
        ],
    )


@pytest.mark.parametrize("scatter_ratio", [0.0, 0.4, 1.0])
@pytest.mark.parametrize(
    ("kinds", "wires"),
    [
        ("a:database b:database", "server>a server>b"),
        ("a:database b:database c:database", "server>a server>b server>c a>b"),
        ("a:database b:sharded_store", "server>a server>b"),
        ("a:key_value_store b:key_value_store c:sharded_store", "server>a server>c a>b"),
        ("k:cache a:database b:database", "server>k server>a server>b"),
        ("q:message_queue w:worker a:database b:sharded_store", "server>q q>w w>a w>b server>a"),
    ],
)
def test_shards_get_the_shares_that_the_preview_says(kinds: str, wires: str, scatter_ratio: float) -> None:
    document = drawn(
        f"users:users server:web_server {kinds}", f"users>server {wires}", {"scatter_ratio": scatter_ratio}
    )
    scenario = parse(document).scenario
    assert scenario is not None
    expected = compute_load(scenario).nodes
    summary = run(document, 60.0).summary()
    for node_id, books in summary["nodes"].items():
        if node_id == "k":  # the preview does not count that records are put there
            continue
        seconds = books["offered"] / 60.0
        # A cluster's members ask each other, too, which is not counted as requests: only what the server sends is.
        if node_id in ("a", "b") and scenario.node_by_id()[node_id].component.role.value == "store":
            edges = compute_load(scenario).calls
            assert sum(calls.get(("server", node_id), 0.0) for calls in edges.values()) > 0
            continue
        assert seconds == pytest.approx(expected[node_id].offered_rps, rel=0.06, abs=2.0), node_id


def test_a_full_cache_answers_no_question_to_all_shards() -> None:
    document = drawn(
        "users:users server:web_server k:cache a:database b:database",
        "users>server server>k server>a server>b",
        {"scatter_ratio": 0.2},
    )
    scenario = parse(document).scenario
    assert scenario is not None
    full, empty = compute_load(scenario, caches="full").nodes, compute_load(scenario).nodes
    # Of 500 requests/s 250 read: 50 ask both databases, the others look in the cache first. 150 write to one of both.
    assert full["k"].offered_rps == empty["k"].offered_rps == pytest.approx(200.0 + 150.0)
    assert full["a"].offered_rps == full["b"].offered_rps == pytest.approx(50.0 + 75.0)
    assert empty["a"].offered_rps == empty["b"].offered_rps == pytest.approx(100.0 + 50.0 + 75.0)
