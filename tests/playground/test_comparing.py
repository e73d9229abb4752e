"""Comparisons over HTTP: lines of progress and a result, and what is refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.test import AsyncClient

from playground import limits, process
from playground.comparing import BusyError, Comparisons
from tests.scenarios import draw

DESIGN = draw({"users": ("users", {"arrival_rate_rps": 10.0}), "web": ("web_server", {})}, "users>web")
ASKED = {"first": DESIGN, "second": DESIGN, "seed": 1, "duration_s": 1.0, "runs": 2}


class Slow:
    """A comparison that waits to be allowed each step."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.go = threading.Semaphore(0)
        self.done = 0

    def work(self) -> Iterator[int]:
        for number in range(1, self.steps + 1):
            assert self.go.acquire(timeout=20.0)
            self.done = number
            yield number

    def to_json(self) -> Any:
        return {"offered": []}


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> Iterator[Comparisons]:
    made = Comparisons()
    monkeypatch.setattr(process, "comparisons", lambda: made)
    yield made
    made.close()


async def post(body: object) -> Any:
    client = AsyncClient(headers={"Origin": "http://testserver"})
    return await client.generic("POST", "/api/compare", orjson.dumps(body), "application/json")


async def lines_of(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return [orjson.loads(line) async for line in answer.streaming_content]


async def test_progress_grows_and_the_result_comes_last(comparisons: Comparisons) -> None:
    *progress, last = await lines_of(await post(ASKED))
    ratios = [line["done_ratio"] for line in progress]
    assert ratios == sorted(ratios)
    assert ratios[-1] == 1.0
    result = last["result"]
    assert result["seeds"] == [1, 2]
    assert [first == second for first, second in result["offered"]] == [True, True]
    assert {item["measure"] for item in result["measures"]} >= {"throughput_rps", "latency_p99_s"}
    assert [item["measure"] for item in result["utilizations"]] == ["web"]


async def test_a_design_that_cannot_run_is_named_with_its_problems(comparisons: Comparisons) -> None:
    lone = draw({"web": ("web_server", {"service_time_mean_s": -1.0})}, "")
    answer = await post({**ASKED, "second": lone})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "cannot_compare"
    assert answer.json()["diagnostics"]
    assert (await post({**ASKED, "first": 7})).status_code == 422


@pytest.mark.parametrize(
    ("field", "edge", "beyond"),
    [
        ("runs", limits.COMPARISON_SEEDS_MAX, limits.COMPARISON_SEEDS_MAX + 1),
        ("runs", 1, 0),
        ("duration_s", 0.001, 0.0),
        ("duration_s", limits.COMPARISON_DURATION_S_MAX, limits.COMPARISON_DURATION_S_MAX + 1),
        ("seed", 2**32 - 1, 2**32),
    ],
)
async def test_bounds(comparisons: Comparisons, field: str, edge: float, beyond: float) -> None:
    small = {**ASKED, "duration_s": 0.01, "runs": 1}
    begun = await post({**small, field: edge})
    assert begun.status_code == 200
    assert "result" in (await lines_of(begun))[-1]
    refused = await post({**small, field: beyond})
    assert refused.status_code == 422
    assert refused.json()["error"]["values"]["field"] == field


async def test_only_so_many_at_once(comparisons: Comparisons) -> None:
    under_way = [Slow(1) for _ in range(limits.COMPARISONS_MAX)]
    reading = [comparisons.begin(each) for each in under_way]
    with pytest.raises(BusyError):
        comparisons.begin(Slow(1))
    assert (await post(ASKED)).json()["error"]["code"] == "busy_comparing"
    for each in under_way:
        each.go.release()
    for lines in reading:
        assert [orjson.loads(line) async for line in lines][-1] == {"result": {"offered": []}}
    assert "result" in (await lines_of(await post(ASKED)))[-1]


async def test_one_that_nobody_reads_any_more_ends(comparisons: Comparisons) -> None:
    slow = Slow(1_000)
    lines = comparisons.begin(slow)
    slow.go.release(20)
    await anext(lines)
    await lines.aclose()  # type: ignore[attr-defined]
    slow.go.release(1_000)
    await asyncio.to_thread(comparisons._threads.shutdown)
    assert slow.done < slow.steps


async def test_one_that_costs_too_much_says_so(
    comparisons: Comparisons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COMPARISON_CPU_S_MAX", 0)
    lines = await lines_of(await post(ASKED))
    assert lines[-1]["error"]["code"] == "too_long_comparison"


async def test_a_fault_is_told(comparisons: Comparisons, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Slow):
        def work(self) -> Iterator[int]:
            raise RuntimeError("broken")

    lines = [orjson.loads(line) async for line in comparisons.begin(Broken(1))]
    assert lines[-1]["error"]["code"] == "server_error"
    assert "broken" in caplog.text
