"""From the text of any drawing to a scenario's document, with remarks on what did not fit. Never raises on what it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simcore.diagnostics import Diagnostic, has_errors
from simcore.importing.compose import is_compose, read_compose
from simcore.importing.mermaid import is_mermaid, read_mermaid
from simcore.importing.messages import remark
from simcore.importing.sketch import document_of
from simcore.limits import DIAGNOSTICS_MAX, DOCUMENT_BYTES_MAX
from simcore.scenario.parse import parse

Source = Literal["json", "mermaid", "compose"]
_FENCE = re.compile(r"^[ \t]*```[ \t]*mermaid[ \t]*\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was read.

    Attributes
    ----------
    source : what kind of text it was; None when it was none that can be read.
    document : a sound document of the newest version, or None when errors are among the remarks.
    remarks : what did not fit, and what was assumed.
    is_placed : whether the components have places on the canvas, or are all to be laid out.
    """

    source: Source | None
    document: dict[str, Any] | None
    remarks: tuple[Diagnostic, ...]
    is_placed: bool


def read_drawing(data: object, *, titles: Mapping[str, str] | None = None) -> Drawing:
    """Read a scenario of any version, a Mermaid flowchart or a docker-compose file.

    Parameters
    ----------
    data : the text, or a decoded scenario.
    titles : English titles of kinds by those in another language, which labels may use as well.
    """
    if not isinstance(data, str):
        return _read_json(data)
    if len(data) > DOCUMENT_BYTES_MAX:
        return Drawing(None, None, (remark("I002", limit=DOCUMENT_BYTES_MAX),), is_placed=False)
    text = data.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip()[:1] == "{":
        return _read_json(text)
    fenced = _FENCE.search(text)
    if fenced is not None or is_mermaid(text):
        return _read_mermaid(fenced[1] if fenced else text, titles or {})
    if is_compose(text):
        return _read_compose(text)
    return Drawing(None, None, (remark("I001"),), is_placed=False)


def _read_json(data: object) -> Drawing:
    parsed = parse(data)
    document = parsed.scenario.to_json() if parsed.scenario is not None else None
    return Drawing("json", document, parsed.diagnostics, is_placed=True)


def _read_compose(text: str) -> Drawing:
    sketch, settled, remarks = read_compose(text)
    if sketch is None or settled is None:
        return Drawing("compose", None, tuple(remarks), is_placed=False)
    return _checked("compose", document_of(sketch, settled), remarks, is_placed=False)


def _read_mermaid(text: str, titles: Mapping[str, str]) -> Drawing:
    read = read_mermaid(text, titles)
    if read.document is None:
        return Drawing("mermaid", None, tuple(read.remarks), is_placed=False)
    drawing = _checked("mermaid", read.document, read.remarks, is_placed=read.is_placed)
    if drawing.document is None and read.is_annotated:
        # Settings that somebody wrote by hand and that fit nothing must not cost the drawing.
        plain = read_mermaid(text, titles, annotated=False)
        if plain.document is not None:
            remarks = [*drawing.remarks, *plain.remarks]
            softened = [item for item in remarks if not has_errors([item])]
            return _checked("mermaid", plain.document, [*read.lost, *softened], is_placed=False)
    return drawing


def _checked(
    source: Source, document: dict[str, Any], remarks: list[Diagnostic], *, is_placed: bool
) -> Drawing:
    """Return the drawing as parsing knows it: what came out is sound, or says why not."""
    parsed = parse(document)
    said = (*remarks, *parsed.diagnostics)[:DIAGNOSTICS_MAX]
    if parsed.scenario is None:
        errors = tuple(item for item in parsed.diagnostics if has_errors([item]))
        return Drawing(source, None, errors[:DIAGNOSTICS_MAX], is_placed=False)
    return Drawing(source, parsed.scenario.to_json(), said, is_placed=is_placed)
