"""Every message of the socket `/ws/s/<token>`: JSON text, a union tagged by "op" in both directions.

Messages from the browser are validated models; messages to it are typed dictionaries, because frames are built by the
engine and encoded once for all viewers. `python -m playground.protocol` prints the browser's types.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

import orjson
from pydantic import Field, JsonValue, PlainValidator, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from playground import frames, shapes
from playground.questions import Answer, ClientModel, Question

PROTOCOL_VERSION = 1
MESSAGE_BYTES_MAX = 1_000_000
SPEED_MIN = 0.01
#: No run gets there: this is as fast as the engine goes.
SPEED_MAX = 10_000.0
STEP_S_MAX = 60.0
SEED_MAX = 2**32 - 1
#: How many frames a viewer may leave unacknowledged before frames are held back for it.
UNACKNOWLEDGED_FRAMES_MAX = 20
PERSON_NAME_LENGTH_MAX = 40
#: Of what somebody has selected, so much is shown to the others.
SELECTED_SHOWN_MAX = 100
PLACE_MAX = 10_000_000
HISTORY_POINTS_MAX = 600
RECENT_EVENTS_MAX = 200
#: Stretches that the outline of a whole run has at most.
COURSE_POINTS_MAX = 240

#: Why the server closes a socket.
CLOSE_BAD_MESSAGE = 4400
CLOSE_FORBIDDEN = 4403
CLOSE_UNKNOWN_LINK = 4404
CLOSE_TOO_SLOW = 4408
CLOSE_TOO_MANY = 4429


def _any_object(value: object) -> object:
    """Accept any JSON object: what is wrong inside a change is for simcore to say, as a diagnostic."""
    if not isinstance(value, dict):
        raise ValueError("a change must be an object")  # noqa: TRY004, pydantic reports only ValueError
    return value


Change = Annotated[dict[str, Any], PlainValidator(_any_object, json_schema_input_type=shapes.Change)]


class Hello(ClientModel):
    """The first message of a connection."""

    op: Literal["hello"]
    protocol: int
    language: str = Field(default="en", max_length=20)


class Introduce(ClientModel):
    """Say by what name the others should know this browser; it is shown to them and kept with what it edits."""

    op: Literal["introduce"]
    name: str = Field(max_length=2 * PERSON_NAME_LENGTH_MAX)


Place = Annotated[float, Field(ge=-PLACE_MAX, le=PLACE_MAX)]


class Here(ClientModel):
    """Where this browser's pointer is (x, y), what it has selected and what it sees (x, y, width, height of canvas)."""

    op: Literal["here"]
    cursor: list[Place] | None = Field(min_length=2, max_length=2)
    selected: list[Annotated[str, Field(max_length=64)]] = Field(max_length=SELECTED_SHOWN_MAX)
    view: list[Place] | None = Field(min_length=4, max_length=4)


class Play(ClientModel):
    """Start the run, or go on after a pause."""

    op: Literal["play"]


class Pause(ClientModel):
    """Stop the clock of the run where it is."""

    op: Literal["pause"]


class Step(ClientModel):
    """Advance a run that is not playing by a little simulated time.

    With `follow` it stops earlier, as soon as something happens to the request that was sent last.
    """

    op: Literal["step"]
    seconds: float = Field(gt=0, le=STEP_S_MAX)
    follow: bool = False


class Speed(ClientModel):
    """Set how many simulated seconds pass in a second."""

    op: Literal["speed"]
    factor: float = Field(ge=SPEED_MIN, le=SPEED_MAX)


class Restart(ClientModel):
    """Begin the run again from zero; null keeps the document's seed."""

    op: Literal["restart"]
    seed: int | None = Field(ge=0, le=SEED_MAX)


class Edit(ClientModel):
    """Change the document and, if there is one, the run. All changes apply, or none."""

    op: Literal["edit"]
    id: str = Field(max_length=64)
    revision: int = Field(ge=0)
    changes: list[Change] = Field(min_length=1)


class Ack(ClientModel):
    """Tell which frame is the newest received; send it at least every 10 frames."""

    op: Literal["ack"]
    seq: int = Field(ge=0)


class Ping(ClientModel):
    """Ask for a sign of life."""

    op: Literal["ping"]
    nonce: int


ClientMessage = Annotated[
    Hello | Introduce | Here | Play | Pause | Step | Speed | Restart | Edit | Question | Ack | Ping,
    Field(discriminator="op"),
]


RunStatus = Literal["stopped", "running", "paused", "failed"]


class RunState(TypedDict):
    """Where the run is. `can_control` tells whether this viewer may play, pause and edit.

    Each run that begins anew has a higher `number`: what the document was at that moment, the run began with.
    """

    status: RunStatus
    speed: float
    achieved_speed: float
    now_s: float
    seed: int
    viewers: int
    can_control: bool
    number: int


class HistoryPoint(TypedDict):
    """The totals of an earlier frame, for charts of those who come later."""

    now_s: float
    window_s: float
    totals: frames.Totals


class CoursePoint(TypedDict):
    """How the run went up to `until_s`, from where the point before ends: for the outline of a whole run."""

    until_s: float
    ended_count: int
    failed_count: int
    busiest_ratio: float
    is_broken: bool


class Welcome(TypedDict):
    """Everything needed to show the scenario and its run; sent after `hello` and when the whole document was replaced.

    `stored_revision` is the newest that is written down; `begun` is the document that the run under way began with,
    null when there is none or nothing was changed since.
    """

    op: Literal["welcome"]
    protocol: int
    viewer_id: str
    document: shapes.Document
    revision: int
    stored_revision: int
    permission: shapes.Permission
    run: RunState
    layout: frames.Layout | None
    begun: shapes.Document | None
    viewers: int
    history: list[HistoryPoint]
    events: list[frames.RunEvent]
    course: list[CoursePoint]


class RunMessage(TypedDict):
    """The run changed state."""

    op: Literal["run"]
    state: RunState


class LayoutMessage(frames.Layout):
    """The order in which the frames after this one list nodes, edges and classes."""

    op: Literal["layout"]


class FrameMessage(frames.Frame):
    """One packet of metrics. Of frames that a viewer could not take in time only the newest is sent."""

    op: Literal["frame"]
    seq: int


class EventsMessage(TypedDict):
    """The events of a frame that was passed over for this viewer."""

    op: Literal["events"]
    events: list[frames.RunEvent]


class Edited(TypedDict):
    """Changes were applied; `by` is the viewer who made them, `id` the edit's own id.

    An edit that was sent again although the document contains it is answered without changes, to its sender alone.
    """

    op: Literal["edited"]
    revision: int
    changes: list[shapes.Change]
    by: str | None
    id: str


class Rejected(TypedDict):
    """An edit was not applied; `document` is there when the sender's copy may differ from the server's."""

    op: Literal["rejected"]
    id: str
    diagnostics: list[shapes.Diagnostic]
    revision: int
    document: NotRequired[shapes.Document]


class SavedMessage(TypedDict):
    """The document is stored up to this revision."""

    op: Literal["saved"]
    revision: int


class Viewers(TypedDict):
    """How many browsers watch now."""

    op: Literal["viewers"]
    count: int


class Person(TypedDict):
    """Somebody who is here. No two have the same `seat`, a small number that stands for a colour."""

    id: str
    name: str
    seat: int
    permission: shapes.Permission


class People(TypedDict):
    """Who is here; of a crowd only so many are told."""

    op: Literal["people"]
    people: list[Person]


class Whereabouts(TypedDict):
    """What one of those who are here points at, has selected and sees; see `Here`."""

    id: str
    cursor: list[float] | None
    selected: list[str]
    view: list[float] | None


class Around(TypedDict):
    """Where all who told it are. Of these messages only the newest is sent to a viewer."""

    op: Literal["around"]
    people: list[Whereabouts]


class ErrorMessage(TypedDict):
    """A message was refused or the run failed; `message` is an English template."""

    op: Literal["error"]
    code: str
    message: str
    values: dict[str, JsonValue]
    diagnostics: NotRequired[list[shapes.Diagnostic]]


class Pong(TypedDict):
    """The answer to a ping."""

    op: Literal["pong"]
    nonce: int


ServerMessage = Annotated[
    Welcome | RunMessage | LayoutMessage | FrameMessage | EventsMessage | Edited | Rejected | SavedMessage
    | Viewers | People | Around | ErrorMessage | Pong | Answer,
    Field(discriminator="op"),
]  # fmt: skip

_client_messages: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


class BadMessageError(ValueError):
    """What a browser sent is not a message of this protocol; the text says why, for its console."""


def decode(text: str | bytes) -> ClientMessage:
    """Parse one message of a browser. Raises `BadMessageError` for anything that is not one."""
    if len(text) > MESSAGE_BYTES_MAX:
        raise BadMessageError(f"longer than {MESSAGE_BYTES_MAX} bytes")
    try:
        return _client_messages.validate_python(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise BadMessageError(str(error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadMessageError(f"{place}: {first['msg']}" if place else first["msg"]) from None


def main() -> None:
    """Print the browser's types."""
    from playground.typescript import browser_types

    print(browser_types(), end="")  # noqa: T201


if __name__ == "__main__":
    main()
