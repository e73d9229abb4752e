"""Binary decision diagrams: exact probabilities of "this and that, or two of those", parts occurring several times or not.

R. E. Bryant 1986. A function is a number: 0 is never, 1 is always, and any other stands for "if variable v then high, else
low" with variables in one fixed order, so that equal functions have equal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NEVER, ALWAYS = 0, 1
_TERMINAL_LEVEL = 1 << 30


class TooLargeError(Exception):
    """A diagram needs more nodes than were allowed."""


class Diagrams:
    """Functions of independent variables, each true with a probability of its own.

    Parameters
    ----------
    node_count_max : bound on memory and time; beyond it `TooLargeError` is raised.
    """

    def __init__(self, node_count_max: int = 50_000) -> None:
        self._node_count_max = node_count_max
        self._nodes: list[tuple[int, int, int]] = [(_TERMINAL_LEVEL, 0, 0), (_TERMINAL_LEVEL, 1, 1)]
        self._known: dict[tuple[int, int, int], int] = {}
        self._done: dict[tuple[bool, int, int], int] = {}
        self._probabilities: list[float] = []

    def variable(self, probability: float) -> int:
        """Return a new variable, after all others in the order."""
        self._probabilities.append(probability)
        return self._node(len(self._probabilities) - 1, NEVER, ALWAYS)

    def all_of(self, functions: Iterable[int]) -> int:
        """Return whether every one of them is true."""
        result = ALWAYS
        for function in functions:
            result = self._join(result, function, conjunction=True)
        return result

    def any_of(self, functions: Iterable[int]) -> int:
        """Return whether at least one of them is true."""
        result = NEVER
        for function in functions:
            result = self._join(result, function, conjunction=False)
        return result

    def at_least(self, need: int, functions: Sequence[int]) -> int:
        """Return whether so many of them are true."""
        # row[k]: at least k of the functions so far. "k" follows from "k - 1", so that no negation is needed.
        row = [ALWAYS] + [NEVER] * need
        for function in functions:
            row = [ALWAYS] + [
                self.any_of((row[count], self.all_of((row[count - 1], function))))
                for count in range(1, need + 1)
            ]
        return row[need]

    def probability(self, function: int) -> float:
        """Return how probable it is that the function is true."""
        found = {NEVER: 0.0, ALWAYS: 1.0}
        stack = [function]
        while stack:
            node = stack[-1]
            level, low, high = self._nodes[node]
            waiting = [part for part in (low, high) if part not in found]
            if node in found or not waiting:
                stack.pop()
                if node not in found:
                    chance = self._probabilities[level]
                    found[node] = chance * found[high] + (1 - chance) * found[low]
            else:
                stack += waiting
        return found[function]

    def _join(self, one: int, other: int, *, conjunction: bool) -> int:
        neutral, absorbing = (ALWAYS, NEVER) if conjunction else (NEVER, ALWAYS)
        if one == other or other == neutral:
            return one
        if one == neutral:
            return other
        if absorbing in (one, other):
            return absorbing
        key = (conjunction, min(one, other), max(one, other))
        if key not in self._done:
            (level, *parts), (other_level, *others) = self._nodes[one], self._nodes[other]
            low, high = parts if level <= other_level else (one, one)
            other_low, other_high = others if other_level <= level else (other, other)
            self._done[key] = self._node(
                min(level, other_level),
                self._join(low, other_low, conjunction=conjunction),
                self._join(high, other_high, conjunction=conjunction),
            )
        return self._done[key]

    def _node(self, level: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (level, low, high)
        if key not in self._known:
            if len(self._nodes) >= self._node_count_max:
                raise TooLargeError
            self._nodes.append(key)
            self._known[key] = len(self._nodes) - 1
        return self._known[key]
