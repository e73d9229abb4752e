"""What components declare: pools, stores, groups and the like, each under a name of its node."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

from simcore.call_words import GateKind
from simcore.controls import Queue, Scaled, Scaler
from simcore.curves import Curve
from simcore.data_words import Sharding
from simcore.distributions import keep_distribution
from simcore.program import (
    NONE,
    PRICE_COUNT,
    Discipline,
    Eviction,
    Gate,
    Group,
    Pool,
    Routing,
    Shape,
    Share,
    Store,
)
from simcore.source_words import Source
from simcore.symbols import Declarations, Symbols, Target, Wiring, part_id


class NodeResources:
    """What one node has: its declarations, each under a name that keeps its index through live edits.

    Attributes
    ----------
    node, node_id : index and id of the node.
    targets : role name -> targets that this node may call, in order of edge id.
    feeds : role name -> nodes that this one is fed by, as targets whose `node` is the source.
    peers : other members of the node's replication cluster.
    addresses : services whose addresses name servers tell this client, as targets of its own.
    loopback : the node itself as a target without delay, if it has a part of what it calls, or reports.
    watched : those who report to this node, each with the edge over which it does.
    classes : numbers of the request classes by name.
    cluster : index of that cluster, `NONE` outside one.
    looked_at : nodes, this one first, whose wiring decided what was declared or stamped.
    """

    def __init__(self, symbols: Symbols, declarations: Declarations, *, node_id: str, wiring: Wiring) -> None:
        self._symbols = symbols
        self._declared = declarations
        self.node_id = node_id
        self.node = symbols.index("node", node_id)
        self._wiring = wiring
        self.targets = wiring.targets.get(node_id, {})
        self.feeds = wiring.feeds.get(node_id, {})
        self.peers = wiring.peers.get(node_id, ())
        self.addresses = wiring.addresses.get(node_id, ())
        self.loopback = wiring.loopbacks.get(node_id)
        self.watched = wiring.watched.get(node_id, ())
        self.classes = wiring.classes
        self.cluster = wiring.clusters.get(node_id, NONE)
        self.looked_at = [node_id]
        self._instance_count = 1

    def slot(self, name: str, value: float) -> int:
        """Keep a live number under a name; return its slot."""
        return self.slots(name, value)

    def slots(self, name: str, *values: float) -> int:
        """Keep several live numbers in neighbouring slots; return the first."""
        return self._symbols.slots(self._key(name), [float(value) for value in values])

    def distribution(
        self,
        name: str,
        mean_s: float,
        shape: Shape = Shape.CONSTANT,
        cv: float = 1.0,
        values: Sequence[float] = (),
    ) -> int:
        """Keep a live distribution under a name; return its first slot."""
        key = self._key(name)
        return keep_distribution(self._symbols, key, mean=mean_s, shape=shape, cv=cv, values=values)

    def stream(self, purpose: str) -> int:
        """Return this node's own random stream for a purpose."""
        return self._symbols.index("stream", f"{purpose}:{self.node_id}")

    def pool(
        self,
        name: str,
        *,
        capacity: float,
        queue_capacity: float = math.inf,
        discipline: Discipline = Discipline.FIFO,
        contention: tuple[float, float] = (0.0, 0.0),
        wait_max_s: float = math.inf,
        backlog_min_s: float = 0.0,
        part_of: int = NONE,
    ) -> int:
        """Declare workers behind one queue; `capacity` may be infinite. Contention as in `simcore.program.Pool`.

        Who has waited longer than `wait_max_s` is turned away instead of served, once the queue has not been empty for
        `backlog_min_s`. What happens to it counts for the pool that it is part of.
        """
        index = self._symbols.index("pool", self._key(name))
        self._declared.pools[index] = Pool(
            self.node,
            self.slot(f"{name}.capacity", capacity),
            self.slot(f"{name}.queue_capacity", queue_capacity),
            self.slot(f"{name}.discipline", discipline),
            self.slots(f"{name}.contention", *contention),
            self.slots(f"{name}.shed", wait_max_s, backlog_min_s),
            part_of,
        )
        return index

    def limiter(
        self,
        name: str,
        kind: GateKind,
        *,
        rate_rps: float,
        burst: float = 1.0,
        window_s: float = 1.0,
        queue: float = 0.0,
        deposit: float = 0.0,
        of_each_user: bool = False,
    ) -> int:
        """Declare a gate that lets only so many through; a token bucket may also be filled by deposits.

        With `of_each_user` it is one bucket for each user; ask it by `NodeAssembler.gate_of_user`.
        """
        return self._gate(name, kind, rate_rps, burst, window_s, queue, deposit, 0.0, each=of_each_user)

    def breaker(
        self,
        name: str,
        kind: GateKind,
        *,
        failure_ratio: float,
        failures: float,
        window_s: float,
        open_s: float,
        probes: float,
    ) -> int:
        """Declare a circuit breaker; `failures` is the least number of calls in a window, or of failures in a row."""
        return self._gate(name, kind, failure_ratio, failures, window_s, 0.0, open_s, probes)

    def _gate(self, name: str, kind: GateKind, *numbers: float, each: bool = False) -> int:
        index = self._symbols.index("gate", self._key(name))
        self._declared.gates[index] = Gate(self.node, self.slots(f"{name}.gate", kind, *numbers), each)
        return index

    def share(
        self, name: str, *, capacity: float, limit: float = 1.0, contention: tuple[float, float] = (0.0, 0.0)
    ) -> int:
        """Declare a capacity (work per second) that jobs divide equally, each getting the limit at most."""
        index = self._symbols.index("share", self._key(name))
        self._declared.shares[index] = Share(
            self.slot(f"{name}.share", capacity),
            self.slot(f"{name}.limit", limit),
            contention_slot=self.slots(f"{name}.share_contention", *contention),
        )
        return index

    def store(
        self,
        name: str,
        *,
        capacity: int,
        ttl_s: float = math.inf,
        eviction: Eviction = Eviction.LRU,
        volatile: bool = True,
        sliding: bool = False,
        jitter_ratio: float = 0.0,
        owed: bool = False,
        hints: bool = False,
        capacity_bytes: float | None = None,
    ) -> int:
        """Declare a bounded memory of real keys; a volatile one is lost when the node crashes.

        With `sliding` the time to live begins anew at every use; jitter shortens it by a random share of at most that
        ratio. What is `owed` are writes that still have to be passed on: emptying the memory counts them as lost.
        What are `hints` are keys that other members of the cluster have missed. With a capacity in bytes, put by
        `Keep.SIZED` only.
        """
        index = self._symbols.index("store", self._key(name))
        self._declared.stores[index] = Store(
            self.node if volatile else NONE, self.slot(f"{name}.capacity", capacity), self.slot(f"{name}.ttl", ttl_s),
            self.slot(f"{name}.eviction", eviction), self.slot(f"{name}.sliding", sliding),
            self.slot(f"{name}.jitter", jitter_ratio), self.stream(f"evict.{name}"), owed, self.node if hints else NONE,
            NONE if capacity_bytes is None else self.slot(f"{name}.bytes", capacity_bytes),
        )  # fmt: skip
        return index

    def group(
        self,
        name: str,
        members: Sequence[Target],
        routing: Routing,
        *,
        cluster: int = NONE,
        ring: tuple[float, float] | None = None,
        copies: int | None = None,
    ) -> int:
        """Declare members that a call chooses from; `ring` has the virtual nodes of each and the bound of its load.

        With `copies` a fork calls only so many members, those that have the key.
        """
        index = self._symbols.index("group", self._key(name))
        self._declared.groups[index] = Group(
            self.node,
            tuple(member.edge for member in members),
            tuple(member.drawn for member in members),
            self.slot(f"{name}.routing", routing),
            self.stream(f"route.{name}"),
            cluster,
            NONE if copies is None else self.slot(f"{name}.copies", copies),
            NONE if ring is None else self.slots(f"{name}.ring", *ring),
        )
        return index

    def sharding(self, *, count: int, placement: Routing, virtual_node_count: int) -> int:
        """Declare that this node's keys are divided among shards; live changes of the numbers make keys move."""
        index = self._symbols.index("sharding", self.node_id)
        first = self.slots("sharding", count, placement, virtual_node_count)
        self._declared.shardings[index] = Sharding(self.node, first)
        return index

    def known_count(self, name: str) -> int:
        """Return how many pools named with consecutive numbers this node has had in this run; they may still be needed."""
        pools = self._symbols.tables.get("pool", {})
        count = 0
        while self._key(f"{name} {count}") in pools:
            count += 1
        return count

    def clusters_behind(self) -> list[int]:
        """Return the clusters of records that requests from here can come to, each once."""
        self.looked_at += (seen := self._wiring.behind(self.node_id))[1:]
        return list(
            dict.fromkeys(self._wiring.clusters[node] for node in seen if node in self._wiring.clusters)
        )

    def keep_copies(self, *, durable: bool) -> None:
        """Declare that this node has copies of keys, as a member of a cluster without primary."""
        self._declared.durable_slots[self.node] = self.slot("durable", durable)

    def single(self, target: Target) -> int:
        """Return the group of one target alone, called whatever its health."""
        return self.group(f"only {target.node_id}", [target], Routing.CURSOR)

    def publish_ttl(self, ttl_s: float) -> int:
        """Keep how long this node's answers stay valid, for those who remember them."""
        return self.slot("answers.ttl", ttl_s)

    def resolver_cache(self, name_server: Target, *, capacity: int, name: str = "addresses") -> int:
        """Declare a memory of resolved addresses, each valid as long as the name server says."""
        index = self._symbols.index("store", self._key(name))
        ttl = self._symbols.tables.get("slot", {}).get(f"{name_server.node_id}/answers.ttl")
        if ttl is None:  # the name server has not lowered itself yet; it will fill the slot in
            ttl = self._symbols.slots(f"{name_server.node_id}/answers.ttl", [0.0])
        self._declared.stores[index] = Store(
            NONE, self.slot(f"{name}.capacity", capacity), ttl, self.slot(f"{name}.eviction", Eviction.LRU),
            self.slot(f"{name}.sliding", 0.0), self.slot(f"{name}.jitter", 0.0), self.stream(f"evict.{name}"),
        )  # fmt: skip
        return index

    def source(
        self,
        *,
        rate_rps: float,
        poisson: bool,
        user_count: int,
        curve: Curve,
        burst: Sequence[float],
        think: int,
        closed: bool,
        parts: Sequence[tuple[str, int]] = (),
    ) -> int:
        """Declare a population that sends requests; see `Source`. Of its parts: the name and the first user beyond it."""
        index = self._symbols.index("source", self.node_id)
        streams = [self.stream(purpose) for purpose in ("arrivals", "classes", "keys", "users", "sizes")]
        assert streams == list(range(streams[0], streams[0] + len(streams)))
        self._declared.sources[index] = Source(
            self.node, self.slot("rate", rate_rps), self.slot("poisson", poisson), self.slot("user_count", user_count),
            self.slot("population", user_count if closed else 0),
            think,
            self.slots("burst", *burst),
            self.slots(f"curve of {len(curve.points)}", curve.period_s, *chain.from_iterable(curve.points)),
            len(curve.points),
            bool(curve.points or burst[2]),
            streams[0], self._parts(parts) if parts else NONE,
        )  # fmt: skip
        return index

    def _parts(self, parts: Sequence[tuple[str, int]]) -> int:
        nodes = [self._symbols.index("node", part_id(self.node_id, name)) for name, _ in parts]
        rows = zip(nodes, (beyond for _, beyond in parts), strict=True)
        return self.slots(f"parts of {len(parts)}", len(parts), *chain.from_iterable(rows))

    def queue(
        self,
        *,
        capacity: float,
        durable: bool,
        deliveries_max: float,
        visibility_s: float = math.inf,
        retention_s: float = math.inf,
        partition_count: int = 0,
        prefetch_count: int = 1,
        at_most_once: bool = False,
        notice_s: float = math.inf,
        dead_queue: int = NONE,
        reader: Target | None = None,
    ) -> int:
        """Declare this node's message queue, or that of one reader; consumers find it through `queue_from`.

        No partitions: any order of keys. `notice_s`: when what a dead consumer had comes back at the latest.
        """
        index = (
            self.queue_of(self.node_id) if reader is None else self._queue_for(self.node_id, reader.node_id)
        )
        name = "queue" if reader is None else f"queue for {reader.node_id}"
        delivery = visibility_s, retention_s, partition_count, prefetch_count, at_most_once, notice_s
        self._declared.queues[index] = Queue(
            self.node,
            self.slot(f"{name}.capacity", capacity),
            self.slot(f"{name}.durable", durable),
            self.slot(f"{name}.deliveries_max", deliveries_max),
            self.slots(f"{name}.delivery", *delivery),
            dead_queue,
            reader=NONE if reader is None else reader.node,
        )
        return index

    def dead_letters(self, *, durable: bool) -> int:
        """Declare where this node keeps the dead letters of its queue until they have been passed on."""
        index = self.queue_of(self._key("dead letters"))
        self._declared.queues[index] = Queue(
            self.node, self.slot("dead.capacity", math.inf), self.slot("dead.durable", durable),
            self.slot("dead.deliveries_max", math.inf),
            self.slots("dead.delivery", math.inf, math.inf, 0, 1, 0, math.inf),
            hidden=True,
        )  # fmt: skip
        return index

    def instances(self, count: int) -> None:
        """Say how many instances there are to begin with; what is `per_instance` is so many times as much."""
        self._instance_count = count
        self.per_instance("instances", 1)

    def per_instance(self, name: str, value: float) -> int:
        """Keep a live number that grows with the number of instances; return its slot."""
        slot = self.slot(name, value * self._instance_count)
        unit = self.slot(f"{name} per instance", value)
        index = self._symbols.index("scaled", self._key(name))
        self._declared.scaled[index] = Scaled(self.node, slot, unit, name == "instances")
        return slot

    def scaler(self, target: Target, *settings: float) -> int:
        """Declare an autoscaler of another node; the settings are in the order of `simcore.engine.scaling`."""
        index = self._symbols.index("scaler", self._key(f"scales {target.node_id}"))
        self.looked_at.append(target.node_id)
        feeds = self._wiring.feeds.get(target.node_id, {}).get("queue", ())
        instances = self._symbols.tables.get("slot", {}).get(f"{target.node_id}/instances")
        if instances is None:  # the target has not lowered itself yet; it will fill the slot in
            instances = self._symbols.slots(f"{target.node_id}/instances", [1.0])
        self._declared.scalers[index] = Scaler(
            self.node,
            target.node,
            self.slots(f"scaling of {target.node_id}", *settings),
            self.group(f"feeds of {target.node_id}", feeds, Routing.ROUND_ROBIN),
            instances,
        )
        return index

    def prices(self, *prices: float) -> None:
        """Keep what this node costs, in the order of `simcore.engine.costs`."""
        assert len(prices) == PRICE_COUNT
        self._declared.prices[self.node] = self.slots("prices", *prices)

    def queue_of(self, node_id: str) -> int:
        """Return the index of another node's message queue."""
        return self._symbols.index("queue", node_id)

    def queue_from(self, feed: Target) -> int:
        """Return the index of the queue that this node's consumers empty at one of its feeds."""
        return self._queue_for(feed.node_id, self.node_id) if feed.broadcasts else self.queue_of(feed.node_id)

    def _queue_for(self, node_id: str, reader_id: str) -> int:
        return self._symbols.index("queue", f"{node_id}/for {reader_id}")

    def _key(self, name: str) -> str:
        return f"{self.node_id}/{name}"
