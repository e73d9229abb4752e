"""Where keys are placed on several members, and how many move when there is one more."""

from __future__ import annotations

from statistics import fmean, pstdev

import numpy as np

from simcore.analysis.theory.replicas import modulo_moved_ratio, ring_moved_ratio, ring_share_cv
from simcore.engine.rings import build_ring
from tests.scenarios import do, draw, edge, measured, request_class, start
from tests.theory.oracle import PATIENT
from tests.validation.case import Case, Estimate, Expected, Observation, batches_of, certain
from tests.validation.cases import PUBLISHED

RINGS = 500
_CIRCLE = 2.0**31


def shares(ids: list[str], virtual_count: int) -> list[float]:
    """Return the share of the ring that each member owns: the arcs that end at its places."""
    positions, owners = build_ring(ids, [1.0] * len(ids), virtual_count)
    arcs = np.diff(positions.astype(np.float64), prepend=positions[-1] - _CIRCLE)
    return [float(arcs[owners == number].sum() / _CIRCLE) for number in range(len(ids))]


def ring(count: int, virtual_count: int) -> Case:
    """Return many rings of that many members, each with members of other names."""

    def experiment(seed: int, effort: float) -> Observation:
        squares, gained = [], []
        rings = max(round(RINGS * effort), 40)
        for number in range(rings):
            ids = [f"seed-{seed}-ring-{number}-node-{member}" for member in range(count + 1)]
            before = shares(ids[:count], virtual_count)
            squares.append((pstdev(before) / fmean(before)) ** 2)
            gained.append(shares(ids, virtual_count)[count])
        return Observation(
            {
                "share_cv": Estimate(
                    fmean(squares) ** 0.5, tuple(square**0.5 for square in batches_of(squares))
                ),
                "moved_ratio": Estimate(fmean(gained), batches_of(gained)),
            },
            rings,
        )

    case_id = f"CHash-{count}-{virtual_count}"
    cv, moved = PUBLISHED.get(case_id) or (
        ring_share_cv(count, virtual_count),
        ring_moved_ratio(count, count + 1),
    )
    return Case(
        case_id,
        f"{RINGS} hash rings of {count} members, {virtual_count} places each, then one more",
        f"멤버 {count}개, 가상 노드 {virtual_count}개인 해시 링 {RINGS}개, 이후 멤버 하나 추가",
        "Beta(v, v(N - 1))",
        {"share_cv": Expected(cv, 0.1), "moved_ratio": Expected(moved, 0.2)},
        experiment,
        public=case_id in PUBLISHED,
    )


def rehash(placement: str) -> Case:
    """Return five caches and the server that spreads keys over them, then a sixth: every moved key is one miss."""
    key_count = 20_000
    memory = {"service_time_mean_s": 0.0, "ttl_s": 0.0, "capacity_entries": key_count}
    server = {
        "service_time_mean_s": 0.0, "cache_placement": placement, "virtual_node_count": 1000, "worker_count": 1000,
        "health_check_interval_s": 300.0,
    }  # fmt: skip
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 10_000.0, **PATIENT}),
            "server": ("web_server", server),
            **{f"cache-{number}": ("cache", memory) for number in range(6)},
        },
        "users>server " + " ".join(f"server>cache-{number}" for number in range(5)),
        classes=[request_class(key_count=key_count)],
    )

    def experiment(seed: int, effort: float) -> Observation:
        simulation = start(document, seed=seed)
        simulation.advance(40.0)  # every key was asked for about twenty times
        do(simulation, {"type": "add_edge", "edge": edge("server", "cache-5", latency_mean_s=0.0)})
        summary = measured(simulation, 40.0)
        assert simulation.check_state() == []
        misses = sum(summary["nodes"][f"cache-{number}"]["misses"] for number in range(6))
        return Observation(certain({"moved_ratio": misses / key_count}), summary["totals"]["offered"])

    truth = modulo_moved_ratio(5, 6) if placement == "modulo" else ring_moved_ratio(5, 6)
    return Case(
        f"B-rehash-{placement}",
        f"keys that move from 5 caches to 6, {placement}",
        f"캐시 5대에서 6대로 늘릴 때 이동하는 키, {placement}",
        "1 - 5/30" if placement == "modulo" else "1/6",
        # The shares of one ring or one set of keys are themselves drawn.
        {"moved_ratio": Expected(truth, 0.02, bias=0.02, absolute=True)},
        experiment,
        public=False,
    )


CASES = (
    ring(10, 1),
    ring(10, 100),
    ring(10, 1000),
    ring(3, 50),
    rehash("modulo"),
    rehash("ring"),
    rehash("key_hash"),
)
