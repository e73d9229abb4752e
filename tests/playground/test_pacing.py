"""How a run follows the wall clock, on a clock that only moves when told."""

from __future__ import annotations

from typing import Any

import pytest

from playground.pacing import (
    PARTS_MAX,
    SLICE_S,
    TICK_S,
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
    Wish,
)
from tests.playground.fakes import FakeEngine, FakeSimulation, document


class World:
    """A clock, a run on it, and what the run reported. One simulated second costs `cost_s` of processor time."""

    def __init__(self, *, name: str = "Test", cost_s: float = 0.01) -> None:
        self.now = 100.0
        self.cost_s = cost_s
        self.reports: list[Report] = []
        self.engine = FakeEngine(spend=self.spend)
        self.run = PacedRun(
            lambda: self.engine.start(document(name), seed=1),
            past=self.engine.past,
            report=self.reports.append,
            clock=lambda: self.now,
            cpu_clock=lambda: self.now,
        )

    def spend(self, simulated_s: float) -> None:
        self.now += simulated_s * self.cost_s

    @property
    def simulation(self) -> FakeSimulation:
        return self.engine.simulations[0]

    def tell(self, *wishes: Wish) -> None:
        for wish in wishes:
            self.run.tell(wish)

    def live(self, wall_s: float) -> None:
        """Serve the run for a stretch of wall-clock time, waiting whenever it waits."""
        end = self.now + wall_s
        while self.now < end:
            due = self.run.serve()
            if due is None or due > end:
                self.now = end
            else:
                self.now = max(self.now, due)

    def settle(self) -> None:
        """Serve the run until it waits for a wish."""
        while self.run.serve() is not None:
            pass

    def progress(self) -> list[Progressed]:
        return [report for report in self.reports if isinstance(report, Progressed)]


def times(world: World) -> list[float]:
    return [report.frame["now_s"] for report in world.progress()]


def test_a_new_run_reports_its_layout_and_waits() -> None:
    world = World()
    world.settle()
    assert [type(report) for report in world.reports] == [Started]
    assert world.simulation.now_s == 0


def test_the_first_frame_comes_at_once_and_the_others_every_tick() -> None:
    world = World(cost_s=0.0)
    world.tell(Pace(1.0))
    world.live(0.05)
    assert times(world) == pytest.approx([0.1])
    world.live(0.9)
    assert times(world) == pytest.approx([tick / 10 for tick in range(1, 11)])


@pytest.mark.parametrize("speed", [0.01, 0.3, 1.0, 7.0, 100.0])
def test_every_frame_covers_the_same_simulated_time(speed: float) -> None:
    world = World(cost_s=0.0001)
    world.tell(Pace(speed))
    world.live(20.0)
    assert len(times(world)) in {200, 201}
    assert times(world) == [tick * speed * TICK_S for tick in range(1, len(times(world)) + 1)]


def test_the_slices_between_two_frames_do_not_show_in_their_times() -> None:
    light, heavy = World(cost_s=0.0), World(cost_s=0.5)
    for world in (light, heavy):
        world.tell(Pace(1.0))
        world.live(5.0)
    assert len(heavy.simulation.advances) > len(light.simulation.advances)
    assert times(heavy)[:40] == times(light)[:40]


@pytest.mark.parametrize("cost_s", [0.3, 0.9, 5.0, 40.0])
def test_slices_stay_short_however_heavy_the_simulation(cost_s: float) -> None:
    world = World(cost_s=cost_s)
    world.tell(Pace(1.0))
    longest_s = 0.0
    end = world.now + 10
    while world.now < end:
        started = world.now
        due = world.run.serve()
        assert due is not None
        longest_s = max(longest_s, world.now - started)
        world.now = max(world.now, due)
    # A simulated 5 ms, the first guess, may take longer than a slice; nothing after it does.
    assert longest_s <= max(1.5 * SLICE_S, 1.01 * cost_s * 0.005)


def test_a_simulation_that_suddenly_gets_heavier_is_cut_finer() -> None:
    world = World(cost_s=0.01)
    world.tell(Pace(1.0))
    world.live(2.0)
    world.cost_s = 2.0
    world.live(2.0)
    started = world.now
    world.run.serve()
    assert world.now - started <= 1.5 * SLICE_S


def test_a_run_that_cannot_keep_up_says_so_and_keeps_its_frames_coming() -> None:
    world = World(cost_s=0.5)  # two simulated seconds a second at most
    world.tell(Pace(20.0))
    world.live(20.0)
    last = world.progress()[-1]
    assert last.achieved_speed == pytest.approx(2.0, rel=0.1)
    walls = len([at_s for at_s in times(world) if at_s > world.simulation.now_s - 10])
    assert walls >= 25  # at least five frames a second over the last five
    assert times(world) == sorted(times(world))


def test_even_the_first_frame_of_a_heavy_run_comes_soon() -> None:
    world = World(cost_s=0.5)  # ten simulated seconds, a whole tick, would take five
    started = world.now
    world.tell(Pace(100.0))
    while not world.progress():
        world.run.serve()
    assert world.now - started < 3 * TICK_S


def test_cutting_ticks_is_bounded() -> None:
    world = World(cost_s=100.0)
    world.tell(Pace(100.0))
    world.live(100.0)
    steps = [after - before for before, after in zip(times(world), times(world)[1:], strict=False)]
    assert min(steps) >= 100.0 * TICK_S / PARTS_MAX * 0.999


def test_a_run_that_becomes_light_again_regains_its_speed() -> None:
    world = World(cost_s=1.0)
    world.tell(Pace(20.0))
    world.live(5.0)
    world.cost_s = 0.001
    world.live(5.0)
    assert world.progress()[-1].achieved_speed == pytest.approx(20.0, rel=0.01)
    assert times(world)[-1] - times(world)[-2] == pytest.approx(2.0)


def test_a_run_that_was_late_does_not_hurry_afterwards() -> None:
    world = World(cost_s=0.0)
    world.tell(Pace(1.0))
    world.live(1.0)
    before_s = world.simulation.now_s
    world.now += 30  # the machine slept
    world.live(1.0)
    assert world.simulation.now_s - before_s == pytest.approx(1.0, abs=0.21)


def test_a_run_that_keeps_up_achieves_its_speed() -> None:
    world = World(cost_s=0.05)
    world.tell(Pace(3.0))
    world.live(5.0)
    assert world.progress()[-1].achieved_speed == pytest.approx(3.0, rel=0.01)


def test_pausing_stops_at_the_end_of_a_tick() -> None:
    world = World(cost_s=0.0)
    world.tell(Pace(1.0))
    world.live(0.55)
    world.tell(Pace(None))
    world.live(5.0)
    assert world.simulation.now_s == pytest.approx(0.6)
    assert world.run.serve() is None


def test_a_step_advances_a_paused_run_by_exactly_that_much() -> None:
    world = World()
    world.tell(Advance(0.25))
    world.settle()
    assert times(world) == [0.25]
    world.tell(Advance(0.25))
    world.settle()
    assert times(world) == [0.25, 0.5]


def test_a_step_is_ignored_while_playing() -> None:
    world = World(cost_s=0.0)
    world.tell(Pace(1.0), Advance(50.0))
    world.live(1.0)
    assert world.simulation.now_s < 2


def test_a_change_of_speed_starts_a_new_tick_where_the_run_is() -> None:
    world = World(cost_s=0.0)
    world.tell(Pace(1.0))
    world.live(0.25)
    reached_s = world.simulation.now_s
    world.tell(Pace(10.0))
    world.live(0.05)
    assert world.simulation.now_s == pytest.approx(reached_s + 1.0)


def test_changes_apply_between_ticks_and_answer_with_their_ticket() -> None:
    world = World(cost_s=0.5)
    world.tell(Pace(1.0))
    world.live(0.11)
    assert world.simulation.now_s not in times(world)  # in the middle of a tick
    world.tell(Apply(41, [{"type": "rename_scenario", "name": "x"}]))
    world.live(0.3)
    (applied,) = [report for report in world.reports if isinstance(report, Applied)]
    assert applied == Applied(41, document("x"), [], None)
    index = world.reports.index(applied)
    before = world.reports[index - 1]
    assert isinstance(before, Progressed)
    after = world.reports[index + 1]
    assert isinstance(after, Progressed)
    assert [event["at_s"] for event in after.frame["events"]] == [before.frame["now_s"]]


def test_changes_apply_at_once_while_paused() -> None:
    world = World()
    world.settle()
    world.tell(Apply(1, [{"type": "add_node", "node": {"id": "c"}}]))
    world.settle()
    report = world.reports[-1]
    assert isinstance(report, Applied)
    assert report.layout is not None
    assert report.layout["nodes"] == ["a", "b", "c"]


def test_a_layout_that_did_not_change_is_not_repeated() -> None:
    world = World()
    world.tell(Pace(1.0))
    world.live(1.0)
    assert [report.layout for report in world.progress()] == [None] * len(world.progress())


def test_refused_changes_report_their_diagnostics() -> None:
    world = World()
    world.tell(Apply(1, [{"type": "remove_node", "node_id": "zzz"}]))
    world.settle()
    report = world.reports[-1]
    assert isinstance(report, Applied)
    assert [diagnostic["code"] for diagnostic in report.diagnostics] == ["T001"]


def test_a_document_with_errors_is_refused() -> None:
    world = World(name="bad")
    world.settle()
    assert [type(report) for report in world.reports] == [Refused]
    assert world.run.serve() is None


@pytest.mark.parametrize(("name", "had_started"), [("broken", False), ("crash", True)])
def test_a_fault_of_the_program_ends_the_run_and_not_its_thread(
    name: str, had_started: bool, caplog: Any
) -> None:
    world = World(name=name)
    world.tell(Pace(1.0))
    world.settle()
    assert world.reports[-1] == Failed(had_started=had_started)
    assert "A run failed" in caplog.text
    assert world.run.serve() is None
