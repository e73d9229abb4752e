"""Recorded traffic that populations can follow: only its course counts, its level is the request rate.

All from the access logs of the World Cup 98 site (Arlitt & Jin, Internet Traffic Archive), requests counted per minute.
"""

from __future__ import annotations

from typing import Literal

from simcore.components.base import Component
from simcore.curves import Curve
from simcore.params import param

#: Mean of each hour over May 1998, before the tournament: people at work by day, quiet nights.
WORKING_DAY = (
    0.748, 0.725, 0.718, 0.698, 0.63, 0.621, 0.761, 0.788, 0.903, 0.964, 0.993, 1.081,
    1.224, 1.32, 1.368, 1.391, 1.397, 1.318, 1.261, 1.224, 1.157, 1.059, 0.867, 0.783,
)  # fmt: skip
#: Mean of each hour over June 1998, with matches in the afternoon and in the evening.
MATCH_DAY = (
    0.63, 0.584, 0.535, 0.523, 0.477, 0.474, 0.533, 0.564, 0.573, 0.561, 0.576, 0.653,
    0.837, 1.081, 1.627, 2.174, 2.202, 1.721, 1.257, 1.643, 1.963, 1.368, 0.78, 0.662,
)  # fmt: skip
#: Requests per second on 8 July 1998 from 18:00, every 5 minutes: a semi-final, its crowd, and its end.
FLASH_CROWD_RPS = (
    307, 321, 327, 342, 336, 341, 352, 353, 376, 408, 458, 606, 828, 1060, 1241, 1385, 1517, 1667, 1778, 1904,
    2000, 2112, 2136, 2077, 2168, 2399, 2433, 2423, 2479, 2575, 2735, 2702, 2792, 2996, 3374, 3536, 2554, 1307, 896, 732,
    700, 641, 592, 578, 538, 515, 489, 476, 426, 398, 392, 386, 343, 343, 343, 319, 306, 307, 305, 289,
)  # fmt: skip
_STEP_S = 300.0


def flash_crowd(at_s: float, duration_s: float) -> Curve:
    """Return the factor of the recorded crowd: 1 until `at_s`, then its whole evening within a time, then its last value."""
    pace = duration_s / (_STEP_S * (len(FLASH_CROWD_RPS) - 1))
    first = FLASH_CROWD_RPS[0]
    return Curve(
        tuple((at_s + _STEP_S * pace * step, rps / first) for step, rps in enumerate(FLASH_CROWD_RPS))
    )


class Recorded(Component):
    """A population whose rate may follow what was recorded elsewhere."""

    day_profile: Literal["smooth", "working_day", "match_day"] = param(
        "smooth",
        label="Sort of day",
        group="course of the rate",
        choices={
            "smooth": "Smooth",
            "working_day": "A recorded working day",
            "match_day": "A recorded day with events",
        },
        help="What a day looks like: one smooth wave, or the hours of a recorded one.",
        source="World Cup 98 access logs (Arlitt & Jin): means of each hour over May and over June 1998",
        moves={"working_day": "offered changes", "match_day": "offered changes"},
    )
    crowd_length_s: float = param(
        17_700.0,
        label="Crowd length",
        unit="s",
        ge=1,
        le=31_536_000,
        group="course of the rate",
        help="Time that the recorded crowd takes, from the rate before to the rate after it; its top is 11.5 times the rate before.",
        source="World Cup 98 access logs (Arlitt & Jin): 8 July 1998, 18:00 to 22:55",
        moves="offered changes",
    )

    def recorded_hours(self) -> tuple[float, ...]:
        """Return the hours of the recorded day, none for a smooth one."""
        return {"working_day": WORKING_DAY, "match_day": MATCH_DAY}.get(self.day_profile, ())
