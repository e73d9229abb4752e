"""Rooms: where sessions meet sockets, simulations and the database, on the event loop.

A room carries out what its session decides. It is the only one in this process that changes its scenario's document,
over sockets and over HTTP alike, so that revisions never fork.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from playground import limits, protocol
from playground.delivery import Delivery, encode
from playground.effects import (
    ApplyToDocument,
    ApplyToRun,
    Broadcast,
    Close,
    Effect,
    Forget,
    LookBack,
    PublishFrame,
    SaveDocument,
    Send,
    StartPacing,
    StartRun,
    StepRun,
    StopPacing,
    StopRun,
)
from playground.engine import Engine, Simulation
from playground.lookback import Moment, Rebuilder
from playground.outbox import Outbox, in_turns
from playground.pacing import (
    Advance,
    Applied,
    Apply,
    Failed,
    Pace,
    PacedRun,
    Progressed,
    Refused,
    Report,
    Started,
    TracesShown,
    WayFound,
    Wish,
)
from playground.past import Past
from playground.presence import Presence, clean_name, pause_s
from playground.runner import Runner
from playground.selectors import Access, Stored
from playground.session import RunSession, Viewer
from playground.shapes import Document
from playground.texts import error_diagnostic, error_message
from playground.writer import Writer

BEAT_S = 1.0
SAVE_RETRY_S = 5.0

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Room:
    """One scenario that somebody has open, its session, its run and its viewers' outboxes."""

    def __init__(self, scenario_id: int, session: RunSession, rooms: Rooms) -> None:
        self.scenario_id = scenario_id
        self.session = session
        self.outboxes: dict[str, Outbox] = {}
        self.presence = Presence()
        self._rooms = rooms
        self._run: PacedRun | None = None
        self._past = Past(self, rooms)
        self._stored_revision = session.revision
        self._effects: deque[Effect] = deque()
        self._is_performing = False
        self._delivery = Delivery(self.outboxes)
        self._trial: asyncio.Task[None] | None = None
        self._pointing: asyncio.Task[None] | None = None

    def join(self, viewer: Viewer, outbox: Outbox) -> None:
        """Admit a viewer; the outbox gets all it must see."""
        self.outboxes[viewer.id] = outbox
        self.presence.join(viewer.id, viewer.permission)
        self.perform([*self.session.join(viewer), Send(viewer.id, self.presence.people())])
        self._delivery.show_newest(outbox)

    def leave(self, viewer_id: str) -> None:
        """Forget a viewer."""
        self.outboxes.pop(viewer_id, None)
        self.presence.leave(viewer_id)
        self._past.forget(viewer_id)
        self.perform(self.session.leave(viewer_id, now=self._rooms.clock()))

    def receive(self, viewer_id: str, message: protocol.ClientMessage) -> None:
        """Deal with a viewer's message."""
        self.outboxes[viewer_id].note_sign_of_life()
        match message:
            case protocol.Ack():
                self.outboxes[viewer_id].acknowledge(message.seq)
            case protocol.Here():
                if self.presence.move(viewer_id, message) and self._pointing is None:
                    self._pointing = asyncio.get_running_loop().create_task(self._point())
            case protocol.Introduce():
                named = message.model_copy(update={"name": clean_name(message.name)})
                self.presence.introduce(viewer_id, named.name)
                self.perform(self.session.handle(viewer_id, named))
            case _:
                self.perform(self.session.handle(viewer_id, message))

    def replace_document(self, document: Document) -> int:
        """Put another document in place; returns its revision. It is queued for storing."""
        self.perform(self.session.replace_document(document))
        return self.session.revision

    def revoke_link(self, link_id: int) -> None:
        """Send away everyone who came through a link."""
        self.perform(self.session.revoke_link(link_id))

    @property
    def has_run(self) -> bool:
        """Tell whether there is a simulation."""
        return self._run is not None

    def beat(self, now: float) -> None:
        """Do what is due about once a second."""
        people = self.presence.news()
        self.perform([*self.session.beat(now), *([Broadcast(people)] if people else [])])
        for outbox in self.outboxes.values():
            if outbox.is_overfull or outbox.has_stalled(now):
                outbox.close(protocol.CLOSE_TOO_SLOW)

    def perform(self, effects: list[Effect]) -> None:
        """Carry out what the session decided, in order: what follows from an effect waits for those before it."""
        self._effects.extend(effects)
        if self._is_performing:
            return
        self._is_performing = True
        try:
            while self._effects:
                self._perform(self._effects.popleft())
        finally:
            self._is_performing = False

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Send(viewer_id, message):
                if viewer_id in self.outboxes:
                    self.outboxes[viewer_id].put(encode(message))
            case Broadcast(message, to):
                text = encode(message)
                for viewer_id, outbox in self.outboxes.items():
                    if to is None or self.session.viewers[viewer_id].permission == to:
                        outbox.put(text)
            case PublishFrame(frame):
                self._delivery.publish(frame)
            case StartRun(run, document, seed):
                self._start_run(run, document, seed)
            case StopRun():
                self.stop_run()
            case StartPacing(speed):
                self.tell(Pace(speed))
            case StopPacing():
                self.tell(Pace(None))
            case StepRun(seconds, follows):
                self.tell(Advance(seconds, follows))
            case ApplyToRun(ticket, changes):
                self.tell(Apply(ticket, changes))
            case ApplyToDocument(ticket, document, changes):
                self._trial = asyncio.get_running_loop().create_task(self._try(ticket, document, changes))
            case SaveDocument():
                self._save(effect)
            case Close(viewer_id, code):
                if viewer_id in self.outboxes:
                    self.outboxes[viewer_id].close(code)
            case LookBack():
                self._past.ask(effect)
            case Forget():
                self.stop_run()
                self._rooms.forget(self)

    async def _try(self, ticket: int, document: Document, changes: list[dict[str, Any]]) -> None:
        """Try changes on the document in a thread: a large drawing takes a tenth of a second."""
        try:
            document, diagnostics = await asyncio.to_thread(
                self._rooms.engine.apply_changes, document, changes
            )
        except Exception:  # a fault in the engine must not end all editing
            logger.exception("Changes could not be tried")
            diagnostics = [error_diagnostic("server_error")]
        self.perform(self.session.document_tried(ticket, document=document, diagnostics=diagnostics))

    # The run

    def _start_run(self, run: int, document: Document, seed: int) -> None:
        self.stop_run()
        if self._rooms.run_count() >= limits.RUNS_MAX:
            self.perform(self.session.run_ended(run, error_message("busy", count=limits.RUNS_MAX)))
            return
        self._begin(run, lambda: self._rooms.engine.start(document, seed=seed))

    def go_on(self, session: RunSession, moment: Moment) -> None:
        """Let a run of another room go on here from a moment of its past, paused: this room has had none yet."""
        self._delivery.newest = moment.frame
        self.perform(self.session.go_on_from(session, now_s=moment.at_s, layout=moment.layout))
        self._begin(self.session.run, lambda: moment.simulation)

    def _begin(self, run: int, build: Callable[[], Simulation]) -> None:
        loop = asyncio.get_running_loop()

        def report(what: Report) -> None:
            # The loop may be gone while the last slice ends.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._hear, run, what)

        self._run = PacedRun(
            build,
            past=self._rooms.engine.past,
            report=report,
            clock=time.monotonic,
            cpu_clock=time.thread_time,
        )
        self._rooms.runner.poke(self._run)

    def tell(self, wish: Wish) -> None:
        """Put a wish to the run, if there is one."""
        if self._run is not None:
            self._run.tell(wish)
            self._rooms.runner.poke(self._run)

    def stop_run(self) -> None:
        """Drop the simulation."""
        if self._run is not None:
            self._rooms.runner.drop(self._run)
            self._run = None
            self._delivery.newest = None
            self._past.drop()

    def _hear(self, run: int, report: Report) -> None:
        self.perform(self._decide(run, report))

    def _decide(self, run: int, report: Report) -> list[Effect]:
        """Return what follows from a report of the run numbered `run`."""
        match report:
            case Started(layout):
                return self.session.run_started(run, layout)
            case Progressed(frame, layout, speed):
                return self.session.run_progressed(run, frame=frame, layout=layout, achieved_speed=speed)
            case Applied(ticket, document, diagnostics, layout):
                return self.session.run_applied(
                    run, ticket, document=document, diagnostics=diagnostics, layout=layout
                )
            case WayFound():
                self._past.way_found(report)
            case TracesShown():
                self._past.traces_shown(report)
            case Refused(diagnostics):
                count = sum(diagnostic["severity"] == "error" for diagnostic in diagnostics)
                message = error_message("cannot_run", count=count)
                message["diagnostics"] = diagnostics
                return self._end_run(run, message)
            case Failed(had_started):
                return self._end_run(run, error_message("run_failed" if had_started else "cannot_start"))
        return []

    def _end_run(self, run: int, message: protocol.ErrorMessage) -> list[Effect]:
        if run == self.session.run:
            self.stop_run()
        return self.session.run_ended(run, message)

    async def _point(self) -> None:
        """Tell everyone where the others are, a moment after one of them moved: what moves meanwhile is told with it."""
        await asyncio.sleep(pause_s(len(self.outboxes)))
        self._pointing = None
        text = encode(self.presence.around())
        await in_turns(self.outboxes.values(), lambda outbox: outbox.point(text))

    # Storing

    def _save(self, wanted: SaveDocument) -> None:
        loop = asyncio.get_running_loop()

        def saved(stored: int | None) -> None:
            # The loop may be gone by the time the last documents are stored.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._hear_saved, stored)

        self._rooms.writer.autosave(
            self.scenario_id,
            document=wanted.document,
            revision=wanted.revision,
            editors=wanted.editors,
            recent_edits=wanted.recent_edits,
            saved=saved,
        )

    async def is_stored(self, revision: int) -> bool:
        """Wait for the writes asked for so far; tell whether the document is stored at least up to this revision."""
        await self._rooms.write(lambda: None)
        return self._stored_revision >= revision

    def _hear_saved(self, stored: int | None) -> None:
        if stored is not None:
            self._stored_revision = stored
            self.perform(self.session.saved(stored))
            return
        self.perform([Broadcast(error_message("not_saved"))])
        asyncio.get_running_loop().call_later(SAVE_RETRY_S, lambda: self._save(self.session.to_store()))


class Rooms:
    """All open rooms of this process, by scenario."""

    def __init__(
        self,
        *,
        engine: Engine,
        runner: Runner,
        writer: Writer,
        load: Callable[[int], Stored],
        find_access: Callable[[str], Access | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = engine
        self.runner = runner
        self.writer = writer
        self.clock = clock
        self.rebuilder = Rebuilder()
        self.branches_of_links = limits.Limiter(limits.BRANCHES_PER_LINK, clock=clock)
        self._load = load
        self._find_access = find_access
        self._rooms: dict[int, Room] = {}
        self._beating: asyncio.Task[None] | None = None

    async def open(self, scenario_id: int) -> Room:
        """Return the room of a scenario, loading its document if nobody has it open."""
        room = self._rooms.get(scenario_id)
        if room is not None:
            return room
        # Loading queues behind all writes, so a document that is still waiting to be stored is seen.
        document, revision, recent_edits = await self.write(lambda: self._load(scenario_id))
        room = self._rooms.get(scenario_id)  # somebody else may have opened it meanwhile
        if room is None:
            session = RunSession(
                document=document, revision=revision, now=self.clock(), recent_edits=recent_edits
            )
            room = self._rooms[scenario_id] = Room(scenario_id, session, self)
        if self._beating is None or self._beating.done():
            self._beating = asyncio.get_running_loop().create_task(self._beat())
        return room

    async def find_access(self, token: str) -> Access | None:
        """Look up a token behind all writes, so that a link is either revoked already or will be in its room."""
        return await self.write(lambda: self._find_access(token))

    async def write(self, work: Callable[[], T]) -> T:
        """Carry out database work behind all writes that were asked for earlier."""
        return await asyncio.wrap_future(self.writer.call(work))

    def find(self, scenario_id: int) -> Room | None:
        """Return the room of a scenario if somebody has it open."""
        return self._rooms.get(scenario_id)

    def run_count(self) -> int:
        """Return how many simulations there are."""
        return sum(room.has_run for room in self._rooms.values())

    def forget(self, room: Room) -> None:
        """Drop a room that nobody needs."""
        self._rooms.pop(room.scenario_id, None)

    def close(self) -> None:
        """End all runs and threads; what waits to be stored is stored."""
        for room in self._rooms.values():
            room.stop_run()
        if self._beating is not None:
            self._beating.cancel()
        self.rebuilder.close()
        self.runner.close()
        self.writer.close()

    async def _beat(self) -> None:
        while self._rooms:
            await asyncio.sleep(BEAT_S)
            now = self.clock()
            for room in list(self._rooms.values()):
                try:
                    room.beat(now)
                except Exception:  # one room's fault must not stop the others' heartbeat
                    logger.exception("A room's heartbeat failed")
