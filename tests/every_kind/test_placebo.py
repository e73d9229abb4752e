"""Every knob bears: each parameter of each kind, and each choice of each menu, moves what its declaration says.

`python -m tests.every_kind.placebo kind.parameter …` prints what the cases of some parameters measure.
"""

from __future__ import annotations

import pytest

from simcore.components import kinds
from simcore.moves import moves_in
from simcore.params import Parameters, parameter_specs
from simcore.scenario.faults import FAULTS
from tests.every_kind.placebo.book import Entry, declarers, entries
from tests.every_kind.placebo.case import Case, findings
from tests.every_kind.placebo.faults import STRENGTHS, fault_findings
from tests.every_kind.placebo.scenes import has, scene
from tests.every_kind.surroundings import around
from tests.scenarios import Json, run

ENTRIES = list(entries())
KINDS = sorted(kinds())
OWNERS: dict[str, type[Parameters]] = {**kinds(), **declarers()}


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_a_parameter_moves_what_it_says(entry: Entry) -> None:
    assert entry.gaps() == []
    found = entry.findings()
    assert [finding.text for finding in found if not finding.is_shown] == []
    assert entry.unshown(found) == []


def test_every_parameter_is_in_the_book() -> None:
    declared = {(owner, spec.name) for owner, cls in OWNERS.items() for spec in parameter_specs(cls)}
    assert {(entry.owner, entry.spec.name) for entry in ENTRIES} == declared
    assert len(ENTRIES) > 300


def test_what_an_inherited_parameter_moves_elsewhere_is_about_one_that_there_is() -> None:
    for cls in OWNERS.values():
        assert set(cls.moves_here) <= set(cls.model_fields)


@pytest.mark.parametrize(("direction", "is_shown"), [("up", True), ("down", False), ("changes", True)])
def test_the_judge_tells_directions_apart(direction: str, is_shown: bool) -> None:
    case = Case(
        name="service_time_mean_s",
        document=scene("web_server"),
        values=(0.01, 0.05),
        shows="latency",
        until_s=3.0,
    )
    (finding,) = findings(case, moves_in(f"latency {direction}"))
    assert finding.is_shown is is_shown


def test_the_judge_is_not_fooled_by_what_does_nothing() -> None:
    """A second line of waiting places that nobody needs: all figures are the same to the last digit."""
    case = Case(
        name="queue_capacity",
        document=scene("web_server"),
        values=(500, 1000),
        shows="latency, failed",
        until_s=3.0,
    )
    found = findings(case, moves_in("latency changes, failed changes"))
    assert len(found) == 2
    assert not any(finding.is_shown for finding in found)
    assert all(finding.before == finding.after for finding in found)


def test_every_fault_does_what_it_says_to_every_kind_and_more_of_it_does_more() -> None:
    found = list(fault_findings())
    assert {fault for fault, _, _ in found} == set(FAULTS)
    assert [finding.text for _, _, findings in found for finding in findings if not finding.is_shown] == []
    assert all(len(findings) > (fault in STRENGTHS) for fault, _, findings in found)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if has(kind, "price_hour_usd")])
def test_prices_move_costs_and_nothing_else(kind: str) -> None:
    prices = {
        spec.name: spec.default * 2 + 9.0
        for spec in parameter_specs(kinds()[kind])
        if spec.name.startswith("price_")
    }
    one, other = (run(around(kind, own), 3.0).summary() for own in ({}, prices))
    assert one["totals"]["cost_usd"] < other["totals"]["cost_usd"]
    assert without_costs(one) == without_costs(other)


def without_costs(summary: Json) -> Json:
    """Return all figures of a run but what it cost."""
    return {
        part: {
            name: {figure: value for figure, value in books.items() if not figure.startswith("cost_")}
            for name, books in ({part: summary[part]} if part == "totals" else summary[part]).items()
        }
        for part in ("totals", "nodes", "edges", "classes")
    }


@pytest.mark.parametrize("kind", KINDS)
def test_names_order_and_places_move_nothing(kind: str) -> None:
    original = around(kind)
    redrawn: Json = {
        **original,
        "name": "Other",
        "notes": "Other",
        "nodes": [
            {**node, "name": f"Other {at}", "x": -9 * at, "y": 7 * at}
            for at, node in enumerate(reversed(original["nodes"]))
        ],
        "edges": original["edges"][::-1],
    }
    one, other = run(original, 3.0), run(redrawn, 3.0)
    assert one.summary() == other.summary()
    assert one.digest() == other.digest()
