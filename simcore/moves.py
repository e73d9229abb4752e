"""What a parameter does, as its declaration states it and a test proves it.

A statement names a figure of a run and the way it goes when the parameter grows: "latency up". Several are joined by
commas, for no single system may show them all. Of a switch, to grow is to be turned on. The choices of a menu are
compared with the default one; each may have statements of its own: {"lifo": "latency_p99 up", "priority": "latency changes"}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Direction = Literal["up", "down", "changes"]

#: Figures of a run, of all requests or of a component, and what people call them.
FIGURES: Mapping[str, str] = {
    "offered": "requests",
    "completed": "answered requests",
    "failed": "failed requests",
    "in_flight": "requests in flight",
    "latency": "latency",
    "latency_p99": "slowest answers (p99)",
    "wait": "waiting time",
    "queue_length": "waiting requests or messages",
    "utilization": "utilisation",
    "imbalance": "unevenness of the load",
    "calls": "requests to what it calls",
    "retries": "retries",
    "wasted": "wasted work",
    "degraded": "degraded answers",
    "hit_ratio": "hit ratio",
    "evictions": "evictions",
    "stale_reads": "stale reads",
    "lost_writes": "lost writes",
    "diverged_writes": "diverged writes",
    "availability": "availability",
    "instances": "instances",
    "cost": "cost",
    "redelivered": "messages delivered again",
    "dead_letters": "dead letters",
    "lost_messages": "lost messages",
    "expired_messages": "expired messages",
    "duplicates": "jobs done twice",
    "moved_keys": "records moved",
    "hints": "hints kept",
    "alarms": "alarms",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One statement: a figure, the way it goes, and the choice of a menu that it is about ("": any other value)."""

    figure: str
    direction: Direction
    choice: str = ""


def moves_in(statements: str | Mapping[str, str]) -> tuple[Move, ...]:
    """Return the statements of a declaration.

    Raises
    ------
    ValueError : if a figure or a direction is unknown; declarations are code, so this is a mistake in it.
    """
    by_choice = {"": statements} if isinstance(statements, str) else statements
    return tuple(
        _move(statement, choice)
        for choice, text in by_choice.items()
        for statement in text.split(",")
        if statement.strip()
    )


def _move(statement: str, choice: str) -> Move:
    figure, _, direction = statement.strip().partition(" ")
    if figure not in FIGURES or direction not in get_args(Direction):
        raise ValueError(statement)
    return Move(figure, direction, choice)  # type: ignore[arg-type]  # just compared with the literals
