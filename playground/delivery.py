"""Frames on their way from one run to everybody who watches: numbered, encoded once, offered to all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

import orjson

from playground import protocol
from playground.frames import Frame
from playground.outbox import EncodedFrame, Outbox, in_turns


class Delivery:
    """The frames of one room. `outboxes` are those of whoever watches at the moment; `newest` is None without a run."""

    def __init__(self, outboxes: Mapping[str, Outbox]) -> None:
        self.newest: Frame | None = None
        self._outboxes = outboxes
        self._seq = 0
        self._frames: deque[EncodedFrame] = deque()
        self._task: asyncio.Task[None] | None = None

    def publish(self, frame: Frame) -> None:
        """Offer a frame to all viewers, soon."""
        self._seq += 1
        self.newest = frame
        events = encode({"op": "events", "events": frame["events"]}) if frame["events"] else None
        text = encode({"op": "frame", "seq": self._seq, **frame})
        self._frames.append(EncodedFrame(self._seq, text, events))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._deliver())

    def show_newest(self, outbox: Outbox) -> None:
        """Offer the newest frame to one who came later: a paused run would show no figures. The welcome has its events."""
        if self.newest is not None:
            still: Frame = {**self.newest, "events": []}
            text = encode({"op": "frame", "seq": self._seq, **still})
            outbox.offer(EncodedFrame(self._seq, text, None))

    async def _deliver(self) -> None:
        """Offer the waiting frames to all viewers, a few at a time so that the loop keeps its pace."""
        while self._frames:
            frame = self._frames.popleft()
            await in_turns(self._outboxes.values(), lambda outbox: outbox.offer(frame))  # noqa: B023, awaited here
        self._task = None


def encode(message: protocol.ServerMessage) -> str:
    """Return a message as it goes over a socket."""
    return orjson.dumps(message).decode()
