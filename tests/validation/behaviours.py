"""Behaviours that must emerge, and the tests that hold the engine to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What must be seen (English, Korean), and the tests that look, as paths with the test's name."""

    id: str
    text: tuple[str, str]
    tests: tuple[str, ...]


_NEUTRAL = "tests/properties/test_neutrality.py::"
_SAME = "tests/properties/test_determinism.py::"

BEHAVIOURS = (
    Behaviour(
        "B-diamond",
        (
            "A → {B, C} → D: offered = completed + failed + in flight, whatever the order of nodes and edges",
            "A → {B, C} → D: 노드와 엣지의 순서와 관계없이 유입 = 완료 + 실패 + 처리 중",
        ),
        ("tests/theory/test_retries.py::test_a_diamond_is_the_same_in_any_order",),
    ),
    Behaviour(
        "B-primary",
        (
            "The primary dies: writes fail until a promotion, reads go on",
            "프라이머리가 죽으면 승격될 때까지 쓰기는 실패하고 읽기는 계속됨",
        ),
        (
            "tests/simcore/engine/test_replication.py::test_writes_fail_until_a_replica_is_promoted_and_reads_go_on",
        ),
    ),
    Behaviour(
        "B-amplify",
        (
            "N retries that all fail: 1 + N attempts; five tiers of three attempts: 243 at the leaf",
            "모두 실패하는 재시도 N회: 시도 1 + N회, 3회씩 시도하는 5단 체인: 말단에서 243회",
        ),
        ("tests/theory/test_cases.py::test_case",),
    ),
    Behaviour(
        "B-goodput",
        (
            "Five seconds of overload: immediate retries keep it alive for ever, any one remedy ends it (five seeds)",
            "5초간의 과부하: 즉시 재시도하면 끝나지 않고, 대책 하나만 있어도 끝남(시드 다섯 개)",
        ),
        ("tests/theory/test_retries.py::test_retries_keep_an_overload_alive_and_each_remedy_ends_it",),
    ),
    Behaviour(
        "B-stampede",
        (
            "A hot key expires: about 2,000 reads of the database at once, with single-flight one",
            "인기 키가 만료되면 데이터베이스 읽기 약 2,000건이 동시에 발생, single-flight를 쓰면 1건",
        ),
        (
            "tests/theory/test_caches.py::test_stampede",
            "tests/simcore/engine/test_caching.py::test_a_stampede_reads_once_with_single_flight",
        ),
    ),
    Behaviour(
        "B-fanout",
        (
            "100 leaves, each slow with probability 0.01: 63.4 % of requests are slow",
            "각각 0.01의 확률로 느린 리프 100개: 요청의 63.4 %가 느림",
        ),
        ("tests/theory/test_cases.py::test_case",),
    ),
    Behaviour(
        "B-rehash",
        (
            "From 5 to 6 caches: modulo moves 83 % of the keys, a ring 17 %",
            "캐시 5대에서 6대로: 나머지 연산은 키의 83 %, 링은 17 %가 이동",
        ),
        ("tests/theory/test_cases.py::test_case",),
    ),
    Behaviour(
        "B-drain",
        (
            "57 messages/s short for 8 s, then 10/s of headroom: 456 wait, gone after 45.6 s",
            "8초 동안 초당 57건 부족, 이후 10건 여유: 456건이 쌓이고 45.6초 뒤 해소",
        ),
        ("tests/theory/test_cases.py::test_case",),
    ),
    Behaviour(
        "B-openloop",
        (
            "50/s against 46.8/s: latency from the intended arrival grows for ever, service stays at 21 ms",
            "처리 능력 46.8/s에 50/s 유입: 의도한 도착 시각부터 잰 지연은 끝없이 늘고 서비스 시간은 21 ms 그대로",
        ),
        ("tests/theory/test_flows.py::test_latency_counts_from_the_intended_arrival",),
    ),
    Behaviour(
        "B-neutral",
        (
            "Renaming, moving and reordering change no number; the same seed gives the same bytes",
            "이름, 위치, 순서를 바꿔도 수치는 그대로이고 같은 시드는 같은 바이트를 냄",
        ),
        (
            f"{_NEUTRAL}test_redrawing_any_scenario_changes_no_number",
            f"{_NEUTRAL}test_cosmetic_edits_of_a_run_change_no_number",
            f"{_SAME}test_any_slicing_and_any_watching_gives_the_same_bytes",
            f"{_SAME}test_the_compiler_changes_nothing",
        ),
    ),
)
