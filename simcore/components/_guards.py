"""What callers do to survive others: deadlines, cancelling, retry budgets, circuit breakers, hedging, bulkheads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simcore.call_words import CallFlag, GateKind, GateStep
from simcore.components._parts import Caller
from simcore.params import param
from simcore.program import Condition, DelayMode, Port

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler
    from simcore.symbols import Label

#: Calls that change nothing and may therefore be sent twice.
_REPEATABLE = {Port.REQUEST, Port.GET, Port.READ}
_BREAKERS = {"failure_ratio": GateKind.BREAKER_RATIO, "consecutive": GateKind.BREAKER_STREAK}


class GuardedCaller(Caller):
    """A caller that can limit what it asks of others and what it wastes."""

    propagate_deadline: bool = param(
        False,
        group="calls",
        help="Whether it tells those it calls when it will stop waiting, so that they stop too and ask nobody further.",
        moves="wasted down",
    )
    cancel_on_timeout: bool = param(
        False,
        label="Cancel abandoned calls",
        group="calls",
        help="Whether those it calls stop working when it no longer waits, after a timeout or when another copy was faster.",
        moves="wasted down",
    )
    calls_in_flight_max: int = param(
        0,
        label="Calls at a time",
        ge=0,
        le=1_000_000,
        group="calls",
        help="Calls that it may have open to the same target (a bulkhead); more fail at once. 0 sets no limit.",
        moves="failed down",
    )
    retry_backoff: Literal["none", "fixed", "exponential"] = param(
        "exponential",
        label="Pause before a retry",
        group="retries",
        choices={"none": "None", "fixed": "Fixed", "exponential": "Exponential with jitter"},
        help="Whether a retry follows at once, after the retry pause, or after a random part of a pause that doubles.",
        source="gRPC proposal A6: exponential backoff with jitter",
        moves={"none": "latency down", "fixed": "latency up"},
    )
    backoff_max_s: float = param(
        20.0,
        label="Longest retry pause",
        unit="s",
        ge=0,
        le=3600,
        group="retries",
        help="The exponential pause grows no further.",
        source="botocore: at most 20 s",
        advanced=True,
        moves="latency up",
    )
    retry_budget_ratio: float = param(
        0.0,
        label="Retry budget",
        unit="ratio",
        ge=0,
        le=10,
        group="retries",
        help="Retries allowed per request on average, whatever the number of attempts. 0 sets no limit.",
        source="Finagle and Envoy: 20 % when a budget is used",
        moves="retries up",
    )
    retry_budget_burst: int = param(
        10,
        label="Retries saved up",
        ge=1,
        le=100_000,
        group="retries",
        help="Unused retries that the budget keeps for later.",
        source="gRPC proposal A6: 10 tokens",
        advanced=True,
        moves="retries up",
    )
    breaker: Literal["none", "failure_ratio", "consecutive"] = param(
        "none",
        label="Circuit breaker",
        group="circuit breaker",
        choices={
            "none": "None",
            "failure_ratio": "Opens at a failure ratio",
            "consecutive": "Opens after failures in a row",
        },
        help="Whether calls to a target that keeps failing are stopped for a while, and what counts as failing.",
        moves="calls down",
    )
    breaker_failure_ratio: float = param(
        0.5,
        label="Failure ratio",
        unit="ratio",
        gt=0,
        le=1,
        group="circuit breaker",
        help="Share of failed calls in the recent past from which on it opens.",
        source="Hystrix: 50 %",
        moves="calls up",
    )
    breaker_window_s: float = param(
        10.0,
        label="Observed time",
        unit="s",
        ge=0.1,
        le=3600,
        group="circuit breaker",
        help="How far back calls are counted for the failure ratio.",
        source="Hystrix: 10 s",
        advanced=True,
        moves="calls changes",
    )
    breaker_calls_min: int = param(
        20,
        label="Calls at least",
        ge=1,
        le=100_000,
        group="circuit breaker",
        help="With fewer calls in that time the failure ratio says nothing.",
        source="Hystrix: request volume threshold 20",
        advanced=True,
        moves="calls up",
    )
    breaker_failures_max: int = param(
        5,
        label="Failures in a row",
        ge=1,
        le=100_000,
        group="circuit breaker",
        help="Failures in a row after which it opens, if it counts these.",
        source="Envoy outlier detection: consecutive_5xx 5",
        moves="calls up",
    )
    breaker_open_s: float = param(
        5.0,
        label="Time open",
        unit="s",
        ge=0.01,
        le=3600,
        group="circuit breaker",
        help="How long no call goes out before a few try again.",
        source="Hystrix: sleep window 5 s",
        moves="calls down",
    )
    breaker_probe_count: int = param(
        1,
        label="Trial calls",
        ge=1,
        le=1000,
        group="circuit breaker",
        help="Calls that must be answered one and all before it closes again.",
        source="Hystrix: 1; Resilience4j: 10",
        advanced=True,
        moves="calls changes",
    )

    def tries(self) -> float:
        """Return its attempts, or what the budget leaves of them in the long run."""
        allowed = 1.0 + self.retry_budget_ratio if self.retry_budget_ratio else float(self.attempts_max)
        return min(float(self.attempts_max), allowed)

    def patience_s(self) -> float | None:
        """Return the time-outs of all attempts; None when those it calls stop with it."""
        return None if self.cancel_on_timeout or self.propagate_deadline else super().patience_s()

    def call_flags(self) -> int:
        """Return what its calls do besides calling, as `CallFlag`."""
        cancels = CallFlag.CANCELS if self.cancel_on_timeout else 0
        return cancels | (CallFlag.SENDS_DEADLINE if self.propagate_deadline else 0)

    def stamp_call(self, asm: NodeAssembler, group: int, port: Port, on_failure: Label | None = None) -> None:
        """Stamp a call with all its guards; a failure that remains goes to `on_failure`, or to the caller's caller."""
        attempts = asm.slot("attempts", self.attempts_max)
        budget, breaker, bulkhead = self._budget(asm), self._breaker(asm, group), self._bulkhead(asm, group)
        again, failed, refused, retry = (asm.label() for _ in range(4))
        if budget is not None:
            asm.gate(budget, GateStep.DEPOSIT)
        asm.place(again)
        if bulkhead is not None:
            asm.acquire(bulkhead, on_full=retry)
        if breaker is not None:
            asm.gate(breaker, on_refusal=refused)
        self.stamp_attempt(asm, group, port, failed)
        if breaker is not None:
            asm.gate(breaker, GateStep.ANSWERED)
        self.stamp_outcome(asm, group, answered=True)
        if bulkhead is not None:
            asm.release(bulkhead)

        def try_again() -> None:
            asm.place(failed)
            if breaker is not None:
                asm.gate(breaker, GateStep.FAILED)
            self.stamp_outcome(asm, group, answered=False)
            asm.place(refused)
            if bulkhead is not None:
                asm.release(bulkhead)
            asm.place(retry)
            pause = asm.label()
            asm.branch(Condition.ATTEMPTS_LEFT, pause, attempts, *([] if budget is None else [budget]))
            if on_failure is None:
                asm.fail()
            else:
                asm.jump(on_failure)
            asm.place(pause)
            self._stamp_pause(asm)
            asm.jump(again)

        asm.aside(try_again)

    def stamp_outcome(self, asm: NodeAssembler, group: int, *, answered: bool) -> None:
        """Stamp what is to be done after each attempt; nothing, unless a kind says so."""

    def stamp_attempt(self, asm: NodeAssembler, group: int, port: Port, failed: Label) -> None:
        """Stamp one attempt of a call, without its guards."""
        timeout = asm.slot("timeout", self.timeout_s)
        asm.call(group, port, timeout_slot=timeout, on_failure=failed, flags=self.call_flags())

    def _stamp_pause(self, asm: NodeAssembler) -> None:
        backoff = asm.distribution("backoff", self.backoff_base_s)
        longest = asm.slot("backoff_max", self.backoff_max_s)
        if self.retry_backoff == "exponential":
            asm.delay(backoff, "backoff", DelayMode.BACKOFF, longest_slot=longest)
        elif self.retry_backoff == "fixed":
            asm.delay(backoff, "backoff")

    def _budget(self, asm: NodeAssembler) -> int | None:
        """Return the bucket of retries: one for all calls of this node, filled by every first attempt."""
        if not self.retry_budget_ratio:
            return None
        return asm.limiter(
            "retry budget",
            GateKind.TOKEN_BUCKET,
            rate_rps=0.0,
            burst=self.retry_budget_burst,
            deposit=self.retry_budget_ratio,
        )

    def _breaker(self, asm: NodeAssembler, group: int) -> int | None:
        if self.breaker == "none":
            return None
        kind = _BREAKERS[self.breaker]
        by_ratio = kind is GateKind.BREAKER_RATIO
        return asm.breaker(
            f"breaker {group}",
            kind,
            failure_ratio=self.breaker_failure_ratio,
            failures=self.breaker_calls_min if by_ratio else self.breaker_failures_max,
            window_s=self.breaker_window_s,
            open_s=self.breaker_open_s,
            probes=self.breaker_probe_count,
        )

    def _bulkhead(self, asm: NodeAssembler, group: int) -> int | None:
        if not self.calls_in_flight_max:
            return None
        return asm.pool(f"calls {group}", capacity=self.calls_in_flight_max, queue_capacity=0)


class HedgingCaller(GuardedCaller):
    """A caller whose calls may be sent twice."""

    hedging: bool = param(
        False,
        group="hedging",
        help="Whether a slow call, unless it writes, is sent a second time to another target; the first answer counts.",
        moves="latency_p99 down",
    )
    hedge_delay_s: float = param(
        0.01,
        label="Wait before the second copy",
        unit="s",
        ge=0,
        le=60,
        group="hedging",
        help="How long it waits for an answer before it sends the second copy; 0 sends both at once.",
        source="Dean & Barroso 2013, The Tail at Scale: second request after 10 ms",
        moves="latency_p99 up",
    )

    def stamp_attempt(self, asm: NodeAssembler, group: int, port: Port, failed: Label) -> None:
        """Stamp one attempt of a call, with its second copy."""
        if self.hedging and port in _REPEATABLE:
            first = asm.slots("hedge", 1, self.timeout_s, self.hedge_delay_s)
            asm.hedge(group, port, first_slot=first, on_failure=failed, flags=self.call_flags())
        else:
            super().stamp_attempt(asm, group, port, failed)
