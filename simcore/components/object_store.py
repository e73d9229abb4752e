"""The object store: files of any size by name, slow to begin with, and limited by prefix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.call_words import GateKind
from simcore.components._parts import SHAPE_LABELS, ShapeName, shape_of, stamp_probe, values_param, variation
from simcore.components._prices import PublicPriced, per_million
from simcore.components._records import times_cv_param
from simcore.components.base import Machine, Role
from simcore.params import Numbers, numbers_in, param
from simcore.program import Condition, HoldMode, Operation, Port, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label

_PREFIX_SOURCE = (
    "Amazon S3 user guide, optimizing performance: 3,500 writes and 5,500 reads per second and prefix"
)


class ObjectStore(Machine, PublicPriced):
    """Storage for files that is bought as a service: it has no machines that one could run out of."""

    title: ClassVar[str] = "Object storage"
    summary: ClassVar[str] = (
        "Keeps files of any size. Cheap and without end, but each takes a while to begin."
    )
    models: ClassVar[str] = (
        "Requests do not wait for each other. A read takes a time until the first byte comes, a write a longer one, and each "
        "then as long as its bytes take at the throughput of one stream. Names are divided among prefixes by the hash of "
        "the key, and each prefix takes only so many reads and writes per second; more are refused (503, slow down). "
        "Files survive a crash of the service."
    )
    leaves_out: ClassVar[str] = (
        "Uploads in several parts, prefixes that split under load, storage classes, a price for keeping the bytes, and another "
        "price for writes than for reads. A read sees every write that was answered before it, so none is stale."
    )
    group: ClassVar[str] = "data"
    aliases: ClassVar[tuple[str, ...]] = (
        "S3",
        "GCS",
        "Azure Blob",
        "MinIO",
        "blob store",
        "file storage",
        "bucket",
    )
    words: ClassVar[Mapping[str, str]] = {
        "object storage": "", "storage": "", "blob": "", "file store": "", "seaweedfs": "", "media store": "",
        "static file": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.SERVICE

    read_time_mean_s: float = param(
        0.0958,
        label="Time to the first byte",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Mean time until the first byte of a file comes.",
        source="Napkin math (S. Eskildsen): median 80 ms, which is a mean of 95.8 ms at this variation",
        moves="latency up",
    )
    write_time_mean_s: float = param(
        0.2394,
        label="Time of a write",
        unit="s",
        ge=0,
        le=3600,
        group="processing",
        help="Mean time until a file without bytes has been written.",
        source="Napkin math (S. Eskildsen): median 200 ms, which is a mean of 239.4 ms at this variation",
        moves="latency up",
    )
    service_time_distribution: ShapeName = param(
        "lognormal",
        label="Times vary",
        group="processing",
        choices=SHAPE_LABELS,
        help="How these times vary from file to file.",
        source="Our suggestion",
        moves="latency_p99 changes",
    )
    service_time_cv: float = times_cv_param(
        0.66, source="Our suggestion: sigma 0.6, which is a variation of 0.66"
    )
    service_time_values: Numbers = values_param(group="processing", label="Time values")
    stream_bps: float = param(
        800_000_000.0,
        label="Throughput of a stream",
        unit="bit/s",
        ge=1_000,
        le=1_000_000_000_000,
        group="processing",
        help="Bits per second at which one file is read or written once it has begun.",
        source="Napkin math (S. Eskildsen): 95 MiB/s",
        moves="latency down",
    )
    prefix_count: int = param(
        1,
        label="Prefixes",
        ge=1,
        le=64,
        group="limit",
        help="Prefixes among which names are divided; each has limits of its own.",
        source="Our suggestion",
        moves="failed down",
    )
    prefix_read_rps: float = param(
        5_500.0,
        label="Reads of a prefix",
        unit="1/s",
        gt=0,
        le=10_000_000,
        group="limit",
        help="Reads per second that each prefix takes; more are refused.",
        source=_PREFIX_SOURCE,
        moves="failed down",
    )
    prefix_write_rps: float = param(
        3_500.0,
        label="Writes of a prefix",
        unit="1/s",
        gt=0,
        le=10_000_000,
        group="limit",
        help="Writes per second that each prefix takes; more are refused.",
        source=_PREFIX_SOURCE,
        moves="failed down",
    )
    price_million_usd: float = per_million(
        0.4, "AWS price list (Infracost): S3 GET 0.0004 USD per thousand; PUT 0.005 USD per thousand"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Pass the limit of the prefix, wait for the first byte, then for the others."""
        requests = asm.pool("requests", capacity=float("inf"))
        shape, values = shape_of(self.service_time_distribution), numbers_in(self.service_time_values)
        transfer = asm.distribution("transfer_time", 8.0 / self.stream_bps, Shape.CONSTANT)
        read, write = asm.label(), asm.label()
        asm.port(Port.REQUEST)
        asm.acquire(requests)
        asm.branch_operation(Operation.READ, read)
        asm.branch_operation(Operation.STATIC, read)
        asm.jump(write)
        for label, name, mean_s, rate_rps in (
            (read, "read", self.read_time_mean_s, self.prefix_read_rps),
            (write, "write", self.write_time_mean_s, self.prefix_write_rps),
        ):
            time = asm.distribution(f"{name}_time", mean_s, shape, self.service_time_cv, values)
            asm.place(label)
            self._stamp_limits(asm, name, rate_rps)
            asm.hold(time, f"{name}s")
            asm.hold(transfer, "transfers", HoldMode.PER_BYTE)
            asm.answer()
        stamp_probe(asm)

    def _stamp_limits(self, asm: NodeAssembler, name: str, rate_rps: float) -> None:
        """Ask the limit of the prefix that has the key; a burst may be as large as what passes in a second."""
        passed = asm.label()
        for number in range(self.prefix_count):
            here: Label = asm.label()
            after = asm.label()
            limit = asm.limiter(
                f"{name}s {number}", GateKind.TOKEN_BUCKET, rate_rps=rate_rps, burst=max(rate_rps, 1.0)
            )
            asm.branch(Condition.KEY_SHARD, here, number, self.prefix_count)
            asm.jump(after)
            asm.place(here)
            asm.gate(limit)
            asm.jump(passed)
            asm.place(after)
        asm.place(passed)

    def answer_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of a file of so many bytes: requests do not wait for each other."""
        own_s = self.read_time_mean_s if operation in ("read", "static") else self.write_time_mean_s
        return own_s + payload_bytes * 8.0 / self.stream_bps

    def work_cv(self) -> float:
        """Return how these times vary."""
        return variation(self.service_time_distribution, self.service_time_cv)

    def capacity_rps(self) -> float | None:
        """Return what all prefixes take of the sort that they take less of."""
        return self.prefix_count * min(self.prefix_read_rps, self.prefix_write_rps)
