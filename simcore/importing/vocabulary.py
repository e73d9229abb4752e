"""What a word in somebody's drawing stands for: kinds and products by the names that they declare.

A kind answers to its title, its name, its aliases, its products, and its `words`. In what people write the last noun says
what a thing is ("order database"), so of all names found the one that ends last counts, and of those the longest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from simcore.components import kinds
from simcore.components.base import Component, Role
from simcore.presets import presets
from simcore.scenario.group_kinds import GROUP_KINDS

Tokens = tuple[str, ...]

#: What stands for a component of which nothing is known.
UNKNOWN_WORD = "service"
#: Words of image names that say nothing of what is inside.
_IMAGE_NOISE = frozenset(
    {
        "server", "stack", "alpine", "oss", "ha", "repmgr", "management", "enterprise", "community", "official", "ce", "ee",
        "slim", "latest", "single", "native", "image", "docker",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:\d+(?=[^\W\d_]))?|\d+(?=[^\W\d_])", re.UNICODE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Long enough for every name; longer texts are not looked into further.
_TEXT_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Match:
    """A kind that a text may stand for, perhaps as a product; `is_guess` when nothing in the text says so."""

    kind: str
    product: str | None = None
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    tokens: Tokens
    kind: str
    product: str | None
    order: int


def tokens_of(text: str) -> Tokens:
    """Return the words of a text, folded: lower case, singular, without numbers of copies."""
    return tuple(_folded(word) for word in _WORD.findall(text[:_TEXT_LENGTH_MAX]))


def _folded(word: str) -> str:
    word = word.casefold()
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@cache
def _phrases() -> tuple[_Phrase, ...]:
    return tuple(
        _Phrase(tokens, kind, product, order)
        for order, (kind, name, product) in enumerate(_names())
        if (tokens := tokens_of(name))
    )


def _names() -> Iterator[tuple[str, str, str | None]]:
    for name, kind in kinds().items():
        yield name, kind.title, None
        yield name, name, None
        for preset in presets(name):
            yield name, preset.name, preset.name
        # What a kind says of itself; a kind that is made from another is not called like it.
        for word, product in vars(kind).get("words", {}).items():
            yield name, word, product or None
    # After all that is named outright, for several kinds may share an alias.
    for name, kind in kinds().items():
        for alias in kind.aliases:
            yield name, alias, None


def candidates(text: str, titles: Mapping[str, str] | None = None) -> tuple[Match, ...]:
    """Return what a label may stand for, the likeliest first; nothing when no word of it is known.

    `titles` has the kinds' titles in another language, with the English ones.
    """
    foreign = _foreign(text, titles or {})
    if foreign is not None:
        return (foreign,)
    for tokens in dict.fromkeys((tokens_of(text), tokens_of(_HUMP.sub(" ", text)))):
        found = _matches(tokens)
        if found:
            return found
    return ()


def image_candidates(image: str) -> tuple[Match, ...]:
    """Return what a container image may be: the end of its repository's name decides, its registry and tag do not."""
    for part in reversed(image.split("@", 1)[0].split("/")):
        tokens = list(tokens_of(part.split(":", 1)[0]))
        while tokens and tokens[-1] in _IMAGE_NOISE:
            tokens.pop()
        if tokens:
            return _matches(tuple(tokens), at_end=True)
    return ()


def unknown() -> Match:
    """Return what stands for a component of which nothing is known."""
    return Match(_matches(tokens_of(UNKNOWN_WORD))[0].kind, is_guess=True)


def kind_with_role(role: Role) -> str:
    """Return the first kind of a role."""
    return next(name for name, kind in kinds().items() if kind.role is role)


def group_kind(title: str) -> str:
    """Return the kind of group that a title speaks of; a private network when it speaks of none."""
    words = set(tokens_of(title))
    for name, kind in GROUP_KINDS.items():
        if any(set(tokens_of(word)) <= words for word in kind.words):
            return name
    return next(name for name, kind in GROUP_KINDS.items() if kind.rank is None)


def kind_of(match: Match) -> type[Component]:
    """Return the class of what was found."""
    return kinds()[match.kind]


def _matches(tokens: Tokens, *, at_end: bool = False) -> tuple[Match, ...]:
    best: dict[str, tuple[tuple[int, int, int], _Phrase]] = {}
    for phrase in _phrases():
        end = _last_end(tokens, phrase.tokens)
        if end is None or (at_end and end < len(tokens)):
            continue
        rank = (len(tokens) - end, -len(phrase.tokens), phrase.order)
        if phrase.kind not in best or rank < best[phrase.kind][0]:
            best[phrase.kind] = rank, phrase
    if not best:
        return ()
    ranked = sorted(best.values(), key=lambda entry: entry[0])
    nearest = ranked[0][0][:2]
    found = [phrase for rank, phrase in ranked if rank[:2] == nearest]
    matches = [Match(phrase.kind, phrase.product or _product(phrase.kind, tokens)) for phrase in found]
    taken = {match.kind for match in matches}
    for phrase in _phrases():
        # A product that begins with these words is another way to use the same thing.
        begins = len(phrase.tokens) > len(tokens) and phrase.tokens[: len(tokens)] == tokens
        if begins and phrase.kind not in taken:
            taken.add(phrase.kind)
            matches.append(Match(phrase.kind, phrase.product))
    return tuple(matches)


def _last_end(tokens: Tokens, wanted: Tokens) -> int | None:
    for start in range(len(tokens) - len(wanted), -1, -1):
        if tokens[start : start + len(wanted)] == wanted:
            return start + len(wanted)
    return None


def _product(kind: str, tokens: Tokens) -> str | None:
    """Return the product of a kind that is named anywhere among the words."""
    named: Sequence[_Phrase] = [phrase for phrase in _phrases() if phrase.kind == kind and phrase.product]
    found = [phrase for phrase in named if _last_end(tokens, phrase.tokens) is not None]
    return max(found, key=lambda phrase: (len(phrase.tokens), -phrase.order)).product if found else None


def _foreign(text: str, titles: Mapping[str, str]) -> Match | None:
    joined = "".join(tokens_of(text))
    by_title = {kind.title: name for name, kind in kinds().items()}
    for theirs, english in titles.items():
        if joined and english in by_title and joined.endswith("".join(tokens_of(theirs))):
            return Match(by_title[english])
    return None
