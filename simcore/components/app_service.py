"""The application service: a microservice that asks others side by side, and answers without those that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.call_words import CallFlag
from simcore.components.base import Role
from simcore.components.web_server import WebServer
from simcore.params import param
from simcore.program import ControlStep, Port

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Target


class AppService(WebServer):
    """A web server's work, and then calls to other services in turn or all at once, with answers that may lack some."""

    title: ClassVar[str] = "Application service"
    summary: ClassVar[str] = (
        "One service of many: asks its own store and other services, one after the other or side by side."
    )
    models: ClassVar[str] = (
        "A request takes a worker and keeps it until its answer is complete: first its own work, then its own cache and "
        "databases as in a web server, then the services that are connected, in turn or all at once. Each of these calls has its own "
        "timeout, retries, circuit breaker and bulkhead. Where a service may be missing, the answer goes out without what it "
        "would have said and counts as degraded; otherwise the request fails. Side by side, it waits for the slowest of all."
    )
    leaves_out: ClassVar[str] = (
        "Memory and garbage collection, and services of which only some may be missing: to do without one and not without "
        "another takes two application services."
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "microservice", "backend for frontend", "aggregator", "gRPC service", "Spring Boot", "Go service",
    )  # fmt: skip
    calls_itself: ClassVar[bool] = True

    call_order: Literal["sequence", "parallel"] = param(
        "sequence",
        label="Services are called",
        group="calls",
        choices={"sequence": "One after the other", "parallel": "Side by side"},
        help="Whether the answer takes as long as all calls together, or as the slowest of them.",
        moves={"parallel": "latency down"},
    )
    on_service_failure: Literal["fail", "degrade"] = param(
        "fail",
        label="When a service fails",
        group="calls",
        choices={"fail": "The request fails", "degrade": "It answers without it (degraded)"},
        help="What becomes of a request when a service that it calls fails, after all attempts.",
        moves={"degrade": "failed down, degraded up"},
    )

    def stamp_services(self, asm: NodeAssembler) -> None:
        """Call every service, in turn or each in a part of the request."""
        services = asm.targets.get(Role.SERVICE, ())
        degrades = self.on_service_failure == "degrade"
        if not services:
            return
        if degrades:
            asm.control(ControlStep.WHOLE)
        if self.call_order == "parallel" and len(services) > 1:
            asm.divide(
                first_slot=asm.slots("parts", 0, float("inf"), len(services)),
                flags=self.call_flags() | CallFlag.SENDS_DEADLINE,
            )
            asm.aside(lambda: self._stamp_parts(asm, services))
        else:
            for target in services:
                self._stamp_service(asm, target)
        if degrades:
            asm.control(ControlStep.TELL)

    def _stamp_parts(self, asm: NodeAssembler, services: tuple[Target, ...]) -> None:
        """Each part calls one service. It holds a place, so that it ends when the node crashes."""
        calls = [asm.label() for _ in services]
        asm.port(Port.PART)
        asm.acquire(asm.pool("parts", capacity=float("inf")))
        asm.numbered(len(services), 1, lambda number: asm.jump(calls[number]))
        asm.answer()
        for label, target in zip(calls, services, strict=True):
            asm.place(label)
            self._stamp_service(asm, target)
            asm.answer()

    def _stamp_service(self, asm: NodeAssembler, target: Target) -> None:
        """Call one service; if it may be missing, note that it is."""
        if self.on_service_failure == "fail":
            self.stamp_call(asm, asm.single(target), Port.REQUEST)
            return
        missing, after = asm.label(), asm.label()
        self.stamp_call(asm, asm.single(target), Port.REQUEST, missing)
        asm.place(after)

        def note() -> None:
            asm.place(missing)
            asm.control(ControlStep.LACK)
            asm.jump(after)

        asm.aside(note)
