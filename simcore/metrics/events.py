"""What happened, as sentences for the log that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Kind of happening -> English template. `{node}`, `{edge}` and `{source}` are ids that the browser shows as names.
MESSAGES: Mapping[str, str] = {
    "crash": "{node} crashed.",
    "hang": "{node} hangs: it accepts requests and answers none.",
    "slow": "{node} became slow.",
    "crash_shard": "Shard {count} of {node} crashed.",
    "restart": "{node} is restarting.",
    "flush": "The memory of {node} was emptied.",
    "broke": "{node} broke down by itself.",
    "back": "{node} is back.",
    "scaled": "{node} runs {count} instances now.",
    "resharding": "{node} began to move {count} records to other shards.",
    "resharded": "{node} has moved {count} records; all are where they belong.",
    "cut_requests": "The connection {edge} lets no requests through.",
    "cut_answers": "The connection {edge} lets no answers through.",
    "loss": "The connection {edge} loses packets.",
    "partition": "The connection {edge} was cut.",
    "delay": "The connection {edge} became slow.",
    "heal": "{node} was healed.",
    "heal_edge": "The connection {edge} was healed.",
    "edit": "The design was changed.",
    "detected": "{source} noticed that {node} does not answer.",
    "recovered": "{source} noticed that {node} answers again.",
    "promoted": "{node} was promoted to primary in place of {source}.",
    "lost_writes": "{count} acknowledged writes were lost with {node}.",
    "diverged": "{count} writes that {node} took beside the new primary were thrown away.",
    "limit": "The run is at its limit of {count} requests in flight: more are refused.",
    "breaker_opened": "A circuit breaker of {node} opened: its calls fail at once.",
    "breaker_half_open": "A circuit breaker of {node} lets a few calls out to try.",
    "breaker_closed": "A circuit breaker of {node} closed: calls go out again.",
    "alarm": "{node} raises an alarm about {source}, of whose failed requests {count} have a trace on record.",
    "alarm_over": "{node}: the alarm about {source} is over.",
    "left_out": "{node} left out {count} jobs: the run before has not ended.",
    "missed_starts": "{node} was down and left out {count} starts.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the log."""

    at_s: float
    kind: str
    node_id: str | None = None
    edge_id: str | None = None
    fault: str | None = None
    source_id: str | None = None
    count: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary with the message's template and values."""
        message = self.fault or ("heal_edge" if self.kind == "heal" and self.edge_id else self.kind)
        values = {"node": self.node_id, "edge": self.edge_id, "source": self.source_id, "count": self.count}
        return {
            "at_s": round(self.at_s, 6),
            "kind": self.kind,
            "node_id": self.node_id,
            "edge_id": self.edge_id,
            "message": MESSAGES[message],
            "values": {name: value for name, value in values.items() if value is not None},
        }
