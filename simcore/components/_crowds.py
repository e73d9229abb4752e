"""People in several regions, with several sorts of devices: one component that stands for several at different places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr

from simcore.components._access import AccessNetwork
from simcore.params import param, weights_in, weights_type
from simcore.regions import REGION_TITLES, REGIONS, ROUND_TRIP_SOURCE


@dataclass(frozen=True, slots=True)
class Device:
    """A sort of device in its access network: one-way delay (s), and bits per second to and from it."""

    title: str
    delay_s: float
    download_bps: float
    upload_bps: float


#: What half of a round trip and the two rates of the named profiles are.
DEVICES: Mapping[str, Device] = {
    "fiber": Device("Desktop on fiber", 0.002, 20e6, 5e6),
    "cable": Device("Desktop on cable", 0.014, 5e6, 1e6),
    "phone_4g": Device("Phone on 4G", 0.035, 12e6, 12e6),
    "phone_slow_4g": Device("Phone on slow 4G", 0.075, 1.6e6, 0.75e6),
    "phone_3g": Device("Phone on 3G", 0.15, 1.6e6, 0.768e6),
}
_DEVICE_SOURCE = (
    "WebPageTest profiles: fiber 4 ms, 20/5 Mbit/s; cable 28 ms, 5/1; LTE 70 ms, 12/12; 3G 300 ms, 1.6/0.768; Lighthouse: "
    "slow 4G 150 ms, 1.6/0.75"
)

RegionWeights = Annotated[str, "weights", Field(max_length=1000), weights_type(REGIONS[1:])]
DeviceWeights = Annotated[str, "weights", Field(max_length=1000), weights_type(tuple(DEVICES))]


class Crowd(AccessNetwork):
    """People who may be in several regions, and use several sorts of devices."""

    region_mix: RegionWeights = param(
        "",
        label="Regions of the people",
        group="place",
        choices={name: REGION_TITLES[name] for name in REGIONS[1:]},
        help="Where the people are: regions, each with a weight. Every person lives in one of them. Empty: all in the one region.",
        source=ROUND_TRIP_SOURCE,
        moves="latency changes",
    )
    device_mix: DeviceWeights = param(
        "",
        label="Devices of the people",
        group="devices",
        choices={name: device.title for name, device in DEVICES.items()},
        help="What the people use: sorts of devices, each with a weight, instead of what is set for the access network. Every "
        "person has one of them.",
        source=_DEVICE_SOURCE,
        moves="latency up",
    )

    #: Set in what `parts` returns: one region and one sort of device, whose requests come from the whole.
    _is_part: bool = PrivateAttr(default=False)

    @property
    def is_part(self) -> bool:
        """Whether it is one of the parts of a crowd."""
        return self._is_part

    def parts(self) -> Mapping[str, Crowd]:
        """Return those in each region with each sort of device; nothing when all are alike."""
        return _parts(self)

    def part_shares(self) -> Mapping[str, float]:
        """Return the share of the people in each of the parts."""
        regions, devices = _shares(self.region_mix), _shares(self.device_mix)
        return {_name(*key): regions[key[0]] * devices[key[1]] for key in _keys(self)}

    def part_ends(self, user_count: int) -> list[tuple[str, int]]:
        """Return the parts, each with the number of the first person beyond it: people are numbered through."""
        shares = self.part_shares()
        return [
            (name, round(user_count * share))
            for name, share in zip(shares, accumulate(shares.values()), strict=True)
        ]

    def places(self) -> Mapping[str, float]:
        """Return the regions that its people are in, with the share of each."""
        return _shares(self.region_mix) if self.region_mix.strip() else super().places()

    def mean_access_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time that a request and its answer spend in access networks, on average over all people."""
        parts = self.parts()
        if not parts:
            return self.access_s(operation, payload_bytes)
        shares = self.part_shares()
        return sum(shares[name] * part.access_s(operation, payload_bytes) for name, part in parts.items())

    def answer_s(self, operation: str, payload_bytes: float) -> float:
        """Return the time in access networks: people do nothing else to their own requests."""
        return self.mean_access_s(operation, payload_bytes)

    def at(self, region: str, device: str) -> Self:
        """Return those in one region with one sort of device; without either name, as they are set."""
        settings: dict[str, Any] = {"region_mix": "", "device_mix": ""}
        if region:
            settings["region"] = region
        if device:
            found = DEVICES[device]
            settings |= {
                "access_delay_mean_s": found.delay_s,
                "access_download_bps": found.download_bps,
                "access_upload_bps": found.upload_bps,
            }
        part = self.model_copy(update=settings)
        part._is_part = True  # noqa: SLF001 # its own class
        return part


def _shares(mix: str) -> dict[str, float]:
    """Return the share of each name; of an empty mix the whole under no name."""
    weights = weights_in(mix) or {"": 1.0}
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


def _keys(crowd: Crowd) -> list[tuple[str, str]]:
    if not crowd.region_mix.strip() and not crowd.device_mix.strip():
        return []
    return [(region, device) for region in _shares(crowd.region_mix) for device in _shares(crowd.device_mix)]


def _name(region: str, device: str) -> str:
    return ".".join(filter(None, (region, device)))


@lru_cache(maxsize=1024)
def _parts(crowd: Crowd) -> Mapping[str, Crowd]:
    """The same parts as long as nothing about the crowd changes, so that they need not be compiled again."""
    return {_name(*key): crowd.at(*key) for key in _keys(crowd)}
