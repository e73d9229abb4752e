"""The message queue: it keeps work until somebody has time for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from simcore.components._parts import stamp_probe
from simcore.components.base import Machine, Role
from simcore.params import param
from simcore.program import Port, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class MessageQueue(Machine):
    """A broker with one queue: producers leave messages and go on, consumers fetch them when they can."""

    title: ClassVar[str] = "Message queue"
    summary: ClassVar[str] = "Keeps jobs until a worker has time for them."
    models: ClassVar[str] = (
        "Messages wait in order. A message is gone only when a consumer has confirmed it; if the consumer dies it is "
        "delivered again, up to a limit, and is then a dead letter. A crash loses the waiting messages of a queue in "
        "memory, and none of a durable one."
    )
    leaves_out: ClassVar[str] = "Several brokers, partitions, priorities, and consumers that fetch ahead."
    group: ClassVar[str] = "messaging"
    aliases: ClassVar[tuple[str, ...]] = ("RabbitMQ", "SQS", "Kafka", "ActiveMQ", "broker", "NATS")
    role: ClassVar[Role] = Role.QUEUE
    connects_to: ClassVar[Mapping[Role, str]] = {Role.CONSUMER: "is emptied by"}

    queue_capacity: int = param(
        1_000_000,
        label="Capacity",
        ge=1,
        le=10_000_000,
        group="messages",
        help="Messages that may wait; more are refused.",
    )
    durable: bool = param(
        True, group="messages", help="Whether waiting messages survive a crash of the broker."
    )
    deliveries_max: int = param(
        20,
        label="Deliveries",
        ge=1,
        le=1000,
        group="messages",
        help="How often a message is delivered before it counts as a dead letter.",
        source="RabbitMQ documentation: delivery limit of quorum queues 20",
    )
    publish_time_mean_s: float = param(
        0.001,
        label="Confirmation time",
        unit="s",
        ge=0,
        le=60,
        group="processing",
        help="Mean time until the broker has confirmed a new message.",
        source="RabbitMQ AMQP 1.0 benchmarks, 2024: classic queue 1 ms, quorum queue 35 ms (medians)",
    )
    channel_count: int = param(
        100,
        label="Channels",
        ge=1,
        le=100_000,
        group="processing",
        help="Messages that it accepts at the same time.",
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Accept a message and confirm it."""
        channels = asm.pool("channels", capacity=self.channel_count)
        publish = asm.distribution("publish_time", self.publish_time_mean_s, Shape.EXPONENTIAL)
        queue = asm.queue(
            capacity=self.queue_capacity, durable=self.durable, deliveries_max=self.deliveries_max
        )
        asm.port(Port.REQUEST)
        asm.acquire(channels)
        asm.hold(publish)
        asm.enqueue(queue)
        asm.answer()
        stamp_probe(asm)

    def split(self, targets: Mapping[Role, Sequence[str]], operation: str) -> Mapping[str, float]:
        """Every message goes to one of the consumers."""
        consumers = targets.get(Role.CONSUMER, ())
        return {consumer: 1 / len(consumers) for consumer in consumers}

    def capacity_rps(self) -> float | None:
        """Return channels divided by the time of a confirmation."""
        return self.channel_count / self.publish_time_mean_s if self.publish_time_mean_s else None
