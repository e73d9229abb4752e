"""People and their devices: where requests come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from simcore.components._crowds import Crowd
from simcore.components._guards import HedgingCaller
from simcore.components._parts import SHAPE_LABELS, ShapeName, shape_of, spread, values_param
from simcore.components._profiles import Recorded, flash_crowd
from simcore.components.base import Callees, Role
from simcore.curves import Curve, bursts, daily, growth_within, level_of, ramp, spike, trace
from simcore.params import Numbers, Points, numbers_in, param, points_in
from simcore.program import Condition, Port, Routing, StoreKey
from simcore.source_words import ArriveStep

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler


class Users(Crowd, Recorded, HedgingCaller):
    """A population that sends requests, at a rate of its own (open) or each person after the answer (closed)."""

    title: ClassVar[str] = "Users"
    summary: ClassVar[str] = "People and their devices, sending requests."
    models: ClassVar[str] = (
        "An open population sends requests at the given rate, whether earlier ones were answered or not; they may come "
        "at random, evenly or in bursts, and the rate may follow a day, a ramp, a spike or recorded rates. In a closed "
        "one each person sends a request, waits for its end, thinks, and sends the next, so that a slow system is asked "
        "less. Latency counts from the intended arrival. Each request belongs to a person, a request class and a key. "
        "Each person keeps the address that a name server gave until its time to live ends; all may also share a resolver that "
        "keeps it for them. The access network adds its delay to each request and to each answer, and the time of the transfer. "
        "The people may be spread over regions and sorts of devices; each keeps to one of both, asks name servers and goes "
        "to services from there, and each region's requests are counted apart."
    )
    leaves_out: ClassVar[str] = (
        "Browsers' page structure and connections, and people of one access network who slow each other down."
    )
    group: ClassVar[str] = "traffic"
    aliases: ClassVar[tuple[str, ...]] = ("client", "browser", "mobile app", "traffic", "load generator")
    words: ClassVar[Mapping[str, str]] = {
        "people": "", "visitor": "", "customer": "", "web browser": "", "actor": "", "k6": "", "locust": "",
        "jmeter": "", "mobile": "", "phone": "",
    }  # fmt: skip
    role: ClassVar[Role] = Role.CLIENT
    connects_to: ClassVar[Mapping[Role, str]] = {
        Role.RESOLVER: "asks for the address",
        Role.SERVICE: "sends requests to",
    }
    faults: ClassVar[tuple[str, ...]] = ()

    workload_model: Literal["open", "closed"] = param(
        "open",
        label="Population",
        group="traffic",
        choices={"open": "Open (a rate)", "closed": "Closed (people who wait)"},
        help="Whether requests come at a rate of their own, or each person sends the next one only after an answer.",
        source="Schroeder et al. 2006, Open versus closed: a cautionary tale",
        moves="offered down",
    )
    arrival_rate_rps: float = param(
        100.0,
        label="Request rate",
        unit="1/s",
        ge=0,
        le=1_000_000,
        group="traffic",
        help="How many requests arrive per second on average, in an open population.",
        moves="offered up",
    )
    arrival_process: Literal["poisson", "constant", "bursty"] = param(
        "poisson",
        label="Arrivals",
        group="traffic",
        choices={"poisson": "Random (Poisson)", "constant": "Evenly spaced", "bursty": "In bursts"},
        help="How the arrivals are spread over time: independent people arrive at random.",
        source="Paxson & Floyd 1995: arrivals of user sessions are well described by a Poisson process",
        moves={"constant": "wait down", "bursty": "wait up"},
    )
    user_count: int = param(
        1_000,
        label="People",
        ge=1,
        le=1_000_000,
        group="traffic",
        help="How many different people there are; each keeps its own DNS answer.",
        moves="offered up",
    )
    think_time_mean_s: float = param(
        7.0,
        label="Think time",
        unit="s",
        ge=0.001,
        le=86_400,
        group="closed population",
        help="Mean pause of a person between an answer and the next request.",
        source="TPC-W: think time 7 s on average",
        moves="offered down",
    )
    think_time_distribution: ShapeName = param(
        "exponential",
        label="Think time varies",
        group="closed population",
        choices=SHAPE_LABELS,
        help="How that pause varies.",
        moves="latency changes",
    )
    think_time_cv: float = param(
        1.0,
        label="Variation",
        ge=0,
        le=20,
        group="closed population",
        help="Standard deviation of that pause divided by its mean, where the distribution leaves it open.",
        moves="latency changes",
    )
    think_time_values: Numbers = values_param(
        group="closed population", label="Pause values", moves="latency changes"
    )
    burst_factor: float = param(
        5.0,
        label="Burst strength",
        ge=1,
        le=1000,
        group="bursts",
        help="Rate during a burst divided by the mean rate; what bursts take is missing between them.",
        moves="wait up",
    )
    burst_length_mean_s: float = param(
        2.0,
        label="Burst length",
        unit="s",
        ge=0.001,
        le=86_400,
        group="bursts",
        help="Mean length of a burst; lengths vary at random (exponentially).",
        moves="wait up",
    )
    lull_length_mean_s: float = param(
        18.0,
        label="Time between bursts",
        unit="s",
        ge=0.001,
        le=86_400,
        group="bursts",
        help="Mean time from the end of a burst to the next one.",
        moves="wait changes",
    )
    traffic_shape: Literal["steady", "daily", "ramp", "spike", "crowd", "trace"] = param(
        "steady",
        label="Course of the rate",
        group="course of the rate",
        choices={
            "steady": "Steady",
            "daily": "Day and night",
            "ramp": "Ramp",
            "spike": "Spike (flash crowd)",
            "crowd": "A recorded flash crowd",
            "trace": "Recorded rates",
        },
        help="How the rate changes over simulated time.",
        moves="offered changes",
    )
    day_length_s: float = param(
        86_400.0,
        label="Length of the day",
        unit="s",
        ge=1,
        le=31_536_000,
        group="course of the rate",
        help="Time after which day and night repeat; the day begins at its quietest, and its mean is the request rate.",
        moves="offered down",
    )
    day_trough_ratio: float = param(
        0.44,
        label="Night traffic",
        unit="ratio",
        ge=0,
        le=1,
        group="course of the rate",
        help="Least rate of the day divided by the greatest.",
        source="World Cup 98 access logs (Arlitt & Jin), May 1998: peak 2.25 times the trough",
        moves="offered up",
    )
    day_values: Numbers = param(
        "",
        label="Hours of the day",
        group="course of the rate",
        advanced=True,
        help="Rates at equal steps through the day, 24 for hours; only their proportions count. Empty leaves it to the sort of day.",
        moves="offered changes",
    )
    change_at_s: float = param(
        60.0,
        label="Change begins at",
        unit="s",
        ge=0,
        le=31_536_000,
        group="course of the rate",
        help="Simulated time at which a ramp, a spike or a crowd begins.",
        moves="offered down",
    )
    ramp_length_s: float = param(
        300.0,
        label="Ramp length",
        unit="s",
        ge=0.001,
        le=31_536_000,
        group="course of the rate",
        help="Time that the ramp takes.",
        moves="offered down",
    )
    ramp_from_factor: float = param(
        1.0,
        label="Ramp from",
        ge=0,
        le=1000,
        group="course of the rate",
        help="Rate before the ramp, as a multiple of the request rate.",
        moves="offered up",
    )
    ramp_to_factor: float = param(
        3.0,
        label="Ramp to",
        ge=0,
        le=1000,
        group="course of the rate",
        help="Rate after the ramp, as a multiple of the request rate.",
        moves="offered up",
    )
    spike_factor: float = param(
        10.0,
        label="Spike height",
        ge=0,
        le=1000,
        group="course of the rate",
        help="Rate at the top of the spike, as a multiple of the request rate.",
        source="Pokémon GO 2016: 50 times the target; record of tweets in 2013: 25 times the usual rate",
        moves="offered up",
    )
    spike_rise_s: float = param(
        60.0,
        label="Spike rise",
        unit="s",
        ge=0.001,
        le=31_536_000,
        group="course of the rate",
        help="Time from the beginning of the spike to its top.",
        source="Our suggestion; World Cup 98: doubled within 10 minutes",
        moves="offered up",
    )
    spike_decay_s: float = param(
        600.0,
        label="Spike decay",
        unit="s",
        ge=0.001,
        le=31_536_000,
        group="course of the rate",
        help="Time constant of the exponential way back: after it, 37 % of the excess is left.",
        source="Our suggestion; World Cup 98: doubled within 10 minutes",
        moves="offered up",
    )
    trace_points: Points = param(
        "0: 100, 60: 500, 120: 100",
        label="Recorded rates",
        group="course of the rate",
        help="Times in seconds, each with the rate per second at that time, joined by straight lines; the request rate does not count.",
        moves="offered changes",
    )
    trace_repeats: bool = param(
        False,
        label="Recorded rates repeat",
        group="course of the rate",
        help="Whether they begin again at their end; otherwise the last rate stays.",
        moves="offered changes",
    )
    timeout_s: float = param(
        10.0, label="Timeout", unit="s", gt=0, le=3600, group="calls", help="How long a user waits before giving up.",
        source="Our suggestion; clients in use wait 1 to 60 s",
     moves="failed down",)  # fmt: skip
    attempts_max: int = param(
        1, label="Attempts", ge=1, le=20, group="calls", help="How often a user's device tries in all; 1 means no retry.",
     moves="failed down, retries up",)  # fmt: skip

    def lower(self, asm: NodeAssembler) -> None:
        """One request: find the address, then call it. A closed population is one such loop per person.

        Requests of a population in several parts begin in these, which are nodes of their own.
        """
        if self.is_part:
            asm.port(Port.REQUEST)
            self._stamp_request(asm)
            return
        closed = self.workload_model == "closed"
        source = asm.source(
            rate_rps=self.offered_rps(),
            poisson=self.arrival_process != "constant",
            user_count=self.user_count,
            curve=self._curve(),
            burst=self._bursts(),
            think=asm.distribution(
                "think_time",
                self.think_time_mean_s,
                shape_of(self.think_time_distribution),
                self.think_time_cv,
                numbers_in(self.think_time_values),
            ),
            closed=closed,
            parts=self.part_ends(self.user_count),
        )
        start = asm.here()
        if closed:
            asm.arrive(source, start, ArriveStep.BEGIN)
        if not self.parts():
            self._stamp_request(asm)
        if closed:
            asm.daemon("population")
            asm.arrive(source, start, ArriveStep.POPULATE)
            return
        asm.daemon("arrivals")
        arrivals = asm.here()
        asm.arrive(source, start)
        asm.jump(arrivals)

    def _stamp_request(self, asm: NodeAssembler) -> None:
        services = asm.addresses or asm.targets.get(Role.SERVICE, ())
        group = asm.group("services", services, Routing.CHOSEN)
        if Role.RESOLVER in asm.targets:
            self._stamp_resolve(asm)
        self.stamp_way_out(asm)
        self.stamp_call(asm, group, Port.REQUEST)
        self.stamp_way_back(asm)
        asm.answer()

    def _curve(self) -> Curve:
        """Return how the rate of an open population changes over time."""
        if self.workload_model == "closed":
            return Curve()
        if self.traffic_shape == "daily":
            hours = numbers_in(self.day_values) or self.recorded_hours()
            return daily(self.day_length_s, self.day_trough_ratio, hours)
        if self.traffic_shape == "ramp":
            return ramp(self.change_at_s, self.ramp_length_s, self.ramp_from_factor, self.ramp_to_factor)
        if self.traffic_shape == "spike":
            return spike(self.change_at_s, self.spike_factor, self.spike_rise_s, self.spike_decay_s)
        if self.traffic_shape == "crowd":
            return flash_crowd(self.change_at_s, self.crowd_length_s)
        if self.traffic_shape == "trace":
            return trace(points_in(self.trace_points), repeats=self.trace_repeats)
        return Curve()

    def _bursts(self) -> tuple[float, float, float, float]:
        if self.workload_model == "closed" or self.arrival_process != "bursty":
            return 1.0, 1.0, 0.0, 0.0
        return bursts(self.burst_factor, self.burst_length_mean_s, self.lull_length_mean_s)

    def offered_rps(self) -> float:
        """Return the mean rate; of a closed population that of a system that answers at once."""
        if self.workload_model == "closed":
            return self.user_count / self.think_time_mean_s
        if self.traffic_shape == "trace":
            return level_of(points_in(self.trace_points))
        return self.arrival_rate_rps

    def growth_within(self, window_s: float) -> float:
        """Return how the rate grows along its course, and when a burst begins."""
        burst, _, length_s, _ = self._bursts()
        return growth_within(self._curve(), window_s) * (max(burst, 1.0) if length_s else 1.0)

    def _stamp_resolve(self, asm: NodeAssembler) -> None:
        resolvers = asm.targets[Role.RESOLVER]
        known = asm.resolver_cache(resolvers[0], capacity=self.user_count)
        group = asm.group("resolvers", resolvers, Routing.ROUND_ROBIN)
        go, there = asm.label(), asm.label()
        asm.look_up(known, StoreKey.USER)
        asm.branch(Condition.HIT, go)
        if self.resolver == "shared":
            shared = asm.resolver_cache(resolvers[0], capacity=1, name="shared address")
            asm.delay(asm.distribution("resolver_time", self.resolver_time_s), "resolver")
            asm.look_up(shared, StoreKey.ALL)
            asm.branch(Condition.HIT, there)
            self.stamp_call(asm, group, Port.REQUEST)
            asm.put(shared, StoreKey.ALL)
            asm.place(there)
            asm.put_no_longer(known, shared)
        else:
            self.stamp_call(asm, group, Port.REQUEST)
            asm.put(known, StoreKey.USER)
        asm.place(go)

    def population(self) -> tuple[int, float] | None:
        """Return the people of a closed population, and how long they think."""
        return (self.user_count, self.think_time_mean_s) if self.workload_model == "closed" else None

    def split(self, targets: Callees, operation: str) -> Mapping[str, float]:
        """Every request goes to one of the services, as name servers say; whose answer has expired asks them first."""
        asked = self.look_ups(targets, self.offered_rps(), self.user_count)
        return {**(targets.chosen or spread(targets.of(Role.SERVICE))), **asked}
