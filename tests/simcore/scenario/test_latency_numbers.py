"""The latency numbers that estimates lean on: sourced, in order, and of one mind with what components and regions assume."""

from __future__ import annotations

import pytest

from simcore import catalog
from simcore.analysis.latency_numbers import LATENCY_NUMBERS
from simcore.components.base import LinkParameters
from simcore.presets import CONFIDENCE

BY_TITLE = {item.title: item for item in LATENCY_NUMBERS}


def test_every_number_comes_from_somewhere() -> None:
    assert len(BY_TITLE) == len(LATENCY_NUMBERS) >= 20
    for item in LATENCY_NUMBERS:
        assert item.source
        assert item.confidence in CONFIDENCE
        assert (item.book_s or item.measured_s or 0.0) > 0


def test_they_rise_by_the_book_and_nothing_has_become_slower_but_distance() -> None:
    told = [item.book_s for item in LATENCY_NUMBERS if item.book_s is not None]
    assert told == sorted(told)
    slower = [
        item.title for item in LATENCY_NUMBERS if (item.measured_s or 0.0) > (item.book_s or 1.0) * 1.001
    ]
    assert slower == ["Packet from California to the Netherlands and back"]


def test_what_is_taught_is_what_the_canvas_begins_with() -> None:
    book_s = BY_TITLE["Round trip in a data centre"].book_s
    assert book_s is not None
    assert LinkParameters().latency_mean_s == pytest.approx(book_s / 2)
    shown = catalog()["latency_numbers"]
    assert [item["title"] for item in shown] == list(BY_TITLE)
