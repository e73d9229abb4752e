"""YAML as plain values: texts, lists and mappings, and nothing that a file could make happen.

Values are built from the parser's events, so that no tag constructs anything and nothing here calls itself however deep
the file is nested. What an alias stands for is counted again wherever it is used: a small file cannot unfold into an
endless one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from simcore.diagnostics import Diagnostic
from simcore.importing.messages import remark

if TYPE_CHECKING:
    from yaml.events import Event

YAML_VALUES_MAX: Final = 20_000
YAML_DEPTH_MAX: Final = 24
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended yet; a mapping waits for a value while it has a key."""

    value: list[Any] | dict[str, Any]
    anchor: str | None
    key: str | None = None
    merged: list[Any] = field(default_factory=list)
    size: int = 1


class _RefusedError(Exception):
    def __init__(self, reason: Diagnostic) -> None:
        super().__init__(reason.code)
        self.reason = reason


def read_yaml(text: str) -> tuple[Any, Diagnostic | None]:
    """Return the first document of a YAML file, or the reason why there is none.

    Plain scalars stay text, null becomes None; the last of several equal keys counts, as with most readers.
    """
    import yaml

    try:
        return _Builder().build(yaml.parse(text, Loader=yaml.SafeLoader)), None
    except _RefusedError as refused:
        return None, refused.reason
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, remark("I003", line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1)
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
    ):  # characters that YAML forbids; escapes of no character
        return None, remark("I003", line=1, column=1)


class _Builder:
    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = 0
        self._root: Any = None

    def build(self, events: Any) -> Any:
        import yaml

        for event in events:
            if isinstance(event, yaml.DocumentEndEvent):
                break
            if isinstance(event, yaml.ScalarEvent):
                plain_null = event.style is None and event.value in _NULLS
                self._finish(None if plain_null else event.value, event.anchor, 1)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin([] if isinstance(event, yaml.SequenceStartEvent) else {}, event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                ended = self._open.pop()
                if isinstance(ended.value, dict):
                    _merge(ended.value, ended.merged)
                self._finish(ended.value, ended.anchor, ended.size)
        return self._root

    def _begin(self, value: list[Any] | dict[str, Any], anchor: str | None) -> None:
        if len(self._open) >= YAML_DEPTH_MAX:
            raise _RefusedError(remark("I005", limit=YAML_DEPTH_MAX))
        self._open.append(_Open(value, anchor))

    def _alias(self, event: Event) -> None:
        name = str(getattr(event, "anchor", ""))
        if name not in self._anchors:
            raise _RefusedError(remark("I006", line=event.start_mark.line + 1 if event.start_mark else 1))
        value, size = self._anchors[name]
        self._finish(value, None, size)

    def _finish(self, value: Any, anchor: str | None, size: int) -> None:
        """Put a whole value where it belongs; `size` is how many values it has."""
        self._count += size
        if self._count > YAML_VALUES_MAX:
            raise _RefusedError(remark("I004", limit=YAML_VALUES_MAX))
        if anchor:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self._root = value
            return
        parent = self._open[-1]
        parent.size += size
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.key is None:
            parent.key = value if isinstance(value, str) else ""
        else:
            key, parent.key = parent.key, None
            if key == _MERGE:
                parent.merged += value if isinstance(value, list) else [value]
            else:
                parent.value[key] = value


def _merge(own: dict[str, Any], merged: list[Any]) -> None:
    """Take over what other mappings have and this one lacks; the first of them that has it counts."""
    for other in merged:
        if isinstance(other, dict):
            for key, value in other.items():
                own.setdefault(key, value)
