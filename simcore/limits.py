"""Named bounds: how much of anything a person may ask for.

Everything that grows with input has a bound here, and whoever meets one says so with a diagnostic or counts the refusal.
"""

from __future__ import annotations

#: A drawing beyond this cannot be read by a person, and the layout of a frame stays below one network packet train.
NODES_MAX = 1_000
#: Four connections per component on average, the densest meshes that people draw.
EDGES_MAX = 4_000
#: A full drawing of the largest size takes about half of this.
DOCUMENT_BYTES_MAX = 2_000_000
#: The document format nests six levels; deeper input is never a scenario.
NESTING_DEPTH_MAX = 12
#: Values (numbers, texts, lists, objects) in a document, so that a small file cannot unfold into endless work.
DOCUMENT_VALUES_MAX = 200_000
#: Regions, zones and networks: a drawing with more of them than this cannot be read.
GROUPS_MAX = 100
#: Names must fit on a card of the canvas.
NAME_LENGTH_MAX = 80
#: Identifiers are repeated in every edge and message.
ID_LENGTH_MAX = 40
#: Notes are a page of text, not a book; it also bounds every other text.
NOTES_LENGTH_MAX = 10_000
#: Canvas coordinates, in pixels either way: far beyond any screen, exact in the browser's numbers.
POSITION_MAX = 1_000_000
#: Each class has its own histograms at every node.
CLASSES_MAX = 16
#: Keys over all classes: their popularity tables and versions live in memory.
KEYS_MAX = 5_000_000
#: Regions of the world that a component may be in, anywhere included: each pair of them has a round trip.
REGIONS_MAX = 16
#: Seeds are 32-bit so that they survive JavaScript's numbers and fit in a link.
SEED_MAX = 2**32 - 1
#: Scheduled faults of one scenario: a long incident has dozens.
SCHEDULED_FAULTS_MAX = 200
#: A fault may be planned for at most about four simulated months.
FAULT_TIME_S_MAX = 10_000_000
#: Slowing by more than this is a hang, which has its own fault.
FAULT_FACTOR_MAX = 1_000
#: One batch of changes: a paste of the largest drawing, in parts.
CHANGES_PER_BATCH_MAX = 1_000
#: Requests alive at once; beyond it new ones are refused and counted.
IN_FLIGHT_MAX = 1_000_000
#: Simulated seconds of one run from the command line: about one simulated year.
RUN_DURATION_S_MAX = 32_000_000
#: One snapshot as read from bytes: many times what the largest drawing under full load needs.
SNAPSHOT_BYTES_MAX = 2_000_000_000
#: Snapshots that a timeline keeps, and the memory they may take together: enough to be a second or two from anywhere.
TIMELINE_SNAPSHOTS_MAX = 64
TIMELINE_BYTES_MAX = 256_000_000
#: Simulated seconds for which every request may be traced at a time.
TRACE_DURATION_S_MAX = 600
#: Share of the requests that a target may ask to be answered: below, nothing is promised; above, no run is long enough to tell.
AVAILABILITY_TARGET_RATIO_LEAST, AVAILABILITY_TARGET_RATIO_MOST = 0.5, 0.99999
#: Problems reported at once: nobody reads more, and a hostile document could cause millions.
DIAGNOSTICS_MAX = 200


def limits() -> dict[str, int]:
    """Return every bound by its lower-case name, for the catalog."""
    return {name.lower(): value for name, value in sorted(globals().items()) if name.endswith("_MAX")}
