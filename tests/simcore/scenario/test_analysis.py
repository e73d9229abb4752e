"""Analysis against numbers worked out by hand, and against removing things one by one."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import limits
from simcore.analysis import Analysis, analyze
from simcore.analysis.messages import MESSAGES
from simcore.scenario.parse import parse

READ_ONLY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

READS = {"classes": [{"name": "r", "operation": "read"}]}
MIXED = {
    "classes": [
        {"name": "r", "share": 6, "operation": "read"},
        {"name": "w", "share": 3, "operation": "write"},
        {"name": "j", "share": 1, "operation": "job"},
    ]
}


def analysis_of(document: dict[str, Any], kinds: Any) -> Analysis:
    result = parse(document, kinds=kinds)
    assert result.scenario is not None, [item.text for item in result.diagnostics]
    analysis = analyze(result.scenario)
    json.dumps(analysis.to_json(), allow_nan=False)
    return analysis


def codes(analysis: Analysis) -> list[tuple[str, str | None]]:
    return [(item.code, item.node_id) for item in analysis.diagnostics]


def test_traffic_follows_the_splits_of_the_components(draw: Any, kinds: Any) -> None:
    document = draw(
        "u:client l:server s1:server s2:server c:cache p:database r:database q:queue w:worker",
        "u>l l>s1 l>s2 s1>c s2>c s1>p s2>p s1>q s2>q p>r q>w w>p",
        workload=MIXED,
    )
    nodes = analysis_of(document, kinds).load.nodes
    rates = {node_id: item.offered_rps for node_id, item in nodes.items()}
    # Of 100 requests/s, 60 read (first from the cache, then from the primary), 30 write to the primary, and 10 are
    # jobs, which the worker takes to the primary.
    expected = {"u": 100, "l": 100, "s1": 50, "s2": 50, "c": 60, "p": 60 + 30 + 10, "r": 0, "q": 10, "w": 10}
    assert rates == pytest.approx(expected)
    assert nodes["s1"].visit_ratio == pytest.approx(0.5)


def test_the_bottleneck_saturates_first(draw: Any, kinds: Any) -> None:
    document = draw("u:client s:server d:database", "u>s s>d", workload=READS)
    document["nodes"][0]["parameters"] = {"arrival_rate_rps": 200}
    document["nodes"][2]["parameters"] = {"connection_count": 5}
    analysis = analysis_of(document, kinds)
    # The server does 4 / 10 ms = 400 requests/s, the database 5 / 10 ms = 500.
    assert analysis.to_json()["bottleneck"] == {
        "node_id": "s", "offered_rps": 200, "capacity_rps": 400, "utilization_ratio": 0.5,
    }  # fmt: skip
    assert analysis.load.max_throughput_rps == pytest.approx(400)
    document["nodes"][1]["parameters"] = {"server_count": 8}
    assert analysis_of(document, kinds).load.bottleneck == "d"


@pytest.mark.parametrize(("rate", "code"), [(310, None), (330, "A011"), (400, "A010"), (900, "A010")])
def test_high_utilization_is_said(rate: float, code: str | None, draw: Any, kinds: Any) -> None:
    document = draw("u:client s:server", "u>s")
    document["nodes"][0]["parameters"] = {"arrival_rate_rps": rate}
    found = [item for item in analysis_of(document, kinds).diagnostics if item.code.startswith("A01")]
    assert [item.code for item in found] == ([code] if code else [])
    if rate == 900:
        assert found[0].text.startswith("s would need 225 % of its capacity: it receives 900 requests/s")


def test_the_loss_of_a_cache_that_protects_a_database_is_said(draw: Any, kinds: Any) -> None:
    document = draw("u:client s:server c:cache d:database", "u>s s>c s>d", workload=READS)
    document["nodes"][0]["parameters"] = {"arrival_rate_rps": 300}
    document["nodes"][3]["parameters"] = {"connection_count": 1}
    found = [item for item in analysis_of(document, kinds).diagnostics if item.code.startswith("A01")]
    assert [(item.code, item.node_id, item.values["utilization"]) for item in found] == [("A018", "d", 300)]
    document["nodes"][3]["parameters"] = {"connection_count": 4}
    assert "A018" not in dict(codes(analysis_of(document, kinds)))


def test_writes_are_not_relieved_by_a_cache(draw: Any, kinds: Any) -> None:
    workload = {"classes": [{"name": "w", "operation": "write"}]}
    document = draw("u:client s:server c:cache d:database", "u>s s>c s>d", workload=workload)
    document["nodes"][0]["parameters"] = {"arrival_rate_rps": 300}
    document["nodes"][3]["parameters"] = {"connection_count": 1}
    assert ("A010", "d") in codes(analysis_of(document, kinds))


def test_users_call_the_services_behind_the_name_server(draw: Any, kinds: Any) -> None:
    analysis = analysis_of(draw("u:client n:names s:server", "u>n n>s", workload=READS), kinds)
    assert analysis.load.nodes["s"].offered_rps == pytest.approx(100)
    assert codes(analysis) == [("A008", "n"), ("A006", "s")]


def test_writes_go_to_the_primary_whatever_its_name(draw: Any, kinds: Any) -> None:
    workload = {"classes": [{"name": "w", "operation": "write"}]}
    document = draw("u:client s:server a:database z:database", "u>s s>a s>z z>a", workload=workload)
    nodes = analysis_of(document, kinds).load.nodes
    assert (nodes["z"].offered_rps, nodes["a"].offered_rps) == (100, 0)


@pytest.mark.parametrize(
    ("nodes", "edges", "expected"),
    [
        ("s:server", "", [("A001", None)]),
        ("", "", []),
        ("u:client", "", [("A002", "u")]),
        ("u:client s:server x:server y:server", "u>s x>y", [("A003", "x"), ("A003", "y"), ("A006", "s")]),
        ("u:client s:server q:queue", "u>s s>q", [("A004", "q"), ("A006", "s")]),
        ("u:client s:server q:queue w:worker", "u>s s>q q>w", [("A005", "q"), ("A005", "w"), ("A006", "s")]),
    ],
)
def test_shapes_that_cannot_work(nodes: str, edges: str, expected: Any, draw: Any, kinds: Any) -> None:
    assert codes(analysis_of(draw(nodes, edges, workload=READS), kinds)) == expected


@pytest.mark.parametrize(
    ("nodes", "edges", "weak"),
    [
        ("s:server", "u>s", {"s": ("read", "write")}),
        ("s1:server s2:server", "u>s1 u>s2", {}),
        ("l:server s1:server s2:server", "u>l l>s1 l>s2", {"l": ("read", "write")}),
        ("l:server s:server", "u>l l>s", {"l": ("read", "write"), "s": ("read", "write")}),
        ("s1:server s2:server d:database", "u>s1 u>s2 s1>d s2>d", {"d": ("read", "write")}),
        ("s1:server s2:server c:cache d:database", "u>s1 u>s2 s1>c s2>c s1>d s2>d", {"d": ("read", "write")}),
        ("s:server t:server p:database r:database", "u>s u>t s>p s>r t>p t>r p>r", {}),
        ("s:server t:server p:database r:database", "u>s u>t s>p t>p p>r", {}),
        ("s:server t:server d:database e:database", "u>s u>t s>d t>e", {}),
        ("s:server t:server q:queue w:worker", "u>s u>t s>q t>q q>w", {}),
    ],
)
def test_single_points_of_failure(nodes: str, edges: str, weak: Any, draw: Any, kinds: Any) -> None:
    analysis = analysis_of(draw(f"u:client {nodes}", edges), kinds)
    assert analysis.single_points_of_failure == weak


def test_a_primary_that_nobody_replaces_stops_the_writes(draw: Any, kinds: Any) -> None:
    document = draw("u:client s:server t:server p:database r:database", "u>s u>t s>p s>r t>p t>r p>r")
    document["nodes"][4]["parameters"] = {"automatic_failover": False}
    assert analysis_of(document, kinds).single_points_of_failure == {"p": ("write",)}


def test_a_point_of_failure_of_one_operation_is_named_with_it(draw: Any, kinds: Any) -> None:
    document = draw("u:client s:server t:server q:queue w:worker", "u>s u>t s>q t>q q>w", workload=MIXED)
    analysis = analysis_of(document, kinds)
    assert analysis.single_points_of_failure == {"q": ("job",)}
    (weak,) = [item for item in analysis.diagnostics if item.code == "A007"]
    assert weak.text == "q is a single point of failure: if it stops, no job request can be answered."


def test_messages_that_make_more_messages_without_end_are_said(draw: Any, kinds: Any) -> None:
    workload = {"classes": [{"name": "j", "operation": "job"}]}
    document = draw("u:client s:server q:queue w:worker", "u>s s>q q>w w>s", workload=workload)
    analysis = analysis_of(document, kinds)
    assert ("A013", None) in codes(analysis)
    assert analysis.load.bottleneck is None


def test_order_and_names_change_nothing(document: dict[str, Any], kinds: Any) -> None:
    reordered = {**document, "nodes": document["nodes"][::-1], "edges": document["edges"][::-1]}
    assert analysis_of(document, kinds).to_json() == analysis_of(reordered, kinds).to_json()


@READ_ONLY
@given(data=st.data())
def test_any_sound_drawing_is_analysed(data: st.DataObject, draw: Any, kinds: Any) -> None:
    names = [f"{kind}{index}:{kind}" for kind in kinds for index in range(2)]
    pairs = [(a, b) for a in names for b in names if a != b]
    drawn = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=25))
    edges = " ".join(f"{a.split(':')[0]}>{b.split(':')[0]}" for a, b in drawn)
    document = draw(" ".join(names), edges, workload=MIXED)
    parsed = None
    while parsed is None:
        result = parse(document, kinds=kinds)
        wrong = {item.edge_id for item in result.diagnostics}
        document["edges"] = [edge for edge in document["edges"] if edge["id"] not in wrong]
        parsed = result.scenario
    analysis = analyze(parsed)
    assert all(
        math.isfinite(load.offered_rps) and load.offered_rps >= 0 for load in analysis.load.nodes.values()
    )
    for node_id in analysis.single_points_of_failure:
        assert parsed.node_by_id()[node_id].kind not in {"client", "names", "cache", "worker"}


def test_the_largest_drawing_is_analysed(draw: Any, kinds: Any) -> None:
    count = limits.NODES_MAX - 1
    nodes = "u:client " + " ".join(f"n{index:04}:server" for index in range(count))
    edges = "u>n0000 " + " ".join(
        f"n{index:04}>n{index + step:04}"
        for step in (1, 2, 3, 4)
        for index in range(count)
        if index + step < count
    )
    analysis = analysis_of(draw(nodes, edges, workload=READS), kinds)
    assert analysis.load.nodes["n0000"].visit_ratio == pytest.approx(1)
    assert analysis.single_points_of_failure.keys() == {"n0000", f"n{count - 1:04}"}


def test_every_message_is_a_sentence() -> None:
    for code, entry in MESSAGES.items():
        assert code.startswith("A")
        assert entry.message.endswith(".")
        assert entry.hint.endswith(".")
