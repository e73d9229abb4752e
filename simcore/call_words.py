"""The words of calls and of what guards them; part of the vocabulary of `simcore.program`."""

from __future__ import annotations

from enum import IntEnum


class CallFlag(IntEnum):
    """What a CALL or FORK does besides calling, added to its port."""

    CANCELS = 1 << 8  # the callee stops when the caller no longer waits
    SENDS_DEADLINE = 1 << 9  # the callee stops when the caller will no longer wait
    HEDGES = 1 << 10  # FORK: one member, and another when no answer came within the slot after the timeout


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


class Finding(IntEnum):
    """What a REPORT tells of a target."""

    CHECK_FAILED = 0
    CHECK_PASSED = 1  # d: checks in a row until healthy again
    CALL_ANSWERED = 2
    CALL_FAILED = 3  # d: seconds without requests after c failures in a row, unless it is the last of group e
