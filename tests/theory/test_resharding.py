"""How many keys a sharded store moves when it gets another shard, counted, against what placement promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcore.engine.routing import mix
from simcore.engine.shard_map import hashes_of, place_keys
from simcore.program import Routing
from tests.scenarios import do, draw, request_class, run, set_parameter

KEYS = 20_000
VIRTUAL_NODES = 1000


def test_shards_hash_keys_as_routing_does() -> None:
    plain = getattr(mix, "py_func", mix)
    assert hashes_of(1000).tolist() == [plain(key + 1) for key in range(1000)]


@pytest.mark.parametrize(("before", "after"), [(4, 5), (5, 4), (8, 9), (8, 16), (1, 2)])
@pytest.mark.parametrize("placement", ["modulo", "ring", "range"])
def test_keys_that_move(placement: str, before: int, after: int) -> None:
    """Counted by a run that really moves them, as fast as it can.

    Modulo: a hash stays when it leaves the same remainder, for 1 of max(m, n) / gcd if none divides the other. Ring: what the
    new shards take, |n - m| / max(m, n), varies by about 1 / sqrt(virtual nodes) (Karger et al. 1997). Ranges: half stays
    when one shard is added, whatever their number; in general the overlap of the i-th part of both divisions.
    """
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": 0.001}),
            "server": ("web_server", {}),
            "store": (
                "sharded_store",
                {
                    "shard_count": before,
                    "placement": placement,
                    "virtual_node_count": VIRTUAL_NODES,
                    "move_rate_rps": 1e6,
                    "move_stream_count": 64,
                    "read_time_mean_s": 0.0,
                    "write_time_mean_s": 0.0,
                },
            ),
        },
        "users>server server>store",
        classes=[request_class(key_count=KEYS)],
    )
    simulation = run(document, 1.0)
    do(simulation, set_parameter("store", "shard_count", after))
    simulation.advance(3.0)
    assert simulation.check_state() == []
    store = simulation.summary()["nodes"]["store"]
    assert store["keys_to_move"] == 0
    most = max(before, after)
    if placement == "modulo":
        both = math.lcm(before, after)
        stays = sum(hash_ % before == hash_ % after for hash_ in range(both)) / both
    elif placement == "ring":
        stays = min(before, after) / most
    else:
        parts = range(min(before, after))
        stays = sum(
            max(min((i + 1) / before, (i + 1) / after) - max(i / before, i / after), 0.0) for i in parts
        )
    spread = math.sqrt(stays * (1 - stays) / KEYS)
    if placement == "ring":
        spread += (1 - stays) / math.sqrt(VIRTUAL_NODES)
    assert store["keys_moved"] / KEYS == pytest.approx(1 - stays, abs=4 * spread)


@pytest.mark.parametrize("count", [2, 5, 16])
def test_a_ring_moves_keys_to_the_new_shard_only(count: int) -> None:
    before = place_keys("store", KEYS, count, Routing.RING, VIRTUAL_NODES)
    after = place_keys("store", KEYS, count + 1, Routing.RING, VIRTUAL_NODES)
    assert set(np.unique(after[before != after]).tolist()) == {count}
