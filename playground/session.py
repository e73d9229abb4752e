"""One scenario being edited and run: messages and reports in, effects out, no I/O.

Whoever watches a scenario shares one `RunSession`. It decides; `playground.rooms` carries out what it decides.
An edit is a *ticket* until it was tried: by the run between two ticks while there is one, so that document and run never
part, and else on the document alone, one after the other. Either takes place outside the event loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from playground import protocol, questions
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
from playground.engine import has_errors
from playground.frames import Frame, Layout
from playground.protocol import RunState, RunStatus
from playground.record import Record
from playground.shapes import LIVE_CHANGE_TYPES, Diagnostic, Document, Permission
from playground.texts import error_diagnostic, error_message, not_seen

#: A run that nobody watches pauses after the first of these and is forgotten after the second.
GRACE_S = 60.0
FORGET_S = 600.0
#: Edits of one scenario that may wait to be tried.
WAITING_EDITS_MAX = 200
#: Ids of edits that are remembered with the document, so that one sent again after a break is not applied again.
RECENT_EDITS_MAX = 300
#: Viewers hear of a changed achieved speed when it moved by this ratio.
SPEED_NEWS_RATIO = 0.05


@dataclass(frozen=True, slots=True)
class Viewer:
    """A browser that watches, and through which link."""

    id: str
    permission: Permission
    link_id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Ticket:
    viewer_id: str
    edit: protocol.Edit
    author: str


class RunSession:
    """The document, the state of its run and who watches."""

    def __init__(
        self, *, document: Document, revision: int, now: float, recent_edits: Iterable[str] = ()
    ) -> None:
        self.document = document
        self.revision = revision
        self.stored_revision = revision
        self.recent_edits = deque(recent_edits, maxlen=RECENT_EDITS_MAX)
        self.viewers: dict[str, Viewer] = {}
        self.status: RunStatus = "stopped"
        self.speed = 1.0
        self.achieved_speed = 1.0
        self.now_s = 0.0
        self.seed = document["seed"]
        self.run = 0
        self.layout: Layout | None = None
        self.record = Record()
        self._tickets: dict[int, _Ticket] = {}
        self._tried: int | None = None  # the ticket that is being tried on the document
        self._next_ticket = 1
        self._empty_since = now
        self._announced_count = 0
        self._announced_speed = 1.0

    @property
    def is_live(self) -> bool:
        """Tell whether there is a simulation, playing or paused."""
        return self.status in {"running", "paused"}

    def go_on_from(self, other: RunSession, *, now_s: float, layout: Layout) -> list[Effect]:
        """Show the run of another session as it was at a moment, paused, as the first run of this one."""
        self._reset(status="paused", seed=other.seed)
        self.run += 1
        self.now_s, self.layout = now_s, layout
        self.record = other.record.until(now_s)
        return [*self._relay(layout), *self._state_news()]

    # What viewers do

    def join(self, viewer: Viewer) -> list[Effect]:
        """Admit a viewer, who gets everything needed to show the scenario and its run."""
        self.viewers[viewer.id] = viewer
        return [Send(viewer.id, self._welcome(viewer))]

    def leave(self, viewer_id: str, *, now: float) -> list[Effect]:
        """Forget a viewer. What that viewer asked for goes on."""
        self.viewers.pop(viewer_id, None)
        if not self.viewers:
            self._empty_since = now
        return []

    def handle(self, viewer_id: str, message: protocol.ClientMessage) -> list[Effect]:
        """Decide what a viewer's message does."""
        if isinstance(message, protocol.Ping):
            return [Send(viewer_id, {"op": "pong", "nonce": message.nonce})]
        if isinstance(message, protocol.Hello | protocol.Ack | protocol.Here):
            return []  # connections and rooms deal with these
        if isinstance(message, protocol.Introduce):
            self.viewers[viewer_id] = replace(self.viewers[viewer_id], name=message.name)
            return []
        if isinstance(message, questions.Question):
            return self._look_back(viewer_id, message)
        if self.viewers[viewer_id].permission != "edit":
            return self._refuse_watcher(viewer_id, message)
        match message:
            case protocol.Play():
                return self._play()
            case protocol.Pause():
                return self._pause()
            case protocol.Step():
                return self._step(viewer_id, StepRun(message.seconds, message.follow))
            case protocol.Speed():
                return self._set_speed(message.factor)
            case protocol.Restart():
                return self._start(status="running", seed=message.seed)
            case protocol.Edit():
                return self._edit(viewer_id, message)

    def replace_document(self, document: Document) -> list[Effect]:
        """Put another document in place of this one. A live run ends: it was a run of the old one."""
        ending: list[Effect] = [StopRun()] if self.is_live else []
        tickets, self._tickets, self._tried = list(self._tickets.values()), {}, None
        self._reset(status="stopped", seed=document["seed"])
        self.document = document
        self.revision += 1
        refused = [self._rejection(ticket, [error_diagnostic("conflict")]) for ticket in tickets]
        welcomes = [Send(viewer.id, self._welcome(viewer)) for viewer in self.viewers.values()]
        return [*ending, self.to_store(), *refused, *welcomes]

    def revoke_link(self, link_id: int) -> list[Effect]:
        """Close the sockets of all who came through a link that no longer holds."""
        return [
            Close(viewer.id, protocol.CLOSE_UNKNOWN_LINK)
            for viewer in self.viewers.values()
            if viewer.link_id == link_id
        ]

    def beat(self, now: float) -> list[Effect]:
        """Do what is due about once a second: tell news that may wait, pause and forget what nobody watches."""
        effects: list[Effect] = []
        if len(self.viewers) != self._announced_count:
            self._announced_count = len(self.viewers)
            effects.append(Broadcast({"op": "viewers", "count": len(self.viewers)}))
        if abs(self.achieved_speed - self._announced_speed) > SPEED_NEWS_RATIO * self._announced_speed:
            effects.extend(self._state_news())
        if not self.viewers:
            empty_s = now - self._empty_since
            if self.status == "running" and empty_s >= GRACE_S:
                effects.extend(self._pause())
            if empty_s >= (FORGET_S if self.is_live else GRACE_S):
                effects.append(Forget())
        return effects

    # What the run reports

    def run_started(self, run: int, layout: Layout) -> list[Effect]:
        """Take note of the first layout of a simulation that was built."""
        return self._relay(layout) if run == self.run else []

    def run_progressed(
        self, run: int, *, frame: Frame, layout: Layout | None, achieved_speed: float
    ) -> list[Effect]:
        """Pass a frame on, after the layout that it is written in if that is new."""
        if run != self.run or not self.is_live:
            return []
        self.now_s = frame["now_s"]
        self.achieved_speed = achieved_speed
        self.record.note(frame)
        return [*(self._relay(layout) if layout else []), PublishFrame(frame)]

    def run_applied(
        self,
        run: int,
        ticket: int,
        *,
        document: Document,
        diagnostics: list[Diagnostic],
        layout: Layout | None,
    ) -> list[Effect]:
        """Follow the simulation's word on an edit: store and announce it, or refuse it."""
        if run != self.run or not self.is_live or ticket not in self._tickets:
            return []
        pending = self._tickets.pop(ticket)
        if has_errors(diagnostics):
            return [self._rejection(pending, diagnostics)]
        return [*(self._relay(layout) if layout else []), *self._commit(pending, document)]

    def document_tried(
        self, ticket: int, *, document: Document, diagnostics: list[Diagnostic]
    ) -> list[Effect]:
        """Store and announce an edit that was tried on the document, or refuse it; go on with the next."""
        if ticket != self._tried:
            return []  # a run was started meanwhile and tries it, or the whole document was replaced
        self._tried = None
        pending = self._tickets.pop(ticket)
        if has_errors(diagnostics):
            return [self._rejection(pending, diagnostics), *self._try_next()]
        return [*self._commit(pending, document), *self._try_next()]

    def run_ended(self, run: int, message: protocol.ErrorMessage) -> list[Effect]:
        """Tell everyone why there is no simulation: it may not run, or the program failed."""
        if run != self.run:
            return []
        self.status = "failed" if message["code"] in {"cannot_start", "run_failed"} else "stopped"
        return [*self._state_news(), Broadcast(message), *self._try_next()]

    def saved(self, revision: int) -> list[Effect]:
        """Tell everyone that the document is stored."""
        self.stored_revision = max(self.stored_revision, revision)
        return [Broadcast({"op": "saved", "revision": revision})]

    # Decisions

    def _look_back(self, viewer_id: str, wanted: questions.Question) -> list[Effect]:
        """Looking changes nothing, so whoever may watch may look; a copy is the viewer's own."""
        if not self.is_live:
            return [Send(viewer_id, not_seen(wanted.id, "no_past"))]
        return [LookBack(viewer_id, self.viewers[viewer_id].link_id, wanted)]

    def _refuse_watcher(self, viewer_id: str, message: protocol.ClientMessage) -> list[Effect]:
        if isinstance(message, protocol.Edit):
            return [self._rejection(_Ticket(viewer_id, message, ""), [error_diagnostic("read_only")])]
        return [Send(viewer_id, error_message("read_only"))]

    def _play(self) -> list[Effect]:
        if self.status == "running":
            return []
        if self.status == "paused":
            self.status = "running"
            return [StartPacing(self.speed), *self._state_news()]
        return self._start(status="running", seed=None)

    def _pause(self) -> list[Effect]:
        if self.status != "running":
            return []
        self.status = "paused"
        return [StopPacing(), *self._state_news()]

    def _step(self, viewer_id: str, step: StepRun) -> list[Effect]:
        if self.status == "running":
            return [Send(viewer_id, error_message("already_running"))]
        beginning = [] if self.status == "paused" else self._start(status="paused", seed=None)
        return [*beginning, step]

    def _set_speed(self, factor: float) -> list[Effect]:
        self.speed = self.achieved_speed = factor
        pacing: list[Effect] = [StartPacing(factor)] if self.status == "running" else []
        return [*pacing, *self._state_news()]

    def _start(self, *, status: RunStatus, seed: int | None) -> list[Effect]:
        self._reset(status=status, seed=self.document["seed"] if seed is None else seed)
        self.run += 1
        self._tried = None
        start = StartRun(self.run, self.document, self.seed)
        waiting = [ApplyToRun(number, ticket.edit.changes) for number, ticket in self._tickets.items()]
        pacing: list[Effect] = [StartPacing(self.speed)] if status == "running" else []
        return [start, *waiting, *pacing, *self._state_news()]

    def _edit(self, viewer_id: str, edit: protocol.Edit) -> list[Effect]:
        ticket = _Ticket(viewer_id, edit, self.viewers[viewer_id].name)
        if edit.id in self.recent_edits:
            return [Send(viewer_id, self._news(ticket, changes=[]))]
        for number, waiting in self._tickets.items():
            if waiting.edit.id == edit.id:
                self._tickets[number] = ticket  # sent again after a break: the answer goes to the new line
                return []
        if len(self._tickets) >= WAITING_EDITS_MAX:
            return [self._rejection(ticket, [error_diagnostic("too_fast")])]
        number = self._next_ticket
        self._next_ticket += 1
        self._tickets[number] = ticket
        return [ApplyToRun(number, edit.changes)] if self.is_live else self._try_next()

    def _try_next(self) -> list[Effect]:
        """Have the oldest edit tried on the document; each builds on the one before. Without a run there is no fault."""
        effects: list[Effect] = []
        while self._tickets and self._tried is None and not self.is_live:
            number, ticket = next(iter(self._tickets.items()))
            if any(change.get("type") in LIVE_CHANGE_TYPES for change in ticket.edit.changes):
                del self._tickets[number]
                effects.append(self._rejection(ticket, [error_diagnostic("not_running")]))
            else:
                self._tried = number
                effects.append(ApplyToDocument(number, self.document, ticket.edit.changes))
        return effects

    def _commit(self, ticket: _Ticket, document: Document) -> list[Effect]:
        """Take over the changed document; changes that touch only the run are announced but not stored."""
        saving: list[Effect] = []
        if any(change.get("type") not in LIVE_CHANGE_TYPES for change in ticket.edit.changes):
            self.document = document
            self.revision += 1
            self.recent_edits.append(ticket.edit.id)
            saving = [self.to_store((ticket.author,))]
            if not self.is_live:
                self.seed = document["seed"]
        return [Broadcast(self._news(ticket, changes=ticket.edit.changes)), *saving]

    def _news(self, ticket: _Ticket, *, changes: list[dict[str, Any]]) -> protocol.Edited:
        return {
            "op": "edited",
            "revision": self.revision,
            "changes": changes,  # type: ignore[typeddict-item]  # checked by simcore
            "by": ticket.viewer_id,
            "id": ticket.edit.id,
        }

    def _rejection(self, ticket: _Ticket, diagnostics: list[Diagnostic]) -> Effect:
        message: protocol.Rejected = {
            "op": "rejected",
            "id": ticket.edit.id,
            "diagnostics": diagnostics,
            "revision": self.revision,
        }
        if ticket.edit.revision != self.revision:
            message["document"] = self.document
        return Send(ticket.viewer_id, message)

    def _reset(self, *, status: RunStatus, seed: int) -> None:
        self.status = status
        self.seed = seed
        self.now_s = 0.0
        self.achieved_speed = self.speed
        self.layout = None
        self.record = Record(self.document)

    def _relay(self, layout: Layout) -> list[Effect]:
        self.layout = layout
        return [Broadcast({"op": "layout", **layout})]

    def to_store(self, editors: tuple[str, ...] = ()) -> SaveDocument:
        """Return what is to be stored now, as changed by people of these names."""
        return SaveDocument(self.document, self.revision, editors, tuple(self.recent_edits))

    def _state_news(self) -> list[Effect]:
        self._announced_speed = self.achieved_speed
        return [
            Broadcast({"op": "run", "state": self.state_for("edit")}, to="edit"),
            Broadcast({"op": "run", "state": self.state_for("view")}, to="view"),
        ]

    def state_for(self, permission: Permission) -> RunState:
        """Return the run's state as someone with this permission sees it."""
        return {
            "status": self.status,
            "speed": self.speed,
            "achieved_speed": self.achieved_speed,
            "now_s": self.now_s,
            "seed": self.seed,
            "viewers": len(self.viewers),
            "can_control": permission == "edit",
            "number": self.run,
        }

    def _welcome(self, viewer: Viewer) -> protocol.Welcome:
        return {
            "op": "welcome",
            "protocol": protocol.PROTOCOL_VERSION,
            "viewer_id": viewer.id,
            "document": self.document,
            "revision": self.revision,
            "stored_revision": self.stored_revision,
            "permission": viewer.permission,
            "run": self.state_for(viewer.permission),
            "layout": self.layout,
            "begun": self.record.begun_unlike(self.document) if self.is_live else None,
            "viewers": len(self.viewers),
            "history": list(self.record.history),
            "events": list(self.record.events),
            "course": list(self.record.course.points),
        }
