"""What the catalog says beyond its kinds."""

from __future__ import annotations

from simcore import catalog, library


def test_common_kinds_are_those_of_the_most_scenarios() -> None:
    described = catalog()
    documents = [entry.document for entry in library()]
    uses = {
        kind["kind"]: sum(
            any(node["kind"] == kind["kind"] for node in document["nodes"]) for document in documents
        )
        for kind in described["kinds"]
    }
    common = described["common_kinds"]
    assert len(set(common)) == len(common) >= 3
    assert [uses[kind] for kind in common] == sorted(uses.values(), reverse=True)[: len(common)]
