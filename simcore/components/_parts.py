"""Parameters and operations that several kinds have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from simcore.components.base import (
    DATA_ROLES,
    SHAPE_LABELS,
    STAND_BY,
    Callees,
    Component,
    Machine,
    Role,
    ShapeName,
    shape_of,
    values_param,
)
from simcore.params import param
from simcore.program import NONE, Condition, DelayMode, HoldMode, Port, Routing

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label, Target

__all__ = [
    "SHAPE_LABELS",
    "Caller",
    "HealthChecker",
    "ShapeName",
    "Waiter",
    "shape_of",
    "size_param",
    "spread",
    "stamp_probe",
    "stamp_size",
    "values_param",
    "variation",
]


class Waiter(Component):
    """A component that waits for answers."""

    timeout_s: float = param(
        5.0,
        label="Timeout",
        unit="s",
        gt=0,
        le=3600,
        group="calls",
        help="How long it waits for an answer before it gives up. The callee goes on working on the answer.",
        moves="failed down",
    )

    def wait_max_s(self) -> float | None:
        """Return its time-out."""
        return self.timeout_s


class Caller(Waiter):
    """A component that calls others and tries again when a call fails."""

    attempts_max: int = param(
        1,
        label="Attempts",
        ge=1,
        le=20,
        group="calls",
        help="How often it tries in all before the request fails; 1 means no retry.",
        moves="failed down, retries up",
    )
    backoff_base_s: float = param(
        0.1,
        label="Retry pause",
        unit="s",
        ge=0,
        le=60,
        group="calls",
        help="Longest pause before the first retry; it doubles each time, and the actual pause is drawn at random below it.",
        source="gRPC proposal A6: initial backoff 0.1 s, multiplier 2",
        moves="latency up",
    )

    def tries(self) -> float:
        """Return its attempts."""
        return float(self.attempts_max)

    def patience_s(self) -> float | None:
        """Return the time-outs of all attempts."""
        return self.timeout_s * self.attempts_max

    def stamp_call(self, asm: NodeAssembler, group: int, port: Port, on_failure: Label | None = None) -> None:
        """Stamp a call with its retries; a failure that remains goes to `on_failure`, or to the caller's caller."""
        timeout = asm.slot("timeout", self.timeout_s)
        attempts = asm.slot("attempts", self.attempts_max)
        backoff = asm.distribution("backoff", self.backoff_base_s)
        again, retry = asm.label(), asm.label()
        asm.place(again)
        asm.call(group, port, timeout_slot=timeout, on_failure=retry)

        def try_again() -> None:
            asm.place(retry)
            pause = asm.label()
            asm.branch(Condition.ATTEMPTS_LEFT, pause, attempts)
            if on_failure is None:
                asm.fail()
            else:
                asm.jump(on_failure)
            asm.place(pause)
            asm.delay(backoff, "backoff", DelayMode.BACKOFF)
            asm.jump(again)

        asm.aside(try_again)


class HealthChecker(Machine):
    """A component that finds out by regular checks which of its targets are healthy."""

    health_check_interval_s: float = param(
        2.0,
        label="Check interval",
        unit="s",
        ge=0.05,
        le=300,
        group="health checks",
        help="Pause between two health checks of the same target.",
        source="HAProxy configuration manual: inter 2 s",
        moves="failed up",
    )
    health_check_timeout_s: float = param(
        1.0,
        label="Check timeout",
        unit="s",
        gt=0,
        le=120,
        group="health checks",
        help="A check that takes longer counts as failed.",
        moves="failed up",
    )
    unhealthy_threshold: int = param(
        3,
        ge=1,
        le=100,
        group="health checks",
        help="Failed checks in a row after which a target gets no more requests.",
        source="HAProxy configuration manual: fall 3",
        moves="failed up",
    )
    healthy_threshold: int = param(
        2,
        ge=1,
        le=100,
        group="health checks",
        help="Good checks in a row after which a target gets requests again.",
        source="HAProxy configuration manual: rise 2",
        moves="imbalance up",
    )

    def detection_s(self) -> float | None:
        """Return the mean time from a death to the last of the failed checks that it takes."""
        return self.health_check_interval_s * (self.unhealthy_threshold - 0.5)

    def stamp_health_checks(self, asm: NodeAssembler, targets: Sequence[Target]) -> None:
        """Stamp one looping check per target."""
        interval = asm.distribution("health_check_interval", self.health_check_interval_s)
        timeout = asm.slot("health_check_timeout", self.health_check_timeout_s)
        unhealthy = asm.slot("unhealthy_threshold", self.unhealthy_threshold)
        healthy = asm.slot("healthy_threshold", self.healthy_threshold)
        for target in targets:
            group = asm.single(target)
            asm.daemon(f"check {target.node_id}")
            loop = asm.here()
            failed = asm.label()
            asm.delay(interval, "health checks")
            asm.call(
                group, Port.PROBE, timeout_slot=timeout, on_failure=failed, site=f"check {target.node_id}"
            )
            asm.report(target.edge, answered=True, unhealthy_slot=unhealthy, healthy_slot=healthy)
            asm.jump(loop)
            asm.place(failed)
            asm.report(target.edge, answered=False, unhealthy_slot=unhealthy, healthy_slot=healthy)
            asm.jump(loop)


def instance_count() -> Any:
    """Declare how many instances of itself a component runs: what an autoscaler changes."""
    return param(
        1,
        label="Instances",
        ge=1,
        le=100,
        group="processing",
        help="Equal copies that share one line of requests, as behind an ideal balancer. An autoscaler changes their number; "
        "a copy works at full speed as soon as it has booted.",
        moves="queue_length down, cost up",
    )


def stamp_probe(asm: NodeAssembler) -> None:
    """Answer health checks as long as the process lives, without taking a worker (a check of the open port)."""
    listener = asm.pool("listener", capacity=float("inf"))
    asm.port(Port.PROBE)
    asm.acquire(listener)
    asm.answer()


def data_targets(asm: NodeAssembler) -> tuple[Target, ...]:
    """Return whatever keeps records for this node."""
    return tuple(target for role in DATA_ROLES for target in asm.targets.get(role, ()))


def data_group(
    asm: NodeAssembler, port: Port, cluster: int, members: Sequence[Target], routing: Routing
) -> int:
    """Declare the members of one cluster as a call's targets; without a primary any of them will do."""
    if members[0] not in asm.targets.get(Role.DATABASE, ()):
        routing = Routing.ROUND_ROBIN
    return asm.group(f"{port.name.lower()} {cluster}", members, routing, cluster=cluster)


def stamp_by_shard(
    asm: NodeAssembler, targets: Sequence[Target], stamp: Callable[[int, list[Target]], None]
) -> None:
    """Stamp what is to be done at the cluster that has the key: several independent ones each have a share of the keys.

    `stamp` gets the index of a cluster and those of its members that are connected.
    """
    clusters: dict[int, list[Target]] = {}
    for target in targets:
        clusters.setdefault(target.cluster, []).append(target)
    after = asm.label()
    for number, cluster in enumerate(sorted(clusters)):
        skip = asm.label()
        last = number == len(clusters) - 1
        if not last:
            mine = asm.label()
            asm.branch(Condition.KEY_SHARD, mine, number, len(clusters))
            asm.jump(skip)
            asm.place(mine)
        stamp(cluster, clusters[cluster])
        if not last:
            asm.jump(after)
        asm.place(skip)
    asm.place(after)


#: Name of the targets that take all requests whose class no other names.
OTHERS = "others"


def stamp_by_class(
    asm: NodeAssembler, targets: Sequence[Target], stamp: Callable[[str, list[Target]], None]
) -> None:
    """Stamp what is to be done at the targets that take the request's class; those that name none take all others.

    `stamp` gets a name, `OTHERS` for the rest, and the targets.
    """
    named = sorted({number for target in targets for number in target.classes or ()})
    after = asm.label()
    for number in named:
        mine, skip = asm.label(), asm.label()
        asm.branch(Condition.CLASS, mine, number)
        asm.jump(skip)
        asm.place(mine)
        stamp(f"class {number}", [target for target in targets if number in (target.classes or ())])
        asm.jump(after)
        asm.place(skip)
    stamp(OTHERS, [target for target in targets if target.classes is None])
    asm.place(after)


def size_param() -> float:
    """Declare the time that each kilobyte of a request's payload costs."""
    return cast(
        "float",
        param(
            0.0,
            label="Time per kilobyte",
            unit="s",
            ge=0,
            le=60,
            group="processing",
            advanced=True,
            help="Time that each kilobyte of the payload adds to the work.",
            moves="utilization up",
        ),
    )


def stamp_size(asm: NodeAssembler, time_per_kb_s: float, pool: int = NONE) -> None:
    """Stamp the work that grows with the payload, if there is any; `pool` as in `NodeAssembler.hold`."""
    if time_per_kb_s > 0.0:
        asm.hold(size_time(asm, time_per_kb_s), "sizes", HoldMode.PER_BYTE, pool=pool)


def size_time(asm: NodeAssembler, time_per_kb_s: float) -> int:
    """Keep the time of one byte."""
    return asm.distribution("size_time", time_per_kb_s / 1000.0)


def variation(shape: ShapeName, cv: float) -> float:
    """Return the coefficient of variation of a distribution; that of a list of values is taken for 1."""
    fixed = {"constant": 0.0, "exponential": 1.0, "empirical": 1.0, "hyperexponential": max(1.0, cv)}
    return fixed.get(shape, cv)


def spread(targets: Sequence[str], calls: float = 1.0) -> dict[str, float]:
    """Divide calls evenly among targets."""
    return {target: calls / len(targets) for target in targets}


def stand_by(targets: Sequence[str], calls: Mapping[str, float]) -> dict[str, float]:
    """Return the calls, and next to none to those targets that stand by."""
    return {target: calls.get(target, STAND_BY) for target in targets}


def spread_by_class(
    targets: Callees, divide: Callable[[Sequence[str]], Mapping[str, float]] = spread
) -> dict[str, float]:
    """Divide requests among the services that take their class; `divide` says how it does so among equals."""
    calls: dict[str, float] = {}
    for share, takers in targets.ways:
        for target, ratio in divide(takers).items():
            calls[target] = calls.get(target, 0.0) + share * ratio
    return calls
