"""A small set of component kinds with every role and every sort of parameter, so that these tests need no real kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pytest

from simcore.components.base import Callees, Component, Role
from simcore.params import param


class FakeComponent(Component):
    """Calls nobody."""

    title = "Fake"
    summary = models = leaves_out = "For tests."
    group = "traffic"
    role = Role.SERVICE


class FakeCaller(FakeComponent):
    """Divides traffic evenly over the targets of each role."""

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        assert operation in {"read", "write", "job"}
        return {node_id: 1 / len(ids) for ids in targets.by_role.values() for node_id in ids}


class Client(FakeCaller):
    title = "Client"
    role = Role.CLIENT
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "sends requests to", Role.RESOLVER: "asks"}
    faults: ClassVar[tuple[str, ...]] = ()
    arrival_rate_rps: float = param(100.0, unit="1/s", ge=0, help="Requests per second.")

    def offered_rps(self) -> float:
        return self.arrival_rate_rps

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        services = targets.of(Role.SERVICE)
        return super().split(Callees({Role.SERVICE: services} if services else {}), operation)


class Names(FakeComponent):
    title = "Names"
    role = Role.RESOLVER
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "answers with"}


class Server(FakeComponent):
    title = "Server"
    aliases: ClassVar[tuple[str, ...]] = ("nginx",)
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.SERVICE: "calls",
        Role.CACHE: "looks up in",
        Role.DATABASE: "asks",
        Role.QUEUE: "sends to",
    }
    server_count: int = param(4, ge=1, le=100, help="Workers.")
    service_time_mean_s: float = param(0.01, unit="s", gt=0, le=60, help="Time to serve a request.")
    policy: Literal["fifo", "lifo"] = param("fifo", choices={"fifo": "First", "lifo": "Last"}, help="Order.")
    durable: bool = param(default=False, help="Survives.")

    def capacity_rps(self) -> float:
        return self.server_count / self.service_time_mean_s

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        if operation == "job" and targets.of(Role.QUEUE):
            return {targets.of(Role.QUEUE)[0]: 1.0}
        caches, databases = targets.of(Role.CACHE), targets.of(Role.DATABASE)
        if targets.hit_ratio >= 1:
            databases = ()
        reads_cache = bool(caches) and operation == "read"
        calls = {node_id: 1 / len(caches) for node_id in caches} if reads_cache else {}
        readers = databases[:1] if operation == "write" else databases
        calls |= {node_id: 1 / len(readers) for node_id in readers}
        services = targets.of(Role.SERVICE)
        return calls | {node_id: 1 / len(services) for node_id in services}


class Cache(FakeComponent):
    title = "Cache"
    role = Role.CACHE


class Database(FakeComponent):
    title = "Database"
    role = Role.DATABASE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.DATABASE: "replicates to"}
    connection_count: int = param(10, ge=1, le=1000, help="Connections.")
    automatic_failover: bool = param(default=True, help="Takes over.")

    def takeover_s(self) -> float | None:
        return 10.0 if self.automatic_failover else None

    def capacity_rps(self) -> float:
        return self.connection_count / 0.01


class Queue(FakeCaller):
    title = "Queue"
    role = Role.QUEUE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.CONSUMER: "hands over to"}


class Worker(FakeCaller):
    title = "Worker"
    role = Role.CONSUMER
    connects_to: ClassVar[Mapping[Role, str]] = {Role.DATABASE: "asks", Role.SERVICE: "calls"}


@pytest.fixture(scope="session")
def kinds() -> dict[str, type[Component]]:
    return {
        "client": Client,
        "names": Names,
        "server": Server,
        "cache": Cache,
        "database": Database,
        "queue": Queue,
        "worker": Worker,
    }


def draw(nodes: str, edges: str = "", **fields: Any) -> dict[str, Any]:
    """Write a document from "a:client b:server" and "a>b b>c"; an edge's identifier is "a-b"."""
    pairs = [item.split(":") for item in nodes.split()]
    ends = [item.split(">") for item in edges.split()]
    return {
        "version": 1,
        "nodes": [{"id": node_id, "kind": kind} for node_id, kind in pairs],
        "edges": [
            {"id": f"{source}-{target}", "source": source, "target": target} for source, target in ends
        ],
        **fields,
    }


@pytest.fixture(scope="session", name="draw")
def draw_fixture() -> Any:
    return draw


@pytest.fixture
def document() -> dict[str, Any]:
    """A sound document with one of everything."""
    drawn = draw(
        "u:client s1:server s2:server c:cache d1:database d2:database q:queue w:worker",
        "u>s1 u>s2 s1>c s2>c s1>d1 s2>d1 s1>d2 d1>d2 s1>q q>w w>d1",
        name="Shop",
        seed=7,
        notes="Look at d1.",
    )
    drawn["nodes"][1] |= {"name": "서버 1", "x": 240, "y": -20.5, "parameters": {"server_count": 8}}
    drawn["edges"][0]["parameters"] = {"latency_mean_s": 0.001}
    drawn["groups"] = []
    drawn["workload"] = {
        "classes": [
            {"name": "read", "share": 0.9},
            {"name": "job", "share": 0.1, "operation": "job", "key_count": 5},
        ]
    }
    drawn["faults"] = [
        {"at_s": 20, "fault": "crash", "node_id": "d1", "duration_s": 10},
        {"at_s": 30.5, "fault": "delay", "edge_id": "u-s1", "factor": 4, "node_id": None},
    ]
    return drawn
