"""Cases for the parameters that many kinds have, made for each kind that has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simcore.components import kinds
from simcore.components.base import Role
from simcore.regions import ANYWHERE, REGION_TITLES, REGIONS
from tests.every_kind.placebo import calling, machines
from tests.every_kind.placebo.case import CLIENT, SUBJECT, Case, Maker
from tests.every_kind.placebo.scenes import fitting, scene, stand_in, works
from tests.every_kind.surroundings import calls, controls
from tests.scenarios import Json, edge

#: Every shape of a distribution, the most usual first.
SHAPES = ("lognormal", "constant", "exponential", "hyperexponential", "gamma", "pareto", "empirical")


def _here(kind: str) -> str:
    """Return where the time of one kind's work shows: some keep nobody waiting."""
    apart = controls(kind) or kinds()[kind].role in (Role.CONSUMER, Role.OBSERVER)
    return "@subject" if apart else ""


def _feed(kind: str) -> str:
    return "@caller-2" if kinds()[kind].role is Role.CONSUMER else "@subject"


def region(kind: str) -> Sequence[Case]:
    """Somewhere else than all others."""
    if kinds()[kind].role is Role.CONTROLLER:
        return []

    def near(home: str, choices: Sequence[str]) -> Case:
        far = {"region": home}
        return Case(
            name="region",
            document=scene(kind, works(kind, 0.001, count=50), rate_rps=20.0, callees=1, everybody=far),
            values=(ANYWHERE, *choices),
            shows=f"latency{_here(kind)}",
            until_s=1.5,
            setting=f"all others in {REGION_TITLES[home]}",
        )

    return [near("seoul", [name for name in REGIONS[1:] if name != "seoul"]), near("tokyo", ["seoul"])]


def breakdowns(kind: str) -> Json:
    """Return a system that is asked now and then, for long."""
    return scene(kind, {"mtbf_s": 20.0, "mttr_s": 10.0}, rate_rps=0.1, callees=0)


def mtbf_s(kind: str) -> Sequence[Case]:
    return [_availability(kind, "mtbf_s", (5.0, 200.0))]


def mttr_s(kind: str) -> Sequence[Case]:
    return [_availability(kind, "mttr_s", (1.0, 60.0))]


def _availability(kind: str, name: str, values: Sequence[float]) -> Case:
    return Case(
        name=name,
        document=breakdowns(kind),
        values=values,
        shows="availability@subject",
        until_s=2000.0,
        setting="fails now and then for half an hour",
    )


def _price(name: str, setting: str, **placed: Any) -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        document = scene(
            kind, callees=1, request={"payload_bytes": 10_000, "request_bytes": 10_000}, **placed
        )
        return [
            Case(
                name=name,
                document=document,
                values=(0.0, 50.0),
                shows="cost@subject",
                until_s=5.0,
                setting=setting,
            )
        ]

    return cases


def price_region_usd(kind: str) -> Sequence[Case]:
    """Everybody else in another region."""
    own = {"region": "seoul", **fitting(kind, {"price_million_usd": 0.0})}
    apart: Json = {"own": own, "everybody": {"region": "tokyo"}}
    (case,) = _price("price_region_usd", "250 answers of 10 kB", **apart)(kind)
    return [replace(case, document=_asked_by_servers(kind, case.document, {"region": "tokyo"}))]


def _asked_by_servers(kind: str, document: Json, parameters: Json) -> Json:
    """Put a server before what users ask directly and calls nobody: what users get has a price of its own."""
    if calls(kind) or document["edges"][0]["source"] != CLIENT:
        return document
    server = {
        **document["nodes"][0],
        "id": "between",
        "kind": stand_in(Role.SERVICE),
        "parameters": parameters,
    }
    wires = [edge(CLIENT, "between"), edge("between", SUBJECT)]
    return {**document, "nodes": [*document["nodes"], server], "edges": wires}


def _slower(name: str, operation: str = "") -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        own = works(kind, 0.005, count=4)
        return [
            Case(
                name=name,
                document=scene(kind, own, operation=operation),
                values=(0.005, 0.04),
                shows=f"latency{_here(kind)}",
                setting="50 requests/s, four at once",
            )
        ]

    return cases


def _workers(name: str) -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        own = works(kind, 0.015)
        figure = f"queue_length{_feed(kind)}" if kinds()[kind].role is Role.CONSUMER else "latency"
        return [
            Case(
                name=name,
                document=scene(kind, own, rate_rps=55.0),
                values=(1, 4),
                shows=figure,
                setting="one alone is busy for 80 % of the time",
            )
        ]

    return cases


def queue_capacity(kind: str) -> Sequence[Case]:
    """Twice as many requests as it can work on."""
    return [
        Case(
            name="queue_capacity",
            document=scene(kind, works(kind, 0.02), rate_rps=100.0),
            values=(2, 200),
            shows="failed, latency",
            setting="twice as many requests as it can serve",
        )
    ]


def _varying(name: str, values: Sequence[Any], **own: Any) -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        parameters = {**works(kind, 0.02, count=200), "service_time_cv": 3.0, **own}
        return [
            Case(
                name=name,
                document=scene(kind, parameters, rate_rps=150.0),
                values=values,
                shows="latency_p99@subject",
                setting="1,500 requests, none of which waits",
            )
        ]

    return cases


def service_time_per_kb_s(kind: str) -> Sequence[Case]:
    """Large requests."""
    return [
        Case(
            name="service_time_per_kb_s",
            document=scene(kind, works(kind, 0.001, count=4), request={"payload_bytes": 10_000}),
            values=(0.0, 0.001),
            shows="utilization@subject",
            until_s=5.0,
            setting="payloads of 10 kB",
        )
    ]


def _contention(name: str, value: float) -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        return [
            Case(
                name=name,
                document=scene(kind, works(kind, 0.02, count=64), rate_rps=300.0),
                values=(0.0, value),
                shows=f"latency{_here(kind)}",
                until_s=5.0,
                setting="six requests at once on average",
            )
        ]

    return cases


def instance_count(kind: str) -> Sequence[Case]:
    """One instance that cannot do it all."""
    return [
        Case(
            name="instance_count",
            document=scene(kind, works(kind, 0.02), rate_rps=60.0),
            values=(1, 3),
            shows=f"queue_length{_feed(kind)}, cost@subject",
            setting="more requests than one instance can serve",
        )
    ]


def price_zone_usd(kind: str) -> Sequence[Case]:
    """Alone in its zone."""
    own = fitting(kind, {"price_million_usd": 0.0})
    document = scene(kind, own, callees=1, request={"payload_bytes": 10_000, "request_bytes": 10_000})
    document = _asked_by_servers(kind, document, {})
    for node in document["nodes"]:
        node["group_id"] = "here" if node["id"] == "subject" else "there"
    document["groups"] = [
        {"id": zone, "kind": "zone", "name": zone, "x": 0, "y": 0} for zone in ("here", "there")
    ]
    setting = "250 answers of 10 kB, all others in another zone"
    return [
        Case(
            name="price_zone_usd",
            document=document,
            values=(0.0, 50.0),
            shows="cost@subject",
            until_s=5.0,
            setting=setting,
        )
    ]


def bought_count(kind: str) -> Sequence[Case]:
    """Many more machines than work."""
    document = scene(kind, {"price_hour_usd": 3.6}, callees=1)
    return [
        Case(
            name="bought_count",
            document=document,
            values=(0, 100),
            shows="cost@subject",
            until_s=5.0,
            setting="one of them is enough",
        )
    ]


#: What makes the cases of a parameter, wherever a kind has one of that name and brings no cases of its own.
MAKERS: Mapping[str, Maker] = {
    "region": region,
    "mtbf_s": mtbf_s,
    "mttr_s": mttr_s,
    "price_hour_usd": _price("price_hour_usd", "five seconds"),
    "price_million_usd": _price("price_million_usd", "250 requests"),
    "price_internet_usd": _price("price_internet_usd", "250 answers of 10 kB"),
    "price_region_usd": price_region_usd,
    "price_zone_usd": price_zone_usd,
    "bought_count": bought_count,
    "service_time_mean_s": _slower("service_time_mean_s"),
    "read_time_mean_s": _slower("read_time_mean_s", "read"),
    "write_time_mean_s": _slower("write_time_mean_s", "write"),
    "forward_time_mean_s": _slower("forward_time_mean_s"),
    "publish_time_mean_s": _slower("publish_time_mean_s"),
    "worker_count": _workers("worker_count"),
    "thread_count": _workers("thread_count"),
    "connection_count": _workers("connection_count"),
    "channel_count": _workers("channel_count"),
    "instance_count": instance_count,
    "queue_capacity": queue_capacity,
    "service_time_distribution": _varying(
        "service_time_distribution",
        SHAPES,
        service_time_values="1, 10",
        service_time_distribution="lognormal",
    ),
    "service_time_cv": _varying("service_time_cv", (0.5, 4.0), service_time_distribution="lognormal"),
    "service_time_values": _varying(
        "service_time_values", ("1", "1, 1, 1, 20"), service_time_distribution="empirical"
    ),
    "service_time_per_kb_s": service_time_per_kb_s,
    "contention_ratio": _contention("contention_ratio", 0.1),
    "coherency_ratio": _contention("coherency_ratio", 0.02),
    **calling.MAKERS,
    **machines.MAKERS,
}
