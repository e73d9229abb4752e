"""What follows from an estimate: rates, storage, bandwidth, servers, and the traffic of a scenario.

All of it is arithmetic on the back of an envelope, so that a person can follow every figure; what a scenario makes of the
same numbers is predicted and simulated elsewhere and stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from simcore.components.base import Role
from simcore.scenario.document import RequestClass, Scenario
from simcore.scenario.estimates import Action, Estimate

DAY_S: Mapping[str, float] = {"exact": 86_400.0, "round_day": 100_000.0, "round_month": 2_500_000.0 / 30}
MONTH_DAYS = 30
_ALPHABET = 62
_BITS_PER_BYTE = 8


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """One action: how many per day and second, at the peak, delivered, and the bytes of it per second and per day."""

    name: str
    per_day: float
    rate_rps: float
    peak_rps: float
    deliveries_rps: float
    bytes_per_s: float
    stored_bytes_per_day: float
    stored_bytes: float
    records: float


@dataclass(frozen=True, slots=True)
class Sending:
    """Seconds for sending something as it is and compressed, there alone; compressing pays if the second is less."""

    plain_s: float
    compressed_s: float

    @property
    def pays(self) -> bool:
        """Tell whether compressing saves time."""
        return self.compressed_s < self.plain_s


@dataclass(frozen=True, slots=True)
class EstimateFigures:
    """All that follows from an estimate. `key_length` is how many letters and digits tell all records apart."""

    actions: tuple[ActionFigures, ...]
    daily_users: float
    rate_rps: float
    peak_rps: float
    read_rps: float
    write_rps: float
    inbound_bytes_per_s: float
    outbound_bytes_per_s: float
    stored_bytes_per_day: float
    stored_bytes: float
    records: float
    key_length: int
    cache_bytes: float
    servers: int
    sending: Sending

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return {**asdict(self), "sending": {**asdict(self.sending), "pays": self.sending.pays}}


def compute_estimate(estimate: Estimate) -> EstimateFigures:
    """Return what follows from an estimate."""
    actions = tuple(_action(estimate, action) for action in estimate.actions)
    pairs = list(zip(estimate.actions, actions, strict=True))
    read_rps = sum(found.rate_rps for action, found in pairs if action.operation == "read")
    rate_rps = sum(found.rate_rps for found in actions)
    read_bytes = sum(found.bytes_per_s for action, found in pairs if action.operation == "read")
    records = sum(found.records for found in actions)
    peak_rps = rate_rps * estimate.peak_factor
    day_s = DAY_S[estimate.calendar]
    return EstimateFigures(
        actions=actions,
        daily_users=estimate.user_count * estimate.active_ratio,
        rate_rps=rate_rps,
        peak_rps=peak_rps,
        read_rps=read_rps,
        write_rps=rate_rps - read_rps,
        inbound_bytes_per_s=sum(found.bytes_per_s for found in actions) - read_bytes,
        outbound_bytes_per_s=read_bytes,
        stored_bytes_per_day=sum(found.stored_bytes_per_day for found in actions),
        stored_bytes=sum(found.stored_bytes for found in actions),
        records=records,
        key_length=_key_length(records),
        cache_bytes=read_bytes * day_s * estimate.cache_ratio,
        servers=math.ceil(peak_rps / (estimate.server_rps * estimate.server_busy_ratio) - 1e-9),
        sending=_sending(estimate),
    )


def _action(estimate: Estimate, action: Action) -> ActionFigures:
    day_s = DAY_S[estimate.calendar]
    days = {
        "user_day": estimate.user_count * estimate.active_ratio,
        "day": 1.0,
        "month": 1.0 / MONTH_DAYS,
        "second": day_s,
    }
    per_day = action.count * action.share_ratio * days[action.per]
    rate_rps = per_day / day_s
    records = per_day * estimate.retention_days if action.kept else 0.0
    stored_per_day = per_day * action.size_bytes * estimate.copy_count if action.kept else 0.0
    return ActionFigures(
        name=action.name,
        per_day=per_day,
        rate_rps=rate_rps,
        peak_rps=rate_rps * estimate.peak_factor,
        deliveries_rps=rate_rps * action.delivery_count,
        bytes_per_s=rate_rps * action.size_bytes,
        stored_bytes_per_day=stored_per_day,
        stored_bytes=stored_per_day * estimate.retention_days,
        records=records,
    )


def _key_length(records: float) -> int:
    """Return the least number of letters and digits that gives every record a key of its own."""
    length, keys = 1, float(_ALPHABET)
    while keys < records:
        length, keys = length + 1, keys * _ALPHABET
    return length


def _sending(estimate: Estimate) -> Sending:
    """Compare sending as it is with compressing first: one way over the line, and the work at both ends."""
    way_s = estimate.round_trip_s / 2
    plain_s = estimate.transfer_bytes * _BITS_PER_BYTE / estimate.bandwidth_bps
    work_s = estimate.transfer_bytes * (
        1 / estimate.compression_bytes_per_s + 1 / estimate.decompression_bytes_per_s
    )
    return Sending(way_s + plain_s, way_s + work_s + plain_s / estimate.compression_factor)


def workload_changes(scenario: Scenario, estimate: Estimate, rate_rps: float) -> list[dict[str, Any]]:
    """Return the changes that give a scenario the estimated traffic; none when it has no source that takes a rate.

    Parameters
    ----------
    rate_rps : requests per second of all sources together, each with its present share.

    Notes
    -----
    A request class that has the name of an action keeps its keys and everything else that an estimate does not say.
    """
    clients = [
        node
        for node in scenario.sorted_nodes
        if node.component.role is Role.CLIENT
        and node.component.population() is None
        and "arrival_rate_rps" in type(node.component).model_fields
    ]
    figures = compute_estimate(estimate)
    pairs = [pair for pair in zip(estimate.actions, figures.actions, strict=True) if pair[1].rate_rps > 0]
    if not clients or not pairs:
        return []
    bound = next(
        (
            item.le
            for item in type(clients[0].component).model_fields["arrival_rate_rps"].metadata
            if hasattr(item, "le")
        ),
        math.inf,
    )
    total = sum(node.component.offered_rps() for node in clients)
    shares = [node.component.offered_rps() / total if total else 1 / len(clients) for node in clients]
    if any(rate_rps * share > bound for share in shares):
        return []
    classes = {item.name: item for item in scenario.workload.classes}
    wanted = [
        {
            **classes.get(action.name, RequestClass(name=action.name)).model_dump(),
            "operation": action.operation,
            "share": found.rate_rps / figures.rate_rps,
            "payload_bytes": min(round(action.size_bytes), 1_000_000_000),
        }
        for action, found in pairs
    ]
    changes: list[dict[str, Any]] = [{"type": "set_workload", "workload": {"classes": wanted}}]
    changes += [
        {
            "type": "set_parameter",
            "node_id": node.id,
            "name": "arrival_rate_rps",
            "value": float(f"{rate_rps * share:.4g}"),
        }
        for node, share in zip(clients, shares, strict=True)
    ]
    return changes
