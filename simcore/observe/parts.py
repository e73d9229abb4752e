"""What was compiled apart and shows where it was drawn: the parts of a node, and the edges that they go by."""

from __future__ import annotations

import numpy as np

from simcore.observe.counts import Numbers
from simcore.program import NONE, Program
from simcore.symbols import whole_id


def parts_in(program: Program, node_ids: tuple[str, ...]) -> Numbers:
    """Return the position of a shown node and the row of a part, for all parts there ever were: (n, 2).

    node_ids : of the shown nodes, in order of their positions.
    """
    return _pairs(program.node_ids, [whole_id(node_id) for node_id in program.node_ids], node_ids)


def alike_in(program: Program, edge_ids: tuple[str, ...]) -> Numbers:
    """Return the position of a shown edge and the row of one that a part goes by instead: (n, 2)."""
    parts = {row for row, node_id in enumerate(program.node_ids) if whole_id(node_id) != node_id}
    shown = list(program.edge_ids)
    for row, link in program.links.items():
        if link.drawn_as != NONE and link.source in parts:
            shown[row] = program.edge_ids[link.drawn_as]
    return _pairs(program.edge_ids, shown, edge_ids)


def _pairs(names: tuple[str, ...], shown: list[str], ids: tuple[str, ...]) -> Numbers:
    position = {name: place for place, name in enumerate(ids)}
    pairs = [
        (position[whole], row)
        for row, (name, whole) in enumerate(zip(names, shown, strict=True))
        if name != whole and whole in position
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)
