"""The shapes of what goes to other programs and comes from them."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from playground.shapes import Diagnostic, Document


class Imported(TypedDict):
    """What a foreign drawing became; `document` is null when it cannot be read, and errors among `remarks` say why.

    `is_placed` tells whether the components have places; otherwise all are at the origin and wait to be laid out.
    """

    source: Literal["json", "mermaid", "compose"] | None
    document: Document | None
    is_placed: bool
    remarks: list[Diagnostic]


class Flowchart(TypedDict):
    """A document as a Mermaid flowchart."""

    text: str
