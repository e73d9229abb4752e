"""What a browser may ask about a run beyond what frames say, and the answers, which go to the asker alone."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from typing_extensions import TypedDict

from playground import frames


class ClientModel(BaseModel):
    """A message of a browser."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class Look(ClientModel):
    """Ask for an earlier moment of the run, for this viewer alone. A later `look` takes the place of one that waits."""

    op: Literal["look"]
    id: int = Field(ge=0)
    at_s: float = Field(ge=0)


class ShowTraces(ClientModel):
    """Ask for traced requests in full: those of a sort, or one by its number; now, or at an earlier moment."""

    op: Literal["traces"]
    id: int = Field(ge=0)
    kind: Literal["slowest", "failed", "one"]
    trace_id: int | None = Field(default=None, ge=0)
    at_s: float | None = Field(default=None, ge=0)


class Branch(ClientModel):
    """Ask for a copy of the scenario whose run goes on from an earlier moment of this one."""

    op: Literal["branch"]
    id: int = Field(ge=0)
    at_s: float = Field(ge=0)


class MomentMessage(TypedDict):
    """An earlier moment of the run, rebuilt: the answer to `look`.

    `at_s` is earlier than asked for where that was too far from anything kept. `is_redesigned` tells that the drawing
    was changed since.
    """

    op: Literal["moment"]
    id: int
    at_s: float
    layout: frames.Layout
    frame: frames.Frame
    is_redesigned: bool


class TracesMessage(TypedDict):
    """Traced requests in full, the first to look at first: the answer to `traces`. Times are of the run at `at_s`."""

    op: Literal["traces"]
    id: int
    at_s: float
    traces: list[frames.DetailedTrace]


class Branched(TypedDict):
    """There is a copy that goes on from an earlier moment: the answer to `branch`."""

    op: Literal["branched"]
    id: int
    at_s: float
    edit_token: str


class NotSeen(TypedDict):
    """What was asked about the past cannot be shown; `message` is an English template."""

    op: Literal["not_seen"]
    id: int
    code: str
    message: str
    values: dict[str, JsonValue]


Question = Look | ShowTraces | Branch
Answer = MomentMessage | TracesMessage | Branched | NotSeen
