"""Every sentence that parsing and changing a scenario can say, by code.

Codes are stable: a code is never given a second meaning, and a removed one is not used again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from simcore.diagnostics import Diagnostic, Severity

#: Characters of foreign text repeated in a message: enough to recognise it.
ECHO_LENGTH_MAX = 60


class Message(NamedTuple):
    """A sentence and what to do about it, as templates."""

    severity: Severity
    message: str
    hint: str


def _error(message: str, hint: str) -> Message:
    return Message(Severity.ERROR, message, hint)


MESSAGES: Mapping[str, Message] = {
    # The file as a whole
    "S001": _error(
        "This is not JSON: line {line}, column {column}: {reason}.",
        "Look just before that place for a missing comma, quote or bracket.",
    ),
    "S002": _error(
        "The document is too large: at most {limit} bytes are accepted.",
        "Leave out components or shorten the notes.",
    ),
    "S003": _error(
        "The document is nested more than {limit} levels deep.",
        "A scenario needs only six levels; is this another kind of file?",
    ),
    "S004": _error("The document is not UTF-8 text.", "Save the file with the encoding UTF-8."),
    "S005": _error(
        "The document must be an object with the fields of a scenario.",
        "The smallest scenario is {example}.",
    ),
    "S006": _error(
        "The document has more than {limit} values.",
        "A scenario of the largest size needs fewer; is this another kind of file?",
    ),
    "S007": _error(
        "{field} holds text that cannot be stored: a NUL or half of a surrogate pair.",
        "Type the text again.",
    ),
    "S008": _error(
        "{field} holds a {type}, which JSON does not know.", "Use numbers, text, lists and objects."
    ),
    "S009": _error("The field {field} is given twice in one object.", "Keep one of them."),
    "S010": _error("{field} is a number with too many digits.", "Write an ordinary number."),
    "S011": _error(
        "The document has version {version}; this program reads up to {newest}.", "Update the program."
    ),
    "S012": _error("The document says no valid version.", 'Write "version": {newest}.'),
    # Any field
    "S020": _error("{field} is missing.", "Add it."),
    "S021": _error("There is no field {field} here.", "Known fields: {known}."),
    "S022": _error("There is no field {field} here.", "Do you mean {nearest}?"),
    "S023": _error("{field} must be {expected}.", "Correct the value."),
    "S024": _error("{field} must be at least {bound}.", "Choose a larger value."),
    "S025": _error("{field} must be at most {bound}.", "Choose a smaller value."),
    "S026": _error("{field} must be more than {bound}.", "Choose a larger value."),
    "S027": _error("{field} must be an ordinary number, not NaN or infinite.", "Type a number."),
    "S028": _error("{field} must be one of: {choices}.", "Choose one of them."),
    "S029": _error(
        "{field} must be 1 to {limit} letters, digits, hyphens or underscores.",
        "Identifiers are not shown on the canvas; names may hold any text.",
    ),
    "S030": _error("{field} may have at most {limit} characters.", "Shorten the text."),
    "S031": _error("{field} may have at most {limit} entries; it has {count}.", "Remove some of them."),
    "S032": _error("{field} is not right: {reason}.", "Correct the value."),
    # Components and connections
    "S040": _error("There is no component kind {kind}.", "Do you mean {nearest}?"),
    "S041": _error("There is no component kind {kind}.", "Known kinds: {known}."),
    "S042": _error("Two components have the identifier {id}.", "Give each component its own identifier."),
    "S043": _error("Two connections have the identifier {id}.", "Give each connection its own identifier."),
    "S044": _error(
        "The connection {id} leads to {node}, which does not exist.", "Remove it or connect it again."
    ),
    "S045": _error(
        "The connection {id} comes from {node}, which does not exist.", "Remove it or connect it again."
    ),
    "S046": _error("{node} is connected to itself.", "Remove the connection."),
    "S047": _error(
        "{source} is already connected to {target}.", "One connection carries any traffic; remove the second."
    ),
    "S048": _error(
        "{source} ({kind}) cannot connect to a {role}.",
        "It can connect to: {allowed}.",
    ),
    "S049": _error(
        "{source} ({kind}) cannot connect to anything.",
        "Connect the other way round, or remove the connection.",
    ),
    "S050": _error(
        "These components call each other in a circle, so that no request could ever end: {path}.",
        "Remove one of the connections, or put a message queue in between.",
    ),
    "S051": _error(
        "These databases replicate each other in a circle: {path}.",
        "Let one database be the source and remove the connection that leads back.",
    ),
    "S052": _error(
        "{target} ({kind}) has no instances that could be scaled.", "Connect a server or a worker."
    ),
    "S053": _error(
        "{target} is scaled by {first} already.",
        "Two autoscalers of one component would undo each other's decisions; remove one of them.",
    ),
    # Workload and faults
    "S060": _error("There is no request class.", "Add one, or leave out the workload to get the usual ones."),
    "S061": _error("Two request classes have the name {name}.", "Give each class its own name."),
    "S072": _error("Two actions of the estimate have the name {name}.", "Give each action its own name."),
    "S062": _error(
        "The shares of the request classes add up to nothing.", "Give at least one class a share above zero."
    ),
    "S063": _error(
        "The request classes have {count} keys together; at most {limit} are possible.", "Use fewer keys."
    ),
    "S064": _error(
        "The fault {fault} strikes a component; it needs node_id and no edge_id.", "Choose a component."
    ),
    "S065": _error(
        "The fault {fault} strikes a connection; it needs edge_id and no node_id.", "Choose a connection."
    ),
    "S066": _error("{target} does not exist, so nothing can strike it.", "Choose another target."),
    "S067": _error("{node} ({kind}) cannot suffer the fault {fault}.", "Possible here: {allowed}."),
    "S068": _error("The fault {fault} has no factor.", "Leave the factor out."),
    "S069": _error("The factor of the fault {fault} can be at most {limit}.", "Choose a smaller one."),
    "S070": _error(
        "{fault} strikes a whole region, or what joins two; name nothing else, and two different regions for a connection's fault.",
        "Faults of components strike one region; {pairs} strike what joins two.",
    ),
    "S071": _error("Nothing in the region {region} can suffer the fault {fault}.", "Choose another region."),
    "S073": _error(
        "The factor of the fault {fault} is the number of a shard.", "Use a whole number, from 1 on."
    ),
    # Groups
    "S090": _error("There is no kind of group {kind}.", "Known kinds: {known}."),
    "S091": _error("Two groups have the identifier {id}.", "Give each group its own identifier."),
    "S092": _error("{name} is in the group {group}, which does not exist.", "Take it out of there."),
    "S093": _error("{group} is inside itself.", "Take it out of the group that it is in."),
    "S094": _error(
        "{inner} ({kind}) cannot be inside {outer} ({outer_kind}).",
        "A region holds zones, a zone holds neither; networks may be anywhere.",
    ),
    "S095": _error("There is no group {id} to change.", "It may have been removed meanwhile."),
    "S096": _error("A group with the identifier {id} exists already.", "Use another identifier."),
    "S097": _error("Nothing in the group {group} can suffer the fault {fault}.", "Choose another group."),
    "S098": _error(
        "{fault} cannot strike a group, or more than the group is named.",
        "Faults of components strike all components of one group; name nothing else.",
    ),
    # Changes
    "S080": _error("The changes must be a list of objects.", "Send a list."),
    "S081": _error("There is no kind of change {type}.", "Known changes: {known}."),
    "S082": _error("There is no component {id} to change.", "It may have been removed meanwhile."),
    "S083": _error("There is no connection {id} to change.", "It may have been removed meanwhile."),
    "S084": _error("A component with the identifier {id} exists already.", "Use another identifier."),
    "S085": _error("A connection with the identifier {id} exists already.", "Use another identifier."),
    "S086": _error(
        "Only a source of requests can send one: {node} ({kind}) cannot.",
        "Choose a component that is a client.",
    ),
    "S087": _error(
        "The document cannot be changed because it is not a scenario.", "Start from a valid document."
    ),
    "S088": _error("Healing needs one of node_id, edge_id and region.", "Name one target."),
}


#: What the JSON reader says and what we say; anything newer falls back to the last.
JSON_REASONS: Mapping[str, str] = {
    "Expecting value": "a value is missing",
    "Expecting property name": "a field name in double quotes is missing",
    "Illegal trailing comma": "there is a comma too many",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Unterminated string": "a text is not closed by a quote",
    "Invalid control character": "a text runs over the end of its line",
    "Invalid \\": "a backslash is followed by the wrong character",
    "Extra data": "there is more text after the end",
    "": "something unexpected stands here",
}

#: What a field may have to be, by the name that pydantic gives the problem.
EXPECTATIONS: Mapping[str, str] = {
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "dict_type": "an object",
    "list_type": "a list",
    "numbers_type": "up to 200 numbers of at least 0, separated by commas, such as 1, 2, 5",
    "weights_type": "names from the list, each with a weight, separated by commas, such as seoul 60, tokyo 40",
    "points_type": "up to 100 points of time and value, in order of time, such as 0: 100, 60: 500",
}


def diagnostic(
    code: str,
    *,
    node_id: str | None = None,
    edge_id: str | None = None,
    place: str | None = None,
    fix: Sequence[Mapping[str, Any]] = (),
    messages: Mapping[str, Message] = MESSAGES,
    **values: Any,
) -> Diagnostic:
    """Build the diagnostic of a code; `place` becomes its `field`, `values` fill its templates."""
    entry = messages[code]
    return Diagnostic(
        code=code,
        severity=entry.severity,
        message=entry.message,
        hint=entry.hint,
        node_id=node_id,
        edge_id=edge_id,
        field=place,
        values=MappingProxyType(values),
        fix=tuple(fix),
    )


class Words(list[str]):
    """Several texts in one placeholder, each of which can be translated by itself."""

    def __format__(self, spec: str) -> str:
        return ", ".join(self)


def echo(value: object) -> str:
    """Repeat a piece of someone's input: short, on one line and always encodable."""
    text = value if isinstance(value, str) else repr(value)[: 4 * ECHO_LENGTH_MAX]
    text = " ".join(text[: 4 * ECHO_LENGTH_MAX].split()).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= ECHO_LENGTH_MAX else text[: ECHO_LENGTH_MAX - 1] + "…"
