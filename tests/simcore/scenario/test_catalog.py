"""The catalog and the list of texts: complete by construction, and stable."""

from __future__ import annotations

import json
import re
import string
import tomllib
from pathlib import Path

import pytest

from simcore.analysis.messages import MESSAGES as ANALYSIS_MESSAGES
from simcore.catalog import CAUSES, GROUPS, catalog, texts
from simcore.components import kinds
from simcore.components.base import Role
from simcore.library import library
from simcore.limits import NODES_MAX, limits
from simcore.program import Cause
from simcore.scenario.faults import FAULTS
from simcore.scenario.messages import MESSAGES
from simcore.version import VERSION

ROOT = Path(__file__).resolve().parents[3]


def test_the_catalog_is_json_and_has_every_kind() -> None:
    read = json.loads(json.dumps(catalog(), allow_nan=False))
    assert read == catalog()
    assert sorted(kind["kind"] for kind in read["kinds"]) == sorted(kinds())
    assert read["roles"].keys() == {role.value for role in Role}


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_kind_refers_only_to_what_the_catalog_has(name: str) -> None:
    read = catalog()
    (kind,) = [item for item in read["kinds"] if item["kind"] == name]
    assert kind["group"] in read["groups"]
    assert kind["connects_to"].keys() <= read["roles"].keys()
    assert all(read["faults"][fault]["target"] == "node" for fault in kind["faults"])
    for parameter in kind["parameters"]:
        assert parameter["label"]
        assert parameter["help"].endswith(".")
        assert (parameter["type"] in {"choice", "weights"}) == bool(parameter["choices"])


def test_every_cause_and_group_has_a_label() -> None:
    assert set(CAUSES) == set(Cause) - {Cause.OK}
    assert catalog()["groups"] == list(GROUPS)
    assert {kind.group for kind in kinds().values()} <= set(GROUPS)


def test_limits_are_named_in_the_catalog() -> None:
    assert catalog()["limits"] == limits()
    assert limits()["nodes_max"] == NODES_MAX


def strings_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(strings_in(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(strings_in(item) for item in value))
    return {value} if isinstance(value, str) else set()


def test_every_sentence_that_the_catalog_shows_is_listed_for_translation() -> None:
    listed = set(texts())
    shown = catalog()
    for kind in shown["kinds"]:
        for parameter in kind["parameters"]:
            parameter.pop("source")
            parameter.pop("default")
    sentences = {text for text in strings_in(shown) if text.endswith(".") and " " in text}
    assert sentences
    assert sentences <= listed
    for kind in shown["kinds"]:
        assert {kind["title"], *kind["connects_to"].values()} <= listed
        for parameter in kind["parameters"]:
            assert {parameter["label"], parameter["group"], *parameter["choices"].values()} <= listed


def test_every_message_and_starter_is_listed_for_translation() -> None:
    listed = set(texts())
    for entry in (*MESSAGES.values(), *ANALYSIS_MESSAGES.values()):
        assert {entry.message, entry.hint} <= listed
    assert {fault.help for fault in FAULTS.values()} <= listed
    for starter in library():
        assert {starter.title, starter.summary} <= listed


def test_texts_are_stable_clean_and_have_named_placeholders() -> None:
    assert texts() == texts()
    assert list(texts()) == sorted(set(texts()))
    for text in texts():
        assert text == text.strip()
        assert "  " not in text
        for _, field, _, _ in string.Formatter().parse(text):
            assert field is None or re.fullmatch(r"[a-z_]+", field)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
