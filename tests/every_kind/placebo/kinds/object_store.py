"""Cases for the object store: the limits of its prefixes, and large files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene


def _limits(name: str, values: Sequence[Any], operation: str, **own: Any) -> Case:
    document = scene("object_store", own, operation=operation)
    setting = f"50 {operation}s per second"
    return Case(name=name, document=document, values=values, shows="failed", setting=setting)


CASES = [
    Case(
        name="stream_bps",
        document=scene("object_store", request={"payload_bytes": 1_000_000}),
        values=(10_000_000.0, 1_000_000_000.0),
        shows="latency",
        setting="files of 1 MB",
    ),
    _limits("prefix_count", (1, 4), "read", prefix_read_rps=10.0),
    _limits("prefix_read_rps", (10.0, 100.0), "read"),
    _limits("prefix_write_rps", (10.0, 100.0), "write"),
]
