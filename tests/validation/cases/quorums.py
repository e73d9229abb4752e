"""Answers awaited from several replicas at once."""

from __future__ import annotations

from tests.scenarios import draw, request_class
from tests.validation.case import Case, Expected, Quantile, steady
from tests.validation.cases import PUBLISHED
from tests.validation.measures import latency


def replicated_writes(mode: str, replicas: int, need: int) -> Case:
    """Return writes that wait for some replicas; nothing takes time but applying them, 10 ms on average."""
    names = [f"replica-{number}" for number in range(replicas)]
    follower = {"apply_time_mean_s": 0.01, "ship_interval_s": 60.0}
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 0.5}),
            "server": ("web_server", {"service_time_mean_s": 0.0, "health_check_interval_s": 300.0}),
            "primary": (
                "database",
                {"write_time_mean_s": 0.0, "replication_mode": mode, "health_check_interval_s": 300.0},
            ),
            **dict.fromkeys(names, ("database", {**follower, "health_check_interval_s": 300.0})),
        },
        "users>server server>primary " + " ".join(f"primary>{name}" for name in names),
        classes=[request_class("write")],
    )
    case_id = f"Quorum-{need}of{replicas}"
    mean_ms, p99_ms = PUBLISHED[case_id]
    return Case(
        case_id,
        f"a write that waits for {need} of {replicas} replicas, each exponential, 10 ms",
        f"복제본 {replicas}개 중 {need}개를 기다리는 쓰기, 각각 지수분포 10 ms",
        "order statistics",
        {
            # Two writes rarely meet at one replica: at most at the load of 0.5 %.
            "latency_mean_s": Expected(mean_ms / 1000, 0.015, bias=0.005),
            "latency_p99_s": Expected(p99_ms / 1000, 0.03, bias=0.005),
        },
        steady(document, 400_000, {"latency_mean_s": latency, "latency_p99_s": Quantile(0.99)}),
    )


CASES = (
    replicated_writes("semi_synchronous", 2, 1),
    replicated_writes("synchronous", 3, 3),
)
