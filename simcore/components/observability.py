"""Observability: it takes in records, traces and measurements of others, raises alarms, and costs by the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import stamp_probe
from simcore.components._prices import Billed, hourly
from simcore.components.base import Machine, Role
from simcore.controls import ReportSlot
from simcore.params import param
from simcore.program import ControlStep, HoldMode, Port

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target

_MONTH_S = 30 * 86_400.0


class Observability(Machine, Billed):
    """A collector of logs, traces and measurements, to which components report."""

    title: ClassVar[str] = "Observability"
    summary: ClassVar[str] = (
        "Collects logs, traces and measurements of the components that report to it, and raises alarms."
    )
    models: ClassVar[str] = (
        "Each component that is connected writes a record of every request that ends there, well or badly, and of a share of "
        "them a trace; that takes time while the request keeps its worker. Records are sent over the connection: from a "
        "buffer, which drops what it has no room for (the connection counts it as refused), or while the request waits until "
        "its record was taken in. Then a slow collector makes every request slow. It takes records in with a number of "
        "threads, and "
        "refuses more than may wait. Once in every interval it fetches the measurements of each component; too many failures "
        "since the last time, or no answer, several times in a row raise an alarm in the log of the run, which says how "
        "many failed requests have a trace on record. Every byte that was taken in costs, and costs again for as long as it is kept."
    )
    leaves_out: ClassVar[str] = (
        "What people read from it: charts, events and traces of this playground do not depend on it. Records that are sent "
        "several at a time or compressed, traces that all components of a request keep or leave out together, and alarms about "
        "anything but failures and silence. What was refused at the door of a component is in no record."
    )
    group: ClassVar[str] = "compute"
    aliases: ClassVar[tuple[str, ...]] = (
        "Prometheus", "Grafana", "OpenTelemetry", "Jaeger", "Datadog", "CloudWatch", "ELK", "Loki", "logs", "metrics",
        "traces", "monitoring", "APM",
    )  # fmt: skip
    role: ClassVar[Role] = Role.OBSERVER
    reports: ClassVar[bool] = False

    record_bytes: float = param(
        500.0,
        label="Size of a record",
        unit="bytes",
        ge=0,
        le=1_000_000,
        group="records",
        help="Bytes that are logged of each request; 0 logs none.",
        source="Our suggestion: two lines of an access log",
        moves="cost up",
    )
    sample_ratio: float = param(
        0.01,
        label="Sample",
        unit="ratio",
        ge=0,
        le=1,
        group="records",
        help="Share of the requests of which a trace is kept, too. The smaller it is, the less often a failure has one.",
        source="Our suggestion; Dapper 2010 (Sigelman et al.): one trace in 1,024 was enough for busy services",
        moves="cost up",
    )
    trace_bytes: float = param(
        2_000.0,
        label="Size of a trace",
        unit="bytes",
        ge=0,
        le=1_000_000,
        group="records",
        help="Bytes of the trace of one request at one component.",
        source="Our suggestion",
        moves="cost up",
    )
    record_time_s: float = param(
        0.00005,
        label="Time of a record",
        unit="s",
        ge=0,
        le=10,
        group="records",
        help="Time that a component works on the record of one request.",
        source="Our suggestion",
        moves="latency up",
    )
    delivery: Literal["buffer", "wait"] = param(
        "buffer",
        group="records",
        choices={
            "buffer": "From a buffer, which drops what is too much",
            "wait": "The request waits until it is taken in",
        },
        help="What happens to records when the collector is slow: they are lost, or requests become slow. Failed requests, and "
        "those of caches and databases, never wait.",
        source="Our suggestion; Logback documentation: an asynchronous appender drops when its queue is nearly full",
        moves={"wait": "latency up"},
    )
    buffer_count: int = param(
        256,
        label="Buffer",
        ge=1,
        le=1_000_000,
        group="records",
        help="Records of one component that wait to be sent or confirmed; more are dropped.",
        source="Logback documentation, AsyncAppender: queue of 256 events",
        moves="failed down",
    )
    report_timeout_s: float = param(
        5.0,
        label="Patience",
        unit="s",
        gt=0,
        le=3600,
        group="records",
        help="How long components wait until a record is confirmed, and the collector for measurements.",
        source="Our suggestion",
        moves="latency up",
    )
    scrape_interval_s: float = param(
        60.0,
        label="Interval of measurements",
        unit="s",
        ge=0.1,
        le=86_400,
        group="measurements",
        help="Time from one look at the measurements of a component to the next. An alarm comes no sooner.",
        source="Prometheus configuration: scrape_interval 1 min",
        moves="cost down",
    )
    scrape_bytes: float = param(
        50_000.0,
        label="Size of measurements",
        unit="bytes",
        ge=0,
        le=1_000_000_000,
        group="measurements",
        help="Bytes of all measurements of one component at one time.",
        source="Our suggestion: 500 numbers of 100 bytes",
        moves="cost up",
    )
    alarm_failed_ratio: float = param(
        0.05,
        label="Alarm from",
        unit="ratio",
        ge=0,
        le=1,
        group="alarms",
        help="Share of failed requests above which a look counts as bad. A component that does not answer counts as bad, too.",
        source="Our suggestion",
        moves="alarms down",
    )
    alarm_looks_count: int = param(
        2,
        label="Looks in a row",
        ge=1,
        le=100,
        group="alarms",
        help="Bad looks in a row that raise an alarm: it comes late by so many intervals.",
        source="Our suggestion; CloudWatch and Prometheus have such a number",
        moves="alarms down",
    )
    channel_count: int = param(
        16,
        label="Threads",
        ge=1,
        le=10_000,
        group="processing",
        help="Records that it takes in at the same time.",
        source="Our suggestion",
        moves="failed down",
    )
    queue_capacity: int = param(
        10_000,
        label="Waiting places",
        ge=0,
        le=10_000_000,
        group="processing",
        help="Records that may wait to be taken in; more are refused, and lost.",
        source="Our suggestion",
        moves="failed down",
    )
    ingest_time_per_kb_s: float = param(
        0.0005,
        label="Time to take in a kilobyte",
        unit="s",
        ge=0,
        le=60,
        group="processing",
        help="Time until a kilobyte of records has been taken in.",
        source="Our suggestion",
        moves="utilization up",
    )
    price_gb_usd: float = param(
        0.5,
        label="Price per GB taken in",
        unit="USD",
        ge=0,
        le=100_000,
        group="cost",
        help="Price of each 1,000,000,000 bytes that it takes in.",
        source="AWS price list (Infracost): CloudWatch logs 0.5 USD per GB",
        moves="cost up",
    )
    retention_s: float = param(
        2_592_000.0,
        label="Kept for",
        unit="s",
        ge=0,
        le=315_360_000,
        group="cost",
        help="How long records are kept; the price of that is counted when they are taken in.",
        source="Our suggestion: 30 days",
        moves="cost up",
    )
    price_gb_month_usd: float = param(
        0.03,
        label="Price per GB and month",
        unit="USD",
        ge=0,
        le=100_000,
        group="cost",
        help="Price of keeping 1,000,000,000 bytes for 30 days.",
        source="Our suggestion; S3 standard storage 0.023 USD per GB-month (Infracost)",
        moves="cost up",
    )
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    @property
    def internet_usd(self) -> float:
        """Price of each 1,000,000,000 bytes that it takes in, kept for as long as it keeps them."""
        return self.price_gb_usd + self.price_gb_month_usd * self.retention_s / _MONTH_S

    def lower(self, asm: NodeAssembler) -> None:
        """Take records in, look at those who report, and keep what they have to know."""
        first = asm.slots("reports", *self._settings())
        threads = asm.pool("threads", capacity=self.channel_count, queue_capacity=self.queue_capacity)
        ingest = asm.distribution("ingest_time", self.ingest_time_per_kb_s / 1000.0)
        asm.port(Port.REPORT)
        asm.acquire(threads)
        asm.hold(ingest, "sizes", HoldMode.PER_BYTE)
        asm.control(ControlStep.TAKE_IN)
        asm.answer()
        stamp_probe(asm)
        for target, edge in asm.watched:
            self._stamp_watch(asm, target, edge, first + ReportSlot.TIMEOUT)

    def _settings(self) -> list[float]:
        """Return the numbers of `ReportSlot`."""
        return [
            self.record_time_s, 0.0, 0.0, 0.0, self.record_bytes, self.record_bytes + self.trace_bytes, self.sample_ratio,
            float(self.delivery == "wait"), 0.0, self.report_timeout_s, 1.0, float(self.buffer_count),
        ]  # fmt: skip

    def _stamp_watch(self, asm: NodeAssembler, target: Target, edge: int, timeout: int) -> None:
        """Look at one component again and again."""
        interval = asm.distribution("scrape_interval", self.scrape_interval_s)
        size = asm.slot("scrape_bytes", self.scrape_bytes)
        rule = asm.slots(
            f"rule for {target.node_id}", self.alarm_failed_ratio, self.alarm_looks_count, float(edge)
        )
        silent = asm.label()
        asm.daemon(f"watch {target.node_id}")
        loop = asm.here()
        asm.delay(interval, "scraping")
        asm.call(
            asm.single(target),
            Port.PROBE,
            timeout_slot=timeout,
            on_failure=silent,
            site=f"watch {target.node_id}",
        )
        asm.control(ControlStep.RESIZE, size)
        asm.control(ControlStep.TAKE_IN, edge)
        asm.control(ControlStep.WATCH, rule)
        asm.jump(loop)
        asm.place(silent)
        asm.control(ControlStep.SILENT, rule)
        asm.jump(loop)

    def report_bytes(self) -> float | None:
        """Return the bytes of a record, with as much of a trace as falls to it."""
        return self.record_bytes + self.sample_ratio * self.trace_bytes

    def work_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time of taking in the record of one request."""
        return self.ingest_time_per_kb_s * (self.report_bytes() or 0.0) / 1000.0

    def work_cv(self) -> float:
        """Return how that varies: hardly."""
        return 0.0

    def capacity_rps(self) -> float | None:
        """Return threads divided by the time of a record."""
        work_s = self.work_s("read", 0.0)
        return self.channel_count / work_s if work_s else None

    def line_length(self) -> float | None:
        """Nobody waits for records to be taken in, unless told so."""
        return None
