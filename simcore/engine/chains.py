"""Counting what is linked: rows of a table that name the next of their list."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.engine.jit import kernel
from simcore.program import NONE

Numbers = NDArray[Any]


@kernel
def chain_length(links: Numbers, head: int) -> int:
    """Return how many places a linked list has; more than there are when it runs in a circle."""
    at, length = np.int64(head), 0
    while at != NONE and length <= len(links):
        at, length = np.int64(links[at]), length + 1
    return length


@kernel
def chain_lengths(links: Numbers, heads: Numbers) -> int:
    """Return how many places several linked lists have together; more than there are when one runs in a circle."""
    length = 0
    for head in heads:
        at = np.int64(head)
        while at != NONE and length <= len(links):
            at, length = np.int64(links[at]), length + 1
    return length
