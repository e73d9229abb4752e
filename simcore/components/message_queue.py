"""The message queue: it keeps work until somebody has time for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import stamp_probe
from simcore.components._prices import Priced, hourly
from simcore.components.base import Callees, Machine, Role
from simcore.params import param
from simcore.program import NONE, Port, Routing, Shape

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


#: Dead letters on their way at once, how long each waits to be confirmed (s), and until it is tried again (s).
_BURIALS = 8
_BURIAL_TIMEOUT_S = 5.0
_BURIAL_PAUSE_S = 1.0


class MessageQueue(Machine, Priced):
    """A broker with one queue: producers leave messages and go on, consumers fetch them when they can."""

    title: ClassVar[str] = "Message queue"
    summary: ClassVar[str] = "Keeps jobs until a worker has time for them."
    models: ClassVar[str] = (
        "Messages wait in order. Delivered at least once, a message is gone only when its latest delivery is confirmed; "
        "if its consumer dies, fails or takes too long it is delivered again, up to a limit, and is then a dead letter, so "
        "that jobs may be done twice. Dead letters are gone, or pass over to another queue that is connected, one copy at "
        "least, tried again until that queue takes them. Delivered at most once, a message is never delivered again. Partitions keep the messages of "
        "one key in order: only one consumer at a time works on a partition, and a free one takes over any that has "
        "messages. A crash loses all messages of a queue in memory, those with consumers too, whose confirmations then mean "
        "nothing; of a durable one it loses none."
    )
    leaves_out: ClassVar[str] = (
        "Several brokers, priorities, a fixed assignment of partitions to consumers with its rebalancing pauses, and reading "
        "a message again after it was confirmed."
    )
    group: ClassVar[str] = "messaging"
    aliases: ClassVar[tuple[str, ...]] = ("RabbitMQ", "SQS", "Kafka", "ActiveMQ", "broker", "NATS")
    words: ClassVar[Mapping[str, str]] = {
        "queue": "", "mq": "", "rabbit": "", "message bus": "", "message broker": "", "artemis": "", "nsq": "",
        "beanstalkd": "", "mosquitto": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.QUEUE
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.CONSUMER: "is emptied by",
        Role.QUEUE: "leaves dead letters in",
    }

    queue_capacity: int = param(
        1_000_000,
        label="Capacity",
        ge=1,
        le=10_000_000,
        group="messages",
        help="Messages that may wait; more are refused.",
        moves="failed down, queue_length up",
    )
    delivery_guarantee: Literal["at_least_once", "at_most_once"] = param(
        "at_least_once",
        label="Delivery",
        group="delivery",
        choices={"at_least_once": "At least once", "at_most_once": "At most once"},
        help="Whether a message that is not confirmed is delivered again, or is lost.",
        source="RabbitMQ and SQS documentation: at least once; Redis list: at most once",
        moves="redelivered down, lost_messages up",
    )
    visibility_timeout_s: float = param(
        0.0,
        label="Visibility timeout",
        unit="s",
        ge=0,
        le=43_200,
        group="delivery",
        help="A delivery that is not confirmed in this time is made again, even while the first consumer still works; "
        "0 waits until the broker notices that the consumer is gone, which it does at once.",
        source="Our suggestion, as in RabbitMQ; SQS documentation: default 30 s, at most 12 h",
        moves="duplicates down",
    )
    partition_count: int = param(
        0,
        label="Partitions",
        ge=0,
        le=256,
        group="delivery",
        help="Lines by hash of the key, each served by one consumer at a time; 0 is one line that all consumers share.",
        moves="queue_length changes",
    )
    prefetch_count: int = param(
        1,
        label="Fetched at once",
        ge=1,
        le=100,
        group="delivery",
        help="Messages that a consumer process takes at once and then works on one after the other.",
        source="Our suggestion; Celery: 4, Kafka: up to 500",
        moves="queue_length changes",
    )
    retention_s: float = param(
        345_600.0,
        label="Retention",
        unit="s",
        ge=0,
        le=31_536_000,
        group="messages",
        help="A message that has waited longer is dropped; 0 keeps it for ever.",
        source="SQS documentation: default 345,600 s (4 days)",
        moves="expired_messages down",
    )
    durable: bool = param(
        True,
        group="messages",
        help="Whether waiting messages survive a crash of the broker.",
        moves="lost_messages down",
    )
    deliveries_max: int = param(
        20,
        label="Deliveries",
        ge=1,
        le=1000,
        group="messages",
        help="How often a message is delivered before it counts as a dead letter.",
        source="RabbitMQ documentation: delivery limit of quorum queues 20",
        moves="dead_letters down",
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
        moves="latency up",
    )
    channel_count: int = param(
        100,
        label="Channels",
        ge=1,
        le=100_000,
        group="processing",
        help="Messages that it accepts at the same time.",
        moves="latency down",
    )
    price_hour_usd: float = hourly(
        0.576, "AWS price list (Infracost): Amazon MQ for RabbitMQ, one mq.m5.xlarge, 420.48 USD per month"
    )

    def lower(self, asm: NodeAssembler) -> None:
        """Accept a message and confirm it."""
        graves = asm.targets.get(Role.QUEUE, ())
        dead = asm.dead_letters(durable=self.durable) if graves else NONE
        channels = asm.pool("channels", capacity=self.channel_count)
        publish = asm.distribution("publish_time", self.publish_time_mean_s, Shape.EXPONENTIAL)
        queue = asm.queue(
            capacity=self.queue_capacity,
            durable=self.durable,
            deliveries_max=self.deliveries_max,
            visibility_s=self.visibility_timeout_s or math.inf,
            retention_s=self.retention_s or math.inf,
            partition_count=self.partition_count,
            prefetch_count=self.prefetch_count,
            at_most_once=self.delivery_guarantee == "at_most_once",
            dead_queue=dead,
        )
        asm.port(Port.REQUEST)
        asm.acquire(channels)
        asm.hold(publish)
        asm.enqueue(queue)
        asm.answer()
        stamp_probe(asm)
        if graves:
            self._stamp_burials(asm, dead, asm.group("dead letter queues", graves, Routing.ROUND_ROBIN))

    def _stamp_burials(self, asm: NodeAssembler, dead: int, graves: int) -> None:
        """Pass dead letters on, again and again until another queue has confirmed them."""
        timeout = asm.slot("burial_timeout", _BURIAL_TIMEOUT_S)
        pause = asm.distribution("burial_pause", _BURIAL_PAUSE_S)
        failed = asm.label()
        asm.daemon("burials", count_slot=asm.slot("burials", _BURIALS), queue=dead)
        loop = asm.here()
        asm.dequeue(dead)
        asm.call(graves, Port.REQUEST, timeout_slot=timeout, on_failure=failed, site="burials")
        asm.settle(dead, done=True)
        asm.jump(loop)
        asm.place(failed)
        asm.delay(pause, "burials")
        asm.settle(dead, done=False)
        asm.jump(loop)

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of confirming a message."""
        return self.publish_time_mean_s

    def line_length(self) -> float | None:
        """Nobody waits for messages to be taken."""
        return None

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Every message goes to one of the consumers."""
        consumers = targets.of(Role.CONSUMER)
        return {consumer: 1 / len(consumers) for consumer in consumers}

    def capacity_rps(self) -> float | None:
        """Return channels divided by the time of a confirmation."""
        return self.channel_count / self.publish_time_mean_s if self.publish_time_mean_s else None
