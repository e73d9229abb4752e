"""Flowcharts: the language that others write, and ours there and back without loss."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import Drawing, library, parse, read_drawing, to_mermaid
from simcore.scenario.document import Scenario
from tests.properties.drawings import documents

SOME = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def whole(document: object) -> dict[str, Any]:
    scenario = parse(document).scenario
    assert isinstance(scenario, Scenario)
    return scenario.to_json()


def drawn(text: str) -> tuple[dict[str, str], set[str], Drawing]:
    """Return the kinds by name, the connections by names, and the drawing itself."""
    drawing = read_drawing(text)
    assert drawing.document is not None, [item.text for item in drawing.remarks]
    names = {node["id"]: node["name"] for node in drawing.document["nodes"]}
    kinds = {node["name"]: node["kind"] for node in drawing.document["nodes"]}
    edges = {f"{names[edge['source']]}>{names[edge['target']]}" for edge in drawing.document["edges"]}
    return kinds, edges, drawing


def test_a_chart_by_hand() -> None:
    kinds, edges, drawing = drawn(
        """---
title: "Shop"
---
%%{init: {"theme": "dark"}}%%
flowchart TD
    %% people first
    U([Visitors]) -->|HTTPS| LB{{nginx load balancer}}
    LB --> A["Web server #1"] & B["Web server 2"]; A & B -- reads --> C[(Redis cache)]
    A -.-> Q[[Order queue]] ==> W[/Worker/]
    B -. writes .-> D[("Orders<br/>PostgreSQL")]
    W --x D
    style A fill:#f9f,stroke:#333
    classDef hot fill:red
    class A,B hot
    A:::hot --- Q
    B ~~~ W
"""
    )
    assert drawing.document is not None
    assert drawing.document["name"] == "Shop"
    assert kinds == {
        "Visitors": "users",
        "nginx load balancer": "load_balancer",
        "Web server #1": "web_server",
        "Web server 2": "web_server",
        "Redis cache": "cache",
        "Order queue": "message_queue",
        "Worker": "worker",
        "Orders PostgreSQL": "database",
    }
    assert edges == {
        "Visitors>nginx load balancer",
        "nginx load balancer>Web server #1",
        "nginx load balancer>Web server 2",
        "Web server #1>Redis cache",
        "Web server 2>Redis cache",
        "Web server #1>Order queue",
        "Order queue>Worker",
        "Web server 2>Orders PostgreSQL",
        "Worker>Orders PostgreSQL",
    }
    assert [item.code for item in drawing.remarks] == ["I046", "I028"]
    assert [item["operation"] for item in drawing.document["workload"]["classes"]] == ["read", "write", "job"]
    assert not drawing.is_placed


def test_subgraphs_are_groups() -> None:
    _, edges, drawing = drawn(
        """graph LR
  users --> web
  subgraph r1 [Region Seoul]
    direction TB
    subgraph az["Zone A"]
      web
    end
    subgraph "Data VPC"
      db[(MySQL)]
    end
  end
  web --> db
  users --> r1
"""
    )
    assert edges == {"users>web", "web>MySQL"}
    assert drawing.document is not None
    groups = {group["name"]: group for group in drawing.document["groups"]}
    assert {name: group["kind"] for name, group in groups.items()} == {
        "Region Seoul": "region",
        "Zone A": "zone",
        "Data VPC": "network",
    }
    assert groups["Zone A"]["parent_id"] == groups["Region Seoul"]["id"]
    nodes = {node["name"]: node for node in drawing.document["nodes"]}
    assert nodes["MySQL"]["group_id"] == groups["Data VPC"]["id"]
    assert nodes["MySQL"]["gateway"] is True
    assert [item.code for item in drawing.remarks if item.code == "I047"] == ["I047"]


@pytest.mark.parametrize(
    ("line", "edges"),
    [
        ("a-->b", {"a>b"}),
        ("a --- b", {"a>b"}),
        ("a -- text with -hyphen- --> b", {"a>b"}),
        ("a -->|text| b --> c", {"a>b", "b>c"}),
        ("a ---->b", {"a>b"}),
        ("a <--> b", {"a>b"}),
        ("a == big ==> b", {"a>b"}),
        ("a -..-> b", {"a>b"}),
        ("a --o b", {"a>b"}),
        ("a e1@--> b", {"a>b"}),
        ('a@{ shape: cyl, label: "Orders" } --> b', {"b>Orders"}),
        ('a["quoted ] bracket; and --> arrow"] --> b', {"quoted ] bracket; and --> arrow>b"}),
        ("a-b.c --> d", {"a-b.c>d"}),
        ("a --> b & c", {"a>b", "a>c"}),
        ("한글[웹 서버] --> 캐시", {"웹 서버>캐시"}),
    ],
)
def test_ways_to_write_a_connection(line: str, edges: set[str]) -> None:
    assert drawn(f"flowchart LR\n{line}")[1] == edges


@pytest.mark.parametrize("line", ["a[open", "a -->", "--> b", "a -- b", "a -->|x b", "?!"])
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    drawing = read_drawing(f"flowchart LR\nweb --> db[(DB)]\n{line}\ndb")
    assert drawing.document is not None
    said = [item for item in drawing.remarks if item.code == "I080"]
    assert [item.values["line"] for item in said] == [3]
    assert len(drawing.document["edges"]) == 1


def test_other_diagrams_are_refused() -> None:
    assert [item.code for item in read_drawing("sequenceDiagram\n A->>B: hi").remarks] == ["I010"]
    assert [item.code for item in read_drawing("flowchart LR\n").remarks] == ["I008"]


def test_a_chart_inside_a_page_is_found() -> None:
    kinds, _, _ = drawn("# Design\n\n```mermaid\ngraph TD\n  web --> cache\n```\n\nMore text.\n")
    assert kinds == {"web": "web_server", "cache": "cache"}


def test_foreign_titles_count() -> None:
    read = read_drawing("graph LR\n a[주문 캐시] --> b[로드밸런서]", titles={"로드 밸런서": "Load balancer"})
    assert read.document is not None
    assert [node["kind"] for node in read.document["nodes"]][1] == "load_balancer"


@pytest.mark.parametrize("entry", library(), ids=lambda entry: entry.id)
def test_every_scenario_of_the_library_goes_there_and_back(entry: Any) -> None:
    document = whole(entry.document)
    read = read_drawing(to_mermaid(document))
    assert read.document == document
    assert read.is_placed


@SOME
@given(document=documents(), name=st.text(max_size=80), label=st.text(max_size=80))
def test_any_scenario_goes_there_and_back(document: dict[str, Any], name: str, label: str) -> None:
    document = whole(document)
    clean = [text.replace("\0", "").encode("utf-8", "ignore").decode() for text in (name, label)]
    nodes = [{**node, "name": clean[1]} for node in document["nodes"]]
    document = {**document, "name": clean[0], "nodes": nodes}
    assert read_drawing(to_mermaid(document)).document == document


def test_changes_by_hand_count_and_the_rest_is_kept() -> None:
    document = whole(
        {
            "version": 3,
            "name": "Kept",
            "seed": 7,
            "nodes": [
                {
                    "id": "n1",
                    "kind": "users",
                    "name": "Users",
                    "x": 5,
                    "parameters": {"arrival_rate_rps": 321},
                },
                {
                    "id": "end",
                    "kind": "web_server",
                    "name": "Web",
                    "x": 300,
                    "parameters": {"worker_count": 9},
                },
            ],
            "edges": [{"id": "e", "source": "n1", "target": "end", "parameters": {"latency_mean_s": 0.03}}],
        }
    )
    text = to_mermaid(document).replace('n1["Web"]', 'n1["Shop"]') + "  n1 --> n5[(PostgreSQL)]\n"
    read = read_drawing(text).document
    assert read is not None
    assert [node["name"] for node in read["nodes"]] == ["Users", "Shop", "PostgreSQL"]
    assert read["nodes"][1]["parameters"] == {"worker_count": 9}
    assert read["edges"][0] == document["edges"][0]
    assert len({node["id"] for node in read["nodes"]}) == 3
    assert read["seed"] == 7


def test_settings_that_fit_nothing_do_not_cost_the_drawing() -> None:
    document = whole(library()[0].document)
    text = re.sub(r'"parameters":\{', '"parameters":{"no_such_thing":1,', to_mermaid(document), count=1)
    read = read_drawing(text)
    assert read.document is not None
    assert len(read.document["nodes"]) == len(document["nodes"])
    assert "I081" in {item.code for item in read.remarks}
    broken = to_mermaid(document).replace("%% @node n0 {", "%% @node n0 {{", 1)
    assert "I081" in {item.code for item in read_drawing(broken).remarks}
