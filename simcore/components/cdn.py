"""The point of presence of a content delivery network: files near the people who want them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import Caller, HealthChecker, stamp_probe
from simcore.components._preview import Memory
from simcore.components._prices import PublicPriced, per_gb_to_users, per_million
from simcore.components.base import Callees, Machine, Role
from simcore.params import param
from simcore.program import (
    Condition,
    ControlStep,
    Eviction,
    HoldMode,
    Keep,
    LogStep,
    Operation,
    Port,
    Routing,
    Shape,
)

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label

_BITS_PER_BYTE = 8
#: Operations whose answers it keeps, by choice.
_KEEPING = {"static": ("static",), "static_and_reads": ("static", "read")}


class Cdn(HealthChecker, Caller, PublicPriced):
    """A cache of whole answers in one place of the world, in front of an origin or of another such cache."""

    title: ClassVar[str] = "CDN"
    summary: ClassVar[str] = "Answers for files from a place near the people (a point of presence)."
    models: ClassVar[str] = (
        "One point of presence; draw one for each region that is to have one, and let a name server lead people to the nearest. "
        "It keeps static files, real keys with their sizes, until their time to live ends or room is needed. What it does "
        "not have it fetches from its origin, once for all who ask at the same time; another point of presence as its "
        "origin is a shield. A write that passes drops the file here, a new release drops all files, and so does the fault "
        "that empties it. While the origin fails it may serve what is too old. Of several origins it uses the one with the "
        "greatest weight that passes its health checks. What it sends may share a limited line. Answers to reads that are older "
        "than what one database behind it has by now are counted as stale."
    )
    leaves_out: ClassVar[str] = (
        "Encryption, parts of files, errors that are kept, announcements from one point to the others, and whether what it keeps "
        "is stale where several databases stand behind it."
    )
    group: ClassVar[str] = "network"
    aliases: ClassVar[tuple[str, ...]] = (
        "content delivery network", "PoP", "edge", "CloudFront", "Fastly", "Cloudflare", "Akamai",
        "origin shield", "Varnish",
    )  # fmt: skip
    words: ClassVar[Mapping[str, str]] = {"content delivery": ""}
    role: ClassVar[Role] = Role.SERVICE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "fetches from"}
    faults: ClassVar[tuple[str, ...]] = (*Machine.faults, "flush")

    kept_classes: Literal["static", "static_and_reads"] = param(
        "static",
        label="What it keeps",
        group="memory",
        choices={"static": "Static files", "static_and_reads": "Static files and answers to reads"},
        help="Which answers it keeps; all else goes to the origin.",
        moves={"static_and_reads": "calls down"},
    )
    capacity_bytes: float = param(
        1e9,
        label="Room",
        unit="bytes",
        ge=0,
        le=1e15,
        group="memory",
        help="Bytes that it can keep; when they are used up, others must leave for a new file. A larger file is not kept at all.",
        source="Our suggestion: a small share of one machine, so that it fills within minutes",
        moves="hit_ratio up, calls down",
    )
    file_count_max: int = param(
        100_000,
        label="Files at most",
        ge=1,
        le=1_000_000,
        group="memory",
        help="Files that it can keep, however small they are.",
        advanced=True,
        moves="hit_ratio up, calls down",
    )
    eviction_policy: Literal["lru", "lfu", "fifo", "random"] = param(
        "lru",
        group="memory",
        choices={
            "lru": "Least recently used",
            "lfu": "Least frequently used",
            "fifo": "Oldest first",
            "random": "Random",
        },
        help="Which file leaves when there is no room.",
        moves={"lfu": "hit_ratio changes", "fifo": "hit_ratio changes", "random": "hit_ratio changes"},
    )
    ttl_s: float = param(
        86_400.0,
        label="Time to live",
        unit="s",
        ge=0,
        le=31_536_000,
        group="memory",
        help="How long a file may be served before it is fetched anew; 0 keeps it for ever.",
        source="CloudFront guide: default time to live 24 h",
        moves="hit_ratio up, calls down",
    )
    serve_stale_s: float = param(
        0.0,
        label="Serve older files",
        unit="s",
        ge=0,
        le=31_536_000,
        group="memory",
        help="How long beyond its time to live a file may be served while the origin fails.",
        source="RFC 5861: stale-if-error",
        moves="failed down",
    )
    single_flight: bool = param(
        True,
        label="Fetch once for all",
        group="memory",
        help="Whether of all requests that want the same file at the same time only the first asks the origin.",
        source="CloudFront guide: simultaneous requests for the same object are collapsed",
        moves="calls down",
    )
    purge_on_write: bool = param(
        False,
        label="Writes drop files",
        group="invalidation",
        help="Whether a write that passes here drops the file with its key here; other points of presence keep theirs.",
        moves="hit_ratio down, calls up",
    )
    release_interval_s: float = param(
        0.0,
        label="Time between releases",
        unit="s",
        ge=0,
        le=31_536_000,
        group="invalidation",
        help="Time after which all files are invalidated, again and again, as when the site is published anew; 0: never.",
        moves="hit_ratio up, calls down",
    )
    hit_time_mean_s: float = param(
        0.005,
        label="Time of an answer",
        unit="s",
        ge=0,
        le=10,
        group="processing",
        help="Mean time that it works on a request.",
        source="Our suggestion: 5 ms, between 1 and 20",
        moves="latency up",
    )
    egress_bps: float = param(
        0.0,
        label="Sends at most",
        unit="bit/s",
        ge=0,
        le=1_000_000_000_000_000,
        group="processing",
        help="Bits per second that it sends in all, shared equally by the answers on their way; 0 sets no limit.",
        source="CloudFront quotas: 150 Gbit/s for each distribution",
        moves="latency down",
    )
    healthy_threshold: int = param(
        2, ge=1, le=100, group="health checks", help="Good checks in a row after which a target gets requests again.",
        source="HAProxy configuration manual: rise 2",
        moves="calls down",
    )  # fmt: skip
    timeout_s: float = param(
        30.0, label="Timeout", unit="s", gt=0, le=3600, group="calls", help="How long it waits for the origin before it gives up.",
        source="CloudFront guide: origin response timeout 30 s",
        moves="failed down",
    )  # fmt: skip
    attempts_max: int = param(
        3, label="Attempts", ge=1, le=20, group="calls", help="How often it asks the origin in all; 1 means no retry.",
        source="CloudFront guide: 3 attempts",
        moves="failed down, retries up",
    )  # fmt: skip
    price_million_usd: float = per_million(
        1.0, "AWS price list (Infracost): CloudFront 0.01 USD per 10,000 HTTPS requests"
    )
    price_internet_usd: float = per_gb_to_users(
        0.085, "AWS price list (Infracost): CloudFront 0.085 USD per GB, first 10 TB in the US"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Answer from memory, or ask the origin and keep its answer."""
        requests = asm.pool("requests", capacity=float("inf"))
        own = asm.distribution("hit_time", self.hit_time_mean_s, Shape.EXPONENTIAL)
        origins = asm.targets.get(Role.SERVICE, ())
        sent = asm.label()
        origin = asm.group("origins", origins, Routing.FAILOVER)
        kept, passed = asm.label(), asm.label()
        asm.port(Port.REQUEST)
        asm.acquire(requests)
        asm.hold(own)
        asm.branch_operation(Operation.STATIC, kept)
        if self.kept_classes == "static_and_reads":
            asm.branch_operation(Operation.READ, kept)
        self.stamp_call(asm, origin, Port.REQUEST)
        if self.purge_on_write:
            asm.branch_operation(Operation.WRITE, passed)
        if self.egress_bps:
            asm.branch_operation(Operation.READ, sent)
        asm.answer()
        if self.purge_on_write:
            asm.place(passed)
            for store in self._memories(asm):
                asm.drop(store)
            asm.answer()
        asm.place(sent)
        self._stamp_answer(asm)
        asm.place(kept)
        self._stamp_kept(asm, origin)
        stamp_probe(asm)
        self._stamp_releases(asm)
        self.stamp_health_checks(asm, origins)

    def _stamp_answer(self, asm: NodeAssembler) -> None:
        """Send an answer: its bytes take their part of what the line can carry."""
        if self.egress_bps:
            line_bytes_s = self.egress_bps / _BITS_PER_BYTE
            line = asm.share("egress", capacity=line_bytes_s, limit=line_bytes_s)
            asm.hold_shared(asm.distribution("byte", 1.0), line, "egress", HoldMode.PER_BYTE)
        asm.answer()

    def _stamp_check(self, asm: NodeAssembler) -> None:
        """Count an answer to a read from memory as stale if the database behind has something newer by now."""
        clusters = asm.clusters_behind()
        if len(clusters) != 1 or self.kept_classes == "static":
            return
        file = asm.label()
        asm.branch_operation(Operation.STATIC, file)
        asm.log(LogStep.CHECK, clusters[0])
        asm.place(file)

    def _memories(self, asm: NodeAssembler) -> list[int]:
        """Declare the files; where some are served beyond their time, also which of them are fresh."""
        ttl_s = self.ttl_s or float("inf")
        fresh = []
        if self.serve_stale_s:
            fresh = [asm.store("fresh", capacity=self.file_count_max, ttl_s=ttl_s)]
        files = asm.store(
            "files",
            capacity=self.file_count_max,
            ttl_s=ttl_s + self.serve_stale_s,
            eviction=Eviction[self.eviction_policy.upper()],
            capacity_bytes=self.capacity_bytes,
        )
        return [*fresh, files]

    def _stamp_kept(self, asm: NodeAssembler, origin: int) -> None:
        memories = self._memories(asm)
        missed, found, failed = asm.label(), asm.label(), asm.label()
        for store in memories:
            asm.look_up(store)
            asm.branch(Condition.MISS, missed)
        self._stamp_check(asm)
        self._stamp_answer(asm)
        asm.place(missed)
        if self.single_flight:
            asm.join("fetches")
            asm.branch(Condition.HIT, found)
        self.stamp_call(asm, origin, Port.REQUEST, failed if self.serve_stale_s else None)
        for store in memories[:-1]:
            asm.put(store)
        asm.put(memories[-1], keep=Keep.SIZED)
        if self.single_flight:
            asm.share_result()
        asm.place(found)
        self._stamp_answer(asm)
        if self.serve_stale_s:
            self._stamp_stale(asm, memories[-1], failed)

    def _stamp_stale(self, asm: NodeAssembler, files: int, failed: Label) -> None:
        """Serve what is too old if it is there; otherwise the origin's failure is the answer."""
        old = asm.label()
        asm.place(failed)
        asm.look_up(files)
        asm.branch(Condition.HIT, old)
        asm.fail()
        asm.place(old)
        if self.single_flight:
            asm.share_result()
        self._stamp_check(asm)
        self._stamp_answer(asm)

    def _stamp_releases(self, asm: NodeAssembler) -> None:
        if not self.release_interval_s:
            return
        interval = asm.distribution("release_interval", self.release_interval_s)
        asm.daemon("releases")
        loop = asm.here()
        asm.delay(interval, "releases")
        asm.control(ControlStep.EMPTY)
        asm.jump(loop)

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of an answer from memory, which what it has not takes as well."""
        return self.hit_time_mean_s

    def answer_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of an answer with what sending it takes on a line of its own."""
        sent_bytes = payload_bytes if operation in _KEEPING["static_and_reads"] and self.egress_bps else 0.0
        return self.hit_time_mean_s + (sent_bytes * _BITS_PER_BYTE / self.egress_bps if sent_bytes else 0.0)

    def sent_bytes_per_s(self) -> float:
        """Return how many bytes of answers it can send."""
        return self.egress_bps / _BITS_PER_BYTE or math.inf

    def memory(self) -> Memory | None:
        """Return its files; with releases, which end the stay of all at once, the preview says nothing of it."""
        if self.release_interval_s:
            return None
        return Memory(
            self.file_count_max,
            self.ttl_s or math.inf,
            eviction=Eviction[self.eviction_policy.upper()],
            capacity_bytes=self.capacity_bytes,
            operations=_KEEPING[self.kept_classes],
            forgets_written=self.purge_on_write,
        )

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Return what it has to ask its origin for: all that it does not keep, and what it is expected to miss."""
        return dict.fromkeys(targets.of(Role.SERVICE)[:1], 1.0 - targets.own_hit_ratio)
