"""The estimate on the back of an envelope: how many people do what how often, and what it weighs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simcore.limits import NAME_LENGTH_MAX
from simcore.params import Parameters, param

Per = Literal["user_day", "day", "month", "second"]
Calendar = Literal["exact", "round_day", "round_month"]


class Action(Parameters):
    """One thing that people do: how frequent it is, and what it weighs."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH_MAX)
    operation: Literal["read", "write", "job"] = param(
        "read",
        group="action",
        choices={"read": "Read", "write": "Write", "job": "Background job"},
        help="What the request asks for: reading a record, changing one, or work that may be done later.",
    )
    count: float = param(10.0, label="Times", ge=0, group="action", help="How often it happens.")
    per: Per = param(
        "user_day",
        label="Counted",
        group="action",
        choices={
            "user_day": "per daily user and day",
            "day": "per day",
            "month": "per month",
            "second": "per second",
        },
        help="What this number counts: something that each person does, or all people together.",
    )
    share_ratio: float = param(
        1.0,
        label="Share of them",
        unit="ratio",
        ge=0,
        le=1,
        group="action",
        help="Share of these times that count, for example those posts that carry a picture.",
    )
    delivery_count: float = param(
        1.0,
        label="Deliveries",
        ge=0,
        group="action",
        help="How many others each one goes to, for example followers.",
        source="Kleppmann 2017, Designing Data-Intensive Applications: 75 followers on average (Twitter, 2012)",
    )
    size_bytes: float = param(
        1_000.0,
        label="Size",
        unit="bytes",
        ge=0,
        group="action",
        help="What one of them weighs: the answer to a read, or the record that a write carries.",
    )
    kept: bool = param(
        default=False,
        label="Stored",
        group="action",
        help="Whether each one leaves a record of this size behind.",
    )


class Estimate(Parameters):
    """A whole estimate: people, habits, and what is known of machines and lines."""

    user_count: float = param(
        1_000_000.0,
        label="Users",
        ge=0,
        group="people",
        help="People who use the service at all, usually counted by month.",
    )
    active_ratio: float = param(
        0.5,
        label="Active every day",
        unit="ratio",
        ge=0,
        le=1,
        group="people",
        help="Share of them who come on a given day.",
        source="A. Xu 2020, System Design Interview, chapter 2: half of the monthly users of Twitter",
    )
    peak_factor: float = param(
        2.0,
        ge=1,
        le=1000,
        group="people",
        help="Highest rate of a usual day divided by its mean.",
        source="A. Xu 2020, System Design Interview, chapter 2: peak is twice the mean",
    )
    calendar: Calendar = param(
        "exact",
        label="Length of a day",
        group="rules of thumb",
        choices={
            "exact": "86,400 seconds",
            "round_day": "100,000 seconds",
            "round_month": "2.5 million seconds a month",
        },
        help="Round numbers are quicker in the head; a month has 30 days.",
        source="The System Design Primer: 2.5 million seconds per month",
    )
    retention_days: float = param(
        1_825.0,
        label="Kept for (days)",
        ge=0,
        le=100_000,
        group="storage",
        help="How long records are kept; five years are 1,825 days.",
        source="A. Xu 2020, System Design Interview, chapter 2: data are stored for 5 years",
    )
    copy_count: int = param(
        1,
        label="Copies",
        ge=1,
        le=100,
        group="storage",
        help="How often each record is stored, replicas included.",
    )
    cache_ratio: float = param(
        0.2,
        label="Cached share",
        unit="ratio",
        ge=0,
        le=1,
        group="storage",
        help="Share of what is read on a day that a cache should hold.",
        source="The 80/20 rule: a fifth of the records takes most of the reads",
    )
    server_rps: float = param(
        500.0,
        label="Requests per server",
        unit="1/s",
        gt=0,
        group="servers",
        help="What one server can do at most.",
    )
    server_busy_ratio: float = param(
        0.7,
        label="Busy at the peak",
        unit="ratio",
        gt=0,
        le=1,
        group="servers",
        help="How busy servers may be at the peak: above about 80 %, waiting times grow quickly.",
        source="Our suggestion; M/M/1: at 80 % a request takes five times its service time",
    )
    transfer_bytes: float = param(
        1_000_000.0,
        label="Sent at once",
        unit="bytes",
        ge=0,
        group="between data centres",
        help="Size of what is sent from one data centre to another.",
    )
    bandwidth_bps: float = param(
        100_000_000.0,
        label="Bandwidth",
        unit="bit/s",
        gt=0,
        group="between data centres",
        help="Bits per second that the line between them carries.",
    )
    round_trip_s: float = param(
        0.15,
        label="Round trip",
        unit="s",
        ge=0,
        le=10,
        group="between data centres",
        help="Time of a packet there and back.",
        source="Latency numbers every programmer should know (Dean): California to the Netherlands and back 150 ms",
    )
    compression_factor: float = param(
        2.0,
        label="Compressed to one",
        ge=1,
        le=1000,
        group="between data centres",
        help="How many times smaller it is when compressed.",
        source="Our suggestion for text with a fast compressor",
    )
    compression_bytes_per_s: float = param(
        524_288_000.0,
        label="Compression speed",
        unit="bytes/s",
        gt=0,
        group="between data centres",
        help="How fast one core compresses.",
        source="Napkin math (S. Eskildsen): 500 MiB/s, and 1 GiB/s for decompression",
        advanced=True,
    )
    decompression_bytes_per_s: float = param(
        1_073_741_824.0,
        label="Decompression speed",
        unit="bytes/s",
        gt=0,
        group="between data centres",
        help="How fast one core unpacks.",
        source="Napkin math (S. Eskildsen): 500 MiB/s, and 1 GiB/s for decompression",
        advanced=True,
    )
    actions: tuple[Action, ...] = Field(
        default=(
            Action(name="read", count=10),
            Action(name="write", operation="write", count=1, kept=True),
        )
    )
