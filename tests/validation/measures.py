"""What can be measured of a summary, and what each measure is called."""

from __future__ import annotations

from tests.scenarios import Json
from tests.validation.case import Measure

#: English and Korean names of measures, as the page shows them.
NAMES: dict[str, tuple[str, str]] = {
    "latency_mean_s": ("mean latency (s)", "평균 지연 시간(초)"),
    "latency_p99_s": ("p99 latency (s)", "p99 지연 시간(초)"),
    "latency_low_s": ("mean latency, other class (s)", "평균 지연 시간, 낮은 등급(초)"),
    "wait_mean_s": ("mean wait (s)", "평균 대기 시간(초)"),
    "wait_probability": ("share that waits", "대기하는 비율"),
    "wait_p99_s": ("p99 wait (s)", "p99 대기 시간(초)"),
    "blocked_ratio": ("share turned away", "거절 비율"),
    "population_mean": ("mean number in the system", "시스템 내 평균 요청 수"),
    "utilization_ratio": ("utilization", "이용률"),
    "throughput_rps": ("throughput (1/s)", "처리량(1/초)"),
    "departure_scv": ("squared variation of departures", "출발 간격의 제곱변동계수"),
    "hit_ratio": ("hit ratio", "적중률"),
    "attempts_mean": ("attempts per request", "요청당 시도 횟수"),
    "success_ratio": ("share answered", "성공 비율"),
    "slow_ratio": ("share slow", "느린 요청 비율"),
    "availability_ratio": ("availability", "가용성"),
    "share_cv": ("variation of members' shares", "노드별 몫의 변동계수"),
    "moved_ratio": ("share of keys moved", "이동한 키의 비율"),
    "backlog_peak": ("peak backlog", "최대 적체"),
    "drain_time_s": ("time to drain (s)", "적체 해소 시간(초)"),
    "tail_ratio": ("share of servers with 3 or more", "요청이 3개 이상인 서버 비율"),
}


def label(measure: str, *, korean: bool) -> str:
    """Return a measure's name; `name:place` is a measure of one node or class."""
    name, _, place = measure.partition(":")
    text = NAMES[name][korean]
    return f"{text}, {place}" if place else text


def latency(summary: Json) -> float:
    """Return the mean time from arrival to answer."""
    return float(summary["totals"]["latency_mean_s"])


def class_latency(name: str) -> Measure:
    """Return the measure of the mean time from arrival to answer of one class."""
    return lambda summary: float(summary["classes"][name]["latency_mean_s"])


def wait(node_id: str = "station") -> Measure:
    """Return the measure of the mean time in a node's queue."""
    return lambda summary: float(summary["nodes"][node_id]["wait_time_mean_s"])


def waited(node_id: str = "station") -> Measure:
    """Return the measure of the share of requests that had to wait at a node."""
    return lambda summary: float(summary["nodes"][node_id]["waited_ratio"])


def wait_p99(node_id: str = "station") -> Measure:
    """Return the measure of the 99th percentile of the wait at a node, over those who did not wait too."""
    return lambda summary: float(summary["nodes"][node_id]["pool_wait_p99_s"])


def utilization(node_id: str = "station") -> Measure:
    """Return the measure of the share of its workers' time that a node uses."""
    return lambda summary: float(summary["nodes"][node_id]["utilization_ratio"])


def population(servers: int, node_id: str = "station") -> Measure:
    """Return the measure of the mean number of requests at a node, from the integrals of its servers and its queue."""

    def measure(summary: Json) -> float:
        node = summary["nodes"][node_id]
        return float(servers * node["utilization_ratio"] + node["queue_length_mean"])

    return measure


def blocked(summary: Json) -> float:
    """Return the share of requests that found the queue full."""
    totals = summary["totals"]
    return float(totals["failed_by_cause"].get("queue_full", 0) / totals["offered"])


def throughput(summary: Json) -> float:
    """Return answers per second."""
    return float(summary["totals"]["throughput_rps"])


def hit_ratio(node_id: str = "cache") -> Measure:
    """Return the measure of a cache's hit ratio."""
    return lambda summary: float(summary["nodes"][node_id]["hit_ratio"])


def success(summary: Json) -> float:
    """Return the share of ended requests that were answered."""
    totals = summary["totals"]
    return float(totals["completed"] / (totals["completed"] + totals["failed"]))


def failure(summary: Json) -> float:
    """Return the share of ended requests that failed."""
    return 1.0 - success(summary)
