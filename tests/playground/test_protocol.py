"""The protocol as the browser knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground import protocol
from playground.typescript import browser_types

GENERATED = Path(__file__).parents[2] / "frontend" / "src" / "core" / "protocol.ts"


def test_the_browsers_types_are_up_to_date() -> None:
    """Run `python -m playground.protocol > frontend/src/core/protocol.ts` when this fails."""
    assert GENERATED.read_text(encoding="utf-8") == browser_types()


def test_types_are_as_narrow_as_their_declarations() -> None:
    text = browser_types()
    assert "export type Span = [number, number, number, number, number, number, number, string];" in text
    assert "  changes: Change[];" in text
    assert "  severity: Severity;" in text
    assert "  value: ParameterValue | null;" in text
    assert "  language?: string;" in text
    assert "  utilization_ratio: (number | null)[];" in text
    assert "unknown" not in text


@pytest.mark.parametrize("length", [protocol.MESSAGE_BYTES_MAX, protocol.MESSAGE_BYTES_MAX + 1])
def test_messages_are_bounded(length: int) -> None:
    frame = '{"op":"edit","id":"1","revision":1,"changes":[{"pad":""}]}'
    text = frame.replace('""', '"' + "x" * (length - len(frame)) + '"')
    assert len(text) == length
    if length <= protocol.MESSAGE_BYTES_MAX:
        assert isinstance(protocol.decode(text), protocol.Edit)
    else:
        with pytest.raises(protocol.BadMessageError, match="longer than"):
            protocol.decode(text)


def test_what_is_wrong_inside_a_change_is_left_to_the_engine() -> None:
    message = protocol.decode(
        '{"op":"edit","id":"1","revision":1,"changes":[{"type":"no such thing","x":[1]}]}'
    )
    assert isinstance(message, protocol.Edit)
    assert message.changes == [{"type": "no such thing", "x": [1]}]
