"""Cases for what callers have in common: time limits, retries, circuit breakers, copies, health checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simcore.components import kinds
from simcore.components.base import DATA_ROLES, Role
from tests.every_kind.placebo.case import Case, Maker
from tests.every_kind.placebo.scenes import called_role, calls_data, scene, stand_in, works
from tests.scenarios import Json, fault, heal

#: Retries as the cases have them unless they are about this.
_TRIES: Json = {"timeout_s": 0.05, "attempts_max": 4, "backoff_base_s": 0.2}


def _here(kind: str) -> str:
    return "@subject" if kinds()[kind].role is Role.CONSUMER else ""


def _many(kind: str) -> Json:
    """Return the parameters of a consumer that has hardly anything to do but to call."""
    return works(kind, 0.001, count=200) if kinds()[kind].role is Role.CONSUMER else {}


def _lossy(
    name: str, values: Sequence[Any], shows: str, *, loss: float = 0.5, rate_rps: float = 50.0, **own: Any
) -> Maker:
    """Return a maker of a caller whose calls are lost at random; "{here}" is where its own failures show."""

    def cases(kind: str) -> Sequence[Case]:
        document = scene(
            kind, {**_many(kind), **_TRIES, **own}, callees=1, link={"loss_ratio": loss}, rate_rps=rate_rps
        )
        return [
            Case(
                name=name,
                document=document,
                values=values,
                shows=shows.format(here=_here(kind)),
                setting=f"{loss:.0%} of the calls are lost",
            )
        ]

    return cases


def timeout_s(kind: str) -> Sequence[Case]:
    """Answers that take a tenth of a second, more or less."""
    own = (
        {"replication_mode": "synchronous"}
        if called_role(kind) is kinds()[kind].role is Role.DATABASE
        else {}
    )
    writes = kinds()[kind].role in DATA_ROLES
    document = scene(
        kind,
        own,
        callees=1,
        link={"latency_mean_s": 0.05, "latency_distribution": "exponential"},
        operation="write" if writes else "",
    )
    return [
        Case(
            name="timeout_s",
            document=document,
            values=(0.1, 2.0),
            shows=f"failed{_here(kind)}",
            setting="round trips of 0.1 s on average",
        )
    ]


def _overloaded(name: str, values: Sequence[Any], shows: str, setting: str, **own: Any) -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        role = called_role(kind)
        assert role is not None
        callee = {**works(stand_in(role), 0.025), "queue_capacity": 10_000}
        document = scene(
            kind,
            {**_many(kind), "timeout_s": 0.5, "attempts_max": 1, **own},
            callees=1,
            callee=callee,
            rate_rps=60.0,
        )
        shown = shows.format(here=_here(kind))
        return [Case(name=name, document=document, values=values, shows=shown, setting=setting)]

    return cases


def _hedged(name: str, values: Sequence[Any], **own: Any) -> Maker:
    def cases(kind: str) -> Sequence[Case]:
        shaky = {"latency_mean_s": 0.02, "latency_distribution": "lognormal", "latency_cv": 4.0}
        document = scene(kind, own, callees=3 if calls_data(kind) else 2, link=shaky, rate_rps=100.0)
        return [
            Case(
                name=name,
                document=document,
                values=values,
                shows="latency_p99",
                setting="a network that is slow now and then",
            )
        ]

    return cases


def _checked(
    name: str, values: Sequence[Any], figure: str, *steps: tuple[float, Json], setting: str, **own: Any
) -> Maker:
    """Return a maker of a component that watches those it calls, one of which has a failure."""

    def cases(kind: str) -> Sequence[Case]:
        role = kinds()[kind].role
        if role in DATA_ROLES and called_role(kind) is role:  # members of a cluster bring cases of their own
            return []
        data = calls_data(kind)
        ill = "callee-3" if data else "callee-2"
        document = scene(
            kind,
            {"timeout_s": 0.2, "health_check_interval_s": 0.5, **own},
            callees=3 if data else 2,
            rate_rps=30.0,
        )
        places = "callee-2+callee-3" if data else "callee-1+callee-2"
        return [
            Case(
                name=name,
                document=document,
                values=values,
                shows=figure if figure == "failed" else f"{figure}@{places}",
                until_s=15.0,
                steps=tuple((at_s, {**change, "node_id": ill}) for at_s, change in steps),
                setting=setting,
            )
        ]

    return cases


_CRASH = (2.0, fault("crash"))
_HANG = (2.0, fault("hang"))
_BREAKER: Json = {
    "breaker": "consecutive",
    "breaker_failures_max": 3,
    "breaker_open_s": 1.0,
    "attempts_max": 1,
}
_BY_RATIO: Json = {**_BREAKER, "breaker": "failure_ratio", "breaker_calls_min": 10}


def breaker_window_s(kind: str) -> Sequence[Case]:
    """All is well for long enough, then nothing comes through."""
    document = scene(kind, {**_TRIES, **_BY_RATIO, "breaker_open_s": 60.0}, callees=1)
    cut = fault("partition", edge_id="subject-callee-1")
    return [
        Case(
            name="breaker_window_s",
            document=document,
            values=(0.5, 30.0),
            shows="calls@subject-callee-1",
            until_s=20.0,
            warmup_s=10.0,
            steps=((10.0, cut),),
            setting="the network is cut after ten good seconds",
        )
    ]


MAKERS: Mapping[str, Maker] = {
    "timeout_s": timeout_s,
    "attempts_max": _lossy("attempts_max", (1, 4), "failed{here}, retries"),
    "backoff_base_s": _lossy("backoff_base_s", (0.05, 1.0), "latency{here}"),
    "retry_backoff": _lossy("retry_backoff", ("exponential", "none", "fixed"), "latency{here}"),
    "backoff_max_s": _lossy(
        "backoff_max_s", (0.1, 20.0), "latency{here}", backoff_base_s=1.0, attempts_max=5
    ),
    "retry_budget_ratio": _lossy("retry_budget_ratio", (0.05, 1.0), "retries"),
    "retry_budget_burst": _lossy("retry_budget_burst", (1, 300), "retries", retry_budget_ratio=0.01),
    "propagate_deadline": _overloaded(
        "propagate_deadline", (False, True), "wasted", "half again as many requests as it can serve"
    ),
    "cancel_on_timeout": _overloaded(
        "cancel_on_timeout", (False, True), "wasted", "half again as many requests as it can serve"
    ),
    "calls_in_flight_max": _overloaded(
        "calls_in_flight_max", (1, 1000), "failed{here}", "many calls at once", timeout_s=100.0
    ),
    "breaker": _lossy(
        "breaker",
        ("none", "failure_ratio", "consecutive"),
        "calls@callee-1",
        **{**_BY_RATIO, "breaker_failure_ratio": 0.3},
    ),
    "breaker_failure_ratio": _lossy("breaker_failure_ratio", (0.2, 0.9), "calls@callee-1", **_BY_RATIO),
    "breaker_calls_min": _lossy(
        "breaker_calls_min", (5, 150), "calls@callee-1", **{**_BY_RATIO, "breaker_failure_ratio": 0.3}
    ),
    "breaker_window_s": breaker_window_s,
    "breaker_failures_max": _lossy("breaker_failures_max", (2, 20), "calls@callee-1", **_BREAKER),
    "breaker_open_s": _lossy("breaker_open_s", (0.1, 5.0), "calls@callee-1", **_BREAKER),
    "breaker_probe_count": _lossy("breaker_probe_count", (1, 10), "calls@callee-1", **_BREAKER),
    "hedging": _hedged("hedging", (False, True)),
    "hedge_delay_s": _hedged("hedge_delay_s", (0.02, 1.0), hedging=True),
    "health_check_interval_s": _checked(
        "health_check_interval_s", (0.2, 5.0), "failed", _CRASH, setting="one of two crashes"
    ),
    "health_check_timeout_s": _checked(
        "health_check_timeout_s", (0.1, 3.0), "failed", _HANG, setting="one of two hangs"
    ),
    "unhealthy_threshold": _checked(
        "unhealthy_threshold", (1, 20), "failed", _CRASH, setting="one of two crashes"
    ),
    "healthy_threshold": _checked(
        "healthy_threshold",
        (1, 20),
        "imbalance",
        _CRASH,
        (5.0, heal()),
        setting="one of two crashes and is back",
    ),
}
