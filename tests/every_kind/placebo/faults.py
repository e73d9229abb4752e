"""Cases for faults: each that a kind may have, and how strong it is, planned for the third second of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simcore.components import kinds
from simcore.components.base import Role
from simcore.moves import Move, moves_in
from simcore.scenario.faults import FAULTS
from tests.every_kind.placebo.case import FAULT, SUBJECT, Case, Finding, findings
from tests.every_kind.placebo.scenes import fitting, scene, works
from tests.scenarios import Json

AT_S = 2.0
#: What each fault does. Those of connections strike the way from a client to a server.
MOVES: Mapping[str, str] = {
    "crash": "completed down",
    "hang": "completed down",
    "restart": "completed down",
    "slow": "latency up",
    "flush": "hit_ratio down",
    "crash_shard": "completed down",
    "partition": "failed up",
    "cut_requests": "failed up",
    "cut_answers": "failed up",
    "loss": "failed up",
    "delay": "latency up",
}
#: What a controller does is seen at those whom it controls.
CONTROLLER_MOVES = "instances down"
#: Two strengths of those that have one, the weaker first.
STRENGTHS: Mapping[str, tuple[float, float]] = {
    "slow": (2.0, 20.0),
    "restart": (1.0, 6.0),
    "loss": (0.05, 0.5),
    "delay": (2.0, 50.0),
}
#: A controller that has much to do, and soon.
_BUSY: Json = {"period_s": 3.0, "boot_delay_s": 1.0}


def fault_findings() -> Iterator[tuple[str, str, list[Finding]]]:
    """Yield each fault and each kind that may have it ("edge" for connections), and what it was found to do."""
    for kind, cls in sorted(kinds().items()):
        for fault in cls.faults:
            yield fault, kind, _findings(_of_kind(kind, fault), _moves(kind, fault))
    for fault, spec in FAULTS.items():
        if spec.target == "edge":
            yield fault, "edge", _findings(_of_edge(fault), moves_in(MOVES[fault]))


def _findings(cases: list[Case], moves: tuple[Move, ...]) -> list[Finding]:
    return [finding for case in cases for finding in findings(case, moves)]


def _moves(kind: str, fault: str) -> tuple[Move, ...]:
    return moves_in(CONTROLLER_MOVES if kinds()[kind].role is Role.CONTROLLER else MOVES[fault])


def _of_kind(kind: str, fault: str) -> list[Case]:
    controls = kinds()[kind].role is Role.CONTROLLER
    if controls:
        document = scene(kind, _BUSY, callee=works("web_server", 0.05), rate_rps=40.0)
        shows = "instances@callee-1"
    else:
        work = works(kind, 0.002, count=10) if fault == "slow" else works(kind, 0.012)
        often = {"forward_time_mean_s": 0.002, "kept_classes": "static_and_reads", "interval_s": 0.2}
        own = {**work, **fitting(kind, often)}
        document = scene(kind, own, callees=1, client={"timeout_s": 3.0})
        shows = f"{MOVES[fault].split()[0]}@{SUBJECT}"
    return _cases(document, fault, {"node_id": SUBJECT}, shows)


def _of_edge(fault: str) -> list[Case]:
    document = scene("web_server", client={"timeout_s": 1.0})
    for wire in document["edges"]:
        wire["parameters"]["latency_mean_s"] = 0.005
    return _cases(document, fault, {"edge_id": document["edges"][0]["id"]}, MOVES[fault].split()[0])


def _cases(document: Json, fault: str, struck: Json, shows: str) -> list[Case]:
    planned = {"at_s": AT_S, "fault": fault, **struck}
    values: list[tuple[object, object]] = [((), (planned,))]
    if fault in STRENGTHS:
        weak, strong = STRENGTHS[fault]
        values.append((({**planned, "factor": weak},), ({**planned, "factor": strong},)))
    return [
        Case(name="faults", document=document, values=pair, shows=shows, of=FAULT, setting="planned for 2 s")
        for pair in values
    ]
