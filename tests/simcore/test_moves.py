"""What a parameter is declared to move, as the rest of the program sees it."""

from __future__ import annotations

import pytest

from simcore import catalog
from simcore.moves import FIGURES, Move, moves_in
from simcore.params import Parameters, param, parameter_specs


class Example(Parameters):
    """A switch, a number and a menu."""

    delay_s: float = param(1.0, ge=0, help="Delay.", moves="latency up, failed changes")
    mode: str = param("a", help="Mode.", choices={"a": "A", "b": "B"}, moves={"b": "cost down, completed up"})


def test_a_declaration_is_a_list_of_figures_and_directions() -> None:
    delay, mode = (spec.moves for spec in parameter_specs(Example))
    assert delay == (Move("latency", "up"), Move("failed", "changes"))
    assert mode == (Move("cost", "down", "b"), Move("completed", "up", "b"))
    assert moves_in("") == ()


@pytest.mark.parametrize("wrong", ["latency", "latency sideways", "speed up", "latency up failed up"])
def test_unknown_words_are_a_mistake_at_once(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        param(1.0, ge=0, help="Wrong.", moves=wrong)


def test_the_catalog_has_them_with_the_names_of_the_figures() -> None:
    found = catalog()
    assert found["figures"] == FIGURES
    assert all("moves" in spec for kind in found["kinds"] for spec in kind["parameters"])
