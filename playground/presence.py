"""Who is here and where they point: kept in memory only, and told to those who are here.

Of a crowd so many are shown, editors first; the others are counted elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from playground import protocol
from playground.limits import EDITORS_SHOWN_MAX, WATCHERS_SHOWN_MAX
from playground.shapes import Permission

#: Seconds between two messages about pointers, by how many browsers get them.
_PAUSES = ((50, 1 / 15), (300, 1 / 5))
_PAUSE_OF_A_CROWD_S = 1 / 2


def clean_name(text: str, *, length_max: int = protocol.PERSON_NAME_LENGTH_MAX) -> str:
    """Return a name as one short line: no control characters, none that turn the direction of what follows."""
    plain = "".join(" " if char.isspace() else char for char in text)
    seen = "".join(char for char in plain if unicodedata.category(char)[0] != "C")
    return " ".join(seen.split())[:length_max].rstrip()


def pause_s(viewer_count: int) -> float:
    """Return how many seconds to leave between two messages about pointers."""
    return next((pause for most, pause in _PAUSES if viewer_count <= most), _PAUSE_OF_A_CROWD_S)


@dataclass(slots=True)
class _Guest:
    name: str
    seat: int
    permission: Permission
    where: protocol.Here | None = None


class Presence:
    """Those who have one scenario open, in the order in which they came."""

    def __init__(self) -> None:
        self._guests: dict[str, _Guest] = {}
        self._shown: list[str] = []
        self._told: list[protocol.Person] = []

    def join(self, viewer_id: str, permission: Permission) -> None:
        """Admit somebody without a name."""
        taken = {guest.seat for guest in self._guests.values()}
        seat = next(number for number in count() if number not in taken)
        self._guests[viewer_id] = _Guest("", seat, permission)
        self._choose_shown()

    def leave(self, viewer_id: str) -> None:
        """Forget somebody."""
        self._guests.pop(viewer_id, None)
        self._choose_shown()

    def introduce(self, viewer_id: str, name: str) -> None:
        """Note somebody's name."""
        self._guests[viewer_id].name = name

    def move(self, viewer_id: str, where: protocol.Here) -> bool:
        """Note where somebody is. Tells whether the others see that one at all."""
        self._guests[viewer_id].where = where
        return viewer_id in self._shown

    def people(self) -> protocol.People:
        """Return who is here, as far as they are shown."""
        return {
            "op": "people",
            "people": [
                {"id": viewer_id, "name": guest.name, "seat": guest.seat, "permission": guest.permission}
                for viewer_id, guest in self._seen()
            ],
        }

    def news(self) -> protocol.People | None:
        """Return who is here if that has changed since the last call."""
        people = self.people()
        if people["people"] == self._told:
            return None
        self._told = people["people"]
        return people

    def around(self) -> protocol.Around:
        """Return where those are who are shown and have told."""
        return {
            "op": "around",
            "people": [
                {
                    "id": viewer_id,
                    "cursor": guest.where.cursor,
                    "selected": guest.where.selected,
                    "view": guest.where.view,
                }
                for viewer_id, guest in self._seen()
                if guest.where is not None
            ],
        }

    def _seen(self) -> Iterator[tuple[str, _Guest]]:
        return ((viewer_id, self._guests[viewer_id]) for viewer_id in self._shown)

    def _choose_shown(self) -> None:
        room = {"edit": EDITORS_SHOWN_MAX, "view": WATCHERS_SHOWN_MAX}
        self._shown = []
        for viewer_id, guest in self._guests.items():
            if room[guest.permission] > 0:
                room[guest.permission] -= 1
                self._shown.append(viewer_id)
