"""A small swarm: random systems and scripts, every certificate after every slice. `python -m tests.swarm` has more."""

from __future__ import annotations

import json

import pytest

from tests.swarm.__main__ import failure_of
from tests.swarm.script import story
from tests.swarm.shrink import shrunk, signature
from tests.swarm.systems import Json
from tests.swarm.trial import BrokenError, live_through

SEEDS = 60


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_no_certificate_is_ever_violated(first: int) -> None:
    failures = {seed: failure_of(story(seed), twice=seed % 10 == 0)[0] for seed in range(first, first + 10)}
    assert {seed: failure for seed, failure in failures.items() if failure} == {}


def test_a_story_is_data_and_depends_on_its_seed_alone() -> None:
    assert story(5) == json.loads(json.dumps(story(5)))
    assert story(5) != story(6)


def test_a_violation_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcore.simulation.violations", lambda _: ["pool 3: wrong"])
    with pytest.raises(BrokenError, match="pool 3"):
        live_through(story(1))


def test_a_failing_story_is_made_small() -> None:
    whole = story(3)

    def fails(candidate: Json) -> str | None:
        return f"at {len(candidate['steps'])}" if candidate["document"]["nodes"] else None

    small = shrunk(whole, "at 7", fails)
    assert small["steps"] == []
    assert len(small["document"]["nodes"]) == 1
    assert signature("pool 3: 17 of 2.5e-3") == signature("pool 11: 4 of 8")
