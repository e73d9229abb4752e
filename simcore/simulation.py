"""A run: a scenario, a seed and what was done to it, advancing through simulated time.

Everything that happens is decided by these three; the pace, the number of viewers and how often frames are taken
change nothing. The state is a set of arrays that compiled kernels work on without holding the interpreter's lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from simcore.compiler import Compiler
from simcore.diagnostics import Diagnostic, has_errors
from simcore.engine.check import violations
from simcore.engine.faults import CRASH, FLUSH, HANG, HEAL, KEEP, REMOVE, RESTART, catch_up, disturb
from simcore.engine.install import install
from simcore.engine.kernel import DONE, NEEDS_ROOM, run
from simcore.engine.room import make_room
from simcore.engine.tables import CRASHED, CUT_ANSWERS, CUT_REQUESTS, HUNG, NODE, REMOVED, empty_state
from simcore.limits import IN_FLIGHT_MAX
from simcore.metrics.events import Happening
from simcore.observe import Observer
from simcore.program import NONE, Program
from simcore.scenario.changes import apply_changes
from simcore.scenario.document import Scenario
from simcore.scenario.faults import FAULTS
from simcore.scenario.parse import parse

#: Events that one kernel call processes at most, so that Python gets a word in (about a tenth of a second).
EVENTS_PER_CALL = 500_000
#: Requests that are traced per simulated second, about: enough to animate, few enough to cost nothing.
TRACES_PER_S = 200
#: Faults of an edge that let nothing pass in some direction.
_CUTS = {"partition": CUT_REQUESTS | CUT_ANSWERS, "cut_requests": CUT_REQUESTS, "cut_answers": CUT_ANSWERS}
#: What a request loses one way is what an answer to the opposite edge loses.
_CUTS_OF_THE_WAY_BACK = {
    "partition": CUT_REQUESTS | CUT_ANSWERS,
    "cut_requests": CUT_ANSWERS,
    "cut_answers": CUT_REQUESTS,
}


class Simulation:
    """One run of a scenario.

    Parameters
    ----------
    scenario : what to run.
    seed : of all random streams; the scenario's own by default.
    """

    def __init__(self, scenario: Scenario, *, seed: int | None = None) -> None:
        self.seed = scenario.seed if seed is None else seed
        self.scenario = scenario
        self.action_log: list[dict[str, Any]] = []
        self._document = scenario.to_json()
        self._compiler = Compiler()
        self._state = make_room(empty_state())
        self._state.control["in_flight_max"] = IN_FLIGHT_MAX
        self._program: Program
        self._observer = Observer()
        self._install(scenario)
        self._plan = _planned_faults(scenario)

    @property
    def now_s(self) -> float:
        """The simulated clock."""
        return float(self._state.control["now"][0])

    @property
    def document(self) -> dict[str, Any]:
        """The scenario's document as edited so far."""
        return self._document

    def advance(self, until_s: float) -> None:
        """Process everything up to and including `until_s`; may stop and go on anywhere."""
        while self._plan and self._plan[0][0] <= until_s:
            at_s, _, change = self._plan.pop(0)
            self._run(at_s)
            self._perform(change)
        self._run(until_s)

    def apply(self, changes: list[dict[str, Any]]) -> tuple[Diagnostic, ...]:
        """Edit or disturb the run now. With any error nothing is applied; what was applied is logged."""
        result = apply_changes(self._document, changes)
        if has_errors(result.diagnostics):
            return result.diagnostics
        if result.document is not self._document:
            parsed = parse(result.document)
            if parsed.scenario is None:
                return parsed.diagnostics
            self._document = result.document
            if self._needs_compiling(changes):
                self._install(parsed.scenario)
            if parsed.scenario.faults != self.scenario.faults:
                self._plan = [item for item in _planned_faults(parsed.scenario) if item[0] > self.now_s]
            self.scenario = parsed.scenario
        for change in changes:
            self._perform(change)
        self.action_log.append({"at_s": self.now_s, "changes": changes})
        return result.diagnostics

    def check_state(self) -> list[str]:
        """Return the broken invariants of the present state: none, unless the engine has a bug."""
        return violations(self._state)

    def digest(self) -> str:
        """Return a hash of the whole state but for what frames have fetched: equal runs have equal digests."""
        digest = hashlib.sha256()
        meters = self._state.meters.copy()
        meters["lowest"] = meters["highest"] = 0
        watched = self._state._replace(meters=meters, window=self._state.window[:0])
        for name, table in zip(watched._fields, watched, strict=True):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(table).tobytes())
        return digest.hexdigest()

    # What can be seen ------------------------------------------------------------------------------------------

    @property
    def layout_version(self) -> int:
        """A number that changes whenever the nodes, edges or classes of frames do."""
        return self._observer.layout_version

    def layout(self) -> dict[str, Any]:
        """Return which node, edge and class each position of a frame's arrays stands for."""
        return self._observer.layout()

    def frame(self) -> dict[str, Any]:
        """Return what happened since the previous frame, JSON-ready."""
        return self._observer.frame(self._state, self._program)

    def summary(self) -> dict[str, Any]:
        """Return totals since the start, JSON-ready."""
        return self._observer.summary(self._state)

    def reset_statistics(self) -> None:
        """Forget what was measured so far (the warm-up); the run itself goes on as it is."""
        self._observer.reset(self._state)

    # Inside ----------------------------------------------------------------------------------------------------

    def _run(self, until_s: float) -> None:
        with np.errstate(
            over="ignore"
        ):  # the generators wrap around; only numpy's scalars complain, without the JIT
            while True:
                reason = run(self._state, float(until_s), EVENTS_PER_CALL)
                if reason == DONE:
                    return
                if reason == NEEDS_ROOM:
                    self._state = make_room(self._state)

    def _needs_compiling(self, changes: Iterable[Mapping[str, Any]]) -> bool:
        cosmetic = {"move_node", "rename_node", "rename_scenario", "set_notes", "set_faults", "set_seed"}
        return any(change["type"] not in cosmetic for change in changes)

    def _install(self, scenario: Scenario) -> None:
        program = self._compiler.compile(scenario)
        gone = (
            frozenset[int]()
            if not hasattr(self, "_program")
            else self._program.live_nodes - program.live_nodes
        )
        self._state = install(self._state, program, seed=self.seed)
        self._program = program
        rate_rps = sum(self._state.slots[source.rate_slot] for source in program.sources.values())
        self._state.control["trace_every"] = max(round(rate_rps / TRACES_PER_S), 1)
        for node in sorted(program.live_nodes):
            if self._state.nodes[node].state == REMOVED:
                self._disturb(HEAL, node)
        self._disturb(KEEP)
        for node in sorted(gone):
            self._disturb(REMOVE, node)
        self._observer.follow(self._state, program, scenario)

    def _disturb(self, deed: int, node: int = NONE, value: float = 0.0) -> None:
        """Do one deed to a node, with as much room as it needs."""
        self._state = make_room(self._state)
        while not disturb(self._state, deed, node, value):
            self._state = make_room(self._state)

    def _perform(self, change: Mapping[str, Any]) -> None:
        """Do a live change: break, heal or inject. Edits of the document were compiled before."""
        kind = change["type"]
        if kind == "inject":
            node = self._node(change["node_id"])
            if node is not None:
                sources = [index for index, source in self._program.sources.items() if source.node == node]
                self._state.control["inject"] = sources[0] if sources else -1
        elif kind == "fault" and change.get("node_id"):
            self._break_node(change["node_id"], change["fault"], change.get("factor"))
        elif kind == "fault":
            self._break_edge(change["edge_id"], change["fault"], change.get("factor"))
        elif kind == "heal" and change.get("node_id"):
            self._heal_node(change["node_id"])
        elif kind == "heal":
            self._heal_edge(change["edge_id"])
        elif kind not in ("move_node", "rename_node"):
            self._observer.note(Happening(self.now_s, "edit", change.get("node_id"), change.get("edge_id")))

    def _node(self, node_id: str) -> int | None:
        index = self._compiler.symbols.tables["node"].get(node_id)
        return index if index in self._program.live_nodes else None

    def _edge(self, edge_id: str) -> int | None:
        index = self._compiler.symbols.tables.get("edge", {}).get(edge_id)
        return index if index in self._program.live_edges else None

    def _break_node(self, node_id: str, fault: str, factor: float | None) -> None:
        node = self._node(node_id)
        if node is None or self._state.nodes[node].state == CRASHED:
            return
        deeds = {"crash": CRASH, "hang": HANG, "restart": RESTART, "flush": FLUSH}
        strength = factor or FAULTS[fault].factor or 0.0
        if fault in deeds:
            self._disturb(deeds[fault], node, strength)
        else:
            self._state.nodes[node].slowness = strength
        self._observer.note(Happening(self.now_s, "fault", node_id, None, fault))

    def _heal_node(self, node_id: str) -> None:
        node = self._node(node_id)
        if node is None:
            return
        self._state.nodes[node].slowness = 1.0
        if self._state.nodes[node].state in (CRASHED, HUNG):
            self._disturb(HEAL, node)
        self._observer.note(Happening(self.now_s, "heal", node_id, None))

    def _break_edge(self, edge_id: str, fault: str, factor: float | None) -> None:
        edge = self._edge(edge_id)
        if edge is None:
            return
        row = self._state.edges[edge]
        strength = factor or FAULTS[fault].factor or 0.0
        if fault in _CUTS:
            row.partitioned |= _CUTS[fault]
            self._state.edges["partitioned"][self._ways_back(edge)] |= _CUTS_OF_THE_WAY_BACK[fault]
        elif fault == "loss":
            row.loss = min(strength, 1.0)
        else:
            row.slowness = strength
        self._observer.note(Happening(self.now_s, "fault", None, edge_id, fault))

    def _ways_back(self, edge: int) -> list[int]:
        """Return the opposite edge that nobody drew, if there is one: members of a cluster reach each other over one wire."""
        drawn = self._program.links[edge]
        ends = (drawn.target, drawn.source)
        return [
            index
            for index, link in self._program.links.items()
            if not link.visible and (link.source, link.target) == ends
        ]

    def _heal_edge(self, edge_id: str) -> None:
        edge = self._edge(edge_id)
        if edge is None:
            return
        self._state.edges["partitioned"][[edge, *self._ways_back(edge)]] = 0
        self._state.edges[edge].slowness = 1.0
        self._state.edges[edge].loss = 0.0
        catch_up(self._state)
        self._observer.note(Happening(self.now_s, "heal", None, edge_id))


def _planned_faults(scenario: Scenario) -> list[tuple[float, int, dict[str, Any]]]:
    """Return the document's faults and their healings as live changes in order of time."""
    plan: list[tuple[float, int, dict[str, Any]]] = []
    for position, fault in enumerate(scenario.faults):
        place = {"node_id": fault.node_id} if fault.node_id else {"edge_id": fault.edge_id}
        breaking = {"type": "fault", "fault": fault.fault, "factor": fault.factor, **place}
        plan.append((fault.at_s, 2 * position, breaking))
        if fault.duration_s is not None:
            plan.append((fault.at_s + fault.duration_s, 2 * position + 1, {"type": "heal", **place}))
    return sorted(plan, key=lambda item: item[:2])


def replay(
    document: object, seed: int, action_log: Iterable[Mapping[str, Any]], until_s: float
) -> Simulation:
    """Run a document with a seed and a log of actions up to `until_s`: the same bytes as the first time."""
    parsed = parse(document)
    if parsed.scenario is None:
        raise ValueError("; ".join(item.text for item in parsed.diagnostics))
    simulation = Simulation(parsed.scenario, seed=seed)
    for action in action_log:
        if action["at_s"] > until_s:
            break
        simulation.advance(action["at_s"])
        simulation.apply(list(action["changes"]))
    simulation.advance(until_s)
    return simulation


def warm() -> None:
    """Compile every kernel, or load it from the cache: an empty run uses all of them but those for faults."""
    simulation = Simulation(Scenario())
    simulation.advance(1.0)
    simulation.frame()
    simulation.summary()
    simulation.digest()
    disturb(empty_state()._replace(nodes=np.zeros(1, NODE)), HEAL, 0, 0.0)
