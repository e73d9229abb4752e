"""The models that the benchmarks simulate: each as a scenario for the engine, and as a list of steps for everybody else.

W1 is M/M/1, W2 is M/M/16, W3 is a small site whose servers wait for a cache and a database, and W4 is a replicated
design of four tiers in which a read makes twelve calls. The steps leave out what only the engine has: real keys,
health checks, time-outs, replication, metrics by node, edge and class, and traces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

Json = dict[str, Any]


class Do(IntEnum):
    """What a request does at one step."""

    ACQUIRE = 0  # a place in one of `among` pools from `first` on, in turn; or wait in line
    HOLD = 1  # an exponential time of mean `value` s
    DELAY = 2  # exactly `value` s
    RELEASE = 3  # the place taken last
    CHANCE = 4  # with probability `value` go on at step `first`
    SPAWN = 5  # start something that nobody waits for at step `first`
    END = 6
    FINISH = 7  # the end of what nobody waits for


class Step(NamedTuple):
    """One step; `cursor` is the turn-taking that it shares with others."""

    do: Do
    first: int = 0
    among: int = 0
    value: float = 0.0
    cursor: int = 0


@dataclass(frozen=True)
class Model:
    """A system, twice: `document` for the engine, the rest for the others."""

    title: str
    document: Json
    rate_rps: float
    capacities: tuple[int, ...]  # of each pool
    steps: tuple[Step, ...]
    latency_mean_s: float | None = None  # in closed form, where there is one
    stations: tuple[tuple[int, float], ...] = ()  # for queueing networks: servers and mean time (s) of each
    routes: tuple[
        tuple[float, ...], ...
    ] = ()  # for queueing networks: probabilities of going from one to another
    turns: int = 1  # number of stations that arrivals are dealt to in turn


class Plan:
    """Writes steps down: pools by name, numbers of pools as given."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.capacities: list[int] = []
        self._first: dict[str, tuple[int, int, int]] = {}

    def pools(self, name: str, count: int, capacity: int) -> None:
        """Declare pools of equal capacity."""
        self._first[name] = (len(self.capacities), count, len(self._first))
        self.capacities += [capacity] * count

    def acquire(self, name: str) -> None:
        """Take a place in the next of these pools."""
        first, count, cursor = self._first[name]
        self.steps.append(Step(Do.ACQUIRE, first, count, cursor=cursor))

    def add(self, do: Do, value: float = 0.0) -> int:
        """Add a step and return its position."""
        self.steps.append(Step(do, value=value))
        return len(self.steps) - 1

    def place(self, jump: int) -> None:
        """Let a CHANCE or SPAWN lead to the next step."""
        self.steps[jump] = self.steps[jump]._replace(first=len(self.steps))

    def visit(self, name: str, mean_s: float, way_s: float = 0.0) -> None:
        """Go there, be served, come back."""
        self.add(Do.DELAY, way_s)
        self.acquire(name)
        self.add(Do.HOLD, mean_s)
        self.add(Do.RELEASE)
        self.add(Do.DELAY, way_s)


def w1() -> Model:
    """Return M/M/1 at 80 %."""
    return _queue("W1: M/M/1", rate_rps=80.0, servers=1)


def w2() -> Model:
    """Return M/M/16 at 80 %."""
    return _queue("W2: M/M/16", rate_rps=1280.0, servers=16)


def _queue(title: str, *, rate_rps: float, servers: int) -> Model:
    service_s = 0.01
    plan = Plan()
    plan.pools("server", 1, servers)
    plan.acquire("server")
    plan.add(Do.HOLD, service_s)
    plan.add(Do.RELEASE)
    plan.add(Do.END)
    nodes = {
        "users": ("users", {"arrival_rate_rps": rate_rps}),
        "server": ("web_server", server(servers, service_s)),
    }
    return Model(
        title=title,
        document=document(title, nodes, [("users", "server")]),
        rate_rps=rate_rps,
        capacities=tuple(plan.capacities),
        steps=tuple(plan.steps),
        latency_mean_s=erlang_c(rate_rps * service_s, servers) * service_s / (servers - rate_rps * service_s)
        + service_s,
        stations=((servers, service_s),),
        routes=((0.0,),),
    )


def erlang_c(load: float, servers: int) -> float:
    """Return the probability of waiting in M/M/c (Erlang 1917)."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def w3() -> Model:
    """Return a balancer, three servers of 16 workers and 40 ms, a cache that hits 80 %, a database."""
    rate_rps, servers, workers, service_s = 900.0, 3, 16, 0.04
    connections, query_s, hit_ratio = 8, 0.005, 0.8
    plan = Plan()
    plan.pools("server", servers, workers)
    plan.pools("database", 1, connections)
    plan.acquire("server")
    plan.add(Do.HOLD, service_s)
    hit = plan.add(Do.CHANCE, hit_ratio)
    plan.acquire("database")
    plan.add(Do.HOLD, query_s)
    plan.add(Do.RELEASE)
    plan.place(hit)
    plan.add(Do.RELEASE)
    plan.add(Do.END)
    # The cache's size gives 80 % hits for the keys' popularity.
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {"arrival_rate_rps": rate_rps}),
        "balancer": ("load_balancer", {"forward_time_mean_s": 0}),
        "cache": ("cache", {"capacity_entries": 20_000, "service_time_mean_s": 0, "ttl_s": 0}),
        "database": ("database", database(connections, query_s)),
    }
    wires = [("users", "balancer")]
    for number in range(servers):
        name = f"server-{number}"
        nodes[name] = ("web_server", server(workers, service_s))
        wires += [("balancer", name), (name, "cache"), (name, "database")]
    to_database = (0.0,) * servers + (1 - hit_ratio,)
    return Model(
        title="W3: balancer, 3 servers, cache, database",
        document=document("W3", nodes, wires),
        rate_rps=rate_rps,
        capacities=tuple(plan.capacities),
        steps=tuple(plan.steps),
        stations=((workers, service_s),) * servers + ((connections, query_s),),
        routes=(to_database,) * servers + ((0.0,) * (servers + 1),),
        turns=servers,
    )


# W4 ---------------------------------------------------------------------------------------------------------------

WAY_S = 0.00025
FORWARD_S = 0.00005
GATEWAY_S = 0.0005
COMMAND_S = 0.000005
READ_S, WRITE_S = 0.001, 0.002
PUBLISH_S, JOB_S = 0.001, 0.005
TIERS = (("web", 0.005), ("account", 0.003), ("catalogue", 0.002))
REPLICAS, INSTANCES, SHARDS = 2, 4, 2
WRITE_SHARE, JOB_SHARE = 0.05, 0.05
#: What the engine measures: writes drop keys from caches that would otherwise hit 80 %.
W4_HIT_RATIO = 0.73


def w4(rate_rps: float = 100_000.0) -> Model:
    """Return four tiers behind balancers: gateways and a job queue, then three services with caches and replicas."""
    plan = _w4_plan()
    return Model(
        title="W4: four replicated tiers with caches, queue and workers",
        document=_w4_document(rate_rps),
        rate_rps=rate_rps,
        capacities=tuple(plan.capacities),
        steps=tuple(plan.steps),
    )


def _w4_document(rate_rps: float) -> Json:
    nodes: dict[str, tuple[str, Json]] = {
        "users": ("users", {"arrival_rate_rps": rate_rps}),
        "edge": ("load_balancer", {"connections_max": 1_000_000}),
        "jobs": ("message_queue", {"channel_count": 1000, "publish_time_mean_s": PUBLISH_S}),
        "worker": ("worker", exponential(worker_count=200, service_time_mean_s=JOB_S)),
    }
    wires = [("users", "edge"), ("jobs", "worker"), ("worker", "web-db-0")]
    callers = []
    for number in range(2):
        name = f"gateway-{number}"
        nodes[name] = ("web_server", server(20_000, GATEWAY_S))
        wires += [("edge", name), (name, "jobs")]
        callers.append(name)
    for tier, service_s in TIERS:
        balancer = f"{tier}-balancer"
        nodes[balancer] = ("load_balancer", {"connections_max": 1_000_000})
        wires += [(caller, balancer) for caller in callers]
        callers = [f"{tier}-{number}" for number in range(INSTANCES)]
        caches = [f"{tier}-cache-{number}" for number in range(SHARDS)]
        stores = [f"{tier}-db-{number}" for number in range(1 + REPLICAS)]
        nodes |= {name: ("web_server", server(2000, service_s)) for name in callers}
        memory = {"capacity_entries": 20_000 // SHARDS, "service_time_mean_s": COMMAND_S, "ttl_s": 0}
        nodes |= dict.fromkeys(caches, ("cache", memory))
        times = {"write_time_mean_s": WRITE_S, "apply_time_mean_s": 0.00002}
        nodes |= {name: ("database", {**database(64, READ_S), **times}) for name in stores}
        wires += [(balancer, name) for name in callers]
        wires += [(name, other) for name in callers for other in caches + stores]
        wires += [(stores[0], replica) for replica in stores[1:]]
    shares = {"read": 1 - WRITE_SHARE - JOB_SHARE, "write": WRITE_SHARE, "job": JOB_SHARE}
    return document("W4", nodes, wires, shares=shares, way_s=WAY_S)


def _w4_plan() -> Plan:
    plan = Plan()
    plan.pools("gateway", 2, 20_000)
    for tier, _ in TIERS:
        plan.pools(tier, INSTANCES, 2000)
        plan.pools(f"{tier} cache", SHARDS, 1)
        plan.pools(f"{tier} primary", 1, 64)
        plan.pools(f"{tier} replica", REPLICAS, 64)
    plan.pools("queue", 1, 1000)
    plan.pools("worker", 1, 200)
    job = plan.add(Do.CHANCE, JOB_SHARE)
    write = plan.add(Do.CHANCE, WRITE_SHARE / (1 - JOB_SHARE))
    _w4_way(plan, writes=False)
    plan.place(write)
    _w4_way(plan, writes=True)
    plan.place(job)
    _w4_enter(plan, "gateway", GATEWAY_S)
    plan.add(Do.DELAY, WAY_S)
    plan.acquire("queue")
    plan.add(Do.HOLD, PUBLISH_S)
    plan.add(Do.RELEASE)
    work = plan.add(Do.SPAWN)
    plan.add(Do.DELAY, WAY_S)
    _w4_leave(plan, 1)
    plan.place(work)
    plan.acquire("worker")
    plan.add(Do.DELAY, WAY_S)
    plan.add(Do.HOLD, JOB_S)
    plan.visit("web primary", WRITE_S, WAY_S)
    plan.add(Do.RELEASE)
    plan.add(Do.FINISH)
    return plan


def _w4_way(plan: Plan, *, writes: bool) -> None:
    """Go down through all tiers and back."""
    _w4_enter(plan, "gateway", GATEWAY_S)
    for tier, service_s in TIERS:
        _w4_enter(plan, tier, service_s)
        if writes:
            plan.visit(f"{tier} primary", WRITE_S, WAY_S)
            plan.visit(f"{tier} cache", COMMAND_S, WAY_S)
        else:
            plan.visit(f"{tier} cache", COMMAND_S, WAY_S)
            hit = plan.add(Do.CHANCE, W4_HIT_RATIO)
            plan.visit(f"{tier} replica", READ_S, WAY_S)
            plan.visit(f"{tier} cache", COMMAND_S, WAY_S)
            plan.place(hit)
    _w4_leave(plan, 1 + len(TIERS))


def _w4_enter(plan: Plan, name: str, service_s: float) -> None:
    """Go through a balancer to a server and let it work."""
    plan.add(Do.DELAY, WAY_S)
    plan.add(Do.DELAY, FORWARD_S)
    plan.add(Do.DELAY, WAY_S)
    plan.acquire(name)
    plan.add(Do.HOLD, service_s)


def _w4_leave(plan: Plan, levels: int) -> None:
    """Answer through as many servers and their balancers."""
    for _ in range(levels):
        plan.add(Do.RELEASE)
        plan.add(Do.DELAY, WAY_S)
        plan.add(Do.DELAY, WAY_S)
    plan.add(Do.END)


MODELS = {"W1": w1, "W2": w2, "W3": w3, "W4": w4}


# Documents --------------------------------------------------------------------------------------------------------


def exponential(**parameters: Any) -> Json:
    """Return parameters with exponential service times."""
    return {**parameters, "service_time_distribution": "exponential"}


def server(workers: int, service_s: float) -> Json:
    """Return the parameters of a server with ample room to wait."""
    return exponential(worker_count=workers, service_time_mean_s=service_s, queue_capacity=100_000)


def database(connections: int, read_s: float) -> Json:
    """Return the parameters of a database; the rivals' records have no locks."""
    return exponential(connection_count=connections, read_time_mean_s=read_s, row_locks=False)


def document(
    name: str,
    nodes: Mapping[str, tuple[str, Mapping[str, Any]]],
    wires: Sequence[tuple[str, str]],
    *,
    shares: Mapping[str, float] | None = None,
    way_s: float = 0.0,
    key_count: int = 100_000,
) -> Json:
    """Return a scenario; `shares` are those of the operations, by default reads only."""
    return {
        "version": 1,
        "name": name,
        "nodes": [
            {"id": node_id, "kind": kind, "parameters": dict(parameters)}
            for node_id, (kind, parameters) in nodes.items()
        ],
        "edges": [
            {
                "id": f"{source}--{target}",
                "source": source,
                "target": target,
                "parameters": {"latency_mean_s": way_s},
            }
            for source, target in wires
        ],
        "workload": {
            "classes": [
                {
                    "name": operation,
                    "share": share,
                    "operation": operation,
                    "key_count": key_count,
                    "zipf_exponent": 0.99,
                }
                for operation, share in (shares or {"read": 1.0}).items()
            ]
        },
    }
