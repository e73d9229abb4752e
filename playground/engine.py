"""The one door to simcore: what the server asks of it, in JSON shapes.

Rooms and runs take an `Engine` as an argument, so that their tests need no compiled kernels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, cast

from playground import bodies, comparison_shapes, exchange, library_shapes, shapes
from playground.limits import PAST_BYTES_MAX

TraceKind = Literal["slowest", "failed"]


class Simulation(Protocol):
    """The part of `simcore.Simulation` that a run uses."""

    @property
    def now_s(self) -> float:
        """Simulated time."""

    @property
    def layout_version(self) -> int:
        """Rises whenever `layout()` changes."""

    @property
    def document(self) -> dict[str, Any]:
        """The document as edited so far."""

    def advance(self, until_s: float) -> None:
        """Simulate up to `until_s`; may stop and go on anywhere."""

    def apply(self, changes: list[dict[str, Any]]) -> Sequence[Any]:
        """Apply changes now; returns diagnostics, and nothing was applied when one of them is an error."""

    def frame(self) -> dict[str, Any]:
        """Return the metrics since the previous call."""

    def layout(self) -> dict[str, Any]:
        """Return the order of nodes, edges and classes in frames."""

    def trace(self, trace_id: int | None = None) -> list[dict[str, Any]]:
        """Return one traced request, if it is still kept; None asks for the one that was sent last."""

    def traces(self, kind: TraceKind, count: int) -> list[dict[str, Any]]:
        """Return up to `count` traced requests of a sort."""


class Way(Protocol):
    """How to get to an earlier moment of a run; another thread may walk it while the run goes on."""

    @property
    def at_s(self) -> float:
        """The moment."""

    def begin(self) -> Simulation:
        """Return a run of its own where the way begins."""

    def go(self, simulation: Simulation, until_s: float) -> None:
        """Take it on to `until_s`, at most to the moment."""


class Past(Protocol):
    """What is kept of a run on its way."""

    def keep(self) -> None:
        """Take a snapshot if one is due."""

    def way(self, at_s: float) -> Way:
        """Return how to get to an earlier moment. Raises `ValueError` when it has not come yet."""


class CannotRunError(Exception):
    """The document has errors, which `diagnostics` names."""

    def __init__(self, diagnostics: list[shapes.Diagnostic]) -> None:
        super().__init__("the document has errors")
        self.diagnostics = diagnostics


class Comparison(Protocol):
    """The part of `simcore.Comparison` that the server uses."""

    @property
    def steps(self) -> int:
        """How many steps there are in all."""

    def work(self) -> Iterator[int]:
        """Run everything; yields the number of steps done after each."""

    def to_json(self) -> comparison_shapes.ComparisonResult:
        """Return what was found, once all work is done."""


class Engine(Protocol):
    """What rooms and runs need from simcore."""

    def apply_changes(
        self, document: shapes.Document, changes: list[dict[str, Any]]
    ) -> tuple[shapes.Document, list[shapes.Diagnostic]]:
        """Return the changed document; with errors among the diagnostics, the document as it was."""

    def start(self, document: shapes.Document, *, seed: int) -> Simulation:
        """Build a simulation. Raises `CannotRunError` when the document has errors."""

    def past(self, simulation: Simulation) -> Past:
        """Begin to keep the past of a simulation."""


class SimcoreEngine:
    """The real thing. simcore is imported on first use: it brings the compiler with it."""

    def apply_changes(
        self, document: shapes.Document, changes: list[dict[str, Any]]
    ) -> tuple[shapes.Document, list[shapes.Diagnostic]]:
        """See `Engine.apply_changes`."""
        import simcore

        result = simcore.apply_changes(cast("dict[str, Any]", document), changes)
        diagnostics = json_diagnostics(result.diagnostics)
        if has_errors(diagnostics):
            return document, diagnostics
        return cast("shapes.Document", result.document), diagnostics

    def start(self, document: shapes.Document, *, seed: int) -> Simulation:
        """See `Engine.start`."""
        import simcore

        return cast("Simulation", simcore.Simulation(_runnable(document), seed=seed))

    def compare(
        self, first: object, second: object, *, seeds: Sequence[int], duration_s: float, warm_up_s: float
    ) -> Comparison:
        """Return a comparison of two designs to be worked on. Raises `CannotRunError` when one has errors."""
        import simcore

        designs = _runnable(first), _runnable(second)
        made = simcore.Comparison(*designs, seeds=seeds, duration_s=duration_s, warm_up_s=warm_up_s)
        return cast("Comparison", made)

    def past(self, simulation: Simulation) -> Past:
        """See `Engine.past`."""
        import simcore

        timeline = simcore.Timeline(cast("simcore.Simulation", simulation), bytes_max=PAST_BYTES_MAX)
        return cast("Past", timeline)

    def check(self, document: object) -> bodies.Check:
        """Return what is wrong with anything that claims to be a document and, if nothing is, its analysis."""
        import simcore

        parsed = simcore.parse(document)
        diagnostics = json_diagnostics(parsed.diagnostics)
        if parsed.scenario is None:
            return {"diagnostics": diagnostics, "analysis": None}
        analysis = cast("bodies.Analysis", simcore.analyze(parsed.scenario).to_json())
        return {"diagnostics": diagnostics + analysis["diagnostics"], "analysis": analysis}

    def normalize(self, document: object) -> tuple[shapes.Document | None, list[shapes.Diagnostic]]:
        """Return a document in full and in the newest version, or None and why it cannot be represented.

        A document that can be represented may still be one that cannot run.
        """
        import simcore

        parsed = simcore.parse(document)
        diagnostics = json_diagnostics(parsed.diagnostics)
        if parsed.scenario is None:
            return None, diagnostics
        return cast("shapes.Document", parsed.scenario.to_json()), diagnostics

    def import_drawing(self, drawing: object, titles: Mapping[str, str]) -> exchange.Imported:
        """Return what a foreign drawing became, with remarks; `titles` has English titles of kinds by foreign ones."""
        import simcore

        read = simcore.read_drawing(drawing, titles=titles)
        return {
            "source": read.source,
            "document": cast("shapes.Document | None", read.document),
            "is_placed": read.is_placed,
            "remarks": json_diagnostics(read.remarks),
        }

    def flowchart(self, document: shapes.Document) -> str:
        """Return a sound document as a Mermaid flowchart."""
        import simcore

        return simcore.to_mermaid(cast("dict[str, Any]", document))

    def newest(self, document: shapes.Document) -> shapes.Document:
        """Return a stored document in the newest version."""
        import simcore

        return cast("shapes.Document", simcore.migrate(cast("dict[str, Any]", document))[0])

    def warm(self) -> None:
        """Load the compiled kernels, so that the first run need not wait for them."""
        import simcore

        simcore.warm()

    def catalog(self) -> bodies.Catalog:
        """Return everything the browser knows about components."""
        import simcore

        return cast("bodies.Catalog", simcore.catalog())

    def library(self) -> list[library_shapes.LibraryEntry]:
        """Return the scenarios of the library."""
        import simcore

        return [cast("library_shapes.LibraryEntry", entry.to_json()) for entry in simcore.library()]


def json_diagnostics(diagnostics: Sequence[Any]) -> list[shapes.Diagnostic]:
    """Return simcore's diagnostics as JSON shapes."""
    return [diagnostic.to_json() for diagnostic in diagnostics]


def has_errors(diagnostics: Sequence[shapes.Diagnostic]) -> bool:
    """Tell whether any diagnostic is an error."""
    return any(diagnostic["severity"] == "error" for diagnostic in diagnostics)


def _runnable(document: object) -> Any:
    """Return the scenario of a document that can run. Raises `CannotRunError` for any other."""
    import simcore

    parsed = simcore.parse(document)
    if parsed.scenario is None:
        raise CannotRunError(json_diagnostics(parsed.diagnostics))
    found = json_diagnostics(simcore.analyze(parsed.scenario).diagnostics)
    if has_errors(found):
        raise CannotRunError(found)
    return parsed.scenario
