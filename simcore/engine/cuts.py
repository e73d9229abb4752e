"""What cuts edges or worsens them: faults of their own, faults between two regions, and private networks.

Not compiled, for people do it between slices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.tables import CUT_ANSWERS, CUT_REQUESTS, State
from simcore.program import Program

#: What each fault lets nothing through of, and what it means for edges that lead the other way over the same wire.
CUTS = {"partition": CUT_REQUESTS | CUT_ANSWERS, "cut_requests": CUT_REQUESTS, "cut_answers": CUT_ANSWERS}
WAY_BACK = {
    "partition": CUT_REQUESTS | CUT_ANSWERS,
    "cut_requests": CUT_ANSWERS,
    "cut_answers": CUT_REQUESTS,
}


def cut_edge(state: State, program: Program, edge: int, fault: str) -> None:
    """Let nothing through an edge, in one direction or both."""
    state.edges["own_cut"][_all_that_show_as(program, edge)] |= CUTS[fault]
    state.edges["own_cut"][_ways_back(program, edge)] |= WAY_BACK[fault]
    take_in_cuts(state)


def worsen_edge(state: State, program: Program, edge: int, fault: str, strength: float) -> None:
    """Let an edge lose a share of its packets, or make it slower by a factor."""
    shown = _all_that_show_as(program, edge)
    if fault == "loss":
        state.edges["own_loss"][shown] = min(strength, 1.0)
    else:
        state.edges["own_slowness"][shown] = strength
    take_in_cuts(state)


def mend_edge(state: State, program: Program, edge: int) -> None:
    """End everything that was done to an edge by itself."""
    shown = _all_that_show_as(program, edge)
    state.edges["own_cut"][[*shown, *_ways_back(program, edge)]] = 0
    state.edges["own_slowness"][shown] = 1.0
    state.edges["own_loss"][shown] = 0.0
    take_in_cuts(state)


def cut_regions(state: State, one: int, other: int, fault: str) -> None:
    """Cut every edge from one region to another, and those that lead back, those of the future included."""
    state.region_cuts[one, other] |= CUTS[fault]
    state.region_cuts[other, one] |= WAY_BACK[fault]
    take_in_cuts(state)


def worsen_regions(state: State, one: int, other: int, fault: str, strength: float) -> None:
    """Let every edge between two regions, in both directions, lose a share of its packets, or make it slower by a factor."""
    pairs = (one, other), (other, one)
    for pair in pairs:
        if fault == "loss":
            state.region_loss[pair] = min(strength, 1.0)
        else:
            state.region_delay[pair] = strength - 1.0
    take_in_cuts(state)


def join_regions(state: State, one: int, other: int) -> None:
    """End what cuts two regions apart, or worsens what joins them."""
    for table in (state.region_cuts, state.region_loss, state.region_delay):
        table[one, other] = table[other, one] = 0
    take_in_cuts(state)


def take_in_cuts(state: State) -> None:
    """Find anew what passes which edge and how, after a fault, or after nodes have moved."""
    edges = state.edges
    if len(edges):
        edges["partitioned"], edges["loss"], edges["slowness"] = worked_out(state)


def worked_out(state: State) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return of every edge what it lets nothing through of, the share that it loses, and the factor of its delay.

    What happens to an edge by itself and what happens between its regions come together: each loses its share of what the
    other lets through, and the factors multiply.
    """
    edges, regions = state.edges, state.nodes["region"]
    pair = regions[edges["source"]], regions[edges["target"]]
    closed = np.where(edges["closed"] != 0, CUT_REQUESTS | CUT_ANSWERS, 0)
    own, between = edges["own_loss"], state.region_loss[pair]
    slowness = edges["own_slowness"] * (1.0 + state.region_delay[pair])
    return edges["own_cut"] | state.region_cuts[pair] | closed, own + between - own * between, slowness


def _all_that_show_as(program: Program, edge: int) -> list[int]:
    """Return an edge and those that it was drawn for: what people do to it happens to them."""
    return [edge, *(index for index, link in program.links.items() if link.drawn_as == edge)]


def _ways_back(program: Program, edge: int) -> list[int]:
    """Return the opposite edge that nobody drew, if there is one: members of a cluster reach each other over one wire."""
    drawn = program.links[edge]
    ends = (drawn.target, drawn.source)
    return [
        index
        for index, link in program.links.items()
        if not link.visible and (link.source, link.target) == ends
    ]
