"""Parameters, declared once.

A kind states each parameter in one line; validation, JSON schema, palette, inspector, reference pages and the
translators' list are all derived from that line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, PydanticUndefined

from simcore.moves import Move, moves_in

#: Upper bound of any number a person may type: far above every sensible rate, size or time, far below overflow.
NUMBER_MAX = 1e15


#: Numbers or points in one list: a day in quarters of an hour, and room to spare.
LIST_LENGTH_MAX = 200


def numbers_in(text: str) -> tuple[float, ...]:
    """Return the numbers of a text like "1, 2, 5": none below zero, at most `LIST_LENGTH_MAX`.

    Raises
    ------
    ValueError : if the text is no such list.
    """
    parts = [part for part in text.split(",") if part.strip()]
    found = tuple(float(part) for part in parts)
    if len(found) > LIST_LENGTH_MAX or not all(0.0 <= value <= NUMBER_MAX for value in found):
        raise ValueError(text)
    return found


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a text like "photos, video"."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def points_in(text: str) -> tuple[tuple[float, float], ...]:
    """Return the points of a text like "0: 100, 60: 500": times in order, and what holds at each.

    Raises
    ------
    ValueError : if the text is no such list.
    """
    pairs = [part.split(":") for part in text.split(",") if part.strip()]
    if not all(len(pair) == 2 for pair in pairs):
        raise ValueError(text)
    flat = numbers_in(",".join(chain.from_iterable(pairs)))
    points = tuple(zip(flat[::2], flat[1::2], strict=True))
    if len(points) != len(pairs) or any(one[0] > other[0] for one, other in pairwise(points)):
        raise ValueError(text)
    return points


def weights_in(text: str) -> dict[str, float]:
    """Return the names of a text like "seoul 60, tokyo 20" with their weights, those without weight left out.

    Raises
    ------
    ValueError : if the text is no such list, names something twice, or nothing in it has weight.
    """
    pairs = [part.replace(":", " ").split() for part in text.split(",") if part.strip()]
    if not all(len(pair) == 2 for pair in pairs) or len({name for name, _ in pairs}) != len(pairs):
        raise ValueError(text)
    weights = numbers_in(",".join(weight for _, weight in pairs))
    found = {name: weight for (name, _), weight in zip(pairs, weights, strict=True) if weight > 0}
    if pairs and not found:
        raise ValueError(text)
    return found


def weights_type(names: Collection[str]) -> AfterValidator:
    """Return what checks that a text gives weights to nothing but some names."""

    def read(text: str) -> object:
        if not set(weights_in(text)) <= set(names):
            raise ValueError(text)
        return text

    return AfterValidator(_checked("weights", read))


def _checked(kind: str, read: Callable[[str], object]) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            read(text)
        except ValueError as error:
            raise PydanticCustomError(f"{kind}_type", "no list of " + kind) from error
        return text

    return check


#: A short list of numbers, kept as people type it.
Numbers = Annotated[str, "numbers", Field(max_length=4000), AfterValidator(_checked("numbers", numbers_in))]
#: A short list of times, each with a value.
Points = Annotated[str, "points", Field(max_length=8000), AfterValidator(_checked("points", points_in))]

#: A short list of names, kept as people type it.
Names = Annotated[str, "text", Field(max_length=2000)]

TypeName = Literal["float", "int", "bool", "choice", "text", "numbers", "points", "weights"]


class Parameters(BaseModel):
    """A frozen, bounded set of declared parameters (numbers in SI units; never NaN or infinite).

    Class attributes
    ----------------
    moves_here : what inherited parameters move in this class, where it is not what their declaration says.
    """

    moves_here: ClassVar[Mapping[str, str | Mapping[str, str]]] = {}

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)


def param(
    default: Any,
    *,
    unit: str = "",
    help: str,
    label: str = "",
    group: str = "general",
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    choices: dict[str, str] | None = None,
    source: str = "",
    advanced: bool = False,
    moves: str | Mapping[str, str] = "",
) -> Any:
    """Declare one parameter of a `Parameters` class.

    Parameters
    ----------
    default : value used when a document does not give one.
    unit : SI unit as shown to people ("s", "1/s", "bytes", "ratio", "" for a plain count).
    help : one English sentence; its Korean text is in the message catalogue.
    label : English name beside the field; derived from the parameter's name when empty.
    group : heading under which the inspector shows it.
    ge, gt, le : bounds. A number without `le` is bounded by `NUMBER_MAX`.
    choices : value -> English label, for parameters annotated with a `Literal`.
    source : where the default comes from; empty means "our suggestion".
    advanced : shown only on request.
    moves : which figures of a run go which way when it grows, e.g. "latency up, failed down", or what each choice does
        compared with the default; the words are those of `simcore.moves`. Every parameter needs it, and a case in
        tests/every_kind/placebo that shows it.
    """
    moves_in(moves)  # a mistake in it shows where it was made
    extra: dict[str, Any] = {
        "unit": unit,
        "label": label,
        "group": group,
        "choices": choices or {},
        "source": source,
        "advanced": advanced,
        "moves": moves if isinstance(moves, str) else dict(moves),
    }
    is_number = isinstance(default, int | float) and not isinstance(default, bool)
    upper = le if le is not None else (NUMBER_MAX if is_number else None)
    return Field(default=default, description=help, ge=ge, gt=gt, le=upper, json_schema_extra=extra)


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """What the rest of the program may know about one declared parameter."""

    name: str
    type: TypeName
    default: Any
    unit: str
    label: str
    help: str
    group: str
    ge: float | None
    gt: float | None
    le: float | None
    choices: dict[str, str]
    source: str
    advanced: bool
    moves: tuple[Move, ...]


def parameter_specs(cls: type[Parameters]) -> tuple[ParameterSpec, ...]:
    """List the declared parameters of a class: its own in order of declaration, then those that it inherits."""
    hints = get_type_hints(cls, include_extras=True)
    inherited = {
        name for base in cls.__mro__[1:] if issubclass(base, Parameters) for name in base.model_fields
    }
    fields = sorted(cls.model_fields.items(), key=lambda item: item[0] in inherited)
    return tuple(
        _spec(name, field, hints[name], cls.moves_here.get(name))
        for name, field in fields
        if field.json_schema_extra is not None and field.default is not PydanticUndefined
    )


def _spec(
    name: str, field: Any, annotation: Any, moves_here: str | Mapping[str, str] | None
) -> ParameterSpec:
    extra = field.json_schema_extra
    bounds: dict[str, float | None] = {"ge": None, "gt": None, "le": None}
    for constraint in field.metadata:
        for bound in bounds:
            if hasattr(constraint, bound):
                bounds[bound] = getattr(constraint, bound)
    return ParameterSpec(
        name=name,
        type=_type_name(annotation),
        default=field.default,
        unit=extra["unit"],
        label=extra["label"] or _label_from(name),
        help=field.description,
        group=extra["group"],
        choices=dict(extra["choices"]),
        source=extra["source"],
        advanced=extra["advanced"],
        moves=moves_in(extra["moves"] if moves_here is None else moves_here),
        **bounds,
    )


def _type_name(annotation: Any) -> TypeName:
    if get_origin(annotation) is Annotated:
        listed: TypeName = annotation.__metadata__[0]
        return listed
    if get_origin(annotation) is Literal:
        assert all(isinstance(value, str) for value in get_args(annotation))
        return "choice"
    names: dict[type, TypeName] = {
        bool: "bool", int: "int", float: "float", str: "text",
    }  # fmt: skip
    return names[annotation]


def _label_from(name: str) -> str:
    """Turn `service_time_mean_s` into "Service time mean": the unit is shown beside the number instead."""
    words = name.split("_")
    if len(words) > 1 and words[-1] in {"s", "rps", "bytes", "ratio", "count", "bps"}:
        words = words[:-1]
    return " ".join(words).capitalize()
