"""Cases for the parameters of groups: regions, zones and private networks around a server and its database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simcore.regions import ANYWHERE, REGION_TITLES, REGIONS
from tests.every_kind.placebo.case import GROUP, Case
from tests.scenarios import Json, draw

_HERE = "here"


def _shop(kind: str, own: Mapping[str, Any] | None = None, *, home: str = ANYWHERE) -> Json:
    """Return a server in a group, its database in another one of the kind, and users at home."""
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 20.0, "region": home}),
        "server": ("web_server", {"instance_count": 2}),
        "database": ("database", {}),
    }
    document = draw(nodes, "client>server server>database")
    for node in document["nodes"]:
        if node["id"] != "client":
            node["group_id"] = _HERE if node["id"] == "server" else "there"
    groups = [(_HERE, dict(own or {})), ("there", {"region": home} if kind == "region" else {})]
    document["groups"] = [
        {"id": name, "kind": kind, "name": name, "x": 0, "y": 0, "parameters": parameters}
        for name, parameters in groups
    ]
    return document


def _case(name: str, values: Sequence[Any], shows: str, setting: str, document: Json) -> Case:
    return Case(
        name=name,
        document=document,
        values=values,
        shows=shows,
        setting=setting,
        at=_HERE,
        of=GROUP,
        until_s=3.0,
    )


def _far(home: str, choices: Sequence[str]) -> Case:
    return _case(
        "region",
        (ANYWHERE, *choices),
        "latency",
        f"all others in {REGION_TITLES[home]}",
        _shop("region", home=home),
    )


def _own(name: str, values: Sequence[Any]) -> Case:
    return _case(name, values, "cost@server", "an own data centre", _shop("region", {"tenure": "own"}))


#: Cases by the kind of the group.
CASES: Mapping[str, Sequence[Case]] = {
    "region": [
        _far("seoul", [name for name in REGIONS[1:] if name != "seoul"]),
        _far("tokyo", ["seoul"]),
        _case("tenure", ("cloud", "own"), "cost@server", "two instances", _shop("region")),
        _own("bought_ratio", (1.0, 5.0)),
        _own("own_price_ratio", (0.1, 5.0)),
        _own("fixed_month_usd", (0.0, 100_000.0)),
    ],
    "zone": [_case("zone_delay_s", (0.0, 0.01), "latency", "the database in another zone", _shop("zone"))],
}
