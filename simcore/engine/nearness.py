"""Choosing for somebody else: a name server answers with what suits the region of the one who asks.

The delays between regions are in slots: how many regions there are, then the delays from each to each (s).
"""

from __future__ import annotations

from simcore.engine.jit import helper
from simcore.engine.routing import by_rank, pick
from simcore.program import NONE, Routing


@helper
def choose(s, routes, act, ins):  # type: ignore[no-untyped-def]
    """Return the member that a call would go to, or with the delays between regions the one that its caller should call."""
    group = s.groups[ins.a]
    regions = int(s.slots[ins.b]) if ins.b != NONE else 0
    routing = group.routing
    if ins.b == NONE or (routing != Routing.NEAREST and routing != Routing.SAME_REGION):
        return int(pick(routes, ins.a, act.user if ins.c == 1 else act.key, act.target))
    home = 0
    if act.parent != NONE and s.activities[act.parent].stamp == act.parent_stamp:
        home = int(s.nodes[s.activities[act.parent].node].region)
    best = NONE
    least = 0.0
    i = group.cursor
    for _ in range(group.count):
        i = i + 1 if i + 1 < group.count else 0
        e = s.members[group.first + i]
        delay = s.slots[ins.b + 1 + home * regions + int(s.nodes[s.edges[e].target].region)]
        if s.edges[e].healthy and (best == NONE or delay < least):
            best = e
            least = delay
            group.cursor = i
    if routing == Routing.SAME_REGION and (
        best == NONE or s.nodes[s.edges[best].target].region != home or home == 0
    ):
        best = by_rank(s, group)
    return int(best)
