"""Cases for the session store: behind a server whose users log in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.every_kind.placebo.case import Case
from tests.every_kind.placebo.machines import memories
from tests.scenarios import Json, draw


def _site(own: Json) -> Json:
    nodes: dict[str, tuple[str, Json]] = {
        "client": ("users", {"arrival_rate_rps": 200.0, "user_count": 200}),
        "server": ("web_server", {"service_time_mean_s": 0.001, "worker_count": 1000, "timeout_s": 0.1}),
        "subject": ("session_store", own),
    }
    return draw(nodes, "client>server server>subject")


def _case(name: str, values: Sequence[Any], setting: str) -> Case:
    return Case(
        name=name,
        document=_site({}),
        values=values,
        shows="hit_ratio@subject",
        setting=setting,
    )


CASES = [
    *memories(_site({"session_count_max": 4})),
    _case("session_count_max", (20, 1000), "200 people"),
    _case("ttl_s", (0.5, 100.0), "200 people who each ask once a second"),
]
