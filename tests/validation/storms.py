"""The retry storm: an overload that lasts five seconds, and what retries make of it."""

from __future__ import annotations

from tests.scenarios import Json, draw, start
from tests.theory.oracle import UNBOUNDED
from tests.validation.curves import Figure, Line, Texts

OFFERED_RPS = 70.0
UNTIL_S = 60

#: Name, parameters of the users, parameters of the servers.
REMEDIES: tuple[tuple[Texts, Json, Json], ...] = (
    (("3 immediate retries", "즉시 재시도 3회"), {"attempts_max": 4}, {}),
    (("no retries", "재시도 없음"), {"attempts_max": 1}, {}),
    (
        ("3 retries, budget of 20 %", "재시도 3회, 재시도 예산 20 %"),
        {"attempts_max": 4, "retry_budget_ratio": 0.2},
        {},
    ),
    (
        ("3 retries, circuit breaker", "재시도 3회, 서킷 브레이커"),
        {"attempts_max": 4, "breaker": "failure_ratio"},
        {},
    ),
    (("3 retries, queue of 20", "재시도 3회, 대기열 20"), {"attempts_max": 4}, {"queue_capacity": 20}),
    (
        ("3 retries, last come, first served", "재시도 3회, 후입선출"),
        {"attempts_max": 4},
        {"queue_discipline": "lifo"},
    ),
)


def overloaded_for_a_while(users: Json, servers: Json) -> Json:
    """Return two servers at 70 % load, one of which is away from 5 s to 10 s; users wait for one second."""
    server = {
        "worker_count": 5,
        "service_time_mean_s": 0.1,
        "service_time_distribution": "exponential",
        "queue_capacity": UNBOUNDED,
        **servers,
    }
    balancer = {
        "routing_policy": "least_outstanding",
        "health_check_interval_s": 0.1,
        "unhealthy_threshold": 1,
        "connections_max": 1_000_000,
    }
    patience = {"arrival_rate_rps": OFFERED_RPS, "timeout_s": 1.0, "backoff_base_s": 0.0}
    return draw(
        {
            "users": ("users", {**patience, **users}),
            "balancer": ("load_balancer", balancer),
            "one": ("web_server", server),
            "two": ("web_server", server),
        },
        "users>balancer balancer>one balancer>two",
        faults=[{"at_s": 5.0, "fault": "crash", "node_id": "two", "duration_s": 5.0}],
    )


def goodput(document: Json, seed: int = 1) -> list[tuple[float, float]]:
    """Return the answers per second that came in time, second by second."""
    simulation = start(document, seed=seed)
    points, before = [], 0
    for second in range(1, UNTIL_S + 1):
        simulation.advance(float(second))
        completed = simulation.summary()["totals"]["completed"]
        points.append((float(second), float(completed - before)))
        before = completed
    assert simulation.check_state() == []
    return points


def retry_storm(effort: float) -> Figure:
    """Return the goodput over time, with and without what ends the storm; one run each, as a person would see it."""
    lines = [
        Line(name, goodput(overloaded_for_a_while(users, servers)), color=color)
        for color, (name, users, servers) in enumerate(REMEDIES)
    ]
    return Figure(
        "retry-storm",
        (
            "Goodput while one of two servers is away from 5 s to 10 s",
            "서버 두 대 중 하나가 5~10초에 빠졌을 때의 유효 처리량",
        ),
        (
            (
                "A failure that heals and a system that does not: with immediate retries the servers, whole again since second "
                "10, go on working for users who have given up, and stay so (a metastable failure). Each remedy alone ends it. "
                "Offered: 70 requests/s; capacity: 100/s; patience: one second."
            ),
            (
                "장애는 복구되었는데 시스템은 회복되지 않는 예입니다. 즉시 재시도하면 10초에 정상으로 돌아온 서버들이 이미 포기한 사용자를 위해 "
                "계속 일하며 그 상태에 머뭅니다(준안정 장애). 대책 하나만 있어도 회복합니다. 유입 초당 70건, 처리 능력 초당 100건, 기다리는 "
                "시간 1초."
            ),
        ),
        (("time (s)", "시간(초)"), 0.0, float(UNTIL_S), False),
        (("answers in time (1/s)", "제시간 응답(1/초)"), 0.0, 120.0, False),
        lines,
    )
