"""From bytes, text or a decoded object to plain JSON values whose size, depth and characters are safe to handle."""

from __future__ import annotations

import json
from typing import Any

from simcore.diagnostics import Diagnostic
from simcore.limits import DOCUMENT_BYTES_MAX, DOCUMENT_VALUES_MAX, NESTING_DEPTH_MAX, NOTES_LENGTH_MAX
from simcore.scenario.messages import JSON_REASONS, diagnostic, echo

#: Wider than every number of the format, narrow enough for every computation.
_INTEGER_BITS_MAX = 64


class _DuplicateFieldError(Exception):
    pass


def decode(data: object) -> tuple[object, Diagnostic | None]:
    """Return plain JSON values (null, bool, int, float, str, list, dict), or the reason why there are none."""
    if isinstance(data, bytes | bytearray | memoryview):
        if len(data) > DOCUMENT_BYTES_MAX:
            return None, _too_large()
        try:
            data = bytes(data).decode("utf-8-sig")
        except UnicodeDecodeError:
            return None, diagnostic("S004")
    if isinstance(data, str):
        if len(data) > DOCUMENT_BYTES_MAX:
            return None, _too_large()
        data, problem = _decode_text(data)
        if problem is not None:
            return None, problem
    return data, check_values(data)


def _decode_text(text: str) -> tuple[object, Diagnostic | None]:
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique_fields), None
    except json.JSONDecodeError as error:
        reason = next(ours for theirs, ours in JSON_REASONS.items() if error.msg.startswith(theirs))
        return None, diagnostic("S001", line=error.lineno, column=error.colno, reason=reason)
    except _DuplicateFieldError as error:
        return None, diagnostic("S009", field=echo(str(error)))
    except RecursionError:
        return None, diagnostic("S003", limit=NESTING_DEPTH_MAX)
    except ValueError:  # Python refuses to read integers of thousands of digits
        return None, diagnostic("S010", field="document")


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DuplicateFieldError(next(name for name in names if names.count(name) > 1))
    return fields


def check_values(document: object) -> Diagnostic | None:
    """Walk through decoded values and return the first one that cannot belong to any scenario.

    Bounded whatever the input: shared and circular references count at every visit.
    """
    stack: list[tuple[object, str, int]] = [(document, "", 0)]
    value_count = text_size = 0
    while stack:
        value, path, depth = stack.pop()
        value_count += 1
        if value_count > DOCUMENT_VALUES_MAX:
            return diagnostic("S006", limit=DOCUMENT_VALUES_MAX)
        if depth > NESTING_DEPTH_MAX:
            return diagnostic("S003", limit=NESTING_DEPTH_MAX)
        if isinstance(value, list):
            if len(value) > DOCUMENT_VALUES_MAX:
                return diagnostic("S006", limit=DOCUMENT_VALUES_MAX)
            stack.extend((item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value))
        elif isinstance(value, dict):
            if len(value) > DOCUMENT_VALUES_MAX:
                return diagnostic("S006", limit=DOCUMENT_VALUES_MAX)
            for key, item in value.items():
                problem = _check_scalar(key, path) if isinstance(key, str) else _foreign(key, path)
                if problem is not None:
                    return problem
                text_size += len(key)
                stack.append((item, f"{path}.{echo(key)}" if path else echo(key), depth + 1))
        else:
            problem = _check_scalar(value, path)
            if problem is not None:
                return problem
            text_size += len(value) if isinstance(value, str) else 0
        if text_size > DOCUMENT_BYTES_MAX:
            return _too_large()
    return None


def _check_scalar(value: object, path: str) -> Diagnostic | None:
    if value is None or isinstance(value, bool | float):
        return None
    if isinstance(value, int):
        too_long = value.bit_length() > _INTEGER_BITS_MAX
        return diagnostic("S010", place=path, field=path or "document") if too_long else None
    if not isinstance(value, str):
        return _foreign(value, path)
    if len(value) > NOTES_LENGTH_MAX:
        return diagnostic("S030", place=path, field=path or "document", limit=NOTES_LENGTH_MAX)
    if "\0" in value or _has_surrogates(value):
        return diagnostic("S007", place=path, field=path or "document")
    return None


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _foreign(value: object, path: str) -> Diagnostic:
    return diagnostic("S008", place=path, field=path or "document", type=echo(type(value).__name__))


def _too_large() -> Diagnostic:
    return diagnostic("S002", limit=DOCUMENT_BYTES_MAX)
