"""What breaks and is mended by itself: renewal theory, k of n, and parts in series."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import fmean

from tests.scenarios import draw, start
from tests.validation.case import Case, Estimate, Expected, Observation
from tests.validation.cases import PUBLISHED

HOUR_S = 3600.0
#: One system is drawn so often, side by side: the copies are independent samples.
COPIES = 20
#: Breakdowns and repairs between two looks: the log of a run keeps the latest thousand.
EVENTS_PER_LOOK = 300

Parts = Mapping[str, tuple[float, float]]


def availability(parts: Parts, works: Callable[[set[str]], bool], hours: float, seed: int) -> Observation:
    """Return the share of time in which a system works.

    Parameters
    ----------
    parts : each part's mean hours in service and under repair.
    works : is asked with the parts that are down.
    """
    nodes = {
        f"{copy:02}-{name}": ("web_server", {"mtbf_s": up * HOUR_S, "mttr_s": repair * HOUR_S})
        for copy in range(COPIES)
        for name, (up, repair) in parts.items()
    }
    simulation = start(draw(nodes, ""), seed=seed)
    per_hour = 2 * COPIES * sum(1 / (up + repair) for up, repair in parts.values())
    down: list[set[str]] = [set() for _ in range(COPIES)]
    since, lost_s, breakdowns = [0.0] * COPIES, [0.0] * COPIES, 0
    while simulation.now_s < hours * HOUR_S:
        simulation.advance(simulation.now_s + EVENTS_PER_LOOK / per_hour * HOUR_S)
        for event in simulation.frame()["events"]:
            number, name = event["node_id"].split("-", 1)
            copy = int(number)
            if not works(down[copy]):
                lost_s[copy] += event["at_s"] - since[copy]
            since[copy] = event["at_s"]
            down[copy] ^= {name}
            assert (name in down[copy]) == (event["kind"] == "fault")
            breakdowns += name in down[copy]
    assert simulation.check_state() == []
    shares = tuple(1 - lost / simulation.now_s for lost in lost_s)
    return Observation({"availability_ratio": Estimate(fmean(shares), shares)}, breakdowns)


def case(
    case_id: str,
    texts: tuple[str, str],
    source: str,
    parts: Parts,
    works: Callable[[set[str]], bool],
    hours: float,
) -> Case:
    """Return a system whose unavailability must be right within five percent."""
    truth = PUBLISHED[case_id]
    return Case(
        case_id,
        *texts,
        source,
        {"availability_ratio": Expected(truth, 0.05 * (1 - truth), absolute=True)},
        lambda seed, effort: availability(parts, works, hours * effort, seed),
    )


_THREE = dict.fromkeys(("a", "b", "c"), (1000.0, 10.0))
_SERIES = {"front": (9999.0, 1.0), **dict.fromkeys(("a", "b", "c"), (990.0, 10.0)), "store": (999.0, 1.0)}

CASES = (
    case(
        "Avail-1",
        ("one part, MTBF 1,000 h, MTTR 10 h", "부품 하나, MTBF 1,000시간, MTTR 10시간"),
        "renewal",
        {"part": (1000.0, 10.0)},
        lambda down: not down,
        1_000_000,
    ),
    case(
        "Avail-2of3",
        ("two of three such parts", "같은 부품 셋 중 둘"),
        "binomial",
        _THREE,
        lambda down: len(down) < 2,
        6_000_000,
    ),
    case(
        "Avail-series",
        ("0.9999, then two of three at 0.99, then 0.999", "0.9999, 0.99짜리 셋 중 둘, 0.999를 직렬로"),
        "product",
        _SERIES,
        lambda down: not down & {"front", "store"} and len(down & {"a", "b", "c"}) < 2,
        2_000_000,
    ),
)
