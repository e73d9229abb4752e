"""The faults that can be injected, live or on schedule: what they strike and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simcore.limits import FAULT_FACTOR_MAX
from simcore.scenario.document import Scenario
from simcore.scenario.groups import group_members

#: Unit of the factor of a fault that strikes one shard: its number, as people count.
SHARD = "shard"
#: What a fault or a healing may name as its place.
PLACES = ("node_id", "edge_id", "region", "other_region", "group_id")
#: Something still to come in a run: time (s), order within a moment, live change.
Planned = tuple[float, int, dict[str, Any]]
#: The order of a healing that a live fault brought along: before whatever else is planned for the same moment.
HEALING = -2


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One fault: English title and help, what it strikes, and its factor's default, unit and greatest value.

    The factor is None for faults that have no strength; its unit is "x" (times), "s", "ratio" or "shard" (its number).
    One that does not last is over by itself, so that it cannot be given a duration.
    """

    title: str
    help: str
    target: Literal["node", "edge"]
    factor: float | None = None
    unit: str = "x"
    factor_max: float = FAULT_FACTOR_MAX
    lasts: bool = True


FAULTS: Mapping[str, FaultSpec] = {
    "crash": FaultSpec(
        "Crash",
        "Refuses at once; requests in service fail, and whatever was only in memory is lost.",
        "node",
    ),
    "hang": FaultSpec(
        "Hang",
        "Accepts requests and never answers until healed, so that callers wait for their own timeout.",
        "node",
    ),
    "slow": FaultSpec("Slow down", "Serves every request slower by a factor.", "node", factor=10.0),
    "restart": FaultSpec(
        "Restart",
        "Crashes, and comes back by itself after a time, with empty memory.",
        "node",
        factor=10.0,
        unit="s",
        lasts=False,
    ),
    "crash_shard": FaultSpec(
        "Crash one shard",
        "One shard stops: requests for its records fail at once, all others go on. It has its records when it is healed.",
        "node",
        factor=1.0,
        unit=SHARD,
        factor_max=64.0,
    ),
    "flush": FaultSpec(
        "Empty the cache", "Forgets every entry at once and goes on working.", "node", lasts=False
    ),
    "partition": FaultSpec(
        "Cut", "Nothing passes this connection; callers wait for their own timeout.", "edge"
    ),
    "cut_requests": FaultSpec(
        "Cut requests", "Requests are lost on the way; answers to earlier ones still arrive.", "edge"
    ),
    "cut_answers": FaultSpec(
        "Cut answers", "Requests arrive and are worked on, but no answer comes back.", "edge"
    ),
    "loss": FaultSpec(
        "Lose packets",
        "A share of the calls is lost on this connection; their callers wait for their own timeout.",
        "edge",
        factor=0.1,
        unit="ratio",
        factor_max=1.0,
    ),
    "delay": FaultSpec(
        "Delay", "The network delay of this connection grows by a factor.", "edge", factor=10.0
    ),
}


#: Faults of a connection that may strike what joins two regions.
REGION_PAIRS = ("partition", "cut_requests", "cut_answers", "loss", "delay")


def shard_of(fault: str, factor: float) -> int | None:
    """Return the number of the shard that a fault strikes, from 1 on; None when it strikes no single one."""
    return int(factor) if FAULTS[fault].unit == SHARD else None


def parts_of(scenario: Scenario, change: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a fault or healing of a region or group means for each component in it; nothing for one of two regions."""
    if change.get("other_region"):
        return []
    if change.get("group_id"):
        here = group_members(scenario.nodes, scenario.groups, change["group_id"])
    else:
        here = [node for node in scenario.sorted_nodes if node.component.region == change["region"]]
    if change["type"] == "fault":
        here = [node for node in here if change["fault"] in node.component.faults]
    rest = {name: value for name, value in change.items() if name not in ("region", "group_id")}
    return [{**rest, "node_id": node.id} for node in here]


def edges_between(scenario: Scenario, one: str, other: str) -> list[str]:
    """Return the connections between two regions, in order of their identifiers."""
    places = {node.id: node.component.places() for node in scenario.nodes}
    ends = ((one, other), (other, one))
    return [
        edge.id
        for edge in scenario.sorted_edges
        if any(here in places[edge.source] and there in places[edge.target] for here, there in ends)
    ]


def planned_changes(scenario: Scenario) -> list[Planned]:
    """Return the document's faults and their healings as live changes in order of time."""
    plan: list[Planned] = []
    for position, fault in enumerate(scenario.faults):
        place = {name: getattr(fault, name) for name in PLACES if getattr(fault, name) is not None}
        breaking = {"type": "fault", "fault": fault.fault, "factor": fault.factor, **place}
        plan.append((fault.at_s, 2 * position, breaking))
        if fault.duration_s is not None:
            plan.append((fault.at_s + fault.duration_s, 2 * position + 1, {"type": "heal", **place}))
    return sorted(plan, key=lambda item: item[:2])


def plan_healing(plan: list[Planned], change: Mapping[str, Any], now_s: float) -> list[Planned]:
    """Return what is still to come once a live fault or healing has had the last word on its place.

    A healing that an earlier fault of that place brought along goes, and one that this fault asks for is planned. Parts
    of a region or group are places of their own.
    """
    if change.get("group_id") or (change.get("region") and not change.get("other_region")):
        return plan
    place = _place_of(change)
    rest = [item for item in plan if item[1] != HEALING or _place_of(item[2]) != place]
    if change["type"] == "heal" or not change.get("duration_s") or not FAULTS[change["fault"]].lasts:
        return rest
    healing = (now_s + change["duration_s"], HEALING, {"type": "heal", **place})
    return sorted([*rest, healing], key=lambda item: item[:2])


def _place_of(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: change[name] for name in PLACES if change.get(name) is not None}
