"""Compose files in the style of well-known projects: what becomes of them, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simcore import Drawing, parse, read_drawing

FILES = Path(__file__).parent / "compose"


def read(name: str) -> Drawing:
    return read_drawing((FILES / f"{name}.yml").read_text(encoding="utf-8"))


def kinds_of(drawing: Drawing) -> dict[str, str]:
    assert drawing.document is not None, [item.text for item in drawing.remarks]
    return {node["id"]: node["kind"] for node in drawing.document["nodes"]}


def edges_of(drawing: Drawing) -> set[str]:
    assert drawing.document is not None
    return {f"{edge['source']}>{edge['target']}" for edge in drawing.document["edges"]}


def node_of(drawing: Drawing, id: str) -> dict[str, Any]:
    assert drawing.document is not None
    return next(node for node in drawing.document["nodes"] if node["id"] == id)


def codes(drawing: Drawing) -> list[str]:
    return [item.code for item in drawing.remarks]


def test_a_voting_app() -> None:
    drawing = read("voting")
    assert kinds_of(drawing) == {
        "people": "users",
        "vote": "web_server",
        "result": "web_server",
        "worker": "worker",
        "redis": "message_queue",  # for a worker takes votes out of it
        "db": "database",
    }
    assert edges_of(drawing) == {
        "people>vote", "people>result", "vote>redis", "redis>worker", "worker>db", "result>db",
    }  # fmt: skip
    assert drawing.document is not None
    assert [group["name"] for group in drawing.document["groups"]] == ["back-tier"]
    assert {node["id"] for node in drawing.document["nodes"] if node.get("gateway")} == {"vote", "result"}
    assert node_of(drawing, "db")["parameters"]["connection_count"] == 100  # as PostgreSQL has it
    left_out = {item.values["setting"] for item in drawing.remarks if item.code == "I024"}
    assert left_out == {"healthcheck", "volumes"}


def test_a_blog() -> None:
    drawing = read("blog")
    assert drawing.document is not None
    assert drawing.document["name"] == "blog"
    assert kinds_of(drawing) == {
        "people": "users",
        "proxy": "load_balancer",
        "blog": "web_server",
        "mysql": "database",
        "cache": "cache",
    }
    assert edges_of(drawing) == {"people>proxy", "proxy>blog", "blog>mysql", "blog>cache"}
    assert node_of(drawing, "blog")["parameters"] == {"instance_count": 3}
    assert node_of(drawing, "cache")["parameters"]["thread_count"] == 4  # as Memcached has it


def test_a_shop() -> None:
    drawing = read("shop")
    assert kinds_of(drawing) == {
        "people": "users",
        "gateway": "api_gateway",
        "catalogue": "web_server",
        "orders": "web_server",
        "payment": "web_server",
        "shipping-worker": "worker",
        "rabbit": "message_queue",
        "catalogue-db": "sharded_store",
        "orders-db": "database",
        "search": "search_index",
    }
    assert edges_of(drawing) == {
        "people>gateway", "gateway>orders", "gateway>catalogue", "orders>rabbit", "orders>orders-db", "orders>payment",
        "catalogue>catalogue-db", "catalogue>search", "rabbit>shipping-worker", "shipping-worker>orders-db",
    }  # fmt: skip
    assert {"I025", "I041"} <= set(codes(drawing))


def test_a_monitoring_stack() -> None:
    drawing = read("monitoring")
    assert edges_of(drawing) == {"people>traefik"}
    assert kinds_of(drawing)["prometheus"] == "observability"
    unknown = {item.values["name"] for item in drawing.remarks if item.code == "I021"}
    assert unknown == {"cadvisor", "alertmanager"}
    assert {"I040", "I042", "I043", "I060"} <= set(codes(drawing))
    assert node_of(drawing, "traefik")["gateway"] is True


def test_a_chat_with_several_stores() -> None:
    drawing = read("chat")
    assert kinds_of(drawing)["cache"] == "cache"
    assert kinds_of(drawing)["kafka"] == "event_log"
    assert edges_of(drawing) == {
        "people>web", "web>api", "api>cache", "api>kafka", "api>cassandra-1", "api>cassandra-2", "api>minio",
        "notifier>api", "kafka>presence-worker", "cassandra-2>cassandra-1",
    }  # fmt: skip
    circle = next(item for item in drawing.remarks if item.code == "I048")
    assert dict(circle.values) == {"source": "api", "target": "web"}
    assert node_of(drawing, "api")["parameters"]["instance_count"] == 4


@pytest.mark.parametrize("name", [path.stem for path in sorted(FILES.glob("*.yml"))])
def test_what_comes_out_can_be_run(name: str) -> None:
    from simcore import analyze

    drawing = read(name)
    scenario = parse(drawing.document).scenario
    assert scenario is not None
    assert [item.text for item in analyze(scenario).diagnostics if item.severity == "error"] == []
    assert drawing.source == "compose"
    assert not drawing.is_placed


def compose(services: str) -> str:
    return f"services:\n{services}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("services: [", "I003"),
        ("services: {}", "I007"),
        ("services:\n  web: 5", "I007"),
        ("services:\n\tweb: {}", "I003"),
        ("a: &a [*a]\nservices: {}", "I006"),
        ("services: " + "[" * 100 + "]" * 100, "I005"),
        ("services:\n" + "".join(f"  s{at}: {{image: redis}}\n" for at in range(1001)), "I009"),
        ("services: {a: {}}\n" + "#" * 100_000, "I002"),
        ('services: {a: "\\uD800"}', "I007"),
        ("hello", "I001"),
        ("", "I001"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, code: str) -> None:
    drawing = read_drawing(text)
    assert drawing.document is None
    assert code in codes(drawing)


def test_aliases_do_not_unfold_without_end() -> None:
    levels = "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 30))
    drawing = read_drawing(f"a0: &a0 [x, x, x]\n{levels}services: {{web: {{image: nginx}}}}")
    assert codes(drawing) == ["I004"]


def test_merging_takes_what_is_missing_and_tags_do_nothing() -> None:
    text = """
x-base: &base {image: "redis:7", ports: ["6379:6379"]}
services:
  cache: {<<: [*base], image: "memcached:1"}
  odd: !!python/object/apply:os.system {image: "nginx"}
"""
    drawing = read_drawing(text)
    assert kinds_of(drawing) == {"cache": "cache", "odd": "load_balancer"}
    assert node_of(drawing, "cache")["parameters"]["thread_count"] == 4


def test_copies_stay_within_what_a_component_may_have() -> None:
    drawing = read_drawing(
        compose(
            "  api: {build: ., deploy: {replicas: 5000}}\n  db: {image: postgres, deploy: {replicas: 3}}\n"
        )
    )
    assert node_of(drawing, "api")["parameters"]["instance_count"] == 100
    assert {"I022", "I023"} <= set(codes(drawing))
