"""Measurements of real systems that others published, beside what a scenario of them does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.scenarios import Json, draw, request_class, run, start
from tests.scenarios import measured as measured_of
from tests.theory.oracle import UNBOUNDED
from tests.validation.cases.closed import people

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


def crowd(
    size: int, rate_rps: float, link: Json | None = None, payload_bytes: int = 0, **server: object
) -> Json:
    """Return the summary of a server before which always so many requests stand: a closed loop that never thinks.

    Parameters
    ----------
    rate_rps : what is offered; it must be more than the server can do, and what is too much is turned away.
    """
    workers = int(str(server.get("worker_count", size)))
    station = {
        "service_time_distribution": "exponential",
        "worker_count": workers,
        "queue_capacity": size - workers,
        **server,
    }
    document = draw(
        {
            "users": ("users", {"arrival_rate_rps": rate_rps, "timeout_s": 3600.0}),
            "station": ("web_server", station),
        },
        "users>station",
        classes=[{**request_class(), "payload_bytes": payload_bytes}],
        links={"users-station": {"latency_mean_s": 0.0, **(link or {})}},
    )
    simulation = start(document)
    simulation.advance(20_000 / rate_rps + 4 * size / rate_rps)
    simulation.reset_statistics()
    simulation.advance(simulation.now_s + 400_000 / rate_rps)
    assert simulation.check_state() == []
    totals: Json = simulation.summary()["totals"]
    return totals


def postgres() -> list[Comparison]:
    """PostgreSQL 17 reads: connections that slow each other down, by the universal scalability law."""
    alpha, beta = 0.071, 0.00045
    rows = [
        (4, 5082.0),
        (8, 8084.0),
        (16, 10088.0),
        (24, 11982.0),
        (32, 12201.0),
        (48, 12072.0),
        (64, 12869.0),
        (96, 12456.0),
    ]
    return [
        Comparison(
            "pgbench_pg17_read",
            (f"{clients} connections", f"연결 {clients}개"),
            (
                "0.70 ms alone; α 0.071, β 0.00045 over all rows",
                "단독 0.70 ms, 전체 행에 맞춘 α 0.071, β 0.00045",
            ),
            ("queries/s", "초당 질의 수"),
            measured,
            crowd(
                clients,
                30_000.0,
                queue_capacity=clients,
                service_time_mean_s=1 / 1436,
                contention_ratio=alpha,
                coherency_ratio=beta,
            )["throughput_rps"],
        )
        for clients, measured in rows
    ]


def redis() -> list[Comparison]:
    """Redis as one thread before which all connections wait, and one whose loop gets slower with each connection."""
    tail = crowd(80, 600_000.0, worker_count=1, service_time_mean_s=1 / 194_000)
    found = [
        Comparison(
            "redis_dragonfly (m5.large GET)",
            ("one thread, 80 connections", "스레드 하나, 연결 80개"),
            ("194,000 operations/s", "초당 194,000건"),
            ("p99 (ms)", "p99(ms)"),
            0.65,
            1000 * tail["latency_p99_s"],
        )
    ]
    for connections, measured in ((1000, 112_000.0), (10_000, 88_000.0), (30_000, 61_000.0)):
        totals = crowd(
            connections,
            500_000.0,
            service_time_mean_s=1 / 125_000,
            contention_ratio=1.0,
            coherency_ratio=2.5e-5,
        )
        found.append(
            Comparison(
                "redis_connections",
                (
                    f"{connections:,} connections on one event loop",
                    f"이벤트 루프 하나에 연결 {connections:,}개",
                ),
                ("the first and the last row", "첫 행과 마지막 행"),
                ("operations/s", "초당 연산 수"),
                measured,
                totals["throughput_rps"],
            )
        )
    return found


def nginx() -> list[Comparison]:
    """Nginx serving files of 100 kB: cores first, then the network card."""
    found = []
    for cores, measured in ((2, 62_554.0), (4, 88_691.0), (8, 91_640.0), (16, 91_623.0)):
        document = draw(
            {
                "users": people(50 * cores, 0.001),
                "server": (
                    "web_server",
                    {
                        "worker_count": 50 * cores,
                        "core_count": cores,
                        "service_time_mean_s": 1 / 33_125,
                        "service_time_distribution": "exponential",
                    },
                ),
            },
            "users>server",
            classes=[{**request_class(), "payload_bytes": 100_000}],
            links={"users-server": {"latency_mean_s": 0.0, "bandwidth_bps": 80e9}},
        )
        simulation = run(document, 1.0)
        totals = measured_of(simulation, 4.0)["totals"]
        found.append(
            Comparison(
                "nginx_rps (http, 100 kB)",
                (f"{cores} cores, 2 × 40 Gbit/s", f"코어 {cores}개, 40 Gbit/s 2개"),
                ("one core: 33,125/s", "코어 하나에서 초당 33,125건"),
                ("requests/s", "초당 요청 수"),
                measured,
                totals["throughput_rps"],
            )
        )
    return found


def replication() -> list[Comparison]:
    """PostgreSQL that waits until its standby has replayed a commit: the standby replays one at a time.

    The clients' cycle without that wait is what the source measured with remote_write.
    """
    found = []
    for clients, cycle_ms, measured in (
        (2, 2.901, 1.2),
        (4, 3.203, 2.3),
        (8, 4.014, 2.7),
        (128, 53.837, 19.0),
    ):
        document = draw(
            {
                "users": people(clients, cycle_ms / 1000, think_time_distribution="constant"),
                "server": ("web_server", {"service_time_mean_s": 0.0, "worker_count": 1000}),
                "primary": (
                    "database",
                    {"write_time_mean_s": 0.0, "replication_mode": "synchronous", "connection_count": 1000},
                ),
                "standby": ("database", {"apply_time_mean_s": 0.0009, "ship_interval_s": 60.0}),
            },
            "users>server server>primary primary>standby",
            classes=[request_class("write")],
        )
        totals = measured_of(run(document, 5.0), 60.0)["totals"]
        found.append(
            Comparison(
                "syncrep",
                (f"synchronous replay, {clients} clients", f"동기식 재생, 클라이언트 {clients}개"),
                (
                    "0.9 ms of replay with one client; the cycle without it",
                    "클라이언트 하나일 때의 재생 0.9 ms, 재생을 뺀 주기",
                ),
                ("added latency (ms)", "늘어난 지연(ms)"),
                measured,
                1000 * totals["latency_mean_s"],
            )
        )
    return found


def frameworks() -> list[Comparison]:
    """Web frameworks on 16 logical processors, calibrated with their throughput at 512 connections."""
    found = []
    for name, capacity_rps, rows in (
        ("axum", 50_761.0, {64: (40_987.0, 1.43, 2.71), 256: (47_060.0, 5.12, 7.42)}),
        ("hono", 24_367.0, {64: (23_704.0, 2.57, 3.25), 256: (24_349.0, 10.19, 12.19)}),
    ):
        for connections, figures in rows.items():
            totals = crowd(
                connections,
                4 * capacity_rps,
                worker_count=connections,
                core_count=16,
                service_time_mean_s=16 / capacity_rps,
            )
            simulated = (
                totals["throughput_rps"], 1000 * totals["latency_p50_s"], 1000 * totals["latency_p95_s"],
            )  # fmt: skip
            names = (("requests/s", "초당 요청 수"), ("p50 (ms)", "p50(ms)"), ("p95 (ms)", "p95(ms)"))
            found += [
                Comparison(
                    f"web_frameworks ({name})",
                    (f"16 cores, {connections} connections", f"코어 16개, 연결 {connections}개"),
                    ("requests/s at 512 connections", "연결 512개일 때의 초당 요청 수"),
                    figure,
                    measured,
                    value,
                )
                for figure, measured, value in zip(names, figures, simulated, strict=True)
            ]
    return found


def confirms() -> list[Comparison]:
    """RabbitMQ quorum queue with a window of 3,000 unconfirmed messages."""
    totals = crowd(3000, 300_000.0, worker_count=1, service_time_mean_s=1 / 70_067)
    return [
        Comparison(
            "rabbit_amqp2024 (quorum, 0.9.1)",
            ("a window of 3,000 messages", "미확인 메시지 3,000개 창"),
            ("70,067 messages/s", "초당 70,067건"),
            figure,
            measured,
            1000 * totals[key],
        )
        for figure, key, measured in (
            (("p50 (ms)", "p50(ms)"), "latency_p50_s", 33.1),
            (("p99 (ms)", "p99(ms)"), "latency_p99_s", 62.9),
        )
    ]


EXPERIMENTS: tuple[Callable[[], Sequence[Comparison]], ...] = (
    postgres, nginx, replication, redis, frameworks, stream_backlog, confirms,
)  # fmt: skip

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
        "tail_at_scale (hedging, leaf tree)",
        (
            (
                "only three quantiles of a leaf are given, and the leaves are not independent of one another; the 63 % are case "
                "FanoutTail-100"
            ),
            "리프의 분위수 세 개만 주어지고 리프끼리 독립도 아님. 63 %는 사례 FanoutTail-100",
        ),
    ),
    Inexpressible(
        "so2016, tao2013, haproxy_2m, memcached_c6gn",
        (
            "each figure follows from the others by Little's law or by the calibration itself, so nothing is predicted",
            "리틀의 법칙이나 보정 자체에서 바로 나오는 수치여서 예측이 되지 않음",
        ),
    ),
    Inexpressible(
        "twitter_cache",
        (
            "miss ratios without the number of keys or the memory of a cluster",
            "클러스터의 키 개수나 메모리 크기 없이 주어진 미스율",
        ),
    ),
    Inexpressible(
        "simulators",
        ("claims about other simulators, no system", "시스템이 아니라 다른 시뮬레이터에 관한 주장"),
    ),
)
