"""Measurements of real systems that others published, beside what a scenario of them does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.scenarios import draw, request_class, start
from tests.theory.oracle import UNBOUNDED

Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One published figure and what the scenario gave; texts are in English and Korean."""

    data: str
    scenario: Texts
    calibrated: Texts
    figure: Texts
    published: float
    simulated: float

    @property
    def error_ratio(self) -> float:
        """Simulated over published, minus one."""
        return self.simulated / self.published - 1


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """Published data that no scenario can be made of, and why."""

    data: str
    reason: Texts


def stream_backlog() -> list[Comparison]:
    """RabbitMQ 4.0 stream, 1 million messages: sent faster than received, so the last one waits the longest."""
    sent_rps, received_rps, messages = 136_705.0, 112_587.0, 1_000_000
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": sent_rps, "arrival_process": "constant"}),
            "publisher": ("web_server", {"service_time_mean_s": 0.0, "worker_count": 1000}),
            "queue": ("message_queue", {"publish_time_mean_s": 0.0, "queue_capacity": UNBOUNDED}),
            "worker": (
                "worker",
                {
                    "worker_count": 1,
                    "service_time_mean_s": 1 / received_rps,
                    "service_time_distribution": "constant",
                },
            ),
        },
        "users>publisher publisher>queue queue>worker",
        classes=[request_class("job")],
    )
    simulation = start(document)
    simulation.advance(messages / sent_rps)
    backlog = simulation.frame()["nodes"]["queue_length"][simulation.layout()["nodes"].index("queue")]
    assert simulation.check_state() == []
    return [
        Comparison(
            "rabbit_amqp2024 (stream)",
            (
                "queue sent to at 136,705/s and read at 112,587/s",
                "초당 136,705건을 넣고 112,587건을 읽는 대기열",
            ),
            ("send and receive rates", "송신·수신 속도"),
            ("longest message latency (ms)", "최대 메시지 지연(ms)"),
            1616.0,
            1000 * backlog / received_rps,
        )
    ]


EXPERIMENTS: tuple[Callable[[], Sequence[Comparison]], ...] = (stream_backlog,)

INEXPRESSIBLE: tuple[Inexpressible, ...] = (
    Inexpressible(
        "pgconf2019",
        (
            "runs differ in machines and disks of which no service times are given",
            "실행마다 장비와 디스크가 다르고 서비스 시간이 주어지지 않음",
        ),
    ),
    Inexpressible(
        "kafka_compare, rabbit_quorum_sizing",
        (
            "peak rates of whole products per instance type; nothing in them predicts another",
            "인스턴스 유형별 제품 전체의 최고 처리량일 뿐, 한 수치로 다른 수치를 예측할 수 없음",
        ),
    ),
    Inexpressible(
        "redis_benchmark (pipelining), etcd (1,000 clients)",
        (
            "the gain comes from batching commands into one system call or one disk write, which is left out",
            "명령을 하나의 시스템 호출이나 디스크 쓰기로 묶어서 얻는 이득으로, 모형이 생략한 부분",
        ),
    ),
    Inexpressible(
        "redis_fork, ec2_boot, uqsim_models",
        (
            "inputs of a scenario (pauses, boot and service times), not outcomes that it could predict",
            "예측할 결과가 아니라 시나리오에 넣는 입력값(정지·부팅·서비스 시간)",
        ),
    ),
    Inexpressible(
        "linkerd2021, linkerd2021_percentiles, dsb_social, dsb_virtualclient",
        (
            "end-to-end latencies of applications whose services' times are not given",
            "서비스별 시간이 공개되지 않은 애플리케이션의 전체 지연 시간",
        ),
    ),
    Inexpressible(
        "simulators",
        ("claims about other simulators, no system", "시스템이 아니라 다른 시뮬레이터에 관한 주장"),
    ),
)
