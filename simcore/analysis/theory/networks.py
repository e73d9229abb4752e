"""Networks of stations whose shares of time are products over the stations, with as many servers each as wanted."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcore.analysis.theory.stations import Station, mmc

Floats = NDArray[np.float64]


def visit_rates_rps(external_rps: Sequence[float], routing: Sequence[Sequence[float]]) -> list[float]:
    """Return the arrival rate of each station: the traffic equations v = e + Pᵀv.

    Parameters
    ----------
    external_rps : shape (stations,), what arrives from outside.
    routing : shape (stations, stations), the share of those who leave row i that go on to column j.
    """
    equations = np.eye(len(external_rps)) - np.array(routing, dtype=np.float64).T
    return [float(rate) for rate in np.linalg.solve(equations, np.array(external_rps, dtype=np.float64))]


def jackson(
    external_rps: Sequence[float],
    routing: Sequence[Sequence[float]],
    means_s: Sequence[float],
    servers: Sequence[int],
) -> list[Station]:
    """Return each station of an open network with exponential service: as if it were an M/M/c of its own.

    Notes
    -----
    J. R. Jackson 1957; routes that are fixed per request instead of drawn: F. P. Kelly 1975.
    """
    rates = visit_rates_rps(external_rps, routing)
    return [mmc(rate, mean, count) for rate, mean, count in zip(rates, means_s, servers, strict=True)]


@dataclass(frozen=True, slots=True)
class ClosedNetwork:
    """A fixed population that thinks and visits stations for ever; lists are by station."""

    throughput_rps: float
    response_s: float
    populations: tuple[float, ...]
    utilizations: tuple[float, ...]


def closed_network(
    population: int, think_s: float, demands_s: Sequence[float], servers: Sequence[int] | None = None
) -> ClosedNetwork:
    """Return a closed network of one class with exponential service and exponential or any other thinking.

    Parameters
    ----------
    demands_s : service per cycle at each station: visits times mean service time.
    servers : of each station, one by default; a station with several is exact, not approximated.

    Notes
    -----
    Convolution over stations with load-dependent rates (Buzen 1973), in logarithms, so that no population overflows.
    The same numbers as exact mean-value analysis (Reiser and Lavenberg 1980).
    """
    counts = list(servers or [1] * len(demands_s))
    weights = [
        _log_weights(population, demand, count) for demand, count in zip(demands_s, counts, strict=True)
    ]
    thinking = _log_weights(population, think_s, population)
    total = thinking
    for weight in weights:
        total = _log_convolve(total, weight)
    throughput = math.exp(total[population - 1] - total[population])
    populations = []
    for position, weight in enumerate(weights):
        others = thinking
        for other in weights[:position] + weights[position + 1 :]:
            others = _log_convolve(others, other)
        shares = np.exp(weight + others[::-1] - total[population])
        populations.append(float(shares @ np.arange(population + 1)))
    return ClosedNetwork(
        throughput_rps=throughput,
        response_s=population / throughput - think_s,
        populations=tuple(populations),
        utilizations=tuple(
            throughput * demand / count for demand, count in zip(demands_s, counts, strict=True)
        ),
    )


def _log_weights(population: int, demand_s: float, servers: int) -> Floats:
    """Return log(Dⁿ / Π min(j, c)) for n from 0 to the population."""
    if demand_s <= 0:
        return np.concatenate([[0.0], np.full(population, -np.inf)])
    steps = np.log(demand_s) - np.log(np.minimum(np.arange(1, population + 1), max(servers, 1)))
    return np.concatenate([[0.0], np.cumsum(steps)])


def _log_convolve(first: Floats, second: Floats) -> Floats:
    out = np.empty_like(first)
    for count in range(len(first)):
        terms = first[: count + 1] + second[count::-1]
        peak = terms.max()
        out[count] = peak + np.log(np.exp(terms - peak).sum()) if np.isfinite(peak) else -np.inf
    return out


def closed_network_of_classes(
    populations: Sequence[int], thinks_s: Sequence[float], demands_s: Sequence[Sequence[float]]
) -> tuple[list[float], list[float]]:
    """Return (throughput, response time) of each class of a closed network of single servers.

    Parameters
    ----------
    demands_s : shape (classes, stations); at a station that serves in order of arrival, all classes must have the
        same mean service time and differ in their visits only.

    Notes
    -----
    Exact mean-value analysis over all populations up to the given one: Reiser and Lavenberg 1980.
    """
    demands = np.array(demands_s, dtype=np.float64)
    classes = range(len(populations))
    lengths: dict[tuple[int, ...], Any] = {(0,) * len(populations): np.zeros(demands.shape[1])}
    throughputs, responses = [0.0] * len(populations), [0.0] * len(populations)
    # Every vector comes after those that have one customer less.
    for vector in itertools.product(*(range(count + 1) for count in populations)):
        if not any(vector):
            continue
        throughputs, responses = [0.0] * len(populations), [0.0] * len(populations)
        length = np.zeros(demands.shape[1])
        for number in (number for number in classes if vector[number]):
            fewer = tuple(count - (other == number) for other, count in enumerate(vector))
            residence = demands[number] * (1 + lengths[fewer])
            responses[number] = float(residence.sum())
            throughputs[number] = vector[number] / (thinks_s[number] + responses[number])
            length += throughputs[number] * residence
        lengths[vector] = length
    return throughputs, responses


def universal_scalability_rps(concurrency: float, single_rps: float, alpha: float, beta: float) -> float:
    """Return the throughput at a concurrency N: γN / (1 + α(N - 1) + βN(N - 1)). N. Gunther 1993."""
    slow_down = 1 + alpha * (concurrency - 1) + beta * concurrency * (concurrency - 1)
    return single_rps * concurrency / slow_down


def closed_load_dependent_rps(population: int, think_s: float, rates_rps: Sequence[float]) -> float:
    """Return the throughput of users before one station that serves n requests together at `rates_rps[n]` in all.

    Notes
    -----
    A birth-death chain: p(n) ∝ Π (N - j + 1) / (Z r(j)); without thinking all are always at the station.
    """
    if think_s <= 0:
        return float(rates_rps[population])
    logs = [0.0]
    for count in range(1, population + 1):
        logs.append(logs[-1] + math.log((population - count + 1) / (think_s * rates_rps[count])))
    peak = max(logs)
    weights = [math.exp(item - peak) for item in logs]
    flow = sum(weight * rates_rps[count] for count, weight in enumerate(weights) if count)
    return flow / sum(weights)
