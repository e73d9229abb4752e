"""Rates at their edges."""

from __future__ import annotations

import pytest

from playground.limits import ADDRESSES_MAX, Bucket, Limiter, Rate


def test_a_bucket_allows_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(Rate(per_s=2, burst=3), now=0.0)
    assert [bucket.take(now=0.0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(now=0.0) == pytest.approx(0.5)
    assert bucket.take(now=0.5) == 0
    assert bucket.take(now=0.5) > 0
    assert [bucket.take(now=1000.0) == 0 for _ in range(4)] == [True, True, True, False]


def test_addresses_have_buckets_of_their_own() -> None:
    limiter = Limiter(Rate(per_s=1, burst=1), clock=lambda: 0.0)
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0
    assert limiter.take("b") == 0


def test_a_limiter_remembers_so_many_addresses() -> None:
    limiter = Limiter(Rate(per_s=1, burst=1), clock=lambda: 0.0)
    for number in range(ADDRESSES_MAX + 1):
        limiter.take(str(number))
    assert len(limiter._buckets) == ADDRESSES_MAX
    assert limiter.take("0") == 0  # forgotten, so it starts afresh
    assert limiter.take(str(ADDRESSES_MAX)) > 0
