"""The preview of hit ratios beside exact theory and beside runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcore.analysis.capacity import compute_load
from simcore.analysis.hits import hit_ratio
from simcore.analysis.theory.caches import fifo_hit_ratio, lfu_hit_ratio, lru_hit_ratio, ttl_hit_ratio, zipf
from simcore.components._preview import Memory
from simcore.program import Eviction
from simcore.scenario.parse import parse
from tests.scenarios import Json, draw, request_class, run

POPULARITY = zipf(20_000, 0.9)
NO_WRITES = np.zeros_like(POPULARITY)
ONE_EACH = np.ones_like(POPULARITY)


@pytest.mark.parametrize("capacity", [50, 2_000, 15_000])
@pytest.mark.parametrize(
    ("eviction", "theory"),
    [
        (Eviction.LRU, lru_hit_ratio),
        (Eviction.FIFO, fifo_hit_ratio),
        (Eviction.RANDOM, fifo_hit_ratio),
        (Eviction.LFU, lfu_hit_ratio),
    ],
)
def test_replacement_is_as_in_theory(eviction: Eviction, theory: object, capacity: int) -> None:
    memory = Memory(capacity, math.inf, eviction=eviction)
    found = hit_ratio(memory, 100 * POPULARITY, NO_WRITES, ONE_EACH)
    assert callable(theory)
    assert found == pytest.approx(theory(POPULARITY, capacity), abs=1e-6)


@pytest.mark.parametrize("sliding", [False, True])
def test_times_to_live_are_as_in_theory(sliding: bool) -> None:
    memory = Memory(math.inf, 30.0, sliding=sliding)
    found = hit_ratio(memory, 100 * POPULARITY, NO_WRITES, ONE_EACH)
    assert found == pytest.approx(ttl_hit_ratio(POPULARITY, 100.0, 30.0, sliding=sliding), abs=1e-9)


def test_a_key_that_is_written_as_often_as_read_is_there_half_of_the_time() -> None:
    rates = 100 * POPULARITY
    assert hit_ratio(Memory(math.inf, math.inf), rates, rates, ONE_EACH) == pytest.approx(0.5)


def test_nothing_fits_and_everything_fits() -> None:
    assert hit_ratio(Memory(0, math.inf), POPULARITY, NO_WRITES, ONE_EACH) == 0.0
    assert hit_ratio(Memory(20_000, math.inf), POPULARITY, NO_WRITES, ONE_EACH) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("cache", "server", "write_share", "copies"),
    [
        ({"capacity_entries": 300, "ttl_s": 0.0}, {}, 0.0, 1),
        ({"capacity_entries": 300, "ttl_s": 20.0}, {}, 0.0, 1),
        ({"capacity_entries": 300, "ttl_s": 5.0, "ttl_mode": "sliding"}, {}, 0.0, 1),
        ({"capacity_entries": 300, "ttl_s": 0.0, "eviction_policy": "fifo"}, {}, 0.2, 1),
        ({"capacity_entries": 3_000, "ttl_s": 0.0}, {}, 0.3, 1),
        ({"capacity_entries": 3_000, "ttl_s": 0.0}, {"write_policy": "write_around"}, 0.3, 1),
        ({"capacity_entries": 300, "ttl_s": 0.0}, {}, 0.0, 3),
    ],
)
def test_runs_hit_as_often_as_the_preview_says(
    cache: Json, server: Json, write_share: float, copies: int
) -> None:
    caches = {f"c{number}": ("cache", cache) for number in range(copies)}
    wires = " ".join(f"s>{name}" for name in caches)
    document = draw(
        {
            "u": ("users", {"arrival_rate_rps": 500.0}),
            "s": ("web_server", {"service_time_mean_s": 0.0, **server}),
            "d": ("database", {"read_time_mean_s": 0.0001, "write_time_mean_s": 0.0001}),
            **caches,
        },
        f"u>s s>d {wires}",
        classes=[
            request_class("read", share=1 - write_share, key_count=5_000, zipf_exponent=0.9),
            request_class("write", share=write_share, key_count=5_000, zipf_exponent=0.9),
        ],
    )
    scenario = parse(document).scenario
    assert scenario is not None
    load = compute_load(scenario, caches="warm")
    simulation = run(document, 60.0)
    before = _reads(simulation.summary())
    simulation.advance(160.0)
    reads, hits = (now - then for now, then in zip(_reads(simulation.summary()), before, strict=True))
    assert load.hit_ratios["c0"] == pytest.approx(hits / reads, abs=0.02)
    at_database = load.nodes["d"].rates_rps["read"]
    assert at_database == pytest.approx(500.0 * (1 - write_share) * (1 - hits / reads), rel=0.06)


def _reads(summary: Json) -> tuple[float, float]:
    """Return how often the caches were asked, and how often they had what was wanted."""
    books = [item for name, item in summary["nodes"].items() if name.startswith("c")]
    hits = sum(item["hits"] for item in books)
    return hits + sum(item["misses"] for item in books), hits
