"""Caches with real keys."""

from __future__ import annotations

from simcore.analysis.theory.caches import fifo_hit_ratio, lfu_hit_ratio, lru_hit_ratio, ttl_hit_ratio, zipf
from tests.scenarios import Json, draw, request_class
from tests.theory.oracle import PATIENT
from tests.validation.case import Case, Expected, steady
from tests.validation.cases import PUBLISHED
from tests.validation.measures import hit_ratio

_FORMS = {"lru": lru_hit_ratio, "fifo": fifo_hit_ratio, "random": fifo_hit_ratio, "lfu": lfu_hit_ratio}


def cache_aside(
    cache: Json, *, key_count: int, zipf_exponent: float, rate_rps: float = 1000.0, **users: object
) -> Json:
    """Return users, a server and a cache in which only keys matter: nothing takes any time."""
    return draw(
        {
            "users": (
                "users",
                {"arrival_rate_rps": rate_rps, "arrival_process": "constant", **PATIENT, **users},
            ),
            "server": ("web_server", {"service_time_mean_s": 0.0, "health_check_interval_s": 300.0}),
            "cache": ("cache", {"service_time_mean_s": 0.0, "ttl_s": 0.0, **cache}),
        },
        "users>server server>cache",
        classes=[request_class(key_count=key_count, zipf_exponent=zipf_exponent)],
    )


def replacement(policy: str, key_count: int, exponent: float, capacity: int) -> Case:
    """Return a full cache under Zipf's law."""
    case_id = f"LRU-{key_count}-{exponent}-{capacity}"
    public = case_id in PUBLISHED
    position = {"lru": 0, "fifo": 1, "random": 1, "lfu": 2}[policy]
    truth = PUBLISHED[case_id][position] if public else _FORMS[policy](zipf(key_count, exponent), capacity)
    return Case(
        f"{policy.upper()}-{key_count}-{exponent}-{capacity}",
        f"{policy.upper()} cache of {capacity}, {key_count} keys, Zipf {exponent}",
        f"{policy.upper()} 캐시 {capacity}개, 키 {key_count}개, Zipf {exponent}",
        {"lru": "Che", "lfu": "most popular keys"}.get(policy, "Gelenbe; Fricker et al."),
        # Theory is itself an approximation that gets better as the cache grows.
        {"hit_ratio": Expected(truth, 0.003, bias=0.0015, absolute=True)},
        steady(
            cache_aside(
                {"capacity_entries": capacity, "eviction_policy": policy},
                key_count=key_count,
                zipf_exponent=exponent,
            ),
            2_000_000,
            {"hit_ratio": hit_ratio()},
        ),
        public=public,
    )


def time_to_live(
    rate_rps: float, ttl_s: float, *, sliding: bool = False, key_count: int = 1, exponent: float = 0.0
) -> Case:
    """Return entries that live for a while after they were filled, or after they were last hit."""
    mode = "sliding" if sliding else "fixed"
    public = (rate_rps, ttl_s, key_count) == (0.2, 10.0, 1)
    truth = ttl_hit_ratio(zipf(key_count, exponent), rate_rps, ttl_s, sliding=sliding)
    cache = {"ttl_s": ttl_s, "capacity_entries": key_count, "ttl_mode": mode}
    return Case(
        f"TTL-{mode}" if public else f"TTL-{mode}-{key_count}",
        f"{mode} time to live {ttl_s} s, {rate_rps}/s over {key_count} keys",
        f"{'연장형' if sliding else '고정형'} TTL {ttl_s}초, 키 {key_count}개에 초당 {rate_rps}회",
        "1 - e^(-λT)" if sliding else "λT/(1 + λT)",
        {"hit_ratio": Expected(PUBLISHED[f"TTL-{mode}"] if public else truth, 0.01)},
        steady(
            cache_aside(
                cache,
                key_count=key_count,
                zipf_exponent=exponent,
                rate_rps=rate_rps,
                arrival_process="poisson",
            ),
            1_000_000,
            {"hit_ratio": hit_ratio()},
        ),
        public=public,
    )


_SIZES = ((1000, 0.8, 100), (10_000, 0.8, 100), (10_000, 0.8, 1000), (10_000, 1.0, 1000))

CASES = (
    *(replacement(policy, *size) for size in _SIZES for policy in ("lru", "fifo", "random", "lfu")),
    replacement("lru", 100_000, 0.9, 5_000),
    replacement("lru", 2_000, 0.0, 500),
    time_to_live(0.2, 10.0),
    time_to_live(0.2, 10.0, sliding=True),
    time_to_live(1000.0, 5.0, key_count=10_000, exponent=0.9),
    time_to_live(1000.0, 5.0, sliding=True, key_count=10_000, exponent=0.9),
)
