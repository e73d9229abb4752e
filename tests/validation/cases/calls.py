"""Calls that fail, are tried again, or have to wait for many."""

from __future__ import annotations

import itertools

from simcore.analysis.theory.replicas import attempts_mean, chain_attempts, fan_out_slow_ratio, success_ratio
from tests.scenarios import Json, do, draw, fault
from tests.validation.case import Case, Expected, Steady, steady
from tests.validation.cases import PUBLISHED
from tests.validation.measures import failure, success

#: A server that does nothing but pass on.
IDLE: Json = {"service_time_mean_s": 0.0, "worker_count": 1000}


def retries(loss_ratio: float, attempts: int) -> Case:
    """Return attempts that fail independently, repeated at once."""
    case_id = f"Retry-{loss_ratio}-{attempts}"
    public = case_id in PUBLISHED
    mean, share = (
        PUBLISHED[case_id]
        if public
        else (attempts_mean(loss_ratio, attempts), success_ratio(loss_ratio, attempts))
    )
    users = {"arrival_rate_rps": 1000.0, "timeout_s": 0.001, "attempts_max": attempts, "backoff_base_s": 0.0}
    document = draw(
        {"users": ("users", users), "server": ("web_server", IDLE)},
        "users>server",
        links={"users-server": {"latency_mean_s": 0.0, "loss_ratio": loss_ratio}},
    )
    return Case(
        case_id,
        f"{attempts} attempts, each lost with probability {loss_ratio}",
        f"최대 {attempts}회 시도, 각 시도의 유실 확률 {loss_ratio}",
        "geometric",
        {"attempts_mean": Expected(mean, 0.005), "success_ratio": Expected(share, 0.005)},
        steady(
            document,
            2_000_000,
            {
                "attempts_mean": lambda summary: (
                    summary["edges"]["users-server"]["offered"] / summary["totals"]["offered"]
                ),
                "success_ratio": success,
            },
            warm_up=0.001,
        ),
        public=public,
    )


def chain(depth: int, attempts: int) -> Json:
    """Return callers in a row that each try so often, in front of a leaf that may be broken."""
    tries = {"attempts_max": attempts, "backoff_base_s": 0.0, "timeout_s": 100.0}
    tiers = {f"tier-{i}": ("web_server", {**IDLE, **tries}) for i in range(1, depth)}
    names = ["users", *tiers, "leaf"]
    return draw(
        {
            "users": ("users", {"arrival_rate_rps": 5.0, "arrival_process": "constant", **tries}),
            **tiers,
            "leaf": ("web_server", IDLE),
        },
        " ".join(f"{source}>{target}" for source, target in itertools.pairwise(names)),
    )


def broken_chain(depth: int, attempts: int) -> Case:
    """Return such a chain while its leaf is down."""
    public = (depth, attempts) == (3, 3)
    truth = PUBLISHED["Retry-chain"] if public else chain_attempts([attempts] * depth)
    return Case(
        "Retry-chain" if public else f"Retry-chain-{depth}-{attempts}",
        f"{depth} tiers with {attempts} attempts each, the leaf is down",
        f"{depth}단 체인, 단마다 {attempts}회 시도, 말단은 다운",
        "m^depth",
        {"attempts_mean": Expected(truth, 0.0), "success_ratio": Expected(0.0, 0.0)},
        Steady(
            chain(depth, attempts),
            200.0,
            {
                "attempts_mean": lambda summary: (
                    summary["nodes"]["leaf"]["offered"] / summary["totals"]["offered"]
                ),
                "success_ratio": success,
            },
            0.05,
            lambda simulation: do(simulation, fault("crash", "leaf")),
        ),
        public=public,
    )


def fan_out(leaf_count: int, slow_ratio: float = 0.01) -> Case:
    """Return a request that needs all leaves; a leaf that is slow is one whose answer comes after the deadline."""
    leaves = {f"leaf-{i}": ("web_server", IDLE) for i in range(leaf_count)}
    wires = " ".join(f"root>{leaf}" for leaf in leaves)
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 1000.0}),
            "root": ("web_server", {**IDLE, "timeout_s": 0.001}),
            **leaves,
        },
        f"users>root {wires}",
        links={f"root-{leaf}": {"latency_mean_s": 0.0, "loss_ratio": slow_ratio} for leaf in leaves},
    )
    sizes = [1, 10, 100]
    public = leaf_count in sizes
    truth = (
        PUBLISHED["FanoutTail"][sizes.index(leaf_count)]
        if public
        else fan_out_slow_ratio(leaf_count, slow_ratio)
    )
    return Case(
        f"FanoutTail-{leaf_count}",
        f"an answer needs {leaf_count} leaves, each slow with probability {slow_ratio}",
        f"응답에 리프 {leaf_count}개가 필요, 각각 느릴 확률 {slow_ratio}",
        "1 - (1 - p)^n",
        {"slow_ratio": Expected(truth, 0.01 if leaf_count > 1 else 0.02)},
        steady(
            document,
            2_000_000 // leaf_count**0.5 if leaf_count > 1 else 4_000_000,
            {"slow_ratio": failure},
            warm_up=0.001,
        ),
        public=public,
    )


CASES = (
    retries(0.5, 4),
    retries(0.1, 3),
    retries(0.3, 2),
    broken_chain(3, 3),
    broken_chain(5, 3),
    broken_chain(1, 5),
    fan_out(1),
    fan_out(10),
    fan_out(100),
)
