"""Every sentence that reading a foreign drawing can say, by code; codes are stable."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from simcore.diagnostics import Severity
from simcore.scenario.messages import Message, diagnostic


def _error(message: str, hint: str = "") -> Message:
    return Message(Severity.ERROR, message, hint)


def _warning(message: str, hint: str = "") -> Message:
    return Message(Severity.WARNING, message, hint)


def _info(message: str, hint: str = "") -> Message:
    return Message(Severity.INFO, message, hint)


MESSAGES: Mapping[str, Message] = {
    # The text as a whole
    "I001": _error(
        "This is no scenario, no Mermaid flowchart and no docker-compose file.",
        "A flowchart begins with “flowchart LR” or “graph TD”, a compose file has “services:”.",
    ),
    "I002": _error(
        "The text is too long: at most {limit} characters are read.", "Leave out what is no component."
    ),
    "I003": _error(
        "This is not YAML; look at line {line}, column {column}.",
        "Indent with spaces, and put text with special characters in quotes.",
    ),
    "I004": _error(
        "The file has more than {limit} values, counting what its aliases stand for.",
        "Leave out what is no component.",
    ),
    "I005": _error("The file is nested more than {limit} levels deep.", "Is this another kind of file?"),
    "I006": _error(
        "On line {line}, an alias stands for something that it is part of.", "Write the value out."
    ),
    "I007": _error("There are no services in this compose file.", "List them below “services:”."),
    "I008": _error("There are no nodes in this flowchart.", "Write one per line, such as: web[Web server]."),
    "I009": _error(
        "There are more than {limit} components, connections or groups.", "Divide it into several scenarios."
    ),
    "I010": _error(
        "This Mermaid diagram is no flowchart.",
        "Only diagrams that begin with “flowchart” or “graph” are read.",
    ),
    # Components
    "I020": _warning(
        "{name}: nothing is known by this name, so it became: {title}.",
        "Replace it if it is something else.",
    ),
    "I021": _warning(
        "{name}: nothing is known of the image {image}, so it became: {title}.",
        "Replace it if it is something else.",
    ),
    "I022": _info("{name}: {count} copies are drawn as one component, which has no number of instances."),
    "I023": _info("{name}: of {count} copies, {limit} are kept, the most that one component may have."),
    "I024": _info("{setting} has no counterpart here and was left out: {names}."),
    "I025": _info("{name} publishes ports, but people do not talk to a component of this kind: {title}."),
    "I026": _info("People were added in front of what publishes ports: {names}."),
    "I027": _warning("The service {name} is not understood and was left out."),
    "I028": _info("Requests that leave jobs were added to the traffic, because of: {names}."),
    # Connections
    "I040": _warning(
        "{source} → {target} was left out: here, {from_title} does not connect to {to_title}.",
        "Put something between them that does.",
    ),
    "I041": _info("{source} → {target} was turned round: here, {to_title} leads to {from_title}."),
    "I042": _info("{source} → {target} was left out: they share no network, so it only orders their start."),
    "I043": _warning("{source} → {target} was left out: there is no service of the name {target}."),
    "I044": _info("{source} → {target} was left out: {target} already depends on {source}."),
    "I045": _info("A connection of {name} to itself was left out."),
    "I046": _info("Connections have no names here; labels left out: {count}."),
    "I047": _warning("A connection to or from the group {name} was left out: groups cannot be connected."),
    "I048": _warning(
        "{source} → {target} was left out: it would close a circle of components that wait for each other.",
        "Put a queue in between, or call in one direction only.",
    ),
    # Groups
    "I060": _info("{name} is in several networks and stands in {group}; the others reach it as a gateway."),
    # Mermaid
    "I080": _warning("Line {line} was not understood and was left out: {text}"),
    "I081": _warning("The settings kept on line {line} do not fit and were left out."),
}

#: Make a remark by its code.
remark = partial(diagnostic, messages=MESSAGES)
