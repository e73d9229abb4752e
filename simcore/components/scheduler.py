"""The scheduler: it starts batches of jobs by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._parts import Caller, spread, stamp_probe
from simcore.components._prices import Priced, hourly
from simcore.components.base import Callees, Machine, Role
from simcore.params import Names, names_in, param
from simcore.program import Condition, DelayMode, Port, Routing
from simcore.source_words import CatchUp

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label, Target

#: Runs that may be under way or wait at the same time where nothing else limits them.
_RUNS_MAX = 100
#: Signs of life that a stand-by misses in a row until the lease has expired.
_MISSED_SIGNS = 3


class Scheduler(Caller, Machine, Priced):
    """A clock that starts a batch of jobs once in every interval, like cron."""

    title: ClassVar[str] = "Scheduler"
    summary: ClassVar[str] = "Starts a batch of jobs by the clock, in a queue, at a service or at a worker."
    models: ClassVar[str] = (
        "Once in every interval, at a time of its own, or once in every day, a run begins: so many jobs, all at once or each "
        "after a random part of a while. Each job is of one request class, goes to one of those connected in turn, is tried "
        "again when it fails, and is counted here: jobs are work of the system and no requests of people. A run ends with "
        "its last job; when the next one is due before that, it is left out, waits, or begins beside it. Starts that were "
        "missed in a crash are left out or made up for. A scheduler that stands by for another starts nothing as long as its "
        "lease lasts: it asks that one for a sign of life and takes over when too many are missed. Without that, both start "
        "every job."
    )
    leaves_out: ClassVar[str] = (
        "Jobs that wait for the results of others, calendars and time zones, and the lock itself: after a crash in the middle "
        "of a run nobody knows which jobs were done, and when the connection between two schedulers is cut both start. A job that "
        "was left in a queue has ended here. At most 100 missed starts are made up for, and at most 100 runs go on at once."
    )
    group: ClassVar[str] = "compute"
    aliases: ClassVar[tuple[str, ...]] = (
        "cron", "Airflow", "Quartz", "Celery beat", "EventBridge Scheduler", "Kubernetes CronJob", "batch", "timer",
    )  # fmt: skip
    role: ClassVar[Role] = Role.SCHEDULER
    calls_itself: ClassVar[bool] = True
    reports: ClassVar[bool] = False
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.QUEUE: "leaves jobs in",
        Role.SERVICE: "starts jobs at",
        Role.CONSUMER: "starts jobs at",
        Role.SCHEDULER: "stands by for",
    }
    # It serves no requests that could be served slower.
    faults: ClassVar[tuple[str, ...]] = ("crash", "hang", "restart")

    moves_here: ClassVar[Mapping[str, str]] = {"attempts_max": "failed down"}

    schedule: Literal["interval", "daily"] = param(
        "interval",
        group="schedule",
        choices={"interval": "Every so often", "daily": "Once a day"},
        help="Whether a run begins once in every interval, or once in every day.",
        moves={"daily": "offered down"},
    )
    interval_s: float = param(
        60.0,
        label="Interval",
        unit="s",
        ge=0.1,
        le=31_536_000,
        group="schedule",
        help="Time from one start to the next.",
        source="crontab(5): once a minute at most",
        moves="offered down",
    )
    day_length_s: float = param(
        86_400.0,
        label="Length of the day",
        unit="s",
        ge=1,
        le=31_536_000,
        group="schedule",
        help="Length of the simulated day, as populations have it.",
        moves="offered down",
    )
    offset_s: float = param(
        0.0,
        label="Starts after",
        unit="s",
        ge=0,
        le=31_536_000,
        group="schedule",
        help="Time from the beginning of the interval or of the day to the start.",
        source="Our suggestion; crontabs of many machines start at the full hour",
        moves="offered down",
    )
    job_count: int = param(
        100,
        label="Jobs at a time",
        ge=1,
        le=1000,
        group="jobs",
        help="Jobs that each run consists of.",
        source="Our suggestion",
        moves="offered up",
    )
    spread_s: float = param(
        0.0,
        label="Spread over",
        unit="s",
        ge=0,
        le=86_400,
        group="jobs",
        help="Each job of a run begins after a random part of this time; 0 starts all at once.",
        source="Our suggestion; systemd.timer(5): RandomizedDelaySec=0",
        moves="latency down",
    )
    job_class: Names = param(
        "",
        label="Request class",
        group="jobs",
        help="Name of the request class that its jobs belong to: it says what they read or write. Empty or unknown: the first "
        "one. A class with share 0 is of jobs alone.",
        moves="calls changes",
    )
    overlap: Literal["overlap", "skip", "queue"] = param(
        "overlap",
        label="When the last run goes on",
        group="jobs",
        choices={
            "overlap": "Begin the next beside it",
            "skip": "Leave the next out",
            "queue": "Begin the next after it",
        },
        help="What happens when a run is due and the one before it has not ended.",
        source="Kubernetes documentation, CronJob: concurrencyPolicy Allow unless Forbid is set",
        moves={"skip": "failed up", "queue": "latency down"},
    )
    catch_up: Literal["none", "latest", "all"] = param(
        "none",
        label="Missed starts",
        group="schedule",
        choices={"none": "Are left out", "latest": "One start for all of them", "all": "Are all made up for"},
        help="What becomes of starts that fell into a time when it was down.",
        source="cron(8): left out; systemd.timer(5), Persistent=: one start; Airflow, catchup: all",
        moves="offered up",
    )
    lock: Literal["none", "lease"] = param(
        "lease",
        label="Standing by",
        group="lock",
        choices={
            "none": "No lock: it starts everything, too",
            "lease": "Lease: it starts nothing while the other lives",
        },
        help="What a scheduler does that stands by for another one: its connection leads to that one.",
        moves={"none": "offered up"},
    )
    lease_s: float = param(
        15.0,
        label="Lease",
        unit="s",
        ge=0.3,
        le=3600,
        group="lock",
        help="Time without a sign of life after which the one that stands by takes over; it asks three times as often.",
        source="Kubernetes, leader election: lease 15 s",
        moves="offered down",
    )
    timeout_s: float = param(
        300.0, label="Timeout", unit="s", gt=0, le=86_400, group="calls", moves="failed down",
        help="How long it waits for the end of a job before it gives up. The callee goes on working on it.",
        source="Our suggestion",
    )  # fmt: skip
    price_hour_usd: float = hourly(0.0816, "AWS price list, July 2026: m7g.large 0.0816 USD per hour")

    def lower(self, asm: NodeAssembler) -> None:
        """A clock, runs that divide themselves into jobs, and an eye on whom it stands by for."""
        runs = asm.pool(
            "runs",
            capacity=_RUNS_MAX if self.overlap == "overlap" else 1,
            queue_capacity=_RUNS_MAX if self.overlap == "queue" else 0,
        )
        stamp_probe(asm)
        run = asm.label()
        leaders = asm.targets.get(Role.SCHEDULER, ()) if self.lock == "lease" else ()
        schedule = asm.slots("schedule", self._period_s(), self.offset_s, CatchUp[self.catch_up.upper()])
        asm.daemon("clock", outlives=True)
        clock = asm.here()
        asm.wait_for_start(schedule)
        for leader in leaders:
            group = asm.single(leader)
            asm.choose(group)
            asm.branch(Condition.TARGET_HEALTHY, clock, group)
        asm.spawn(run)
        asm.jump(clock)
        self._stamp_run(asm, run, runs)
        for leader in leaders:
            self._stamp_lease(asm, leader)

    def _period_s(self) -> float:
        return self.interval_s if self.schedule == "interval" else self.day_length_s

    def _stamp_run(self, asm: NodeAssembler, run: Label, runs: int) -> None:
        """A run waits until all its jobs have ended, well or badly."""
        full, failed = asm.label(), asm.label()
        count = asm.slot("job_count", self.job_count)
        asm.place(run)
        asm.acquire(runs, on_full=full)
        asm.divide(first_slot=asm.slots("parts", 0, float("inf"), self.job_count))
        asm.answer()
        asm.place(full)
        asm.leave_out(count)
        asm.answer()
        asm.port(Port.PART)
        asm.acquire(asm.pool("jobs", capacity=float("inf")))
        asm.delay(asm.distribution("spread", self.spread_s), "spread", DelayMode.BACKOFF)
        asm.begin_job(asm.slot("class", asm.classes.get(self.sent_class() or "", 0)))
        self.stamp_call(asm, asm.group("targets", _targets(asm), Routing.ROUND_ROBIN), Port.REQUEST, failed)
        asm.end_job(done=True)
        asm.answer()
        asm.place(failed)
        asm.end_job(done=False)
        asm.answer()

    def _stamp_lease(self, asm: NodeAssembler, leader: Target) -> None:
        """Ask for signs of life; the lease expires when too many of them are missed in a row."""
        between_s = self.lease_s / _MISSED_SIGNS
        pause = asm.distribution("lease_pause", between_s)
        timeout = asm.slot("lease_timeout", between_s)
        missed, one = asm.slot("missed_signs", _MISSED_SIGNS), asm.slot("sign", 1)
        group = asm.single(leader)
        silent = asm.label()
        asm.daemon(f"lease of {leader.node_id}")
        loop = asm.here()
        asm.delay(pause, "lease")
        asm.call(
            group, Port.PROBE, timeout_slot=timeout, on_failure=silent, site=f"lease of {leader.node_id}"
        )
        asm.report(leader.edge, answered=True, unhealthy_slot=missed, healthy_slot=one)
        asm.jump(loop)
        asm.place(silent)
        asm.report(leader.edge, answered=False, unhealthy_slot=missed, healthy_slot=one)
        asm.jump(loop)

    def offered_rps(self) -> float:
        """Return the mean rate of jobs."""
        return self.job_count / self._period_s()

    def sent_class(self) -> str | None:
        """Return the class of its jobs."""
        return next(iter(names_in(self.job_class)), "")

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Each job goes to one of those connected; who stands by sends none."""
        if self.lock == "lease" and targets.of(Role.SCHEDULER):
            return {}
        to = [node for role in (Role.CONSUMER, Role.QUEUE, Role.SERVICE) for node in targets.of(role)]
        return spread(to)


def _targets(asm: NodeAssembler) -> list[Target]:
    """Return all that take its jobs."""
    roles = (Role.CONSUMER, Role.QUEUE, Role.SERVICE)
    return [target for role in roles for target in asm.targets.get(role, ())]
