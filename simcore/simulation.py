"""A run: a scenario, a seed and what was done to it, advancing through simulated time.

Everything that happens is decided by these three; the pace, the number of viewers and how often frames are taken
change nothing. The state is a set of arrays that compiled kernels work on without holding the interpreter's lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np

from simcore.compiler import Compiler
from simcore.diagnostics import Diagnostic, has_errors
from simcore.engine import cuts, faults
from simcore.engine.check import violations
from simcore.engine.install import install, reseed
from simcore.engine.kernel import DONE, NEEDS_MUCH_ROOM, PAUSED, run
from simcore.engine.pack import pack, unpack, unpack_array, watched
from simcore.engine.places import housed
from simcore.engine.room import make_room
from simcore.engine.tables import CRASHED, HUNG, NODE, REMOVED, State, empty_state
from simcore.limits import IN_FLIGHT_MAX
from simcore.metrics.events import Happening
from simcore.observe import Observer
from simcore.program import NONE, NOTHING, Program
from simcore.regions import number_of
from simcore.scenario.changes import apply_changes
from simcore.scenario.document import Scenario
from simcore.scenario.faults import FAULTS, edges_between, parts_of, plan_healing, planned_changes, shard_of
from simcore.scenario.known import Known, known
from simcore.snapshot import TRACE_LESS, Snapshot, needs_compiling, packed_memory
from simcore.symbols import whole_id

#: Events that one kernel call processes at most, so that Python gets a word in (about a tenth of a second).
EVENTS_PER_CALL = 500_000
_DEEDS = {
    "crash": faults.CRASH, "hang": faults.HANG, "restart": faults.RESTART, "flush": faults.FLUSH,
    "crash_shard": faults.CRASH_SHARD,
}  # fmt: skip
#: Order, within a moment, of the end of detailed tracing: after a healing (`HEALING`), before the document's faults, from 0.
_END_OF_TRACING = -1


class Simulation:
    """One run of a scenario.

    Parameters
    ----------
    scenario : what to run.
    seed : of all random streams; the scenario's own by default.
    traces_per_s : requests that are traced per simulated second, about: enough to animate, few enough to cost little.
    """

    _housed: State | None = None  # as it was last put into large pages

    def __init__(self, scenario: Scenario, *, seed: int | None = None, traces_per_s: float = 200.0) -> None:
        self.seed = self._stream_seed = scenario.seed if seed is None else seed
        self.scenario = scenario
        self.action_log: list[dict[str, Any]] = []
        self._document = self._origin = scenario.to_json()
        self._known: Known | None = known(self._document, scenario)
        self._compiler = Compiler()
        self._compiler_copy: Compiler | None = None  # as of the last compilation, shared by snapshots
        self._state = make_room(empty_state())
        self._state.control["in_flight_max"] = IN_FLIGHT_MAX
        self._state.control["traces_per_s"] = traces_per_s
        self._program: Program = NOTHING
        self._plan: list[tuple[float, int, dict[str, Any]]] = []
        self._observer = Observer()
        self._install(scenario)
        self._plan = planned_changes(scenario)

    @property
    def now_s(self) -> float:
        """The simulated clock."""
        return float(self._state.control["now"][0])

    @property
    def origin(self) -> dict[str, Any]:
        """The document that the run began with."""
        return self._origin

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
        if self._known is None or self._known.document is not self._document:
            self._known = known(self._document, self.scenario)
        result = apply_changes(self._document, changes, before=self._known)
        if has_errors(result.diagnostics):
            return result.diagnostics
        if result.document is not self._document:
            assert result.known is not None  # a sound document stays one, or is refused
            scenario = result.known.scenario
            self._document, self._known = result.document, result.known
            if needs_compiling(changes):
                self._install(scenario)
            if scenario.faults != self.scenario.faults:
                self._plan = [item for item in self._plan if item[1] < 0]
                for item in planned_changes(scenario):
                    if item[0] > self.now_s:
                        self._schedule(item)
            self.scenario = scenario
        for change in changes:
            self._perform(change)
        self.action_log.append({"at_s": self.now_s, "changes": changes})
        return result.diagnostics

    def redo(self, action: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
        """Do now what an entry of an action log says."""
        if action.get("seed") is None:
            return self.apply(list(action["changes"]))
        self.reseed(action["seed"])
        return ()

    def check_state(self) -> list[str]:
        """Return the broken invariants of the present state: none, unless the engine has a bug."""
        return violations(self._state)

    def digest(self) -> str:
        """Return a hash of the whole state but for what frames have fetched: equal runs have equal digests."""
        digest = hashlib.sha256()
        state = watched(self._state)
        for name in state._fields:
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(getattr(state, name)).tobytes())
        return digest.hexdigest()

    # Going back, and another way -------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return everything that the run is now; going on changes nothing in it."""
        if self._compiler_copy is None:
            self._compiler_copy = self._compiler.copy()
        return Snapshot(
            at_s=self.now_s,
            seed=self.seed,
            stream_seed=self._stream_seed,
            origin=self._origin,
            document=self._document,
            scenario=self.scenario,
            action_log=tuple(self.action_log),
            plan=tuple(self._plan),
            program=self._program,
            compiler=self._compiler_copy,
            observed=packed_memory(self._observer.memory(self._state)),
            state=pack(self._state),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Be what the run was at a snapshot, of this run or another: what came later never happened."""
        self.seed, self._stream_seed = snapshot.seed, snapshot.stream_seed
        self.scenario, self._document, self._origin = snapshot.scenario, snapshot.document, snapshot.origin
        self._known = None
        self.action_log, self._plan = list(snapshot.action_log), list(snapshot.plan)
        self._program, self._compiler_copy = snapshot.program, snapshot.compiler
        self._compiler = snapshot.compiler.copy()
        self._state = unpack(dict(snapshot.state))
        if not hasattr(self, "_observer"):
            self._observer = Observer()
        self._observer.recall(
            {name: unpack_array(item) for name, item in snapshot.observed.items()}, self._state
        )
        self._observer.follow(self._state, self._program, self.scenario)

    @classmethod
    def resume(cls, snapshot: Snapshot) -> Self:
        """Return a run that goes on from a snapshot."""
        simulation = cls.__new__(cls)
        simulation.restore(snapshot)
        return simulation

    def branch(self, snapshot: Snapshot | None = None, *, seed: int | None = None) -> Simulation:
        """Return an independent run that goes on from a snapshot, or from now: what if?

        With a seed its future draws differ; without one it meets the same arrivals and keys as this run.
        """
        other = Simulation.resume(self.snapshot() if snapshot is None else snapshot)
        if seed is not None:
            other.reseed(seed)
        return other

    def reseed(self, seed: int) -> None:
        """Draw everything from now on from other random streams; what has been drawn already stays."""
        self._stream_seed = seed
        self._state = reseed(self._state, self._program.streams, seed)
        self.action_log.append({"at_s": self.now_s, "changes": [], "seed": seed})

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

    def traces(self, kind: Literal["recent", "slowest", "failed"], count: int = 20) -> list[dict[str, Any]]:
        """Return up to `count` ended traces: the latest, the slowest of the last 10 to 20 s, or the latest of each cause.

        The first comes first. Each has an id, class, outcome, blame, start and end (s), and spans with node, edge,
        parent, call, start, wait, service and end (s), outcome and blame. One request in N is traced.
        """
        return self._observer.traces(self._state, kind, count)

    def trace(self, trace_id: int | None = None) -> list[dict[str, Any]]:
        """Return one trace, ended or not, if it is still kept; None asks for the request sent last by an `inject`."""
        return self._observer.trace(self._state, trace_id)

    def reset_statistics(self) -> None:
        """Forget what was measured so far (the warm-up); the run itself goes on as it is."""
        self._observer.reset(self._state)

    # Inside ----------------------------------------------------------------------------------------------------

    def _run(self, until_s: float) -> None:
        """Run to a time, with a stop wherever the course of the run is to be noted."""
        while (due_s := self._observer.due_s) <= until_s:
            self._run_kernel(due_s)
            self._observer.mark(self._state)
        self._run_kernel(until_s)

    def _run_kernel(self, until_s: float) -> None:
        with np.errstate(
            over="ignore"
        ):  # the generators wrap around; only numpy's scalars complain, without the JIT
            while True:
                if self._state is not self._housed:  # an edit or more traffic has made other tables
                    self._state = self._housed = housed(self._state)
                reason = run(self._state, float(until_s), EVENTS_PER_CALL)
                if reason == DONE:
                    return
                if reason != PAUSED:
                    self._state = make_room(self._state, upheaval=reason == NEEDS_MUCH_ROOM)

    def _install(self, scenario: Scenario) -> None:
        before, program = self._program, self._compiler.compile(scenario)
        self._state = install(self._state, program, before, seed=self._stream_seed)
        self._program = program
        self._compiler_copy = None
        self._set_tracing()
        live = np.array(sorted(program.live_nodes), np.int64)
        for node in live[self._state.nodes["state"][live] == REMOVED].tolist():
            self._disturb(faults.HEAL, node)
        self._disturb(faults.KEEP)
        for node in sorted(before.live_nodes - program.live_nodes):
            self._disturb(faults.REMOVE, node)
        self._observer.follow(self._state, program, scenario)

    def _disturb(self, deed: int, node: int = NONE, value: float = 0.0) -> None:
        """Do one deed to a node, with as much room as it needs."""
        upheaval = deed not in (faults.KEEP, faults.HEAL, faults.FLUSH, faults.CATCH_UP)
        self._state = make_room(self._state, upheaval=upheaval)
        # Always a float: a whole number, as documents may have it, would compile the door anew.
        while not faults.disturb(self._state, deed, node, float(value)):
            self._state = make_room(self._state, upheaval=upheaval)

    def _perform(self, change: Mapping[str, Any]) -> None:
        """Do a live change: break, heal or inject. Edits of the document were compiled before."""
        kind = change["type"]
        if kind in ("fault", "heal"):
            self._plan = plan_healing(self._plan, change, self.now_s)
        if kind == "inject":
            node = self._node(change["node_id"])
            if node is not None:
                sources = [index for index, source in self._program.sources.items() if source.node == node]
                self._state.control["inject"] = sources[0] if sources else -1
                names = enumerate(self._program.node_ids)
                own = [row for row, name in names if whole_id(name) == change["node_id"]]
                self._observer.sent.expect(self._state, own)
        elif kind == "trace":
            self._plan = [item for item in self._plan if item[1] != _END_OF_TRACING]
            self._schedule((self.now_s + change["duration_s"], _END_OF_TRACING, {"type": TRACE_LESS}))
            self._set_tracing()
        elif kind == TRACE_LESS:
            self._set_tracing()
        elif kind in ("fault", "heal") and (change.get("region") or change.get("group_id")):
            self._strike_region(change, kind)
        elif kind == "fault" and change.get("node_id"):
            self._break_node(change["node_id"], change["fault"], change.get("factor"))
        elif kind == "fault":
            self._break_edge(change["edge_id"], change["fault"], change.get("factor"))
        elif kind == "heal" and change.get("node_id"):
            self._heal_node(change["node_id"])
        elif kind == "heal":
            self._heal_edge(change["edge_id"])
        elif kind not in ("move_node", "rename_node", "move_group", "rename_group"):
            self._observer.note(Happening(self.now_s, "edit", change.get("node_id"), change.get("edge_id")))

    def _set_tracing(self) -> None:
        """Trace so many requests that a frame is full but not overfull; all of them while that is asked for."""
        rate_rps = sum(self._state.slots[source.rate_slot] for source in self._program.sources.values())
        asked = any(change["type"] == TRACE_LESS for _, _, change in self._plan)
        control = self._state.control[0]
        control.trace_every = 1 if asked else max(round(rate_rps / control.traces_per_s), 1)

    def _schedule(self, item: tuple[float, int, dict[str, Any]]) -> None:
        self._plan = sorted([*self._plan, item], key=lambda item: item[:2])

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
        strength = factor or FAULTS[fault].factor or 0.0
        if fault in _DEEDS:
            self._disturb(_DEEDS[fault], node, strength)
        else:
            self._state.nodes[node].slowness = strength
        shard = shard_of(fault, strength)
        self._observer.note(Happening(self.now_s, "fault", node_id, None, fault, count=shard))

    def _heal_node(self, node_id: str) -> None:
        node = self._node(node_id)
        if node is None:
            return
        self._state.nodes[node].slowness = 1.0
        shards = self._state.shardings
        if self._state.nodes[node].state in (CRASHED, HUNG) or shards["down"][shards["node"] == node].any():
            self._disturb(faults.HEAL, node)
        self._observer.note(Happening(self.now_s, "heal", node_id, None))

    def _break_edge(self, edge_id: str, fault: str, factor: float | None) -> None:
        edge = self._edge(edge_id)
        if edge is None:
            return
        strength = factor or FAULTS[fault].factor or 0.0
        if fault in cuts.CUTS:
            cuts.cut_edge(self._state, self._program, edge, fault)
        else:
            cuts.worsen_edge(self._state, self._program, edge, fault, strength)
        self._observer.note(Happening(self.now_s, "fault", None, edge_id, fault))

    def _strike_region(self, change: Mapping[str, Any], kind: str) -> None:
        """Break or heal all that is in one region or group, or what joins two regions."""
        for part in parts_of(self.scenario, change):
            self._perform(part)
        if change.get("other_region"):
            pair = number_of(change["region"]), number_of(change["other_region"])
            fault = change.get("fault", "")
            if fault in cuts.CUTS:
                cuts.cut_regions(self._state, *pair, fault)
            elif fault:
                strength = change.get("factor") or FAULTS[fault].factor or 0.0
                cuts.worsen_regions(self._state, *pair, fault, strength)
            else:
                cuts.join_regions(self._state, *pair)
                self._disturb(faults.CATCH_UP)
            for edge_id in edges_between(self.scenario, change["region"], change["other_region"]):
                self._observer.note(Happening(self.now_s, kind, None, edge_id, change.get("fault")))

    def _heal_edge(self, edge_id: str) -> None:
        edge = self._edge(edge_id)
        if edge is None:
            return
        cuts.mend_edge(self._state, self._program, edge)
        self._disturb(faults.CATCH_UP)
        self._observer.note(Happening(self.now_s, "heal", None, edge_id))


def warm() -> None:
    """Compile every kernel, or load it from the cache: an empty run uses all of them but those for faults."""
    simulation = Simulation(Scenario())
    simulation.advance(1.0)
    simulation.frame()
    simulation.summary()
    simulation.digest()
    faults.disturb(empty_state()._replace(nodes=np.zeros(1, NODE)), faults.HEAL, 0, 0.0)
