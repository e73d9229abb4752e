"""The autoscaler: it changes how many instances of a component run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components.base import Machine, Role
from simcore.params import param
from simcore.program import Condition, ControlStep, Measure

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class Autoscaler(Machine):
    """A control loop that watches a server or worker and gives it more or fewer instances."""

    title: ClassVar[str] = "Autoscaler"
    summary: ClassVar[str] = (
        "Adds instances of a server or worker when the load grows, and takes them away again."
    )
    models: ClassVar[str] = (
        "Once a period it measures its target over that period and asks for as many instances as bring the measure to its "
        "target value, within a tolerance, a minimum and a maximum. New instances work only after they have booted, so "
        "capacity follows the load late. Fewer instances take effect at once, but whoever is being served is served to the "
        "end. When it is down, the number stays as it is."
    )
    leaves_out: ClassVar[str] = (
        "Predictions and schedules, failing boots, cold caches inside an instance, and several autoscalers of one target."
    )
    group: ClassVar[str] = "compute"
    aliases: ClassVar[tuple[str, ...]] = ("HPA", "Auto Scaling group", "KEDA", "managed instance group")
    words: ClassVar[Mapping[str, str]] = {"auto scaler": ""}
    reports: ClassVar[bool] = False
    role: ClassVar[Role] = Role.CONTROLLER
    connects_to: ClassVar[Mapping[Role, str]] = {Role.SERVICE: "scales", Role.CONSUMER: "scales"}

    moves_here: ClassVar[Mapping[str, str]] = {"region": "availability down"}

    # It serves no requests that could be served slower.
    faults: ClassVar[tuple[str, ...]] = ("crash", "hang", "restart")

    measure: Literal["utilization", "queue_length", "request_rate", "latency"] = param(
        "utilization",
        group="goal",
        choices={
            "utilization": "Utilisation of its workers",
            "queue_length": "Waiting requests or messages, per instance",
            "request_rate": "Requests per second, per instance",
            "latency": "Mean latency (s)",
        },
        help="What it looks at; the target value is in the same unit.",
        moves="instances changes",
    )
    target_value: float = param(
        0.6,
        gt=0,
        le=1e9,
        group="goal",
        help="Value of the measure that it tries to keep.",
        moves="instances down",
    )
    instances_min: int = param(
        1,
        label="Fewest instances",
        ge=1,
        le=100,
        group="goal",
        help="It never goes below.",
        moves="instances up",
    )
    instances_max: int = param(
        10,
        label="Most instances",
        ge=1,
        le=100,
        group="goal",
        help="It never goes above.",
        moves="instances up",
    )
    tolerance_ratio: float = param(
        0.1,
        label="Tolerance",
        unit="ratio",
        ge=0,
        le=1,
        group="goal",
        help="Deviations from the target value up to this share change nothing.",
        source="Kubernetes documentation, horizontal pod autoscaling: tolerance 0.1",
        moves="instances down",
    )
    period_s: float = param(
        15.0,
        label="Evaluation period",
        unit="s",
        ge=1,
        le=3600,
        group="delays",
        help="Time over which it measures, and after which it decides.",
        source="Kubernetes documentation, horizontal pod autoscaling: every 15 s",
        moves="instances down",
    )
    boot_delay_s: float = param(
        30.0,
        label="Boot time",
        unit="s",
        ge=0,
        le=3600,
        group="delays",
        help="Time from the decision until a new instance works.",
        source="Measured boot times of virtual machines: about 29 s, from 20 to 120 s",
        moves="instances down",
    )
    cooldown_out_s: float = param(
        0.0,
        label="Cooldown after more",
        unit="s",
        ge=0,
        le=86_400,
        group="delays",
        help="Least time between two decisions to have more instances.",
        source="Kubernetes documentation, horizontal pod autoscaling: scale-up stabilisation 0 s",
        moves="instances down",
    )
    cooldown_in_s: float = param(
        300.0,
        label="Cooldown before fewer",
        unit="s",
        ge=0,
        le=86_400,
        group="delays",
        help="Least time from the latest change to a decision to have fewer instances.",
        source="Kubernetes documentation, horizontal pod autoscaling: scale-down stabilisation 300 s",
        moves="instances up",
    )

    def reaction_s(self) -> float | None:
        """Return the time of a whole period, of the cooldown, and of booting."""
        return max(self.period_s, self.cooldown_out_s) + self.boot_delay_s

    def spare_factor(self) -> float:
        """Return how far its goal is from all being busy; of other measures than utilisation nobody knows."""
        return max(1.0 / self.target_value, 1.0) if self.measure == "utilization" else math.inf

    def lower(self, asm: NodeAssembler) -> None:
        """One loop per target: wait, look, and either put fewer into effect or let more boot."""
        period = asm.distribution("period", self.period_s)
        boot_delay = asm.distribution("boot_delay", self.boot_delay_s)
        lowest, highest = self.instances_min, max(self.instances_min, self.instances_max)
        for target in [*asm.targets.get(Role.SERVICE, ()), *asm.targets.get(Role.CONSUMER, ())]:
            scaler = asm.scaler(
                target,
                Measure[self.measure.upper()],
                self.target_value,
                lowest,
                highest,
                self.cooldown_out_s,
                self.cooldown_in_s,
                self.tolerance_ratio,
            )
            boot = asm.label()
            asm.daemon(f"scale {target.node_id}")
            loop = asm.here()
            asm.delay(period, "period")
            asm.control(ControlStep.SENSE, scaler)
            asm.branch(Condition.MISS, loop)
            asm.spawn(boot)
            asm.jump(loop)
            asm.place(boot)
            asm.delay(boot_delay, "boot")
            asm.control(ControlStep.BOOT, scaler)
            asm.answer()
