"""What a case of the no-placebo test is, and how it is judged.

Every parameter is turned in a small system made for it. All runs of a case on one seed see the same arrivals, so that a
parameter that does nothing gives the same figures to the last digit. A figure counts as moved when every run with the one
value lies beyond every run with the other by more than `SIZE_MIN`, whatever the seeds. Where seeds differ by more than
that, each of twice as many has to move the figure the same way by more than `PAIR_SIZE_MIN`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simcore.moves import Move
from tests.every_kind.surroundings import CLIENT, SUBJECT
from tests.scenarios import Json, do, start

SEEDS, MORE_SEEDS = (1, 2), (3, 4)
#: Least change of a figure that counts, relative to the greater of the two: between any two runs, and on one seed.
SIZE_MIN, PAIR_SIZE_MIN = 0.03, 0.05
#: Where a figure of all requests together is looked up.
TOTALS = ""
#: Whose parameter is turned, besides nodes: a connection, a class or a group, by its id or name; or what is planned.
EDGE, CLASS, GROUP, FAULT = "edge", "class", "group", "fault"

Summary = Json


@dataclass(frozen=True, kw_only=True)
class Case:
    """One parameter turned in one system.

    Attributes
    ----------
    name : the parameter.
    document : the drawing; the node whose parameter is turned is `SUBJECT`, unless `at` names another.
    values : from low to high; of a menu or a list the default or plain one first, each of the others is compared with it.
    shows : the figures looked at, "latency, utilization@subject": of all requests, or at a node, edge or class.
    until_s, warmup_s : length of a run, and from when on it counts.
    steps : what is done during the run, with the times (s), in order.
    setting : the system in a few English words, for the table.
    exact : nothing but the figures shown may differ; of a client's parameter not even arrivals need be the same.
    """

    name: str
    document: Json
    values: Sequence[Any]
    shows: str
    until_s: float = 10.0
    warmup_s: float = 0.0
    steps: tuple[tuple[float, Json], ...] = ()
    setting: str = ""
    at: str = SUBJECT
    of: str = "node"
    arrivals_stay: bool = True

    @property
    def places(self) -> dict[str, str]:
        """Return where each figure is looked up."""
        pairs = [shown.strip().partition("@") for shown in self.shows.split(",")]
        return {figure: place for figure, _, place in pairs}


@dataclass(frozen=True)
class Finding:
    """How far a statement was borne out: the figure's mean over the seeds with the one value and with the other."""

    move: Move
    case: Case
    low: Any
    high: Any
    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def is_shown(self) -> bool:
        """Tell whether it moved as stated."""
        up = _is_above(self.after, self.before)
        down = _is_above(self.before, self.after)
        return {"up": up, "down": down, "changes": up or down}[self.move.direction]

    @property
    def means(self) -> tuple[float, float]:
        """The figure's mean over the seeds, with the one value and with the other."""
        return sum(self.before) / len(self.before), sum(self.after) / len(self.after)

    @property
    def text(self) -> str:
        """What a failing test shows."""
        return (
            f"{self.case.name} {self.low!r} -> {self.high!r}: {self.move.figure} should go {self.move.direction} "
            f"({self.case.setting}), but it was {self.before} and is {self.after}"
        )


def _is_above(high: Sequence[float], low: Sequence[float]) -> bool:
    if _exceeds(min(high), max(low), SIZE_MIN):
        return True
    pairs = list(zip(high, low, strict=True))
    return len(pairs) > len(SEEDS) and all(_exceeds(one, other, PAIR_SIZE_MIN) for one, other in pairs)


def _exceeds(one: float, other: float, size: float) -> bool:
    return one - other > size * max(abs(one), abs(other))


def findings(case: Case, moves: Sequence[Move]) -> list[Finding]:
    """Run a case with all its values, and return how each statement fared that it can show."""
    found = _findings(case, moves, SEEDS)
    return found if all(item.is_shown for item in found) else _findings(case, moves, (*SEEDS, *MORE_SEEDS))


def _findings(case: Case, moves: Sequence[Move], seeds: Sequence[int]) -> list[Finding]:
    runs = [[_run(case, value, seed) for seed in seeds] for value in case.values]
    if case.arrivals_stay:
        arrived = [[_arrivals(summary) for summary in of_value] for of_value in runs]
        assert all(one == arrived[0] for one in arrived), f"{case.name}: the arrivals changed"
    places = case.places
    return [
        Finding(
            move,
            case,
            case.values[0],
            value,
            tuple(_figure(summary, move.figure, places[move.figure]) for summary in runs[0]),
            tuple(_figure(summary, move.figure, places[move.figure]) for summary in of_value),
        )
        for value, of_value in zip(case.values[1:], runs[1:], strict=True)
        for move in moves
        if move.figure in places and move.choice in ("", value)
    ]


def turned(case: Case, value: Any) -> Json:
    """Return the drawing with one value of the parameter."""
    document = copy.deepcopy(case.document)
    if case.of == FAULT:
        return {**document, case.name: list(value)}
    if case.of == CLASS:
        owner = next(item for item in document["workload"]["classes"] if item["name"] == case.at)
    else:
        items = document[{EDGE: "edges", GROUP: "groups"}.get(case.of, "nodes")]
        owner = next(item for item in items if item["id"] == case.at)["parameters"]
    owner[case.name] = value
    return document


def _run(case: Case, value: Any, seed: int) -> Summary:
    simulation = start(turned(case, value), seed=seed)
    steps = [*case.steps, *([(case.warmup_s, None)] if case.warmup_s else [])]
    for at_s, change in sorted(steps, key=lambda step: step[0]):
        simulation.advance(at_s)
        if change is None:
            simulation.reset_statistics()
        else:
            do(simulation, change)
    simulation.advance(case.until_s)
    assert simulation.check_state() == []
    return simulation.summary()


def _arrivals(summary: Summary) -> int:
    """Return how many requests the clients sent of their own accord."""
    return int(summary["totals"]["offered"])


#: Figures by their name in a summary, where it is another one.
_NAMES = {
    "latency": "latency_mean_s",
    "latency_p99": "latency_p99_s",
    "wait": "pool_wait_mean_s",
    "queue_length": "queue_length_mean",
    "utilization": "utilization_ratio",
    "calls": "offered",
    "availability": "availability_ratio",
    "cost": "cost_usd",
    "retries": "retry_amplification_ratio",
    "in_flight": "in_flight_mean",
    "lost_messages": "lost",
    "expired_messages": "expired",
    "moved_keys": "keys_moved",
}


def _figure(summary: Summary, figure: str, place: str) -> float:
    """Return a figure: of all requests, of a node, an edge or a class, or over several nodes joined by "+"."""
    if figure == "imbalance":
        return _imbalance(summary, place)
    name = _NAMES.get(figure, figure)
    if place == TOTALS:
        books = summary["totals"]
    else:
        books = next(summary[part][place] for part in ("nodes", "edges", "classes") if place in summary[part])
    # A broker's line is one of messages; what waits for its workers is another matter.
    if figure == "queue_length" and "enqueued" in books:
        name = figure
    return float(books[name] or 0.0)


def _imbalance(summary: Summary, place: str) -> float:
    """Return the greatest share of requests (or records) that one of several nodes or shards has, over the mean share."""
    if "+" in place:
        loads = [summary["nodes"][node]["offered"] for node in place.split("+")]
    else:
        loads = summary["nodes"][place]["shard_acquired"]
    return float(max(loads) / max(sum(loads) / len(loads), 1e-9))


#: What a module of cases for a kind has: its cases. Cases for parameters that many kinds have are made for each of them.
Maker = Callable[[str], Sequence[Case]]

__all__ = [
    "CLASS",
    "CLIENT",
    "EDGE",
    "FAULT",
    "GROUP",
    "SUBJECT",
    "TOTALS",
    "Case",
    "Finding",
    "Maker",
    "findings",
    "turned",
]
