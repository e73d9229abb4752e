"""What is wrong with a drawing, as data.

A wrong drawing is never an exception: every problem is a `Diagnostic` that names the place, says what is wrong in one
sentence and, where we know it, what to do. Texts are English templates with `{placeholders}`; `values` fills them in, so
that a translation needs only the template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as declared
from enum import StrEnum
from types import MappingProxyType
from typing import Any

_NO_VALUES: Mapping[str, Any] = MappingProxyType({})


class Severity(StrEnum):
    """How bad: an error forbids running, a warning does not, information is just worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem or remark about a scenario.

    `fix` is a list of document changes (see `simcore.scenario.changes`) that would remove the problem safely.
    """

    code: str
    severity: Severity
    message: str
    node_id: str | None = None
    edge_id: str | None = None
    field: str | None = None
    hint: str = ""
    values: Mapping[str, Any] = declared(default_factory=lambda: _NO_VALUES)
    fix: tuple[Mapping[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """The message in English with its values filled in."""
        return self.message.format_map(self.values)

    @property
    def hint_text(self) -> str:
        """The hint in English with its values filled in."""
        return self.hint.format_map(self.values)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary; templates and rendered English stand side by side."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "node_id": self.node_id,
            "edge_id": self.edge_id,
            "field": self.field,
            "message": self.message,
            "hint": self.hint,
            "values": dict(self.values),
            "text": self.text,
            "hint_text": self.hint_text,
            "fix": [dict(change) for change in self.fix],
        }


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Tell whether any diagnostic forbids running."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
