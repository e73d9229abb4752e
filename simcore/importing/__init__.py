"""Drawings of other programs: Mermaid flowcharts and docker-compose files, to and from scenarios."""

from simcore.importing.drawing import Drawing, read_drawing
from simcore.importing.mermaid_text import to_mermaid

__all__ = ["Drawing", "read_drawing", "to_mermaid"]
