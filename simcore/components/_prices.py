"""What components cost: the bill is the time integral of their instances, their requests, and the bytes they send out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.components.base import Component
from simcore.params import param

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler

#: Most that one of these prices may be (USD).
_PRICE_MAX = 100_000.0


def hourly(default_usd: float, source: str) -> Any:
    """Declare the price of an instance-hour."""
    return _price(
        default_usd,
        "Price per instance-hour",
        "Price of each instance, or of each shard, for each hour that it is there, working or not: a crashed one costs until "
        "it is removed.",
        source,
    )


def per_million(default_usd: float, source: str) -> Any:
    """Declare the price of a million requests."""
    return _price(
        default_usd, "Price per million requests", "Price of a million requests that it has answered.", source
    )


def _price(default_usd: float, label: str, help: str, source: str) -> Any:
    return param(
        default_usd,
        label=label,
        unit="USD",
        ge=0,
        le=_PRICE_MAX,
        group="cost",
        help=help,
        source=source,
        moves="cost up",
    )


class Billed(Component):
    """A component that costs money: by the hour, and by the request."""

    price_hour_usd: float = hourly(0.0, "")
    price_million_usd: float = per_million(0.0, "")
    bought_count: int = param(
        0,
        label="Machines bought ahead",
        ge=0,
        le=1000,
        group="cost",
        help="Machines that cost all the time, working or not, and beyond which no instance can be added. 0: rented by the hour, "
        "as many as there are instances.",
        advanced=True,
        moves="cost up",
    )

    def running(self, instance_count: int) -> int:
        """Return how many of the drawn instances there are machines for."""
        return min(instance_count, self.bought_count) if self.bought_count else instance_count

    def hour_usd(self) -> float:
        """Return the price of an instance-hour."""
        return self.price_hour_usd

    def usd_per_hour(self) -> float:
        """Return the price of all its instances, or of its machines if they are more."""
        return self.hour_usd() * max(float(getattr(self, "instance_count", 1)), self.bought_count)

    @property
    def internet_usd(self) -> float:
        """Price of each 1,000,000,000 bytes of its answers to users; nothing where it never answers any."""
        return 0.0

    def sending_usd(self) -> tuple[float, float]:
        """Return the prices of each 1,000,000,000 bytes that it sends to other regions, and to other zones."""
        return 0.0, 0.0

    def stamp_prices(self, asm: NodeAssembler) -> None:
        """Keep the prices where the engine finds them."""
        asm.prices(
            self.hour_usd(),
            self.price_million_usd,
            self.internet_usd,
            *self.sending_usd(),
            self.bought_count,
        )


class Priced(Billed):
    """A component that also costs money by the bytes that it sends to other regions and zones."""

    price_region_usd: float = param(
        0.02,
        label="Price per GB to other regions",
        unit="USD",
        ge=0,
        le=_PRICE_MAX,
        group="cost",
        help="Price of each 1,000,000,000 bytes that it sends to components in other regions: requests, answers and messages, "
        "but not records that replicas fetch.",
        source="Napkin math (S. Eskildsen): 0.02 USD per GB between regions",
        advanced=True,
        moves="cost up",
    )

    price_zone_usd: float = param(
        0.01,
        label="Price per GB to other zones",
        unit="USD",
        ge=0,
        le=_PRICE_MAX,
        group="cost",
        help="Price of each 1,000,000,000 bytes that it sends to components in other availability zones of its region.",
        source="AWS price list (Infracost): 0.01 USD per GB each way between zones",
        advanced=True,
        moves="cost up",
    )

    def sending_usd(self) -> tuple[float, float]:
        """Return the prices of each 1,000,000,000 bytes that it sends to other regions, and to other zones."""
        return self.price_region_usd, self.price_zone_usd


def per_gb_to_users(default_usd: float, source: str) -> Any:
    """Declare the price of a GB of answers to users."""
    return param(
        default_usd,
        label="Price per GB to users",
        unit="USD",
        ge=0,
        le=_PRICE_MAX,
        group="cost",
        help="Price of each 1,000,000,000 bytes of its answers to users, wherever they are.",
        source=source,
        advanced=True,
        moves="cost up",
    )


class PublicPriced(Priced):
    """A component that costs money, and that users may ask themselves: its answers go out to the internet."""

    price_internet_usd: float = per_gb_to_users(
        0.1, "Napkin math (S. Eskildsen): 0.1 USD per GB to the internet"
    )

    @property
    def internet_usd(self) -> float:
        """Price of each 1,000,000,000 bytes of its answers to users."""
        return self.price_internet_usd
