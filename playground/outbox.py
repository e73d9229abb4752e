"""What waits to be sent to one viewer: messages that must arrive, the newest frame, and where the others point.

A viewer that reads slowly, or not at all, costs nobody anything: of frames and pointers only the newest are kept, at most
`UNACKNOWLEDGED_FRAMES_MAX` frames are on their way, and the queue of other messages is bounded.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from playground.protocol import UNACKNOWLEDGED_FRAMES_MAX

#: Something is handed to this many viewers before the event loop gets its turn.
VIEWERS_PER_TURN = 50
#: Messages that must arrive and wait for one viewer; one that lets more pile up is disconnected.
WAITING_MESSAGES_MAX = 500
#: Pointers are not acknowledged; after so many to a viewer of whom nothing was heard they wait. Pages ping every 10 s.
POINTERS_UNHEARD_MAX = 200
#: A viewer that acknowledges nothing for this long while frames are held back for it is disconnected.
STALLED_S = 60.0


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """A frame as it goes over the socket; `events` is the message with its events alone, for those who miss the frame."""

    seq: int
    text: str
    events: str | None


class Outbox:
    """The messages of one viewer in the order in which they should go out."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._frame: EncodedFrame | None = None
        self._unacknowledged: deque[int] = deque()
        self._pointers: str | None = None
        self._pointers_unheard = 0
        self._stalled_since: float | None = None
        self._ready = asyncio.Event()
        self.close_code: int | None = None
        self.is_overfull = False

    def put(self, text: str) -> None:
        """Add a message that must arrive."""
        if len(self._messages) >= WAITING_MESSAGES_MAX:
            self.is_overfull = True
            return
        self._messages.append(text)
        self._ready.set()

    def offer(self, frame: EncodedFrame) -> None:
        """Put a frame in place of one not yet sent. The events of the one passed over are sent all the same."""
        if self._frame is not None and self._frame.events is not None:
            self.put(self._frame.events)
        self._frame = frame
        if not self._is_held_back:
            self._ready.set()

    def point(self, text: str) -> None:
        """Put newer pointers in place of those not yet sent."""
        self._pointers = text
        if self._pointers_unheard < POINTERS_UNHEARD_MAX:
            self._ready.set()

    def note_sign_of_life(self) -> None:
        """Note that something was heard of the viewer."""
        self._pointers_unheard = 0
        if self._pointers is not None:
            self._ready.set()

    def acknowledge(self, seq: int) -> None:
        """Note that the viewer has all frames up to `seq`."""
        while self._unacknowledged and self._unacknowledged[0] <= seq:
            self._unacknowledged.popleft()
        self._stalled_since = None
        if self._frame is not None:
            self._ready.set()

    def close(self, code: int) -> None:
        """Let what waits go out, frames excepted, and then close with this code."""
        self.close_code = code
        self._frame = self._pointers = None
        self._ready.set()

    def has_stalled(self, now: float) -> bool:
        """Tell whether the viewer has been silent for too long while frames are held back."""
        if not self._is_held_back or self._frame is None:
            self._stalled_since = None
            return False
        if self._stalled_since is None:
            self._stalled_since = now
        return now - self._stalled_since >= STALLED_S

    async def next(self) -> str | None:
        """Wait for the next message to send; None when the socket is to be closed."""
        while True:
            if self._messages:
                return self._messages.popleft()
            if self.close_code is not None:
                return None
            if self._frame is not None and not self._is_held_back:
                frame, self._frame = self._frame, None
                self._unacknowledged.append(frame.seq)
                return frame.text
            if self._pointers is not None and self._pointers_unheard < POINTERS_UNHEARD_MAX:
                pointers, self._pointers = self._pointers, None
                self._pointers_unheard += 1
                return pointers
            self._ready.clear()
            await self._ready.wait()

    @property
    def _is_held_back(self) -> bool:
        return len(self._unacknowledged) >= UNACKNOWLEDGED_FRAMES_MAX


async def in_turns(outboxes: Iterable[Outbox], act: Callable[[Outbox], None]) -> None:
    """Act on all outboxes, a few at a time so that the loop keeps its pace."""
    waiting = iter(list(outboxes))
    while some := list(islice(waiting, VIEWERS_PER_TURN)):
        for outbox in some:
            act(outbox)
        await asyncio.sleep(0)
