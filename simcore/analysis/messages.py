"""Every sentence that the analysis can say, by code; codes are stable."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from simcore.diagnostics import Severity
from simcore.scenario.messages import Message, diagnostic

MESSAGES: Mapping[str, Message] = {
    # Topology
    "A001": Message(
        Severity.WARNING,
        "Nothing sends requests.",
        "Add a source of requests and connect it to the first component.",
    ),
    "A002": Message(
        Severity.WARNING,
        "{node} is connected to nothing, so every request that comes to it fails.",
        "Connect it to a component that can answer.",
    ),
    "A003": Message(
        Severity.WARNING,
        "No request can ever reach {node}.",
        "Connect it to a component that receives requests, or remove it.",
    ),
    "A004": Message(
        Severity.WARNING,
        "Nobody takes messages out of {node}: they pile up until it is full.",
        "Connect it to a consumer.",
    ),
    "A005": Message(
        Severity.INFO,
        "{node} has nothing to do in this workload.",
        "Check whether a request class uses it, or remove it.",
    ),
    "A006": Message(
        Severity.WARNING,
        "{node} is a single point of failure: if it stops, no request can be answered.",
        "Put a second one beside it.",
    ),
    "A007": Message(
        Severity.WARNING,
        "{node} is a single point of failure: if it stops, no {operation} request can be answered.",
        "Put a second one beside it.",
    ),
    "A008": Message(
        Severity.INFO,
        "If {node} stops, users whose stored address has expired cannot find the service any more.",
        "A longer time to live bridges a longer loss, and delays every change of address.",
    ),
    # Capacity
    "A010": Message(
        Severity.WARNING,
        "{node} would need {utilization} % of its capacity: it receives {offered} requests/s and can serve {capacity}.",
        "Give it more capacity, add another one beside it, or send less traffic.",
    ),
    "A011": Message(
        Severity.INFO,
        "{node} would use {utilization} % of its capacity, so that waiting times grow quickly.",
        "Above about 80 %, small bursts already make long queues.",
    ),
    "A012": Message(
        Severity.WARNING,
        "While its cache is empty or lost, {node} would need {utilization} % of its capacity.",
        "A second cache, or more capacity for this component, survives the loss of the cache.",
    ),
    "A013": Message(
        Severity.WARNING,
        "Requests make more requests in a circle, without end: the traffic cannot be computed.",
        "Remove one of the connections that lead back.",
    ),
}

#: Builds the diagnostic of one of these codes.
remark = partial(diagnostic, messages=MESSAGES)
