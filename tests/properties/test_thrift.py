"""An edit that does again only what it must leads to what doing everything again would lead to."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, given, note, settings

from simcore import Simulation, parse
from simcore.compiler import Compiler
from simcore.program import Program
from tests.properties.drawings import stories
from tests.scenarios import start

Story = tuple[dict[str, Any], list[tuple[float, list[dict[str, Any]]]]]

quick = settings(max_examples=80, suppress_health_check=list(HealthCheck))


def forget(simulation: Simulation) -> None:
    """Let a run know nothing of what it has read, compiled and installed, but for the meaning of indices."""
    simulation._known = None
    simulation._compiler = simulation._compiler.copy()


def resources(compiler: Compiler, program: Program) -> list[str]:
    """Return what nodes and edges have and how much of it, by name, without the indices that some names end with."""
    found: dict[str, Any] = {}
    names = {table: list(keys) for table, keys in compiler.symbols.tables.items()}
    for index, pool in program.pools.items():
        slots = (pool.capacity_slot, pool.queue_capacity_slot, pool.discipline_slot, pool.shed_slot)
        found[f"pool {names['pool'][index]}"] = program.slots[list(slots)].tolist()
    for index, store in program.stores.items():
        slots = (store.capacity_slot, store.eviction_slot, store.sliding_slot, store.jitter_slot)
        found[f"store {names['store'][index]}"] = program.slots[list(slots)].tolist()
    for index, link in program.links.items():
        latency, loss, weight = program.slots[[link.latency_slot, link.loss_slot, link.weight_slot]].tolist()
        ends = [program.node_ids[end] for end in (link.source, link.target)]
        found[f"link {program.edge_ids[index]}"] = (ends, latency, loss, weight, link.visible, link.varied)
    for index, group in program.groups.items():
        edges = [program.edge_ids[edge] for edge in group.members]
        found[f"group {names['group'][index]}"] = (edges, program.slots[group.routing_slot])
    for node in program.live_nodes:
        found[f"ports {program.node_ids[node]}"] = (program.entries[node] >= 0).tolist()
    found["daemons"] = sorted(re.sub(r" [0-9]+$", "", names["daemon"][index]) for index in program.daemons)
    found["classes"] = sorted((item.name, item.share) for item in program.classes if item.share)
    return sorted(f"{re.sub(r' [0-9]+$', '', name)}: {value}" for name, value in found.items())


@quick
@given(stories())
def test_an_edit_of_what_changed_is_an_edit_of_everything(story: Story) -> None:
    document, script = story
    note(f"{json.dumps(document)}\n{json.dumps(script)}")
    thrifty, forgetful = start(document), start(document)
    for pause_s, changes in script:
        for simulation in (thrifty, forgetful):
            simulation.advance(simulation.now_s + pause_s)
        forget(forgetful)
        said, said_again = thrifty.apply(changes), forgetful.apply(changes)
        assert said == said_again
        assert thrifty.document == forgetful.document
        assert thrifty.digest() == forgetful.digest()
        fresh = parse(thrifty.document).scenario
        assert fresh == thrifty.scenario
        assert fresh is not None
        compiler = Compiler()
        assert resources(compiler, compiler.compile(fresh)) == resources(thrifty._compiler, thrifty._program)
        assert thrifty.frame() == forgetful.frame()
    for simulation in (thrifty, forgetful):
        simulation.advance(simulation.now_s + 1.0)
        assert simulation.check_state() == []
    assert thrifty.digest() == forgetful.digest()
