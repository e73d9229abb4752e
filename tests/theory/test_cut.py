"""The minimum cut against maximum flow, and against drawings worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.analysis.capacity import compute_load
from simcore.analysis.cut import Cut, minimum_cut
from simcore.analysis.theory.flows import max_flow_rps
from simcore.analysis.theory.linear import maximize
from simcore.scenario.parse import parse
from tests.scenarios import Json, draw, request_class


def server(capacity_rps: float) -> tuple[str, Json]:
    return ("web_server", {"worker_count": 1, "service_time_mean_s": 1 / capacity_rps})


def cut_of(document: Json) -> Cut:
    scenario = parse(document).scenario
    assert scenario is not None
    found = minimum_cut(scenario, compute_load(scenario, caches="warm"))
    assert found is not None
    return found


def assert_cut(document: Json, rate_rps: float, node_ids: tuple[str, ...]) -> None:
    found = cut_of(document)
    assert found.rate_rps == pytest.approx(rate_rps)
    assert found.node_ids == node_ids


def test_a_linear_program_by_hand() -> None:
    # Dantzig's: at most 4 of x, 12 of 2y, 18 of 3x + 2y; the best of 3x + 5y is 36 at (2, 6).
    found = maximize(np.array([3.0, 5.0]), np.array([[1.0, 0], [0, 2], [3, 2]]), np.array([4.0, 12, 18]))
    assert found is not None
    assert found.value == pytest.approx(36)
    assert found.point == pytest.approx([2, 6])
    assert found.prices == pytest.approx([0, 1.5, 1])
    assert maximize(np.array([1.0]), np.array([[-1.0]]), np.array([1.0])) is None


def test_unequal_servers_could_carry_more_than_turns_let_them() -> None:
    balancer: tuple[str, Json] = ("load_balancer", {})
    document = draw({"u": ("users", {}), "l": balancer, "a": server(10), "b": server(90)}, "u>l l>a l>b")
    assert_cut(document, 100, ("a", "b"))
    scenario = parse(document).scenario
    assert scenario is not None
    assert compute_load(scenario).max_throughput_rps == pytest.approx(20)


def test_who_needs_both_is_limited_by_the_weaker() -> None:
    document = draw({"u": ("users", {}), "s": server(1000), "a": server(30), "b": server(50)}, "u>s s>a s>b")
    assert_cut(document, 30, ("a",))


def test_shards_by_key_cannot_help_each_other_but_replicas_can() -> None:
    database = {"connection_count": 1, "read_time_mean_s": 0.01}
    slow = {"connection_count": 1, "read_time_mean_s": 0.05}
    nodes: Json = {"u": ("users", {}), "s": server(1e5), "a": ("database", database), "b": ("database", slow)}
    shards = draw(nodes, "u>s s>a s>b", classes=[request_class("read")])
    assert_cut(shards, 40, ("b",))
    nodes["c"] = ("database", database)
    replicas = draw(nodes, "u>s s>b s>c a>b a>c", classes=[request_class("read")])
    assert_cut(replicas, 120, ("b", "c"))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_layers_of_servers_are_a_maximum_flow(data: st.DataObject) -> None:
    layers = [[f"n{depth}{number}" for number in range(data.draw(st.integers(1, 3)))] for depth in range(3)]
    names = [name for layer in layers for name in layer]
    capacities = {name: float(data.draw(st.integers(1, 100))) for name in names}
    wires = [("u", name) for name in layers[0]]
    for above, below in itertools.pairwise(layers):
        for name in above:
            chosen = data.draw(st.lists(st.sampled_from(below), unique=True, min_size=1))
            wires += [(name, other) for other in chosen]
    # Rate limiters have a capacity and pass each request to one of those behind them.
    document = draw(
        {
            "u": ("users", {"arrival_rate_rps": 50.0}),
            **{name: ("rate_limiter", {"limit_rps": capacity}) for name, capacity in capacities.items()},
            "end": server(1e6),
        },
        " ".join(f"{source}>{target}" for source, target in wires)
        + "".join(f" {name}>end" for name in layers[-1]),
    )
    everything = [*wires, *((name, "end") for name in layers[-1])]
    assert cut_of(document).rate_rps == pytest.approx(max_flow_rps(capacities, everything, "u"))
