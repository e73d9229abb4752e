"""Regions of the world, and how long packets travel between them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from simcore.limits import REGIONS_MAX

#: Where a component may be; nowhere in particular is as near to all as if it stood beside them.
RegionName = Literal[
    "anywhere", "seoul", "tokyo", "singapore", "mumbai", "sydney", "frankfurt",
    "amsterdam", "london", "johannesburg", "virginia", "california", "sao_paulo",
]  # fmt: skip
ANYWHERE: RegionName = "anywhere"

#: A region's number is its place in this list, the same in every run.
REGIONS: tuple[RegionName, ...] = get_args(RegionName)
assert len(REGIONS) <= REGIONS_MAX

REGION_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "anywhere": "Anywhere",
        **{name: name.replace("_", " ").title() for name in REGIONS[1:]},
        "sao_paulo": "São Paulo",
    }
)

#: Source of the round trips: microsoft.com, Azure network round-trip latency statistics, 95th percentile over the 30
#: days that ended on 2026-07-30; mean of both directions, within 10 ms (Mumbai: 40 ms).
ROUND_TRIP_SOURCE = "Azure network round-trip latency statistics, July 2026"

#: Round trips (ms) between each region and those before it, in the order of `REGIONS` without the first.
_ROUND_TRIPS_MS: tuple[tuple[float, ...], ...] = (
    (),  # Seoul
    (35.5,),  # Tokyo
    (71.5, 74),  # Singapore
    (126.5, 129, 58.5),  # Mumbai
    (134.5, 105, 98, 151.5),  # Sydney
    (271.5, 248, 179, 150.5, 290.5),  # Frankfurt
    (267, 241, 181.5, 153, 282, 14),  # Amsterdam
    (261.5, 236, 183, 150.5, 277, 19.5, 12.5),  # London
    (252.5, 254.5, 200.5, 134, 347.5, 173, 171, 169),  # Johannesburg
    (191.5, 165, 229, 216, 206.5, 97, 90, 80, 225.5),  # Virginia
    (133.5, 109.5, 171.5, 224, 141.5, 157.5, 152, 144, 278.5, 73),  # California
    (292.5, 270, 337, 320, 298, 200, 190, 183.5, 326.5, 120, 170.5),  # São Paulo
)


def number_of(region: str) -> int:
    """Return the number of a region."""
    return REGIONS.index(region)


def are_apart(one: str, other: str) -> bool:
    """Tell whether two places are in different regions; anywhere is in none."""
    return one != other and ANYWHERE not in (one, other)


def delay_s(one: str, other: str) -> float:
    """Return how long a packet takes from one region to another (s), half of a round trip; 0 within one."""
    if not are_apart(one, other):
        return 0.0
    low, high = sorted((number_of(one), number_of(other)))
    return _ROUND_TRIPS_MS[high - 1][low - 1] / 2000.0
