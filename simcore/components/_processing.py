"""How work gets done where many want it at once: who is next, on which core, and what they cost each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simcore.components._parts import size_time, stamp_size
from simcore.components.base import Component
from simcore.params import param
from simcore.program import NONE, Discipline, HoldMode

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class Contended(Component):
    """A component whose work slows down with its own concurrency (universal scalability law)."""

    contention_ratio: float = param(
        0.0,
        label="Contention",
        unit="ratio",
        ge=0,
        le=1,
        group="processor",
        help="Share of the work that only one request can do at a time: each further one makes all slower by this share.",
        source="Gunther 1993, universal scalability law, alpha; PostgreSQL 17 reads fit 0.06 to 0.10",
        moves="latency up",
    )
    coherency_ratio: float = param(
        0.0,
        label="Crosstalk",
        unit="ratio",
        ge=0,
        le=1,
        group="processor",
        help="Slow-down for each pair of requests that run at once: beyond some load more of them get less done.",
        source="Gunther 1993, universal scalability law, beta; PostgreSQL 17 reads fit 0.0002 to 0.001",
        moves="latency up",
    )

    @property
    def contention(self) -> tuple[float, float]:
        """The law's two coefficients."""
        return self.contention_ratio, self.coherency_ratio

    def contended(self, pool: int) -> int:
        """Return the pool whose concurrency stretches a hold, or NONE when it does not matter."""
        return pool if any(self.contention) else NONE


class Lined(Component):
    """A component with a line of waiting requests."""

    queue_discipline: Literal["fifo", "lifo", "priority"] = param(
        "fifo",
        label="Who is next",
        group="processing",
        choices={
            "fifo": "First come, first served",
            "lifo": "Last come, first served",
            "priority": "By priority of the request class",
        },
        help="Which of the waiting requests gets the next free worker. Last come, first served keeps some answers fast in an overload.",
        moves={"lifo": "latency_p99 up", "priority": "latency changes"},
    )

    @property
    def discipline(self) -> Discipline:
        """Who gets the next free worker."""
        return Discipline[self.queue_discipline.upper()]


class Cored(Contended):
    """A component with processor cores apart from its workers."""

    core_count: int = param(
        0,
        label="Processor cores",
        ge=0,
        le=10_000,
        group="processor",
        help="Cores for its own work; a worker that waits for others needs none. 0 means as many as there are workers.",
        moves="latency down",
    )
    core_scheduling: Literal["fifo", "priority", "preemptive", "sharing"] = param(
        "fifo",
        label="Scheduling",
        group="processor",
        choices={
            "fifo": "In order of arrival",
            "priority": "By priority of the request class",
            "preemptive": "By priority, interrupting the less important",
            "sharing": "All at once, sharing the cores",
        },
        help="How the cores are given to requests when there are more than cores.",
        source="Kleinrock 1976, Queueing Systems II: processor sharing is the limit of short time slices",
        moves={
            "priority": "latency changes",
            "preemptive": "latency changes",
            "sharing": "latency_p99 changes",
        },
    )

    def cores(self) -> int:
        """Return the processor cores; 0 means as many as workers."""
        return self.core_count

    def working(self, worker_count: int) -> int:
        """Return how many of so many workers can work at once."""
        return min(worker_count, self.cores() or worker_count)

    def stamp_work(
        self,
        asm: NodeAssembler,
        service: int,
        workers: int,
        time_per_kb_s: float = 0.0,
        purpose: str = "service",
    ) -> None:
        """Work on a core, or on the worker's own one; it is given back before anybody else is asked."""
        if not self.cores():
            asm.hold(service, purpose, pool=self.contended(workers))
            stamp_size(asm, time_per_kb_s, self.contended(workers))
        elif self.core_scheduling == "sharing":
            share = asm.share("cores", capacity=self.cores(), contention=self.contention)
            asm.per_instance("cores.share", self.cores())
            asm.hold_shared(service, share, purpose)
            if time_per_kb_s > 0.0:
                asm.hold_shared(size_time(asm, time_per_kb_s), share, "sizes", HoldMode.PER_BYTE)
        else:
            cores = asm.pool(
                "cores",
                capacity=self.cores(),
                discipline=Discipline[self.core_scheduling.upper()],
                contention=self.contention,
            )
            asm.per_instance("cores.capacity", self.cores())
            asm.acquire(cores)
            asm.hold(service, purpose, pool=cores)
            stamp_size(asm, time_per_kb_s, cores)
            asm.release(cores)
