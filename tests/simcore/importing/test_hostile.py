"""Whatever text comes, there is a scenario or a reason why not, and never an exception."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcore import library, parse, read_drawing, texts, to_mermaid
from simcore.diagnostics import has_errors

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
KNOWN_TEXTS = set(texts())

PIECES = st.sampled_from(
    ["-->", "---", "-- ", "-.->", "==>", "~~~", "&", "|", '"', "[", "]", "[(", ")]", "((", "))", "{{", "}}", "{", "}", "@{",
     "subgraph ", "end\n", "direction LR", "%% @node n0 {", "%% @scenario {}", "%%{", "}%%", ";", ":::", "#quot;", "#9999999;",
     "#55296;", "\n", " ", "a", "n0", "web", "cache", "한", "<br>", "`", "\\", ">", "\u2028", "style x"]
)  # fmt: skip
CHARTS = st.lists(PIECES | st.text(max_size=5), max_size=60).map(
    lambda parts: "flowchart LR\n" + "".join(parts)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["redis:7", "db:5432", "http://web", "80:80", "web", "db"])
)
NAMES = st.sampled_from(["web", "db", "redis", "worker", "queue", "a b", "", "\0", "한글"]) | st.text(
    max_size=8
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["image", "build", "depends_on", "links", "environment", "ports", "deploy", "scale", "networks", "hostname", "command",
     "<<", "healthcheck"]
)  # fmt: skip
SERVICES = st.dictionaries(NAMES, st.dictionaries(FIELDS, VALUES, max_size=5) | SCALARS, max_size=6)
#: JSON is YAML.
FILES = st.fixed_dictionaries(
    {"services": SERVICES}, optional={"networks": VALUES, "name": VALUES, "x-a": VALUES}
).map(lambda value: f"services: {json.dumps(value['services'])}\n" + "".join(
    f"{key}: {json.dumps(item)}\n" for key, item in value.items() if key != "services"
))  # fmt: skip


def check(data: object) -> None:
    drawing = read_drawing(data)
    for item in drawing.remarks:
        assert item.text
        assert {item.message, item.hint} - {""} <= KNOWN_TEXTS
    if drawing.document is None:
        assert has_errors(list(drawing.remarks))
    else:
        assert not has_errors(list(drawing.remarks))
        assert parse(drawing.document).scenario is not None


@MANY
@given(CHARTS)
def test_any_chart(text: str) -> None:
    check(text)


@MANY
@given(FILES)
def test_any_compose_file(text: str) -> None:
    check(text)


@MANY
@given(st.text() | st.text().map(lambda text: f"services:\n  {text}") | st.binary() | VALUES)
def test_anything(data: Any) -> None:
    check(data)


@MANY
@given(st.data())
def test_a_chart_of_ours_with_damage(data: st.DataObject) -> None:
    text = to_mermaid(parse(library()[0].document).scenario.to_json())  # type: ignore[union-attr]
    at = data.draw(st.integers(0, len(text)))
    until = data.draw(st.integers(at, min(len(text), at + 30)))
    check(text[:at] + data.draw(st.text(max_size=5) | PIECES) + text[until:])
