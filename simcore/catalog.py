"""Everything the outside may know about the kinds, and every text of simcore that a person may see.

Texts are English and are themselves the keys of their translations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from simcore.analysis.latency_numbers import LATENCY_NUMBERS
from simcore.analysis.messages import MESSAGES as ANALYSIS_MESSAGES
from simcore.analysis.workload import OPERATIONS
from simcore.components import kinds as all_kinds
from simcore.components.base import ROLE_TITLES, Component, LinkParameters
from simcore.importing.messages import MESSAGES as IMPORT_MESSAGES
from simcore.library import SHELVES, library
from simcore.library.lessons import MEASURES
from simcore.limits import limits
from simcore.metrics.events import MESSAGES as EVENT_MESSAGES
from simcore.moves import FIGURES
from simcore.params import Parameters, ParameterSpec, parameter_specs
from simcore.presets import CONFIDENCE, Preset, presets
from simcore.program import Cause
from simcore.scenario.document import RequestClass, Workload
from simcore.scenario.estimates import Action, Estimate
from simcore.scenario.faults import FAULTS
from simcore.scenario.group_kinds import GROUP_KINDS, GroupKind
from simcore.scenario.messages import EXPECTATIONS, JSON_REASONS
from simcore.scenario.messages import MESSAGES as SCENARIO_MESSAGES

#: Palette headings in the order of a request's way.
GROUPS: Mapping[str, str] = {
    "traffic": "Traffic",
    "network": "Network",
    "compute": "Compute",
    "data": "Data",
    "messaging": "Messaging",
}

#: So many of the kinds that the scenarios of the library are made of count as common.
COMMON_KINDS_COUNT = 6

#: Why a request failed, in words. OK is no cause.
CAUSES: Mapping[Cause, str] = {
    Cause.REFUSED: "Refused",
    Cause.QUEUE_FULL: "Queue full",
    Cause.TIMED_OUT: "Timed out",
    Cause.NODE_DOWN: "Component down",
    Cause.CONNECTION_LOST: "Connection lost",
    Cause.NO_HEALTHY_TARGET: "No healthy target",
    Cause.NO_TARGET: "Nothing connected",
    Cause.PARTITIONED: "Network cut",
    Cause.PACKET_LOST: "Packet lost",
    Cause.LIMIT_REACHED: "Limit of the run reached",
    Cause.BREAKER_OPEN: "Circuit breaker open",
    Cause.RATE_LIMITED: "Rate limit exceeded",
    Cause.SHED: "Load shed",
    Cause.DEADLINE_EXCEEDED: "Deadline exceeded",
    Cause.CANCELLED: "Cancelled by the caller",
}


def catalog() -> dict[str, Any]:
    """Return the catalog, JSON-ready: kinds with their parameters, and the words of everything around them."""
    return {
        "kinds": [_kind(name, kind) for name, kind in _in_palette_order()],
        "common_kinds": _common_kinds(),
        "edge_parameters": _parameters(LinkParameters),
        "class_parameters": _parameters(RequestClass),
        "group_kinds": [_group_kind(name, kind) for name, kind in GROUP_KINDS.items()],
        "estimate_parameters": _parameters(Estimate),
        "action_parameters": _parameters(Action),
        "default_estimate": Estimate().model_dump(mode="json"),
        "roles": {role.value: title for role, title in ROLE_TITLES.items()},
        "groups": list(GROUPS),
        "group_titles": dict(GROUPS),
        "faults": {
            name: {
                "title": fault.title,
                "help": fault.help,
                "target": fault.target,
                "factor": fault.factor,
                "unit": fault.unit,
                "factor_max": fault.factor_max,
                "lasts": fault.lasts,
            }
            for name, fault in FAULTS.items()
        },
        "causes": {cause.name.lower(): label for cause, label in CAUSES.items()},
        "figures": dict(FIGURES),
        "confidence": dict(CONFIDENCE),
        "latency_numbers": [asdict(item) for item in LATENCY_NUMBERS],
        "default_workload": Workload().to_json(),
        "limits": limits(),
    }


def _in_palette_order() -> list[tuple[str, type[Component]]]:
    order = list(GROUPS)
    return sorted(all_kinds().items(), key=lambda item: (order.index(item[1].group), item[0]))


def _common_kinds() -> list[str]:
    """Return the kinds that the most scenarios of the library have, the most frequent first."""
    documents = [entry.document for entry in library()]
    counts = Counter(kind for document in documents for kind in {node["kind"] for node in document["nodes"]})
    ranked = sorted(counts, key=lambda kind: (-counts[kind], kind))
    return ranked[:COMMON_KINDS_COUNT]


def _kind(name: str, kind: type[Component]) -> dict[str, Any]:
    return {
        "kind": name,
        "title": kind.title,
        "summary": kind.summary,
        "models": kind.models,
        "leaves_out": kind.leaves_out,
        "group": kind.group,
        "aliases": list(kind.aliases),
        "role": kind.role.value,
        "connects_to": {role.value: meaning for role, meaning in kind.connects_to.items()},
        "faults": list(kind.faults),
        "parameters": _parameters(kind),
        "presets": [_preset(preset) for preset in presets(name)],
    }


def _group_kind(name: str, kind: type[GroupKind]) -> dict[str, Any]:
    return {
        "kind": name,
        "title": kind.title,
        "summary": kind.summary,
        "models": kind.models,
        "leaves_out": kind.leaves_out,
        "rank": kind.rank,
        "is_private": kind.is_private,
        "parameters": _parameters(kind),
    }


def _preset(preset: Preset) -> dict[str, Any]:
    return {
        "name": preset.name,
        "figures": {
            name: {"value": figure.value, "source": figure.source, "confidence": figure.confidence}
            for name, figure in preset.figures.items()
        },
    }


def _parameters(cls: type[Parameters]) -> list[dict[str, Any]]:
    return [
        {
            "name": spec.name,
            "type": spec.type,
            "default": spec.default,
            "unit": spec.unit,
            "label": spec.label,
            "help": spec.help,
            "group": spec.group,
            "ge": spec.ge,
            "gt": spec.gt,
            "le": spec.le,
            "choices": spec.choices,
            "source": spec.source,
            "advanced": spec.advanced,
            "moves": [
                {"figure": move.figure, "direction": move.direction, "choice": move.choice}
                for move in spec.moves
            ],
        }
        for spec in parameter_specs(cls)
    ]


def texts() -> tuple[str, ...]:
    """Return every translatable English text of simcore, sorted. Units and product names are not translated."""
    return tuple(sorted({text for text in _texts() if text}))


def _texts() -> Iterator[str]:
    for name, kind in all_kinds().items():
        yield from (kind.title, kind.summary, kind.models, kind.leaves_out)
        yield from kind.connects_to.values()
        yield from _parameter_texts(kind)
        yield from (figure.source for preset in presets(name) for figure in preset.figures.values())
    yield from CONFIDENCE.values()
    for number in LATENCY_NUMBERS:
        yield from (number.title, number.source)
    for group_kind in GROUP_KINDS.values():
        yield from (group_kind.title, group_kind.summary, group_kind.models, group_kind.leaves_out)
        yield from _parameter_texts(group_kind)
    yield from _parameter_texts(LinkParameters)
    yield from _parameter_texts(RequestClass)
    yield from _parameter_texts(Estimate)
    yield from _parameter_texts(Action)
    yield from ROLE_TITLES.values()
    yield from GROUPS.values()
    yield from CAUSES.values()
    yield from FIGURES.values()
    yield from OPERATIONS
    for fault in FAULTS.values():
        yield from (fault.title, fault.help)
    for entry in (*SCENARIO_MESSAGES.values(), *ANALYSIS_MESSAGES.values(), *IMPORT_MESSAGES.values()):
        yield from (entry.message, entry.hint)
    yield from (*JSON_REASONS.values(), *EXPECTATIONS.values())
    yield from EVENT_MESSAGES.values()
    yield from _library_texts()


def _parameter_texts(cls: type[Parameters]) -> Iterator[str]:
    specs: tuple[ParameterSpec, ...] = parameter_specs(cls)
    for spec in specs:
        yield from (spec.label, spec.help, spec.group, spec.source)
        yield from spec.choices.values()


def _library_texts() -> Iterator[str]:
    """Yield what a scenario shows: its texts, each line of its notes, the names on its canvas, and what it teaches."""
    yield from SHELVES.values()
    yield from (measure.title for measure in MEASURES.values())
    for entry in library():
        yield from (entry.title, entry.summary)
        yield from entry.document["notes"].splitlines()
        yield from (node["name"] for node in entry.document["nodes"])
        yield from (group["name"] for group in entry.document.get("groups", ()))
        yield from (item["name"] for item in entry.document["workload"]["classes"])
        yield from (item["name"] for item in entry.document.get("estimate", {}).get("actions", ()))
        if entry.lesson is not None:
            if entry.lesson.happening is not None:
                yield entry.lesson.happening.title
                yield from _names_added(entry.lesson.happening.changes)
            for technique in entry.lesson.techniques:
                yield technique.title
                yield from _names_added(technique.changes)
                yield from (claim.published.source for claim in technique.claims if claim.published)


def _names_added(changes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names of the components and groups that changes put on the canvas."""
    for change in changes:
        if "node" in change:
            yield change["node"]["name"]
        if "group" in change:
            yield change["group"]["name"]
