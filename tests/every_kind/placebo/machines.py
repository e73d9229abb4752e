"""Cases for what a kind's machine is: its cores, how they are shared, and how large it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simcore.components._sizes import LADDER
from tests.every_kind.placebo.case import SUBJECT, Case, Maker
from tests.every_kind.placebo.scenes import fitting, scene, works
from tests.scenarios import Json

#: Rungs of the ladder that are too large for the work of these systems: nothing but the price shows.
_LARGEST = ("c7g_4xlarge", "c7g_16xlarge", "r7i_48xlarge", "u_24tb1")
#: As many copies as members, which of a cluster is one: all the work is the subject's own.
_ALONE: Json = {"replica_count": 1, "read_quorum_count": 1, "write_quorum_count": 1}


def _station(kind: str, time_s: float, rate_rps: float, **own: Any) -> Json:
    """Return a component with many workers, none of which waits for anything but a core."""
    parameters = {
        **works(kind, time_s, count=200),
        **fitting(kind, {**_ALONE, "queue_capacity": 10_000}),
        **own,
    }
    return scene(kind, parameters, rate_rps=rate_rps)


def core_count(kind: str) -> Sequence[Case]:
    """More work than one core can do at busy times."""
    return [
        Case(
            name="core_count",
            document=_station(kind, 0.02, 45.0),
            values=(1, 4),
            shows="latency@subject",
            until_s=20.0,
            setting="one core alone is busy for 90 % of the time",
        )
    ]


def core_scheduling(kind: str) -> Sequence[Case]:
    """One core, and two classes, of which the more important one is less work."""
    document = _station(kind, 0.02, 43.0, core_count=1)
    asked = document["workload"]["classes"][0]
    document["workload"]["classes"] = [
        {**asked, "service_time_factor": 0.4},
        {**asked, "name": "less", "priority": 5, "service_time_factor": 1.6},
    ]
    case = Case(
        name="core_scheduling",
        document=document,
        values=("fifo", "priority", "preemptive"),
        shows="latency@subject",
        until_s=40.0,
        setting="a busy core, and half of the work is less important",
    )
    return [case, replace(case, values=("fifo", "sharing"), shows="latency_p99@subject")]


def instance_size(kind: str) -> Sequence[Case]:
    """Work that needs so many cores, on machines that have fewer, about as many, or far more."""

    def case(rate_rps: float, figures: str, *sizes: str) -> Case:
        return Case(
            name="instance_size",
            document=_station(kind, 0.02, rate_rps),
            values=("custom", *sizes),
            shows=figures,
            until_s=20.0,
            setting=f"{rate_rps:.0f} requests/s, each 20 ms of a core",
        )

    same = "latency@subject"
    both = f"{same}, cost@subject"
    return [
        case(90.0, both, "t3_micro", "t3_medium", "m7g_large"),
        case(180.0, both, "m7g_xlarge"),
        case(360.0, both, "m7g_2xlarge"),
        case(50.0, "cost@subject", *_LARGEST),
    ]


def memories(document: Json) -> Sequence[Case]:
    """Return the cases of a component that keeps entries: in 1,000,000,000 bytes of memory there is room for a few large ones."""
    subject = next(node for node in document["nodes"] if node["id"] == SUBJECT)
    large = {"entry_bytes": 1e8}

    def case(name: str, values: Sequence[Any], setting: str, own: Json, figures: str) -> Case:
        nodes = [
            {**node, "parameters": {**node["parameters"], **own}} if node is subject else node
            for node in document["nodes"]
        ]
        return Case(
            name=name, document={**document, "nodes": nodes}, values=values, shows=figures, setting=setting
        )

    hits = f"hit_ratio@{SUBJECT}"
    return [
        case("entry_bytes", (1e7, 1e8), "a machine with 1 GiB", {"instance_size": "t3_micro"}, hits),
        case(
            "instance_size",
            ("custom", *LADDER),
            "entries of 100 MB, and room for four without a machine",
            large,
            f"{hits}, cost@{SUBJECT}",
        ),
    ]


MAKERS: Mapping[str, Maker] = {
    "core_count": core_count,
    "core_scheduling": core_scheduling,
    "instance_size": instance_size,
}
