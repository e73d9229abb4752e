"""Availability of what breaks and is mended by itself: renewal theory, k of n, and parts in series."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from simcore import Simulation
from tests.scenarios import draw, start

HOUR_S = 3600.0
SEEDS = (1, 2, 3)
#: One system is drawn so often, side by side: the copies are independent, so that their times add up.
COPIES = 20
#: Breakdowns and repairs between two looks: the log of a run keeps the latest thousand.
EVENTS_PER_LOOK = 300


def copies(part_hours: Mapping[str, tuple[float, float]], *, seed: int) -> Simulation:
    """Return a run of many copies of a system; `part_hours` has each part's mean hours in service and under repair."""
    parts = {
        f"{copy:02}-{name}": ("web_server", {"mtbf_s": mtbf * HOUR_S, "mttr_s": mttr * HOUR_S})
        for copy in range(COPIES)
        for name, (mtbf, mttr) in part_hours.items()
    }
    return start(draw(parts, ""), seed=seed)


def unavailability(
    part_hours: Mapping[str, tuple[float, float]],
    works: Callable[[set[str]], bool],
    *,
    hours: float,
    seed: int,
) -> float:
    """Return the share of time in which a system does not work; `works` is asked with the parts that are down."""
    simulation = copies(part_hours, seed=seed)
    rate = 2 * COPIES * sum(1 / (mtbf + mttr) for mtbf, mttr in part_hours.values())
    look_hours = EVENTS_PER_LOOK / rate
    down: list[set[str]] = [set() for _ in range(COPIES)]
    since = [0.0] * COPIES
    lost_s = 0.0
    while simulation.now_s < hours * HOUR_S:
        simulation.advance(simulation.now_s + look_hours * HOUR_S)
        for event in simulation.frame()["events"]:
            copy, name = event["node_id"].split("-", 1)
            broken = down[int(copy)]
            if not works(broken):
                lost_s += event["at_s"] - since[int(copy)]
            since[int(copy)] = event["at_s"]
            broken ^= {name}
            assert (name in broken) == (event["kind"] == "fault")
    assert simulation.check_state() == []
    return lost_s / (COPIES * simulation.now_s)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_part_is_available_for_its_share_of_a_cycle(seed: int) -> None:
    """Avail-1: MTBF / (MTBF + MTTR) = 0.99010; 10,000 cycles leave a standard error of 1.4 % of the unavailability."""
    simulation = copies({"part": (1000.0, 10.0)}, seed=seed)
    simulation.advance(500 * 1010 * HOUR_S)
    shares = [node["availability_ratio"] for node in simulation.summary()["nodes"].values()]
    assert 1 - sum(shares) / len(shares) == pytest.approx(10 / 1010, rel=0.05)


@pytest.mark.slow
def test_two_of_three_parts_are_enough() -> None:
    """Avail-2of3: 0.99970785 with independent repair.

    About 7,000 times two are down together, for exponential times: a standard error of 1.7 % of the unavailability.
    """
    parts = dict.fromkeys(("a", "b", "c"), (1000.0, 10.0))
    lost = [unavailability(parts, lambda down: len(down) < 2, hours=2_000_000, seed=seed) for seed in SEEDS]
    assert sum(lost) / len(lost) == pytest.approx(1 - 0.9997078523654738, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_parts_in_series_multiply(seed: int) -> None:
    """Avail-series: 0.9999, then two of three at 0.99, then 0.999."""
    parts = {
        "front": (9999.0, 1.0),
        "a": (990.0, 10.0),
        "b": (990.0, 10.0),
        "c": (990.0, 10.0),
        "store": (999.0, 1.0),
    }

    def works(down: set[str]) -> bool:
        return not down & {"front", "store"} and len(down & {"a", "b", "c"}) < 2

    lost = unavailability(parts, works, hours=1_000_000, seed=seed)
    assert lost == pytest.approx(1 - 0.9986024277702, rel=0.05)
