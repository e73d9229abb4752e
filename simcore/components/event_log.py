"""The event log: events stay in order in partitions, and each group of consumers reads all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from simcore.components._parts import stamp_probe
from simcore.components._prices import Priced, hourly
from simcore.components.base import Callees, Machine, Role
from simcore.params import param
from simcore.program import Port, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target


class EventLog(Machine, Priced):
    """A broker that keeps events in order; each connected worker is a group of consumers with an offset of its own."""

    title: ClassVar[str] = "Event log"
    summary: ClassVar[str] = (
        "Keeps events in order, for several groups of consumers that each read all of them."
    )
    models: ClassVar[str] = (
        "An event goes to the partition that the hash of its key says, and stands there in order. Each worker that is connected "
        "is a consumer group: it reads every event once more, at its own pace, and what it has not confirmed yet is its lag. "
        "Within a group one consumer at a time works on a partition, so that partitions bound what a group can do at once and "
        "consumers beyond their number are idle. An event that fails is tried again before all that follow it in its "
        "partition, up to a limit, and is then skipped. What a dead consumer had is handed to another one only when the session "
        "timeout is over; until then its partition stands still. Events that a group has not read within the retention are lost to it."
    )
    leaves_out: ClassVar[str] = (
        "Several brokers and copies of partitions, pauses while partitions are handed over to other consumers, reading again "
        "from an older offset, and batches of producers. A new group begins with the events that come after it; any free consumer "
        "takes over a partition, instead of each having fixed ones."
    )
    group: ClassVar[str] = "messaging"
    aliases: ClassVar[tuple[str, ...]] = ("Kafka", "Kinesis", "Pulsar", "Redpanda", "stream", "commit log")
    words: ClassVar[Mapping[str, str]] = {
        "event bus": "", "event stream": "", "topic": "", "event broker": "", "event hub": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.QUEUE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.CONSUMER: "is read by"}
    broadcasts: ClassVar[bool] = True

    partition_count: int = param(
        6,
        label="Partitions",
        ge=1,
        le=256,
        group="log",
        help="Lines by hash of the key; within a group each is served by one consumer at a time.",
        source="Our suggestion; Apache Kafka configuration: num.partitions 1",
        moves="queue_length down",
    )
    retention_s: float = param(
        604_800.0,
        label="Retention",
        unit="s",
        ge=0,
        le=31_536_000,
        group="log",
        help="An event that a group has not read after this time is lost to it; 0 keeps events for ever.",
        source="Apache Kafka 3.8 configuration: log.retention.hours 168",
        moves="expired_messages down",
    )
    lag_max_count: int = param(
        1_000_000,
        label="Events kept",
        ge=1,
        le=10_000_000,
        group="log",
        help="Events of a partition that a group may be behind; of more, the oldest are lost to it (retention by size).",
        moves="expired_messages down",
    )
    durable: bool = param(
        True,
        label="Survives a crash",
        group="log",
        help="Whether events survive a crash of the broker, as those that were copied to others before they were confirmed do.",
        moves="lost_messages down",
    )
    session_timeout_s: float = param(
        45.0,
        label="Session timeout",
        unit="s",
        ge=0,
        le=3600,
        group="delivery",
        help="Time until a dead consumer is noticed and others go on with its partitions.",
        source="Apache Kafka 3.8 configuration: session.timeout.ms 45,000",
        moves="queue_length up",
    )
    poll_interval_max_s: float = param(
        300.0,
        label="Longest processing",
        unit="s",
        ge=0.1,
        le=86_400,
        group="delivery",
        help="A consumer that has not confirmed an event after this time counts as dead: others do it again while it still works.",
        source="Apache Kafka 3.8 configuration: max.poll.interval.ms 300,000",
        moves="duplicates down, redelivered down",
    )
    fetch_count: int = param(
        1,
        label="Fetched at once",
        ge=1,
        le=100,
        group="delivery",
        help="Events of a partition that a consumer fetches at once and then works on one after the other.",
        source="Our suggestion; Apache Kafka 3.8 configuration: max.poll.records 500",
        moves="redelivered up",
    )
    deliveries_max: int = param(
        10,
        label="Attempts",
        ge=1,
        le=1000,
        group="delivery",
        help="How often a consumer tries an event that fails; after that it is skipped, and counted as a dead letter.",
        source="Spring for Apache Kafka reference: the default error handler makes 10 attempts",
        moves="dead_letters down, redelivered up",
    )
    publish_time_mean_s: float = param(
        0.005,
        label="Confirmation time",
        unit="s",
        ge=0,
        le=60,
        group="processing",
        help="Mean time until the broker has confirmed a new event.",
        source="Confluent 2020, Kafka at 200 MB/s: 5 ms (p99)",
        moves="latency up",
    )
    channel_count: int = param(
        500,
        label="Requests at a time",
        ge=1,
        le=100_000,
        group="processing",
        help="New events that it confirms at the same time; others wait.",
        source="Apache Kafka 3.8 configuration: queued.max.requests 500",
        moves="latency down",
    )
    price_hour_usd: float = hourly(
        0.0456, "AWS price list (Infracost): MSK, one kafka.t3.small broker, 33.29 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Confirm an event, and keep it once for each group: to read it moves that group's offset alone."""
        channels = asm.pool("channels", capacity=self.channel_count)
        publish = asm.distribution("publish_time", self.publish_time_mean_s, Shape.EXPONENTIAL)
        asm.port(Port.REQUEST)
        asm.acquire(channels)
        asm.hold(publish)
        for reader in asm.targets.get(Role.CONSUMER, ()):
            asm.enqueue(self._queue_for(asm, reader))
        asm.answer()
        stamp_probe(asm)

    def _queue_for(self, asm: NodeAssembler, reader: Target) -> int:
        return asm.queue(
            capacity=self.lag_max_count,
            durable=self.durable,
            deliveries_max=self.deliveries_max,
            visibility_s=self.poll_interval_max_s,
            retention_s=self.retention_s or math.inf,
            partition_count=self.partition_count,
            prefetch_count=self.fetch_count,
            notice_s=self.session_timeout_s,
            reader=reader,
        )

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Every event goes to each of the groups."""
        return dict.fromkeys(targets.of(Role.CONSUMER), 1.0)

    def capacity_rps(self) -> float | None:
        """Return requests at a time divided by the time of a confirmation."""
        return self.channel_count / self.publish_time_mean_s if self.publish_time_mean_s else None
