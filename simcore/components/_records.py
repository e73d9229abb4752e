"""How long reading and writing records takes: parameters of whatever keeps records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from simcore.components.base import SHAPE_LABELS, ShapeName, shape_of
from simcore.params import Numbers, numbers_in, param

if TYPE_CHECKING:
    from simcore.assembler import NodeAssembler

#: Where the times of one node of a relational database come from.
READ_SOURCE = "Stack Overflow 2016 (N. Craver): 1.20 ms on average; PostgreSQL 17, one client: 0.70 ms"
WRITE_SOURCE = "pgbench on r8g.large, PostgreSQL 16: TPC-B transaction 2.9 ms at 8 clients"
VARIATION_SOURCE = "Our suggestion: sigma 0.5; pgbench runs show a variation of 0.30 to 0.93"


class Timed(Protocol):
    """What has declared the parameters below."""

    @property
    def read_time_mean_s(self) -> float: ...

    @property
    def write_time_mean_s(self) -> float: ...

    @property
    def service_time_distribution(self) -> ShapeName: ...

    @property
    def service_time_cv(self) -> float: ...

    @property
    def service_time_values(self) -> Numbers: ...


def read_time_param(
    default_s: float = 0.0011, *, help: str = "Mean time of a read.", source: str = READ_SOURCE
) -> float:
    """Declare the mean time of a read."""
    return _time_param(default_s, "Read time", help, source)


def write_time_param(
    default_s: float = 0.0034, *, help: str = "Mean time of a write transaction.", source: str = WRITE_SOURCE
) -> float:
    """Declare the mean time of a write."""
    return _time_param(default_s, "Write time", help, source)


def _time_param(default_s: float, label: str, help: str, source: str) -> float:
    return cast(
        "float",
        param(
            default_s,
            label=label,
            unit="s",
            ge=0,
            le=3600,
            group="processing",
            help=help,
            source=source,
            moves="latency up",
        ),
    )


def times_shape_param(*, help: str = "How these times vary from query to query.") -> ShapeName:
    """Declare the shape of both times."""
    return cast(
        "ShapeName",
        param(
            "lognormal",
            label="Times vary",
            group="processing",
            choices=SHAPE_LABELS,
            help=help,
            moves="latency_p99 changes",
        ),
    )


def times_cv_param(
    default: float = 0.53,
    *,
    help: str = "Standard deviation of these times divided by their mean, where the distribution leaves it open.",
    source: str = VARIATION_SOURCE,
) -> float:
    """Declare the variation of both times."""
    return cast(
        "float",
        param(
            default,
            label="Variation",
            ge=0,
            le=20,
            group="processing",
            help=help,
            source=source,
            moves="latency_p99 up",
        ),
    )


def read_and_write_times(asm: NodeAssembler, kind: Timed) -> tuple[int, int]:
    """Keep both distributions; return their first slots."""
    shape, values = shape_of(kind.service_time_distribution), numbers_in(kind.service_time_values)
    cv = kind.service_time_cv
    return (
        asm.distribution("read_time", kind.read_time_mean_s, shape, cv, values),
        asm.distribution("write_time", kind.write_time_mean_s, shape, cv, values),
    )
