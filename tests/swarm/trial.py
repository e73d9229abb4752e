"""One trial: a story is lived through, and every certificate is asked for after every slice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from simcore import Simulation, Snapshot, parse
from simcore.components import kinds
from simcore.components.base import Role
from simcore.engine.tables import (
    ARRIVING,
    FREE,
    IS_DAEMON,
    IS_PROBE,
    METERED,
    ON_EVENT,
    RETURNING,
    SERVED,
    SHARING,
)
from simcore.params import parameter_specs
from simcore.regions import REGIONS

#: What an activity waits for while its time passes.
UNDER_WAY = (ON_EVENT, ARRIVING, RETURNING, SHARING, SERVED)
Json = dict[str, Any]

#: A trial that has processed so many events ends early, its books balanced: it has seen enough.
EVENTS_MAX = 150_000
#: After everything is healed and silent, what is left may take so many simulated seconds, or so many events.
DRAIN_S_MAX = 60_000.0
DRAIN_EVENTS_MAX = 400_000
#: A client that still sends after such a step is removed.
SILENCE_S_MAX = 20.0
#: Requests in flight in one trial: above it they are refused, which is one of the things to be tried.
IN_FLIGHT_MAX = 4_000


class BrokenError(Exception):
    """What was violated."""


def live_through(story: Json) -> Json:
    """Live a story to its end and return figures about it. Raises BrokenError at the first violation."""
    trial = _Trial(story)
    for step in story["steps"]:
        for slice_s in step["slices_s"]:
            trial.advance(slice_s)
        if trial.events() > EVENTS_MAX:
            break
        trial.do(step)
    ended_s, digest = trial.simulation.now_s, trial.simulation.digest()
    drained = trial.drain(story["ending"])
    return {"events": trial.events(), "drained": drained, "ended_s": ended_s, "digest": digest}


def check_replay(story: Json, figures: Json) -> None:
    """Live the story again in one slice between two deeds, watched by nobody; the bytes must be the same."""
    trial = _Trial(story, watched=False)
    for step in story["steps"]:
        for slice_s in step["slices_s"][:-1]:
            trial.ahead(slice_s)
        trial.advance(step["slices_s"][-1])
        if trial.events() > EVENTS_MAX:
            break
        trial.do(step)
    if trial.simulation.digest() != figures["digest"]:
        raise BrokenError("the same story in other slices ended in another state")


_Before = dict[tuple[str, str], int] | None


class _Trial:
    """A run with its certificates."""

    def __init__(self, story: Json, *, watched: bool = True) -> None:
        parsed = parse(story["document"])
        assert parsed.scenario is not None
        self.simulation = Simulation(parsed.scenario, seed=story["seed"])
        self.simulation._state.control["in_flight_max"] = IN_FLIGHT_MAX
        self._watched = watched
        self._until_s = 0.0
        self._ended = 0
        self._in_use: dict[int, int] = {}
        self._before: _Before = None  # in flight when the statistics were reset
        self._moment: tuple[Snapshot, float, _Before, dict[int, int]] | None = None
        self.verify()

    def events(self) -> int:
        """Return the events processed so far."""
        return int(self.simulation._state.control["events_done"][0])

    def ahead(self, slice_s: float) -> None:
        """Move the time until which the next `advance` runs."""
        self._until_s += slice_s

    def advance(self, slice_s: float) -> None:
        """Let time pass and check everything."""
        self._until_s += slice_s
        self.simulation.advance(self._until_s)
        if self.simulation.now_s != self._until_s:
            raise BrokenError(f"the clock says {self.simulation.now_s} instead of {self._until_s}")
        self.verify()

    def do(self, step: Json) -> None:
        """Do the deed of one step and check everything."""
        deed = step["do"]
        if deed == "change":
            self.simulation.apply(step["changes"])
        elif deed == "frame" and self._watched:
            json.dumps(self.simulation.frame(), allow_nan=False)
        elif deed == "reset":
            self._forget()
        elif deed in ("snapshot", "restore"):
            self._travel(deed)
        self.verify()

    def _forget(self) -> None:
        """Reset the statistics: from then on, what is in flight was not offered."""
        summary = self.simulation.summary()
        self._before = {(part, name): books["in_flight"] for part, name, books in _accounts(summary)}
        self._ended = 0
        self.simulation.reset_statistics()

    def _travel(self, deed: str) -> None:
        """Remember this moment, or go back to the one remembered."""
        if deed == "snapshot":
            self._moment = (self.simulation.snapshot(), self._until_s, self._before, dict(self._in_use))
        elif self._moment is not None:
            snapshot, self._until_s, self._before, self._in_use = self._moment
            self.simulation.restore(snapshot)
            self._ended = 0

    def verify(self) -> None:
        """Raise BrokenError if any certificate is violated."""
        found = self.simulation.check_state()
        found += self._books()
        found += self._capacity()
        found += _alone(self.simulation)
        if found:
            raise BrokenError("; ".join(found[:5]))

    def _books(self) -> list[str]:
        """Nothing is made or lost, per node, edge and class and in all."""
        summary = self.simulation.summary()
        found = []
        for part, name, books in _accounts(summary):
            # What was not drawn at the reset may come back with something in flight that nobody wrote down.
            before = 0 if self._before is None else self._before.get((part, name))
            if (
                before is not None
                and books["offered"] + before != books["completed"] + books["failed"] + books["in_flight"]
            ):
                found.append(f"{part} {name}: offered is not completed, failed and in flight")
            if books["failed"] != sum(books["failed_by_cause"].values()):
                found.append(f"{part} {name}: the causes are not the failures")
            if books["in_flight"] < 0:
                found.append(f"{part} {name}: {books['in_flight']} in flight")
        ended = summary["totals"]["completed"] + summary["totals"]["failed"]
        if ended < self._ended:
            found.append(f"{ended} requests have ended, and {self._ended} earlier")
        self._ended = ended
        return found

    def _capacity(self) -> list[str]:
        """Nobody is served beyond the capacity, but those who already were when it shrank."""
        state = self.simulation._state
        found = []
        for index, pool in enumerate(state.pools):
            in_use = int(pool["in_use"])
            allowed = max(float(state.slots[pool["capacity_slot"]]), self._in_use.get(index, 0))
            if not 0 <= in_use <= allowed:
                found.append(f"pool {index}: {in_use} in use of {allowed}")
            self._in_use[index] = in_use
        return found

    def drain(self, ending: str) -> bool:
        """Heal everything, silence the clients, wait until all is quiet; False when that takes too long to be seen."""
        simulation = self.simulation
        drawing = simulation.document
        simulation.apply([{"type": "set_faults", "faults": []}])
        for node in drawing["nodes"]:
            simulation.apply([{"type": "heal", "node_id": node["id"]}])
        for edge in drawing["edges"]:
            simulation.apply([{"type": "heal", "edge_id": edge["id"]}])
        for one, other in np.argwhere(simulation._state.region_cuts):
            pair = {"region": REGIONS[one], "other_region": REGIONS[other]}
            simulation.apply([{"type": "heal", **pair}])
        self.verify()
        if ending == "silence":
            for node in drawing["nodes"]:
                simulation.apply(_silenced(node))
        else:
            self._remove_clients()
        self.verify()
        began_s, events, step_s = simulation.now_s, self.events(), 1.0
        while not self._is_quiet():
            if self.events() - events > DRAIN_EVENTS_MAX:
                return False
            if simulation.now_s - began_s > DRAIN_S_MAX:
                if self._goes_on():
                    return False  # a thin link or a worn server takes as long as it takes
                raise BrokenError(f"not quiet {DRAIN_S_MAX} s after the last arrival: {self._left_over()}")
            simulation.advance(simulation.now_s + step_s)
            step_s *= 1.5
            if ending == "silence" and step_s > SILENCE_S_MAX:
                self._remove_clients()  # not all of them are silent at a rate of nothing
                ending = "removal"
        self.verify()
        return self._balanced()

    def _remove_clients(self) -> None:
        for node in self.simulation.document["nodes"]:
            if kinds()[node["kind"]].role in (Role.CLIENT, Role.SCHEDULER):
                self.simulation.apply([{"type": "remove_node", "node_id": node["id"]}])

    def _is_quiet(self) -> bool:
        state = self.simulation._state
        return int(state.control["roots_in_flight"][0]) == 0 and not _working(state).any()

    def _goes_on(self) -> bool:
        """Tell whether somebody is being served or on the way, rather than all waiting for each other."""
        state = self.simulation._state
        return bool(np.isin(state.activities["wait"][_working(state)], UNDER_WAY).any())

    def _left_over(self) -> str:
        state = self.simulation._state
        left = state.activities[_working(state)]
        return f"{int(state.control['roots_in_flight'][0])} requests, activities waiting {np.unique(left['wait'])}"

    def _balanced(self) -> bool:
        """All is quiet: then only messages that nobody takes are left."""
        state = self.simulation._state
        kept = int(state.queues["length"].sum() + state.queues["unsettled"].sum())
        used = len(state.messages) - int(state.control["free_message_count"][0])
        if used != kept:
            raise BrokenError(f"{used} messages are kept, {kept} wait in queues or are being worked on")
        return True


def _accounts(summary: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield every set of books: of all, and of each node, edge, class and region."""
    yield "totals", "", summary["totals"]
    for part in ("nodes", "edges", "classes", "regions"):
        for name, books in summary[part].items():
            yield part, name, books


def _working(state: Any) -> Any:
    """Return which activities work for somebody: neither the loops of nodes nor their health checks."""
    marks = state.activities["marks"]
    beside = (marks & IS_DAEMON != 0) & (marks & METERED == 0)
    return (state.activities["wait"] != FREE) & ~beside & (marks & IS_PROBE == 0)


def _alone(simulation: Simulation) -> list[str]:
    """No table has grown a value that no number should have."""
    state = simulation._state
    pools, meters, now = state.pools, state.meters, float(state.control["now"][0])
    found = []
    for name, values in (("busy", pools["busy_clock"] + now * pools["in_use"]), ("queue", pools["queue_clock"] + now * pools["queued"]), ("sojourn", meters["sojourn_sum"])):  # fmt: skip
        if not np.isfinite(values).all() or (values < -1e-6).any():
            found.append(f"a {name} integral is {values.min()}")
    return found


def _silenced(node: Json) -> list[Json]:
    """Return the changes that let a client send nothing, as far as its parameters allow."""
    kind = kinds()[node["kind"]]
    if kind.role is Role.SCHEDULER:
        return [{"type": "remove_node", "node_id": node["id"]}]
    if kind.role is not Role.CLIENT:
        return []
    return [
        {"type": "set_parameter", "node_id": node["id"], "name": spec.name, "value": 0}
        for spec in parameter_specs(kind)
        if spec.name.endswith("_rps") and spec.ge == 0
    ]
