"""Cases for the autoscaler: a server that one instance of is too few for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcore.regions import ANYWHERE, REGION_TITLES, REGIONS
from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json, fault, set_parameter

#: One instance serves 80 requests/s.
_SERVER: Json = {"worker_count": 4, "service_time_mean_s": 0.05}
_QUICK: Json = {"period_s": 5.0, "boot_delay_s": 2.0, "cooldown_in_s": 3600.0}
_SCALED = "instances@callee-1"


def _case(
    name: str,
    values: Sequence[Any],
    setting: str,
    *,
    rate_rps: float = 150.0,
    until_s: float = 40.0,
    steps: tuple[tuple[float, Json], ...] = (),
    shows: str = _SCALED,
    callee: Json | None = None,
    **own: Any,
) -> Case:
    document = scene("autoscaler", {**_QUICK, **own}, callee=callee or _SERVER, rate_rps=rate_rps)
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        until_s=until_s,
        setting=setting,
        steps=steps,
    )


_TWICE = "twice as many requests as one instance can serve"

CASES = [
    _case("measure", ("utilization", "queue_length", "request_rate", "latency"), _TWICE),
    _case("target_value", (0.4, 0.9), _TWICE),
    _case("instances_min", (1, 5), "few requests", rate_rps=10.0),
    _case("instances_max", (2, 8), "many more requests than one instance can serve", rate_rps=400.0),
    _case("tolerance_ratio", (0.05, 0.5), "a little more load than the target value", rate_rps=58.0),
    _case("period_s", (2.0, 30.0), _TWICE, until_s=20.0),
    _case("boot_delay_s", (1.0, 100.0), _TWICE),
    _case("cooldown_out_s", (0.0, 300.0), _TWICE),
    _case(
        "cooldown_in_s",
        (1.0, 3600.0),
        "few requests after many",
        until_s=80.0,
        steps=((30.0, set_parameter("client", "arrival_rate_rps", 5.0)),),
    ),
    *(
        _case(
            "region",
            (ANYWHERE, region),
            f"an outage of {REGION_TITLES[region]}",
            shows="availability@subject",
            until_s=10.0,
            rate_rps=1.0,
            callee={"region": region},
            steps=((5.0, fault("crash", region=region)),),
        )
        for region in REGIONS[1:]
    ),
]
