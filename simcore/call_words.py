"""The words of calls and of what guards them; part of the vocabulary of `simcore.program`."""

from __future__ import annotations

from enum import IntEnum


class CallFlag(IntEnum):
    """What a CALL or FORK does besides calling, added to its port."""

    CANCELS = 1 << 8  # the callee stops when the caller no longer waits
    SENDS_DEADLINE = 1 << 9  # the callee stops when the caller will no longer wait
    HEDGES = 1 << 10  # FORK: one member, and another when no answer came within the slot after the timeout
    WITHIN = (
        1 << 11
    )  # FORK: as many parts of the request as the slot after the timeout says, over the loopback


#: The part of a call's port operand that is the port.
PORT_BITS = 0xFF


class GateKind(IntEnum):
    """How a gate decides. Its seven slots: kind, then as listed; see `simcore.engine.gates`."""

    TOKEN_BUCKET = 0  # rate (1/s), burst, -, -, tokens per deposit
    LEAKY_BUCKET = 1  # rate (1/s), -, -, how many may wait
    FIXED_WINDOW = 2  # rate (1/s), -, window (s)
    SLIDING_WINDOW = 3  # rate (1/s), -, window (s)
    BREAKER_RATIO = 4  # failure ratio, calls at least, window (s), -, time open (s), probes
    BREAKER_STREAK = 5  # -, failures in a row, -, -, time open (s), probes


class GateStep(IntEnum):
    """What an activity wants of a gate."""

    PASS = 0  # go through
    DEPOSIT = 1  # put tokens in
    ANSWERED = 2  # tell a breaker how the last call ended
    FAILED = 3
    PASS_USER = 4  # go through the gate of one's user


class Routing(IntEnum):
    """How a call chooses a member of its group."""

    ROUND_ROBIN = 0
    LEAST_OUTSTANDING = 1
    POWER_OF_TWO = 2
    RANDOM = 3
    WEIGHTED = 4
    KEY_HASH = 5  # rendezvous hashing of the request's key
    PRIMARY = 6  # the cluster's current primary
    REPLICAS = 7  # round robin over drawn replicas, the primary when there is none
    CHOSEN = 8  # the member in the target register (a resolved address), else round robin
    CURSOR = 9  # the next member in turn, healthy or not (health checks)
    MODULO = 10  # the key's hash modulo the number of members
    RANGE = 11  # neighbouring keys together, a share of the key space by each edge's weight
    RING = 12  # consistent hashing: the next virtual node clockwise of the key's hash
    RING_BOUNDED = 13  # the same, but members with far more than their share of the calls are passed over
    FAILOVER = 14  # the healthy member with the greatest weight, of equals the first
    NEAREST = 15  # the one whose region is nearest to the caller's caller; for CHOOSE alone
    SAME_REGION = 16  # one in the region of the caller's caller, else as FAILOVER; for CHOOSE alone
    LEAST_LATENCY = 17  # the shortest time of late answers, times those it still owes and one more


class Finding(IntEnum):
    """What a REPORT tells of a target."""

    CHECK_FAILED = 0
    CHECK_PASSED = 1  # d: checks in a row until healthy again
    CALL_ANSWERED = 2
    CALL_FAILED = 3  # d: seconds without requests after c failures in a row, unless it is the last of group e
    CALL_TIMED = 4  # how long it took: c slot of the time (s) to count instead (NONE: the true one), d slot of the memory (s), e group
