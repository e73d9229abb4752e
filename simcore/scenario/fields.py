"""Check values against a model and say in plain words what is wrong with which field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simcore.diagnostics import Diagnostic
from simcore.limits import DIAGNOSTICS_MAX, ID_LENGTH_MAX
from simcore.params import Parameters, ParameterSpec, parameter_specs
from simcore.scenario.document import ID_PATTERN
from simcore.scenario.messages import EXPECTATIONS, Words, diagnostic, echo

Model = TypeVar("Model", bound=BaseModel)

#: An object of the format has about twenty fields; one with this many is answered as a whole.
FIELDS_MAX = 200

#: Turns (parameter, value) into the change that sets it; a value of None means back to the default.
SetChange = Callable[[str, Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the document an object stands: how its diagnostics are addressed and how its fields can be set."""

    node_id: str | None = None
    edge_id: str | None = None
    prefix: str = ""
    set_change: SetChange | None = None

    def report(
        self, code: str, name: str, /, *, fix: Iterable[Mapping[str, Any]] = (), **values: Any
    ) -> Diagnostic:
        """Return the diagnostic of a code about one field of this object."""
        place = f"{self.prefix}{name}".removesuffix(".")
        values.setdefault("field", place or "document")
        return diagnostic(
            code, node_id=self.node_id, edge_id=self.edge_id, place=place, fix=tuple(fix), **values
        )


def check(
    model: type[Model],
    raw: object,
    place: Place,
    problems: list[Diagnostic],
    *,
    also_known: tuple[str, ...] = (),
) -> Model | None:
    """Return the validated model, or None after adding what is wrong to `problems`.

    `also_known` names fields that belong to the object but are read elsewhere.
    """
    if not isinstance(raw, dict):
        problems.append(expected(place, "", "dict_type"))
        return None
    if len(raw) > FIELDS_MAX:
        problems.append(
            place.report("S031", "", limit=FIELDS_MAX, count=len(raw), field=place.prefix or "document")
        )
        return None
    try:
        return model.model_validate({key: raw[key] for key in raw if key not in also_known}, strict=True)
    except ValidationError as error:
        specs = {spec.name: spec for spec in parameter_specs(model)} if issubclass(model, Parameters) else {}
        known = (*model.model_fields, *also_known)
        room = max(0, DIAGNOSTICS_MAX - len(problems))  # explaining costs more than finding
        items = [dict(item) for item in error.errors(include_url=False)[:room]]
        problems.extend(_explain(item, specs.get(_name_of(item)), known, place) for item in items)
        return None


def expected(place: Place, field: str, kind: str) -> Diagnostic:
    """Return the diagnostic "{field} must be {expected}"."""
    return place.report("S023", field, expected=EXPECTATIONS[kind])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that someone probably meant."""
    close = difflib.get_close_matches(word.lower()[:64], sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


def _name_of(item: Mapping[str, Any]) -> str:
    return str(item["loc"][0]) if item["loc"] else ""


def _explain(
    item: dict[str, Any], spec: ParameterSpec | None, known: tuple[str, ...], place: Place
) -> Diagnostic:
    """Turn one pydantic error into a diagnostic; `spec` is there when the field is a declared parameter."""
    name, kind, context = _name_of(item), item["type"], item.get("ctx", {})
    shown: dict[str, Any] = {"field": spec.label} if spec else {}
    to_default = _fix(place, name, None) if spec else ()
    if kind == "extra_forbidden":
        return _unknown(name, known, place)
    if kind == "missing":
        return place.report("S020", name)
    if kind in _BOUNDS:
        code, key = _BOUNDS[kind]
        bound = context[key]
        value = _as_number(bound, spec)
        fix = (_fix(place, name, value) if code != "S026" else to_default) if spec else ()
        return place.report(code, name, fix=fix, bound=_with_unit(bound, spec), **shown)
    if kind == "finite_number":
        return place.report("S027", name, fix=to_default, **shown)
    if kind == "literal_error":
        choices = Words(spec.choices) if spec and spec.choices else Words([context["expected"]])
        return place.report("S028", name, fix=to_default, choices=choices, **shown)
    if kind == "string_pattern_mismatch" and context.get("pattern") == ID_PATTERN:
        return place.report("S029", name, limit=ID_LENGTH_MAX)
    if kind in {"string_too_long", "too_long"}:
        return place.report("S030", name, limit=context["max_length"], **shown)
    if kind in EXPECTATIONS:
        return place.report("S023", name, fix=to_default, expected=EXPECTATIONS[kind], **shown)
    return place.report("S032", name, fix=to_default, reason=echo(item["msg"]), **shown)


_BOUNDS = {
    "greater_than_equal": ("S024", "ge"),
    "less_than_equal": ("S025", "le"),
    "greater_than": ("S026", "gt"),
}


def _unknown(name: str, known: tuple[str, ...], place: Place) -> Diagnostic:
    fix = _fix(place, name, None)
    shown = echo(f"{place.prefix}{name}")
    guess = nearest(name, known)
    if guess is None:
        return place.report("S021", echo(name), fix=fix, field=shown, known=Words(known))
    return place.report("S022", echo(name), fix=fix, field=shown, nearest=guess)


def _fix(place: Place, name: str, value: Any) -> tuple[Mapping[str, Any], ...]:
    return (place.set_change(name, value),) if place.set_change else ()


def _as_number(bound: float, spec: ParameterSpec | None) -> float:
    return int(bound) if spec and spec.type == "int" else bound


def _with_unit(bound: float, spec: ParameterSpec | None) -> str:
    number = f"{int(bound):,}" if float(bound).is_integer() else f"{bound:g}"
    unit = spec.unit if spec and spec.unit != "ratio" else ""
    return f"{number} {unit}".strip()


_ID = re.compile(ID_PATTERN.replace(r"\z", r"\Z"))


def valid_id(item: object) -> str | None:
    """Return the identifier of a node, edge or group of a document if it has a proper one."""
    identifier = item.get("id") if isinstance(item, dict) else None
    return identifier if isinstance(identifier, str) and _ID.match(identifier) else None
