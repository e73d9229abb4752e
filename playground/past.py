"""What a room answers to those who look back: one question at a time, from asking the run to telling the viewer."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from playground import limits, questions, services
from playground.effects import LookBack, Send
from playground.engine import Way
from playground.frames import DetailedTrace
from playground.lookback import KEPT_MAX, Moment, rebuild
from playground.pacing import FindWay, ShowTraces, TracesShown, WayFound
from playground.shapes import Document
from playground.texts import not_seen

if TYPE_CHECKING:
    from playground.rooms import Room, Rooms
    from playground.session import RunSession

#: Names of scenarios have at most this many characters; what is longer loses its end.
NAME_LENGTH_MAX = 80

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    run: int
    back: LookBack


class Past:
    """The questions that one room's viewers have asked and that are not answered yet."""

    def __init__(self, room: Room, rooms: Rooms) -> None:
        self._room = room
        self._rooms = rooms
        self._questions: dict[int, _Question] = {}
        self._numbers = itertools.count(1)
        self._buckets: dict[str, limits.Bucket] = {}
        self._kept: OrderedDict[tuple[int, float], questions.MomentMessage] = OrderedDict()
        self._copying: set[asyncio.Task[None]] = set()

    def ask(self, back: LookBack) -> None:
        """Take a question and pass it on to the run, unless the answer is known."""
        wanted, run = back.wanted, self._room.session.run
        answer = self._refusal(back)
        if answer is None and isinstance(wanted, questions.Look) and (run, wanted.at_s) in self._kept:
            known = self._kept[run, wanted.at_s]
            answer = {**known, "id": wanted.id}
        if answer is not None:
            self._tell(back, answer)
            return
        number = next(self._numbers)
        self._questions[number] = _Question(run, back)
        if isinstance(wanted, questions.ShowTraces) and wanted.at_s is None:
            kind = None if wanted.kind == "one" else wanted.kind
            self._room.tell(ShowTraces(number, kind, limits.TRACES_MAX, wanted.trace_id))
        else:
            self._room.tell(FindWay(number, cast("float", wanted.at_s)))

    def forget(self, viewer_id: str) -> None:
        """A viewer has left."""
        self._buckets.pop(viewer_id, None)

    def drop(self) -> None:
        """The run is gone and with it its past."""
        for question in self._questions.values():
            self._tell(question.back, not_seen(question.back.wanted.id, "no_past"))
        self._questions.clear()
        self._kept.clear()

    def traces_shown(self, report: TracesShown) -> None:
        """Tell what the run said of its requests now."""
        question = self._questions.pop(report.look, None)
        if question is not None:
            self._tell(question.back, _traces(question.back.wanted.id, report.at_s, report.traces))

    def way_found(self, report: WayFound) -> None:
        """Have the moment rebuilt that somebody asked for."""
        question = self._questions.pop(report.look, None)
        if question is None:
            return
        back, way = question.back, report.way
        if way is None:
            self._tell(back, not_seen(back.wanted.id, "not_yet"))
            return
        loop = asyncio.get_running_loop()

        def work() -> None:
            moment: Moment | None = None
            try:
                moment = rebuild(way)
            finally:
                with contextlib.suppress(
                    RuntimeError
                ):  # the loop may be gone while the last moment is rebuilt
                    loop.call_soon_threadsafe(self._rebuilt, question, way, moment)

        # Whoever looks on does not give up a copy, nor the requests of the moment before.
        who = f"{back.viewer_id} {back.wanted.op}"
        if not self._rooms.rebuilder.ask(who, work):
            self._tell(back, not_seen(back.wanted.id, "past_busy"))

    def _refusal(self, back: LookBack) -> questions.Answer | None:
        """Return why somebody may not look right now, if so."""
        now = self._rooms.clock()
        fresh = limits.Bucket(limits.LOOKS_PER_VIEWER, now=now)
        if self._buckets.setdefault(back.viewer_id, fresh).take(now=now) > 0:
            return not_seen(back.wanted.id, "too_fast")
        if isinstance(back.wanted, questions.Branch):
            wait_s = self._rooms.branches_of_links.take(str(back.link_id))
            if wait_s > 0:
                return not_seen(back.wanted.id, "too_many_branches", wait_s=math.ceil(wait_s))
            if self._rooms.run_count() >= limits.RUNS_MAX:
                return not_seen(back.wanted.id, "busy", count=limits.RUNS_MAX)
        return None

    def _rebuilt(self, question: _Question, way: Way, moment: Moment | None) -> None:
        back, wanted, session = question.back, question.back.wanted, self._room.session
        if question.run != session.run or not session.is_live:
            self._tell(back, not_seen(wanted.id, "no_past"))
        elif moment is None:
            self._tell(back, not_seen(wanted.id, "past_failed"))
        elif isinstance(wanted, questions.Branch):
            task = asyncio.get_running_loop().create_task(self._copy(back, moment))
            self._copying.add(task)
            task.add_done_callback(self._copying.discard)
        elif isinstance(wanted, questions.ShowTraces):
            self._tell(back, _traces(wanted.id, moment.at_s, _traces_at(moment, wanted)))
        else:
            message = self._kept[session.run, way.at_s] = _moment(wanted.id, moment, session.document)
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
            self._tell(back, message)

    async def _copy(self, back: LookBack, moment: Moment) -> None:
        """Store a copy of the scenario whose run goes on from the moment."""
        answer: questions.Answer
        try:
            token = await _gone_on(self._rooms, self._room.session, moment)
            answer = {"op": "branched", "id": back.wanted.id, "at_s": moment.at_s, "edit_token": token}
        except Exception:  # whatever it was, somebody waits for an answer
            logger.exception("A copy could not be made")
            answer = not_seen(back.wanted.id, "past_failed")
        self._tell(back, answer)

    def _tell(self, back: LookBack, answer: questions.Answer) -> None:
        self._room.perform([Send(back.viewer_id, answer)])


async def _gone_on(rooms: Rooms, session: RunSession, moment: Moment) -> str:
    """Store a copy of a scenario as it was at a moment and let its run go on from there; return its edit token."""
    simulation = moment.simulation
    whence = f" · {moment.at_s:.1f} s"
    name = simulation.document["name"][: NAME_LENGTH_MAX - len(whence)] + whence
    simulation.apply([{"type": "rename_scenario", "name": name}])
    document = cast("Document", simulation.document)
    token, _ = await rooms.write(lambda: services.create_scenario(document))
    access = await rooms.find_access(token)
    assert access is not None  # nobody knows the link yet, who could have revoked it?
    room = await rooms.open(access.scenario_id)
    room.go_on(session, moment)
    return token


def _traces(ask: int, at_s: float, traces: list[DetailedTrace]) -> questions.TracesMessage:
    return {"op": "traces", "id": ask, "at_s": at_s, "traces": traces}


def _traces_at(moment: Moment, wanted: questions.ShowTraces) -> list[DetailedTrace]:
    simulation = moment.simulation
    if wanted.kind == "one":
        return cast("list[DetailedTrace]", simulation.trace(wanted.trace_id))
    return cast("list[DetailedTrace]", simulation.traces(wanted.kind, limits.TRACES_MAX))


def _moment(ask: int, moment: Moment, document: Document) -> questions.MomentMessage:
    return {
        "op": "moment",
        "id": ask,
        "at_s": moment.at_s,
        "layout": moment.layout,
        "frame": moment.frame,
        "is_redesigned": _design(moment.simulation.document) != _design(document),
    }


def _design(document: Any) -> list[Any]:
    """Return what a run depends on: where things are drawn and what they are called is no design."""
    drawn = ("x", "y", "name")
    parts = [
        [{key: value for key, value in item.items() if key not in drawn} for item in document.get(name, [])]
        for name in ("nodes", "edges", "groups")
    ]
    return [*parts, document.get("workload")]
