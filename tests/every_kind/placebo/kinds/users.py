"""Cases for the users: how many requests they send and when, to a server that does one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from simcore.components._crowds import DEVICES
from simcore.regions import REGIONS
from tests.every_kind.placebo.case import SUBJECT, Case
from tests.every_kind.placebo.scenes import scene
from tests.scenarios import Json, draw

_SERVER = {
    "service_time_mean_s": 0.01,
    "service_time_distribution": "constant",
    "worker_count": 1,
    "queue_capacity": 100_000,
}
_WAIT = "wait@callee-1"


def _case(
    name: str,
    values: Sequence[Any],
    shows: str,
    setting: str,
    *,
    until_s: float = 10.0,
    rate_rps: float = 70.0,
    **own: Any,
) -> Case:
    parameters = {"arrival_rate_rps": rate_rps, "timeout_s": 1000.0, **own}
    return Case(
        name=name,
        document=scene(
            "users", {key: value for key, value in parameters.items() if key != name}, callee=_SERVER
        ),
        values=values,
        shows=shows,
        setting=setting,
        until_s=until_s,
        arrivals_stay=False,
    )


def _closed(
    name: str, values: Sequence[Any], shows: str, setting: str = "people who wait", **own: Any
) -> Case:
    people = {"workload_model": "closed", "user_count": 60, "think_time_mean_s": 1.0, **own}
    return _case(name, values, shows, setting, **people)


def _bursty(name: str, values: Sequence[Any], **own: Any) -> Case:
    kept = {"arrival_process": "bursty", "burst_length_mean_s": 1.0, "lull_length_mean_s": 4.0, **own}
    return _case(
        name, values, _WAIT, "a server busy for 50 % of the time", until_s=60.0, rate_rps=50.0, **kept
    )


def _course(name: str, values: Sequence[Any], shape: str, setting: str, **own: Any) -> Case:
    kept = {"traffic_shape": shape, "change_at_s": 2.0, **own}
    return _case(name, values, "offered", setting, until_s=20.0, rate_rps=40.0, **kept)


def _named(name: str, values: Sequence[Any], shows: str, setting: str, **own: Any) -> Case:
    """Return people who have to ask for the address of a server."""
    nodes: dict[str, tuple[str, Json]] = {
        SUBJECT: ("users", {"user_count": 200, "arrival_rate_rps": 50.0, **own}),
        "names": ("dns", {"ttl_s": 1.0, "lookup_time_mean_s": 0.001}),
        "server": ("web_server", {"service_time_mean_s": 0.0, "worker_count": 1000}),
    }
    document = draw(nodes, f"{SUBJECT}>names names>server")
    return Case(
        name=name, document=document, values=values, shows=shows, setting=setting, arrivals_stay=False
    )


def _each(names: Iterable[str]) -> Sequence[str]:
    """Return a list of nothing, and one of each name alone."""
    return ["", *(f"{name} 1" for name in names)]


def _loaded(name: str, values: Sequence[Any], operation: str, *, everybody: str = "anywhere") -> Case:
    """Return people who read or write 10,000 bytes each time, at a server that takes no time of its own."""
    people = {"arrival_rate_rps": 20.0, "timeout_s": 1000.0}
    document = scene(
        "users",
        people,
        callee={"service_time_mean_s": 0.0, "worker_count": 1000},
        operation=operation,
        request={"payload_bytes": 10_000},
        everybody={"region": everybody},
    )
    return Case(
        name=name,
        document=document,
        values=values,
        shows="latency",
        setting=f"10,000 bytes to {operation}",
        arrivals_stay=False,
    )


_RAMP = {"ramp_length_s": 10.0}
_SPIKE = {"spike_rise_s": 2.0, "spike_decay_s": 4.0}

CASES = [
    _case("workload_model", ("open", "closed"), "offered", "100 people", user_count=100),
    _case("arrival_rate_rps", (10.0, 80.0), "offered", "an open population"),
    _case(
        "arrival_process",
        ("poisson", "constant", "bursty"),
        _WAIT,
        "a server busy for 70 % of the time",
        until_s=40.0,
        burst_factor=4.0,
        burst_length_mean_s=0.5,
        lull_length_mean_s=2.0,
    ),
    _closed("user_count", (5, 50), "offered"),
    _closed("think_time_mean_s", (0.5, 5.0), "offered"),
    _closed(
        "think_time_distribution",
        ("exponential", "constant", "lognormal", "hyperexponential", "gamma", "pareto", "empirical"),
        "latency",
        think_time_cv=4.0,
        think_time_values="1, 1, 20",
    ),
    _closed("think_time_cv", (0.2, 5.0), "latency", think_time_distribution="gamma"),
    _closed("think_time_values", ("1", "1, 1, 20"), "latency", think_time_distribution="empirical"),
    _bursty("burst_factor", (1.5, 5.0)),
    _bursty("burst_length_mean_s", (0.1, 2.0), burst_factor=4.0),
    _bursty("lull_length_mean_s", (4.0, 40.0), burst_factor=4.0),
    _course(
        "traffic_shape",
        ("steady", "daily", "ramp", "spike", "crowd", "trace"),
        "steady",
        "twenty seconds",
        **_RAMP,
        **_SPIKE,
        day_length_s=200.0,
        crowd_length_s=30.0,
    ),
    _course(
        "day_profile", ("smooth", "working_day"), "daily", "the first tenth of the day", day_length_s=200.0
    ),
    _course(
        "day_profile", ("smooth", "match_day"), "daily", "the first fifth of the day", day_length_s=100.0
    ),
    _course("crowd_length_s", (20.0, 200.0), "crowd", "a recorded crowd"),
    _named("resolver", ("own", "shared"), "calls@names", "200 people who ask for a name every second"),
    _named(
        "resolver_time_s",
        (0.0, 0.1),
        "latency",
        "200 people who ask for a name every second",
        resolver="shared",
    ),
    _case("access_delay_mean_s", (0.0, 0.1), "latency", "an access network", rate_rps=20.0),
    _case(
        "access_delay_cv",
        (0.1, 4.0),
        "latency_p99",
        "an access network",
        rate_rps=20.0,
        access_delay_mean_s=0.1,
    ),
    _loaded("access_download_bps", (1e5, 1e7), "read"),
    _loaded("access_upload_bps", (1e5, 1e7), "write"),
    _loaded("region_mix", _each(name for name in REGIONS[1:] if name != "seoul"), "read", everybody="seoul"),
    _loaded("region_mix", _each(["seoul"]), "read", everybody="tokyo"),
    _loaded("device_mix", _each(DEVICES), "read"),
    _course("day_length_s", (20.0, 2000.0), "daily", "the first twenty seconds of the day"),
    _course("day_trough_ratio", (0.0, 1.0), "daily", "the first tenth of the day", day_length_s=200.0),
    _course("day_values", ("1, 1", "1, 9"), "daily", "the first tenth of the day", day_length_s=200.0),
    _course("change_at_s", (1.0, 15.0), "spike", "a spike", **_SPIKE),
    _course("ramp_length_s", (1.0, 100.0), "ramp", "a ramp"),
    _course("ramp_from_factor", (0.1, 2.0), "ramp", "a ramp", **_RAMP),
    _course("ramp_to_factor", (0.5, 5.0), "ramp", "a ramp", **_RAMP),
    _course("spike_factor", (2.0, 10.0), "spike", "a spike", **_SPIKE),
    _course("spike_rise_s", (1.0, 15.0), "spike", "a spike", spike_decay_s=1.0),
    _course("spike_decay_s", (1.0, 20.0), "spike", "a spike", spike_rise_s=1.0),
    _course("trace_points", ("0: 20", "0: 20, 20: 200"), "trace", "recorded rates"),
    _course(
        "trace_repeats", (False, True), "trace", "ten seconds of recorded rates", trace_points="0: 100, 10: 0"
    ),
]
