"""Keeps the secrets of links out of the log."""

from __future__ import annotations

import logging
import re

#: Paths in which the next part is a token.
_TOKENS = re.compile(r"(/s/|/api/scenarios/|/links/)[A-Za-z0-9_%-]{8,}")


class HideTokens(logging.Filter):
    """Replaces tokens in the addresses that messages mention."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; none is dropped."""
        text = record.getMessage()
        hidden = _TOKENS.sub(r"\1…", text)
        if hidden != text:
            record.msg, record.args = hidden, ()
        return True
