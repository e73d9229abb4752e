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
    "A014": Message(
        Severity.INFO,
        "Divided by capacity, the same components could carry {best} requests/s instead of {now}: as it is, {node} is full first.",
        "Give the larger ones more weight, or let the one with the fewest open requests be chosen.",
    ),
    "A016": Message(
        Severity.WARNING,
        "{node} gets {offered} jobs/s and can do {capacity}: the backlog before it grows by {growth} messages/s without end.",
        "Add workers or processes until they can do more than arrives, or send less.",
    ),
    "A017": Message(
        Severity.INFO,
        "If one of the {count} behind {node} stops, the others would need {utilization} % of their capacity.",
        "One more than the traffic needs lets any of them fail.",
    ),
    "A018": Message(
        Severity.WARNING,
        "If {cache} stops, {offered} requests/s reach {node}, which can serve {capacity}.",
        "A second cache, or more capacity for this component, survives the loss of the cache.",
    ),
    "A019": Message(
        Severity.WARNING,
        "The most popular record alone draws {hot} requests/s: its shard of {node} gets {busiest} and can serve {capacity}.",
        "More shards do not help here: keep popular records in a cache, or divide their key.",
    ),
    # Calls
    "A015": Message(
        Severity.INFO,
        "{node} gives up {callee} after {patience} s, which itself may wait {longer} s: it then works on answers that nobody wants.",
        "Let each caller wait longer than those it calls, or pass the deadline on.",
    ),
    "A022": Message(
        Severity.INFO,
        "In a full line of {node} a request waits {wait} s, but {caller} gives up after {patience} s: then only work for nobody is done.",
        "Fewer waiting places refuse at once what would come too late.",
    ),
    "A023": Message(
        Severity.WARNING,
        "{node} does not notice when one of the {count} behind it stops: {share} % of its requests then fail until it is back.",
        "Let a component with health checks divide the requests, or let this one try again.",
    ),
    "A024": Message(
        Severity.WARNING,
        "{node} needs up to {reaction} s until {target} has more instances; by then the traffic may be {growth} times as much, and there is room for {spare} times.",
        "A lower target value, a shorter period or a quicker boot; or more instances beforehand.",
    ),
    "A025": Message(
        Severity.WARNING,
        "Addresses of {node} are never kept: each of {rate} requests/s asks for one first, and none succeeds while it is down.",
        "A minute is short enough to follow a failover.",
    ),
    "A026": Message(
        Severity.WARNING,
        "{node} keeps records for ever, though {rate} writes/s change them without telling it: readers get old ones until they are evicted.",
        "Set a time to live, or let writes drop or renew the record.",
    ),
    "A027": Message(
        Severity.WARNING,
        "Every write to {node} waits for {replica} alone: when that stops, writes hang for up to {detection} s, until it is noticed.",
        "With a second replica, and one confirmation of two, any of them may stop.",
    ),
    "A028": Message(
        Severity.WARNING,
        "{node} gives up after {timeout} s, but {callee} works {work} s on a request: most calls fail, and the work is done all the same.",
        "Wait longer, or let the work be done in the background.",
    ),
    "A029": Message(
        Severity.INFO,
        "{callee} may try {tries} times for {longer} s together, but {node} waits {timeout} s: its later attempts are for nobody.",
        "A shorter time-out for each attempt, fewer attempts, or a deadline that is passed on.",
    ),
    "A020": Message(
        Severity.WARNING,
        "When {node} fails, it gets up to {attempts} attempts for each request, since {tiers} tiers try again.",
        "Try again in one tier only, or set a retry budget.",
    ),
    # Places
    "A040": Message(
        Severity.WARNING,
        "{source} cannot reach {target}: it is inside the private network {network}, and no gateway.",
        "Make it a gateway, or put the sender into the network: requests from outside get lost.",
    ),
    "A041": Message(
        Severity.WARNING,
        "{node} keeps data and can be reached from outside its private network.",
        "Only what serves users needs to be a gateway.",
    ),
    "A042": Message(
        Severity.WARNING,
        "{node} keeps data and stands outside every private network.",
        "Put it into the network, where only those inside reach it.",
    ),
    "A043": Message(
        Severity.INFO,
        "{node} cannot have more than {bought} instances: no more machines were bought.",
        "An own data centre needs machines for the peak beforehand; the cloud adds them when they are needed.",
    ),
    "A044": Message(
        Severity.INFO,
        "{node} stands in {group}, so the region that it is set to does not count.",
        "Set it back to anywhere, or take it out of there.",
    ),
    "A060": Message(
        Severity.WARNING,
        "The connection from {source} to {target} is for {names} only, but no request class has that name.",
        "Name a class of the workload, or clear the field.",
    ),
}

#: Builds the diagnostic of one of these codes.
remark = partial(diagnostic, messages=MESSAGES)
