"""The library: sound, canonical, tidy on the canvas; the starters comfortable but alive."""

from __future__ import annotations

from itertools import combinations

import pytest

from simcore.analysis import analyze
from simcore.components import kinds
from simcore.components.base import Role
from simcore.diagnostics import Severity
from simcore.library import LibraryEntry, library, starters
from simcore.scenario.document import Scenario
from simcore.scenario.parse import parse
from simcore.simulation import Simulation

ALL = pytest.mark.parametrize("entry", library(), ids=lambda entry: entry.id)
STARTERS = pytest.mark.parametrize("entry", starters(), ids=lambda entry: entry.id)

#: A card on the canvas, in pixels, with some air around it.
CARD_WIDTH, CARD_HEIGHT, GRID = 220, 120, 20


def scenario_of(entry: LibraryEntry) -> Scenario:
    result = parse(entry.document)
    assert result.diagnostics == ()
    assert result.scenario is not None
    return result.scenario


@ALL
def test_a_scenario_is_sound_and_written_as_it_would_be_saved(entry: LibraryEntry) -> None:
    assert scenario_of(entry).to_json() == entry.document
    assert entry.title == entry.document["name"]
    assert entry.summary.endswith(".")
    assert "\n" not in entry.summary
    assert "Watch:" in entry.document["notes"]
    assert "Try:" in entry.document["notes"]


@STARTERS
def test_the_analysis_of_a_starter_has_nothing_against_it_but_single_points_of_failure(
    entry: LibraryEntry,
) -> None:
    analysis = analyze(scenario_of(entry))
    assert {item.code for item in analysis.diagnostics} <= {"A006", "A007", "A008"}
    assert all(item.severity is not Severity.ERROR for item in analysis.diagnostics)
    busiest = max(item.utilization_ratio or 0 for item in analysis.load.nodes.values())
    assert 0.02 < busiest < 0.8


@ALL
def test_a_scenario_is_laid_out_from_left_to_right_on_the_grid_without_overlaps(entry: LibraryEntry) -> None:
    scenario = scenario_of(entry)
    nodes = scenario.node_by_id()
    assert all(node.x % GRID == 0 and node.y % GRID == 0 for node in nodes.values())
    assert all(nodes[edge.source].x < nodes[edge.target].x for edge in scenario.edges)
    for one, other in combinations(nodes.values(), 2):
        assert abs(one.x - other.x) >= CARD_WIDTH or abs(one.y - other.y) >= CARD_HEIGHT, (one.id, other.id)


@ALL
def test_names_on_the_canvas_are_unlike_each_other(entry: LibraryEntry) -> None:
    names = [node["name"] for node in entry.document["nodes"]]
    assert len(set(names)) == len(names)
    assert all(names)


def test_between_them_the_scenarios_show_every_kind_and_every_operation() -> None:
    scenarios = [scenario_of(entry) for entry in library()]
    drawn = {node.kind for scenario in scenarios for node in scenario.nodes}
    added = {
        change["node"]["kind"]
        for entry in library()
        if entry.lesson is not None
        for technique in entry.lesson.techniques
        for change in technique.changes
        if change["type"] == "add_node"
    }
    assert drawn | added == set(kinds())
    operations = {item.operation for scenario in scenarios for item in scenario.workload.classes}
    assert operations == {"read", "write", "job", "static"}


def test_the_main_starter_has_the_combined_picture() -> None:
    (entry,) = [item for item in library() if item.id == "lb-cache-replicated-db"]
    scenario = scenario_of(entry)
    nodes = scenario.node_by_id()
    counts = {role: sum(node.component.role is role for node in nodes.values()) for role in Role}
    assert (counts[Role.SERVICE], counts[Role.CACHE], counts[Role.DATABASE], counts[Role.RESOLVER]) == (
        4,
        1,
        3,
        1,
    )
    replication = [edge for edge in scenario.edges if nodes[edge.source].component.role is Role.DATABASE]
    assert len(replication) == 2
    assert len({edge.source for edge in replication}) == 1
    callers = {edge.source for edge in scenario.edges if edge.target == replication[0].target} - {
        replication[0].source
    }
    assert all({(caller, edge.target) for edge in replication} <= {(e.source, e.target) for e in scenario.edges}
               for caller in callers)  # fmt: skip


def test_a_copy_is_the_caller_s_own() -> None:
    library()[0].document["nodes"].clear()
    assert library()[0].document["nodes"]


@STARTERS
def test_a_starter_runs_and_loses_nothing(entry: LibraryEntry) -> None:
    simulation = Simulation(scenario_of(entry))
    simulation.advance(10.0)
    totals = simulation.summary()["totals"]
    assert simulation.check_state() == []
    assert totals["completed"] > 1000
    assert totals["failed"] == 0
