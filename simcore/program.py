"""The words that requests are made of, and the compiled program.

A component stamps a few operations into a `Program`; the engine walks them and has never heard of a load balancer.
This module is the whole vocabulary: operations, ports, conditions, causes of failure, and the arrays of a program.
The assembler that components write with is in `simcore.assembler`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simcore.call_words import Routing as Routing  # noqa: PLC0414 - a word of programs like all the others
from simcore.controls import Daemon, Queue, Scaled, Scaler
from simcore.data_words import Sharding
from simcore.source_words import RequestKind, Source

#: "No such thing" in every integer field.
NONE = -1


class Op(IntEnum):
    """One step of an activity. Operands `a` to `e` as listed; a label is an index into `Program.code`."""

    ACQUIRE = 0  # a pool, b label when its queue is full (NONE: fail): take a worker or wait in line for one
    RELEASE = 1  # a pool: give it back, straight to the next in line; b 1: a flight, with its result
    HOLD = 2  # a distribution, b stream, c node, d HoldMode: be served, slowed or stopped with the node
    DELAY = 3  # a distribution, b stream, c DelayMode: let time pass without occupying anything
    CALL = 4  # a group, b port | CallFlag, c label on failure, d timeout slot, e timers: wait for an answer
    FORK = 5  # as CALL, but d slot: answers needed (0 = all), then the timeout: call all members at once
    SPAWN = 6  # a label, b node, c 1 = over the target register's edge: start what nobody waits for
    ANSWER = 7  # end well: let go of everything held and answer the caller; a 1: with the target register
    FAIL = 8  # a Cause, or NONE to pass on the failure that led here
    BRANCH = 9  # a Condition, b operand, c label, d second operand: jump when it holds
    LOOK_UP = 10  # a store, b StoreKey, c: with OLDEST the slot of the lease: set the hit, target and version registers
    PUT = 11  # a store, b StoreKey, c Keep
    DROP = 12  # a store, b StoreKey
    LOG = 13  # a LogStep, b cluster, c operand of some: one step of replication
    ENQUEUE = 14  # a queue
    DEQUEUE = 15  # a queue, b edge: wait for a message
    SETTLE = 16  # a queue, b 1 done or 0 to be delivered again
    REPORT = 17  # a edge (NONE: of last call), b Finding, c slot: failures until unhealthy, d slot, e group
    ARRIVE = 18  # a source, b label, c ArriveStep: start a request at every arrival, or one user's next one
    CHOOSE = 19  # a group, b slot of the delays between regions, c 1: by the user: set the target register to a member
    JOIN = 20  # a latch: be the first to fetch the key (miss), or wait for the result of the one who is (hit)
    CONTROL = 21  # a ControlStep, b its subject: look at the system, or change it
    GATE = 22  # a gate, b GateStep, c label when refused (NONE: fail): may it go on, now or after a pause?
    SHARD = 23  # a sharding, b ShardStep, c, d, e see there: find the shard that has the key, or move keys to others


class Port(IntEnum):
    """Where a call enters a node."""

    REQUEST = 0
    PROBE = 1
    GET = 2
    PUT = 3
    DROP = 4
    READ = 5
    WRITE = 6
    REPLICATE = 7
    PART = 8  # of a request that its node has divided
    REPORT = (
        9  # what a node tells of its own requests; at that node: a part of the request, which waits for it
    )


class Condition(IntEnum):
    """What a BRANCH asks."""

    ALWAYS = 0
    HIT = 1
    MISS = 2
    OPERATION = 3  # the request's class does operation `b`
    ATTEMPTS_LEFT = 4  # fewer than slot `b` attempts so far, for a cause worth it, and gate `d` has a token
    SLOT = 5  # slot `b` is not zero
    KEY_SHARD = 6  # the key's hash modulo `d` equals `b`
    IS_PRIMARY = 7  # this node is the primary of cluster `b`
    PRIMARY_TRUSTED = 8  # group `b` believes the primary of cluster `d` healthy, or this node is or was it
    FULL = 10  # store `b` has no room for one more key
    TARGET_HEALTHY = 11  # the target register's edge is in group `b` and believed healthy
    CHANCE = 12  # with the probability in slot `b`, drawn from stream `d`
    CLASS = 13  # the request is of class `b`
    LARGE = 14  # its payload has more bytes than slot `b`


class Cause(IntEnum):
    """Why a request failed: a closed list. OK stands for an answer."""

    OK = 0
    REFUSED = 1
    QUEUE_FULL = 2
    TIMED_OUT = 3
    NODE_DOWN = 4
    CONNECTION_LOST = 5
    NO_HEALTHY_TARGET = 6
    NO_TARGET = 7
    PARTITIONED = 8
    PACKET_LOST = 9
    LIMIT_REACHED = 10
    BREAKER_OPEN = 11  # a circuit breaker did not let the call out
    RATE_LIMITED = 12
    SHED = 13  # had waited too long when its turn came
    DEADLINE_EXCEEDED = 14  # the time that somebody up the call stack gave it is over
    CANCELLED = 15  # nobody waits for the answer any more


CAUSE_COUNT = len(Cause)

#: Latency histograms: 64 bins per octave from 2**-20 s (about 1 µs) to 2**14 s (about 4.5 h), so within 0.8 %.
BINS_PER_OCTAVE_LOG2 = 6
LOWEST_OCTAVE = -20
OCTAVES = 34
BIN_COUNT = OCTAVES << BINS_PER_OCTAVE_LOG2


class Operation(IntEnum):
    """What a request class does to data."""

    READ = 0
    WRITE = 1
    JOB = 2
    STATIC = 3  # a file that looks the same to everybody and needs no database


class Shape(IntEnum):
    """Shape of a distribution; see `simcore.distributions` for its four slots."""

    CONSTANT = 0
    EXPONENTIAL = 1
    LOGNORMAL = 2
    HYPEREXPONENTIAL = 3
    GAMMA = 4
    PARETO = 5
    EMPIRICAL = 6


class DelayMode(IntEnum):
    """What stretches a DELAY."""

    PLAIN = 0
    BACKOFF = 1  # doubled at every attempt, full jitter
    LINK = 2  # the latency of edge `b`


class HoldMode(IntEnum):
    """What a HOLD's drawn time is for."""

    PLAIN = 0  # a request, as much as its class takes
    PER_ITEM = 1  # each item of a batch
    PER_BYTE = 2  # each byte of the payload


class StoreKey(IntEnum):
    """What a store is keyed by."""

    KEY = 0
    USER = 1
    OLDEST = 2  # what has waited longest: look it up to lease it, drop it unless it was put again since
    ALL = 3  # one entry for everybody


class Keep(IntEnum):
    """What a PUT keeps."""

    VALUE = 0  # the value in the registers
    UNWRITTEN = 1  # a value newer than any that the database knows
    REFRESH = 2  # the version in the register, if the key is there
    NEWEST = 3  # the value in the registers, unless there is a newer one
    SIZED = 4  # the size of the payload, for a memory with room for so many bytes
    NO_LONGER = 5  # the value in the registers, no longer than store `d` keeps its one entry for everybody


class LogStep(IntEnum):
    """Steps of replication."""

    APPEND = 0  # give the write a log position
    ACKNOWLEDGE = 1  # the write is promised to the caller
    APPLY = 2  # a replica has everything up to the value register
    READ = 3  # count the read as stale if the key has a newer write than this node knows
    POLL = 4  # hit when the primary has more than this replica was sent
    PROMOTE = 5  # make the most advanced living replica the primary; slot `c`: cut the old one off
    CHECK = 6  # count the read as stale if the cluster has a newer write than the version register
    QUORUM_READ = 7  # begin a read: the value register gets the newest version that was promised
    COPY_READ = 8  # the version register gets that of this member's copy
    QUORUM_CHECK = 9  # count the read as stale if the version register is older than the value register
    QUORUM_WRITE = 10  # begin a write: the version register gets a new version
    COPY_WRITE = 11  # this member keeps the version if it has an older one
    QUORUM_ACK = 12  # the version is promised to the caller
    QUORUM_FAILED = 13  # count the write as diverged if a member kept it, or was sent it, nevertheless
    COMPARE = 14  # hit when one of the key's copies, members of group `c`, is older than the version register
    AWAY = 15  # hit when one of them is believed dead


class ControlStep(IntEnum):
    """What a controller does: programs that watch and change the system go through the same door as people."""

    BREAK = 0  # crash this node
    MEND = 1  # bring this node back, if it is still down from the crash that this activity knows of
    SENSE = 2  # scaler `b`: hit when more instances are wanted, so many as in the value register
    BOOT = 3  # scaler `b`: so many instances as in the value register join
    EMPTY = 4  # forget all that this node keeps in memory
    WHOLE = 5  # the answer lacks nothing so far
    LACK = 6  # it lacks something, or that of the request that this is a part of does
    TELL = 7  # count the answer as degraded if it lacks something
    RESIZE = 8  # what the activity carries has so many bytes as slot `b` says
    TAKE_IN = 9  # count them on edge `b` (NONE: the one that it came over) as taken in
    RECORDED = 10  # a failed request of the source of edge `b` is on record at its target
    DROPPED = 11  # a report is lost before it could be sent over edge `b`
    WATCH = 12  # rule `b`, of three slots: share of failures, looks in a row, edge from whom is watched: is it time for an alarm?
    SILENT = 13  # the same, when the one who is watched did not answer


class Measure(IntEnum):
    """What an autoscaler looks at."""

    UTILIZATION = 0
    QUEUE_LENGTH = 1  # waiting, per instance
    REQUEST_RATE = 2  # per instance
    LATENCY = 3  # mean


class Eviction(IntEnum):
    """Which entry leaves a full store."""

    LRU = 0
    FIFO = 1
    RANDOM = 2
    LFU = 3  # least often asked for since the run began or the memory was emptied; of equals the oldest


INSTRUCTION = np.dtype(
    (np.record, [("op", "i4"), ("a", "i4"), ("b", "i4"), ("c", "i4"), ("d", "i4"), ("e", "i4")]),
)

Instruction = tuple[int, int, int, int, int, int]


class Discipline(IntEnum):
    """Who is next when a worker of a pool is free."""

    FIFO = 0
    LIFO = 1
    PRIORITY = 2  # the most important class; within a class, who came first
    PREEMPTIVE = 3  # the same, and who is less important makes way and goes on later where it was


#: Priorities of request classes that a pool tells apart: 0 is the most important.
PRIORITY_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Pool:
    """Identical workers behind one queue. Slots hold the live numbers; infinite capacity means unlimited.

    Contention is two neighbouring slots, alpha and beta of the universal scalability law (Gunther 1993): with n in
    use, service takes 1 + alpha (n - 1) + beta n (n - 1) times as long.
    """

    node: int
    capacity_slot: int
    queue_capacity_slot: int
    discipline_slot: int
    contention_slot: int
    shed_slot: int  # longest wait (s), and how long (s) the queue must have been filled before it counts
    part_of: int = NONE  # a pool that nobody takes from: it stands for all its parts together


@dataclass(frozen=True, slots=True)
class Gate:
    """A rate limit, a retry budget or a circuit breaker; `of_each_user`: a bucket of tokens for everybody."""

    node: int
    first_slot: int
    of_each_user: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A capacity that jobs divide equally among themselves, each at most at the limit."""

    capacity_slot: int
    limit_slot: int
    edge: int = NONE
    contention_slot: int = NONE


@dataclass(frozen=True, slots=True)
class Store:
    """Real keys in a bounded memory."""

    node: int  # whose crash empties it; NONE for memory that lives elsewhere
    capacity_slot: int
    ttl_slot: int
    eviction_slot: int
    sliding_slot: int  # not 0: the time to live begins anew at every use
    jitter_slot: int  # share by which it is shortened at random
    stream: int
    owed: bool = False  # entries are writes that were promised and still have to be passed on
    hints_of: int = NONE  # node that remembers with them which keys some member of its cluster has missed
    bytes_slot: int = NONE  # bytes it has room for; NONE: entries have no size


@dataclass(frozen=True, slots=True)
class Group:
    """Members that one call chooses from, as edge indices; `drawn` tells which of them a person drew."""

    node: int
    members: tuple[int, ...]
    drawn: tuple[bool, ...]
    routing_slot: int
    stream: int
    cluster: int
    copies_slot: int = NONE  # members that a FORK calls, those first in line for the key; NONE: all
    ring_slot: int = NONE  # of two: virtual nodes of a member; its greatest load, as a multiple of the mean


@dataclass(frozen=True, slots=True)
class Link:
    """One direction between two nodes; `visible` for those that a person drew."""

    source: int
    target: int
    latency_slot: int
    loss_slot: int
    weight_slot: int
    stream: int
    visible: bool
    share: int  # first of two: the bandwidth there, the bandwidth back
    bandwidth_slot: int  # bytes/s, infinite when unlimited
    varied: bool  # whether the delay is drawn or the bandwidth limited
    distance_slot: int  # delay between the regions of its ends, where it is not part of the link's own
    tariff: int  # TARIFF_* of what passes it
    closed: bool = False  # nobody lets it in: it leads into a private network from outside
    drained: bool = False  # whoever chooses among several chooses another
    drawn_as: int = NONE  # edge that a person drew for it, where it is not the one that requests pass


@dataclass(frozen=True, slots=True)
class Cluster:
    """A primary with its replicas, by node index; the first node is the declared primary."""

    nodes: tuple[int, ...]
    leaderless: bool = False  # every member takes writes, and keys have copies at some of them


#: Who pays for what passes an edge: its target for answers to users, or to another region or zone; its source for what
#: it sends to another region or zone.
TARIFF_INTERNET, TARIFF_BACK, TARIFF_OUT, TARIFF_ZONE_BACK, TARIFF_ZONE_OUT = 1, 2, 4, 8, 16
#: Prices of a node, in neighbouring slots: see `engine.costs`. The last is no price but the machines bought ahead.
PRICE_COUNT = 6


@dataclass(slots=True)
class Program:
    """A compiled scenario. Dictionaries map stable indices to declarations, so that a live edit keeps every state."""

    code: NDArray[np.void]  # INSTRUCTION
    slots: NDArray[np.float64]
    entries: NDArray[np.int32]  # (nodes, ports) -> label, NONE where the node has no such port
    node_ids: tuple[str, ...]  # every node index ever given out
    edge_ids: tuple[str, ...]
    live_nodes: frozenset[int]
    live_edges: frozenset[int]
    pools: dict[int, Pool] = field(default_factory=dict)
    stores: dict[int, Store] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    queues: dict[int, Queue] = field(default_factory=dict)
    clusters: dict[int, Cluster] = field(default_factory=dict)
    daemons: dict[int, Daemon] = field(default_factory=dict)
    scalers: dict[int, Scaler] = field(default_factory=dict)
    scaled: dict[int, Scaled] = field(default_factory=dict)
    durable_slots: dict[int, int] = field(default_factory=dict)  # node -> whether its copies survive a crash
    streams: tuple[str, ...] = ()  # name of each random stream, "purpose:node id"
    timer_count: int = 0
    classes: tuple[RequestKind, ...] = ()
    shares: dict[int, Share] = field(default_factory=dict)
    gates: dict[int, Gate] = field(default_factory=dict)
    shardings: dict[int, Sharding] = field(default_factory=dict)
    prices: dict[int, int] = field(
        default_factory=dict
    )  # node -> first slot of its prices, see `engine.costs`
    regions: dict[int, int] = field(default_factory=dict)  # node -> number of its region


#: What an empty state runs.
NOTHING = Program(
    code=np.zeros(0, INSTRUCTION),
    slots=np.zeros(0),
    entries=np.zeros((0, len(Port)), np.int32),
    node_ids=(),
    edge_ids=(),
    live_nodes=frozenset(),
    live_edges=frozenset(),
)
