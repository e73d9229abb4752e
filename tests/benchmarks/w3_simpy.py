"""W3 in SimPy, as its documentation would have it written: the yardstick of the engine's benchmark."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy

RATE_RPS = 900.0
SERVERS, WORKERS, SERVICE_S = 3, 16, 0.04
CONNECTIONS, QUERY_S = 8, 0.005
HIT_RATIO = 0.8


class W3:
    """Poisson arrivals, a round-robin balancer, three servers, a cache that hits 80 %, a database."""

    def __init__(self, seed: int) -> None:
        self.env = simpy.Environment()
        self.servers = [simpy.Resource(self.env, WORKERS) for _ in range(SERVERS)]
        self.database = simpy.Resource(self.env, CONNECTIONS)
        self.random = random.Random(seed)
        self.completed = 0
        self.latency_sum_s = 0.0
        self.env.process(self._arrivals())

    def _arrivals(self) -> Generator[Any, Any, None]:
        turn = 0
        while True:
            yield self.env.timeout(self.random.expovariate(RATE_RPS))
            turn = (turn + 1) % SERVERS
            self.env.process(self._request(self.servers[turn]))

    def _request(self, server: simpy.Resource) -> Generator[Any, Any, None]:
        began = self.env.now
        with server.request() as worker:
            yield worker
            yield self.env.timeout(self.random.expovariate(1 / SERVICE_S))
            if self.random.random() >= HIT_RATIO:
                with self.database.request() as connection:
                    yield connection
                    yield self.env.timeout(self.random.expovariate(1 / QUERY_S))
        self.completed += 1
        self.latency_sum_s += self.env.now - began
