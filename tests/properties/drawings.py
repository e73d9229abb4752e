"""Strategies: whole scenarios over all kinds and legal connections, and what a person may do while they run."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from simcore import apply_changes, parse
from simcore.components import kinds
from simcore.components.base import LinkParameters
from simcore.params import Parameters, ParameterSpec, parameter_specs
from simcore.scenario.faults import FAULTS
from simcore.scenario.group_kinds import GROUP_KINDS
from tests.swarm.groupings import may_hold, new_group

Json = dict[str, Any]

#: A drawing of this many components already mixes everything with everything.
NODES_MAX = 9
FACTORS = (0.0, 0.01, 0.3, 3.0, 10.0)
#: Parameters whose extremes only make a run long or large; the contract battery turns them to their bounds.
EXPENSIVE_MAX = {"arrival_rate_rps": 300.0, "capacity_entries": 2_000, "user_count": 500, "attempts_max": 4}


def is_legal(source: str, target: str) -> bool:
    """Tell whether a kind may connect to another."""
    return kinds()[target].role in kinds()[source].connects_to


def values_of(spec: ParameterSpec) -> st.SearchStrategy[Any]:
    """Draw a legal value of a parameter, often an extreme one."""
    if spec.type == "choice":
        return st.sampled_from(sorted(spec.choices))
    if spec.type == "bool":
        return st.booleans()
    if spec.type == "numbers":
        return st.sampled_from([spec.default, "0.01, 0.02, 0.5"])
    if spec.type == "points":
        return st.sampled_from([spec.default, "0: 5, 1: 50, 2: 0"])
    if spec.type == "weights":
        names = sorted(spec.choices)[:4]
        return st.lists(st.sampled_from(names), unique=True).map(
            lambda some: ", ".join(f"{name} 2" for name in some)
        )
    if spec.type == "text":
        return st.sampled_from([spec.default, "read"])
    low = spec.ge if spec.ge is not None else (spec.gt or 0) + 1e-3
    high = min(spec.le or 1e9, EXPENSIVE_MAX.get(spec.name, 1e9))
    candidates = {min(max(spec.default * factor, low), high) for factor in FACTORS} | {low, spec.default}
    if spec.type == "int":
        return st.sampled_from(sorted({int(value) for value in candidates}))
    return st.sampled_from(sorted(candidates))


def parameters_of(cls: type[Parameters]) -> st.SearchStrategy[Json]:
    """Draw a few parameters; the others keep their defaults."""
    specs = {spec.name: spec for spec in parameter_specs(cls)}
    if not specs:
        return st.just({})
    return st.lists(st.sampled_from(sorted(specs)), max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: values_of(specs[name]) for name in names})
    )


@st.composite
def workloads(draw: st.DrawFn) -> Json:
    """Draw one to three request classes."""
    operations = draw(
        st.lists(st.sampled_from(["read", "write", "job"]), min_size=1, max_size=3, unique=True)
    )
    return {
        "classes": [
            {
                "name": operation,
                "share": draw(st.sampled_from([0.1, 1.0, 3.0])),
                "operation": operation,
                "key_count": draw(st.sampled_from([1, 7, 300])),
                "zipf_exponent": draw(st.sampled_from([0.0, 0.9, 2.0])),
                "payload_bytes": 1000,
            }
            for operation in operations
        ]
    }


@st.composite
def groupings(draw: st.DrawFn) -> list[Json]:
    """Draw no groups, or some: regions, zones in them or apart, networks anywhere."""
    groups: list[Json] = []
    kinds_around: dict[str | None, list[str]] = {
        None: []
    }  # of each group, its own kind and those of all outer ones
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(GROUP_KINDS)), max_size=4))):
        fits = [name for name, outer in kinds_around.items() if all(may_hold(other, kind) for other in outer)]
        parent, name = draw(st.sampled_from(fits)), f"g{number}"
        groups.append(new_group(name, kind, draw(parameters_of(GROUP_KINDS[kind])), parent))
        kinds_around[name] = [kind, *kinds_around[parent]]
    return groups


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """Draw a sound document: at least one client, any other components, edges that do not run in circles."""
    names = sorted(kinds())
    clients = [name for name in names if not any(is_legal(other, name) for other in names)]
    chosen = [draw(st.sampled_from(clients)), *draw(st.lists(st.sampled_from(names), max_size=NODES_MAX - 1))]
    nodes = [
        {"id": f"n{i}", "kind": kind, "name": "", "x": 0, "y": 0, "parameters": draw(parameters_of(kinds()[kind]))}
        for i, kind in enumerate(chosen)
    ]  # fmt: skip
    groups = draw(groupings())
    if groups:
        for node in nodes:
            node |= {"group_id": draw(st.sampled_from([None, *(group["id"] for group in groups)]))}
            node |= {"gateway": draw(st.booleans())}
    pairs = [
        (i, j)
        for i in range(len(chosen))
        for j in range(i + 1, len(chosen))
        if is_legal(chosen[i], chosen[j])
    ]
    wires = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=16)) if pairs else []
    document: Json = {
        "version": 3,
        "name": "",
        "seed": 1,
        "nodes": nodes,
        "edges": [new_edge(f"n{i}", f"n{j}", draw(parameters_of(LinkParameters))) for i, j in wires],
        "groups": groups,
        "workload": draw(workloads()),
        "faults": [],
        "notes": "",
    }
    while (errors := [item for item in parse(document).diagnostics if item.severity == "error"]) != []:
        document = without(document, errors[0].edge_id)  # what a kind forbids beyond roles
    return document


def new_edge(source: str, target: str, parameters: Json | None = None) -> Json:
    """Return an edge between two components."""
    return {"id": f"{source}_{target}", "source": source, "target": target, "parameters": parameters or {}}


def without(document: Json, edge_id: str | None) -> Json:
    """Return the document without an edge."""
    assert edge_id is not None
    return {**document, "edges": [edge for edge in document["edges"] if edge["id"] != edge_id]}


@st.composite
def changes_of(draw: st.DrawFn, document: Json) -> list[Json]:
    """Draw one thing that a person may do to this document's run; possibly refused, never harmful."""
    nodes, edges = document["nodes"], document["edges"]
    verbs = ["fault node", "heal node", "set", "add", "workload", "inject", "rename"]
    verbs += ["group", "move in", "fault group", "heal group"] if document.get("groups") else ["group"]
    verbs += ["fault edge", "heal edge", "set edge", "remove edge"] if edges else []
    verbs += ["connect", "remove", "swap"] if len(nodes) > 1 else []
    verb = draw(st.sampled_from(verbs))
    node = draw(st.sampled_from(nodes))
    edge = draw(st.sampled_from(edges)) if edges else None
    kind = kinds()[node["kind"]]
    if verb == "fault node":
        return [{"type": "fault", "fault": name, "node_id": node["id"]} for name in draw(_some(kind.faults))]
    if verb == "heal node":
        return [{"type": "heal", "node_id": node["id"]}]
    if verb == "set":
        parameters = draw(parameters_of(kind))
        return [
            {"type": "set_parameter", "node_id": node["id"], "name": name, "value": value}
            for name, value in parameters.items()
        ]
    if verb == "workload":
        return [{"type": "set_workload", "workload": draw(workloads())}]
    if verb == "inject":
        return [{"type": "inject", "node_id": node["id"]}]
    if verb == "rename":
        return [{"type": "rename_node", "node_id": node["id"], "name": "Other"}]
    if verb == "remove":
        return [{"type": "remove_node", "node_id": node["id"]}]
    if verb.endswith(("group", "in")):
        return draw(_group_changes(verb, document, node))
    if edge is not None and verb.endswith("edge"):
        return draw(_edge_changes(verb, edge))
    other = draw(st.sampled_from(nodes))
    if verb == "connect":
        return [{"type": "add_edge", "edge": new_edge(node["id"], other["id"])}]
    if verb == "swap":
        return _swap(document, node)
    return draw(_new_node(document, node))


@st.composite
def _group_changes(draw: st.DrawFn, verb: str, document: Json, node: Json) -> list[Json]:
    if verb == "group":
        kind = draw(st.sampled_from(list(GROUP_KINDS)))
        taken = {group["id"] for group in document.get("groups", [])}
        name = next(f"g{i}" for i in range(len(taken) + 1) if f"g{i}" not in taken)
        group = new_group(name, kind, draw(parameters_of(GROUP_KINDS[kind])), None)
        return [
            {"type": "add_group", "group": group},
            {"type": "set_node_group", "node_id": node["id"], "group_id": name},
        ]
    group_id = draw(st.sampled_from(document["groups"]))["id"]
    if verb == "move in":
        place = draw(st.sampled_from([None, group_id]))
        return [{"type": "set_node_group", "node_id": node["id"], "group_id": place}]
    if verb == "heal group":
        return [{"type": "heal", "group_id": group_id}]
    fault = draw(st.sampled_from(["crash", "hang", "slow", "restart", "flush"]))
    return [{"type": "fault", "fault": fault, "group_id": group_id}]


def _some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.sampled_from(names).map(lambda name: [name]) if names else st.just([])


@st.composite
def _edge_changes(draw: st.DrawFn, verb: str, edge: Json) -> list[Json]:
    if verb == "fault edge":
        name = draw(st.sampled_from(sorted(name for name, fault in FAULTS.items() if fault.target == "edge")))
        return [{"type": "fault", "fault": name, "edge_id": edge["id"]}]
    if verb == "heal edge":
        return [{"type": "heal", "edge_id": edge["id"]}]
    if verb == "remove edge":
        return [{"type": "remove_edge", "edge_id": edge["id"]}]
    return [
        {"type": "set_edge_parameter", "edge_id": edge["id"], "name": name, "value": value}
        for name, value in draw(parameters_of(LinkParameters)).items()
    ]


def _swap(document: Json, node: Json) -> list[Json]:
    """Remove a component and put it back as it was, with its connections: an edit undone."""
    own = [edge for edge in document["edges"] if node["id"] in (edge["source"], edge["target"])]
    return [
        {"type": "remove_node", "node_id": node["id"]},
        {"type": "add_node", "node": node},
        *({"type": "add_edge", "edge": edge} for edge in own),
    ]


@st.composite
def _new_node(draw: st.DrawFn, document: Json, near: Json) -> list[Json]:
    """Add a component connected with an old one in whichever direction is legal."""
    kind = draw(st.sampled_from(sorted(kinds())))
    taken = {node["id"] for node in document["nodes"]}
    node_id = next(f"n{i}" for i in range(len(taken) + 1) if f"n{i}" not in taken)
    node = {
        "id": node_id,
        "kind": kind,
        "name": "",
        "x": 0,
        "y": 0,
        "parameters": draw(parameters_of(kinds()[kind])),
    }
    changes: list[Json] = [{"type": "add_node", "node": node}]
    if is_legal(near["kind"], kind):
        changes.append({"type": "add_edge", "edge": new_edge(near["id"], node_id)})
    elif is_legal(kind, near["kind"]):
        changes.append({"type": "add_edge", "edge": new_edge(node_id, near["id"])})
    return changes


@st.composite
def stories(draw: st.DrawFn) -> tuple[Json, list[tuple[float, list[Json]]]]:
    """Draw a document and what is done to its run: pairs of a pause (s) and the changes after it."""
    document = draw(documents())
    script = []
    edited = document
    for _ in range(draw(st.integers(1, 8))):
        changes = draw(changes_of(edited))
        script.append((draw(st.sampled_from([0.0, 0.05, 0.7, 2.5])), changes))
        edited = apply_changes(edited, changes).document or edited
    return document, script
