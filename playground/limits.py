"""How much one address, one socket and one server may do; every number has a test at its edge."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

#: Bodies of HTTP requests, in bytes: a document of the largest size and what goes around it.
BODY_BYTES_MAX = 2_100_000

#: Simulations that may exist at once, playing or paused.
RUNS_MAX = 64
VIEWERS_PER_SCENARIO_MAX = 2_000
LINKS_PER_SCENARIO_MAX = 50
#: Earlier versions kept of one scenario: by themselves, by name, and in bytes of documents altogether.
VERSIONS_UNNAMED_MAX = 80
VERSIONS_NAMED_MAX = 50
VERSIONS_BYTES_MAX = 20_000_000
#: How many of those who are here are shown to the others, by what they may do.
EDITORS_SHOWN_MAX = 40
WATCHERS_SHOWN_MAX = 20
#: Comparisons under way at once; each is a thread that computes as fast as it can.
COMPARISONS_MAX = 2
#: What one of them may cost, in seconds of a processor.
COMPARISON_CPU_S_MAX = 120
COMPARISON_DURATION_S_MAX = 3_600.0
COMPARISON_SEEDS_MAX = 20
#: Memory for the snapshots of one run's past; the 64 largest runs together take 2 GB.
PAST_BYTES_MAX = 32_000_000
#: Earlier moments that may wait to be rebuilt, one for each viewer at most.
LOOKS_WAITING_MAX = 200
#: Processor time that one of them may take: what is too far from anything kept ends where it has come to.
LOOK_CPU_S_MAX = 5.0
#: Requests that are told of in full at once.
TRACES_MAX = 20
#: A socket that has not said hello by then is closed.
HELLO_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Rate:
    """So many per second in the long run, `burst` at once."""

    per_s: float
    burst: float


# A class of a thousand may sit behind one address and open, check or fork a design at the same moment.
SOCKET_MESSAGES = Rate(per_s=100, burst=300)
#: Moments that one viewer may look at; dragging along the timeline asks for some ten a second.
LOOKS_PER_VIEWER = Rate(per_s=10, burst=30)
#: Copies that go on from an earlier moment, for everybody who came through one link.
BRANCHES_PER_LINK = Rate(per_s=0.5, burst=100)
SOCKETS_PER_ADDRESS = Rate(per_s=50, burst=2_000)
READS_PER_ADDRESS = Rate(per_s=200, burst=10_000)
WRITES_PER_ADDRESS = Rate(per_s=20, burst=2_000)
#: New scenarios stay for ever, so they are rationed more tightly than changes to old ones.
CREATIONS_PER_ADDRESS = Rate(per_s=1, burst=1_000)

#: Addresses remembered by a limiter; the one not seen for longest is forgotten first.
ADDRESSES_MAX = 10_000


class Bucket:
    """A token bucket: full at first, refilled at `rate.per_s` up to `rate.burst`."""

    __slots__ = ("_rate", "_tokens", "_updated")

    def __init__(self, rate: Rate, *, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._updated = now

    def take(self, *, now: float) -> float:
        """Take a token. Returns 0, or the seconds until there is one when there is none now."""
        self._tokens = min(self._rate.burst, self._tokens + (now - self._updated) * self._rate.per_s)
        self._updated = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate.per_s


class Limiter:
    """One bucket per address."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str) -> float:
        """Count one use by an address. Returns 0, or the seconds to wait when it has used up its share."""
        now = self._clock()
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = Bucket(self._rate, now=now)
            if len(self._buckets) > ADDRESSES_MAX:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(address)
        return bucket.take(now=now)
