"""Reading documents: what is sound is read back exactly, and everything else is answered with a diagnostic."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import limits
from simcore.scenario import fields
from simcore.scenario.document import VERSION
from simcore.scenario.messages import MESSAGES
from simcore.scenario.parse import parse

READ_ONLY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def codes(data: object, kinds: Any) -> list[str]:
    result = parse(data, kinds=kinds)
    assert (result.scenario is None) == any(item.severity == "error" for item in result.diagnostics)
    for item in result.diagnostics:
        json.dumps(item.to_json(), allow_nan=False).encode()
        assert "{" not in item.hint_text or item.code == "S005"
    return [item.code for item in result.diagnostics]


def test_reads_a_sound_document_from_text_bytes_and_objects(document: dict[str, Any], kinds: Any) -> None:
    text = json.dumps(document, ensure_ascii=False)
    results = [parse(data, kinds=kinds) for data in (document, text, text.encode(), "\ufeff" + text)]
    assert all(result.diagnostics == () for result in results)
    assert all(result.scenario == results[0].scenario for result in results)


def test_dumping_and_reading_gives_the_same_scenario(document: dict[str, Any], kinds: Any) -> None:
    scenario = parse(document, kinds=kinds).scenario
    assert scenario is not None
    again = parse(json.dumps(scenario.to_json()), kinds=kinds).scenario
    assert again == scenario
    assert again is not None
    assert again.to_json() == scenario.to_json()


def test_dumps_only_parameters_that_differ_from_their_default(document: dict[str, Any], kinds: Any) -> None:
    document["nodes"][1]["parameters"] = {"server_count": 4, "policy": "lifo"}
    scenario = parse(document, kinds=kinds).scenario
    assert scenario is not None
    assert scenario.to_json()["nodes"][1]["parameters"] == {"policy": "lifo"}
    assert scenario.to_json()["edges"][0]["parameters"] == {"latency_mean_s": 0.001}


def test_a_missing_workload_means_the_usual_classes(kinds: Any) -> None:
    scenario = parse({"version": 1}, kinds=kinds).scenario
    assert scenario is not None
    assert [item.operation for item in scenario.workload.classes] == ["read", "write"]


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ('{"version": 1,\n "nodes": [}', 2, 12, "a value is missing"),
        ('{"version" 1}', 1, 12, "a colon is missing"),
        ('{"version": 1} x', 1, 16, "there is more text after the end"),
        ('{"name": "a', 1, 10, "a text is not closed by a quote"),
        ("", 1, 1, "a value is missing"),
    ],
)
def test_broken_json_names_line_and_column(
    text: str, line: int, column: int, reason: str, kinds: Any
) -> None:
    (problem,) = parse(text, kinds=kinds).diagnostics
    assert problem.code == "S001"
    assert problem.values == {"line": line, "column": column, "reason": reason}


def circular() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b" " * (limits.DOCUMENT_BYTES_MAX + 1), "S002"),
        (" " * (limits.DOCUMENT_BYTES_MAX + 1), "S002"),
        ("[" * 100_000, "S003"),
        (json.dumps({"version": 1, "nodes": json.loads("[" * 50 + "]" * 50)}), "S003"),
        (circular(), "S003"),
        (b"\xff\xfe\x00", "S004"),
        ("[]", "S005"),
        (None, "S005"),
        (3.5, "S005"),
        ([[0] * (limits.DOCUMENT_VALUES_MAX + 1)], "S006"),
        ({"version": 1, "name": "\ud800"}, "S007"),
        ({"version": 1, "name": "a\0"}, "S007"),
        ({"version": 1, "\udfff": 1}, "S007"),
        ({"version": 1, "name": {1, 2}}, "S008"),
        ({"version": 1, 3: "x"}, "S008"),
        (object(), "S008"),
        ('{"version": 1, "name": "a", "name": "b"}', "S009"),
        ("1" * 5000, "S010"),
        ({"version": 1, "seed": 10**5000}, "S010"),
        ({"version": VERSION + 1}, "S011"),
        ({}, "S012"),
        ({"version": True}, "S012"),
        ({"version": "1"}, "S012"),
        ({"version": 1, "nodez": []}, "S022"),
        ({"version": 1, "zzz": []}, "S021"),
        ({"version": 1, "nodes": {}}, "S023"),
        ({"version": 1, "nodes": [5]}, "S023"),
        ({"version": 1, "seed": -1}, "S024"),
        ({"version": 1, "seed": 2**32}, "S025"),
        ({"version": 1, "seed": 1.5}, "S023"),
        ({"version": 1, "name": "x" * 81}, "S030"),
        ({"version": 1, "notes": "x" * 10_001}, "S030"),
        ({"version": 1, "nodes": [{}] * (limits.NODES_MAX + 1)}, "S031"),
        ({"version": 1, "edges": [{}] * (limits.EDGES_MAX + 1)}, "S031"),
        ({"version": 1, "groups": [{"id": "g"}]}, "S020"),
        ({"version": 1, "groups": [{"id": "g", "kind": "zon"}]}, "S090"),
        ({"version": 1, "groups": [{"id": "g", "kind": "zone"}] * 2}, "S091"),
        ({"version": 1, "groups": [{"id": "g", "kind": "zone", "parent_id": "h"}]}, "S092"),
        ({"version": 1, "groups": [{"id": "g", "kind": "network", "parent_id": "g"}]}, "S093"),
        ({"version": 1, "groups": [{"id": "g", "kind": "zone", "parameters": {"zone_delay_s": -1}}]}, "S024"),
        ({"version": 1, "groups": [{}] * (limits.GROUPS_MAX + 1)}, "S031"),
        ({"version": 1, "workload": {"classes": []}}, "S060"),
        ({"version": 1, "workload": {"classes": [{"name": "a"}, {"name": "a"}]}}, "S061"),
        ({"version": 1, "workload": {"classes": [{"name": "a", "share": 0}]}}, "S062"),
        ({"version": 1, "workload": {"classes": [{"name": n, "key_count": 3_000_000} for n in "ab"]}}, "S063"),
        ({"version": 1, "workload": {"classes": [{"name": str(n)} for n in range(17)]}}, "S031"),
        ({"version": 1, "workload": {"classes": [{"name": "a", "zipf_exponent": 3.1}]}}, "S025"),
        ({"version": 1, "workload": {"classes": [{"name": "a", "operation": "delete"}]}}, "S028"),
        ({"version": 1, "workload": None}, "S023"),
        ({"version": 1, "faults": [{"at_s": 1, "fault": "explode", "node_id": "a"}]}, "S028"),
        ({"version": 1, "faults": [{"at_s": -1, "fault": "crash", "node_id": "a"}]}, "S024"),
        ({"version": 1, "faults": [{"at_s": 1, "fault": "crash"}]}, "S064"),
        ({"version": 1, "faults": [{"at_s": 1, "fault": "partition", "node_id": "a"}]}, "S065"),
        ({"version": 1, "faults": [{"at_s": 1, "fault": "crash", "node_id": "gone"}]}, "S066"),
        ({"version": 1, "faults": [{"at_s": 1, "fault": "crash", "node_id": "a", "factor": 2}]}, "S068"),
    ],
)  # fmt: skip
def test_bad_documents_are_answered_with_one_clear_code(data: object, code: str, kinds: Any) -> None:
    assert codes(data, kinds) == [code]


@pytest.mark.parametrize(
    ("parameters", "code", "text", "value"),
    [
        ({"server_count": 0}, "S024", "Server must be at least 1.", 1),
        ({"server_count": 101}, "S025", "Server must be at most 100.", 100),
        ({"server_count": "4"}, "S023", "Server must be a whole number.", None),
        ({"server_count": True}, "S023", "Server must be a whole number.", None),
        ({"service_time_mean_s": 0}, "S026", "Service time mean must be more than 0 s.", None),
        ({"service_time_mean_s": 61}, "S025", "Service time mean must be at most 60 s.", 60.0),
        ({"service_time_mean_s": float("nan")}, "S027", None, None),
        ({"service_time_mean_s": float("inf")}, "S027", None, None),
        ({"policy": "random"}, "S028", "Policy must be one of: fifo, lifo.", None),
        ({"durable": 1}, "S023", "Durable must be true or false.", None),
        ({"server_cnt": 4}, "S022", "There is no field server_cnt here.", None),
        ({"colour": 4}, "S021", "There is no field colour here.", None),
    ],
)
def test_wrong_parameters_name_the_field_the_bound_and_a_fix(
    parameters: dict[str, Any], code: str, text: str | None, value: Any, draw: Any, kinds: Any
) -> None:
    document = draw("a:server")
    document["nodes"][0]["parameters"] = parameters
    (problem,) = parse(document, kinds=kinds).diagnostics
    (name,) = parameters
    assert (problem.code, problem.node_id, problem.field) == (code, "a", name)
    assert text is None or problem.text == text
    assert problem.fix == ({"type": "set_parameter", "node_id": "a", "name": name, "value": value},)


def test_nan_in_text_is_found_at_its_field(draw: Any, kinds: Any) -> None:
    document = draw("a:server")
    document["nodes"][0]["parameters"] = {"service_time_mean_s": float("nan")}
    assert codes(json.dumps(document), kinds) == ["S027"]


@pytest.mark.parametrize(
    ("kind", "hint"), [("sever", "server"), ("NGINX", "server"), ("Databse", "database")]
)
def test_an_unknown_kind_is_answered_with_the_nearest(kind: str, hint: str, draw: Any, kinds: Any) -> None:
    (problem,) = parse(draw(f"a:{kind}"), kinds=kinds).diagnostics
    assert (problem.code, problem.hint_text) == ("S040", f"Do you mean {hint}?")


@pytest.mark.parametrize(
    ("nodes", "edges", "code"),
    [
        ("a:client b:server", "a>c", "S044"),
        ("a:client b:server", "c>b", "S045"),
        ("a:server", "a>a", "S046"),
        ("a:client c:cache", "a>c", "S048"),
        ("a:client b:server", "b>a", "S048"),
        ("c:cache b:server", "c>b", "S049"),
        ("a:server b:server", "a>b b>a", "S050"),
        ("a:server b:server c:server", "a>b b>c c>a", "S050"),
        ("a:database b:database", "a>b b>a", "S051"),
        ("a:database b:database c:database", "a>b b>c c>a", "S051"),
    ],
)
def test_wrong_connections(nodes: str, edges: str, code: str, draw: Any, kinds: Any) -> None:
    assert codes(draw(nodes, edges), kinds) == [code]


def test_a_circle_through_a_queue_is_fine_because_nobody_waits(draw: Any, kinds: Any) -> None:
    assert codes(draw("s:server q:queue w:worker", "s>q q>w w>s"), kinds) == []


def test_each_circle_is_reported_once_with_its_path_whatever_the_order(draw: Any, kinds: Any) -> None:
    document = draw("b:server a:server c:server x:server", "c>a b>c a>b a>x")
    (problem,) = parse(document, kinds=kinds).diagnostics
    assert problem.text.endswith("a → b → c → a.")
    assert problem.edge_id == "c-a"
    document["nodes"].reverse()
    document["edges"].reverse()
    assert parse(document, kinds=kinds).diagnostics == (problem,)


def test_duplicates_are_reported(draw: Any, kinds: Any) -> None:
    document = draw("a:client a:server b:server", "a>b")
    assert "S042" in codes(document, kinds)
    document = draw("a:client b:server", "a>b a>b")
    assert codes(document, kinds) == ["S043"]
    document["edges"][1]["id"] = "other"
    (problem,) = parse(document, kinds=kinds).diagnostics
    assert (problem.code, problem.fix) == ("S047", ({"type": "remove_edge", "edge_id": "other"},))


def test_faults_only_where_the_kind_has_them(draw: Any, kinds: Any) -> None:
    assert codes(draw("a:client", faults=[{"at_s": 1, "fault": "crash", "node_id": "a"}]), kinds) == ["S067"]


def test_all_problems_are_found_at_once_and_their_number_is_bounded(draw: Any, kinds: Any) -> None:
    document = draw("a:sever b:server", "a>c b>b")
    document["nodes"][1]["parameters"] = {"server_count": 0, "policy": 3}
    assert sorted(codes(document, kinds)) == ["S024", "S028", "S040", "S044", "S046"]
    many = draw(" ".join(f"n{index}:zzz" for index in range(1000)))
    assert len(codes(many, kinds)) == limits.DIAGNOSTICS_MAX


def test_hundreds_of_misspelt_parameters_everywhere_cost_no_more_than_what_is_reported(
    draw: Any, kinds: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses: list[str] = []

    def guess(word: str, _known: Iterable[str]) -> None:
        guesses.append(word)

    document = draw(" ".join(f"n{index}:server" for index in range(100)))
    for node in document["nodes"]:
        node["parameters"] = {f"sever_cunt{number}": 1 for number in range(150)}
    monkeypatch.setattr(fields, "nearest", guess)
    assert len(codes(document, kinds)) == limits.DIAGNOSTICS_MAX
    assert len(guesses) == limits.DIAGNOSTICS_MAX


def test_the_largest_document_is_read(draw: Any, kinds: Any) -> None:
    nodes = " ".join(f"n{index}:server" for index in range(limits.NODES_MAX))
    edges = " ".join(
        f"n{index}>n{index + step}" for step in (1, 2, 3, 4) for index in range(limits.NODES_MAX - 4)
    )
    assert codes(draw(nodes, edges), kinds) == []


def test_order_of_nodes_and_edges_means_nothing(document: dict[str, Any], kinds: Any) -> None:
    reordered = {**document, "nodes": document["nodes"][::-1], "edges": document["edges"][::-1]}
    one, other = parse(document, kinds=kinds).scenario, parse(reordered, kinds=kinds).scenario
    assert one is not None
    assert other is not None
    assert one.sorted_nodes == other.sorted_nodes
    assert one.sorted_edges == other.sorted_edges


JSON_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs"])
    | st.sampled_from(["a", "server", "client", "S", "crash", "", "x" * 90, -1, 0, 1e308, 10**30])
)  # fmt: skip
KEYS = st.sampled_from(
    ["version", "nodes", "edges", "id", "kind", "parameters", "workload", "classes", "faults", "name"]
)
GARBAGE = st.recursive(
    JSON_LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=20,
)


@READ_ONLY
@given(data=GARBAGE)
def test_garbage_never_raises(data: object, kinds: Any) -> None:
    codes(data, kinds)
    if isinstance(data, dict):
        codes({**data, "version": 1}, kinds)


@READ_ONLY
@given(data=st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_and_any_text_never_raise(data: bytes | str, kinds: Any) -> None:
    codes(data, kinds)


def all_paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path] * bool(path) + [
        deeper for key, item in children for deeper in all_paths(item, (*path, key))
    ]


@READ_ONLY
@given(data=st.data())
def test_a_sound_document_with_a_few_places_overwritten_never_raises(
    data: st.DataObject, document: dict[str, Any], kinds: Any
) -> None:
    mutated = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(all_paths(mutated)))
        parent: Any = mutated
        for key in path[:-1]:
            parent = parent[key]
        match data.draw(st.sampled_from(["replace", "delete", "duplicate", "rename"])):
            case "replace":
                parent[path[-1]] = data.draw(GARBAGE)
            case "delete":
                del parent[path[-1]]
            case "duplicate" if isinstance(parent, list):
                parent.append(parent[path[-1]])
            case _ if isinstance(parent, dict):
                parent[data.draw(st.text(max_size=5))] = parent.pop(path[-1])
        if not all_paths(mutated):
            break
    codes(mutated, kinds)


def test_every_message_is_a_sentence_and_every_code_is_well_formed() -> None:
    for code, entry in MESSAGES.items():
        assert len(code) == 4
        assert code.startswith("S")
        assert entry.message.endswith(".")
        assert entry.hint.endswith((".", "?"))
