"""Many copies and many tries: quorums, fan-out, retries, availability, placement and choice among servers."""

from __future__ import annotations

import math
from collections.abc import Sequence

_STEPS = 200


def quorum_mean_s(count: int, need: int, mean_s: float) -> float:
    """Return the mean time until `need` of `count` answers are there, each exponential and independent.

    Notes
    -----
    Order statistics: mean · Σ 1/i for i from n - k + 1 to n. David and Nagaraja, Order Statistics, 2.5.
    """
    return mean_s * sum(1 / left for left in range(count - need + 1, count + 1))


def quorum_quantile_s(count: int, need: int, mean_s: float, level: float) -> float:
    """Return the time within which `need` of `count` exponential answers are there with probability `level`."""
    low, high = 0.0, mean_s * 100
    for _ in range(_STEPS):
        middle = (low + high) / 2
        ready = k_of_n(count, need, -math.expm1(-middle / mean_s))
        low, high = (middle, high) if ready < level else (low, middle)
    return high


def k_of_n(count: int, need: int, probability: float) -> float:
    """Return the probability that at least `need` of `count` independent things are well: availability, readiness."""
    return sum(
        math.comb(count, well) * probability**well * (1 - probability) ** (count - well)
        for well in range(need, count + 1)
    )


def availability(up_mean_s: float, down_mean_s: float) -> float:
    """Return the share of time that something works that breaks and is repaired again and again (renewal theory)."""
    return up_mean_s / (up_mean_s + down_mean_s)


def fan_out_slow_ratio(leaf_count: int, slow_ratio: float) -> float:
    """Return the share of requests that wait for at least one slow leaf. Dean and Barroso, The tail at scale, 2013."""
    return -math.expm1(leaf_count * math.log1p(-slow_ratio))


def attempts_mean(failure_ratio: float, attempts_max: int) -> float:
    """Return the mean number of attempts when each fails independently and is repeated at once."""
    return sum(failure_ratio**number for number in range(attempts_max))


def success_ratio(failure_ratio: float, attempts_max: int) -> float:
    """Return the share of requests of which one attempt succeeds."""
    return 1 - failure_ratio**attempts_max


def chain_attempts(attempts: Sequence[int]) -> int:
    """Return how often a leaf that always fails is asked per request when every tier above tries so often."""
    return math.prod(attempts)


def ring_share_cv(member_count: int, virtual_count: int) -> float:
    """Return standard deviation / mean of a member's share of a hash ring with random positions.

    Notes
    -----
    The share is Beta(v, v(N - 1)) distributed, so that CV² = (N - 1)/(vN + 1).
    """
    return math.sqrt((member_count - 1) / (virtual_count * member_count + 1))


def ring_moved_ratio(before: int, after: int) -> float:
    """Return the share of keys that change place on a hash ring when its members become more or fewer."""
    return abs(after - before) / max(before, after)


def modulo_moved_ratio(before: int, after: int) -> float:
    """Return the share of keys whose hash has another remainder after the number of members changed."""
    return 1 - min(before, after) / math.lcm(before, after)


def two_choices_sojourn_s(load: float, mean_s: float) -> float:
    """Return the mean sojourn when each request joins the shorter of two random queues among very many.

    Notes
    -----
    Σ ρ^(2^i - 2) service times. Vvedenskaya, Dobrushin and Karpelevich 1996; Mitzenmacher 1996.
    """
    return mean_s * sum(math.pow(load, 2**number - 2) for number in range(1, 20))


def two_choices_tail(load: float, length: int) -> float:
    """Return the share of servers with at least `length` requests, the one in service included: ρ^(2^k - 1)."""
    return math.pow(load, 2**length - 1)


def hedged_quantile_s(mean_s: float, delay_s: float, level: float) -> float:
    """Return the quantile of the faster of two exponential answers, the second asked for `delay_s` later."""
    alone = -math.log(1 - level) * mean_s
    return alone if alone <= delay_s else (alone + delay_s) / 2
