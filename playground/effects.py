"""What a session decides, for others to carry out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.frames import Frame
from playground.protocol import ServerMessage
from playground.questions import Question
from playground.shapes import Document, Permission


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message to one viewer."""

    viewer_id: str
    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Send a message to all viewers, or to those with one permission."""

    message: ServerMessage
    to: Permission | None = None


@dataclass(frozen=True, slots=True)
class PublishFrame:
    """Offer a frame to all viewers; for each of them a newer one may replace it."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class StartRun:
    """Build a new simulation of the document, dropping any earlier one. Reports carry `run`, its number."""

    run: int
    document: Document
    seed: int


@dataclass(frozen=True, slots=True)
class StopRun:
    """Drop the simulation."""


@dataclass(frozen=True, slots=True)
class StartPacing:
    """Let the simulation follow the wall clock at `speed`."""

    speed: float


@dataclass(frozen=True, slots=True)
class StopPacing:
    """Stop the simulation at the end of its tick."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """Advance a simulation that is not paced by `seconds` of its own time, less if it `follows` a request."""

    seconds: float
    follows: bool = False


@dataclass(frozen=True, slots=True)
class ApplyToRun:
    """Ask the simulation to apply changes at the end of its tick; it answers with the ticket."""

    ticket: int
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ApplyToDocument:
    """Try changes on a document without a run; the outcome comes back with the ticket."""

    ticket: int
    document: Document
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SaveDocument:
    """Store the document; of several waiting to be stored only the newest matters.

    `editors` are the names of those who changed it, `recent_edits` the ids of the last edits in it.
    """

    document: Document
    revision: int
    editors: tuple[str, ...] = ()
    recent_edits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """Close a viewer's socket."""

    viewer_id: str
    code: int


@dataclass(frozen=True, slots=True)
class LookBack:
    """Show a viewer something of the run's past, or of its requests."""

    viewer_id: str
    link_id: int
    wanted: Question


@dataclass(frozen=True, slots=True)
class Forget:
    """Nobody has been here for long: drop the session."""


Effect = (
    Send | Broadcast | PublishFrame | StartRun | StopRun | StartPacing | StopPacing | StepRun | ApplyToRun | ApplyToDocument
    | SaveDocument | Close | LookBack | Forget
)  # fmt: skip
