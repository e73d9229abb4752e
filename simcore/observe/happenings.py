"""What happened in a run by itself, for the log that people read."""

from __future__ import annotations

from simcore.engine.tables import State
from simcore.metrics.events import Happening
from simcore.program import NONE, Program
from simcore.symbols import whole_id

_HAPPENINGS = (
    "detected", "recovered", "promoted", "lost_writes", "limit", "broke", "back", "diverged",
    "breaker_closed", "breaker_opened", "breaker_half_open", "scaled", "resharding", "resharded",
    "alarm", "alarm_over", "left_out", "missed_starts",
)  # fmt: skip
#: Happenings that are shown like what people do.
_LIKE_DEEDS = {"broke": "fault", "back": "heal"}


def happenings_since(
    state: State, program: Program, seen: int, drawn_edges: frozenset[int]
) -> list[Happening]:
    """Return what happened after the first `seen` happenings, as far as it has not been overwritten."""
    found = []
    count, size = int(state.control["happening_count"][0]), len(state.happenings)
    for number in range(max(seen, count - size), count):
        row = state.happenings[number % size]
        kind = _HAPPENINGS[row.kind]
        is_link = kind in ("detected", "recovered", "promoted")
        source = int(row.value) if is_link else NONE
        if kind in ("alarm", "alarm_over"):
            source = int(state.edges["source"][row.edge])
        found.append(
            Happening(
                float(row.t),
                _LIKE_DEEDS.get(kind, kind),
                node_id=whole_id(program.node_ids[row.node]),
                edge_id=program.edge_ids[row.edge] if int(row.edge) in drawn_edges else None,
                fault=kind if kind in _LIKE_DEEDS else None,
                source_id=None if source == NONE else whole_id(program.node_ids[source]),
                count=None if is_link else int(row.value),
            )
        )
    return found
