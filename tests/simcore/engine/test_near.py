"""Numbers beside what events touch anyway, edges found from their source, and draws that are foreseen: never something else."""

from __future__ import annotations

import numpy as np
import pytest

from simcore.engine import near
from simcore.engine.install_traffic import chains_by_source
from simcore.engine.replication import _link_from
from simcore.engine.rng import foreseen, seed_stream, uniform
from simcore.program import NONE
from tests.scenarios import Json, do, draw, edge, run, set_parameter


def document() -> Json:
    """Return two servers behind a balancer, and a replicated database."""
    nodes = {
        "users": ("users", {"arrival_rate_rps": 300.0}),
        "balancer": ("load_balancer", {}),
        "one": ("web_server", {}),
        "other": ("web_server", {}),
        "primary": ("database", {}),
        "replica": ("database", {}),
    }
    return draw(
        nodes,
        "users>balancer balancer>one balancer>other one>primary one>replica other>primary other>replica primary>replica",
    )


@pytest.mark.parametrize(("table", "copy", "slot"), near.COPIES)
def test_a_number_that_strayed_is_noticed(table: str, copy: str, slot: str) -> None:
    simulation = run(document(), 0.5)
    assert simulation.check_state() == []
    getattr(simulation._state, table)[copy][0] += 1
    assert any(copy in sentence for sentence in simulation.check_state()), slot


def test_a_number_that_is_moved_while_it_runs_is_the_new_one_at_once() -> None:
    simulation = run(document(), 0.5)
    do(simulation, set_parameter("one", "worker_count", 3))
    pool = simulation._state.pools[simulation._state.nodes["main_pool"][simulation._node("one")]]
    assert pool.capacity == 3.0
    assert simulation.check_state() == []


def test_links_are_found_from_their_source() -> None:
    simulation = run(document(), 0.5)
    do(simulation, {"type": "add_edge", "edge": edge("one", "other")})
    state = simulation._state
    nodes, edges = range(len(state.nodes)), state.edges
    for source in nodes:
        for target in nodes:
            drawn = np.flatnonzero((edges["source"] == source) & (edges["target"] == target))
            assert _link_from(state, source, target) == (drawn[0] if len(drawn) else NONE)
    assert simulation.check_state() == []


def test_a_lost_edge_is_noticed() -> None:
    simulation = run(document(), 0.5)
    edges = simulation._state.edges
    edges["next_out"][np.flatnonzero(edges["next_out"] != NONE)[0]] = NONE
    assert any("its next is another" in sentence for sentence in simulation.check_state())


def test_without_edges_there_is_nothing_to_chain() -> None:
    edges = run(document(), 0.1)._state.edges
    first, following = chains_by_source(edges[:0], 3)
    assert first.tolist() == [NONE] * 3
    assert len(following) == 0


def test_what_is_foreseen_is_drawn_next() -> None:
    streams = np.array([seed_stream(1, "here"), seed_stream(1, "there")])
    for _ in range(100):
        expected = foreseen(streams, 1)
        assert uniform.py_func(streams, 1) == expected
