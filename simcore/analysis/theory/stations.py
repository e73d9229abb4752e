"""Single stations: requests arrive, wait for one of a number of servers, are served, and leave.

Throughout, `rate_rps` is the arrival rate, `mean_s` the mean service time and `cv` its standard deviation divided by
its mean; arrivals are Poisson and the service times independent of everything unless said otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: Relative accuracy of roots found by bisection.
_ACCURACY = 1e-15


def erlang_b(servers: int, offered_erlangs: float) -> float:
    """Return the share of requests that find all servers of M/G/c/c busy, whatever the law of the service time.

    Notes
    -----
    B(c) = aB(c-1) / (c + aB(c-1)), B(0) = 1. A. K. Erlang 1917; insensitivity: Sevastyanov 1957.
    """
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered_erlangs * blocked / (count + offered_erlangs * blocked)
    return blocked


def erlang_c(servers: int, offered_erlangs: float) -> float:
    """Return the share of requests that have to wait in M/M/c.

    Notes
    -----
    C = B / (1 - ρ(1 - B)) with ρ = a/c. Kleinrock, Queueing Systems 1, 3.5.
    """
    load = _stable(offered_erlangs / servers)
    blocked = erlang_b(servers, offered_erlangs)
    return blocked / (1 - load * (1 - blocked))


@dataclass(frozen=True, slots=True)
class Station:
    """M/M/c in the steady state: who waits, and for how long."""

    rate_rps: float
    mean_s: float
    servers: int
    wait_probability: float

    @property
    def utilization_ratio(self) -> float:
        """Share of the servers' time in which they work."""
        return self.rate_rps * self.mean_s / self.servers

    @property
    def wait_mean_s(self) -> float:
        """Mean time in the queue."""
        return self.wait_probability / self._drain_rps

    @property
    def sojourn_mean_s(self) -> float:
        """Mean time from arrival to answer."""
        return self.wait_mean_s + self.mean_s

    @property
    def queue_length_mean(self) -> float:
        """Mean number of waiting requests, by Little's law."""
        return self.rate_rps * self.wait_mean_s

    def wait_quantile_s(self, level: float) -> float:
        """Return the time in the queue that the given share of all requests does not exceed: P(W > t) = C e^(-dt)."""
        return max(0.0, math.log(self.wait_probability / (1 - level)) / self._drain_rps)

    @property
    def _drain_rps(self) -> float:
        return self.servers / self.mean_s - self.rate_rps


def mmc(rate_rps: float, mean_s: float, servers: int = 1) -> Station:
    """Return M/M/c: exponential service, unbounded queue, first come first served."""
    return Station(rate_rps, mean_s, servers, erlang_c(servers, rate_rps * mean_s))


def mm1_sojourn_quantile_s(rate_rps: float, mean_s: float, level: float) -> float:
    """Return the quantile of the time from arrival to answer in M/M/1, which is exponential at rate μ - λ."""
    return -math.log(1 - level) / (_stable(1 / mean_s, over=rate_rps) - rate_rps)


@dataclass(frozen=True, slots=True)
class BoundedStation:
    """M/M/c/K: `places` requests fit in all, and others are turned away."""

    blocked_ratio: float
    population_mean: float
    busy_mean: float
    sojourn_mean_s: float


def mmck(rate_rps: float, mean_s: float, servers: int, places: int) -> BoundedStation:
    """Return M/M/c/K with K = `places`, those in service included; it is stable at any load.

    Notes
    -----
    Birth and death: p(n) ∝ aⁿ / Π min(j, c). Kleinrock, Queueing Systems 1, 3.6.
    """
    weights = [1.0]
    for count in range(1, places + 1):
        weights.append(weights[-1] * rate_rps * mean_s / min(count, servers))
    total = sum(weights)
    shares = [weight / total for weight in weights]
    population = sum(count * share for count, share in enumerate(shares))
    accepted_rps = rate_rps * (1 - shares[-1])
    return BoundedStation(
        blocked_ratio=shares[-1],
        population_mean=population,
        busy_mean=sum(min(count, servers) * share for count, share in enumerate(shares)),
        sojourn_mean_s=population / accepted_rps,
    )


def mg1_wait_s(rate_rps: float, mean_s: float, cv: float) -> float:
    """Return the mean wait in M/G/1, first come first served.

    Notes
    -----
    λE[S²] / (2(1 - ρ)). Pollaczek 1930, Khinchine 1932.
    """
    load = _stable(rate_rps * mean_s)
    return load * mean_s * (1 + cv * cv) / (2 * (1 - load))


def mg1_ps_sojourn_s(rate_rps: float, mean_s: float) -> float:
    """Return the mean sojourn in M/G/1 with processor sharing, whatever the law of the service time.

    Notes
    -----
    E[T | x] = x / (1 - ρ). Sakata, Noguchi and Oizumi 1971.
    """
    return mean_s / (1 - _stable(rate_rps * mean_s))


def gim1(transform: Callable[[float], float], mean_s: float) -> tuple[float, float]:
    """Return (σ, mean wait in s) of GI/M/1, first come first served.

    Parameters
    ----------
    transform : Laplace transform of the time between arrivals, A*(s) = E[e^(-sA)].

    Notes
    -----
    σ is the root below 1 of σ = A*(μ(1 - σ)) and the share that waits; the wait is σ / (μ(1 - σ)).
    Kleinrock, Queueing Systems 1, 6.4.
    """
    low, high = 0.0, 1.0 - 1e-9
    if transform((1 - high) / mean_s) > high:
        raise ValueError("more arrives than can be served")
    while high - low > _ACCURACY:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if transform((1 - middle) / mean_s) > middle else (low, middle)
    return high, mean_s * high / (1 - high)


def priority_sojourns_s(
    rates_rps: Sequence[float], means_s: Sequence[float], cvs: Sequence[float], *, preemptive: bool
) -> list[float]:
    """Return the mean sojourn (s) of each class of M/G/1 with priorities, the most important class first.

    Parameters
    ----------
    preemptive : whether an important request interrupts another's service, which goes on later where it stopped.

    Notes
    -----
    Not preemptive: wait W0 / ((1 - σ(k-1))(1 - σ(k))) with W0 the residual work of all classes (Cobham 1954).
    Preemptive resume: S/(1 - σ(k-1)) + R(k) / ((1 - σ(k-1))(1 - σ(k))) with R(k) that of the classes up to k.
    Kleinrock, Queueing Systems 2, 3.2 and 3.4.
    """
    residuals = [
        rate * mean * mean * (1 + cv * cv) / 2 for rate, mean, cv in zip(rates_rps, means_s, cvs, strict=True)
    ]
    sojourns, above = [], 0.0
    for position, (rate, mean) in enumerate(zip(rates_rps, means_s, strict=True)):
        upto = _stable(above + rate * mean)
        residual = sum(residuals[: position + 1] if preemptive else residuals)
        service = mean / (1 - above) if preemptive else mean
        sojourns.append(service + residual / ((1 - above) * (1 - upto)))
        above = upto
    return sojourns


def _stable(load: float, *, over: float | None = None) -> float:
    """Return the load (or a service rate that must be `over` the arrival rate), refusing what never settles."""
    if load >= 1 if over is None else load <= over:
        raise ValueError("more arrives than can be served")
    return load
