"""The kinds of groups: what stands around components, and what it means for them.

A kind is a class with declared parameters, as a component is; its `hand_down` says which parameters of its members it
decides. Everything else (what lies between zones, who may enter a network) follows from who is inside what.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from simcore.components._prices import Priced
from simcore.components.base import Component
from simcore.params import Parameters, param
from simcore.regions import ANYWHERE, REGION_TITLES, ROUND_TRIP_SOURCE, RegionName

#: A month of a price list, in hours.
MONTH_H = 730.0


class GroupKind(Parameters):
    """Base of every kind of group.

    Class attributes
    ----------------
    title, summary : English name and one sentence.
    models, leaves_out : what it means for its members and what it leaves out, with sources.
    rank : a group may only be inside one of a lower rank; None for those that may be anywhere.
    is_zone, is_private : whether it is an availability zone, or a network that only gateways let in.
    words : what it is called in drawings of other programs.
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    models: ClassVar[str]
    leaves_out: ClassVar[str]
    rank: ClassVar[int | None] = None
    is_zone: ClassVar[bool] = False
    is_private: ClassVar[bool] = False
    words: ClassVar[tuple[str, ...]] = ()

    def hand_down(self, members: Sequence[Component]) -> list[dict[str, Any]]:
        """Return, for each member, the values of the parameters that this group decides."""
        return [{} for _ in members]


class Region(GroupKind):
    """A region of a cloud, or a data centre of one's own."""

    title: ClassVar[str] = "Region or data centre"
    summary: ClassVar[str] = "Where its components are, and whether their machines are rented or bought."
    models: ClassVar[str] = (
        "All components in it are in its region, whatever they say themselves. In the cloud each instance costs for as long as it "
        "is there. In an own data centre machines are bought ahead for the peak: they cost whether they work or not, an "
        "autoscaler cannot add more instances than there are machines, and the building and its people cost every month."
    )
    leaves_out: ClassVar[str] = (
        "The weeks until a machine that was ordered arrives, interest, power cuts and cooling."
    )
    rank: ClassVar[int | None] = 0
    words: ClassVar[tuple[str, ...]] = (
        "region",
        "data centre",
        "data center",
        "datacenter",
        "on premises",
        "리전",
    )

    region: RegionName = param(
        ANYWHERE,
        label="Region",
        group="place",
        choices=dict(REGION_TITLES),
        help="Where all of its components are.",
        source=ROUND_TRIP_SOURCE,
        moves="latency up",
    )
    tenure: Literal["cloud", "own"] = param(
        "cloud",
        label="Machines",
        group="cost",
        choices={"cloud": "Rented by the hour (cloud)", "own": "Bought ahead (own data centre)"},
        help="Whether instances cost as long as they are there, or machines for the peak cost all the time.",
        moves="cost changes",
    )
    bought_ratio: float = param(
        1.5,
        label="Machines per drawn instance",
        ge=1,
        le=100,
        group="cost",
        help="Machines that were bought ahead for each instance that is drawn; no more can run. For an own data centre.",
        source="Our suggestion; traffic peaks at about twice its mean",
        moves="cost up",
    )
    own_price_ratio: float = param(
        0.4,
        label="Price of an own machine",
        unit="ratio",
        ge=0,
        le=10,
        group="cost",
        help="What an hour of an own machine costs, power included, as a share of the price of a rented one.",
        source="Our suggestion",
        moves="cost up",
    )
    fixed_month_usd: float = param(
        2000.0,
        label="Fixed costs per month",
        unit="USD",
        ge=0,
        le=1e8,
        group="cost",
        help="Building, lines and people of an own data centre, shared equally by its machines.",
        source="Our suggestion",
        moves="cost up",
    )

    def hand_down(self, members: Sequence[Component]) -> list[dict[str, Any]]:
        """The region, and for an own data centre its machines and what they cost."""
        region = {} if self.region == ANYWHERE else {"region": self.region, "region_mix": ""}
        if self.tenure == "cloud":
            return [dict(region) for _ in members]
        bought = [self._bought(member) for member in members]
        fixed = self.fixed_month_usd / MONTH_H / max(sum(bought), 1)
        return [
            {
                **region,
                "bought_count": count,
                "price_hour_usd": member.hour_usd() * self.own_price_ratio + fixed,
            }
            if isinstance(member, Priced) and count
            else dict(region)
            for member, count in zip(members, bought, strict=True)
        ]

    def _bought(self, member: Component) -> int:
        """Return how many machines were bought for a member; none for what stands on none, as users and managed services."""
        if not isinstance(member, Priced) or member.hour_usd() == 0.0:
            return 0
        return math.ceil(getattr(member, "instance_count", 1) * self.bought_ratio - 1e-9)


class Zone(GroupKind):
    """An availability zone."""

    title: ClassVar[str] = "Availability zone"
    summary: ClassVar[str] = (
        "A building of its own: it fails apart from the others, and the way to them is longer."
    )
    models: ClassVar[str] = (
        "Connections to another zone of the same region take longer, by the longer way of the two, and what passes them "
        "costs by the byte. A fault can strike all of a zone at once."
    )
    leaves_out: ClassVar[str] = "Packets between two zones share no line, so none is ever full."
    rank: ClassVar[int | None] = 1
    words: ClassVar[tuple[str, ...]] = ("zone", "az", "가용 영역")
    is_zone: ClassVar[bool] = True

    zone_delay_s: float = param(
        0.000325,
        label="Way to other zones",
        unit="s",
        ge=0,
        le=1,
        group="network",
        help="Delay that each connection to another zone has on top of its own, one way.",
        source="Ping between zones 0.9 ms (L. Liesis 2022, xkyle.com 2020), within one 0.25 ms",
        moves="latency up",
    )


class Network(GroupKind):
    """A private network."""

    title: ClassVar[str] = "Private network"
    summary: ClassVar[str] = (
        "Its components have private addresses: from outside only its gateways can be reached."
    )
    models: ClassVar[str] = (
        "A request from outside to a component inside gets lost, so that its sender waits for its own timeout, unless the "
        "component is a gateway of the network. Those inside reach everybody. Consumers fetch their messages themselves."
    )
    leaves_out: ClassVar[str] = "Address translation takes no time, and ports never run out."
    is_private: ClassVar[bool] = True
    words: ClassVar[tuple[str, ...]] = ("network", "vpc", "subnet", "네트워크")


#: Every kind of group by name, in the order of the palette.
GROUP_KINDS: Mapping[str, type[GroupKind]] = {"region": Region, "zone": Zone, "network": Network}
