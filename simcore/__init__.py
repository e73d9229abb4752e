"""Architecture Playground's simulation core: parse a scenario, look at it, run it.

>>> from simcore import Simulation, library, parse
>>> scenario = parse(library()[0].document).scenario
>>> simulation = Simulation(scenario, seed=1)
>>> simulation.advance(10.0)
>>> simulation.summary()["totals"]["failed"]
0
"""

from __future__ import annotations

from simcore.analysis import Analysis, analyze
from simcore.catalog import catalog, texts
from simcore.comparison import Comparison
from simcore.diagnostics import Diagnostic, Severity
from simcore.engine.room import OutOfRoomError
from simcore.importing import Drawing, read_drawing, to_mermaid
from simcore.library import LibraryEntry, library, starters
from simcore.scenario.changes import ChangeResult, apply_changes
from simcore.scenario.document import Scenario
from simcore.scenario.migrations import migrate
from simcore.scenario.parse import ParseResult, parse
from simcore.simulation import Simulation, warm
from simcore.snapshot import Snapshot, SnapshotError
from simcore.timeline import Timeline, replay

__all__ = [
    "Analysis",
    "ChangeResult",
    "Comparison",
    "Diagnostic",
    "Drawing",
    "LibraryEntry",
    "OutOfRoomError",
    "ParseResult",
    "Scenario",
    "Severity",
    "Simulation",
    "Snapshot",
    "SnapshotError",
    "Timeline",
    "analyze",
    "apply_changes",
    "catalog",
    "library",
    "migrate",
    "parse",
    "read_drawing",
    "replay",
    "starters",
    "texts",
    "to_mermaid",
    "warm",
]
